"""The list and the mapped fields are looked at while an export sends; what changed there stops it within a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.model.account import ContactList, Field, Option
from ac_notebook.runs.watch import changed_fields, other_name
from tests.virtual import VirtualClock, through
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.sandbox import Sandbox

BATCHES = 260
ROWS = 2 * BATCHES
VIP = 5


def export(connection: ac.Connection) -> ac.Report:
    """Export people in batches of two, which takes four minutes."""
    frame = pd.DataFrame({"E-mail": [f"p{n:04}@example.org" for n in range(ROWS)], "city": "Lund"})
    limits = connection.limits.__class__(contacts_per_import=2)
    mapping = {"email": "E-mail", "City": "city"}
    return ac.export(frame, connection=connection.replace(limits=limits), list="VIP", mapping=mapping)


def acting(box: Sandbox, clock: VirtualClock, act: Callable[[httpx.Client], Any]) -> tuple[ac.Connection, list[float]]:
    """Return a connection on which something happens as the hundredth import arrives, and when it and the last did."""
    inner = box.connection.link.transport
    assert inner is not None
    moments: list[float] = []

    def treat(count: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if count == 100:
            moments.append(clock.monotonic())
            with httpx.Client(
                transport=inner, base_url=f"{box.url}/api/3/", headers={"Api-Token": box.api_key}
            ) as other:
                act(other).raise_for_status()
        if moments:
            moments[1:] = [clock.monotonic()]
        return pass_on()

    return through(box, clock, transport=Wire(inner, IMPORT, treat)), moments


def number_of(box: Sandbox, title: str) -> int:
    """Return a field's id."""
    return int(box.fields().set_index("title")["id"][title])


CHANGES: dict[str, tuple[Callable[[Sandbox], Callable[[httpx.Client], Any]], str]] = {
    "list renamed": (
        lambda _: lambda other: other.put(f"lists/{VIP}", json={"list": {"name": "Very important"}}),
        "was called 'VIP' and is called 'Very important' now",
    ),
    "list deleted": (lambda _: lambda other: other.delete(f"lists/{VIP}"), "'VIP' .* no longer exists"),
    "field deleted": (
        lambda box: lambda other: other.delete(f"fields/{number_of(box, 'City')}"),
        "'City' .* no longer exists",
    ),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_in_the_account_is_noticed_within_a_minute(box: Sandbox, clock: VirtualClock, kind: str) -> None:
    """The export stops, says what changed, and its report keeps the law."""
    make, said = CHANGES[kind]
    connection, moments = acting(box, clock, make(box))
    with pytest.raises(errors.ConfigurationError, match=said) as caught:
        export(connection)
    assert moments[-1] - moments[0] <= 60.0
    counts = caught.value.report.counts
    assert counts.sum() == ROWS
    assert counts["not_sent"] >= ROWS / 4


def test_a_look_that_fails_does_not_stop_an_export(box: Sandbox, clock: VirtualClock) -> None:
    """An answer that says nothing of list or fields is no reason to stop; a field that was added is none, either."""
    connection, _ = acting(
        box, clock, lambda other: other.post("fields", json={"field": {"title": "New", "type": "text"}})
    )
    for nth in (3, 4, 5):
        box.faults.add(on="lists", nth=nth, kind="status", status=500)
    assert export(connection).counts["imported"] == ROWS


def test_what_counts_as_changed() -> None:
    """A type or a lost option stops; a new option, another title and another field do not."""
    small, large, huge = (Option(value=text, label=text) for text in "SLX")
    planned = Field(id=1, title="Size", perstag="SIZE", type="dropdown", options=(small, large))
    more = Field(id=1, title="Sizes", perstag="SIZE", type="dropdown", options=(small, large, huge))
    assert changed_fields([planned], [more, Field(id=2, title="T", perstag="T", type="text")]) is None
    fewer = Field(id=1, title="Size", perstag="SIZE", type="dropdown", options=planned.options[:1])
    assert "lost options: 'L'" in str(changed_fields([planned], [fewer]))
    assert "of the type dropdown" in str(changed_fields([planned], [Field(id=1, title="", perstag="", type="text")]))
    assert other_name(ContactList(id=1, name="A"), ContactList(id=1, name="A", subscribers=3)) is None
