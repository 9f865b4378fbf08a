"""What is changed in the settings holds at once: for the device's name, the folder, the limit of the folder, the speed
of a transfer that moves, the language of both windows, of the tray and of the notifications."""

import os

from parts import choices, dialogs, sending, trees
from parts.application import by
from parts.waiting import until

SIZE = 60_000_000


def run(desktop):
    sources = desktop.folder("sources")
    elsewhere = desktop.folder("elsewhere", "new inbox")
    ada, bob = desktop.start("ada"), desktop.start("bob")
    ada.page("index.html").wait(by("drop-area"))
    ticket = bob.page("index.html").identity()["ticket"]
    bob.call("trust", device=ada.identity()["ticket"], role="mine", name="Ada")

    # The speed of what moves.
    big = trees.write(os.path.join(sources, "big.bin"), SIZE)
    ada.click(by("nav-settings"))
    limit(ada, "send-limit", "0.5")
    [id] = ada.call("send", paths=[big], targets=[ticket], priority="normal")["transfers"]
    bob.click(by("nav-settings"))
    ada.click(by("nav-activity"))
    until("the row to say what limits it", lambda: "limit that you set" in ada.text(sending.inside(ada, id, "transfer-note")))
    ada.picture("1-limited")
    assert ada.transfer(id)["durable_bytes"] < SIZE // 2
    ada.click(by("nav-settings"))
    ada.click(by("send-limit-on"))
    ada.click(by("send-limit-save"))
    bob.wait_state(id, "completed")
    assert ada.call("settings")["send_limit"] is None

    # Its name: the next offer carries it.
    ada.fill(by("device-name"), "Attic")
    ada.click(by("save-name"))
    until("the name to be set", lambda: ada.identity()["name"] == "Attic")

    # Its folder: the next transfer goes there.
    bob.press(by("change-folder"))
    desktop.choose_in_dialog(dialogs.INBOX_FOLDER, elsewhere)
    until("the folder to be set", lambda: bob.text(by("inbox-folder")) == elsewhere)
    small = trees.write(os.path.join(sources, "small.bin"), 1_000_000)
    [id] = ada.call("send", paths=[small], targets=[ticket], priority="normal")["transfers"]
    bob.wait_state(id, "completed")
    trees.assert_equal(small, os.path.join(elsewhere, "small.bin"))

    # The language: of this window, of the other one, of the tray and of the next notification.
    bob.wait(by("language-setting"))
    choices.choose(bob, by("language-setting"), steps=2)
    until("the window to speak it", lambda: bob.driver.script("return document.documentElement.lang") == "de")
    until("the tray to speak it", lambda: "Beenden" in desktop.services.menu(bob.pid))
    assert "ChunkStream Pro öffnen" in desktop.services.menu(bob.pid)
    bob.picture("2-german")
    # The limit of its folder: the next offer is over it, and waits for a person although it is one's own device.
    limit(bob, "quota", "2", unit_steps=-1)
    [id] = ada.call("send", paths=[big], targets=[ticket], priority="normal")["transfers"]
    told = desktop.services.notification(bob.pid, "möchte dir big.bin senden")
    assert "Attic" in told["title"] or "Ada" in told["title"], told
    assert told["actions"] == ["accept", "Annehmen", "decline", "Ablehnen", "default", ""], told
    bob.window("Eingang - ChunkStream Pro")
    card = sending.offer(bob, id)
    assert bob.driver.script("return document.documentElement.lang") == "de"
    until("the offer to be over the limit", lambda: "Grenze des Eingangsordners" in bob.text(f'{card} {by("space-line")}'))
    bob.picture("3-over-the-limit")
    bob.click(f'{card} {by("decline-button")}')

    # And of the next start, from its first moment on.
    desktop.services.click_menu(bob.pid, "Beenden")
    until("the process to end", lambda: not bob.alive())
    bob.driver.close()
    bob.begin("--hidden")
    until("the tray to speak it", lambda: "Beenden" in desktop.services.menu(bob.pid))


def limit(application, test_id, number, unit_steps=0):
    """Turns a limit on, with that number in the unit that is proposed, or one that stands so many below or above it."""
    application.click(by(f"{test_id}-on"))
    application.fill(by(f"{test_id}-number"), number)
    if unit_steps:
        choices.choose(application, by(f"{test_id}-unit"), unit_steps)
    application.click(by(f"{test_id}-save"))
