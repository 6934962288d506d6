"""``python -m tests.benchmarks.soak``: whether every value of a full-size export arrives as documented."""

from __future__ import annotations

import os
import sys
import tempfile
import time

from tests.benchmarks.table import Line, count, show
from tests.faults.schedules import __main__ as schedules
from tests.generated import soak as generated
from tests.openapi import __main__ as openapi
from tests.runs.arrival import compare, export_sample
from tests.stories import __main__ as stories

ROWS = 100_000
SEEDS = (1, 20_261, 777_777)


PARTS = {
    "Fault schedules": schedules.measure,
    "Core stories": stories.measure,
    "Generated requests": openapi.measure,
    "Generated frames": generated.measure,
}


def main() -> int:
    """Export three samples, compare every cell, print the figures, and return the exit code."""
    right = True
    with tempfile.TemporaryDirectory(prefix="ac_notebook-soak-") as folder:
        os.environ["AC_NOTEBOOK_HOME"] = folder
        for seed in SEEDS:
            begun = time.monotonic()
            right &= show(f"Sample {seed}", measure(ROWS, seed))
            print(f"   {time.monotonic() - begun:.0f} s")
        for title, part in PARTS.items():
            begun = time.monotonic()
            right &= show(title, part())
            print(f"   {time.monotonic() - begun:.0f} s")
    print("Everything arrived as documented." if right else "NOT EVERYTHING ARRIVED AS DOCUMENTED: see ✖.")
    return 0 if right else 1


def measure(rows: int, seed: int) -> list[Line]:
    """Return the figures of one export, and a line for everything that is wrong."""
    arrived = export_sample(rows, seed)
    found = compare(arrived)
    counts = arrived.report.counts
    lines = [
        count("rows with an outcome", int(counts.sum()), wanted=rows),
        count("imported, held by the sandbox", len(arrived.contacts), wanted=found.imported),
        count("all other outcomes", int(counts.drop("imported").sum()), wanted=rows - len(arrived.contacts)),
        count("answers of 400 and above", int(arrived.requests["status"].ge(400).sum()), wanted=0),
        count("automations started", len(arrived.automations), wanted=0),
        Line(name="import requests", measured=f"{found.requests:,}"),
        Line(
            name="cells compared", measured=f"{sum(found.cells.values()):,}", wanted="", note=", ".join(found.cells),
            right=set(found.cells.values()) == {found.imported},
        ),
        count("differences", len(found.wrong), wanted=0),
    ]  # fmt: skip
    return lines + [Line(name=f"  {sentence}", measured="", right=False) for sentence in found.wrong]


if __name__ == "__main__":
    sys.exit(main())
