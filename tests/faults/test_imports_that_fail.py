"""What follows from each answer to an import: nobody is lost, nobody is counted twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from tests.virtual import VirtualClock, through
from tests.wire import IMPORT, INFO, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.sandbox import Sandbox

    Treatment = Callable[[int, httpx.Request, Callable[[], httpx.Response]], httpx.Response]

ROWS = 700  # three requests


def people() -> pd.DataFrame:
    """Return customers for three requests."""
    return pd.DataFrame({"E-mail": [f"p{n:04}@example.org" for n in range(ROWS)], "n": "Ann"})


def wired(box: Sandbox, clock: VirtualClock, treat: Treatment, path: str = IMPORT) -> tuple[ac.Connection, Wire]:
    """Return a connection through a wire that treats some requests otherwise."""
    inner = box.connection.link.transport
    assert inner is not None
    wire = Wire(inner, path, treat)
    return through(box, clock, transport=wire), wire


def export(connection: ac.Connection, **options: Any) -> ac.Report:
    """Export the people and assert the law of outcomes."""
    mapping = {"email": "E-mail", "first_name": "n"}
    report = ac.export(people(), connection=connection, list="Newsletter", mapping=mapping, **options)
    assert report.counts.sum() == ROWS
    return report


def on_first(answer: Callable[[], httpx.Response]) -> Treatment:
    """Answer the first request so, and pass the others on."""
    return lambda number, _, pass_on: answer() if number == 1 else pass_on()


def raising(error: Exception) -> Callable[[], httpx.Response]:
    """Return an answer that is none."""

    def answer() -> httpx.Response:
        raise error

    return answer


HARMLESS = {
    "429 with Retry-After": lambda: httpx.Response(429, headers={"Retry-After": "7"}),
    "429 without": lambda: httpx.Response(429),
    "400 rate limit": lambda: httpx.Response(
        400, json={"success": 0, "message": "Rate limit exceeded.", "failureReasons": ["Up to 100 imports"]}
    ),
    "500": lambda: httpx.Response(500),
    "503 page": lambda: httpx.Response(503, text="<html>maintenance</html>"),
    "cut JSON": lambda: httpx.Response(200, text='{"success":1,"batc'),
    "empty 200": lambda: httpx.Response(200),
    "no batch id": lambda: httpx.Response(200, json={"success": 1}),
    "success 0": lambda: httpx.Response(200, json={"success": 0, "batchId": "x"}),
    "403 once": lambda: httpx.Response(403),
    "connect": raising(httpx.ConnectError("x")),
    "connect timeout": raising(httpx.ConnectTimeout("x")),
    "read timeout": raising(httpx.ReadTimeout("x")),
    "reset": raising(httpx.RemoteProtocolError("x")),
    "unknown error": raising(RuntimeError("x")),
}


@pytest.mark.parametrize("kind", HARMLESS)
def test_a_passing_fault_loses_nobody(box: Sandbox, clock: VirtualClock, kind: str) -> None:
    """After one bad answer all arrive, once, and the report says what was repeated."""
    connection, _ = wired(box, clock, on_first(HARMLESS[kind]))
    report = export(connection)
    assert report.counts["imported"] == ROWS == len(box.contacts())


@pytest.mark.parametrize("lost", [httpx.ReadTimeout("x"), httpx.RemoteProtocolError("x")])
def test_an_answer_that_is_lost_repeats_harmlessly(box: Sandbox, clock: VirtualClock, lost: Exception) -> None:
    """The request arrived and its answer did not: with automations off it is sent again, and counted."""

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        answer = pass_on()
        if number == 2:
            raise lost
        return answer

    connection, wire = wired(box, clock, treat)
    report = export(connection)
    assert wire.count == 4
    assert report.numbers["repeated"] == 1
    assert report.counts["imported"] == ROWS == len(box.contacts())


def test_with_automations_on_a_lost_answer_is_uncertain(box: Sandbox, clock: VirtualClock) -> None:
    """What may have started automations is not sent twice, in this run or the next; its rows are named uncertain."""

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        answer = pass_on()
        if number == 2:
            raise httpx.ReadTimeout("x")
        return answer

    connection, wire = wired(box, clock, treat)
    report = export(connection, run_automations=True)
    uncertain = int(report.counts["uncertain"])
    assert 200 <= uncertain <= 250
    assert report.counts["imported"] == ROWS - uncertain
    assert report.problems["code"].eq("no-answer").all()
    again = export(connection, run_automations=True)
    assert wire.count == 3
    assert again.counts["uncertain"] == uncertain
    assert len(box.automations()) == ROWS


@pytest.mark.parametrize("position", [0, 1, 124, 249])
@pytest.mark.parametrize("base", [0, 1])
def test_a_row_that_a_refusal_names_costs_nobody_else(
    box: Sandbox, clock: VirtualClock, position: int, base: int
) -> None:
    """The named row is taken out and the others are sent once more; whatever the index begins with, only it stays."""
    bad = f"p{position:04}@example.org"

    def treat(_: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        contacts = json.loads(request.content)["contacts"]
        found = [n for n, contact in enumerate(contacts) if contact["email"] == bad]
        if found:
            reason = {"contact": found[0] + base, "failureReason": f"Field 'email' of {bad} is bad"}
            return httpx.Response(400, json={"success": 0, "message": "did not pass", "failureReasons": [reason]})
        return pass_on()

    connection, wire = wired(box, clock, treat)
    report = export(connection)
    assert report.counts["refused"] == 1
    assert report.outcome[position] == "refused"
    assert report.counts["imported"] == ROWS - 1 == len(box.contacts())
    problem = report.problems.loc[position]
    assert problem["code"] == "refused-by-request"
    assert "is bad" in problem["reason"]
    assert bad not in problem["reason"]
    if base == 1 or position == 0:
        assert wire.count <= 3 + 2
    assert export(connection).counts["refused"] == 1


@pytest.mark.parametrize("position", [0, 77, 249])
def test_a_row_that_nobody_names_is_found_by_halving(box: Sandbox, clock: VirtualClock, position: int) -> None:
    """Nothing is named: halving finds the row within sixteen requests more, and the others arrive."""
    bad = f"p{position:04}@example.org"

    def treat(_: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if bad.encode() in request.content:
            return httpx.Response(400, json={"success": 0, "message": "Invalid"})
        return pass_on()

    connection, wire = wired(box, clock, treat)
    report = export(connection)
    assert report.outcome[position] == "refused"
    assert report.counts["imported"] == ROWS - 1 == len(box.contacts())
    assert wire.count <= 3 + 16


def test_a_request_refused_as_a_whole_stops_the_run(box: Sandbox, clock: VirtualClock) -> None:
    """When every request is refused and no row is to blame, the run stops instead of trying rows one by one."""
    connection, wire = wired(box, clock, lambda *_: httpx.Response(400, json={"success": 0, "message": "No such list"}))
    frame = pd.concat([people().assign(**{"E-mail": str(n) + people()["E-mail"]}) for n in range(6)])
    with pytest.raises(errors.RefusedError, match="No such list") as caught:
        ac.export(frame, connection=connection, list="VIP", mapping={"email": "E-mail"})
    assert caught.value.report.counts["not_sent"] == len(frame)
    assert wire.count < 40


FATAL: dict[str, tuple[Callable[[], httpx.Response], type[errors.ActiveCampaignError]]] = {
    "key revoked": (lambda: httpx.Response(403), errors.AuthenticationError),
    "account lapsed": (lambda: httpx.Response(402), errors.PermissionDeniedError),
    "moved": (lambda: httpx.Response(302, headers={"Location": "https://evil.example/"}), errors.UnexpectedAnswerError),
    "log-in page": (lambda: httpx.Response(200, html="<!DOCTYPE html><html>"), errors.UnexpectedAnswerError),
    "gone": (lambda: httpx.Response(404), errors.NotFoundError),
    "always 500": (lambda: httpx.Response(500), errors.ServerError),
    "no network": (raising(httpx.ConnectError("x")), errors.UnreachableError),
}


@pytest.mark.parametrize("kind", FATAL)
def test_a_fault_that_stays_stops_the_run_and_the_next_carries_on(box: Sandbox, clock: VirtualClock, kind: str) -> None:
    """The error says what to do, its report what was sent, and running again sends the rest, once."""
    answer, error = FATAL[kind]
    broken = True

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        return pass_on() if number == 1 or not broken else answer()

    connection, _ = wired(box, clock, treat)
    with pytest.raises(error) as caught:
        export(connection)
    report = caught.value.report
    assert report.counts.sum() == ROWS
    assert report.status == "Failed"
    assert report.counts[["imported", "accepted"]].sum() > 0
    assert "So far" in str(caught.value)
    broken = False
    again = export(connection)
    assert again.counts[["imported", "unchanged"]].sum() == ROWS == len(box.contacts())


def test_a_batch_that_the_importer_gave_up_is_sent_again(box: Sandbox, clock: VirtualClock) -> None:
    """An interrupted batch is sent once more where that is harmless."""

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        return httpx.Response(200, json={"status": "interrupted"}) if number == 1 else pass_on()

    connection, _ = wired(box, clock, treat, INFO)
    report = export(connection)
    assert report.counts["imported"] == ROWS
    assert export(connection).counts["unchanged"] == ROWS


def test_what_is_not_confirmed_is_accepted_and_can_be_asked_about(box: Sandbox, clock: VirtualClock) -> None:
    """Queued is not imported: after ``wait=`` the rows are accepted, and ``refresh()`` brings their end."""
    stuck = True

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        return httpx.Response(200, json={"status": "waiting", "success": [], "failure": []}) if stuck else pass_on()

    connection, _ = wired(box, clock, treat, INFO)
    report = export(connection, wait=30)
    assert report.counts["accepted"] == ROWS
    assert report.problems["code"].eq("not-confirmed").all()
    assert report.refresh().counts["accepted"] == ROWS
    stuck = False
    refreshed = report.refresh()
    assert refreshed.counts["imported"] == ROWS
    assert refreshed.problems.empty
    assert export(connection).counts["unchanged"] == ROWS


def test_the_next_run_settles_what_an_earlier_one_left_open(box: Sandbox, clock: VirtualClock) -> None:
    """Batches that were queued and not confirmed are asked about first, and not sent again."""
    stuck = True

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        return httpx.Response(200, json={"status": False}) if stuck else pass_on()

    connection, _ = wired(box, clock, treat, INFO)
    export(connection, wait=5)
    stuck = False
    requests = len(box.requests())
    again = export(connection)
    assert again.counts["unchanged"] == ROWS
    assert not box.requests()["method"].iloc[requests:].eq("POST").any()
