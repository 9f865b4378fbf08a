"""A program that has files on the clipboard, as a file manager after Copy: clipboard_owner.py FORM PATH...

FORM is "uris" (text/uri-list, and the paths as text) or "gnome" (x-special/gnome-copied-files, and nothing else).
Prints "ready" once the clipboard is its own. Ends when another program takes it.
"""

import pathlib
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402

URIS, GNOME, TEXT = range(3)


def main(form, *paths):
    uris = [pathlib.Path(path).resolve().as_uri() for path in paths]
    owner = Gtk.Invisible()
    owner.realize()
    offered = [("text/uri-list", URIS), ("UTF8_STRING", TEXT)] if form == "uris" else [("x-special/gnome-copied-files", GNOME)]
    for target, info in offered:
        Gtk.selection_add_target(owner, Gdk.SELECTION_CLIPBOARD, Gdk.Atom.intern(target, False), info)

    def give(_widget, data, info, _time):
        if info == URIS:
            data.set_uris(uris)
        elif info == GNOME:
            data.set(data.get_target(), 8, "\n".join(["copy", *uris]).encode())
        else:
            data.set_text("\n".join(paths), -1)

    owner.connect("selection-get", give)
    owner.connect("selection-clear-event", lambda *_: Gtk.main_quit())
    assert Gtk.selection_owner_set(owner, Gdk.SELECTION_CLIPBOARD, Gdk.CURRENT_TIME)
    print("ready", flush=True)
    Gtk.main()


main(*sys.argv[1:])
