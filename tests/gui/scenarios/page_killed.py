"""The process in which WebKit runs the pages ends in the middle of a transfer: that goes on, and the pages come back."""

import os

from parts import sending, trees
from parts.application import INBOX, by
from parts.waiting import until

SIZE = 12_000_000
# So slow that the pages end in the middle; nothing can lift it then.
LIMIT = 600_000


def run(desktop):
    file = trees.write(os.path.join(desktop.folder("sources"), "goes on.bin"), SIZE)
    ada, bob = desktop.start("ada"), desktop.start("bob", "--hidden")
    ada.page("index.html").wait(by("drop-area"))
    window = ada.window()
    target = bob.page("inbox.html").identity()["ticket"]
    [id] = ada.call("send", paths=[file], targets=[target], priority="normal", limit=LIMIT)["transfers"]
    sending.answer(bob, id, "accept-button")
    before = until("bytes to arrive", lambda: bob.transfer(id)["durable_bytes"])

    # Both windows share it. The driver loses its session with it: from here on there are the screen and the keys.
    [pages] = web_processes(ada)
    os.kill(pages, 9)
    until("another process for the pages", lambda: [one for one in web_processes(ada) if one != pages])
    desktop.bring_up(window)
    until("bytes to go on", lambda: bob.transfer(id)["durable_bytes"] > before)

    # The page does what it is asked to, and the other one is there too.
    assert not ada.visible(INBOX)
    desktop.press(window, "ctrl+2")
    desktop.picture("1-activity")
    until("the inbox to come up", lambda: desktop.press(window, "ctrl+i") or ada.visible(INBOX))
    desktop.bring_up(ada.window(INBOX))
    desktop.picture("2-inbox")
    trees.assert_equal(file, bob.wait_state(id, "completed")["roots"][0]["path"])


def web_processes(application):
    """The processes of WebKit's pages that the application has started."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat") as file:
                name, fields = file.read().rsplit(") ", 1)
        except OSError:
            continue
        state, parent = fields.split()[:2]
        if int(parent) == application.pid and "WebKitWebProces" in name and state != "Z":
            found.append(int(entry))
    return found
