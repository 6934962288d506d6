"""What goes badly while it runs is stopped: the first request as a canary, a storm of refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from tests.wire import IMPORT

if TYPE_CHECKING:
    from ac_notebook.sandbox import Sandbox

NEWSLETTER = 4


def people(rows: int) -> pd.DataFrame:
    """Return customers."""
    return pd.DataFrame({"E-mail": [f"p{n:05}@example.org" for n in range(rows)], "n": "Ann"})


def export(connection: ac.Connection, frame: pd.DataFrame, **options: Any) -> ac.Report:
    """Export to the newsletter."""
    mapping = {"email": "E-mail", "first_name": "n"}
    return ac.export(frame, connection=connection, list="Newsletter", mapping=mapping, **options)


def imports(box: Sandbox) -> pd.DataFrame:
    """Return the imports that arrived."""
    requests = box.requests()
    return requests[requests["path"] == IMPORT]


def opted_out(box: Sandbox, frame: pd.DataFrame, every: int, rows: int) -> None:
    """Let some of the first rows' people unsubscribe."""
    for address in frame["E-mail"][:rows:every]:
        box.unsubscribe(address, NEWSLETTER)


def test_the_first_request_of_a_large_export_goes_alone(box: Sandbox, connection: ac.Connection) -> None:
    """Above 1,000 rows the first request is confirmed before the second leaves, and the next run needs no such wait."""
    frame = people(2_000)
    assert export(connection, frame).counts["imported"] == 2_000
    times = imports(box)["time"]
    assert times.iloc[1] - times.iloc[0] > pd.Timedelta(seconds=4)
    assert times.iloc[2] - times.iloc[1] < pd.Timedelta(seconds=1)
    export(connection, frame.assign(n="Bea"))
    later = imports(box)["time"].iloc[len(times) :]
    assert later.diff().max() < pd.Timedelta(seconds=1)


def test_a_small_export_has_no_canary(box: Sandbox, connection: ac.Connection) -> None:
    """Up to 1,000 rows go without waiting."""
    export(connection, people(1_000))
    assert imports(box)["time"].diff().max() < pd.Timedelta(seconds=2)


def test_a_canary_that_dies_stops_the_run(box: Sandbox, connection: ac.Connection) -> None:
    """When more than 5 % of the first request are refused nothing else is sent; allowed by name, everything is."""
    frame = people(2_000)
    opted_out(box, frame, 10, 250)
    with pytest.raises(errors.GuardError, match="refused 25") as caught:
        export(connection, frame)
    assert 'allow={"canary"}' in caught.value.hint
    counts = caught.value.report.counts
    assert (counts["refused"], counts["imported"], counts["not_sent"]) == (25, 225, 1_750)
    assert len(imports(box)) == 1
    report = export(connection, frame, allow={"canary"})
    assert report.counts["refused"] == 25
    assert report.counts[["imported", "unchanged"]].sum() == 1_975


def test_a_rehearsal_does_not_take_the_canary_s_place(box: Sandbox, connection: ac.Connection) -> None:
    """A run of first=20 ran well, and the whole export has its canary nevertheless."""
    frame = people(2_000)
    plan = ac.plan(frame, connection=connection, list="Newsletter", mapping={"email": "E-mail"})
    plan.run(first=20)
    plan.run()
    times = imports(box)["time"]
    assert times.iloc[2] - times.iloc[1] > pd.Timedelta(seconds=4)


def test_a_stuck_first_request_does_not_hold_up_the_export_for_ever(box: Sandbox, connection: ac.Connection) -> None:
    """An importer that says nothing for a minute is busy, which says nothing of the data: the others are sent."""
    box.faults.add(on="import", nth=1, kind="stuck_batch")
    report = export(connection, people(2_000))
    assert report.counts["imported"] == 1_750
    assert report.counts["accepted"] == 250


def test_a_storm_of_refusals_stops_the_run(box: Sandbox, connection: ac.Connection) -> None:
    """When more than a tenth of 500 or more are refused, the run stops; allowed by name, it goes on."""
    frame = people(12_000)
    opted_out(box, frame.iloc[250:], 5, 12_000)
    with pytest.raises(errors.GuardError, match="refused") as caught:
        export(connection, frame)
    assert 'allow={"error-storm"}' in caught.value.hint
    counts = caught.value.report.counts
    assert counts.sum() == 12_000
    assert counts["not_sent"] > 4_000
    done = export(connection, frame, allow={"error-storm", "canary"})
    assert done.counts["not_sent"] == 0
    assert done.counts["refused"] == 2_350


def test_an_ordinary_share_of_refusals_stops_nothing(box: Sandbox, connection: ac.Connection) -> None:
    """Two in a hundred who have unsubscribed are ordinary, in the first run and in those after it."""
    frame = people(2_000)
    opted_out(box, frame, 50, 2_000)
    assert export(connection, frame).counts["refused"] == 40
    again = export(connection, frame.assign(n="Bea"))
    assert again.counts["refused"] == 40
