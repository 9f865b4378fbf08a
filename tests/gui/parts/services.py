"""The session's services as the scenarios see them: what was notified, the tray's menu, what was opened."""

import json
import os
import queue
import subprocess
import threading

from .waiting import PATIENCE, until


class Services:
    """Owns the process with the D-Bus names, and a program folder with a stand-in for xdg-open."""

    def __init__(self, folder, tray=True):
        self.notifications = []
        self.closed = []
        self.shown = []
        self.tray_items = []
        self.marks = []
        self._answers = queue.Queue()
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "session_services.py")
        self.process = subprocess.Popen(
            ["/usr/bin/python3", script, *([] if tray else ["--no-tray"])], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        assert json.loads(self.process.stdout.readline()) == {"event": "ready"}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.programs = os.path.join(folder, "bin")
        self._opened = os.path.join(folder, "opened")
        os.makedirs(self.programs)
        opener = os.path.join(self.programs, "xdg-open")
        with open(opener, "w") as file:
            file.write(f'#!/bin/sh\nprintf "%s\\n" "$1" >> "{self._opened}"\n')
        os.chmod(opener, 0o755)

    def _read(self):
        for line in self.process.stdout:
            message = json.loads(line)
            match message.pop("event"):
                case "notification":
                    self.notifications.append(message)
                case "closed":
                    self.closed.append(message["id"])
                case "tray":
                    self.tray_items.append(message)
                case "shown":
                    self.shown.append(message["uri"])
                case "launcher":
                    self.marks.append(message)
                case "answer":
                    self._answers.put(message)

    def _ask(self, **command):
        self.process.stdin.write(json.dumps(command) + "\n")
        answer = self._answers.get(timeout=PATIENCE)
        assert "error" not in answer, answer
        return answer["value"]

    def opened(self):
        """Paths given to xdg-open."""
        try:
            with open(self._opened) as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []

    def notification(self, pid, title_part, timeout=PATIENCE):
        """The first notification of that process with that text in its title."""

        def found():
            return [one for one in self.notifications if one["pid"] == pid and title_part in one["title"]]

        return until(f"a notification with {title_part!r}, have {self.notifications}", found, timeout)[0]

    def click_notification(self, notification, action="default"):
        """What a person does with it: clicks it, or one of its buttons."""
        self._ask(do="click_notification", id=notification["id"], action=action)

    def marks_of(self, pid):
        """What a dock has been told to draw on the icon of that process, in order: (count, progress), None for none."""
        told = [mark for mark in self.marks if mark["pid"] == pid]
        assert all(mark["application"] == "application://ChunkStream Pro.desktop" for mark in told), told
        values = [mark["values"] for mark in told]
        return [
            (one["count"] if one["count-visible"] else None, one["progress"] if one["progress-visible"] else None)
            for one in values
        ]

    def tray(self, pid):
        """The bus name of the tray icon of that process."""
        return until("a tray icon", lambda: [item for item in self.tray_items if item["pid"] == pid])[0]["bus"]

    def entries(self, pid):
        """The tray's menu: {label: entry}, in order; what is in a submenu as "Submenu > entry"."""
        entries = self._ask(do="menu", bus=self.tray(pid))
        return {entry["label"]: entry for entry in entries if entry["label"] is not None}

    def menu(self, pid):
        """Labels of the tray's menu; None for a separator."""
        return [entry["label"] for entry in self._ask(do="menu", bus=self.tray(pid))]

    def icon(self, pid):
        """The file of the picture in the tray."""
        return self._ask(do="tray_icon", bus=self.tray(pid))

    def click_menu(self, pid, label):
        """Clicks an entry once it can be clicked."""
        until(f"{label!r} to be enabled", lambda: self.entries(pid)[label]["enabled"])
        self._ask(do="click_menu", bus=self.tray(pid), label=label)

    def copy(self, text):
        """Puts a text on the clipboard."""
        self._ask(do="copy", text=text)

    def copied(self):
        """The text on the clipboard, whoever has put it there."""
        return self._ask(do="copied")

    def end(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
