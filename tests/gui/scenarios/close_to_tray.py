"""Both windows are closed in the middle of a transfer: it goes on to its end, says so, and the ways back lead to it."""

import os

from parts import sending, trees
from parts.application import INBOX, by
from parts.waiting import until

SIZE = 40_000_000
# So slow that the windows are closed in the middle.
LIMIT = 500_000


def run(desktop):
    file = trees.write(os.path.join(desktop.folder("sources"), "goes on.bin"), SIZE)
    ada, bob = desktop.start("ada"), desktop.start("bob", "--hidden")
    ada.page("index.html").wait(by("drop-area"))
    ticket = bob.page("inbox.html").identity()["ticket"]
    [id] = ada.call("send", paths=[file], targets=[ticket], priority="normal", limit=LIMIT)["transfers"]
    sending.answer(bob, id, "accept-button")
    until("bytes to arrive", lambda: durable(ada, id) > 0)

    for one, title in [(ada, None), (bob, INBOX)]:
        window = one.window(title) if title else one.window()
        desktop.close_window(window)
        until("the window to go", lambda: not (one.visible(title) if title else one.visible()))
    desktop.picture("1-no-window")
    before = durable(ada, id)
    assert before < SIZE, "closed in the middle"
    until("bytes to go on", lambda: durable(ada, id) > before)

    # The tray brings the window back as it was left; closed again, it still goes on.
    desktop.services.click_menu(ada.pid, "Open ChunkStream Pro")
    ada.page("index.html").click(by("nav-activity"))
    ada.wait(by("transfer-row", transfer_id=id))
    desktop.close_window(ada.window())
    until("the window to go", lambda: not ada.visible())
    ada.call("set_limit", id=id, limit=0)
    arrived = bob.wait_state(id, "completed")
    trees.assert_equal(file, arrived["roots"][0]["path"])
    assert not ada.visible() and not bob.visible() and not bob.visible(INBOX), "no end opens a window"

    # Its end is told, and a click on that leads to it: at the receiver to the inbox, at the sender to the row.
    desktop.services.click_notification(desktop.services.notification(bob.pid, "goes on.bin has arrived"))
    bob.window(INBOX)
    bob.wait(by("arrived-item", transfer_id=id))
    # A second start does what the tray does.
    assert ada.start_again().returncode == 0
    ada.window()
    ada.wait(by("transfer-row", transfer_id=id, state="completed"))
    desktop.picture("2-back")


def durable(application, id):
    return application.transfer(id)["durable_bytes"]
