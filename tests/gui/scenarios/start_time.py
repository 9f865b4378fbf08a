"""How long it takes from the start of the binary to a drawn window."""

import os
import time

# Generous: this is a bound against hanging, the figure is what is printed.
LIMIT = 60


def run(desktop):
    took = []
    for number in range(3):
        began = time.monotonic()
        process = desktop.spawn(
            os.environ["APP"], "--data", desktop.folder("devices", f"timed {number}"), "--listen", "127.0.0.1:0"
        )
        window = desktop.window("ChunkStream Pro", process.pid, LIMIT)
        shown = time.monotonic() - began
        desktop.wait_drawn(window, LIMIT)
        took.append((shown, time.monotonic() - began))
        process.terminate()
        assert process.wait(LIMIT) == 0, "SIGTERM ends the application in order"
    print("window mapped / page drawn after: " + ", ".join(f"{a:.2f} / {b:.2f} s" for a, b in took))
