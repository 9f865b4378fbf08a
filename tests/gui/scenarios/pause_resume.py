"""A big transfer is paused and resumed from either side's window, and by the tray; each side says where it was paused, and
what has arrived is kept."""

import os

from parts import sending, trees
from parts.application import INBOX, by
from parts.waiting import stays, until

SIZE = 80_000_000
# So slow that the buttons find it in the middle.
LIMIT = 1_000_000


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
    until("bytes to arrive", lambda: durable(ada, id) > 0)
    ada.picture("moving")
    ada.click(sending.inside(ada, id, "pause-button"))
    ada.wait(by("transfer-row", transfer_id=id, state="paused"))
    bob.wait_state(id, "paused")
    # What was under way may still be counted; then it stands.
    kept = settled(ada, id)
    assert 0 < kept < SIZE, kept
    stays("paused", lambda: durable(ada, id) == kept and durable(bob, id) >= kept, 1)
    ada.picture("paused")
    bob.wait(by("transfer-row", transfer_id=id, reason="paused_by_peer"))
    assert f"Paused at {ada.identity()['name']}" in bob.text(sending.inside(bob, id, "transfer-note"))

    ada.click(sending.inside(ada, id, "resume-button"))
    until("more bytes to arrive", lambda: durable(ada, id) > kept)

    # The receiver holds it, and only the receiver lets it go on.
    bob.click(sending.inside(bob, id, "pause-button"))
    ada.wait(by("transfer-row", transfer_id=id, reason="paused_by_peer"))
    assert f"Paused at {bob.identity()['name']}" in ada.text(sending.inside(ada, id, "transfer-note"))
    bob.picture("paused-here")
    kept = settled(bob, id)
    bob.click(sending.inside(bob, id, "resume-button"))
    until("more bytes to arrive", lambda: durable(bob, id) > kept)

    desktop.services.click_menu(ada.pid, "Pause all")
    ada.wait(by("transfer-row", transfer_id=id, state="paused"))
    desktop.services.click_menu(ada.pid, "Resume all")
    ada.call("set_limit", id=id, limit=0)
    arrived = bob.wait_state(id, "completed")
    ada.wait_state(id, "completed")
    trees.assert_equal(file, arrived["roots"][0]["path"])
    ada.picture("completed")


def durable(application, id):
    return application.transfer(id)["durable_bytes"]


def settled(application, id):
    """The count once it has not moved between two looks half a second apart."""
    last = durable(application, id)

    def same():
        nonlocal last
        before, last = last, durable(application, id)
        return before == last and not moves(before)

    def moves(count):
        try:
            stays("the count", lambda: durable(application, id) == count, 0.5)
            return False
        except AssertionError:
            return True

    until("the count to stand", same)
    return last
