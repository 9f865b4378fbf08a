"""What the desktop does for the program: starting it into the tray, and putting its window where it stood, or where it
can be reached if that place is gone."""

import glob
import json
import os
import shlex
import subprocess

from parts.application import by
from parts.desktop import output
from parts.waiting import PATIENCE, stays, until


def run(desktop):
    ada = desktop.start("ada")
    ada.page("index.html")
    window = ada.window()
    starts_with_the_system(desktop, ada)
    stands_where_it_stood(desktop, ada, window)


def starts_with_the_system(desktop, ada):
    entries = os.path.join(ada.home, ".config/autostart/*.desktop")
    ada.click(by("nav-settings"))
    assert not glob.glob(entries)
    ada.click(by("autostart"))
    [entry] = until("an entry for the start", lambda: glob.glob(entries))
    until("the switch to be on", lambda: ada.driver.attribute(by("autostart"), "aria-checked") == "true")
    ada.picture("1-autostart")

    # What the session would run at its start: here the second start of the same device, and it shows nothing.
    with open(entry) as file:
        [line] = [line.removeprefix("Exec=") for line in file.read().splitlines() if line.startswith("Exec=")]
    words = shlex.split(line.replace("%%", "%"))
    assert words == [os.environ["APP"], "--hidden", "--data", ada.data], words
    desktop.close_window(ada.window())
    until("the window to be hidden", lambda: not ada.visible())
    subprocess.run(words, env=ada.environment, check=True, timeout=PATIENCE)
    stays("hidden", lambda: not ada.visible(), 0.7)

    desktop.services.click_menu(ada.pid, "Open ChunkStream Pro")
    ada.window()
    ada.click(by("autostart"))
    until("the entry to be gone", lambda: not glob.glob(entries))


def stands_where_it_stood(desktop, ada, window):
    output("xdotool", "windowsize", window, "900", "600")
    desktop.move(window, 300, 200)
    until("its size", lambda: desktop.geometry(window)[2:] == (900, 600))
    # Hidden at its end: what it remembers is where it was last seen.
    desktop.close_window(window)
    until("the window to be hidden", lambda: not ada.visible())
    desktop.services.click_menu(ada.pid, "Quit")
    until("the process to end", lambda: not ada.alive())
    ada.driver.close()

    ada.begin().page("index.html")
    window = ada.window()

    def where_it_stood():
        x, y, width, height = desktop.geometry(window)
        assert abs(x - 300) < 40 and abs(y - 200) < 60 and (width, height) == (900, 600), (x, y, width, height)
        return True

    until("the window to stand where it stood", where_it_stood)
    os.kill(ada.pid, 15)
    until("ada to end on SIGTERM", lambda: not ada.alive())
    ada.driver.close()

    # The screen on which it stood is gone.
    kept = os.path.join(ada.data, "windows.json")
    with open(kept) as file:
        places = json.load(file)
    assert abs(places["main"]["x"] - 300) < 40, places
    places["main"].update(x=1500, y=1000, width=4000, height=3000)
    with open(kept, "w") as file:
        json.dump(places, file)
    ada.begin().page("index.html")
    window = ada.window()

    def reachable():
        x, y, width, height = desktop.geometry(window)
        # Its upper edge can be taken hold of, and it is no larger than the screen.
        assert 0 <= x < 200 and 0 <= y < 100 and width <= 1680 and height <= 1050, (x, y, width, height)
        return True

    until("the window to be on the screen", reachable)
    desktop.wait_drawn(window)
    desktop.picture("2-reachable")
