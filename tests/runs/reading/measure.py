"""Comparing with a list, running what was compared, and reading an export back, at full size."""

from __future__ import annotations

import resource
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

import ac_notebook as ac
from tests.benchmarks.table import Line, count
from tests.runs.departures import requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.sandbox.served import ServedSandbox

SPEED = 2_000.0
MAPPING = {"email": "E-mail", "first_name": "Given name", "City": "city", "Points": "points"}
CHANGED, NEW, OPTED_OUT, LEFT = 50, 20, 100, 125
"""Of how many rows one is changed, is new, is of somebody who opted out, or of somebody who is in no row any more."""


def customers(rows: int) -> pd.DataFrame:
    """Return customers, each of whom can be sent."""
    each = np.arange(rows)
    return pd.DataFrame(
        {
            "E-mail": [f"person.{row}@example.org" for row in each],
            "Given name": [f"Åsa {row % 7_919}" for row in each],
            "city": [f"Malmö {row % 997}" for row in each],
            "points": each % 50_021,
        }
    )


def measure(rows: int = 100_000, *, speed: float = SPEED) -> list[Line]:
    """Return the figures of a comparison, of reading the list, of reading back, and of running what was compared."""
    everybody = customers(rows + rows // LEFT)
    frame, left = everybody[:rows], everybody["E-mail"][rows:]
    known = everybody[everybody.index % NEW != 1]
    left = left[left.index % NEW != 1]
    with ac.sandbox.start(speed=speed) as box:
        call: dict[str, Any] = {"list": "VIP", "mapping": MAPPING, "tags": ["spring"], "progress": False}
        call["connection"] = box.connection
        report = ac.export(known, **call)
        gone = known["E-mail"][(known.index % OPTED_OUT == 3) & (known.index < rows)]
        for email in gone:
            box.unsubscribe(email, 5)
        is_gone, is_new = frame["E-mail"].isin(gone), frame.index % NEW == 1
        changed = (frame.index % CHANGED == 2) & ~is_gone & ~is_new
        now = frame.assign(city=frame["city"].where(frame.index % CHANGED != 2, "Oslo"))
        plan = ac.plan(now, leavers="tag", **call)
        compared, compare_lines = _watched(box, "compare", lambda: plan.compare(account=True))
        there, read_lines = _watched(
            box, "read_list", lambda: ac.read_list(box.connection, "VIP", fields=["City"], tags=True, progress=False)
        )
        verification, verify_lines = _watched(box, "verify", lambda: report.verify("all"))
        sample, sample_lines = _watched(box, "verify, a sample", lambda: report.verify(min(50, rows // 10)))
        run_lines = _run(box, compared, frame["E-mail"][changed | is_new], left)
    words = compared.comparison.value_counts()
    lines = [
        count("rows: create", int(words["create"]), wanted=int(is_new.sum())),
        count("rows: stays unsubscribed", int(words["stays unsubscribed"]), wanted=len(gone)),
        count("rows: update", int(words["update"]), wanted=int(changed.sum())),
        count("rows: same", int(words["same"]), wanted=rows - int((is_new | is_gone | changed).sum())),
        count("values that would change", len(compared.differences()), wanted=int(changed.sum())),
        count("contacts read", len(there), wanted=len(known)),
        count("contacts read as unsubscribed", int((there["status"] == "unsubscribed").sum()), wanted=len(gone)),
        count("verified as same", int(verification.counts["same"]), wanted=len(known) - len(gone)),
        count("requests predicted, compare", compared.compared.predicted, wanted=compared.compared.requests),
        count("requests predicted, verify", verification.predicted, wanted=verification.requests),
        count("requests predicted, sample", sample.predicted, wanted=sample.requests),
    ]
    return [*lines, *compare_lines, *read_lines, *verify_lines, *sample_lines, *run_lines]


def _run(box: ServedSandbox, plan: ac.Plan, should: pd.Series[Any], left: pd.Series[Any]) -> list[Line]:
    """Run what was compared; return who was changed beside who should be, and requests beside those that were planned.

    Parameters
    ----------
    box, plan
        The account, and the plan.
    should, left
        Addresses of who should be created or updated, and of who should be tagged because they left.
    """
    before, effects = requests(box), len(box.ledger())
    plan.run()
    after, ledger = requests(box), box.ledger()[effects:]
    addresses = box.contacts().set_index("id")["email"]
    changed = {str(addresses[number]) for number in ledger["contact"].unique() if number}
    cost = plan.departing.cost
    planned = {"reads": cost.reads, "imports": plan.estimate.requests + cost.imports}
    return [
        count("run: people in the ledger", len(changed), wanted=len(should) + len(left)),
        count("run: others in the ledger", len(changed - {*should, *left}), wanted=0),
        *(count(f"run: {what}, as the plan said", after[what] - before[what], wanted=planned[what]) for what in after),
    ]


def _watched(box: ServedSandbox, name: str, act: Callable[[], Any]) -> tuple[Any, list[Line]]:
    """Do something; return what it gave, and what it cost."""
    before, effects = len(box.requests()), len(box.ledger())
    began = time.monotonic()
    with _Memory() as memory:
        made = act()
    took = time.monotonic() - began
    after = box.requests()
    requests = getattr(made, "requests", getattr(getattr(made, "compared", None), "requests", None))
    lines = [
        count(f"{name}: effects in the ledger", len(box.ledger()) - effects, wanted=0),
        count(f"{name}: answers of 400 and above", int(after["status"][before:].ge(400).sum()), wanted=0),
        Line(name=f"{name}: time and memory", measured=f"{took:.1f} s", note=f"{memory.grown:.0f} MB more at the peak"),
    ]
    arrived = len(after) - before
    wanted = arrived if requests is None else requests
    return made, [*lines, count(f"{name}: requests that arrived", arrived, wanted=wanted)]


class _Memory:
    """How much more memory this process holds at the peak than in the beginning, in MB; 0 where that is not told."""

    def __init__(self) -> None:
        self.grown = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, args=(self._now(),), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self, before: float) -> None:
        while not self._done.wait(0.02):
            self.grown = max(self.grown, self._now() - before)

    @staticmethod
    def _now() -> float:
        pages = Path("/proc/self/statm")
        return int(pages.read_text().split()[1]) * resource.getpagesize() / 1e6 if pages.exists() else 0.0
