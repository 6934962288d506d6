"""``python -m tests.faults.kill POINT …``: play points again, as a failure prints them; without one, the whole figure.

``python -m tests.faults.kill 200 100`` plays so many places of kill -9 and so many interrupts.
"""

from __future__ import annotations

import sys
import time

from tests.benchmarks.table import show
from tests.faults.kill.points import Point
from tests.faults.kill.soak import measure
from tests.faults.kill.stage import Stage


def main(arguments: list[str]) -> int:
    """Play what is asked for, print what came of it, and return the exit code."""
    begun = time.monotonic()
    if all(argument.isdecimal() for argument in arguments):
        right = show("Kills and interrupts", measure(*map(int, arguments)))
    else:
        right = True
        with Stage() as stage:
            stage.prepare()
            for argument in arguments:
                played = stage.play(Point.read(argument))
                right &= not played.wrong
                reached = "" if played.is_reached else " (not reached)"
                print(f"{argument}: {played.wrong or 'all promises were kept'}{reached}", flush=True)  # noqa: T201
    print(f"{time.monotonic() - begun:.0f} s")  # noqa: T201 - what is asked for on a command line
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
