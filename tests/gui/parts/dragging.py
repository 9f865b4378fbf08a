"""Files that are dragged with the mouse from a real GTK drag source, as a file manager would."""

import os
import subprocess
import threading

from .waiting import PATIENCE, until

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "drag_source.py")
STEPS = 20


class Drag:
    """One drag: from its source to a place on the screen, held there until it is dropped."""

    def __init__(self, desktop, paths):
        self._desktop = desktop
        self._said = []
        self._process = desktop.spawn(
            "/usr/bin/python3", SCRIPT, "1400", "900", *paths, stdout=subprocess.PIPE, text=True
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self._process.stdout:
            self._said.append(line.strip())

    def to(self, target, place):
        """Takes hold of the files and holds them over a place until what is there says that it takes them."""
        mouse = self._desktop.mouse
        until("the drag source", lambda: "ready" in self._said)
        x, y, width, height = self._desktop.geometry(self._desktop.window("drag source", self._process.pid))
        x, y = x + width // 2, y + height // 2
        mouse("windowraise", target)
        mouse("mousemove", "--sync", str(x), str(y))
        mouse("mousedown", "1")

        # A drag is recognised by motion: one jump would be none.
        moved = 0

        def begun():
            nonlocal moved
            moved = moved % 60 + 6
            mouse("mousemove", str(x - moved), str(y - moved // 2))
            return "begun" in self._said

        until("the drag to begin", begun)
        for step in range(1, STEPS + 1):
            mouse("mousemove", str(x + (place[0] - x) * step // STEPS), str(y + (place[1] - y) * step // STEPS))
        shaken = 0

        def accepted():
            nonlocal shaken
            if self._answer() == "accepted":
                return True
            # A hand never holds still, and a target is asked with every motion.
            shaken = 1 - shaken
            mouse("mousemove", str(place[0] + shaken), str(place[1]))
            return False

        until("the target to take the drag", accepted)

    def hold(self, place):
        """Moves on to another place, before the drop."""
        self._desktop.mouse("mousemove", str(place[0]), str(place[1]))

    def _answer(self):
        return next((word for word in reversed(self._said) if word in ("accepted", "refused")), None)

    def drop(self):
        """Lets go; the source ends by itself once the target has taken everything."""
        self._desktop.mouse("mouseup", "1")
        self._process.wait(PATIENCE)
        until("the drop to be taken", lambda: "given" in self._said)
