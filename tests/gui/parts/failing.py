"""A start that fails: the message on the screen and the words in the terminal."""

from .desktop import output

CANNOT_START = "ChunkStream Pro cannot start"


def confirm(desktop, process):
    """Closes the message; what was written for the terminal."""
    message = desktop.window(CANNOT_START, process.pid)
    desktop.picture("cannot-start")
    output("xdotool", "windowactivate", "--sync", message, "key", "Return")
    said = process.communicate(timeout=15)[1]
    assert "panicked" not in said, said
    return said
