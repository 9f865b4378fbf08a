"""Times starts of the application and watches it do nothing. Called by `figures`, inside of a session.

Memory is the proportional set size (PSS) of the whole tree of processes, WebKit's included: a page that several
processes share counts once, divided among them, so the sum is what would be free without the application. Processor
time is user and system time of the same tree.
"""

import os
import platform
import statistics
import subprocess
import time

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("GdkX11", "3.0")
from gi.repository import Gdk, GdkX11  # noqa: E402

import history  # noqa: E402
from parts.desktop import DRAWN, Desktop  # noqa: E402
from parts.waiting import until  # noqa: E402

STARTS = int(os.environ.get("STARTS", "9"))
IDLE = int(os.environ.get("IDLE", "60"))
HISTORY = int(os.environ.get("HISTORY", "10000"))
NETWORK = os.environ.get("NETWORK", "loopback")
# A page that has just been drawn is still at work.
SETTLE = 20
TICKS = os.sysconf("SC_CLK_TCK")


class Screen:
    """Looks at windows without a new process for each look, which would take the time that is measured."""

    def __init__(self):
        self.display = Gdk.Display.get_default()

    def colours(self, window):
        """How many colours every fourth line of it has."""
        foreign = GdkX11.X11Window.foreign_new_for_display(self.display, int(window))
        if foreign is None:
            return 0
        width, height = foreign.get_width(), foreign.get_height()
        picture = Gdk.pixbuf_get_from_window(foreign, 0, 0, width, height)
        if picture is None:
            return 0
        pixels, stride, size = picture.get_pixels(), picture.get_rowstride(), picture.get_n_channels()
        return len(
            {
                pixels[at : at + 3]
                for line in range(0, picture.get_height(), 4)
                for at in range(line * stride, line * stride + picture.get_width() * size, size)
            }
        )


def stat(pid):
    """The fields of /proc/PID/stat behind the name; None if the process is gone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(") ", 1)[1].split()
    except OSError:
        return None


def tree(pid):
    """The process and all below it, those not counted that have ended and wait to be reaped."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (fields := stat(entry)) and fields[0] != "Z":
            parents[int(entry)] = int(fields[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def memory(pid):
    """{name: PSS in MB, summed over the processes of that name}."""
    held = {}
    for one in tree(pid):
        try:
            with open(f"/proc/{one}/smaps_rollup") as file:
                pss = next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
            with open(f"/proc/{one}/comm") as file:
                name = file.read().strip()
        except (OSError, StopIteration):
            continue
        held[name] = held.get(name, 0) + pss / 1000
    return held


def processor(pid):
    """Seconds used by the tree so far, children included that have ended."""
    fields = [stat(one) for one in tree(pid)]
    return sum(sum(map(int, one[11:15])) for one in fields if one) / TICKS


def begin(desktop, name, *arguments):
    listen = [] if NETWORK == "own" else ["--listen", "127.0.0.1:0"]
    data = desktop.folder("devices", name)
    return desktop.spawn(os.environ["APP"], "--data", data, *listen, *arguments)


def end(process):
    process.terminate()
    assert process.wait(15) == 0, "SIGTERM ends the application in order"


def timed(desktop, screen, name):
    """Seconds from the start of a process on that data folder until its window is mapped, and until it is drawn."""
    began = time.monotonic()
    process = begin(desktop, name)
    window = desktop.window("ChunkStream Pro", process.pid)
    mapped = time.monotonic() - began
    while screen.colours(window) <= DRAWN:
        assert time.monotonic() - began < 60, "nothing is drawn"
        time.sleep(0.01)
    drawn = time.monotonic() - began
    end(process)
    return mapped, drawn


def forget():
    """Empties the page cache, as after the start of the system; false if that is not allowed."""
    os.sync()
    try:
        with open("/proc/sys/vm/drop_caches", "w") as file:
            file.write("3")
    except OSError:
        return False
    return True


def starts(desktop, screen):
    print(f"\nstart to drawn window, {STARTS} starts each (one start before them is not counted):")
    timed(desktop, screen, "warm")
    timed(desktop, screen, "years")
    history.fill(desktop.folder("devices", "years"), HISTORY)
    for what, name, before in [
        ("new data folder", lambda number: f"new {number}", None),
        ("known data folder", lambda _: "warm", None),
        (f"known data folder with {HISTORY:,} transfers", lambda _: "years", None),
        ("known data folder, nothing of it, of the programs and of WebKit in memory", lambda _: "warm", forget),
    ]:
        took = []
        for number in range(STARTS):
            if before and not before():
                print(f"  {what}: not measured, this system lets nobody drop its page cache")
                break
            took.append(timed(desktop, screen, name(number)))
        if not took:
            continue
        for part, values in [("mapped", [one for one, _ in took]), ("drawn", [one for _, one in took])]:
            print(f"  {what}, {part}: median {statistics.median(values):.2f} s, worst {max(values):.2f} s")


def watch(pid, what):
    """A row of the table: what it holds once it has settled, and what it uses from then on."""
    time.sleep(SETTLE)
    before = processor(pid)
    began = time.monotonic()
    time.sleep(IDLE)
    used = processor(pid) - before
    took = time.monotonic() - began
    held = memory(pid)
    parts = ", ".join(f"{name} {size:.0f}" for name, size in sorted(held.items(), key=lambda one: -one[1]))
    print(f"  {what}: {sum(held.values()):.0f} MB ({parts}); {used:.2f} s of processor in {took:.0f} s", flush=True)


def idle(desktop):
    print(f"\nidle, after {SETTLE} s to settle:")
    open_ = begin(desktop, "idle")
    window = desktop.window("ChunkStream Pro", open_.pid)
    desktop.wait_drawn(window, 60)
    watch(open_.pid, "window open")
    desktop.picture("open")
    desktop.close_window(window)
    until("the window to be hidden", lambda: not desktop.visible("ChunkStream Pro", open_.pid))
    watch(open_.pid, "window closed to the tray")
    end(open_)
    hidden = begin(desktop, "idle", "--hidden")
    until("the icon in the tray", lambda: [item for item in desktop.services.tray_items if item["pid"] == hidden.pid])
    watch(hidden.pid, "started hidden, never shown")
    end(hidden)
    years = begin(desktop, "years")
    window = desktop.window("ChunkStream Pro", years.pid)
    desktop.wait_drawn(window, 60)
    watch(years.pid, f"window open, {HISTORY:,} transfers in the history")
    end(years)


def machine():
    with open("/proc/cpuinfo") as file:
        model = next((line.split(": ", 1)[1].strip() for line in file if line.startswith("model name")), "?")
    load = os.getloadavg()[0]
    print(f"{os.environ['APP']}, {os.path.getsize(os.environ['APP']) / 1e6:.1f} MB")
    print(f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, load average {load:.1f} at the start")
    webkit = subprocess.run(["pkg-config", "--modversion", "webkit2gtk-4.1"], capture_output=True, text=True, check=False)
    print(f"WebKitGTK {webkit.stdout.strip() or '?'}, under Xvfb, without a graphics card")
    print("devices are looked for in a network of its own" if NETWORK == "own" else "on the loopback interface only")


def main():
    machine()
    with Desktop("figures") as desktop:
        starts(desktop, Screen())
        idle(desktop)
    print(f"\nload average {os.getloadavg()[0]:.1f} at the end")


main()
