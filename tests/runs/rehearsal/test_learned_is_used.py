"""What was learned decides: whom a refusal means, who has arrived, what a blank does, how long a request may be."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.model.learned import Finding, Learned
from ac_notebook.sandbox import Quirks
from tests.runs.rehearsal.accounts import MINE, account, rehearse
from tests.virtual import VirtualClock, through
from tests.wire import IMPORT, INFO, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook import Connection
    from ac_notebook.sandbox import Sandbox

CLEARING = ac.Mapping(email="mail", first_name="name", fields={"City": "city"}, blank={"City": "clear"})
NAMES = ac.Mapping(email="mail", first_name="name", blank={"first_name": "clear"})


def people(count: int) -> pd.DataFrame:
    """Return people, every third without a name and a city."""
    each = range(count)
    return pd.DataFrame(
        {
            "mail": [f"person.{n}@example.org" for n in each],
            "name": [None if n % 3 == 0 else "Ann" for n in each],
            "city": [None if n % 3 == 0 else "Oslo" for n in each],
        }
    )


def knowing(connection: Connection, **findings: Any) -> Connection:
    """Return a connection on which this was proved."""
    at = datetime(2026, 3, 1, tzinfo=UTC)
    found = [Finding(name=name, position=position, at=at) for name, position in findings.items()]
    return connection.replace(learned=Learned().with_findings(found))


def _counted_from(first: int) -> Callable[..., httpx.Response]:
    """Return a service that refuses two of the people, and names them by their places."""

    def treat(_: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        contacts = json.loads(request.content)["contacts"]
        bad = [
            {"contact": place, "failureReason": "bad"}
            for place, one in enumerate(contacts, first)
            if one["email"].startswith(("person.3@", "person.7@"))
        ]
        return httpx.Response(400, json={"success": 0, "message": "x", "failureReasons": bad}) if bad else pass_on()

    return treat


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("known", [0, 1])
def test_nobody_is_suspected_wrongly(box: Sandbox, clock: VirtualClock, first: int, known: int) -> None:
    """Where it is proved what places are counted from, two requests are enough; where it is wrong, nobody pays."""
    inner = box.connection.link.transport
    assert inner is not None
    wire = Wire(inner, IMPORT, _counted_from(first))
    connection = knowing(through(box, clock, transport=wire), failure_index=known)
    report = ac.export(people(20), connection=connection, list="VIP", mapping={"email": "mail"})
    assert sorted(report.outcome.index[report.outcome == "refused"]) == [3, 7]
    assert report.counts["imported"] == 18
    if first == known:
        assert report.numbers["requests"] == 2


def test_who_stands_in_no_list_has_not_arrived(clock: VirtualClock) -> None:
    """Where it is proved that all who arrive are listed, nobody is called imported when somebody is missing."""
    quirks = Quirks(import_success="all", failures_listed=False)
    box, clock = account(quirks)
    box.exclude("person.4@example.org")
    given: dict[str, Any] = {"list": "VIP", "mapping": {"email": "mail"}}
    unaware = ac.export(people(10), connection=through(box, clock), **given)
    assert unaware.counts["imported"] == 10  # which is wrong, and cannot be known
    learned = rehearse(box, clock, addresses=MINE[:3], fields=(), automations=False).connection
    report = ac.export(people(10), connection=learned, resend="all", **given)
    assert report.counts["imported"] == 0
    assert report.counts["accepted"] == 10
    assert set(report.problems["code"]) == {"not-told-who"}
    fine = ac.export(people(10).drop(4), connection=learned, resend="all", **given)
    assert fine.counts["imported"] == 9


def test_a_refresh_knows_it_too(box: Sandbox, clock: VirtualClock) -> None:
    """Asked about later, a batch in which somebody is missing is not called imported either."""
    inner = box.connection.link.transport
    assert inner is not None

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if number < 10:
            return httpx.Response(200, json={"status": "active"})
        answer = json.loads(pass_on().read())
        return httpx.Response(200, json={**answer, "success": answer["success"][1:]})

    connection = knowing(through(box, clock, transport=Wire(inner, INFO, treat)), import_success="all")
    report = ac.export(people(5), connection=connection, list="VIP", mapping={"email": "mail"}, wait=5)
    assert report.counts["accepted"] == 5
    assert report.refresh().counts["imported"] == 0


@pytest.mark.parametrize("taken", ["refused", "accepted"])
def test_bytes_are_used_as_proved(taken: Any) -> None:
    """A body may be as long as was proved."""
    box, clock = account(Quirks(body_of_400_000=taken))
    rehearsal = rehearse(box, clock, addresses=MINE[:1], fields=(), automations=False)
    assert rehearsal.connection.limits.bytes_per_import == (400_000 if taken == "accepted" else 399_999)
    long = people(400).assign(city="x" * 2_000)
    given: dict[str, Any] = {"list": "VIP", "mapping": {"email": "mail", "City": "city"}}
    report = ac.export(long, connection=rehearsal.connection, **given)
    assert report.counts["imported"] == 400


def lines(connection: Connection, mapping: Any = None, **more: Any) -> list[str]:
    """Return the warnings of a plan that are about what is proved."""
    plan = ac.plan(people(9), connection=connection, list="VIP", mapping=mapping or {"email": "mail"}, **more)
    return [line for line in plan.warnings if "proved" in line or "Blanks" in line or "PUTS" in line]


def test_plans_say_what_is_not_proved(connection: Connection) -> None:
    """In one line, and only what decides something for the plan; of a sandbox that nobody rehearsed on, nothing."""
    assert lines(connection) == []
    some = knowing(connection, totals="text")
    (line,) = lines(some)
    assert line.startswith("Not proved on this account: whether an import leaves those alone who opted out; whether ")
    assert "are listed as failures" in line
    assert "connection.rehearse(…) finds out" in line
    assert "empty" not in line
    (_, with_blanks) = lines(some, CLEARING)
    assert "what an empty custom field in an import does" in with_blanks
    assert "an empty name" not in with_blanks
    (_, with_names) = lines(some, NAMES)
    assert "what an empty name in an import does" in with_names
    (repeated,) = lines(some, run_automations=True)
    assert "starts automations again" in repeated


def test_what_is_proved_is_not_in_doubt(connection: Connection) -> None:
    """Once everything that decides is proved, no line is left."""
    known = knowing(connection, failures_listed=True, opt_out="kept", blank_in_field="clears")
    assert lines(known) == []
    assert lines(known, CLEARING) == ["Blanks overwrite what ActiveCampaign has in: City (3 values)."]


def test_of_phones_nothing_is_proved(connection: Connection) -> None:
    """What a rehearsal saw of names says nothing of phones, which it never writes: blanks overwrite them."""
    known = knowing(connection, failures_listed=True, opt_out="kept", blank_in_import="ignored")
    mapping = ac.Mapping(email="mail", phone="name", blank={"phone": "clear"})
    frame = people(9).assign(name=pd.Series([None, "+46701234567", "+46701234568"] * 3, dtype=object))
    plan = ac.plan(frame, connection=known, list="VIP", mapping=mapping)
    assert any(line.startswith("Blanks overwrite") for line in plan.warnings)
    assert not any("ignores them" in line for line in plan.warnings)


def test_what_is_proved_and_bad_is_said(connection: Connection) -> None:
    """Blanks that clear nothing, failures that nobody is told, and people who are put back."""
    known = knowing(connection, failures_listed=False, opt_out="lost", blank_in_field="ignored")
    ignored, back, untold = lines(known, CLEARING)
    assert ignored == "Blanks clear nothing on this account, which ignores them (proved): City (3 values)."
    assert "PUTS PEOPLE BACK" in back
    assert "refused people may count as imported" in untold


@pytest.mark.parametrize(("position", "words"), [("fail", "refuses them"), ("pass", ""), (None, "may refuse them")])
def test_letters_beyond_ascii(connection: Connection, position: Any, words: str) -> None:
    """What is proved of such addresses is said, and nothing where they are taken."""
    known = knowing(connection, **({"special_addresses": position} if position else {"totals": "text"}))
    frame = people(2).assign(mail=["åsa@example.org", "bo@example.org"])
    plan = ac.plan(frame, connection=known, list="VIP", mapping={"email": "mail"})
    said = " ".join(line for line in plan.warnings if "letters outside ASCII" in line)
    assert words in said
    assert bool(said) == bool(words)


def test_a_plan_with_nothing_to_send_doubts_nothing(connection: Connection) -> None:
    """Doubts are about what is sent."""
    some = knowing(connection, totals="text")
    ac.export(people(5), connection=some, list="VIP", mapping={"email": "mail"})
    plan = ac.plan(people(5), connection=some, list="VIP", mapping={"email": "mail"})
    assert not np.any(plan.found < 0)
    assert not any("proved" in line for line in plan.warnings)
