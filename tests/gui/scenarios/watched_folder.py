"""A folder is watched from the settings on: what is put into it goes to its device by itself, not while it is paused, not
what its names leave out, and nothing any more once it is taken off the list."""

import os

from parts import choices, dialogs, trees
from parts.application import by
from parts.waiting import LONG_PATIENCE, stays, until


def run(desktop):
    outgoing = desktop.folder("outgoing", "to Bob")
    trees.write(os.path.join(outgoing, "was there.txt"), 100)
    ada, bob = desktop.start("ada"), desktop.start("bob", "--hidden")
    ada.page("index.html").wait(by("drop-area"))
    bob.page("index.html")
    ada.call("trust", device=bob.identity()["ticket"], role="mine", name="Bob")
    bob.call("trust", device=ada.identity()["ticket"], role="mine", name="Ada")
    inbox = bob.identity()["inbox_folder"]

    ada.click(by("nav-settings"))
    ada.press(by("watch-folder"))
    desktop.choose_in_dialog(dialogs.WATCHED_FOLDER, outgoing)
    choices.choose(ada, by("watched-device"), steps=0)
    ada.picture("1-adding")
    ada.click(by("watched-start"))
    ada.wait(by("watched-folder"))
    ada.picture("2-watched")

    # What was there stays; what is put there arrives as it is.
    first = trees.write(os.path.join(outgoing, "first.bin"), 2_000_000, 1)
    until("it to arrive", lambda: same(first, inbox), LONG_PATIENCE)
    assert not os.path.exists(os.path.join(inbox, "was there.txt"))

    # Paused, nothing goes; resumed, what came in between does.
    ada.click(by("watched-pause"))
    until("it to be paused", lambda: watched(ada)["paused"])
    until("the window to say so", lambda: "aused" in ada.text(by("watched-state")))
    ada.picture("3-paused")
    second = trees.write(os.path.join(outgoing, "second.bin"), 1000, 2)
    stays("nothing on its way", lambda: len(ada.transfers()) == 1, 3)
    ada.click(by("watched-pause"))
    until("what came in between to arrive", lambda: same(second, inbox), LONG_PATIENCE)

    # A name that is left out stays here, whatever else goes.
    ada.click(by("watched-names"))
    ada.fill(by("watched-ignore"), "*.part")
    ada.picture("4-names")
    ada.click(by("watched-save"))
    until("the names to be set", lambda: watched(ada)["ignore"] == ["*.part"])
    trees.write(os.path.join(outgoing, "third.part"), 1000, 3)
    fourth = trees.write(os.path.join(outgoing, "fourth.bin"), 1000, 4)
    until("the other one to arrive", lambda: same(fourth, inbox), LONG_PATIENCE)
    assert not os.path.exists(os.path.join(inbox, "third.part"))

    # Taken off the list, after a question: its files stay where they are, and nothing more goes.
    ada.click(by("watched-remove"))
    ada.wait("[role=alertdialog]")
    ada.picture("5-asks")
    ada.click(by("confirm-yes"))
    ada.wait(by("nothing-watched"))
    sent = len(ada.transfers())
    trees.write(os.path.join(outgoing, "fifth.bin"), 1000, 5)
    stays("nothing on its way", lambda: len(ada.transfers()) == sent, 3)
    assert sorted(os.listdir(inbox)) == ["first.bin", "fourth.bin", "second.bin"], os.listdir(inbox)


def watched(application):
    [one] = application.call("watched_folders")
    return one


def same(sent, inbox):
    arrived = os.path.join(inbox, os.path.basename(sent))
    return os.path.exists(arrived) and trees.digest(arrived) == trees.digest(sent)
