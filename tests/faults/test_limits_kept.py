"""The sandbox enforces the limits; the client never meets them, and would without its limiter."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.model.limits import Limits
from tests.remote.road import most_in_any
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from ac_notebook.sandbox import Sandbox

NO_PACE = replace(Limits(), imports_per_window=10**6, single_imports_per_window=10**6, requests_per_window=10**6)


def people(rows: int, width: int = 5) -> pd.DataFrame:
    """Return customers with two texts of a width."""
    return pd.DataFrame({"E-mail": [f"p{n:06}@example.org" for n in range(rows)], "n": "x" * width, "c": "y" * width})


def seconds(requests: pd.DataFrame) -> list[float]:
    """Return when requests arrived at the sandbox, in seconds."""
    return [moment.timestamp() for moment in requests["time"]]


@pytest.mark.parametrize(("answers", "most"), [(0.0, 1.02), (0.8, 1.02), (2.0, 1.04)])
def test_no_request_meets_a_limit_and_none_is_wasted(
    box: Sandbox, clock: VirtualClock, answers: float, most: float
) -> None:
    """250 imports at the documented limits, with jitter: no answer about a limit, and near the limiter's floor."""
    chance = random.Random(5)

    def delays() -> tuple[float, float]:
        return answers / 2 + chance.uniform(0, 0.6), answers / 2 + chance.uniform(0, 0.6)

    connection = through(box, clock, delays=delays)
    connection = connection.replace(limits=replace(connection.limits, contacts_per_import=2))
    report = ac.export(people(500), connection=connection, list="VIP", mapping={"email": "E-mail"})
    requests = box.requests()
    assert report.counts["imported"] == 500
    assert not requests["status"].ge(400).any()
    sent = requests[requests["method"] == "POST"]
    assert len(sent) == 250
    assert most_in_any(seconds(requests), Limits().request_window) <= Limits().requests_per_window
    assert most_in_any(seconds(sent), Limits().import_window) <= Limits().imports_per_window
    floor = (len(sent) - 1) * Limits().seconds_between_imports
    assert report.numbers["seconds sending"] / floor <= most


def test_a_share_of_the_limits_leaves_room(box: Sandbox, clock: VirtualClock) -> None:
    """share=0.5: no more than 50 imports in any minute and two requests in any second, and the plan says how long."""
    connection = through(box, clock)
    small = connection.replace(limits=replace(connection.limits, contacts_per_import=2))
    whole = ac.plan(people(240), connection=small, list="VIP", mapping={"email": "E-mail"})
    plan = whole.replace(share=0.5)
    planning = len(box.requests())
    report = plan.run()
    requests = box.requests().iloc[planning:]
    sent = requests[requests["method"] == "POST"]
    assert report.counts["imported"] == 240
    assert most_in_any(seconds(requests), 1.0) <= 2
    assert most_in_any(seconds(sent), 60.0) <= 50
    assert plan.estimate.seconds - whole.estimate.seconds == pytest.approx(119 * 0.6)
    assert report.numbers["seconds sending"] == pytest.approx(119 * 1.2, rel=0.02)


def test_without_the_limiter_the_sandbox_refuses(box: Sandbox, clock: VirtualClock) -> None:
    """The sandbox enforces what the limiter respects: taken out, requests are refused (and still nobody is lost)."""
    connection = through(box, clock)
    unlimited = connection.replace(limits=replace(NO_PACE, contacts_per_import=2))
    report = ac.export(people(40), connection=unlimited, list="VIP", mapping={"email": "E-mail"})
    assert box.requests()["status"].isin([400, 429]).any()
    assert report.counts["imported"] == 40


def test_wide_rows_are_packed_by_bytes(box: Sandbox, clock: VirtualClock) -> None:
    """No request is larger than 399,999 bytes or smaller than it need be, and none is refused."""
    connection = through(box, clock)
    mapping = {"email": "E-mail", "first_name": "n", "City": "c"}
    report = ac.export(people(1_000, width=2_000), connection=connection, list="VIP", mapping=mapping)
    sent = box.requests().query("method == 'POST'")
    assert report.counts["imported"] == 1_000
    assert sent["bytes"].max() <= 399_999
    assert sent["contacts"].min() > 1
    assert len(sent) <= -(-sent["bytes"].sum() // 399_999) * 1.05 + 1


def test_without_the_byte_limit_the_sandbox_refuses(box: Sandbox, clock: VirtualClock) -> None:
    """The sandbox enforces the byte limit: taken out of the client, requests are refused."""
    connection = through(box, clock)
    loose = connection.replace(limits=replace(Limits(), bytes_per_import=10**9))
    mapping = {"email": "E-mail", "first_name": "n", "City": "c"}
    ac.export(people(1_000, width=2_000), connection=loose, list="VIP", mapping=mapping)
    assert box.requests()["status"].eq(400).any()


@pytest.mark.parametrize("rows", [1, 2, 249, 250, 251, 500, 501])
def test_no_request_has_a_single_contact_if_it_can_be_avoided(box: Sandbox, clock: VirtualClock, rows: int) -> None:
    """251 contacts go as two even requests: a single one has a stricter limit."""
    ac.export(people(rows), connection=through(box, clock), list="VIP", mapping={"email": "E-mail"})
    sent = box.requests().query("method == 'POST'")["contacts"]
    assert sent.sum() == rows
    assert len(sent) == -(-rows // 250)
    assert rows == 1 or sent.min() > 1


def test_calls_in_a_row_share_the_budget(box: Sandbox, clock: VirtualClock) -> None:
    """Looking, planning and exporting one after the other, without a pause, never meets the limit of a second."""
    connection = through(box, clock)
    for _ in range(4):
        ac.describe(connection)
        ac.plan(people(30), connection=connection, list="VIP", mapping={"email": "E-mail"}).run()
    assert not box.requests()["status"].ge(400).any()


def test_both_sides_state_the_same_limits() -> None:
    """The client's limits are those that the sandbox enforces, each stated once on its side."""
    from ac_notebook.sandbox.limits import Limits as Enforced  # noqa: PLC0415 - beside its only use

    ours, theirs = Limits(), Enforced()
    assert ours.contacts_per_import == theirs.contacts
    assert ours.bytes_per_import == theirs.body
    assert ours.imports_per_window == theirs.imports
    assert ours.single_imports_per_window == theirs.single_imports
    assert ours.requests_per_window == theirs.requests
    assert (ours.import_window, ours.request_window) == (theirs.imports_window, theirs.requests_window)
