"""Files dropped on the inbox window do nothing: the page stays, and no other window takes them."""

import os

from parts import sending, trees
from parts.application import INBOX
from parts.waiting import stays


def run(desktop):
    file = trees.write(os.path.join(desktop.folder("sources"), "page.html"), 1000)
    ada = desktop.start("ada", "--hidden")
    desktop.services.click_menu(ada.pid, "Inbox")
    inbox = ada.window(INBOX)
    ada.page("inbox.html")
    desktop.move(inbox, 40, 40)
    x, y, width, height = desktop.geometry(inbox)
    desktop.drop(desktop.drag(inbox, [file], to=(x + width // 2, y + height // 2)))
    stays("the page", lambda: ada.driver.script("return location.pathname") == "/inbox.html", 1)
    assert sending.selected(ada.page("index.html")) == []
    assert ada.transfers() == []
