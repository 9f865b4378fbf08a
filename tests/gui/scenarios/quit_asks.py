"""Quitting while a transfer is under way asks first; what is under way is kept and goes on at the next start."""

import os

from parts import sending, trees
from parts.application import by
from parts.waiting import until

SIZE = 60_000_000
# So slow that the question finds it in the middle.
LIMIT = 500_000


def run(desktop):
    file = trees.write(os.path.join(desktop.folder("sources"), "big.bin"), SIZE)
    ada, bob = desktop.start("ada"), desktop.start("bob", "--hidden")
    bob.page("inbox.html")
    ada.page("index.html").wait(by("drop-area"))
    ticket = bob.identity()["ticket"]
    [id] = ada.call("send", paths=[file], targets=[ticket], priority="normal", limit=LIMIT)["transfers"]
    sending.answer(bob, id, "accept-button")
    until("bytes to arrive", lambda: ada.transfer(id)["durable_bytes"] > 0)

    # The same paths again are the same transfer, in the window too.
    again = ada.call("send", paths=[file], targets=[ticket], priority="normal")
    assert again == {"transfers": [id], "taken_up": [id]}, again

    desktop.services.click_menu(ada.pid, "Quit")
    ada.wait(by("quit-dialog"))
    ada.picture("1-asked")
    ada.click(by("quit-later"))
    until("the question to go", lambda: not ada.driver.find_all(by("quit-dialog")))
    assert ada.alive() and ada.transfer(id)["state"] == "active"

    desktop.services.click_menu(ada.pid, "Quit")
    ada.wait(by("quit-dialog"))
    # The answer to the click would come from a window that is gone.
    ada.press(by("quit-now"))
    until("the process to end", lambda: not ada.alive())
    until("the receiver to notice", lambda: bob.transfer(id)["reason"] == "reconnecting")

    ada.begin("--hidden").page("index.html")
    ada.call("set_limit", id=id, limit=0)
    arrived = bob.wait_state(id, "completed")
    ada.wait_state(id, "completed")
    trees.assert_equal(file, arrived["roots"][0]["path"])

    # With nothing under way nobody is asked.
    desktop.services.click_menu(ada.pid, "Quit")
    until("the process to end", lambda: not ada.alive())
