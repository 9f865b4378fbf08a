"""Waiting for a condition, with a time-out that says what was waited for.

A wait ends with its condition. Its time-out is the last bound against hanging, and so long that a machine with other
work to do stays below it: one that is ten times slower than usual is no failure.
"""

import time

INTERVAL = 0.05
# Seconds for what takes a moment, and for what takes a transfer.
PATIENCE = 60
LONG_PATIENCE = 180


def until(what, condition, timeout=PATIENCE):
    """The first true value of condition(). Its AssertionError and LookupError mean "not yet"."""
    end = time.monotonic() + timeout
    last = None
    while True:
        try:
            value = condition()
            if value:
                return value
            last = value
        except (AssertionError, LookupError) as error:
            last = error
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout} s for {what}; last seen: {last!r}")
        time.sleep(INTERVAL)


def stays(what, condition, seconds):
    """Fails as soon as condition() is false within the time: for what must not happen."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert condition(), f"{what} did not stay so for {seconds} s"
        time.sleep(INTERVAL)
