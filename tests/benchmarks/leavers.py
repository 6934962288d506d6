"""Leavers of many rows: exactly those who should change do, in exactly as many requests as the plan said."""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import ac_notebook as ac
from ac_notebook.sandbox import Sandbox
from tests.benchmarks.table import Line, count
from tests.runs.departures import address, on_list, people, plan, requests, tagged, times_left
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

ROWS = 100_000

_WITHDRAW, _MOVE, _BREAK = 200, 300, 400
"""Every so many rows of those who stay: somebody withdraws, moves, or has a row that cannot be sent."""

TAG = "left: VIP"
ACTIONS = ("unsubscribe", "tag")


@dataclass(frozen=True, kw_only=True)
class Changed:
    """What a run did, beside what it should have done.

    Parameters
    ----------
    wanted, found
        The addresses that should have been changed, and those that were.
    planned, made
        Requests by kind: pages that were read, and imports.
    twice
        How many were changed more than once.
    others
        How many others are on the list than should be.
    seconds
        What the run took, of this machine's time.
    """

    wanted: set[str]
    found: set[str]
    planned: dict[str, int]
    made: dict[str, int]
    twice: int
    others: int
    seconds: float


def changed(rows: int, action: str) -> Changed:
    """Export people, and then what became of them: some left, some withdrew, some moved, and some rows are broken.

    Others are on the same list, by another export, and were never sent by this one.
    """
    clock = VirtualClock()
    box = Sandbox(clock=clock.monotonic, now=clock.now)
    connection = through(box, clock)
    given: dict[str, Any] = {"key": "id", "allow": {"unsubscribing", "clearing"}}
    plan(people(range(rows, rows + rows // 5)), connection, mapping=ac.Mapping(email="mail")).run()
    plan(people(range(rows)), connection, **given).run()
    frame, left, withdrew, moved = _later(rows)
    made = plan(frame, connection, leavers=action, withdrawn="unsubscribe", moved="unsubscribe", **given)
    before, begun = requests(box), time.monotonic()
    made.run()
    seconds = time.monotonic() - begun
    after, off = requests(box), times_left(box)
    cost = made.departing.cost
    found = set(off) | tagged(box, TAG)
    wanted = {*map(address, (*left, *withdrew, *moved))}
    stay = {address(number) for number in range(rows + rows // 5)} | {_new(number) for number in moved}
    gone = {*map(address, (*withdrew, *moved))} | ({*map(address, left)} if action == "unsubscribe" else set())
    return Changed(
        wanted=wanted, found=found, seconds=seconds, twice=sum(times > 1 for times in off.values()),
        planned={"reads": cost.reads, "imports": cost.imports + made.estimate.requests},
        made={name: after[name] - before[name] for name in after}, others=len(on_list(box) ^ (stay - gone)),
    )  # fmt: skip


def _later(rows: int) -> tuple[pd.DataFrame, Iterable[int], Iterable[int], Iterable[int]]:
    """Return the later frame, and the numbers of those who left, withdrew and moved."""
    left = range(rows - rows // 40, rows)
    frame = people(range(rows - rows // 40)).astype({"mail": object})
    numbers = np.arange(len(frame))
    withdrew, moved, broken = (
        numbers[numbers % each == place] for place, each in enumerate((_WITHDRAW, _MOVE, _BREAK))
    )
    moved = moved[~np.isin(moved, withdrew)]
    broken = broken[~np.isin(broken, [*withdrew, *moved])]
    frame.loc[withdrew, "agreed"] = "no"
    frame.loc[moved, "mail"] = [_new(number) for number in moved.tolist()]
    frame.loc[broken, "mail"] = ""
    return frame.sample(frac=1.0, random_state=7), left, withdrew.tolist(), moved.tolist()


def _new(number: int) -> str:
    return f"new.{number}@example.org"


def measure(rows: int = ROWS) -> list[Line]:
    """Return the figures of a run that unsubscribes, and of one that tags."""
    lines = []
    before = os.environ.get("AC_NOTEBOOK_HOME")
    for action in ACTIONS:
        with tempfile.TemporaryDirectory(prefix="ac_notebook-leavers-") as folder:
            os.environ["AC_NOTEBOOK_HOME"] = folder
            found = changed(rows, action)
            right, wanted = len(found.found & found.wanted), len(found.wanted)
            lines += [
                count(f"{action}: people changed, as they should be", right, wanted=wanted),
                count("  people changed who should not be", len(found.found - found.wanted), wanted=0),
                count("  people changed twice", found.twice, wanted=0),
                count("  others on the list than should be", found.others, wanted=0),
            ]
            lines += [
                count(f"  {name}, as the plan said", made, wanted=found.planned[name])
                for name, made in found.made.items()
            ]
            lines.append(Line(name="  seconds of the run, of this machine", measured=f"{found.seconds:.1f} s"))
    if before is not None:
        os.environ["AC_NOTEBOOK_HOME"] = before
    return lines
