"""A file and a folder are dragged onto the window of one device, and arrive whole at another."""

import os

from parts import sending, trees
from parts.application import INBOX, by
from parts.waiting import until


def run(desktop):
    sources = desktop.folder("sources")
    file = trees.write(os.path.join(sources, "drop me ü.bin"), 5_000_000)
    folder = trees.write_tree(os.path.join(sources, "a folder"))

    ada, bob = desktop.start("ada"), desktop.start("bob", "--hidden")
    window = ada.window()
    ada.page("index.html").wait(by("drop-area"))
    assert not bob.visible() and not bob.visible(INBOX), "bob was started hidden"
    ada.picture("1-before")

    desktop.move(window, 40, 40)
    drag = desktop.drag(window, [file, folder], to=desktop.centre(ada, window, by("drop-area")))
    until("the drop area to answer to the drag", lambda: ada.driver.attribute(by("drop-area"), "data-dragging") is not None)
    ada.driver.wait_painted()
    desktop.picture("2-dragging")
    desktop.drop(drag)
    sending.wait_selected(ada, [file, folder])
    ada.picture("3-selected")

    bob.page("inbox.html")
    [id] = sending.press_send(ada, bob.identity()["ticket"])

    # The offer opens the inbox window by itself and is announced once.
    bob.window(INBOX)
    card = sending.offer(bob, id)
    bob.picture("4-offer")
    desktop.picture("5-offer")
    assert ada.identity()["device_id"] in bob.text(card), bob.text(card)
    offered = desktop.services.notification(bob.pid, "wants to send you")
    assert ada.identity()["name"] in offered["title"], offered
    assert not os.path.exists(os.path.join(bob.identity()["inbox_folder"], os.path.basename(file)))

    bob.click(f'{card} {by("accept-button")}')
    sent, arrived = ada.wait_state(id, "completed"), bob.wait_state(id, "completed")
    assert sent["durable_bytes"] == sent["bytes"] == arrived["bytes"] == arrived["durable_bytes"]
    places = {root["name"]: root["path"] for root in arrived["roots"]}
    trees.assert_equal(file, places[os.path.basename(file)])
    trees.assert_equal(folder, places[os.path.basename(folder)])

    # Both sides are told, once each.
    desktop.services.notification(bob.pid, "has arrived from")
    desktop.services.notification(ada.pid, " is at ")
    assert sorted(one["pid"] for one in desktop.services.notifications) == sorted([ada.pid, bob.pid, bob.pid]), (
        desktop.services.notifications
    )

    # What has arrived can be opened and shown, and nothing else can.
    item = by("arrived-item", transfer_id=id)
    bob.click(f'{item} {by("open-button")}')
    until("the file to be opened", lambda: desktop.services.opened() and desktop.services.opened()[0] in places.values())
    bob.click(f'{item} {by("show-button")}')
    until("the file manager to be asked", lambda: desktop.services.shown)
    refused = bob.driver.invoke("open_path", {"path": "/etc/passwd"})
    assert refused["failure"]["code"] == "bad_path", refused
    assert len(desktop.services.opened()) == 1
    bob.picture("6-arrived")

    # A click on the notification leads to the list of transfers.
    ada.click(by("nav-send"))
    desktop.services.click_notification(desktop.services.notification(ada.pid, " is at "))
    ada.wait(by("transfer-row", transfer_id=id, state="completed", direction="sending"))
    ada.picture("7-activity")
    desktop.picture("8-end")
