"""What an earlier run left open is settled before anything new is sent: quickly, in order, and not for ever."""

from __future__ import annotations

import inspect
import signal
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.runs import recover as recovering
from tests.faults.kill.places import Place, Trigger
from tests.importer import SlowImporter
from tests.virtual import VirtualClock, through
from tests.wire import INFO, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.sandbox import Sandbox

BATCHES = 30
ROWS = 2 * BATCHES


def people(rows: int = ROWS) -> pd.DataFrame:
    """Return customers."""
    return pd.DataFrame({"e": [f"p{number:04}@example.org" for number in range(rows)]})


def export(connection: ac.Connection, rows: int = ROWS, **options: Any) -> ac.Report:
    """Export two contacts a batch and assert the law of outcomes."""
    connection = connection.replace(limits=replace(connection.limits, contacts_per_import=2))
    report = ac.export(people(rows), connection=connection, list="VIP", mapping={"email": "e"}, **options)
    assert report.counts.sum() == rows
    return report


def answering(box: Sandbox, clock: VirtualClock, answer: Callable[[], httpx.Response]) -> ac.Connection:
    """Return a connection to an account that answers each question about a batch so."""
    inner = box.connection.link.transport
    assert inner is not None
    return through(box, clock, transport=Wire(inner, INFO, lambda *_: answer()))


def left_open(box: Sandbox, clock: VirtualClock) -> None:
    """Export, and stop waiting at once."""
    waiting = answering(box, clock, lambda: httpx.Response(200, json={"status": "waiting"}))
    assert export(waiting, wait=0).counts["accepted"] == ROWS


def later(box: Sandbox, clock: VirtualClock) -> ac.Connection:
    """Return a connection to an account whose importer takes half a minute for each batch."""
    return through(box, clock, transport=SlowImporter(box.connection.link.transport, clock, lambda _, at: at + 30.0))


def imports(box: Sandbox) -> int:
    """Return how many imports came."""
    return int(box.requests()["method"].eq("POST").sum())


def test_hundreds_of_open_batches_are_asked_about_at_the_full_pace(box: Sandbox, clock: VirtualClock) -> None:
    """Each is asked about once, four a second and more, and nothing is sent again."""
    left_open(box, clock)
    clock.sleep(60.0)
    before, begun = imports(box), clock.monotonic()
    report = export(through(box, clock))
    assert report.counts["unchanged"] == ROWS
    assert imports(box) == before
    assert clock.monotonic() - begun <= BATCHES / 4 + 5
    asked = box.requests()["path"].eq(INFO).sum()
    assert asked <= BATCHES * 2 + 5  # those of the first run among them


def test_only_batches_that_come_to_an_end_are_waited_for(box: Sandbox, clock: VirtualClock) -> None:
    """Every third one never ends: a minute after the last end the others' rows are sent again."""
    left_open(box, clock)
    importer = SlowImporter(box.connection.link.transport, clock, lambda _, received: received)
    known = dict.fromkeys(_numbers(box)[::3], float("inf"))
    importer.ends.update(known)
    begun = clock.monotonic()
    report = export(through(box, clock, transport=importer))
    assert report.counts["unchanged"] == ROWS - 2 * len(known)
    assert report.counts["imported"] == 2 * len(known)
    assert clock.monotonic() - begun <= BATCHES / 2 + 60 + len(known) * 0.6 + 30


def _numbers(box: Sandbox) -> list[str]:
    return list(box._service.queue.batches)


GONE: dict[str, Callable[[], httpx.Response]] = {
    "unknown": lambda: httpx.Response(404, json={"message": "No import found"}),
    "400": lambda: httpx.Response(400, json={"success": 0, "message": "No import found"}),
    "given up": lambda: httpx.Response(200, json={"status": "failed"}),
    "not clear": lambda: httpx.Response(200, json={"status": "completed", "failure": ["x@example.com"]}),
    "too many": lambda: httpx.Response(200, json={"status": "completed", "success": ["1", "2", "3"], "failure": []}),
    "always 503": lambda: httpx.Response(503),
    "never at its end": lambda: httpx.Response(200, json={"status": "a new word"}),
}


@pytest.mark.parametrize("kind", GONE)
@pytest.mark.parametrize("automations", [False, True])
def test_what_cannot_be_confirmed_is_sent_again_only_where_that_is_harmless(
    box: Sandbox, clock: VirtualClock, kind: str, *, automations: bool
) -> None:
    """With automations off the rows are sent again; with automations on they are uncertain and nothing starts twice."""
    waiting = answering(box, clock, lambda: httpx.Response(200, json={"status": False}))
    export(waiting, wait=0, run_automations=automations, allow={"automations"})
    clock.sleep(30.0)
    begun, before = clock.monotonic(), imports(box)

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        return GONE[kind]() if imports(box) == before else pass_on()

    inner = box.connection.link.transport
    assert inner is not None
    report = export(
        through(box, clock, transport=Wire(inner, INFO, treat)), run_automations=automations, allow={"automations"}
    )
    assert clock.monotonic() - begun < 600
    if automations:
        assert report.counts["uncertain"] == ROWS
        assert imports(box) == before
    else:
        assert report.counts["imported"] == ROWS


def test_a_key_that_is_not_accepted_closes_nothing(box: Sandbox, clock: VirtualClock) -> None:
    """Questions are refused: the run stops before it gives up on batches that another key can ask about."""
    left_open(box, clock)
    clock.sleep(60.0)
    with pytest.raises(errors.AuthenticationError):
        export(answering(box, clock, lambda: httpx.Response(403)))
    before = imports(box)
    assert export(through(box, clock)).counts["unchanged"] == ROWS
    assert imports(box) == before


def test_a_refresh_asks_once_about_each_batch(box: Sandbox, clock: VirtualClock) -> None:
    """What is over is settled, what is not stays accepted; the next refresh asks about those alone."""
    importer = SlowImporter(
        box.connection.link.transport, clock, lambda number, received: received + (0.0 if number % 2 else 1_000.0)
    )
    report = export(through(box, clock, transport=importer), wait=0)
    clock.sleep(30.0)
    before = len(importer.questions)
    open_rows = int(report.counts["accepted"])
    report = report.refresh()
    assert len(importer.questions) - before == open_rows // 2
    assert report.counts["imported"] == report.counts["accepted"] == ROWS // 2
    clock.sleep(1_000.0)
    report = report.refresh()
    assert report.counts["imported"] == ROWS
    assert report.problems.empty


def test_a_long_refresh_says_beforehand_how_long(
    box: Sandbox, clock: VirtualClock, capsys: pytest.CaptureFixture[str]
) -> None:
    """With hundreds of batches to ask about, a sentence says how many and for how long; with few, nothing is said."""
    waiting = answering(box, clock, lambda: httpx.Response(200, json={"status": "waiting"}))
    for rows, said in ((202, "Asking about 101 batches takes 20 s. An interrupt loses nothing.\n"), (20, "")):
        report = export(waiting, rows, wait=0, resend="all", allow={"row-count"})
        capsys.readouterr()
        begun = clock.monotonic()
        report.refresh()
        assert capsys.readouterr().out == said
        assert clock.monotonic() - begun <= rows / 2 / 4 + 2


def test_a_refresh_does_not_come_between_another_run(box: Sandbox, clock: VirtualClock) -> None:
    """While the export runs again, refreshing an older report of it is refused, and says why."""
    left = export(answering(box, clock, lambda: httpx.Response(200, json={"status": "waiting"})), wait=0)
    said: list[str] = []

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if number == 1:
            with pytest.raises(errors.StateError) as caught:
                left.refresh()
            said.append(str(caught.value))
        return pass_on()

    inner = box.connection.link.transport
    assert inner is not None
    export(through(box, clock, transport=Wire(inner, INFO, treat)))
    assert "running already" in said[0]


def test_who_does_not_wait_for_confirmation_gets_it_from_the_next_run(box: Sandbox, clock: VirtualClock) -> None:
    """With ``wait=0`` batches that are over are asked about all the same, and not sent again."""
    left_open(box, clock)
    clock.sleep(60.0)
    before = imports(box)
    assert export(through(box, clock), wait=0).counts["unchanged"] == ROWS
    assert imports(box) == before


def test_a_refreshed_report_is_of_its_own_run(box: Sandbox, clock: VirtualClock) -> None:
    """It says how long the run took, takes the run's share of the limits, and is not the last one after another run."""
    report = export(later(box, clock), wait=0, share=0.4)
    other = ac.export(people(), connection=through(box, clock), list="Newsletter", mapping={"email": "e"})
    clock.sleep(60.0)
    begun = clock.monotonic()
    again = report.refresh()
    assert again.counts["imported"] == ROWS
    assert clock.monotonic() - begun > BATCHES / 3  # two questions a second, not five
    assert again.numbers["seconds"] == report.numbers["seconds"]
    assert again.ended == report.ended
    assert ac.last_report() is other


_LINES, _FIRST = inspect.getsourcelines(recovering.ask_again)
_SETTLING = [
    _FIRST + offset
    for offset, text in enumerate(_LINES)
    if text[12:].startswith(  # of rows: what is settled of people who leave stands deeper
        ("positions =", "states.problems", "states.outcome", "refused =", "line.journal.settled")
    )
]


@pytest.mark.parametrize("line", _SETTLING)
def test_an_interrupted_refresh_can_be_made_again(box: Sandbox, clock: VirtualClock, line: int) -> None:
    """Wherever the interrupt comes while a batch is settled, the next refresh leaves no row behind."""
    report = export(later(box, clock), wait=0)
    clock.sleep(60.0)
    with (
        Trigger(Place("runs/recover.py", line, 3), lambda: signal.raise_signal(signal.SIGINT)) as trigger,
        pytest.raises(KeyboardInterrupt),
    ):
        report.refresh()
    assert trigger.is_reached
    assert report.refresh().counts["imported"] == ROWS


def test_a_refresh_knows_what_a_later_run_has_settled(box: Sandbox, clock: VirtualClock) -> None:
    """A later run asks about the same batches; the older report says as much afterwards, and asks nobody."""
    box.unsubscribe("p0007@example.org", 5)
    report = export(later(box, clock), wait=0)
    clock.sleep(60.0)
    assert export(through(box, clock)).counts["unchanged"] == ROWS - 1
    before = len(box.requests())
    again = report.refresh()
    assert (again.counts["imported"], again.counts["refused"], again.counts["accepted"]) == (ROWS - 1, 1, 0)
    assert again.problems["code"].tolist() == ["refused-before"]
    assert len(box.requests()) == before
