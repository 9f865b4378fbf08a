"""An offer is declined: nothing is written, and the sender is told."""

import os

from parts import sending, trees
from parts.application import INBOX, by
from parts.waiting import until


def run(desktop):
    file = trees.write(os.path.join(desktop.folder("sources"), "unwanted.bin"), 100_000)
    ada, bob = desktop.start("ada", file), desktop.start("bob", "--hidden")
    ada.page("index.html")
    sending.wait_selected(ada, [file])
    bob.page("inbox.html")
    ticket = bob.identity()["ticket"]
    [id] = sending.press_send(ada, ticket)

    bob.window(INBOX)
    sending.answer(bob, id, "decline-button")
    until("the card to go", lambda: not bob.driver.find_all(by("offer-card")))

    def refused():
        now = ada.transfer(id)
        return now["state"] in ("failed", "cancelled") and now["failure"] and now["failure"]["code"] == "declined"

    until("the sender to be told", refused)
    ada.wait(by("transfer-row", transfer_id=id))
    desktop.services.notification(ada.pid, "was not sent to")
    ada.picture("declined")
    inbox = bob.identity()["inbox_folder"]
    assert not os.path.isdir(inbox) or os.listdir(inbox) == [], os.listdir(inbox)
    told = [one for one in desktop.services.notifications if one["pid"] == bob.pid]
    assert len(told) == 1, f"bob is told of the offer only, not of the own answer: {told}"
