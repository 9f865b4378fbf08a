"""Files that another program has copied are pasted into the window: with real keys, also into a field; text stays text."""

import os

from parts import sending, trees
from parts.application import by
from parts.waiting import stays, until


def run(desktop):
    sources = desktop.folder("sources")
    names = ("one ü.txt", "two words.txt", "three.txt")
    one, two, three = (trees.write(os.path.join(sources, name), 1000) for name in names)
    folder = trees.write_tree(os.path.join(sources, "a folder"))
    ada = desktop.start("ada")
    ada.page("index.html").wait(by("drop-area"))
    window = ada.window()
    until("the window to stand in front", lambda: desktop.press(window, "Escape") or has_keyboard(ada))

    # On another screen, and nothing that takes a text has the keyboard.
    ada.click(by("nav-settings"))
    desktop.copy_files("uris", one, folder)
    desktop.press(window, "ctrl+v")
    sending.wait_selected(ada, [one, folder])
    ada.wait(by("drop-area"))
    ada.picture("1-pasted")

    # Into a field: they are chosen, and no address of theirs stands there.
    ada.driver.select(by("target-input"))
    desktop.copy_files("uris", two)
    desktop.press(window, "ctrl+v")
    sending.wait_selected(ada, [one, folder, two])
    assert ada.driver.value(by("target-input")) == ""

    # A text is the field's, and chooses nothing.
    desktop.services.copy("somebody")
    desktop.press(window, "ctrl+v")
    until("the text to stand in the field", lambda: ada.driver.value(by("target-input")) == "somebody")
    assert sending.selected(ada) == sorted([one, folder, two])
    # Also one that looks like a file's path.
    ada.driver.select(by("target-input"))
    desktop.services.copy("/no/file")
    desktop.press(window, "ctrl+v")
    until("the path to stand in the field", lambda: ada.driver.value(by("target-input")) == "/no/file")

    # As some file managers say it, and nothing besides.
    ada.click(by("nav-activity"))
    desktop.copy_files("gnome", three)
    desktop.press(window, "ctrl+v")
    sending.wait_selected(ada, [one, folder, two, three])
    ada.picture("2-all")

    # A text pasted outside of a field goes nowhere.
    ada.click(by("nav-activity"))
    desktop.services.copy("nothing")
    desktop.press(window, "ctrl+v")
    stays("the screen", lambda: not ada.driver.find_all(by("drop-area")), 0.7)


def has_keyboard(application):
    return application.driver.script("return document.hasFocus()")
