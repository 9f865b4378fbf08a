"""A WebDriver client: the part of the W3C protocol that the scenarios use, on the standard library."""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from base64 import b64decode

from .waiting import LONG_PATIENCE, PATIENCE, until

# A promise that two frames are drawn. A page that nobody sees draws none, and one that is being hidden may not know yet.
TWO_FRAMES = (
    "const twoFrames = new Promise((drawn) => {"
    " if (document.hidden) drawn();"
    " requestAnimationFrame(() => requestAnimationFrame(drawn));"
    " setTimeout(drawn, 1000);"
    "});"
)
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


# What another try can cure: it is not there yet, not yet to be seen, or something passes over it.
PASSING = (
    "no such element",
    "no such window",
    "stale element reference",
    "element not interactable",
    "element click intercepted",
)


class NoSuch(LookupError):
    """Element or window not there, or not to be used (yet)."""


class Driver:
    """One WebKitWebDriver process and the application that it starts."""

    def __init__(self, binary, arguments, environment):
        self._start({**environment, "TAURI_WEBVIEW_AUTOMATION": "true"})
        options = {
            "webkitgtk:browserOptions": {"binary": binary, "args": list(arguments)},
            "timeouts": {"script": PATIENCE * 1000},
        }
        answer = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": options}})
        self.session = f"/session/{answer['sessionId']}"

    def _start(self, environment):
        """Starts the driver on a free port; on another one if somebody was faster to take it."""
        self.log = open(os.path.join(environment["SESSION_PLACE"], f"driver-{time.monotonic_ns()}.log"), "w+")

        def listens():
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
            self.process = subprocess.Popen(
                ["WebKitWebDriver", f"--port={self.port}"], env=environment, stdout=self.log, stderr=self.log
            )
            until("the driver to listen or to give up", lambda: self._listens() or self.process.poll() is not None)
            return self.process.poll() is None

        until("the driver to listen", listens)

    def _listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def _ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data, {"content-type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=LONG_PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.loads(error.read() or b'{"value":{}}')["value"]
            text = f"{method} {path}: {value.get('error')}: {value.get('message')}"
            if value.get("error") in PASSING:
                raise NoSuch(text) from None
            raise RuntimeError(text) from None

    def ask(self, method, path, body=None):
        return self._ask(method, self.session + path, body)

    def handles(self):
        return self.ask("GET", "/window/handles")

    def switch(self, handle):
        self.ask("POST", "/window", {"handle": handle})

    def script(self, source, *arguments):
        return self.ask("POST", "/execute/sync", {"script": source, "args": list(arguments)})

    def invoke(self, command, arguments=None):
        """Calls one of the application's commands: {"ok": value} or {"failure": value}."""
        source = (
            "const done = arguments[arguments.length - 1];"
            "window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1])"
            ".then((ok) => done({ ok }), (failure) => done({ failure }));"
        )
        return self.ask("POST", "/execute/async", {"script": source, "args": [command, arguments or {}]})

    def find(self, css):
        return self.ask("POST", "/element", {"using": "css selector", "value": css})[ELEMENT]

    def find_all(self, css):
        return [one[ELEMENT] for one in self.ask("POST", "/elements", {"using": "css selector", "value": css})]

    def click(self, css):
        self.ask("POST", f"/element/{self.find(css)}/click", {})

    def is_still(self, css):
        """Whether the element stays at its place for two frames."""
        source = (
            "const done = arguments[arguments.length - 1];"
            "const place = () => JSON.stringify(arguments[0].getBoundingClientRect());"
            "const before = place();" + TWO_FRAMES + "twoFrames.then(() => done(place() === before));"
        )
        return self.ask("POST", "/execute/async", {"script": source, "args": [{ELEMENT: self.find(css)}]})

    def watch_clicks(self, css):
        """Has the page note whether the next click hits such an element."""
        self.script(
            "const [css] = arguments; window.clickHit = false;"
            "window.addEventListener('click', (event) => {"
            " window.clickHit = event.target.closest(css) !== null;"
            "}, { capture: true, once: true });",
            css,
        )

    def was_clicked(self):
        """Whether it did. True as well once the page that was clicked is no more."""
        return self.script("return window.clickHit !== false")

    def value(self, css):
        """What stands in a field."""
        return self.script("return arguments[0].value", {ELEMENT: self.find(css)})

    def select(self, css):
        """Selects what stands in a field: what is typed next takes its place."""
        self.script("arguments[0].focus(); arguments[0].select()", {ELEMENT: self.find(css)})

    def type(self, css, text):
        self.ask("POST", f"/element/{self.find(css)}/value", {"text": text})

    def text(self, css):
        """Not the protocol's "element text": WebKit leaves out texts that are clipped at the end of a line."""
        return self.script("return arguments[0].textContent", {ELEMENT: self.find(css)})

    def attribute(self, css, name):
        return self.ask("GET", f"/element/{self.find(css)}/attribute/{name}")

    def is_enabled(self, css):
        return self.ask("GET", f"/element/{self.find(css)}/enabled")

    def wait_painted(self):
        """Waits until what the page has now is drawn."""
        self.ask(
            "POST",
            "/execute/async",
            {
                "script": "const done = arguments[arguments.length - 1];"
                + TWO_FRAMES
                + "twoFrames.then(() => setTimeout(done, 0));",
                "args": [],
            },
        )

    def screenshot(self, path):
        self.wait_painted()
        with open(path, "wb") as file:
            file.write(b64decode(self.ask("GET", "/screenshot")))

    def close(self):
        """Ends the driver; the application goes with its session, if it still lives."""
        try:
            self.ask("DELETE", "")
        except (OSError, RuntimeError, LookupError):
            pass
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
