"""Ordinary weekly runs never trip a guard rail: years of them by chance, in numbers, and half a year in the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import ac_notebook as ac
from tests.runs.weeks import KINDS, WEEKS, Year, stopped

if TYPE_CHECKING:
    from ac_notebook import Connection
    from ac_notebook.sandbox import Sandbox

YEARS = 30
"""Years by chance of each kind; ``make soak`` has hundreds."""


@pytest.mark.parametrize("automations", [False, True], ids=["", "automations"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_years_of_ordinary_weeks_trip_nothing(kind: Year, *, automations: bool) -> None:
    """After the first run, in which clearing and automations are agreed to, no ordinary week needs a permission."""
    for seed in range(YEARS):
        assert stopped(kind, seed, automations=automations) == [], seed


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


def test_half_a_year_of_weekly_exports_trips_nothing(box: Sandbox, connection: Connection) -> None:
    """A growing and shrinking base on one list and a feed of newcomers on another, with opt-outs and a tight limit.

    It began with a rehearsal and with a run that was stopped.
    """
    chance = np.random.default_rng(7)
    mapping = ac.Mapping(email="mail", fields={"City": "city", "Points": "points"}, blank={"City": "clear"})
    box.limit_contacts(6_500)
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
    for week in range(1, WEEKS // 2 + 1):
        size = int(len(base) * chance.uniform(0.9, 1.1))
        fresh = np.arange(highest, highest + max(size - len(base), 0) + 10)
        highest += len(fresh)
        base = np.concatenate([chance.choice(base, min(size, len(base)), replace=False), fresh])
        for number in chance.choice(base, 5):
            box.unsubscribe(f"person.{number}@example.org", 4)
        report = ac.export(_customers(base, week, chance), **given)
        assert report.counts.sum() == len(base)
        assert report.counts["not_sent"] == 0
        if week % 4:
            continue
        feed = np.arange(newest, newest + int(chance.integers(50, 400)))
        newest += len(feed)
        ac.export(_customers(feed, week, chance), **{**given, "list": "VIP"})
    assert len(box.contacts()) > 2_500
