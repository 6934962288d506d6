"""Many processes that ask what is due at once, and processes that are killed while they run it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import traceback
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

import ac_notebook as ac
from ac_notebook.runs.schedules.bookkeeping import ATTEMPTS
from ac_notebook.runs.schedules.running import run_due
from ac_notebook.runs.stored import opened
from ac_notebook.storage import schedules
from tests.runs.schedules.scene import DAY, Runs, daily, occasions
from tests.virtual import VirtualClock

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

    from ac_notebook.runs.schedules.due import Due

PATIENCE = 60
"""Seconds that the processes wait for each other."""

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Fixed(VirtualClock):
    """A clock that shows one date."""

    def __init__(self, date: datetime) -> None:
        super().__init__()
        self.fast = date - self.true()


def forked(do: object, *arguments: object) -> int:
    """Begin something in a process of its own, and return the process."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            do(*arguments)  # type: ignore[operator]
            code = 0
        except BaseException:  # noqa: BLE001 - it ends here, and pytest does not hear of it
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    return child


def race(ledger: Path, rounds: int, gate: Barrier) -> None:
    """Ask at each of so many moments, all processes at once, and write down what is run."""

    def run(due: Due) -> None:
        with ledger.open("a") as file:
            file.write(f"{due.moment.isoformat()}\n")

    for number in range(rounds):
        gate.wait(PATIENCE)
        run_due(run, clock=Fixed(BEGIN + timedelta(minutes=1 + number)))


def raced(ledger: Path, *, processes: int, rounds: int) -> list[str]:
    """Return the moments that were run when so many processes ask at once, at one moment after the other."""
    gate = multiprocessing.get_context("fork").Barrier(processes)
    children = [forked(race, ledger, rounds, gate) for _ in range(processes)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * processes
    return ledger.read_text().splitlines()


@pytest.mark.parametrize("processes", [2, 8])
def test_one_of_all_that_ask_at_once_runs_it(connection: ac.Connection, tmp_path: Path, processes: int) -> None:
    """However many processes ask in the same moment, each due moment is run by exactly one of them."""
    daily(connection, cron="* * * * *")
    rounds = 6
    ran = raced(tmp_path / "ran.txt", processes=processes, rounds=rounds)
    assert ran == [(BEGIN + timedelta(minutes=1 + number)).isoformat() for number in range(rounds)]


def killed(due: Due) -> None:
    """Be killed while running."""
    os.kill(os.getpid(), signal.SIGKILL)


def call_and_be_killed(date: datetime) -> None:
    """Ask what is due, and be killed while it runs."""
    child = forked(lambda: run_due(killed, clock=Fixed(date)))
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def test_a_run_that_was_killed_is_begun_again(connection: ac.Connection, clock: VirtualClock) -> None:
    """The next call runs the same moment, once."""
    export = daily(connection)
    clock.sleep(DAY)
    call_and_be_killed(clock.now())
    assert [(each.result, each.attempts) for each in occasions(export)] == [("open", 1)]
    runs = Runs(clock)
    assert [(ran.result, f"{ran.due:%d %H:%M}") for ran in runs.call()] == [("done", "03 05:00")]
    assert runs.call() == []
    assert [(each.result, each.attempts) for each in occasions(export)] == [("done", 2)]


def test_a_run_that_is_killed_each_time_has_failed(connection: ac.Connection, clock: VirtualClock) -> None:
    """After three times the moment is given up; two such moments pause the export, and somebody is told."""
    export = daily(connection)
    runs = Runs(clock)
    for day in range(2):
        clock.sleep(DAY)
        for _ in range(ATTEMPTS):
            call_and_be_killed(clock.now())
        assert [(ran.result, ran.kind) for ran in runs.call()] == [("failed", "killed")], day
    clock.sleep(DAY)
    assert runs.call() == []
    assert runs.asked == []
    assert "paused (2 failures in a row: killed)" in ac.exports()["schedule"].tolist()[0]
    assert [told.kind for told in runs.told] == ["killed"]
    assert [each.result for each in occasions(export)] == ["left", "failed", "failed"]


def test_killed_between_moments_counts_too(connection: ac.Connection, clock: VirtualClock) -> None:
    """One that is killed at each moment, and has none left to be repeated, is paused all the same."""
    daily(connection)
    runs = Runs(clock)
    for _ in range(2):
        clock.sleep(DAY)
        call_and_be_killed(clock.now())
    clock.sleep(DAY)
    assert runs.call() == []
    assert [told.kind for told in runs.told] == ["killed"]
    assert "paused" in ac.exports()["schedule"].tolist()[0]


def test_what_was_not_told_because_of_a_kill_is_told_later(connection: ac.Connection, clock: VirtualClock) -> None:
    """A failure that a process was killed before telling is told by the next call, once."""
    export = daily(connection)
    assert export.saved is not None
    failing = Runs(clock, ac.errors.ServerError("A fault."))

    def be_killed(_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    for _ in range(2):
        clock.sleep(DAY)
        failing.call()
    clock.sleep(DAY)
    child = forked(lambda: run_due(failing, clock=clock, on_failure=be_killed))
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    with opened() as database:
        assert schedules.read(database)[0].told == "failed!"
    for _ in range(2):
        failing.call()
    assert [told.event for told in failing.told] == ["failed"]
