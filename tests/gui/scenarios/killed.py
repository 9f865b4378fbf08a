"""An application is killed in the middle of a transfer and started again; nobody does anything else.

First the receiver's, then the sender's. What was durable stays counted, and the transfer completes by itself.
"""

import os

from parts import sending, trees
from parts.application import INBOX, by
from parts.waiting import until

SIZE = 120_000_000
# So slow that both kills find it in the middle, however long the starts take.
LIMIT = 1_000_000
# So much is to arrive before each kill.
PART = 1_500_000


def run(desktop):
    file = trees.write(os.path.join(desktop.folder("sources"), "big.bin"), SIZE)
    ada, bob = desktop.start("ada"), desktop.start("bob", "--hidden")
    bob.page("inbox.html")
    ada.page("index.html").wait(by("drop-area"))
    sent = ada.call("send", paths=[file], targets=[bob.identity()["ticket"]], priority="normal", limit=LIMIT)
    [id] = sent["transfers"]
    bob.window(INBOX)
    sending.answer(bob, id, "accept-button")
    ada.click(by("nav-activity"))

    # The last that people do here is this kill. Everything below only looks, until the end of it is hastened.
    safe = until("bytes to arrive", lambda: at_least(bob, id, PART))
    ada.picture("1-moving")
    bob.kill()
    until("its windows to go", lambda: not bob.visible() and not bob.visible(INBOX))
    until("the sender to notice", lambda: ada.transfer(id)["reason"] == "reconnecting")
    until("its row to say so", lambda: "Connection lost" in ada.text(sending.inside(ada, id, "transfer-note")))
    ada.picture("2-receiver-killed")
    desktop.picture("2-receiver-killed-screen")
    bob.begin("--hidden").page("index.html")
    kept = bob.transfer(id)["durable_bytes"]
    assert kept >= safe, f"{safe} bytes were durable, now {kept}"
    safe = until("more to arrive", lambda: at_least(bob, id, kept + PART))
    ada.picture("3-goes-on")
    assert bob.transfer(id)["state"] == "active"

    safe = ada.transfer(id)["durable_bytes"]
    ada.kill()
    ada.begin().page("index.html")
    kept = ada.transfer(id)["durable_bytes"]
    assert kept >= safe, f"{safe} bytes were durable, now {kept}"
    ada.click(by("nav-activity"))
    ada.wait(by("transfer-row", transfer_id=id))
    ada.picture("4-sender-started-again")

    until("it to go on", lambda: at_least(bob, id, kept + PART))
    ada.call("set_limit", id=id, limit=0)
    arrived = bob.wait_state(id, "completed")
    sent = ada.wait_state(id, "completed")
    assert sent["durable_bytes"] == arrived["durable_bytes"] == SIZE
    trees.assert_equal(file, arrived["roots"][0]["path"])
    ada.wait(by("transfer-row", transfer_id=id, state="completed"))
    ada.picture("5-completed")
    # Nothing is left of the two that were killed.
    left = os.listdir(bob.identity()["inbox_folder"])
    assert left == [os.path.basename(file)], left


def at_least(application, id, bytes):
    """The count of durable bytes once it is so high; the transfer must not be over."""
    now = application.transfer(id)
    return now["durable_bytes"] if now["durable_bytes"] >= bytes and now["state"] == "active" else None
