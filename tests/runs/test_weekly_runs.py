"""Ordinary weekly runs never trip a guard rail: years of them by chance, in numbers, and one against the sandbox."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.model.capacity import Capacity
from ac_notebook.runs.history import History, facts_of
from ac_notebook.runs.history import number as number_of
from ac_notebook.runs.rails import stops
from ac_notebook.runs.reach import Reach
from ac_notebook.storage.journal import EarlierRun

if TYPE_CHECKING:
    from ac_notebook import Connection
    from ac_notebook.sandbox import Sandbox

WEEKS = 52
YEARS = 30
"""Years by chance of each kind."""

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
        list=reach.list, identity=reach.identity, state=state, automations=reach.automations,
        started="2026-03-02T09:00:00+00:00", facts=facts_of(reach, passed),
        counts={"imported": reach.to_send - lost, "refused": lost} if state == "Successful" else {},
    )  # fmt: skip


@pytest.mark.parametrize("automations", [False, True], ids=["", "automations"])
@pytest.mark.parametrize("kind", [steady, newcomers, everything_now_and_then, quiet], ids=lambda kind: kind.__name__)
def test_years_of_ordinary_weeks_trip_nothing(kind: Year, *, automations: bool) -> None:
    """After the first run, in which clearing and automations are agreed to, no ordinary week needs a permission."""
    for seed in range(YEARS):
        chance = random.Random(seed)
        runs: list[EarlierRun] = []
        total, limit = 0, 0
        for number, week in enumerate(kind(chance)):
            if not number:
                limit = 30 * week[0] + 30_000
                runs.insert(0, remembered(of_week(week, automations=automations, first=20), ()))
                runs.insert(0, remembered(of_week(week, automations=automations), (), state="Processing"))  # killed
            reach = of_week(week, automations=automations)
            met = stops(
                reach, History(of_scope=tuple(runs), of_account=tuple(runs)), Capacity(limit=limit, total=total)
            )
            names = {stop.rail for stop in met}
            agreed = {"automations"} if not number else set()
            if not any(
                run.state == "Successful" and run.facts["first"] is None
                for run in runs
                if number_of(run, "rows") >= 100
            ):
                agreed.add("clearing")  # nothing tells yet what is usual
            assert names <= agreed, (seed, number, met)
            runs.insert(0, remembered(reach, tuple(names), refused=chance.uniform(0, 0.03)))
            if chance.random() < 0.05:  # stopped, and run again
                runs.insert(0, replace(runs[0], state=chance.choice(("Canceled", "Failed", "Processing"))))
                runs.insert(0, remembered(replace(reach, to_send=0, cleared={"City": 0}), (), state="Skipped"))
            total += reach.new


def _customers(ids: np.ndarray[Any, Any], week: int, chance: np.random.Generator) -> pd.DataFrame:
    """Return customers by number; one in fifty changed this week, every fifth has no city."""
    changed = chance.random(len(ids)) < 0.02
    return pd.DataFrame(
        {
            "mail": [f"person.{number}@example.org" for number in ids],
            "city": [None if number % 5 == 0 else f"City {number % 9}" for number in ids],
            "points": np.where(changed, 1_000_000 + week, ids),
        }
    )


def test_a_year_of_weekly_exports_trips_nothing(box: Sandbox, connection: Connection) -> None:
    """A growing and shrinking base on one list and a feed of newcomers on another, with opt-outs and a tight limit.

    It began with a rehearsal and with a run that was stopped.
    """
    chance = np.random.default_rng(7)
    mapping = ac.Mapping(email="mail", fields={"City": "city", "Points": "points"}, blank={"City": "clear"})
    box.limit_contacts(11_000)
    base = np.arange(1_500)
    highest, newest = 1_500, 100_000
    given: dict[str, Any] = {"connection": connection, "list": "Newsletter", "mapping": mapping}
    first = ac.plan(_customers(base, 0, chance), **given, allow={"clearing"})
    first.run(first=20)
    box.faults.add(on="import", nth=3, kind="status", status=402)  # not paid, for a while
    with pytest.raises(ac.errors.APIError):
        first.run()
    box.faults.clear()
    assert first.run().counts["not_sent"] == 0
    for week in range(1, WEEKS + 1):
        size = int(len(base) * chance.uniform(0.9, 1.1))
        fresh = np.arange(highest, highest + max(size - len(base), 0) + 10)
        highest += len(fresh)
        base = np.concatenate([chance.choice(base, min(size, len(base)), replace=False), fresh])
        for number in chance.choice(base, 5):
            box.unsubscribe(f"person.{number}@example.org", 4)
        report = ac.export(_customers(base, week, chance), **given)
        assert report.counts.sum() == len(base)
        assert report.counts["not_sent"] == 0
        feed = np.arange(newest, newest + int(chance.integers(20, 120)))
        newest += len(feed)
        ac.export(_customers(feed, week, chance), **{**given, "list": "VIP"})
    assert len(box.contacts()) > 5_000
