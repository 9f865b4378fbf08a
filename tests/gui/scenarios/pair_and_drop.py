"""Two people pair their devices by a code; then a file and a folder that are dropped on the other device's tile go at
once, and arrive without another question once it is said whose device that is."""

import os

from parts import sending, trees
from parts.application import by
from parts.waiting import until


def run(desktop):
    sources = desktop.folder("sources")
    file = trees.write(os.path.join(sources, "dropped ü.bin"), 3_000_000)
    folder = trees.write_tree(os.path.join(sources, "a folder"))
    ada, bob = desktop.start("ada"), desktop.start("bob")
    window = ada.window()
    ada.page("index.html").click(by("nav-devices"))
    bob.page("index.html").click(by("nav-devices"))

    # Bob shows a code, Ada types it.
    bob.click(by("pair-button"))
    code = bob.text(by("pair-code"))
    bob.picture("1-code")
    ada.click(by("pair-button"))
    ada.click(by("pair-enter"))
    ada.fill(by("pair-secret"), code)
    ada.fill(by("pair-place"), bob.identity()["listen"])
    ada.picture("2-entered")
    ada.click(by("pair-join"))
    ada.wait(by("pair-done"))
    bob.wait(by("pair-done"))
    bob.picture("3-paired")
    bob.call("trust", device=ada.identity()["device_id"], role="mine")
    ada.click(by("pair-close"))
    bob.click(by("pair-close"))

    # A drop on the tile needs no button.
    ada.click(by("nav-send"))
    tile = by("device-tile", device_id=bob.identity()["device_id"])
    ada.wait(tile)
    desktop.move(window, 40, 40)
    drag = desktop.drag(window, [file, folder], to=desktop.centre(ada, window, tile))

    def over():
        # A tile moves when the one beside it gets another line.
        drag.hold(desktop.centre(ada, window, tile))
        return ada.driver.attribute(tile, "data-over") is not None

    until("the tile to answer to the drag", over)
    ada.driver.wait_painted()
    desktop.picture("4-over-the-tile")
    desktop.drop(drag)
    [id] = until("a transfer to be made", lambda: [one["id"] for one in ada.transfers()])
    sent, arrived = ada.wait_state(id, "completed"), bob.wait_state(id, "completed")
    assert sent["bytes"] == arrived["durable_bytes"]
    places = {root["name"]: root["path"] for root in arrived["roots"]}
    trees.assert_equal(file, places[os.path.basename(file)])
    trees.assert_equal(folder, places[os.path.basename(folder)])
    assert sending.selected(ada) == [], "what was dropped on a device is not chosen as well"
    assert not [one for one in desktop.services.notifications if "wants to send" in one["title"]], (
        "one's own device asks nothing"
    )
    ada.click(by("nav-activity"))
    ada.wait(by("transfer-row", transfer_id=id, state="completed"))
    ada.picture("5-sent")
