"""A session without a bus, as over ssh: no tray and no notifications. A start shows itself, sends and receives, and the last
window ends it."""

import os

from parts import sending, trees
from parts.application import MAIN
from parts.waiting import until


def run(desktop):
    file = trees.write(os.path.join(desktop.folder("sources"), "a file.bin"), 300_000)
    ada = desktop.start("ada", file, bus=False)
    bob = desktop.start("bob", "--hidden", bus=False)
    ada.page("index.html")
    sending.wait_selected(ada, [file])
    # Nobody could bring a hidden window back.
    until("the window on the task bar", lambda: desktop.listed(MAIN, bob.pid))
    bob.page("inbox.html")
    [id] = sending.press_send(ada, bob.identity()["ticket"])
    sending.answer(bob, id, "accept-button")
    bob.wait_state(id, "completed")
    ada.wait_state(id, "completed")
    ada.picture("1-sent")

    desktop.close_window(ada.window())
    until("ada to end", lambda: not ada.alive())
    ada.driver.close()
