"""Files that are dragged with the mouse: from a real GTK drag source, as a file manager would, and onto a real GTK drop
target."""

import json
import os
import queue
import subprocess
import threading

from .waiting import PATIENCE, until

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE, TARGET = os.path.join(HERE, "drag_source.py"), os.path.join(HERE, "drop_target.py")


class Drag:
    """One drag: from its source to a place on the screen, held there until it is dropped."""

    def __init__(self, desktop, paths):
        self._desktop = desktop
        self._said = []
        self._process = desktop.spawn(
            "/usr/bin/python3", SOURCE, "1400", "900", *paths, stdout=subprocess.PIPE, text=True
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
        self._desktop.glide((x, y), place)
        self._desktop.hold_until("the target to take the drag", place, lambda: self._answer() == "accepted")

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


class DropTarget:
    """Another program's window that takes files."""

    def __init__(self, desktop, x, y):
        self._desktop = desktop
        self._process = desktop.spawn(
            "/usr/bin/python3", TARGET, str(x), str(y), stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout.readline().strip() == "ready"
        x, y, width, height = desktop.geometry(desktop.window("drop target", self._process.pid))
        self.middle = (x + width // 2, y + height // 2)
        self._drops, self._over = queue.Queue(), threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self._process.stdout:
            if line.strip() == "over":
                self._over.set()
            else:
                self._drops.put(json.loads(line))

    def pull(self, begin):
        """Drags from there onto it and holds it there, until it has seen the drag."""
        self._over.clear()
        self._desktop.pull(begin, self.middle)
        self._desktop.hold_until("the drag to come over the target", self.middle, self._over.is_set)

    def got(self):
        """The URIs of the next drop."""
        return self._drops.get(timeout=PATIENCE)

    def is_empty(self):
        """Whether nothing was dropped that was not asked for."""
        return self._drops.empty()
