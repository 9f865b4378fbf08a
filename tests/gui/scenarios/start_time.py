"""How long it takes from the start of the binary to a drawn window."""

import os
import time

from parts.desktop import output
from parts.waiting import until

# A blank page has a handful of colours.
DRAWN = 200
# Generous: this is a bound against hanging, the figure is what is printed.
LIMIT = 15


def run(desktop):
    took = []
    for number in range(3):
        began = time.monotonic()
        process = desktop.spawn(
            os.environ["APP"], "--data", desktop.folder("devices", f"timed {number}"), "--listen", "127.0.0.1:0"
        )
        window = desktop.window("ChunkStream Pro", process.pid, LIMIT)
        shown = time.monotonic() - began
        until("the page to be drawn", lambda: colours(window) > DRAWN, LIMIT)
        took.append((shown, time.monotonic() - began))
        process.terminate()
        assert process.wait(15) == 0, "SIGTERM ends the application in order"
    print("window mapped / page drawn after: " + ", ".join(f"{a:.2f} / {b:.2f} s" for a, b in took))


def colours(window):
    return int(output("convert", f"x:{window}", "-format", "%k", "info:") or 0)
