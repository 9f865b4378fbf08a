"""Files and folders are chosen with the system's dialogs, and can be left unchosen."""

import os

from parts import dialogs, sending, trees
from parts.application import by
from parts.desktop import output
from parts.waiting import until


def run(desktop):
    file = trees.write(os.path.join(desktop.folder("sources"), "pick me.txt"), 1000)
    folder = desktop.folder("sources", "pick me too")
    ada = desktop.start("ada")
    ada.page("index.html")
    ada.window()

    ada.press(by("choose-files"))
    desktop.window(dialogs.FILES)
    desktop.picture("dialog")
    desktop.choose_in_dialog(dialogs.FILES, file)
    sending.wait_selected(ada, [file])

    ada.press(by("choose-folder"))
    dialog = desktop.window(dialogs.FOLDERS)
    output("xdotool", "windowactivate", "--sync", dialog, "key", "Escape")
    until("the dialog to close", lambda: not desktop.visible(dialogs.FOLDERS))
    assert sending.selected(ada) == [file], "a cancelled dialog chooses nothing"

    ada.press(by("choose-folder"))
    desktop.choose_in_dialog(dialogs.FOLDERS, folder)
    sending.wait_selected(ada, [file, folder])
    ada.picture("chosen")
