"""The tray's menu over D-Bus: it brings back closed windows, and is the way to quit."""

from parts.application import INBOX
from parts.waiting import until


def run(desktop):
    ada = desktop.start("ada")
    ada.page("index.html")
    window = ada.window()
    menu = desktop.services.menu(ada.pid)
    assert menu == ["Show ChunkStream Pro", "Inbox", None, "Pause all", "Resume all", None, "Quit"], menu

    desktop.close_window(window)
    until("the window to be hidden", lambda: not ada.visible())
    assert ada.alive() and ada.identity()["device_id"], "the application lives on in the tray"
    desktop.services.click_menu(ada.pid, "Show ChunkStream Pro")
    ada.window()

    assert not ada.visible(INBOX)
    desktop.services.click_menu(ada.pid, "Inbox")
    inbox = ada.window(INBOX)
    desktop.picture("both-windows")
    desktop.close_window(inbox)
    until("the inbox to be hidden", lambda: not ada.visible(INBOX))

    desktop.services.click_menu(ada.pid, "Quit")
    until("the process to end", lambda: not ada.alive())
