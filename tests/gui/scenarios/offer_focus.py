"""An offer brings the inbox up and takes no keys: who types goes on typing where he was. A window that stands there is not
raised by the next offer, but asks to be looked at. What a person asks for gets the keyboard."""

import os

from parts import sending, trees
from parts.application import INBOX, by
from parts.desktop import output
from parts.waiting import stays, until


def run(desktop):
    ada, bob = desktop.start("ada"), desktop.start("bob")
    ada.page("index.html").wait(by("drop-area"))
    bob.page("inbox.html")
    ticket = bob.identity()["ticket"]
    window = ada.window()
    desktop.close_window(bob.window())
    until("the window to go", lambda: not bob.visible())

    def offer(name):
        file = trees.write(os.path.join(desktop.folder("sources"), name), 1000)
        [id] = ada.call("send", paths=[file], targets=[ticket], priority="normal")["transfers"]
        desktop.services.notification(bob.pid, f"wants to send you {name}")
        return id

    ada.driver.select(by("target-input"))
    until("the field to have the keyboard", lambda: desktop.press(window) or has_keyboard(ada))
    first = offer("one.bin")
    inbox = bob.window(INBOX)
    sending.offer(bob, first)
    stays("the keyboard", lambda: desktop.active() == window, 0.7)
    desktop.keys("a", "space", "b")
    until("the keys to stand in the field", lambda: ada.driver.value(by("target-input")) == "a b")
    assert bob.transfer(first)["state"] == "created"
    for shown in (window, inbox):
        desktop.wait_drawn(shown)
    desktop.picture("1-not-taken")

    # The next one: the inbox stays below, and says that it wants to be seen.
    desktop.press(window)
    output("xdotool", "windowraise", window)
    until("the window to stand in front", lambda: stacked()[-1] == int(window))
    second = offer("two.bin")
    sending.offer(bob, second)
    until("the inbox to ask for attention", lambda: is_urgent(inbox))
    assert desktop.active() == window and stacked()[-1] == int(window)

    # A person asks for it: it comes up with the keyboard, and asks no more.
    desktop.services.click_menu(bob.pid, "Inbox")
    until("the inbox to have the keyboard", lambda: desktop.active() == inbox and has_keyboard(bob))
    until("it to be calm", lambda: not is_urgent(inbox))


def has_keyboard(application):
    return application.driver.script("return document.hasFocus()")


def stacked():
    """The windows from the lowest to the highest."""
    said = output("xprop", "-root", "_NET_CLIENT_LIST_STACKING").partition("#")[2]
    return [int(one, 16) for one in said.split(",")]


def is_urgent(window):
    return "urgency hint" in output("xprop", "-id", window, "WM_HINTS")
