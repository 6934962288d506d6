"""Sending: how near to the limiter's floor, and whether everything arrived; then the same export once more."""

from __future__ import annotations

import contextlib
import io
import time
from typing import TYPE_CHECKING

import ac_notebook as ac
from ac_notebook.demo import MAPPING
from tests.benchmarks.table import Line, count, ratio

if TYPE_CHECKING:
    import pandas as pd

    from ac_notebook import Plan
    from ac_notebook.sandbox import ServedSandbox

ROWS, FEW_ROWS = 100_000, 30_000
SPEED = 60.0


def measure(*, quick: bool) -> list[Line]:
    """Return the lines about sending."""
    ratios: list[float] = []
    again: list[float] = []
    lines: list[Line] = []
    rows = FEW_ROWS if quick else ROWS
    for seed in range(1 if quick else 2):
        customers = ac.sandbox.sample_customers(n=rows, seed=seed)
        with ac.sandbox.start(speed=SPEED) as box, contextlib.redirect_stdout(io.StringIO()):
            ratios.append(_first(customers, box, f"seed {seed}", lines))
            again.append(_second(customers, box, f"seed {seed}", lines))
    floor = ratio(f"sending {rows:,} rows: time / floor of the limiter", ratios, wanted="<= 1.05")
    repeated = ratio(
        "second run, unchanged: CPU / CPU of preparing", again, note="the whole of export() against its preparing alone"
    )
    return [floor, repeated, *lines]


def _plan(customers: pd.DataFrame, box: ServedSandbox) -> Plan:
    return ac.plan(customers, connection=box.connection, list="Newsletter", mapping=MAPPING, tags=["spring"])


def _first(customers: pd.DataFrame, box: ServedSandbox, run: str, lines: list[Line]) -> float:
    """Export, add what was counted to the lines, and return the time in terms of the floor."""
    report = _plan(customers, box).run()
    requests = box.requests()
    sent = requests[requests["method"] == "POST"]
    imported = int(report.counts["imported"])
    lines += [
        count(f"  {run}: answers of 400 and above", int(requests["status"].ge(400).sum()), wanted=0),
        count(f"  {run}: contacts the sandbox holds", len(box.contacts()), wanted=imported, note="= imported"),
        count(f"  {run}: outcomes together", int(report.counts.sum()), wanted=len(customers)),
        count(f"  {run}: automations started", len(box.automations()), wanted=0),
    ]
    took = float((sent["time"].max() - sent["time"].min()).total_seconds())
    floor: float = (len(sent) - 1) * box.connection.limits.seconds_between_imports
    return took / floor


def _second(customers: pd.DataFrame, box: ServedSandbox, run: str, lines: list[Line]) -> float:
    """Export once more, and return the CPU time in terms of that of preparing."""
    before = int(box.requests()["method"].eq("POST").sum())
    begun = time.process_time()
    report = _plan(customers, box).run()
    took = time.process_time() - begun
    made = int(box.requests()["method"].eq("POST").sum()) - before
    lines += [
        count(f"  {run}: import requests of the second run", made, wanted=0),
        count(f"  {run}: rows unchanged", int(report.counts["unchanged"]), wanted=len(box.contacts())),
    ]
    begun = time.process_time()
    ac.validate(customers, MAPPING, connection=box.connection)
    return took / (time.process_time() - begun)
