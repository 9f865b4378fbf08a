"""GTK's file dialog, as the keyboard uses it.

A dialog comes up, reads folders and looks paths up in its own time, and clears its field when it is through with a
folder. So nothing is confirmed that has not been seen to stand there: what is in the field is copied out of it first.
"""

import time

from .waiting import INTERVAL, PATIENCE, until

# Seconds after which a key that had no effect yet is taken for lost, and pressed again.
LOST = 5

# Titles, as the windows give them (ui/src/words/en/dialogs.ts).
FILES = "Choose files to send"
FOLDERS = "Choose folders to send"
INBOX_FOLDER = "Choose the inbox folder"
OFFER_FOLDER = "Choose the folder for this offer"
WATCHED_FOLDER = "Choose a folder to watch"
RECEIPT = "Save the receipt"
LOG = "Save the security log"
# Of those that ask for a new file's name.
SAVING = (RECEIPT, LOG)


def choose(desktop, title, path):
    """Puts a path into the dialog with that title, and confirms it."""
    dialog = desktop.window(title)
    _activate(desktop, dialog)
    if title not in SAVING:
        # In "Recent", where it begins, a folder that is put in by hand cannot be confirmed.
        desktop.keys("alt+Home", "ctrl+l")

    def gone():
        if dialog not in desktop.visible(title):
            return True
        if desktop.active() not in ("", dialog):
            # It says that there is no such path: the field was cleared in between. That is put away.
            desktop.keys("Return")
            _soon(lambda: desktop.active() == dialog)
            _activate(desktop, dialog)
        elif _field(desktop) == path:
            desktop.keys("Return")
            _soon(lambda: dialog not in desktop.visible(title) or desktop.active() != dialog)
        else:
            desktop.services.copy(path)
            # A stroke opens the field where it is not open yet.
            desktop.keys(*([] if title in SAVING else ["slash"]), "ctrl+a", "ctrl+v")
        return False

    until(f"the dialog {title!r} to close", gone, 2 * PATIENCE)


def _activate(desktop, dialog):
    desktop.mouse("windowactivate", "--sync", dialog)


def _field(desktop):
    """What stands in the field, without the stroke that the dialog puts behind a folder."""
    desktop.services.copy("")
    desktop.keys("ctrl+a", "ctrl+c")
    _soon(desktop.services.copied, 1)
    return (desktop.services.copied() or "").rstrip("/")


def _soon(condition, seconds=LOST):
    """Waits for it, but not for ever: what does not come is tried anew."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(INTERVAL)
