"""No limit is passed in any window, whatever the network does."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ac_notebook.model.limits import Limits
from ac_notebook.remote.pacing import Kind, Pacer, earliest, next_due
from ac_notebook.storage.pace import FILE, PaceFile

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = Limits()


Opened = Callable[..., PaceFile]


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Return what opens the pace of an account, and closes it in the end."""
    with contextlib.ExitStack() as stack:

        def open_one(home: Path, account: str = "acme") -> PaceFile:
            pace = PaceFile(home, account, horizon=200)
            stack.callback(pace.close)
            return pace

        yield open_one


def _most_in_any(moments: list[float], length: float) -> int:
    """Return the most moments in any window of a length, its end left out."""
    ordered = sorted(moments)
    first = most = 0
    for last, moment in enumerate(ordered):
        while ordered[first] <= moment - length:
            first += 1
        most = max(most, last - first + 1)
    return most


def _simulate(kinds: list[Kind], delays: random.Random, slowest: float) -> list[tuple[Kind, float, float]]:
    """Send requests as early as the rule allows; return kind, start and arrival at the service of each."""
    past: list[tuple[str, float, float | None, float]] = []
    sent: list[tuple[Kind, float, float]] = []
    now = 100.0
    for kind in kinds:
        while True:
            moment = earliest(kind, now, [entry for entry in past if entry[1] <= now], LIMITS)
            if moment <= now:
                break
            now = moment
        took = delays.uniform(0, slowest)
        past.append((kind, now, now + took, next_due(now, past, LIMITS.seconds_between_imports)))
        sent.append((kind, now, now + delays.uniform(0, took)))
    return sent


@settings(max_examples=40, deadline=None)
@given(
    kinds=st.lists(st.sampled_from(["import", "import", "import", "single", "poll", "read"]), min_size=1, max_size=260),
    seed=st.integers(0, 2**32), slowest=st.sampled_from([0.0, 0.05, 0.8, 2.5]),
)  # fmt: skip
def test_no_window_holds_more_than_the_limit(kinds: list[Kind], seed: int, slowest: float) -> None:
    """However long requests take and wherever on the way they are, no window at the service holds too many."""
    sent = _simulate(kinds, random.Random(seed), slowest)
    assert _most_in_any([at for _, _, at in sent], LIMITS.request_window) <= LIMITS.requests_per_window
    imports = [at for kind, _, at in sent if kind in ("import", "single")]
    assert _most_in_any(imports, LIMITS.import_window) <= LIMITS.imports_per_window
    singles = [at for kind, _, at in sent if kind == "single"]
    assert _most_in_any(singles, LIMITS.import_window) <= LIMITS.single_imports_per_window


@pytest.mark.parametrize(("slowest", "most"), [(0.0, 1.001), (0.2, 1.005), (0.8, 1.02)])
def test_imports_go_at_the_full_rate(slowest: float, most: float) -> None:
    """A thousand imports take little longer than the limiter's floor, though windows run from the answers."""
    sent = _simulate(["import"] * 1000, random.Random(1), slowest)
    floor = 999 * LIMITS.seconds_between_imports
    assert (sent[-1][1] - sent[0][1]) / floor <= most


def test_a_delay_is_caught_up_with_and_a_sleep_is_not() -> None:
    """After a short stall the schedule is kept; after a long one it begins anew, without a burst."""
    gap = LIMITS.seconds_between_imports
    assert next_due(100.0, [("import", 98.0, 98.1, 99.0)], gap) == pytest.approx(99.0 + gap)
    assert next_due(5_000.0, [("import", 98.0, 98.1, 99.0)], gap) == pytest.approx(5_000.0 + gap)


def test_questions_leave_room_for_imports() -> None:
    """While imports are to come, a question about a batch leaves two places a second free."""
    past = [("read", 10.0, 10.0, 10.0)] * 3
    assert earliest("poll", 10.5, past, LIMITS, importing=True) == pytest.approx(11.0)
    assert earliest("poll", 10.5, past, LIMITS) <= 10.5
    assert earliest("import", 10.5, past, LIMITS) <= 10.5


def test_two_kernels_share_the_account(home: Path, opened: Opened) -> None:
    """What one process sent counts for the next, through the state folder, and accounts do not mix."""
    home.mkdir(mode=0o700)
    now = [50.0]
    one, two = (Pacer(LIMITS, opened(home), lambda: now[0]) for _ in range(2))
    other = Pacer(LIMITS, opened(home, "another"), lambda: now[0])
    for _ in range(5):
        booking, _ = one.book("read")
        assert booking is not None
        one.finish(booking, 50.0)
    now[0] = 50.2
    assert two.book("read") == (None, 51.0)
    assert other.book("read")[0] is not None
    now[0] = 51.0
    assert two.book("read")[0] is not None


def test_a_kernel_whose_clock_is_a_little_behind_sees_the_others(home: Path, opened: Opened) -> None:
    """What another kernel has booked a moment ahead of this one's clock counts, and is not thrown away."""
    home.mkdir(mode=0o700)
    one = Pacer(LIMITS, opened(home), lambda: 100.0001)
    two = Pacer(LIMITS, opened(home), lambda: 100.0)
    assert all(one.book("read")[0] is not None for _ in range(5))
    assert two.book("read")[0] is None


def test_threads_of_several_kernels_never_pass_the_limit_of_a_second(home: Path, opened: Opened) -> None:
    """Six threads with files of their own book as fast as they can: no window of a second holds more than five."""
    home.mkdir(mode=0o700)
    begun = time.monotonic()
    booked: list[float] = []

    def book() -> None:
        pacer = Pacer(LIMITS, opened(home), time.monotonic)
        while time.monotonic() - begun < 2.5:
            before = time.monotonic()
            booking, _ = pacer.book("read")
            if booking is not None:
                pacer.finish(booking, time.monotonic())
                booked.append(before)

    threads = [threading.Thread(target=book) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(booked) >= 10
    assert len(booked) <= 5 * 3


def test_requests_from_before_the_machine_was_started_anew_do_not_count(home: Path, opened: Opened) -> None:
    """The monotonic clock begins again at a start; what lies in its future is forgotten."""
    home.mkdir(mode=0o700)
    now = [90_000.0]
    pacer = Pacer(LIMITS, opened(home), lambda: now[0])
    for _ in range(5):
        pacer.book("read")
    now[0] = 20.0
    assert pacer.book("read")[0] is not None


def test_places_of_a_process_that_was_killed_run_out(home: Path, opened: Opened) -> None:
    """Five requests of a process that is gone hold their places for a window only, not until they would be given up."""
    home.mkdir(mode=0o700)
    code = (
        "import os, sys, time; from pathlib import Path; from ac_notebook.storage.pace import PaceFile\n"
        "pace = PaceFile(Path(sys.argv[1]), 'acme', horizon=200)\n"
        "[pace.book('read', lambda: 100.0, lambda rows, now: (now, now)) for _ in range(5)]\n"
        "os._exit(9)"
    )
    gone = subprocess.run([sys.executable, "-c", code, str(home)], check=False)
    assert gone.returncode == 9
    now = [100.5]
    pacer = Pacer(LIMITS, opened(home), lambda: now[0])
    assert pacer.book("read") == (None, 101.5)
    now[0] = 101.5
    assert pacer.book("read")[0] is not None


def test_a_pace_file_of_another_version_is_made_anew(home: Path, opened: Opened) -> None:
    """A file with other columns holds only the pace of a minute: it is made anew, and nobody is troubled with it."""
    home.mkdir(mode=0o700)
    with contextlib.closing(sqlite3.connect(home / FILE)) as database:
        database.execute("CREATE TABLE requests (id INTEGER PRIMARY KEY, account TEXT, started REAL)")
    pacer = Pacer(LIMITS, opened(home), lambda: 100.0)
    assert pacer.book("read")[0] is not None
