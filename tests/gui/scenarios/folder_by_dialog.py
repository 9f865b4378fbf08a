"""A folder that the system's dialog chooses is sent to a known device, and arrives as it was."""

from parts import dialogs, sending, trees
from parts.application import INBOX, by
from parts.waiting import until


def run(desktop):
    folder = trees.write_tree(desktop.folder("sources") + "/my folder ü")
    ada, bob = desktop.start("ada"), desktop.start("bob", "--hidden")
    ada.page("index.html").wait(by("drop-area"))
    known = bob.page("inbox.html").identity()
    ada.call("trust", device=known["ticket"], role="trusted", name="Bob")

    ada.press(by("choose-folder"))
    desktop.choose_in_dialog(dialogs.FOLDERS, folder)
    sending.wait_selected(ada, [folder])
    until("it to be counted", lambda: ada.driver.attribute(by("measure"), "data-complete") is not None)
    assert "300 kB" in ada.text(by("measure")), ada.text(by("measure"))
    ada.click(by("device-tile", device_id=known["device_id"]))
    ada.picture("1-chosen")
    ada.click(by("send-button"))
    [id] = until("a transfer to be made", lambda: [one["id"] for one in ada.transfers()])
    bob.window(INBOX)
    card = sending.offer(bob, id)
    bob.click(f'{card} {by("preview-toggle")}')
    bob.wait(f"{card} [role=treeitem]")
    bob.picture("2-offer")
    sending.answer(bob, id, "accept-button")
    arrived = bob.wait_state(id, "completed")
    ada.wait_state(id, "completed")
    trees.assert_equal(folder, arrived["roots"][0]["path"])
    bob.wait(by("arrived-item", transfer_id=id))
    bob.picture("3-arrived")
