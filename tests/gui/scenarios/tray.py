"""The tray over D-Bus: its menu brings back closed windows, says what goes on, decides who may see this device, and is
the way to quit."""

import os
import shutil

from parts import sending, trees
from parts.application import INBOX, by
from parts.waiting import until

SIZE = 40_000_000
# So slow that the menu finds it in the middle.
LIMIT = 500_000
PLAIN = [
    "Nothing under way", None,
    "Recent", "Recent > Nothing yet", None,
    "Open ChunkStream Pro", "Inbox", None,
    "Pause all", "Resume all",
    "Visible to", "Visible to > Nobody", "Visible to > My devices", "Visible to > Everyone for ten minutes", None,
    "Quit",
]  # fmt: skip


def run(desktop):
    ada = desktop.start("ada")
    ada.page("index.html")
    window = ada.window()
    services = desktop.services
    until(f"the menu to be {PLAIN}", lambda: services.menu(ada.pid) == PLAIN)
    plain_icon = keep(desktop, ada, "idle")

    closes_and_comes_back(desktop, ada, window)
    decides_who_may_see_it(services, ada)

    bob = desktop.start("bob", "--hidden")
    bob.page("inbox.html")
    file = trees.write(os.path.join(desktop.folder("sources"), "big & slow.bin"), SIZE)
    ticket = bob.identity()["ticket"]
    [id] = ada.call("send", paths=[file], targets=[ticket], priority="normal", limit=LIMIT)["transfers"]

    # An offer waits at bob: his icon says so, and the menu leads to it.
    until("the offer in the menu", lambda: "1 offer waits for your answer" in services.menu(bob.pid))
    until("another icon", lambda: keep(desktop, bob, "offer") != plain_icon)
    until("the offer counted on the task bar", lambda: services.marks_of(bob.pid)[-1:] == [(1, None)])
    sending.answer(bob, id, "accept-button")

    # Under way: a line with the progress, and an icon that shows it.
    line = until("the transfer in the menu", lambda: moving(services, bob))
    assert line.startswith("↓ big & slow.bin from "), line
    until("another percentage", lambda: moving(services, bob) not in (None, line))
    until("the progress in the icon", lambda: keep(desktop, bob, "progress") != plain_icon)
    for device in (ada, bob):
        until("the progress on the task bar to move", lambda: moves(services.marks_of(device.pid)))
    services.click_menu(bob.pid, "Pause all")
    bob.wait_state(id, "paused")
    until("the pause in the menu", lambda: "1 paused" in services.menu(bob.pid))
    until("the pause in the icon", lambda: keep(desktop, bob, "paused") != plain_icon)
    services.click_menu(bob.pid, "Resume all")
    ada.call("set_limit", id=id, limit=0)
    bob.wait_state(id, "completed")

    # Recent: what was received leads to its place, what was sent to its row.
    received = until("it among the recent ones", lambda: recent(services, bob))
    services.click_menu(bob.pid, received)
    until("the file manager", lambda: any("big" in uri for uri in services.shown))
    desktop.close_window(ada.window())
    until("the window to be hidden", lambda: not ada.visible())
    services.click_menu(ada.pid, until("it among the recent ones", lambda: recent(services, ada)))
    ada.window()
    ada.wait(by("transfer-row", transfer_id=id))
    until("the plain icon again", lambda: keep(desktop, bob, "idle-again") == plain_icon)
    for device in (ada, bob):
        until("nothing on the task bar", lambda: services.marks_of(device.pid)[-1] == (None, None))

    services.click_menu(ada.pid, "Quit")
    until("the process to end", lambda: not ada.alive())


def closes_and_comes_back(desktop, ada, window):
    desktop.close_window(window)
    until("the window to be hidden", lambda: not ada.visible())
    assert ada.alive() and ada.identity()["device_id"], "the application lives on in the tray"
    desktop.services.click_menu(ada.pid, "Open ChunkStream Pro")
    ada.window()

    assert not ada.visible(INBOX)
    desktop.services.click_menu(ada.pid, "Inbox")
    inbox = ada.window(INBOX)
    for shown in (ada.window(), inbox):
        desktop.wait_drawn(shown)
    desktop.picture("both-windows")
    desktop.close_window(inbox)
    until("the inbox to be hidden", lambda: not ada.visible(INBOX))


def decides_who_may_see_it(services, ada):
    def marked():
        return [label for label, entry in services.entries(ada.pid).items() if entry["checked"]]

    until("the mark to stand there", lambda: marked() == ["Visible to > My devices"])
    for choice, setting in [("Nobody", "nobody"), ("Everyone for ten minutes", "everyone"), ("My devices", "my_devices")]:
        services.click_menu(ada.pid, f"Visible to > {choice}")
        until(f"{setting} to be set", lambda: ada.call("settings")["visibility"] == setting)
        until("the mark to stand there", lambda: marked() == [f"Visible to > {choice}"])
    # A click on what is set already takes no mark away.
    services.click_menu(ada.pid, "Visible to > My devices")
    until("the mark to stand there", lambda: marked() == ["Visible to > My devices"])


def moving(services, application):
    return next((label for label in services.menu(application.pid) if label and label.startswith("↓")), None)


def moves(marks):
    """Whether the bar has stood at two places, the later one further, and counts nothing."""
    places = [progress for count, progress in marks if progress is not None and count is None]
    return len(set(places)) > 1 and places == sorted(places) and 0 <= places[0] and places[-1] <= 1


def recent(services, application):
    return next((label for label in services.menu(application.pid) if label and "Recent > " in label and "big" in label), None)


def keep(desktop, application, name):
    """The picture in the tray, as bytes; kept to be looked at."""
    file = desktop.services.icon(application.pid)
    shutil.copy(file, os.path.join(os.environ["PICTURES"], f"{desktop.name}-icon-{name}.png"))
    with open(file, "rb") as image:
        return image.read()
