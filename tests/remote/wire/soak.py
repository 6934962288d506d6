"""All faults at all positions, and all malformed answers: for ``make soak``."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.table import Line, count
from tests.remote.wire.calls import CALLS
from tests.remote.wire.malformed import wrong_in_export, wrong_in_settlement, wrong_over_socket
from tests.remote.wire.run import cases, wrong_in

if TYPE_CHECKING:
    from collections.abc import Callable

MALFORMED = 2_000
EXPORTS = 500
SETTLEMENTS = 200
MOST_GROWN = 50 * 10**6


def measure() -> list[Line]:
    """Return how many cases were taken for what they are, and a line for each that was not."""
    made: Counter[str] = Counter()
    wrong: list[str] = []
    for case in cases():
        made[case.fault.name] += 1
        words = wrong_in(case)
        wrong += [words] if words else []
    total = sum(made.values())
    lines = [
        Line(name="calls", measured=f"{len(CALLS)}", wanted="8", right=len(CALLS) >= 8),
        Line(name="faults", measured=f"{len(made)}", wanted="20", right=len(made) >= 20),
        count("faults at a position of a call, taken for what they are", total - len(wrong), wanted=total),
        *(Line(name=f"  {words}"[:120], measured="", right=False) for words in wrong),
        *_seeds("malformed answers over a socket: none hung, raised or was a success", wrong_over_socket, MALFORMED),
        *_seeds("exports with a malformed answer to an import that told the truth", wrong_in_export, EXPORTS),
        *_seeds("exports with a malformed answer about a batch that ended well", wrong_in_settlement, SETTLEMENTS),
    ]
    return [*lines, _memory()]


def _seeds(name: str, check: Callable[[int], str], number: int) -> list[Line]:
    wrong = []
    for seed in range(number):
        with (
            tempfile.TemporaryDirectory(prefix="ac_notebook-wire-") as home,
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            os.environ["AC_NOTEBOOK_HOME"] = home
            words = check(seed)
        wrong += [words] if words else []
    return [
        count(name, number - len(wrong), wanted=number),
        *(Line(name=f"  {words}"[:120], measured="", right=False) for words in wrong),
    ]


def _memory() -> Line:
    """Return by how much a process grows that meets the largest answers."""
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-m", "tests.remote.wire.memory"], cwd=root, check=True, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    grown, wrong = (int(word) for word in done.stdout.split())
    return Line(
        name="growth of memory with the largest answers", measured=f"{grown / 10**6:.0f} MB",
        wanted=f"{MOST_GROWN / 10**6:.0f} MB", right=grown <= MOST_GROWN and not wrong,
    )  # fmt: skip
