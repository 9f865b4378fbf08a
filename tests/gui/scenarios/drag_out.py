"""What has arrived is dragged out of the inbox and out of an opened row into another program, which gets the real files;
a drag that comes back to its window chooses nothing; a click stays a click, and a file that was moved away is said to be."""

import os
import pathlib

from parts import sending, trees
from parts.application import INBOX, by
from parts.dragging import DropTarget
from parts.waiting import stays, until


def run(desktop):
    sources = desktop.folder("sources")
    file = trees.write(os.path.join(sources, "50 % größer.bin"), 70_000)
    folder = trees.write_tree(os.path.join(sources, "a folder"))
    ada, bob = desktop.start("ada", "--hidden"), desktop.start("bob")
    main = bob.window()
    ada.page("index.html").wait(by("nav-send"))
    ticket = bob.identity()["ticket"]
    [id] = ada.call("send", paths=[file, folder], targets=[ticket], priority="normal")["transfers"]
    sending.answer(bob, id, "accept-button")
    arrived = bob.wait_state(id, "completed")
    places = {root["name"]: root["path"] for root in arrived["roots"]}
    target = DropTarget(desktop, 1340, 760)

    from_the_inbox(desktop, bob, id, list(places.values()), target)
    onto_its_own_window(desktop, bob, main, id, places, target)
    moved_away(desktop, bob, id, places, target)


def uris(paths):
    return [pathlib.Path(path).as_uri() for path in paths]


def from_the_inbox(desktop, bob, id, places, target):
    inbox = bob.window(INBOX)
    desktop.move(inbox, 60, 40)
    item = by("arrived-item", transfer_id=id)
    handle = f"{item} {by('drag-handle')}"
    bob.page("inbox.html").wait(handle)
    until("the item to stand still", lambda: bob.driver.is_still(item))
    desktop.bring_up(inbox)
    target.pull(desktop.centre(bob, inbox, handle))
    desktop.picture("1-dragging")
    desktop.let_go()
    assert target.got() == uris(places), places
    desktop.picture("2-dropped")

    # The page has not seen the button come up; the next press is one all the same.
    bob.click(f"{item} {by('open-button')}")
    until("the file to be opened", desktop.services.opened)

    # A press that hardly moves is no drag, and neither is one that begins on a button.
    x, y = desktop.centre(bob, inbox, handle)
    desktop.mouse("mousemove", "--sync", str(x), str(y), "mousedown", "1", "mousemove_relative", "1", "1")
    desktop.let_go()
    desktop.pull(desktop.centre(bob, inbox, f"{item} {by('verify-button')}"), target.middle)
    desktop.let_go()
    stays("nothing dropped", target.is_empty, 1)


def onto_its_own_window(desktop, bob, main, id, places, target):
    row = by("transfer-row", transfer_id=id)
    bob.page("index.html").click(by("nav-activity"))
    bob.click(f"{row} {by('details-button')}")
    bob.click(f"{row} {by('files-toggle')}")
    entry = f"{row} {by('file-row')}:has([title='50 % größer.bin'])"
    bob.wait(entry)
    desktop.close_window(bob.window(INBOX))
    desktop.move(main, 40, 30)
    desktop.bring_up(main)
    handle = f"{entry} svg"
    bob.driver.script("document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })", handle)
    until("the row to stand still", lambda: bob.driver.is_still(handle))
    start = desktop.centre(bob, main, handle)

    # Back to where it came from: nothing is chosen to be sent, nothing is drawn for it.
    x, y, width, height = desktop.geometry(main)
    desktop.pull(start, (x + width // 2, y + height // 2))
    assert not bob.driver.find_all(by("drop-veil")), "its own drag is no offer to send"
    desktop.let_go()
    stays("Activity", lambda: bob.driver.find_all(row) and not bob.driver.find_all(by("selection-item")), 1)

    # One file of several.
    target.pull(start)
    desktop.picture("3-one-file")
    desktop.let_go()
    assert target.got() == uris([places["50 % größer.bin"]])
    # What comes from other programs is taken as ever.
    other = trees.write(os.path.join(desktop.folder("sources"), "other.bin"), 10)
    x, y, width, height = desktop.geometry(main)
    desktop.drop(desktop.drag(main, [other], to=(x + width // 2, y + height // 2)))
    sending.wait_selected(bob, [other])


def moved_away(desktop, bob, id, places, target):
    os.rename(places["50 % größer.bin"], places["50 % größer.bin"] + ".moved")
    row = by("transfer-row", transfer_id=id)
    bob.click(by("nav-activity"))
    bob.wait(row)
    main = bob.window()
    until("the row to stand still", lambda: bob.driver.is_still(row))
    desktop.pull(desktop.centre(bob, main, f"{row} [role=img]"), target.middle)
    bob.wait(by("notice"))
    desktop.let_go()
    bob.picture("4-moved-away")
    stays("nothing dropped", target.is_empty, 1)
    # By number only: a page can name no path, and no file that is not of it.
    refused = bob.driver.invoke("drag_out", {"transfer": id, "file": 999, "ended": "__CHANNEL__:0"})
    assert refused["failure"]["code"] == "not_found", refused
