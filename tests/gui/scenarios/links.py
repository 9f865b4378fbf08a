"""A link that a web page could have opened: it fills a field in the window, and pairs, adds and sends nothing."""

import os

from parts import sending, trees
from parts.application import by
from parts.waiting import stays, until
from parts.webdriver import ELEMENT


def run(desktop):
    bob = desktop.start("bob", "--hidden")
    bob.page("index.html")
    # Bob is open for pairing: whoever comes with this ticket first is let in.
    ticket = bob.call("invite_device", way="ticket")["ticket"]

    # The link starts the program: it waits for the page.
    ada = desktop.start("ada", f"chunkstream://{ticket}")
    ada.page("index.html")
    window = ada.window()
    filled(ada, ticket)
    ada.picture("1-filled")
    desktop.picture("2-screen")
    stays("pairing nothing", lambda: nobody_knows(ada, bob), 1.5)
    ada.click(by("dialog-close"))

    # Opened while it runs, from the tray: the window comes back with the ticket, and Escape leaves everything as it was.
    desktop.close_window(window)
    until("the window to be hidden", lambda: not ada.visible())
    again = ada.start_again(f"chunkstream://{ticket}")
    assert again.returncode == 0, again
    ada.window()
    filled(ada, ticket)
    # A second link does not change what stands there.
    other = bob.identity()["ticket"]
    assert ada.start_again(f"chunkstream:{other}").returncode == 0
    stays("the first ticket", lambda: value(ada, "pair-secret") == ticket, 0.5)
    ada.click(by("dialog-close"))
    assert nobody_knows(ada, bob)

    # A device's ticket that pairs nobody goes into the field on the Devices screen; a file comes into the selection.
    assert ada.start_again(f"chunkstream://{other}").returncode == 0
    until("the ticket in the field", lambda: value(ada, "add-device-input") == other)
    assert ada.call("devices") == []
    file = trees.write(os.path.join(desktop.folder("sources"), "two words.txt"), 10)
    assert ada.start_again("file://" + file.replace(" ", "%20")).returncode == 0
    sending.wait_selected(ada, [file])

    # Nothing that stands behind a link is taken, least of all an option.
    assert ada.start_again(f"chunkstream://{ticket}", "--hidden").returncode == 2
    assert ada.start_again("chunkstream://accept-all").returncode == 0
    until("a word about the second one", lambda: ada.driver.find_all(by("notice")))
    assert not ada.driver.find_all(by("pair-dialog"))

    # The person's click is what pairs.
    assert ada.start_again(f"chunkstream://{ticket}").returncode == 0
    filled(ada, ticket)
    ada.click(by("pair-join"))
    until("the devices to be paired", lambda: [one for one in ada.call("devices") if one["known"]])
    ada.wait(by("pair-close"))
    ada.picture("3-paired")


def filled(application, ticket):
    """The dialog with that ticket, and a word that it came by a link."""
    until("the ticket in the dialog", lambda: value(application, "pair-secret") == ticket)
    application.wait(by("linked"))


def value(application, test_id):
    return application.driver.script("return arguments[0]?.value", {ELEMENT: application.driver.find(by(test_id))})


def nobody_knows(*applications):
    return all(not [one for one in application.call("devices") if one["known"]] for application in applications)
