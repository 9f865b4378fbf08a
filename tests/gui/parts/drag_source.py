"""A window that files can be dragged from: drag_source.py X Y PATH...

Prints "ready" once it stands there, "begun" when a drag begins, "accepted" or "refused" whenever the target under the
pointer comes to another mind, and "given" when it has asked for the files. Ends with the drag.
"""

import pathlib
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402

LIFE = 180  # seconds, should nobody drag
LOOK = 20  # milliseconds between two looks at what the target says


def say(word):
    print(word, flush=True)


def main(x, y, *paths):
    uris = [pathlib.Path(path).resolve().as_uri() for path in paths]
    window = Gtk.Window(title="drag source")
    window.set_default_size(160, 80)
    window.set_keep_above(True)
    window.move(int(x), int(y))
    box = Gtk.EventBox()
    box.add(Gtk.Label(label=f"{len(uris)} to drag"))
    window.add(box)
    box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
    box.drag_source_add_uri_targets()
    over = []

    def begin(_widget, context):
        say("begun")
        over.append(context)
        GLib.timeout_add(LOOK, look, context, "refused")

    def look(context, before):
        if context not in over:
            return False
        now = "accepted" if context.get_selected_action() else "refused"
        if now != before:
            say(now)
        GLib.timeout_add(LOOK, look, context, now)
        return False

    def give(_widget, _context, data, _info, _time):
        data.set_uris(uris)
        say("given")

    def end(_widget, context):
        over.remove(context)
        # Not at once: the target may still ask for the data when the button is up.
        GLib.timeout_add(300, Gtk.main_quit)

    box.connect("drag-begin", begin)
    box.connect("drag-data-get", give)
    box.connect("drag-end", end)
    window.connect("map-event", lambda *_: say("ready"))
    window.show_all()
    GLib.timeout_add_seconds(LIFE, Gtk.main_quit)
    Gtk.main()


main(*sys.argv[1:])
