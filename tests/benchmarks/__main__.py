"""``python -m tests.benchmarks``: time and memory, side by side; QUICK=1 makes it take less than three minutes.

It ends with 1 when a number is wrong that has to be right, and never because of a time.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time

import pandas as pd
import pyarrow as pa

from tests.benchmarks import forms, headless, importing, journal, pacing, preparing, sandbox, sending, settling
from tests.benchmarks.table import show


def main() -> int:
    """Measure everything, print the table, and return the exit code."""
    quick = os.environ.get("QUICK", "") not in ("", "0")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ac_notebook-benchmarks-") as folder:
        os.environ["AC_NOTEBOOK_HOME"] = folder
        print(f"Python {platform.python_version()}, pandas {pd.__version__}, pyarrow {pa.__version__}, {_machine()}")
        right = [
            show("Sending and sending again", sending.measure(quick=quick)),
            show("Pacing", pacing.measure(quick=quick)),
            show("Settling, in virtual time", settling.measure(quick=quick)),
            show("Importing", importing.measure()),
            show("Preparing", preparing.measure(quick=quick)),
            show("The journal", journal.measure(quick=quick)),
            show("The sandbox", sandbox.measure(quick=quick)),
            show("Headless", headless.measure(quick=quick)),
            show("Forms", forms.measure(quick=quick)),
        ]
    print(f"{time.monotonic() - begun:.0f} s, {_machine()}.")
    if not all(right):
        print("Numbers that have to be right are not: see ✖.")
    return 0 if all(right) else 1


def _machine() -> str:
    loads = ", ".join(f"{load:.2f}" for load in os.getloadavg())
    return f"{os.cpu_count()} processors, load average {loads}"


if __name__ == "__main__":
    sys.exit(main())
