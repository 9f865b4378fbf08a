"""How the application starts: hidden, with paths, a second time, and when it cannot."""

import os
import socket
import subprocess

from parts import failing, sending, trees
from parts.application import INBOX, by
from parts.waiting import PATIENCE, stays, until


def run(desktop):
    sources = desktop.folder("sources")
    first, second = (trees.write(os.path.join(sources, name), 10) for name in ("first.txt", "second one.txt"))

    # Hidden, with a path: it waits in the page.
    ada = desktop.start("ada", "--hidden", first)
    ada.page("index.html").wait(by("drop-area"))
    sending.wait_selected(ada, [first])
    stays("hidden", lambda: not ada.visible() and not ada.visible(INBOX), 1)

    # A second start on the same data folder ends with code 0; its path, seen from its folder, joins the first.
    again = ada.start_again("second one.txt", cwd=sources)
    assert again.returncode == 0, again
    sending.wait_selected(ada, [first, second])
    ada.window()
    ada.picture("handed-over")

    # Another data folder is another device.
    bob = desktop.start("bob")
    bob.window()
    assert bob.page("index.html").identity()["device_id"] != ada.identity()["device_id"]
    assert ada.alive()

    refuses_a_taken_port(desktop)
    refuses_unknown_arguments()
    keeps_its_identity_over_a_restart(desktop, bob)


def refuses_a_taken_port(desktop):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        address = "127.0.0.1:%d" % taken.getsockname()[1]
        eve = desktop.spawn(
            os.environ["APP"], "--data", desktop.folder("devices", "eve"), "--listen", address,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        said = failing.confirm(desktop, eve)
    assert eve.returncode == 4, (eve.returncode, said)
    assert "--listen" in said, said


def refuses_unknown_arguments():
    refused = subprocess.run([os.environ["APP"], "--no-such-option"], capture_output=True, text=True, timeout=PATIENCE)
    assert refused.returncode == 2 and "--no-such-option" in refused.stderr, refused


def keeps_its_identity_over_a_restart(desktop, bob):
    device_id = bob.identity()["device_id"]
    os.kill(bob.pid, 15)
    until("bob to end on SIGTERM", lambda: not bob.alive())
    bob.end()
    again = desktop.start("bob")
    assert again.page("index.html").identity()["device_id"] == device_id
