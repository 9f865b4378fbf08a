"""Two processes never work on one data folder, even where the second cannot find the first."""

import os
import subprocess

from parts import failing


def run(desktop):
    ada = desktop.start("ada")
    desktop.wait_drawn(ada.window())
    ada.page("index.html")
    # Without a session bus the second start does not find the first: the engine's lock stands in between.
    second = desktop.spawn(
        os.environ["APP"], "--data", ada.data, "--listen", "127.0.0.1:0",
        env={**ada.environment, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"},
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    said = failing.confirm(desktop, second)
    assert second.returncode == 3, (second.returncode, said)
    assert ada.data in said, said
    assert ada.alive() and ada.identity()
