"""Starts that fail show a page with a way out: data of a newer version, a damaged database, a port that is taken. The
usual port, which nobody has asked for, is left for another one without a question, and the window says so."""

import os
import socket
import sqlite3

from parts import failing
from parts.application import by
from parts.waiting import until

USUAL_PORT = 24880


def run(desktop):
    newer(desktop)
    damaged(desktop)
    taken(desktop)
    usual(desktop)


def newer(desktop):
    """Nothing is touched; the folder can be looked at."""
    ada = desktop.start("ada")
    ada.page("index.html").wait(by("drop-area"))
    database = ended(ada)
    with sqlite3.connect(database) as held:
        held.execute("pragma user_version = 999")
    held.close()
    before = read(database)

    ada.begin()
    ada.page("problem.html").wait(by("start-problem", code="database_newer"))
    said = ada.text(by("start-problem"))
    assert "newer version" in said and ada.data in said and "Update" in said, said
    assert not ada.visible() and not ada.driver.find_all(by("way-again")), "it would be in vain"
    refused = ada.driver.invoke("answer_problem", {"way": "set_aside"})
    assert refused["failure"]["code"] == "illegal_state", refused
    ada.window(failing.CANNOT_START)
    ada.picture("1-newer")
    ada.click(by("way-open_folder"))
    until("the folder to be opened", lambda: desktop.services.opened() == [ada.data])
    ada.press(by("way-quit"))
    until("the process to end", lambda: not ada.alive())
    ada.driver.close()
    assert read(database) == before, "nothing was changed"


def damaged(desktop):
    """Set aside, it begins with an empty list as the same device."""
    bob = desktop.start("bob")
    device_id = bob.page("index.html").identity()["device_id"]
    database = ended(bob)
    for beside in ("-wal", "-shm"):
        if os.path.exists(database + beside):
            os.remove(database + beside)
    with open(database, "wb") as file:
        file.write(b"no database at all " * 1000)

    bob.begin("--hidden")
    bob.page("problem.html").wait(by("start-problem", code="database_damaged"))
    bob.window(failing.CANNOT_START)
    bob.picture("2-damaged")
    bob.press(by("way-set_aside"))
    # The driver knows the windows of the start only: the next start has them.
    desktop.wait_drawn(bob.window())
    until("the page about it to go", lambda: not bob.visible(failing.CANNOT_START))
    ended(bob)
    bob.begin("--hidden")
    assert bob.page("index.html").identity()["device_id"] == device_id
    assert [name for name in os.listdir(bob.data) if b"no database" in read(os.path.join(bob.data, name), 11)], "kept"


def taken(desktop):
    """A port that was named is not left without a question; the answer is the first key."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        address = "127.0.0.1:%d" % other.getsockname()[1]
        eve = desktop.start("eve", "--listen", address)
        eve.page("problem.html").wait(by("start-problem", code="listen_failed"))
        assert address in eve.text(by("start-problem"))
        eve.window(failing.CANNOT_START)
        eve.picture("3-port")
        eve.press(by("way-other_port"))
        desktop.wait_drawn(eve.window())
        until("the page about it to go", lambda: not eve.visible(failing.CANNOT_START))
        assert other.getsockname()[1] not in listening(eve.pid) and listening(eve.pid)


def usual(desktop):
    """Whoever has named no port gets another one, and is told."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        try:
            other.bind(("0.0.0.0", USUAL_PORT))
        except OSError:
            pass  # Somebody else has it, which is as good.
        finn = desktop.start("finn", usual_port=True)
        finn.page("index.html").wait(by("drop-area"))
        port = finn.identity()["listen"].rsplit(":", 1)[1]
        assert port not in (str(USUAL_PORT), "0"), port
        until("a word about it", lambda: str(USUAL_PORT) in finn.text(by("notice")))
        finn.window()
        finn.picture("4-other-port")
        finn.click(by("nav-settings"))
        finn.wait(by("listen-address"))
        assert finn.text(by("listen-address")).endswith(f":{port}")


def ended(application):
    """Ends it in order; its database."""
    os.kill(application.pid, 15)
    until(f"{application.name} to end", lambda: not application.alive())
    application.driver.close()
    return os.path.join(application.data, "chunkstream.db")


def listening(pid):
    """The UDP ports that a process has, of the system's list of sockets."""
    own = set()
    for descriptor in os.listdir(f"/proc/{pid}/fd"):
        try:
            own.add(os.readlink(f"/proc/{pid}/fd/{descriptor}").removeprefix("socket:[").removesuffix("]"))
        except OSError:
            pass  # Closed in between.
    ports = []
    for table in ("udp", "udp6"):
        with open(f"/proc/{pid}/net/{table}") as file:
            sockets = [line.split() for line in file.read().splitlines()[1:]]
        ports += [int(socket[1].rsplit(":", 1)[1], 16) for socket in sockets if socket[9] in own]
    return ports


def read(path, most=-1):
    if not os.path.isfile(path):
        return b""
    with open(path, "rb") as file:
        return file.read(most)
