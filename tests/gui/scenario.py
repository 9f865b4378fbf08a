"""Runs one scenario: a file with `def run(desktop)`, and `TRAY = False` if nobody shows tray icons in it. Called by `run`, inside of a session."""

import importlib.util
import os
import sys
import traceback

from parts.desktop import Desktop, Skipped

SKIPPED = 75  # EX_TEMPFAIL of sysexits.h: `run` knows it


def main(path):
    spec = importlib.util.spec_from_file_location("scenario", path)
    scenario = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scenario)
    name = os.path.basename(path).removesuffix(".py")
    with Desktop(name, tray=getattr(scenario, "TRAY", True)) as desktop:
        try:
            scenario.run(desktop)
        except Skipped as reason:
            print(f"skipped: {reason}")
            return SKIPPED
        except BaseException:
            traceback.print_exc()
            desktop.picture("failure")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
