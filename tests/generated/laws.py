"""The laws that hold for every frame."""

from __future__ import annotations

import itertools
from functools import cache
from typing import Any

import ac_notebook as ac
from ac_notebook.sandbox import Quirks, Sandbox
from tests.generated.frames import Customers, wanted
from tests.shapes.shape import state
from tests.virtual import VirtualClock, through

_QUIRKS = Quirks(special_addresses="pass", address_case="matters")
"""Letters beyond ASCII in an address are taken, so that every row's outcome is known beforehand."""


_NUMBERS = itertools.count()


@cache
def _ground() -> tuple[VirtualClock, Sandbox]:
    """Return a clock and a server: each frame gets an account of its own on it, which is quicker than a server."""
    clock = VirtualClock()
    return clock, Sandbox(clock=clock.monotonic, now=clock.now, quirks=_QUIRKS)


def check(given: Customers) -> None:
    """Export customers twice, and assert all that should hold."""
    clock, ground = _ground()
    box = ground.add_account(f"account {next(_NUMBERS)}")
    connection = through(box, clock)
    should = wanted(given)
    before = state(given.frame)

    def plan() -> ac.Plan:
        return ac.plan(given.frame, connection=connection, list="VIP", mapping=given.mapping, segment=given.segment)

    first = plan()
    report = first.run()
    assert report.outcome.astype(str).tolist() == should.outcomes
    assert report.counts.sum() == len(given.frame)
    assert report.outcome.index is given.frame.index
    assert report.counts["imported"] == first.counts["not_sent"]
    rest = ["imported", "not_sent"]
    assert report.counts.drop(rest).equals(first.counts.drop(rest))
    assert _held(box) == should.contacts
    requests = box.requests()
    assert not requests["status"].ge(400).any()
    again = plan().run()
    assert again.counts["unchanged"] == report.counts["imported"]
    assert box.requests()["method"].eq("POST").sum() == requests["method"].eq("POST").sum()
    assert state(given.frame) == before


def _held(box: Sandbox) -> dict[str, dict[str, Any]]:
    tags = box.contact_tags().groupby("contact")["tag"].agg(lambda names: sorted(map(str.lower, names))).to_dict()
    rows: list[dict[Any, Any]] = box.contacts().to_dict("records")
    texts = ("first_name", "City", "Points")
    return {
        str(row["email"]): {"tags": tags.get(row["id"], []), **{name: _text(row[name]) for name in texts}}
        for row in rows
    }


def _text(value: object) -> str | None:
    """Return a value that is held; an attribute that was never set is empty text there, a field NaN or None."""
    return value if isinstance(value, str) and value else None
