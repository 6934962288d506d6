"""The sandbox enforces the limits; the client never meets them, and would without its limiter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.model.limits import Limits
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from ac_notebook.sandbox import Sandbox

NO_PACE = replace(Limits(), imports_per_window=10**6, single_imports_per_window=10**6, requests_per_window=10**6)


def people(rows: int, width: int = 5) -> pd.DataFrame:
    """Return customers with two texts of a width."""
    return pd.DataFrame({"E-mail": [f"p{n:06}@example.org" for n in range(rows)], "n": "x" * width, "c": "y" * width})


@pytest.mark.parametrize("delays", [(0.0, 0.0), (0.1, 0.1), (0.4, 0.4), (1.0, 1.0)])
def test_no_request_meets_a_limit_and_none_is_wasted(
    box: Sandbox, clock: VirtualClock, delays: tuple[float, float]
) -> None:
    """300 imports at the documented limits: not one answer about a rate limit, within 1.05 of the limiter's floor."""
    connection = through(box, clock, delays=lambda: delays)
    small = replace(connection.limits, contacts_per_import=2)
    connection = connection.replace(limits=small)
    report = ac.export(people(600), connection=connection, list="VIP", mapping={"email": "E-mail"})
    requests = box.requests()
    assert report.counts["imported"] == 600
    assert not requests["status"].ge(400).any()
    sent = requests[requests["method"] == "POST"]
    assert len(sent) == 300
    floor = (len(sent) - 1) * Limits().seconds_between_imports
    took = (sent["time"].iloc[-1] - sent["time"].iloc[0]).total_seconds()
    assert took / floor <= 1.05


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
