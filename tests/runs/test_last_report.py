"""``ac.last_report()``: the report of the last run in this kernel, however it ended and wherever it ran."""

from __future__ import annotations

import inspect
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.runs.run import Run
from tests.faults.kill.places import Place, Trigger
from tests.virtual import VirtualClock, through
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.sandbox import Sandbox

ROWS = 1_000


def plan_of(connection: ac.Connection) -> ac.Plan:
    """Return the plan of an export of four requests."""
    frame = pd.DataFrame({"E-mail": [f"p{n:04}@example.org" for n in range(ROWS)]})
    return ac.plan(frame, connection=connection, list="VIP", mapping={"email": "E-mail"})


def test_without_a_run_it_says_so() -> None:
    """In a kernel in which nothing has run, it is an error that says what to do."""
    code = (
        "import ac_notebook as ac\ntry:\n    ac.last_report()\nexcept ac.errors.ConfigurationError as e:\n    print(e)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.startswith("No export has run in this kernel yet")


def test_of_a_run_that_went_well(connection: ac.Connection) -> None:
    """After a run it is that run's report, and after the next one the next one's."""
    plan = plan_of(connection)
    for status in ("Successful", "Skipped"):
        report = plan.run()
        assert ac.last_report() is report
        assert report.status == status


def test_of_a_run_that_failed(box: Sandbox, clock: VirtualClock) -> None:
    """After an error that was caught and thrown away, it says what was sent until then."""

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        return pass_on() if number == 1 else httpx.Response(401, json={"message": "Unauthorized"})

    inner = box.connection.link.transport
    assert inner is not None
    plan = plan_of(through(box, clock, transport=Wire(inner, IMPORT, treat)))
    with pytest.raises(errors.APIError):
        plan.run()
    report = ac.last_report()
    assert report.status == "Failed"
    assert report.counts.sum() == ROWS
    assert report.counts["not_sent"] > 0


def test_of_a_run_in_another_thread(box: Sandbox, clock: VirtualClock) -> None:
    """A run in a thread, as a form starts one, leaves its report too; one that was stopped at once says so."""
    told = threading.Event()

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        told.wait(10)  # so that it is not over before it is stopped
        return pass_on()

    def stop(_: ac.Progress) -> None:
        told.set()
        raise KeyboardInterrupt

    def work() -> None:
        with pytest.raises(errors.ExportInterrupted):
            plan.run(progress=stop)

    inner = box.connection.link.transport
    assert inner is not None
    plan = plan_of(through(box, clock, transport=Wire(inner, IMPORT, treat)))
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)
    assert ac.last_report().status == "Canceled"
    assert ac.last_report().counts["not_sent"] > 0
    assert ac.last_report().counts.sum() == ROWS


def test_an_interrupt_while_the_report_is_made(connection: ac.Connection) -> None:
    """It ends in ExportInterrupted as any other does, and the report is there."""
    plan = plan_of(connection)
    lines, first = inspect.getsourcelines(Run.report)
    line = first + next(number for number, text in enumerate(lines) if "waiting = " in text)
    with (
        Trigger(Place("runs/run.py", line, 1), lambda: signal.raise_signal(signal.SIGINT)) as trigger,
        pytest.raises(errors.ExportInterrupted) as caught,
    ):
        plan.run()
    assert trigger.is_reached
    assert ac.last_report() is caught.value.report
    assert caught.value.report.counts["imported"] == ROWS


def test_what_was_refused_before_is_not_sent_now(box: Sandbox, clock: VirtualClock) -> None:
    """A run that fails before it sends says that nothing was sent, though refusals of an earlier run are repeated."""
    box.unsubscribe("p0001@example.org", 5)
    plan_of(through(box, clock)).run()
    inner = box.connection.link.transport
    assert inner is not None
    broken = Wire(inner, "/api/3/lists/5", lambda *_: httpx.Response(503))
    plan = plan_of(through(box, clock, transport=broken))
    with pytest.raises(errors.ServerError) as caught:
        plan.run()
    assert caught.value.report.counts["refused"] == 1
    assert caught.value.hint.endswith("Nothing was sent.")


def test_of_a_run_that_its_listener_ended(connection: ac.Connection) -> None:
    """What shows progress ends the program each time it is called: the run is ended, and its report is kept."""
    plan = plan_of(connection)
    plan.run(first=250)
    before = ac.last_report()

    def leave(_: ac.Progress) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        plan.run(progress=leave)
    assert ac.last_report() is not before
    assert ac.last_report().counts.sum() == ROWS
