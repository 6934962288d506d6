"""Asked to end while an export runs: the run is ended first, as by an interrupt, and then what asked gets its way."""

from __future__ import annotations

import inspect
import signal
import sqlite3
import time
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.errors import ExportInterrupted
from ac_notebook.runs import waiting
from ac_notebook.storage.database import FILE
from tests.faults.kill.places import Place, Trigger
from tests.virtual import VirtualClock, through
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import httpx

    from ac_notebook.sandbox import Sandbox

ROWS = 2_000


def plan_of(box: Sandbox, clock: VirtualClock, number: int) -> ac.Plan:
    """Plan an export during whose third request the process is sent a signal."""

    def treat(count: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if count == 3:
            signal.raise_signal(number)
            # The main thread has to see it before this one goes on: they are not on the same clock.
            deadline = time.monotonic() + 0.3
            while time.monotonic() < deadline:
                continue
        return pass_on()

    inner = box.connection.link.transport
    assert inner is not None
    frame = pd.DataFrame({"E-mail": [f"p{n:04}@example.org" for n in range(ROWS)]})
    connection = through(box, clock, transport=Wire(inner, IMPORT, treat))
    return ac.plan(frame, connection=connection, list="VIP", mapping={"email": "E-mail"})


@pytest.fixture
def _same_afterwards() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_same_afterwards")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_journal_is_closed_before_the_process_ends(
    box: Sandbox, clock: VirtualClock, home: Path, number: int
) -> None:
    """SIGTERM and SIGHUP end the run after the requests in flight, and are passed on once it is written down."""
    found: list[tuple[str, int]] = []

    def end(*_: object) -> None:
        with sqlite3.connect(home / FILE) as database:
            state = database.execute("SELECT state FROM runs").fetchone()[0]
            sending = database.execute("SELECT count(*) FROM batches WHERE state = 'sending'").fetchone()[0]
        found.append((state, sending))

    plan = plan_of(box, clock, number)
    signal.signal(number, end)
    with pytest.raises(ExportInterrupted) as caught:
        plan.run()
    assert found == [("Canceled", 0)]
    assert signal.getsignal(number) is end
    assert caught.value.report is not None
    assert caught.value.report.counts["not_sent"] > 0
    assert plan.run().counts[["imported", "unchanged"]].sum() == ROWS == len(box.contacts())


@pytest.mark.usefixtures("_same_afterwards")
def test_what_is_ignored_stays_so(box: Sandbox, clock: VirtualClock) -> None:
    """Where a signal is ignored, as a closed terminal is under nohup, the run goes on."""
    plan = plan_of(box, clock, signal.SIGHUP)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    assert plan.run().counts["imported"] == ROWS
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_an_interrupt_before_the_work_has_begun(box: Sandbox, clock: VirtualClock) -> None:
    """An interrupt just before the run's thread is started stays a KeyboardInterrupt, and nothing is sent."""
    plan = plan_of(box, clock, signal.SIGINT)
    lines, first = inspect.getsourcelines(waiting._interrupts)
    line = first + next(number for number, text in enumerate(lines) if "before = " in text)
    with (
        Trigger(Place("runs/waiting.py", line, 1), lambda: signal.raise_signal(signal.SIGINT)) as trigger,
        pytest.raises(KeyboardInterrupt),
    ):
        plan.run()
    assert trigger.is_reached
    assert box.contacts().empty
