"""The desktop around the application: windows, mouse, keyboard, pictures, and the services of a session."""

import os
import re
import subprocess

from . import dialogs
from .application import Application
from .dragging import Drag
from .services import Services
from .waiting import PATIENCE, until

DRAWN = 200
CLIPBOARD_OWNER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "clipboard_owner.py")
# Of a motion of the pointer.
STEPS = 20


def output(*command):
    """What a tool prints; nothing if it finds nothing."""
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


class Skipped(Exception):
    """This machine cannot show the scenario, and why."""


class Desktop:
    """Everything a scenario uses. Ends what it started."""

    def __init__(self, name, tray=True):
        self.name = name
        self.place = os.environ["SESSION_PLACE"]
        self.applications = []
        self.processes = []
        self.volumes = []
        self.services = Services(self.folder("services"), tray)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for application in reversed(self.applications):
            application.end()
        for process in self.processes:
            process.kill()
            process.wait()
        self.services.end()
        for volume in self.volumes:
            subprocess.run(["umount", "--lazy", volume], check=False)

    def folder(self, *names):
        """A folder of this session."""
        path = os.path.join(self.place, *names)
        os.makedirs(path, exist_ok=True)
        return path

    def volume(self, name, size):
        """A folder that is a disk of its own, so large, in memory. `run` has seen to it that nobody else has it."""
        if "PRIVATE_MOUNTS" not in os.environ:
            raise Skipped("this system lets nobody mount a volume of his own (unshare --mount)")
        path = self.folder("volumes", name)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", name, path], check=True)
        self.volumes.append(path)
        return path

    def start(self, name, *arguments, **options):
        """A device of that name: an instance with its own data folder and home, under a driver."""
        application = Application(self, name, arguments, **options)
        self.applications.append(application)
        return application

    def spawn(self, *command, **options):
        process = subprocess.Popen(command, **options)
        self.processes.append(process)
        return process

    # Windows

    def visible(self, title, pid=None):
        """X ids of visible windows with that exact title (and process)."""
        found = output("xdotool", "search", "--onlyvisible", "--name", f"^{title}$").split()
        return [window for window in found if pid is None or output("xdotool", "getwindowpid", window) == str(pid)]

    def listed(self, title, pid):
        """Whether the window manager has such a window of that process, be it minimised."""
        lines = [line.split(None, 4) for line in output("wmctrl", "-lp").splitlines()]
        return any(line[2] == str(pid) and line[4:] == [title] for line in lines)

    def window(self, title, pid=None, timeout=PATIENCE):
        return until(f"a window {title!r}", lambda: self.visible(title, pid), timeout)[-1]

    def geometry(self, window):
        """Where the window's inside is on the screen, and its size. (xdotool counts the frame twice.)"""
        said = output("xwininfo", "-id", window)
        fields = ("Absolute upper-left X", "Absolute upper-left Y", "Width", "Height")
        return tuple(int(re.search(rf"{field}: +(-?\d+)", said)[1]) for field in fields)

    def move(self, window, x, y):
        """Moves a window and waits until it stands there, give or take its frame."""
        output("xdotool", "windowmove", window, str(x), str(y))

        def stands():
            at = self.geometry(window)
            return abs(at[0] - x) < 40 and abs(at[1] - y) < 60

        until(f"the window to stand at {x},{y}", stands)

    def close_window(self, window):
        """What the close button does."""
        subprocess.run(["wmctrl", "-i", "-c", hex(int(window))], check=True)

    def wait_drawn(self, window, timeout=PATIENCE):
        """Waits until there is a page in the window: an empty one has a handful of colours."""

        def colours():
            return int(output("convert", f"x:{window}", "-format", "%k", "info:") or 0)

        until("the page to be drawn", lambda: colours() > DRAWN, timeout)

    # Mouse and keyboard

    def centre(self, application, window, css):
        """Where the middle of an element is on the screen."""
        x, y, _width, _height = self.geometry(window)
        box = application.driver.script(
            "const box = document.querySelector(arguments[0]).getBoundingClientRect();"
            "return [box.x + box.width / 2, box.y + box.height / 2]",
            css,
        )
        return x + int(box[0]), y + int(box[1])

    def press(self, window, *keys):
        """Presses keys with the real keyboard, in that window."""
        output("xdotool", "windowactivate", "--sync", window)
        output("xdotool", "key", "--delay", "40", *keys)

    def mouse(self, *command):
        """Moves the pointer, or what a hand does with it besides."""
        output("xdotool", *command)

    def glide(self, begin, to, pause="0"):
        """Moves the pointer from one place of the screen to another as a hand does; `pause` seconds after each step."""
        for step in range(1, STEPS + 1):
            place = (begin[axis] + (to[axis] - begin[axis]) * step // STEPS for axis in (0, 1))
            self.mouse("mousemove", *map(str, place), "sleep", pause)

    def pull(self, begin, to):
        """Presses the mouse at one place of the screen and moves it to another, where it is held."""
        self.mouse("mousemove", "--sync", *map(str, begin))
        self.mouse("mousedown", "1")
        # A drag is recognised by motion: one jump would be none. The pauses are the hand's, not a wait.
        self.glide(begin, to, pause="0.03")

    def hold_until(self, what, place, seen):
        """Holds the pointer at a place until something is so: a hand is never still, and a target of a drag is asked
        with every motion."""
        shaken = 0

        def held():
            nonlocal shaken
            if seen():
                return True
            shaken = 1 - shaken
            self.mouse("mousemove", str(place[0] + shaken), str(place[1]))
            return False

        until(what, held)

    def let_go(self):
        self.mouse("mouseup", "1")

    def keys(self, *keys):
        """Presses keys with the real keyboard, wherever it leads."""
        # Without --window: GTK ignores keys that are sent to a window instead of pressed.
        output("xdotool", "key", *keys)

    def bring_up(self, window):
        """In front and drawn, so that the mouse meets it."""
        output("xdotool", "windowactivate", "--sync", window)
        self.wait_drawn(window)

    def activate(self, title, pid):
        """Chooses a window on the task bar, where it stands though it be minimised."""
        for line in output("wmctrl", "-lp").splitlines():
            window, _desktop, owner, _host, name = line.split(None, 4)
            if owner == str(pid) and name == title:
                output("wmctrl", "-i", "-a", window)

    def active(self):
        """The window that has the keyboard; "" while none has."""
        return output("xdotool", "getactivewindow")

    def drag(self, window, paths, to):
        """Drags files to a place on the screen, which is to take them; they are dropped later."""
        drag = Drag(self, paths)
        drag.to(window, to)
        return drag

    def drop(self, drag):
        """Lets go of what is dragged."""
        drag.drop()

    def copy_files(self, form, *paths):
        """Another program puts files on the clipboard, in one of the forms of clipboard_owner.py."""
        owner = self.spawn("/usr/bin/python3", CLIPBOARD_OWNER, form, *paths, stdout=subprocess.PIPE, text=True)
        assert owner.stdout.readline().strip() == "ready"

    def choose_in_dialog(self, title, path):
        """Puts a path into GTK's file dialog, to open or to save, and confirms."""
        dialogs.choose(self, title, path)

    # Pictures

    def picture(self, name):
        """The whole screen."""
        path = os.path.join(os.environ["PICTURES"], f"{self.name}-{name}.png")
        subprocess.run(["import", "-window", "root", path], check=False)
        return path
