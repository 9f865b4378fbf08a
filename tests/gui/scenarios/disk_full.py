"""The receiver's disk fills up in the middle: both sides are told, the person how much is missing, and with space again
the transfer goes on where it was. An offer that does not fit says so before it is taken."""

import os

from parts import sending, trees
from parts.application import INBOX, by
from parts.waiting import until

VOLUME = 64 << 20
# Each file gets its place when it is begun: it is the next one that finds none.
FILES = 10
FILE_SIZE = 4_000_000
# So slow that the disk is full before the last one is begun.
LIMIT = 1_000_000


def run(desktop):
    volume = desktop.volume("stick", VOLUME)
    sources = desktop.folder("sources")
    film = os.path.join(sources, "film")
    for number in range(FILES):
        trees.write(os.path.join(film, f"reel {number}.bin"), FILE_SIZE, number)
    ada, bob = desktop.start("ada"), desktop.start("bob")
    ada.page("index.html").wait(by("drop-area"))
    bob.page("index.html")
    inbox = os.path.join(volume, "Inbox")
    bob.call("change_settings", inbox_folder=inbox)
    ticket, name = bob.identity()["ticket"], bob.identity()["name"]
    [id] = ada.call("send", paths=[film], targets=[ticket], priority="normal", limit=LIMIT)["transfers"]
    sending.answer(bob, id, "accept-button")
    until("bytes to arrive", lambda: bob.transfer(id)["durable_bytes"] > FILE_SIZE // 4)

    # Another program takes what is left.
    ballast = os.path.join(volume, "ballast")
    fill(ballast)
    stopped = bob.wait_state(id, "paused")
    assert stopped["reason"] == "disk_full", stopped
    kept = stopped["durable_bytes"]
    assert 0 < kept < FILES * FILE_SIZE, kept
    told = desktop.services.notification(bob.pid, "film is paused")
    assert "disk is full" in told["body"], told
    bob.page("index.html").click(by("nav-activity"))
    until("what is missing to be said", lambda: " MB more are needed" in note(bob, id))
    bob.window()
    bob.picture("2-full")
    desktop.picture("1-full")
    ada.click(by("nav-activity"))
    until("the sender to know", lambda: f"The disk of {name} is full" in note(ada, id))
    ada.picture("3-sender")

    # To try again while it is still full ends where it was.
    bob.click(sending.inside(bob, id, "try-again-button"))
    until("it to stop again", lambda: [turn["state"] for turn in turns(bob, id)].count("paused") > 1)
    bob.wait(sending.inside(bob, id, "try-again-button"))

    # What does not fit cannot be taken into that folder, and says how much is missing.
    large = trees.write(os.path.join(sources, "large.bin"), VOLUME + 1_000_000)
    [too_large] = ada.call("send", paths=[large], targets=[ticket], priority="normal")["transfers"]
    card = sending.offer(bob, too_large)
    until("what is missing", lambda: "more needed" in bob.text(f'{card} {by("space-line")}'))
    assert not bob.driver.is_enabled(f'{card} {by("accept-button")}')
    bob.window(INBOX)
    bob.picture("4-does-not-fit")
    bob.click(f'{card} {by("decline-button")}')

    # Free space is the way out.
    os.remove(ballast)
    ada.call("set_limit", id=id, limit=0)
    bob.page("index.html").click(sending.inside(bob, id, "try-again-button"))
    arrived = bob.wait_state(id, "completed")
    ada.wait_state(id, "completed")
    assert arrived["durable_bytes"] == FILES * FILE_SIZE
    trees.assert_equal(film, arrived["roots"][0]["path"])
    assert os.listdir(inbox) == ["film"], os.listdir(inbox)
    bob.wait(by("transfer-row", transfer_id=id, state="completed"))
    bob.picture("5-arrived")


def fill(path):
    """Writes until nothing more fits."""
    with open(path, "wb", buffering=0) as file:
        size = 1 << 20
        while size >= 4096:
            try:
                file.write(bytes(size))
            except OSError:
                size //= 16


def turns(application, id):
    return application.call("details", id=id)["turns"]


def note(application, id):
    return application.text(sending.inside(application, id, "transfer-note"))
