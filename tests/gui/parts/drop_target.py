"""A window that files can be dropped on, as a file manager's is: drop_target.py X Y

Prints "ready"; then "over" whenever a drag comes over it, and a JSON list of the URIs of each drop.
"""

import json
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402

LIFE = 600  # seconds, should nobody end it


def say(word):
    print(word, flush=True)


def main(x, y):
    window = Gtk.Window(title="drop target")
    window.set_default_size(240, 160)
    window.set_keep_above(True)
    window.move(int(x), int(y))
    label = Gtk.Label(label="drop here")
    window.add(label)
    window.drag_dest_set(Gtk.DestDefaults.ALL, [], Gdk.DragAction.COPY)
    window.drag_dest_add_uri_targets()

    def take(_widget, _context, _x, _y, data, _info, _time):
        uris = data.get_uris()
        label.set_text("\n".join(uris))
        say(json.dumps(uris))

    over = []

    def come(_widget, context, _x, _y, _time):
        if context not in over:
            over[:] = [context]
            say("over")
        return False  # The defaults answer.

    window.connect("drag-motion", come)
    window.connect("drag-data-received", take)
    window.connect("map-event", lambda *_: say("ready"))
    window.show_all()
    GLib.timeout_add_seconds(LIFE, Gtk.main_quit)
    Gtk.main()


main(*sys.argv[1:])
