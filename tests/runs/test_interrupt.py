"""Stopping: the cell returns, the report says what was sent, and the same cell carries on."""

from __future__ import annotations

import contextlib
import dataclasses
import signal
import threading
import time
from typing import TYPE_CHECKING

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.runs.link import Link
from ac_notebook.runs.run import Run
from ac_notebook.runs.waiting import STOPPING
from ac_notebook.sandbox import Sandbox
from tests.virtual import VirtualClock, VirtualFlights, through
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.remote.flights import Landed

ROWS = 2_000


def people() -> pd.DataFrame:
    """Return customers for eight requests."""
    return pd.DataFrame({"E-mail": [f"p{n:04}@example.org" for n in range(ROWS)]})


def test_an_interrupt_ends_the_run_with_a_report(box: Sandbox, clock: VirtualClock) -> None:
    """The interrupt of a cell ends the run after the requests in flight, raises, and the next run sends the rest."""
    before = signal.getsignal(signal.SIGINT)

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if number == 3:
            signal.raise_signal(signal.SIGINT)
            # The thread that waits has to see it before this one goes on: they are not on the same clock.
            deadline = time.monotonic() + 5
            while not seen.wait(0.01) and time.monotonic() < deadline:
                continue
        return pass_on()

    seen = threading.Event()
    inner = box.connection.link.transport
    assert inner is not None
    connection = through(box, clock, transport=Wire(inner, IMPORT, treat))
    plan = ac.plan(people(), connection=connection, list="VIP", mapping={"email": "E-mail"})
    watcher = threading.Timer(0.3, seen.set)
    watcher.start()
    with pytest.raises(errors.ExportInterrupted, match="carry on where it stopped") as caught:
        plan.run()
    watcher.cancel()
    report = caught.value.report
    assert report.status == "Canceled"
    assert report.counts.sum() == ROWS
    assert report.counts["not_sent"] > 0
    assert report.counts[["imported", "accepted"]].sum() >= 500
    assert signal.getsignal(signal.SIGINT) is before
    again = plan.run()
    assert again.counts[["imported", "unchanged"]].sum() == ROWS == len(box.contacts())


def test_a_request_without_an_answer_does_not_hold_the_cell() -> None:
    """A second interrupt leaves what has no answer: its rows are uncertain, and the next run settles them."""
    silent = threading.Event()
    reached = threading.Event()

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        answer = pass_on()
        if number == 2:
            reached.set()
            silent.wait(30)
        return answer

    box = Sandbox(speed=600)  # on the machine's clock: two real interrupts, one after the other
    plain: ac.Connection = box.connection
    inner = plain.link.transport
    assert inner is not None
    connection = plain.replace(link=Link(secret=plain.link.secret, transport=Wire(inner, IMPORT, treat)))
    plan = ac.plan(people(), connection=connection, list="VIP", mapping={"email": "E-mail"})

    def interrupt_twice() -> None:
        reached.wait(10)
        for _ in range(2):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            time.sleep(0.3)  # two interrupts of a person, not one

    threading.Thread(target=interrupt_twice, daemon=True).start()
    with pytest.raises(errors.ExportInterrupted) as caught:
        plan.run()
    report = caught.value.report
    assert report.counts["uncertain"] >= 250
    assert report.counts.sum() == ROWS
    silent.set()
    again = plan.run()
    assert again.counts[["imported", "unchanged"]].sum() == ROWS == len(box.contacts())


def test_an_interrupt_ends_a_pause_that_the_account_asked_for() -> None:
    """While a run waits because reading the list met a rate limit, an interrupt ends it, and the next run may begin."""
    limited = threading.Event()

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if not limited.is_set():
            return pass_on()
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        return httpx.Response(429, headers={"Retry-After": "900"})

    box = Sandbox(speed=60)
    plain: ac.Connection = box.connection
    inner = plain.link.transport
    assert inner is not None
    lists = ac.describe(plain).lists
    path = f"/api/3/lists/{lists.loc[lists['name'] == 'VIP', 'id'].item()}"
    connection = plain.replace(link=Link(secret=plain.link.secret, transport=Wire(inner, path, treat)))
    plan = ac.plan(people().head(10), connection=connection, list="VIP", mapping={"email": "E-mail"})
    limited.set()
    with pytest.raises(errors.ExportInterrupted, match="Nothing was sent"):
        plan.run()
    limited.clear()
    assert plan.run().counts["imported"] == 10  # not "running already", by a thread that waits still


@pytest.mark.parametrize("in_main_thread", [True, False])
def test_one_interrupt_does_not_wait_for_a_silent_service(
    in_main_thread: bool,  # noqa: FBT001 - a case of the test
    capsys: pytest.CaptureFixture[str],
) -> None:
    """After one interrupt a request that stays unanswered is left uncertain, and the cell returns with the report."""
    silent, reached = threading.Event(), threading.Event()

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        answer = pass_on()
        if number == 2:
            reached.set()
            silent.wait(60)
        return answer

    box = Sandbox(speed=600)  # on the machine's clock, as a person's patience is
    plain: ac.Connection = box.connection
    inner = plain.link.transport
    assert inner is not None
    connection = plain.replace(link=Link(secret=plain.link.secret, transport=Wire(inner, IMPORT, treat)))
    plan = ac.plan(people(), connection=connection, list="VIP", mapping={"email": "E-mail"})
    told: list[ac.Progress] = []
    asked = threading.Event()

    def stop(progress: ac.Progress) -> None:
        told.append(progress)
        if reached.is_set() and not asked.is_set():
            asked.set()
            raise KeyboardInterrupt

    def interrupt() -> None:
        reached.wait(10)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    caught: list[errors.ExportInterrupted] = []

    def work() -> None:
        with pytest.raises(errors.ExportInterrupted) as error:
            plan.run(progress=None if in_main_thread else stop)
        caught.append(error.value)

    if in_main_thread:
        threading.Thread(target=interrupt, daemon=True).start()
        work()
        assert STOPPING in capsys.readouterr().out
    else:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join(60)
        assert told[-1].phase == "ended"
        assert capsys.readouterr().out == ""
    assert not silent.is_set()
    report = caught[0].report
    assert report.status == "Canceled"
    assert report.counts["uncertain"] == 250
    assert report.counts.sum() == ROWS
    assert ac.last_report() is report
    silent.set()
    assert plan.run().counts[["imported", "unchanged"]].sum() == ROWS == len(box.contacts())


def test_an_interrupt_at_the_very_start_does_not_leave_the_run_alone(box: Sandbox, clock: VirtualClock) -> None:
    """Interrupts right after the start end in ExportInterrupted with a report, never in a run that goes on unseen."""
    plan = ac.plan(people(), connection=through(box, clock), list="VIP", mapping={"email": "E-mail"})
    for pause in (0.0, 0.0005, 0.001, 0.003, 0.01):
        timer = threading.Timer(pause, lambda: signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT))
        outcome = None
        try:
            timer.start()
            outcome = plan.run()
        except errors.ExportInterrupted as error:
            outcome = error.report
        except KeyboardInterrupt:
            outcome = None  # before anything was started
        with contextlib.suppress(KeyboardInterrupt):
            timer.join()  # an interrupt that comes after the end belongs to nobody
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("ac_notebook-run")]
        if outcome is not None:
            assert outcome.counts.sum() == ROWS


def test_a_display_that_fails_does_not_fail_the_export(
    box: Sandbox, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When progress cannot be shown (a closed terminal), the export goes on and its report comes."""

    class Closed:
        def write(self, _: str) -> int:
            raise BrokenPipeError

        def flush(self) -> None:
            raise BrokenPipeError

    plan = ac.plan(people(), connection=through(box, clock), list="VIP", mapping={"email": "E-mail"})
    plan.run(first=500)
    monkeypatch.setattr("sys.stdout", Closed())
    assert plan.run().counts["imported"] == ROWS - 500


def test_requests_that_were_left_do_not_hold_up_the_next_run(clock: VirtualClock) -> None:
    """After two interrupts with five requests unanswered, the next run starts soon, not after two minutes."""
    box = Sandbox(clock=clock.monotonic, now=clock.now)
    hang = True

    class Hanging(VirtualFlights):
        def wait(self, seconds: float) -> list[Landed]:
            if hang and len(self) >= 5:
                runs[0].leave.set()
                return []
            return super().wait(seconds)

    runs: list[Run] = []
    connection = through(box, clock, delays=lambda: (50.0, 0.0))
    link = dataclasses.replace(connection.link, flights=lambda _: Hanging(clock, lambda: (50.0 if hang else 0.01, 0.0)))
    plan = ac.plan(
        people(), connection=connection.replace(link=link), list="VIP", mapping={"email": "E-mail"}, allow="canary"
    )
    runs.append(Run(plan=plan))
    runs[0].work()
    left = runs[0].report()
    assert left.counts["uncertain"] >= 1_000
    assert left.problems["code"].eq("no-answer").sum() == left.counts["uncertain"]
    hang = False
    begun = clock.monotonic()
    assert plan.run().counts["imported"] == ROWS
    assert clock.monotonic() - begun < 60
