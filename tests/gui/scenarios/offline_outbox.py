"""Files for a device that is not there wait in the outbox, over a restart too, and go by themselves once it comes."""

import os

from parts import sending, trees
from parts.application import by, wait_free
from parts.waiting import LONG_PATIENCE, stays, until


def run(desktop):
    file = trees.write(os.path.join(desktop.folder("sources"), "for later.bin"), 2_000_000)
    ada, bob = desktop.start("ada", file), desktop.start("bob", "--hidden")
    known = bob.page("index.html").identity()
    ada.page("index.html").wait(by("drop-area"))
    bob.call("trust", device=ada.identity()["ticket"], role="mine", name="Ada")
    ada.call("trust", device=known["ticket"], role="mine", name="Bob")
    bob.end()

    # Chosen and sent as to any other device.
    sending.wait_selected(ada, [file])
    tile = by("device-tile", device_id=known["device_id"])
    until("the device to be away", lambda: ada.driver.attribute(tile, "data-online") is None)
    ada.click(tile)
    ada.picture("1-away")
    ada.click(by("send-button"))
    [id] = until("a transfer to be made", lambda: [one["id"] for one in ada.transfers()])
    ada.wait(by("transfer-row", transfer_id=id))
    until("the row to say so", lambda: "when Bob is there" in ada.text(sending.inside(ada, id, "transfer-note")))
    ada.picture("2-waits")
    stays("waiting", lambda: ada.transfer(id)["reason"] == "waiting_for_device", 1)

    # Quitting asks, because nothing goes while the program does not run; the next start has it.
    desktop.services.click_menu(ada.pid, "Quit")
    ada.wait(by("quit-dialog"))
    ada.press(by("quit-now"))
    until("the process to end", lambda: not ada.alive())
    ada.driver.close()
    ada.begin().page("index.html").click(by("nav-activity"))
    ada.wait(by("transfer-row", transfer_id=id))
    assert ada.transfer(id)["reason"] == "waiting_for_device", ada.transfer(id)

    # The device comes; nobody does anything.
    wait_free(known["listen"])
    bob.begin("--hidden", "--listen", known["listen"]).page("index.html")
    until("it to be known there", lambda: bob.transfer(id), LONG_PATIENCE)
    arrived = bob.wait_state(id, "completed")
    ada.wait_state(id, "completed")
    trees.assert_equal(file, arrived["roots"][0]["path"])
    desktop.services.notification(ada.pid, "for later.bin is at Bob")
    ada.wait(by("transfer-row", transfer_id=id, state="completed"))
    ada.picture("3-delivered")
