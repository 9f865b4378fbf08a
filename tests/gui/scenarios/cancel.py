"""A transfer is cancelled in the middle: by the sender in its row, by the receiver in its window. The other side is told,
and nothing half remains among the received files."""

import os

from parts import sending, trees
from parts.application import by
from parts.waiting import until

SIZE = 60_000_000
# So slow that the cancel finds it in the middle.
LIMIT = 500_000


def run(desktop):
    ada, bob = desktop.start("ada"), desktop.start("bob")
    ada.page("index.html").wait(by("drop-area"))
    bob.page("index.html").call("trust", device=ada.identity()["ticket"], role="mine", name="Ada")
    inbox = bob.identity()["inbox_folder"]

    for who, other, name in [(ada, bob, "first.bin"), (bob, ada, "second.bin")]:
        file = trees.write(os.path.join(desktop.folder("sources"), name), SIZE)
        id = begin(ada, bob, file)
        for one in (ada, bob):
            one.click(by("nav-activity"))
        # Something is lost by it, so it asks: once the page has heard that something has arrived.
        asks = sending.inside(who, id, "cancel-button") + "[aria-haspopup=dialog]"
        who.click(asks)
        who.wait("[role=alertdialog]")
        who.picture(f"{who.name}-1-asks")
        who.click(by("confirm-no"))
        until("the question to go", lambda: not who.driver.find_all("[role=alertdialog]"))
        assert who.transfer(id)["state"] == "active", "asked, and answered with no"
        who.click(asks)
        who.click(by("confirm-yes"))
        who.wait_state(id, "cancelled")
        ended = until("the other side to hear of it", lambda: (now := other.transfer(id))["state"] == "cancelled" and now)
        assert ended["failure"]["code"] == "cancelled_by_peer", ended
        other.wait(by("transfer-row", transfer_id=id, state="cancelled"))
        part = "was not received" if other is bob else "was not sent"
        told = desktop.services.notification(other.pid, part)
        assert "cancelled at the other device" in told["body"] and name in told["title"], told
        other.picture(f"{who.name}-2-told")
        assert not [one for one in desktop.services.notifications if one["pid"] == who.pid and name in one["title"]], (
            "who cancelled knows it"
        )
        assert name not in os.listdir(inbox), os.listdir(inbox)

    # What was there already is kept apart until a person lets it go, and the same file again goes on from it.
    again = begin(ada, bob, os.path.join(desktop.folder("sources"), "first.bin"))
    ada.call("set_limit", id=again, limit=0)
    arrived = bob.wait_state(again, "completed")
    trees.assert_equal(os.path.join(desktop.folder("sources"), "first.bin"), arrived["roots"][0]["path"])
    bob.wait(by("transfer-row", transfer_id=again, state="completed"))
    bob.picture("3-again")


def begin(ada, bob, file):
    ticket = bob.identity()["ticket"]
    [id] = ada.call("send", paths=[file], targets=[ticket], priority="normal", limit=LIMIT)["transfers"]
    until("bytes to arrive", lambda: ada.transfer(id)["durable_bytes"] > 0)
    until("it to be known", lambda: bob.transfer(id))
    return id
