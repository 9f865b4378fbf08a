"""One running instance of the application: a device with its own data folder, driven by its own driver."""

import contextlib
import os
import socket
import subprocess
import time

from .waiting import LONG_PATIENCE, PATIENCE, until
from .webdriver import Driver

MAIN = "ChunkStream Pro"
INBOX = "Inbox - ChunkStream Pro"


def wait_free(address):
    """Waits until nobody listens there: a process that has ended can keep its socket for a moment."""
    host, port = address.rsplit(":", 1)

    def free():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((host, int(port)))
            except OSError:
                return False
        return True

    until(f"{address} to be free", free)


def by(test_id, **attributes):
    """A CSS selector by data-testid and data-* attributes."""
    more = "".join(f'[data-{name.replace("_", "-")}="{value}"]' for name, value in attributes.items())
    return f'[data-testid="{test_id}"]{more}'


class Application:
    def __init__(self, desktop, name, arguments, usual_port=False, bus=True):
        self.desktop = desktop
        self.name = name
        self.home = desktop.folder("devices", name)
        self.data = os.path.join(self.home, "data")
        self.environment = {
            **os.environ,
            "HOME": self.home,
            "XDG_CONFIG_HOME": os.path.join(self.home, ".config"),
            "XDG_DATA_HOME": os.path.join(self.home, ".local/share"),
            "PATH": f"{desktop.services.programs}:{os.environ['PATH']}",
        }
        if not bus:
            self.environment["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={self.home}/no-bus"
        self.usual_port = usual_port
        if usual_port:
            # It listens to the network then, and is to keep out of it all the same.
            self.environment["CHUNKSTREAM_DISCOVERY"] = "off"
        self.begin(*arguments)

    def begin(self, *arguments):
        """Starts it, the first time or once it has been killed."""
        listen = [] if self.usual_port or "--listen" in arguments else ["--listen", "127.0.0.1:0"]
        self.arguments = ["--data", self.data, *listen, *arguments]
        began = time.monotonic()
        self.driver = Driver(os.environ["APP"], self.arguments, self.environment)
        self.session_seconds = time.monotonic() - began
        self.pid = until("the application's process", self._find_pid)
        return self

    def kill(self):
        """Ends it as a power cut would: no signal handler, no farewell to anybody."""
        os.kill(self.pid, 9)
        until(f"{self.name} to be gone", lambda: not self.alive())
        self.driver.close()

    def _find_pid(self):
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                with open(f"/proc/{entry}/cmdline", "rb") as file:
                    words = file.read().split(b"\0")
            except OSError:
                continue
            if words[0] == os.environ["APP"].encode() and self.data.encode() in words:
                return int(entry)
        return None

    def alive(self):
        try:
            with open(f"/proc/{self.pid}/stat") as file:
                return file.read().rsplit(") ", 1)[1][0] != "Z"
        except OSError:
            return False

    def start_again(self, *arguments, **options):
        """A second start on the same data folder, without a driver."""
        return subprocess.run(
            [os.environ["APP"], "--data", self.data, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            **options,
        )

    # Windows

    def window(self, title=MAIN, timeout=PATIENCE):
        return self.desktop.window(title, self.pid, timeout)

    def visible(self, title=MAIN):
        return bool(self.desktop.visible(title, self.pid))

    def page(self, file):
        """Drives the window with that page from now on: "index.html" or "inbox.html"."""

        def switched():
            for handle in self.driver.handles():
                self.driver.switch(handle)
                path = self.driver.script("return location.pathname")
                if path.endswith(file) or (file == "index.html" and path == "/"):
                    return True
            return False

        until(f"the page {file}", switched)
        return self

    # The page

    def wait(self, css, timeout=PATIENCE):
        return until(f"{css} at {self.name}", lambda: self.driver.find(css), timeout)

    def click(self, css, timeout=PATIENCE):
        """Clicks once the element is there, enabled and still, and goes on once the element has had the click.

        A row that gets a line moves its buttons: a click aimed just before lands beside them, and is made again.
        """
        until(f"{css} at {self.name} to be enabled", lambda: self.driver.is_enabled(css), timeout)

        def hit():
            until(f"{css} at {self.name} to stand still", lambda: self.driver.is_still(css), timeout)
            self.driver.watch_clicks(css)
            self.driver.click(css)
            return self.driver.was_clicked()

        until(f"{css} at {self.name} to be hit", hit, timeout)

    def fill(self, css, text, timeout=PATIENCE):
        """Types into a field, in the place of what stands there."""
        until(f"{css} at {self.name} to be enabled", lambda: self.driver.is_enabled(css), timeout)

        def typed():
            self.driver.select(css)
            self.driver.type(css, text)
            return True

        until(f"{css} at {self.name} to take a text", typed, timeout)
        until(f"{text!r} to stand in {css} at {self.name}", lambda: self.driver.value(css) == text, timeout)

    def press(self, css, timeout=PATIENCE):
        """Clicks without waiting for the end of it: a page stands still while it has a dialog open, and goes with a quit.

        Not before the answer to this script has left.
        """
        until(f"{css} at {self.name} to be enabled", lambda: self.driver.is_enabled(css), timeout)
        self.driver.script("const css = arguments[0]; setTimeout(() => document.querySelector(css).click(), 50)", css)

    def text(self, css, timeout=PATIENCE):
        """The element's text once it has one."""
        return until(f"a text in {css} at {self.name}", lambda: self.driver.text(css), timeout)

    def call(self, name, /, **arguments):
        """A command of the engine; fails with the failure."""
        answer = self.driver.invoke("call", {"name": name, "args": arguments})
        assert "failure" not in answer, f"{name} at {self.name}: {answer}"
        return answer["ok"]

    def identity(self):
        return self.call("identity")

    def transfers(self):
        return self.call("transfers")

    def transfer(self, id):
        """The transfer as it stands; a LookupError if it is not known here (yet)."""
        for one in self.transfers():
            if one["id"] == id:
                return one
        raise LookupError(f"{id} is not known at {self.name}")

    def wait_state(self, id, state, timeout=LONG_PATIENCE):
        def reached():
            now = self.transfer(id)
            assert now["state"] == state, f"{now['state']} ({now['reason']}, {now['failure']})"
            return now

        return until(f"{id} to be {state} at {self.name}", reached, timeout)

    def picture(self, name):
        self.driver.screenshot(os.path.join(os.environ["PICTURES"], f"{self.desktop.name}-{name}.png"))

    def end(self):
        self.driver.close()
        if self.alive():
            with contextlib.suppress(ProcessLookupError):  # It may have gone with its driver by now.
                os.kill(self.pid, 15)
            until(f"{self.name} to end", lambda: not self.alive())
