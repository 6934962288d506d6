"""What goes badly while it runs is stopped: the first request as a canary, a storm of refusals."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from tests.virtual import VirtualClock, through
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

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
    return requests[requests["method"] == "POST"]


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


def _named(content: bytes) -> dict[str, Any] | None:
    places = [
        n for n, contact in enumerate(json.loads(content)["contacts"], 1) if contact["email"].startswith("p00003")
    ]
    return {"success": 0, "failureReasons": [{"contact": places[0], "failureReason": "bad"}]} if places else None


def _not_named(content: bytes) -> dict[str, Any] | None:
    return {"success": 0, "message": "bad"} if b"p00003@" in content else None


@pytest.mark.parametrize("refusal", [_named, _not_named])
def test_a_bad_row_in_the_first_request_is_no_dead_canary(
    box: Sandbox, clock: VirtualClock, refusal: Callable[[bytes], dict[str, Any] | None]
) -> None:
    """One row that is refused at once, while the others of its request are not confirmed yet, stops nothing."""

    def treat(_: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        said = refusal(request.content)
        return pass_on() if said is None else httpx.Response(400, json=said)

    inner = box.connection.link.transport
    assert inner is not None
    report = export(through(box, clock, transport=Wire(inner, IMPORT, treat)), people(2_000))
    assert (report.counts["refused"], report.counts["imported"]) == (1, 1_999)


def test_who_is_known_to_be_refused_is_no_alarm(box: Sandbox, connection: ac.Connection) -> None:
    """Every eighth has unsubscribed, as is known since the first run: they change, and later runs are not stopped."""
    frame = people(2_000)
    opted_out(box, frame, 8, 2_000)
    export(connection, frame, allow={"canary", "error-storm"})
    assert export(connection, frame.assign(n="Bea")).counts["refused"] == 250
    assert export(connection, frame.assign(n="Cea"), resend="all").counts["refused"] == 250
    opted_out(box, frame.iloc[1:], 8, 2_000)
    with pytest.raises(errors.GuardError, match="refused"):
        export(connection, frame.assign(n="Dea"))


def test_a_run_in_which_known_people_are_refused_went_well(box: Sandbox, connection: ac.Connection) -> None:
    """Guard rails before a run compare with it, so that they need no permission week after week."""
    frame = people(2_000)
    opted_out(box, frame, 8, 2_000)
    given: dict[str, Any] = {"run_automations": True}
    export(connection, frame, allow={"canary", "error-storm", "automations"}, **given)
    export(connection, frame.assign(n="Bea"), allow={"automations"}, **given)
    assert export(connection, frame.assign(n="Cea"), **given).counts["refused"] == 250


def test_a_run_that_was_stopped_says_by_which_rail(box: Sandbox, connection: ac.Connection) -> None:
    """The error names the guard rail, and its hint keeps those that were allowed before."""
    frame = people(2_000)
    opted_out(box, frame, 10, 250)
    with pytest.raises(errors.GuardError) as caught:
        export(connection, frame, allow={"row-count"})
    assert caught.value.rails == ("canary",)
    assert 'allow={"canary", "row-count"}' in caught.value.hint
