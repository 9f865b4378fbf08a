"""Stands in for a desktop: notification server, tray, dock and file manager on the session bus, and a hand on the clipboard.

Events go out as JSON lines; commands come in as JSON lines and each gets one line {"event": "answer"}.
Ends when its input ends. With --no-tray nobody shows tray icons, as on plain GNOME.
"""

import json
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
import gi
from gi.repository import GLib

dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
BUS = dbus.SessionBus()
PROPERTIES = "org.freedesktop.DBus.Properties"
NOTIFICATIONS = "org.freedesktop.Notifications"
WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
FILES = "org.freedesktop.FileManager1"


def say(event, **values):
    print(json.dumps({"event": event, **values}), flush=True)


def pid_of(sender):
    return int(BUS.get_object("org.freedesktop.DBus", "/").GetConnectionUnixProcessID(sender))


class NotificationServer(dbus.service.Object):
    last = 0

    @dbus.service.method(NOTIFICATIONS, in_signature="susssasa{sv}i", out_signature="u", sender_keyword="sender")
    def Notify(self, app, _replaces, _icon, summary, body, actions, _hints, _timeout, sender=None):
        NotificationServer.last += 1
        say(
            "notification",
            id=NotificationServer.last,
            pid=pid_of(sender),
            app=str(app),
            title=str(summary),
            body=str(body),
            actions=[str(action) for action in actions],
        )
        return NotificationServer.last

    @dbus.service.method(NOTIFICATIONS, out_signature="as")
    def GetCapabilities(self):
        return ["body", "actions"]

    @dbus.service.method(NOTIFICATIONS, out_signature="ssss")
    def GetServerInformation(self):
        return ("test", "test", "1", "1.2")

    @dbus.service.method(NOTIFICATIONS, in_signature="u")
    def CloseNotification(self, id):
        say("closed", id=int(id))
        self.NotificationClosed(id, 3)

    @dbus.service.signal(NOTIFICATIONS, signature="uu")
    def NotificationClosed(self, id, reason):
        pass

    # The id of a notification is unsigned, as the specification has it.
    @dbus.service.signal(NOTIFICATIONS, signature="us")
    def ActionInvoked(self, id, action):
        pass


class TrayWatcher(dbus.service.Object):
    @dbus.service.method(WATCHER, in_signature="s", sender_keyword="sender")
    def RegisterStatusNotifierItem(self, service, sender=None):
        path = str(service) if service.startswith("/") else "/StatusNotifierItem"
        items[str(sender)] = path
        say("tray", bus=str(sender), pid=pid_of(sender))

    @dbus.service.method(WATCHER, in_signature="s")
    def RegisterStatusNotifierHost(self, _service):
        pass

    @dbus.service.method(PROPERTIES, in_signature="ss", out_signature="v")
    def Get(self, _interface, name):
        return self.values()[name]

    @dbus.service.method(PROPERTIES, in_signature="s", out_signature="a{sv}")
    def GetAll(self, _interface):
        return self.values()

    @dbus.service.signal(WATCHER)
    def StatusNotifierHostRegistered(self):
        pass

    def values(self):
        return {
            "RegisteredStatusNotifierItems": dbus.Array([bus + path for bus, path in items.items()], "s"),
            "IsStatusNotifierHostRegistered": True,
            "ProtocolVersion": dbus.Int32(0),
        }


class FileManager(dbus.service.Object):
    @dbus.service.method(FILES, in_signature="ass")
    def ShowItems(self, uris, _startup_id):
        for uri in uris:
            say("shown", uri=str(uri))


def launcher_update(application, values, sender=None):
    """What a dock would draw on the icon."""
    values = {str(name): value.real if isinstance(value, (int, float)) else value for name, value in values.items()}
    say("launcher", pid=pid_of(sender), application=str(application), values=values)


items = {}


def tray(bus):
    """The properties of the item."""
    return dbus.Interface(BUS.get_object(bus, items[bus]), PROPERTIES)


def layout(bus):
    """The menu's object and its entries, those of submenus with their labels behind the submenu's."""
    menu = dbus.Interface(BUS.get_object(bus, tray(bus).Get(ITEM, "Menu")), MENU)
    menu.AboutToShow(0)
    _revision, root = menu.GetLayout(0, -1, dbus.Array([], "s"))
    entries = []

    def read(children, above):
        for id, properties, below in children:
            separator = properties.get("type") == "separator"
            label = None if separator else above + str(properties.get("label", "")).replace("_", "")
            entries.append(
                {
                    "id": int(id),
                    "label": label,
                    "enabled": bool(properties.get("enabled", True)),
                    "checked": int(properties.get("toggle-state", 0)) == 1,
                }
            )
            if below:
                read(below, f"{label} > ")

    read(root[2], "")
    return menu, entries


def clipboard():
    """The session's. Loaded when it is asked for: most scenarios do without."""
    gi.require_version("Gtk", "3.0")
    gi.require_version("Gdk", "3.0")
    from gi.repository import Gdk, Gtk

    return Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)


def do(command):
    match command["do"]:
        case "menu":
            return layout(command["bus"])[1]
        case "click_menu":
            menu, entries = layout(command["bus"])
            id = next(entry["id"] for entry in entries if entry["label"] == command["label"])
            menu.Event(id, "clicked", dbus.Int32(0, variant_level=1), dbus.UInt32(0))
        case "tray_icon":
            return str(tray(command["bus"]).Get(ITEM, "IconName"))
        case "copy":
            clipboard().set_text(command["text"], -1)
        case "copied":
            return clipboard().wait_for_text()
        case "click_notification":
            notification_server.ActionInvoked(command["id"], command["action"])


def on_input(source, _condition):
    line = source.readline()
    if not line:
        loop.quit()
        return False
    try:
        say("answer", value=do(json.loads(line)))
    except Exception as error:  # the scenario fails with it
        say("answer", error=repr(error))
    return True


def own(name):
    return dbus.service.BusName(name, BUS, do_not_queue=True)


names = [own(name) for name in (NOTIFICATIONS, WATCHER, FILES) if name != WATCHER or "--no-tray" not in sys.argv]
notification_server = NotificationServer(BUS, "/org/freedesktop/Notifications")
tray_watcher = TrayWatcher(BUS, "/StatusNotifierWatcher")
file_manager = FileManager(BUS, "/org/freedesktop/FileManager1")
BUS.add_signal_receiver(launcher_update, "Update", "com.canonical.Unity.LauncherEntry", sender_keyword="sender")
GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, on_input)
loop = GLib.MainLoop()
say("ready")
loop.run()
