"""A start that fails: the page on the screen and the words in the terminal."""

from .waiting import PATIENCE

CANNOT_START = "ChunkStream Pro cannot start"


def confirm(desktop, process):
    """Looks at the page and closes it as any window is closed; what was written for the terminal."""
    window = desktop.window(CANNOT_START, process.pid)
    desktop.wait_drawn(window)
    desktop.picture("cannot-start")
    desktop.close_window(window)
    said = process.communicate(timeout=PATIENCE)[1]
    assert "panicked" not in said, said
    return said
