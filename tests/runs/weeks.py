"""Years of ordinary weeks by chance, as numbers: what a guard rail must never stop for."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from ac_notebook.model.capacity import Capacity
from ac_notebook.runs.history import History, facts_of
from ac_notebook.runs.history import number as number_of
from ac_notebook.runs.rails import stops
from ac_notebook.runs.reach import Reach
from ac_notebook.storage.earlier_runs import EarlierRun
from tests.benchmarks.table import Line, count

WEEKS = 52
YEARS = 400
"""Years by chance of each kind, in full."""

Week = tuple[int, int, int, int]
"""Rows that could be sent; those that are new or changed; those that are no contacts yet; blank ones of the first."""
Year = Callable[[random.Random], Iterator[Week]]


def steady(chance: random.Random) -> Iterator[Week]:
    """Yield the weeks of all customers each time, some tenths more or fewer, of whom some changed; some come back."""
    customers = chance.choice((300, 2_000, 40_000, 900_000))
    rows, known = customers, 0
    for week in range(WEEKS):
        rows = max(int(rows * chance.uniform(0.9, 1.1)), 60)
        new = rows if not week else max(rows - known, 0) + chance.randint(0, rows // 100)
        known = max(known, rows)
        yield rows, min(new + int(rows * chance.uniform(0, 0.05)), rows), new, int(rows * chance.uniform(0.19, 0.21))


def newcomers(chance: random.Random) -> Iterator[Week]:
    """Yield the weeks of a feed that holds new customers only."""
    for _ in range(WEEKS):
        rows = chance.randint(50, 400)
        yield rows, rows, rows, int(rows * chance.uniform(0.1, 0.3))


def everything_now_and_then(chance: random.Random) -> Iterator[Week]:
    """Yield steady weeks, in some of which everything is sent again: by ``resend``, or because a column changed."""
    for rows, to_send, new, blank in steady(chance):
        yield rows, rows if chance.random() < 0.1 else to_send, new, blank


def quiet(chance: random.Random) -> Iterator[Week]:
    """Yield weeks in which hardly anything changes, and then all newcomers of a month at once."""
    rows = chance.choice((500, 5_000, 100_000))
    for week in range(WEEKS):
        new = rows if not week else int(rows * 0.05) if week % 4 == 0 else 0
        rows += new if week else 0
        yield rows, min(new + chance.randint(0, 20), rows), new, int(rows * 0.2)


def of_week(week: Week, *, automations: bool, first: int | None = None) -> Reach:
    """Return what a week's run would touch; blanks are as frequent among the rows to send as among all."""
    rows, to_send, new, blank = week
    to_send = min(to_send, first or to_send)
    return Reach(
        list=4, list_name="Newsletter", identity="digest:1", automations=automations, first=first,
        rows=rows, to_send=to_send, new=min(new, to_send),
        cleared={"City": round(to_send * blank / rows)}, blank={"City": blank},
    )  # fmt: skip


def remembered(
    reach: Reach, passed: tuple[str, ...], *, state: str = "Successful", refused: float = 0.01
) -> EarlierRun:
    """Return what the journal knows of such a run afterwards."""
    lost = int(reach.to_send * refused)
    return EarlierRun(
        id="1f", list=reach.list, identity=reach.identity, state=state, automations=reach.automations,
        started=datetime(2026, 3, 2, 9, tzinfo=UTC), facts=facts_of(reach, passed),
        counts={"imported": reach.to_send - lost, "refused": lost} if state == "Successful" else {},
    )  # fmt: skip


KINDS: tuple[Year, ...] = (steady, newcomers, everything_now_and_then, quiet)


def stopped(kind: Year, seed: int, *, automations: bool) -> list[tuple[int, str]]:
    """Return in which weeks of a year a guard rail would have stopped, beside those that a first run has to be allowed.

    The year begins with a rehearsal and a killed run; now and then a run is stopped or fails, and is run again.
    """
    chance = random.Random(seed)
    runs: list[EarlierRun] = []
    found: list[tuple[int, str]] = []
    total, limit = 0, 0
    for number, week in enumerate(kind(chance)):
        if not number:
            limit = 30 * week[0] + 30_000
            runs.insert(0, remembered(of_week(week, automations=automations, first=20), ()))
            runs.insert(0, remembered(of_week(week, automations=automations), (), state="Processing"))
        reach = of_week(week, automations=automations)
        met = stops(reach, History(of_scope=tuple(runs), of_account=tuple(runs)), Capacity(limit=limit, total=total))
        names = {stop.rail for stop in met}
        agreed = set() if number else {"automations"}
        if not any(
            run.state == "Successful" and run.facts["first"] is None and number_of(run, "rows") >= 100 for run in runs
        ):
            agreed.add("clearing")  # nothing tells yet what is usual
        found += [(number, name) for name in sorted(names - agreed)]
        runs.insert(0, remembered(reach, tuple(names), refused=chance.uniform(0, 0.03)))
        if chance.random() < 0.05:
            runs.insert(0, replace(runs[0], state=chance.choice(("Canceled", "Failed", "Processing"))))
            runs.insert(0, remembered(replace(reach, to_send=0, cleared={"City": 0}), (), state="Skipped"))
        total += reach.new
    return found


def measure() -> list[Line]:
    """Return how many ordinary weeks no guard rail would have stopped."""
    weeks = YEARS * WEEKS * len(KINDS) * 2
    wrong = sum(
        len(stopped(kind, seed, automations=automations))
        for kind in KINDS
        for automations in (False, True)
        for seed in range(YEARS)
    )
    return [count("ordinary weeks that no guard rail stopped", weeks - wrong, wanted=weeks)]
