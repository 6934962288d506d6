"""``python -m tests.benchmarks.soak [WORD]``: correctness figures at full size, of the parts named so or of all."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from functools import partial
from typing import TYPE_CHECKING

from tests.benchmarks import disk, leavers
from tests.benchmarks.table import Line, count, show
from tests.faults import leavers as killed_leavers
from tests.faults import poison, unwilling
from tests.faults.kill import soak as kill
from tests.faults.schedules import soak as schedules
from tests.generated import soak as generated
from tests.naughty import every as naughty
from tests.openapi import __main__ as openapi
from tests.remote.wire import soak as wire
from tests.runs import estimate, weeks
from tests.runs.arrival import compare, export_sample
from tests.runs.reading import measure as reading
from tests.runs.rehearsal import soak as rehearsal
from tests.runs.saved import soak as saved
from tests.runs.schedules import soak as scheduled
from tests.sandbox.faults import single
from tests.stories import __main__ as stories

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 100_000
SEEDS = (1, 20_261, 777_777)


PARTS: dict[str, Callable[[], list[Line]]] = {
    "The disk": disk.measure,
    "A bad row at each position": poison.measure,
    "People who must not be mailed": unwilling.measure,
    "Leavers and people who change": leavers.measure,
    "Kills while people are taken off": killed_leavers.measure,
    "Kills and interrupts": kill.measure,
    "Fault schedules": schedules.measure,
    "Single faults of the sandbox": single.measure,
    "Core stories": stories.measure,
    "Generated requests": openapi.measure,
    "Generated frames": generated.measure,
    "Naughty values": naughty.measure,
    "Guard rails in ordinary weeks": weeks.measure,
    "Rehearsals": rehearsal.measure,
    "Saved exports": saved.measure,
    "Comparing and reading back": reading.measure,
    "Schedules of exports": scheduled.measure,
    "Remaining time": estimate.measure,
    "Faults of the wire": wire.measure,
}


def main(wanted: str = "") -> int:
    """Print the figures of all parts, or of those with a word in their titles, and return the exit code."""
    right = True
    with tempfile.TemporaryDirectory(prefix="ac_notebook-soak-") as folder:
        samples: dict[str, Callable[[], list[Line]]] = {
            f"Sample {seed}": partial(measure, ROWS, seed) for seed in SEEDS
        }
        for title, part in {**samples, **PARTS}.items():
            if wanted.casefold() not in title.casefold():
                continue
            os.environ["AC_NOTEBOOK_HOME"] = folder  # some parts leave one behind that is gone
            begun = time.monotonic()
            right &= show(title, part())
            print(f"   {time.monotonic() - begun:.0f} s", flush=True)
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
    sys.exit(main(*sys.argv[1:]))
