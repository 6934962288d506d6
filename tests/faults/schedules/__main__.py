"""``python -m tests.faults.schedules [SEED [N]]``: replays the schedules of a seed, or runs them all."""

from __future__ import annotations

import sys

from tests.faults.schedules.soak import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
