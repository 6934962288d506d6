"""No row is called imported, unchanged or not sent when that is not known to be true."""

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
    from pathlib import Path

    from ac_notebook.sandbox import Sandbox

    Treatment = Callable[[int, httpx.Request, Callable[[], httpx.Response]], httpx.Response]

MAPPING = {"email": "E-mail", "first_name": "n"}


def people(rows: int = 20, name: str = "v1") -> pd.DataFrame:
    """Return customers with one name for all."""
    return pd.DataFrame({"E-mail": [f"p{n:04}@example.org" for n in range(rows)], "n": name})


def wired(box: Sandbox, clock: VirtualClock, treat: Treatment, path: str = IMPORT) -> ac.Connection:
    """Return a connection through a wire that treats some requests otherwise."""
    inner = box.connection.link.transport
    assert inner is not None
    return through(box, clock, transport=Wire(inner, path, treat))


def export(connection: ac.Connection, frame: pd.DataFrame, **options: Any) -> ac.Report:
    """Export to VIP and assert the law of outcomes."""
    report = ac.export(frame, connection=connection, list="VIP", mapping=MAPPING, **options)
    assert report.counts.sum() == len(frame)
    return report


@pytest.mark.parametrize(
    "failure",
    [{"7": "p0003@example.org"}, [{"email": "p0003@example.org"}], "p0003@example.org", ["x@example.com"], [5]],
)
def test_a_list_of_failures_that_is_not_understood_confirms_nobody(
    box: Sandbox, clock: VirtualClock, failure: object
) -> None:
    """Failures of another form, or of somebody who was not sent: nobody of the batch is called imported."""

    def treat(_: int, __: httpx.Request, ___: Callable[[], httpx.Response]) -> httpx.Response:
        return httpx.Response(200, json={"status": "completed", "success": [], "failure": failure})

    report = export(wired(box, clock, treat, INFO), people())
    assert report.counts["imported"] == 0
    assert report.counts["accepted"] == 20
    assert report.problems["code"].eq("not-told-who").all()
    assert export(through(box, clock), people()).counts["imported"] == 20


def test_a_batch_that_was_queued_in_part_is_not_called_imported(box: Sandbox, clock: VirtualClock) -> None:
    """When fewer contacts were queued than sent, nobody knows which: they are accepted, and sent again next time."""

    def treat(number: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        answer = pass_on()
        answer.read()
        return httpx.Response(200, json={**answer.json(), "queued_contacts": 15}) if number == 1 else answer

    connection = wired(box, clock, treat)
    assert export(connection, people()).counts["accepted"] == 20
    assert export(connection, people()).counts["imported"] == 20


def test_a_batch_number_that_comes_twice_confirms_only_the_first(box: Sandbox, clock: VirtualClock) -> None:
    """Two batches with one number cannot be told apart: the second is not confirmed by it."""
    first: list[str] = []

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        answer = pass_on()
        answer.read()
        first.append(answer.json()["batchId"])
        return httpx.Response(200, json={**answer.json(), "batchId": first[0]})

    report = export(wired(box, clock, treat), people(500))
    assert report.counts["imported"] == 250
    assert report.counts["accepted"] == 250


def test_a_batch_number_of_an_earlier_run_confirms_nobody(box: Sandbox, clock: VirtualClock) -> None:
    """A number that the journal knows of an earlier run is an alarm: what it says is about that run's batch."""
    first: list[str] = []

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        answer = pass_on()
        answer.read()
        first.append(answer.json()["batchId"])
        return httpx.Response(200, json={**answer.json(), "batchId": first[0]})

    def pending(_: int, __: httpx.Request, ___: Callable[[], httpx.Response]) -> httpx.Response:
        return httpx.Response(200, json={"status": "waiting"})

    inner = box.connection.link.transport
    assert inner is not None
    slow = through(box, clock, transport=Wire(Wire(inner, IMPORT, treat), INFO, pending))
    assert export(slow, people(), wait=30).counts["accepted"] == 20
    assert export(wired(box, clock, treat), people(20, "v2"), resend="all").counts["imported"] == 0


def test_an_end_that_does_not_say_who_failed_confirms_nobody(box: Sandbox, clock: VirtualClock) -> None:
    """Completed, without a list of failures: the rows are accepted, and not called imported."""

    def treat(_: int, __: httpx.Request, ___: Callable[[], httpx.Response]) -> httpx.Response:
        return httpx.Response(200, json={"status": "completed", "success": []})

    assert export(wired(box, clock, treat, INFO), people()).counts["accepted"] == 20


LATER: dict[str, Callable[[], httpx.Response] | None] = {
    "403": lambda: httpx.Response(403),
    "404": lambda: httpx.Response(404),
    "429": lambda: httpx.Response(429, headers={"Retry-After": "600"}),
    "400": lambda: httpx.Response(400, json={"success": 0, "message": "Invalid"}),
    "connect": None,
}


@pytest.mark.parametrize("kind", LATER)
def test_what_may_have_arrived_is_never_forgotten(box: Sandbox, clock: VirtualClock, kind: str) -> None:
    """v2 was applied, its answer lost and its repetition refused: going back to v1 sends v1 again."""
    export(through(box, clock), people(name="v1"))

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if number == 1:
            pass_on()
            raise httpx.ReadTimeout("x")
        answer = LATER[kind]
        if answer is None:
            raise httpx.ConnectError("x")
        return answer()

    with pytest.raises(errors.ActiveCampaignError) as caught:
        export(wired(box, clock, treat), people(name="v2"))
    assert caught.value.report.counts["not_sent"] == 0
    assert caught.value.report.counts["uncertain"] == 20
    clock.sleep(10)
    assert box.contacts()["first_name"].eq("v2").all()
    back = export(through(box, clock), people(name="v1"))
    assert back.counts["imported"] == 20
    assert box.contacts()["first_name"].eq("v1").all()


def test_a_request_that_is_refused_whatever_is_in_it_blames_nobody(box: Sandbox, clock: VirtualClock) -> None:
    """Ten rows, every request refused for a while: the run stops, and later all ten arrive."""
    refusing = True

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        return httpx.Response(400, json={"success": 0, "message": "Invalid json"}) if refusing else pass_on()

    connection = wired(box, clock, treat)
    with pytest.raises(errors.RefusedError, match="Invalid json") as caught:
        export(connection, people(10))
    assert caught.value.report.counts["not_sent"] == 10
    refusing = False
    assert export(connection, people(10)).counts["imported"] == 10


def test_a_row_that_is_named_is_no_evidence_against_another(box: Sandbox, clock: VirtualClock) -> None:
    """Nothing is accepted; one row is refused without a name, another by name: only the named one is blamed."""

    def treat(_: int, request: httpx.Request, __: Callable[[], httpx.Response]) -> httpx.Response:
        contacts = json.loads(request.content)["contacts"]
        if [contact["email"] for contact in contacts] == ["p0001@example.org"]:
            reasons = [{"contact": 1, "failureReason": "bad"}]
            return httpx.Response(400, json={"success": 0, "message": "x", "failureReasons": reasons})
        return httpx.Response(400, json={"success": 0, "message": "Invalid"})

    with pytest.raises(errors.RefusedError) as caught:
        export(wired(box, clock, treat), people(2))
    assert caught.value.report.outcome.tolist() == ["not_sent", "refused"]


def test_a_plan_of_another_home_is_not_run(
    box: Sandbox, clock: VirtualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With another home the fingerprints have another key: failures could not be told, so nothing is sent."""
    plan = ac.plan(people(), connection=through(box, clock), list="VIP", mapping=MAPPING)
    monkeypatch.setenv("AC_NOTEBOOK_HOME", str(tmp_path / "another"))
    with pytest.raises(errors.StateError, match="Plan again"):
        plan.run()
    assert box.contacts().empty


@pytest.mark.parametrize("value", ["no", "false", 0, 1, None])
def test_automations_are_switched_by_a_truth_value_only(connection: ac.Connection, value: object) -> None:
    """``run_automations="no"`` does not switch them on: it is refused."""
    with pytest.raises(errors.ConfigurationError, match="True or False"):
        ac.plan(people(), connection=connection, list="VIP", mapping=MAPPING, run_automations=value)


def test_a_limit_that_is_always_over_at_once_does_not_make_an_endless_loop(box: Sandbox, clock: VirtualClock) -> None:
    """``Retry-After: 0`` again and again: asked ever more rarely, and given up after a quarter of an hour."""
    asked = 0

    def treat(number: int, _: httpx.Request, __: Callable[[], httpx.Response]) -> httpx.Response:
        nonlocal asked
        asked = number
        return httpx.Response(429, headers={"Retry-After": "0"})

    with pytest.raises(errors.RateLimitError) as caught:
        export(wired(box, clock, treat), people())
    assert asked < 60
    assert caught.value.report.counts["not_sent"] == 20


def test_waiting_for_confirmation_ends_however_many_batches_are_open(box: Sandbox, clock: VirtualClock) -> None:
    """Many batches that never end: after ``wait=`` no more questions are begun, and the run ends."""

    def treat(_: int, __: httpx.Request, ___: Callable[[], httpx.Response]) -> httpx.Response:
        return httpx.Response(200, json={"status": "waiting"})

    inner = box.connection.link.transport
    assert inner is not None
    connection = through(box, clock, transport=Wire(inner, INFO, treat), delays=lambda: (0.3, 0.3))
    connection = connection.replace(limits=connection.limits.__class__(contacts_per_import=2))
    begun = clock.monotonic()
    report = export(connection, people(800), wait=30)
    assert report.counts["accepted"] == 800
    sending = 400 * 0.606
    assert clock.monotonic() - begun < sending + 30 + 30


def test_one_export_runs_once_at_a_time(box: Sandbox, clock: VirtualClock) -> None:
    """While an export runs, another start of it is told so, and by whom; afterwards it runs again."""
    said: list[str] = []
    plans: list[ac.Plan] = []

    def treat(number: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if number == 1:
            assert len(json.loads(request.content)["contacts"]) == 20
            with pytest.raises(errors.StateError) as caught:
                plans[0].run()
            said.append(str(caught.value))
        return pass_on()

    connection = wired(box, clock, treat)
    plans.append(ac.plan(people(), connection=connection, list="VIP", mapping=MAPPING))
    assert plans[0].run().counts["imported"] == 20
    assert "running already (run " in said[0]
    assert "since 2026-03-02" in said[0]
    assert plans[0].run().counts["unchanged"] == 20


def test_a_row_that_was_named_is_not_left_behind(box: Sandbox, clock: VirtualClock) -> None:
    """When no answer comes to the request without the named row, and it may not be repeated, it is tried alone."""

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if number == 1:
            return httpx.Response(400, json={"success": 0, "failureReasons": [{"contact": 4, "failureReason": "bad"}]})
        if number == 2:
            message = "cut"
            raise httpx.ReadError(message)
        return pass_on()

    report = export(wired(box, clock, treat), people(), run_automations=True)
    assert report.status == "Successful"
    assert (report.counts["uncertain"], report.counts["imported"]) == (19, 1)
