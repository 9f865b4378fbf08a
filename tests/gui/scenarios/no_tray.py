"""A desktop that shows no tray: a hidden start can be seen, and the program can be quit, by the last window and by keys,
with the same question as from the tray."""

import os

from parts import sending, trees
from parts.application import INBOX, MAIN, by
from parts.waiting import stays, until

TRAY = False
SIZE = 40_000_000
# So slow that the question finds it in the middle.
LIMIT = 500_000


def run(desktop):
    # Nobody could bring a hidden window back: it stands on the task bar.
    ada = desktop.start("ada", "--hidden")
    ada.page("index.html").wait(by("drop-area"))
    until("the window on the task bar", lambda: desktop.listed(MAIN, ada.pid))
    assert not ada.visible(), "minimised"
    window = bring_up(desktop, ada)
    desktop.press(window, "ctrl+q")
    ends(ada)

    # With nothing under way the last window ends it, without a question; another one before it does not.
    ada.begin().page("index.html").wait(by("drop-area"))
    window = bring_up(desktop, ada)
    desktop.press(window, "ctrl+i")
    inbox = ada.window(INBOX)
    desktop.close_window(window)
    until("the window to go", lambda: not ada.visible())
    stays("alive", ada.alive, 0.7)
    desktop.close_window(inbox)
    ends(ada)

    ada.begin().page("index.html").wait(by("drop-area"))
    bob = desktop.start("bob")
    bob.page("inbox.html")
    file = trees.write(os.path.join(desktop.folder("sources"), "big.bin"), SIZE)
    ticket = bob.identity()["ticket"]
    [id] = ada.call("send", paths=[file], targets=[ticket], priority="normal", limit=LIMIT)["transfers"]
    sending.answer(bob, id, "accept-button")
    until("bytes to arrive", lambda: ada.transfer(id)["durable_bytes"] > 0)

    # In the middle of a transfer to close is to be asked, and the window stays.
    desktop.close_window(ada.window())
    ada.wait(by("quit-dialog"))
    ada.picture("1-asked")
    ada.click(by("quit-later"))
    until("the question to go", lambda: not ada.driver.find_all(by("quit-dialog")))
    assert ada.alive() and ada.visible()

    # From the inbox, when that is the last one, it is asked in the main window.
    desktop.close_window(bob.window())
    until("the window to go", lambda: not bob.visible())
    desktop.press(bob.window(INBOX), "ctrl+q")
    bob.window()
    bob.page("index.html").wait(by("quit-dialog"))
    bob.click(by("quit-later"))

    # By the button in the settings.
    ada.click(by("nav-settings"))
    ada.click(by("quit-button"))
    ada.wait(by("quit-dialog"))
    ada.press(by("quit-now"))
    ends(ada)


def bring_up(desktop, application):
    """As a person does on the task bar."""

    def has_keyboard():
        desktop.activate(MAIN, application.pid)
        return application.visible() and application.driver.script("return document.hasFocus()")

    until("the window to have the keyboard", has_keyboard)
    return application.window()


def ends(application):
    until(f"{application.name} to end", lambda: not application.alive())
    application.driver.close()
