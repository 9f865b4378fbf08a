"""An offer is announced with buttons: Accept there receives it, Decline refuses it, a click leads to the inbox; once it
is answered anywhere the notification goes."""

import os

from parts import sending, trees
from parts.application import INBOX, by
from parts.waiting import stays, until


def run(desktop):
    ada, bob = desktop.start("ada"), desktop.start("bob", "--hidden")
    ada.page("index.html")
    bob.page("inbox.html")
    ticket = bob.identity()["ticket"]
    services = desktop.services

    def offer(name):
        file = trees.write(os.path.join(desktop.folder("sources"), name), 1000)
        [id] = ada.call("send", paths=[file], targets=[ticket], priority="normal")["transfers"]
        notification = services.notification(bob.pid, f"wants to send you {name}")
        assert notification["actions"] == ["accept", "Accept", "decline", "Decline", "default", ""], notification
        return id, file, notification

    # Accept: it arrives without a window having been touched, and says so.
    id, file, notification = offer("one.bin")
    assert "a device that you do not know" in notification["body"], notification
    services.click_notification(notification, "accept")
    arrived = bob.wait_state(id, "completed")
    trees.assert_equal(file, arrived["roots"][0]["path"])
    until("its notification to go", lambda: notification["id"] in services.closed)
    done = services.notification(bob.pid, "one.bin has arrived")
    assert done["actions"] == ["default", ""], done

    # Decline: nothing arrives, and the sender is told.
    id, file, notification = offer("two.bin")
    services.click_notification(notification, "decline")
    bob.wait_state(id, "cancelled")
    services.notification(ada.pid, "two.bin was not sent")

    # A click on the text decides nothing: it leads to the inbox.
    id, file, notification = offer("three.bin")
    # The offer opens the inbox, if it is not open: it is closed after that.
    sending.offer(bob, id)
    desktop.close_window(bob.window(INBOX))
    until("the inbox to be hidden", lambda: not bob.visible(INBOX))
    services.click_notification(notification)
    bob.window(INBOX)
    stays("an offer", lambda: bob.call("transfer", id=id)["state"] == "created", 0.5)

    # Answered in the window, it goes from the screen; a late click on Accept changes nothing any more.
    sending.answer(bob, id, "decline-button")
    until("its notification to go", lambda: notification["id"] in services.closed)
    services.click_notification(notification, "accept")
    stays("declined", lambda: bob.call("transfer", id=id)["state"] == "cancelled", 0.5)

    # A click on what was delivered leads to its row.
    id, file, notification = offer("four.bin")
    services.click_notification(notification, "accept")
    desktop.close_window(ada.window())
    until("the window to be hidden", lambda: not ada.visible())
    services.click_notification(services.notification(ada.pid, "four.bin is at"))
    ada.window()
    ada.wait(by("transfer-row", transfer_id=id))
