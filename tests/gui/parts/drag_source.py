"""A window that files can be dragged from: drag_source.py X Y PATH...

Prints "ready", then "given" when a drop target has asked for the files, and ends with the drag.
"""

import pathlib
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402

LIFE = 60  # seconds, should nobody drag


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

    def give(_widget, _context, data, _info, _time):
        data.set_uris(uris)
        print("given", flush=True)

    box.connect("drag-data-get", give)
    # Not at once: the target may still ask for the data when the button is up.
    box.connect("drag-end", lambda *_: GLib.timeout_add(300, Gtk.main_quit))
    window.connect("map-event", lambda *_: print("ready", flush=True))
    window.show_all()
    GLib.timeout_add_seconds(LIFE, Gtk.main_quit)
    Gtk.main()


main(*sys.argv[1:])
