"""From the start to a finished transfer without a mouse: real keys in both windows, from the choice of the file to the
answer to the offer, and to what has arrived."""

import os

from parts import dialogs, sending, trees
from parts.application import INBOX, by
from parts.desktop import output
from parts.waiting import until

# More than any way by Tab is long.
MOST_TABS = 60


def run(desktop):
    file = trees.write(os.path.join(desktop.folder("sources"), "by keys.txt"), 300_000)
    ada, bob = desktop.start("ada"), desktop.start("bob", "--hidden")
    ada.page("index.html").wait(by("drop-area"))
    ticket = bob.page("inbox.html").identity()["ticket"]
    window = ada.window()
    # The pointer stands in a corner and stays there.
    output("xdotool", "mousemove", "--sync", "1679", "1049")

    # The file, by the system's dialog.
    keys_to(desktop, ada, window, "ctrl+o")
    desktop.choose_in_dialog(dialogs.FILES, file)
    sending.wait_selected(ada, [file])

    # The device: its ticket is typed into the field.
    tab_to(desktop, ada, window, by("target-input"))
    output("xdotool", "type", "--delay", "8", ticket)
    until("the ticket to stand there", lambda: value(ada, by("target-input")) == ticket)
    ada.picture("1-typed")
    desktop.press(window, "ctrl+Return")
    [id] = until("a transfer to be made", lambda: [one["id"] for one in ada.transfers()])
    ada.wait(by("transfer-row", transfer_id=id))

    # The answer: the inbox comes up with the offer, and the first keys in it lead to Accept.
    inbox = bob.window(INBOX)
    card = sending.offer(bob, id)
    tab_to(desktop, bob, inbox, f'{card} {by("accept-button")}')
    bob.picture("2-accept")
    desktop.press(inbox, "Return")
    # The card goes with its button; the keyboard's place stays.
    until("the offer to go", lambda: not bob.driver.find_all(card))
    until("the focus to stay there", lambda: has_place(bob))
    arrived = bob.wait_state(id, "completed")
    ada.wait_state(id, "completed")
    trees.assert_equal(file, arrived["roots"][0]["path"])

    # What has arrived is opened, and the sender looks at its row and into its details.
    tab_to(desktop, bob, inbox, f'{by("arrived-item", transfer_id=id)} {by("open-button")}')
    desktop.press(inbox, "space")
    until("the file to be opened", lambda: desktop.services.opened() == [arrived["roots"][0]["path"]])
    desktop.press(window, "ctrl+1", "ctrl+2")
    ada.wait(by("transfer-row", transfer_id=id, state="completed"))
    tab_to(desktop, ada, window, sending.inside(ada, id, "details-button"))
    # The row's menu comes at the button that has the keyboard, which gets it back.
    desktop.press(window, "shift+F10")
    until("the menu to stand", lambda: ada.driver.is_still(by("remove-item")))
    ada.picture("3-menu")
    desktop.press(window, "Escape")
    until("the menu to go", lambda: not ada.driver.find_all(by("remove-item")))
    desktop.press(window, "Return")
    ada.wait(by("row-details"))
    # A question mark lists the keys, Escape puts the list away.
    desktop.press(window, "question")
    until("the list to stand", lambda: ada.driver.is_still(by("shortcut-list")))
    ada.picture("4-keys")
    desktop.press(window, "Escape")
    until("the list to go", lambda: not ada.driver.find_all(by("shortcut-list")))
    for shown in (window, inbox):
        desktop.wait_drawn(shown)
    desktop.picture("5-done")

    # The row is taken from the list, and the keyboard has a place all the same.
    tab_to(desktop, ada, window, sending.inside(ada, id, "details-button"))
    desktop.press(window, "shift+F10")
    until("the menu to stand", lambda: ada.driver.is_still(by("remove-item")))
    tab_to(desktop, ada, window, by("remove-item"), key="Down")
    desktop.press(window, "Return")
    until("the row to go", lambda: not ada.driver.find_all(by("transfer-row", transfer_id=id)))
    until("the focus to stay there", lambda: has_place(ada))


def keys_to(desktop, application, window, *keys):
    """Presses keys once the page has the keyboard."""
    output("xdotool", "windowactivate", "--sync", window)
    until("the page to have the keyboard", lambda: application.driver.script("return document.hasFocus()"))
    output("xdotool", "key", "--delay", "40", *keys)


def tab_to(desktop, application, window, css, key="Tab"):
    """Goes to an element by Tab, or in a menu by an arrow, one after the other, as whoever cannot point has to."""
    application.wait(css)
    output("xdotool", "windowactivate", "--sync", window)
    until("the page to have the keyboard", lambda: application.driver.script("return document.hasFocus()"))
    until(f"{css} to be enabled", lambda: application.driver.is_enabled(css))
    mark = "return document.activeElement?.matches(arguments[0]) ?? false"
    here = (
        "const one = document.activeElement; window.focused = (window.focused ?? 0);"
        "if (window.focusedOn !== one) { window.focusedOn = one; window.focused += 1; } return window.focused"
    )
    for _ in range(MOST_TABS):
        if application.driver.script(mark, css):
            return
        before = application.driver.script(here)
        if desktop.active() != window:
            output("xdotool", "windowactivate", "--sync", window)
        output("xdotool", "key", key)
        until("the focus to move", lambda: application.driver.script(here) != before)
    raise AssertionError(f"{css} at {application.name} cannot be reached by {key}")


def has_place(application):
    """Whether something of the page has the keyboard; the page itself has it when what had it was taken away."""
    return application.driver.script("return document.activeElement !== null && document.activeElement !== document.body")


def value(application, css):
    return application.driver.script("return document.querySelector(arguments[0])?.value", css)
