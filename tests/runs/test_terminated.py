"""Asked to end while an export runs: the run is ended first, as by an interrupt, and then what asked gets its way."""

from __future__ import annotations

import contextlib
import inspect
import os
import signal
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.runs import waiting
from ac_notebook.storage.database import FILE
from tests.faults.kill.places import Place, Trigger
from tests.virtual import VirtualClock, through
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

    from ac_notebook.sandbox import Sandbox

ROWS = 20_000

CODE = """
import pandas as pd, ac_notebook as ac
df = pd.DataFrame({"E-mail": [f"p{n:05}@example.org" for n in range(%d)]})
ac.export(df, connection="told", list="VIP", mapping={"email": "E-mail"})
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_journal_is_closed_before_the_process_ends(home: Path, number: int) -> None:
    """SIGTERM and SIGHUP end the run after the requests in flight, and then the process."""
    with ac.sandbox.start(speed=60) as box:
        box.connection.replace(name="told").save()
        environment = {**os.environ, "AC_NOTEBOOK_HOME": str(home), "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(
            [sys.executable, "-c", CODE % ROWS], env=environment, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert any(line.startswith("First run of this export") for line in process.stdout)
            process.send_signal(number)
            process.communicate(timeout=60)
        assert process.returncode == -number
        with contextlib.closing(sqlite3.connect(home / FILE)) as database:
            assert database.execute("SELECT state FROM runs").fetchone()[0] in ("Canceled", "Successful")
            assert database.execute("SELECT count(*) FROM batches WHERE state = 'sending'").fetchone()[0] == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_somebody_has_decided_stays_so(box: Sandbox, clock: VirtualClock, number: int) -> None:
    """Where such a signal is ignored, as under nohup, or is taken by a program of its own, it does not end the run."""
    came: list[int] = []
    frame = pd.DataFrame({"E-mail": [f"p{n:04}@example.org" for n in range(700)]})

    def treat(count: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if count == 2:
            signal.raise_signal(number)
        return pass_on()

    inner = box.connection.link.transport
    assert inner is not None
    connection = through(box, clock, transport=Wire(inner, IMPORT, treat))
    before = signal.signal(number, lambda given, _: came.append(given))
    try:
        report = ac.export(frame, connection=connection, list="VIP", mapping={"email": "E-mail"})
    finally:
        signal.signal(number, before)
    assert report.counts["imported"] == 700
    assert came == [number]


def test_an_interrupt_before_the_work_has_begun(box: Sandbox, clock: VirtualClock) -> None:
    """An interrupt just before the run's thread is started stays a KeyboardInterrupt, and nothing is sent."""
    frame = pd.DataFrame({"E-mail": ["ann@example.org"]})
    plan = ac.plan(frame, connection=through(box, clock), list="VIP", mapping={"email": "E-mail"})
    lines, first = inspect.getsourcelines(waiting._interrupts)
    line = first + next(number for number, text in enumerate(lines) if "before = " in text)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored, as in a background job
    try:
        with (
            Trigger(Place("runs/waiting.py", line, 1), lambda: signal.raise_signal(signal.SIGINT)) as trigger,
            pytest.raises(KeyboardInterrupt),
        ):
            plan.run()
    finally:
        signal.signal(signal.SIGINT, before)
    assert trigger.is_reached
    assert box.contacts().empty
