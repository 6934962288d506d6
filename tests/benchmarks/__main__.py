"""``python -m tests.benchmarks``: time, memory and what becomes of rows, beside other ways to do it, as one table.

It takes less than twenty minutes on two cores, with QUICK=1 less than three. It ends with 1 when a number is wrong that
has to be right, and never because of a time. ``python -m tests.benchmarks markdown`` prints only what is side by side,
as README has it.
"""

from __future__ import annotations

import contextlib
import io
import os
import platform
import sys
import tempfile
import time
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from tests.benchmarks import (
    forms,
    headless,
    importing,
    journal,
    pacing,
    preparing,
    sandbox,
    sending,
    settling,
    side_by_side,
)
from tests.benchmarks.table import Line, markdown, show_all

if TYPE_CHECKING:
    from collections.abc import Callable

PARTS: dict[str, Callable[..., list[Line]]] = {
    "Side by side": side_by_side.measure,
    "Preparing": preparing.measure,
    "Sending and sending again": sending.measure,
    "Pacing": pacing.measure,
    "Settling, in virtual time": settling.measure,
    "Importing": importing.measure,
    "The journal": journal.measure,
    "The sandbox": sandbox.measure,
    "Headless": headless.measure,
    "Forms": forms.measure,
}
MINUTES, QUICK_MINUTES = 20, 3


def main(form: str = "") -> int:
    """Measure everything, print the table, and return the exit code."""
    quick = os.environ.get("QUICK", "") not in ("", "0")
    begun = time.monotonic()
    found: dict[str, list[Line]] = {}
    print(f"Python {platform.python_version()}, pandas {pd.__version__}, pyarrow {pa.__version__}, {_machine()}")
    with tempfile.TemporaryDirectory(prefix="ac_notebook-benchmarks-") as folder:
        try:
            for title, part in PARTS.items() if form != "markdown" else [*PARTS.items()][:1]:
                os.environ["AC_NOTEBOOK_HOME"] = folder
                found[title] = _timed(title, part, quick=quick)
        finally:  # also of what was measured before something failed
            right = show_all(found)
    if form == "markdown":
        print(markdown(found["Side by side"]))
    taken, most = (time.monotonic() - begun) / 60, QUICK_MINUTES if quick else MINUTES
    print(f"{taken:.1f} minutes, {_processor() / 60:.1f} of them of a processor; {_machine()}.")
    if taken > most:
        print(f"That is more than the {most} minutes that it should take on two cores that do nothing else.")
    if not right:
        print("Numbers that have to be right are not: see ✖.")
    return 0 if right else 1


def _timed(title: str, part: Callable[..., list[Line]], *, quick: bool) -> list[Line]:
    """Measure a part, and say what that took, beside the table."""
    begun, before = time.monotonic(), _processor()
    with contextlib.redirect_stdout(io.StringIO()):
        lines = part(quick=quick)
    print(
        f"{title}: {time.monotonic() - begun:.0f} s, {_processor() - before:.0f} s of CPU", file=sys.stderr, flush=True
    )
    return lines


def _processor() -> float:
    """Return the seconds of a processor that this process and those that it started took."""
    return sum(os.times()[:4])


def _machine() -> str:
    loads = ", ".join(f"{load:.2f}" for load in os.getloadavg())
    return f"{os.cpu_count()} processors, load average {loads}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
