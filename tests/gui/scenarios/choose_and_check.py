"""An offer is taken in part into a folder where its name is taken; what arrived is verified; a source that changes
while it is sent is asked about."""

import os

from parts import choices, sending, trees
from parts.application import INBOX, by
from parts.waiting import until

SIZE = 40_000_000
# So slow that the change finds it in the middle.
LIMIT = 500_000


def run(desktop):
    sources = desktop.folder("sources")
    keep = trees.write(os.path.join(sources, "trip", "keep.bin"), 300_000, 1)
    trees.write(os.path.join(sources, "trip", "leave.bin"), 200_000, 2)
    ada, bob = desktop.start("ada"), desktop.start("bob", "--hidden")
    ada.page("index.html").wait(by("drop-area"))
    bob.page("inbox.html")
    identity = bob.identity()
    inbox, ticket = identity["inbox_folder"], identity["ticket"]
    mine = trees.write(os.path.join(inbox, "trip", "mine.bin"), 1000, 9)
    trees.write(os.path.join(inbox, "trip", "keep.bin"), 1000, 9)
    bob.call("change_settings", conflict="ask")

    [id] = ada.call("send", paths=[os.path.join(sources, "trip")], targets=[ticket], priority="normal")["transfers"]
    card = sending.offer(bob, id)
    until("the offer to be whole", lambda: bob.transfer(id)["scan_complete"])
    until("what is there to be shown", lambda: bob.driver.find(f'{card} {by("conflict-select")}'))
    assert not bob.driver.is_enabled(f'{card} {by("accept-button")}'), "a person must choose first"
    bob.picture("1-asked")
    bob.window(INBOX)
    choices.choose(bob, f'{card} {by("conflict-select")}', steps=1)
    bob.click(f'{card} {by("preview-toggle")}')
    bob.click(f'{card} [role=treeitem][data-path="trip/leave.bin"]')
    bob.picture("2-chosen")
    bob.click(f'{card} {by("accept-button")}')
    bob.wait_state(id, "completed")
    ada.wait_state(id, "completed")
    trees.assert_equal(keep, os.path.join(inbox, "trip", "keep.bin"))
    assert sorted(os.listdir(os.path.join(inbox, "trip"))) == ["keep.bin", "mine.bin"], "the rest was left out"
    assert os.path.getsize(mine) == 1000, "what nobody sent stays as it was"

    item = by("arrived-item", transfer_id=id)
    bob.click(f'{item} {by("verify-button")}')
    found = until("the check to end", lambda: verified(bob, id))
    assert (found["sound"], found["changed_count"], found["missing_count"]) == (1, 0, 0), found
    until("the page to say so", lambda: "Verified again" in (bob.driver.text(f'{item} {by("verification")}') or ""))
    with open(os.path.join(inbox, "trip", "keep.bin"), "r+b") as file:
        file.seek(1234)
        byte = file.read(1)
        file.seek(1234)
        file.write(bytes([byte[0] ^ 1]))
    bob.click(f'{item} {by("verify-button")}')
    found = until("the flipped bit to be found", lambda: (now := verified(bob, id)) and now["changed_count"] and now)
    assert (found["sound"], found["missing_count"]) == (0, 0), found
    until("the page to say so", lambda: "1 changed" in (bob.driver.text(f'{item} {by("verification")}') or ""))
    bob.picture("3-a-bit-flipped")

    changing = trees.write(os.path.join(sources, "report.bin"), SIZE, 3)
    [id] = ada.call("send", paths=[changing], targets=[ticket], priority="normal", limit=LIMIT)["transfers"]
    sending.answer(bob, id, "accept-button")
    until("bytes to arrive", lambda: ada.transfer(id)["durable_bytes"] > 0)
    trees.write(changing, SIZE // 2, 4)
    ada.click(by("nav-activity"))
    until("the change to be seen", lambda: ada.transfer(id)["reason"] == "source_changed")
    ada.wait(sending.inside(ada, id, "send-new-version"))
    ada.picture("4-source-changed")
    ada.click(sending.inside(ada, id, "send-new-version"))
    ada.call("set_limit", id=id, limit=0)
    bob.wait_state(id, "completed")
    ada.wait_state(id, "completed")
    trees.assert_equal(changing, os.path.join(inbox, "report.bin"))


def verified(application, id):
    """The check's result once it has ended."""
    found = application.transfer(id)["verification"]
    return found if found and not found["running"] else None
