"""No limit is passed in any window, whatever the network does."""

from __future__ import annotations

import contextlib
import inspect
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ac_notebook.model.limits import Limits
from ac_notebook.remote.pacing import Kind, Pace, Pacer, View
from ac_notebook.remote.windows import UNTIL_THE_ANSWER, Margins, Past, Usual, arrived
from ac_notebook.remote.yielding import Yielding
from ac_notebook.storage.pace import FILE, PaceFile
from tests.faults.kill.places import Place, Trigger
from tests.remote.road import Trip, most_in_any

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = Limits()
PACE = Pace(limits=LIMITS)


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


def _simulate(kinds: list[Kind], delays: random.Random, slowest: float, pace: Pace) -> list[tuple[Kind, float, float]]:
    """Send requests as early as the rule allows; return kind, start and arrival at the service of each."""
    past: list[Past] = []
    sent: list[tuple[Kind, float, float]] = []
    now = 100.0
    for kind in kinds:
        while True:
            there = [entry._replace(finished=None) if (entry.finished or 0) > now else entry for entry in past]
            moment = View(there, now, pace).earliest(kind)
            if moment <= now:
                break
            now = min([moment, *(entry.finished for entry in past if entry.finished and entry.finished > now)])
        took = delays.uniform(0, slowest)
        past.append(Past(kind, now, now + took, View(there, now, pace).next_due()))
        sent.append((kind, now, now + delays.uniform(0, took)))
    return sent


@settings(max_examples=25, deadline=None)
@given(
    kinds=st.lists(st.sampled_from(["import", "import", "import", "single", "poll", "read"]), min_size=1, max_size=260),
    seed=st.integers(0, 2**32), slowest=st.sampled_from([0.0, 0.05, 0.6, 0.75]),
)  # fmt: skip
def test_no_window_holds_more_than_the_limit(kinds: list[Kind], seed: int, slowest: float) -> None:
    """However the way to the service varies within the margins, no window at the service holds too many."""
    _require_limits_kept(_simulate(kinds, random.Random(seed), slowest, PACE))


@settings(max_examples=15, deadline=None)
@given(
    kinds=st.lists(st.sampled_from(["import", "import", "import", "single", "poll", "read"]), min_size=1, max_size=260),
    seed=st.integers(0, 2**32), slowest=st.sampled_from([0.05, 0.8, 5.0]),
)  # fmt: skip
def test_once_a_limit_was_met_nothing_is_taken_for_granted(kinds: list[Kind], seed: int, slowest: float) -> None:
    """However long requests take and wherever on the way they are: places are held until a window after the answer."""
    pace = Pace(limits=LIMITS, margins=UNTIL_THE_ANSWER)
    _require_limits_kept(_simulate(kinds, random.Random(seed), slowest, pace))


def _require_limits_kept(sent: list[tuple[Kind, float, float]]) -> None:
    assert most_in_any([at for _, _, at in sent], LIMITS.request_window) <= LIMITS.requests_per_window
    imports = [at for kind, _, at in sent if kind in ("import", "single")]
    assert most_in_any(imports, LIMITS.import_window) <= LIMITS.imports_per_window
    singles = [at for kind, _, at in sent if kind == "single"]
    assert most_in_any(singles, LIMITS.import_window) <= LIMITS.single_imports_per_window


@pytest.mark.parametrize(
    ("answers", "alone", "most"),
    [(0.0, 0.0, 1.02), (0.05, 10.0, 1.02), (0.2, 0.0, 1.02), (0.8, 0.0, 1.02), (2.0, 0.0, 1.04), (2.0, 10.0, 1.04)],
)
def test_imports_go_at_the_full_rate(answers: float, alone: float, most: float) -> None:
    """400 imports and a question about each: near the floor with slow answers, jitter, and a canary; never too many."""
    chance = random.Random(1)

    def ways() -> tuple[float, float]:
        return answers / 2 + chance.uniform(0, 0.6), answers / 2 + chance.uniform(0, 0.6)

    sent = Trip(LIMITS, ways, alone=alone).imports(400)
    imports = [entry for entry in sent if entry.kind == "import"]
    assert (imports[-1].started - imports[0].started) / (399 * LIMITS.seconds_between_imports) <= most
    assert most_in_any([entry.arrived for entry in sent], LIMITS.request_window) <= LIMITS.requests_per_window
    assert most_in_any([entry.arrived for entry in imports], LIMITS.import_window) <= LIMITS.imports_per_window
    while_sending = sum(entry.kind == "poll" and entry.started < imports[-1].started for entry in sent)
    assert while_sending > 200, "questions take what imports leave: more than half are asked while sending"


@pytest.mark.parametrize("there", [2.0, 0.0])
def test_it_does_not_matter_where_the_time_is_spent(there: float) -> None:
    """Two seconds on the way there or on the way back: no limit is passed, and the rate is the same."""
    chance = random.Random(2)
    trip = Trip(LIMITS, lambda: (there + chance.uniform(0, 0.6), 2.0 - there + chance.uniform(0, 0.6)))
    sent = trip.imports(300)
    imports = [entry for entry in sent if entry.kind == "import"]
    assert (imports[-1].started - imports[0].started) / (299 * LIMITS.seconds_between_imports) <= 1.04
    assert most_in_any([entry.arrived for entry in sent], LIMITS.request_window) <= LIMITS.requests_per_window
    assert most_in_any([entry.arrived for entry in imports], LIMITS.import_window) <= LIMITS.imports_per_window


def test_a_service_that_stops_answering_gets_no_more_than_a_window_of_requests() -> None:
    """Answers took 50 ms and no longer come: requests are held back until a window after their answers."""
    past = [Past("import", 10.0 + n, 10.05 + n, 10.6 + n) for n in range(4)]
    stuck = [Past("import", 20.0 + n / 10, None, 20.6) for n in range(5)]
    assert View([*past, *stuck], 23.0, PACE).earliest("import") == pytest.approx(24.0)
    assert View([*past, *stuck], 80.0, PACE).earliest("import") == pytest.approx(81.0)


@pytest.mark.parametrize("share", [1.0, 0.5, 0.3, 0.1])
def test_a_share_of_the_limits_is_kept_to(share: float) -> None:
    """With a part of the limits no window holds more than the part of its places, and the part is used."""
    trip = Trip(LIMITS, lambda: (0.05, 0.05), share=share)
    sent = trip.imports(120)
    imports = [entry for entry in sent if entry.kind == "import"]
    part = LIMITS.shared(share)
    assert most_in_any([entry.arrived for entry in sent], LIMITS.request_window) <= max(5 * share, 1)
    assert most_in_any([entry.arrived for entry in imports], LIMITS.import_window) <= 100 * share
    assert (imports[-1].started - imports[0].started) / (119 * part.seconds_between_imports) <= 1.02


def test_a_delay_is_caught_up_with_and_a_sleep_is_not() -> None:
    """After a short stall the schedule is kept; after a long one it begins anew, without a burst."""
    gap = LIMITS.seconds_between_imports
    before = [Past("import", 98.0, 98.0, 99.0)]
    assert View(before, 100.0, PACE).next_due() == pytest.approx(99.0 + gap)
    assert View(before, 119.0, PACE).next_due() == pytest.approx(99.0 + gap)
    assert View(before, 120.0, PACE).next_due() == pytest.approx(120.0 + gap)
    assert View(before, 5_000.0, PACE).next_due() == pytest.approx(5_000.0 + gap)


def test_questions_leave_room_for_imports() -> None:
    """A question takes no place that the next import will need, be that of this process or of another."""
    past = [Past("import", 9.6, 9.7, 10.2), *[Past("poll", 9.9, 9.9, 10.2)] * 3]
    assert View(past, 10.0, PACE).earliest("poll") <= 10.0
    assert View(past, 10.0, PACE).earliest("poll", importing=True) == pytest.approx(10.2), "after the import"
    assert View([past[0]._replace(is_ours=False), *past[1:]], 10.0, PACE).earliest("poll") == pytest.approx(10.2)
    assert View(past[:-2], 10.0, PACE).earliest("poll", importing=True) <= 10.0
    assert View(past[:-2], 10.3, PACE).earliest("poll", importing=True) > 10.3, "an import is late"
    assert View(past[:-2], 10.3, PACE).earliest("import") <= 10.3


def test_questions_do_not_wait_for_ever() -> None:
    """Imports that catch up with a long delay let a question through now and then."""
    late = [Past("import", 10.0 + n / 5, 10.05 + n / 5, 1.0) for n in range(12)]
    assert View(late, 12.3, PACE).earliest("poll", importing=True) < 12.5
    asked = [*late, Past("poll", 12.25, 12.3, 1.0)]
    assert View(asked, 13.2, PACE).earliest("poll", importing=True) > 13.2


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
        "[pace.book('read', lambda: 100.0, lambda rows, state, now: (now, now)) for _ in range(5)]\n"
        "os._exit(9)"
    )
    gone = subprocess.run([sys.executable, "-c", code, str(home)], check=False)
    assert gone.returncode == 9
    now = [100.5]
    pacer = Pacer(LIMITS, opened(home), lambda: now[0])
    assert pacer.book("read") == (None, 101.5)
    now[0] = 101.5
    assert pacer.book("read")[0] is not None


def test_what_was_given_up_says_nothing_of_how_long_answers_take(home: Path, opened: Opened) -> None:
    """A request that was given up, here or by a process that is gone, does not make slow ones look usual."""
    home.mkdir(mode=0o700)
    code = (
        "import os, sys; from pathlib import Path; from ac_notebook.storage.pace import PaceFile\n"
        "pace = PaceFile(Path(sys.argv[1]), 'acme', horizon=200)\n"
        "[pace.book('import', lambda: 101.0, lambda rows, state, now: (now, now)) for _ in range(3)]\n"
        "os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(home)], check=False).returncode == 9
    pace = opened(home)
    known: list[Past] = []

    def rule(rows: list[Any], _: object, now: float) -> tuple[float, float]:
        known[:] = [Past(*row) for row in rows]
        return now, now

    pace.book("read", lambda: 101.5, rule)  # by then the process is known to be gone
    for number, answered in enumerate((True, False, False)):
        booking, _ = pace.book("import", lambda: 100.0, rule)
        assert booking is not None
        pace.finish(booking, 100.5 if answered else 110.0, answered=answered)
        assert len([entry for entry in known if entry.started == 100.0]) == number
    pace.book("import", lambda: 120.0, rule)
    known[:] = [entry for entry in known if entry.kind == "import"]
    assert len(known) == 6
    assert all(entry.finished is not None for entry in known)
    assert Usual.of(known).imports == 0.5
    slow = Usual(imports=60.0, others=60.0)
    held = [arrived(entry, 121.0, slow.imports, Margins().request) for entry in known]
    assert sorted(held) == [100.5, 101.5, 101.5, 101.5, 110.0, 110.0]


def test_a_pace_file_of_another_version_is_made_anew(home: Path, opened: Opened) -> None:
    """A file with other columns holds only the pace of a minute: it is made anew, and nobody is troubled with it."""
    home.mkdir(mode=0o700)
    with contextlib.closing(sqlite3.connect(home / FILE)) as database:
        database.execute("CREATE TABLE requests (id INTEGER PRIMARY KEY, account TEXT, started REAL)")
    (home / FILE).chmod(0o600)
    pacer = Pacer(LIMITS, opened(home), lambda: 100.0)
    assert pacer.book("read")[0] is not None


def test_a_power_cut_costs_no_more_than_the_last_requests(home: Path, opened: Opened) -> None:
    """The log is brought into the file in the order that keeps it whole; a damaged file would stop the next export."""
    home.mkdir(mode=0o700)
    database = opened(home)._database  # a setting of the connection, seen nowhere else
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert database.execute("PRAGMA synchronous").fetchone() == (1,)  # NORMAL


def test_accounts_that_nobody_asks_any_more_leave_nothing(home: Path, opened: Opened) -> None:
    """A file that has seen a hundred sandboxes is no larger than one that has seen two; a lively account stays."""
    home.mkdir(mode=0o700)
    now = [1_000.0]
    for number in range(100):
        now[0] += 600
        pacer = Pacer(LIMITS, opened(home, f"sandbox {number}"), lambda: now[0])
        booking, _ = pacer.book("read")
        assert booking is not None
        pacer.finish(booking, now[0])
        pacer.give_way(booking)
    with contextlib.closing(sqlite3.connect(home / FILE)) as database:
        for table in ("requests", "yielding"):
            left = {account for (account,) in database.execute(f"SELECT account FROM {table}")}  # noqa: S608 - of two
            assert {"sandbox 98", "sandbox 99"} <= left
            assert len(left) < 10


def test_margins_are_none_where_a_thread_may_be_later() -> None:
    """Where the service's time runs many times as fast, places are held until a window after the answer."""
    assert Margins.scaled(1.0) == Margins()
    assert Margins.scaled(1 / 60) == UNTIL_THE_ANSWER


def test_all_kernels_give_way_together(home: Path, opened: Opened) -> None:
    """A limit that one kernel met slows the others too, once for all requests that were on their way; not for ever."""
    home.mkdir(mode=0o700)
    now = [500.0]
    one, two = (Pacer(LIMITS, opened(home), lambda: now[0]) for _ in range(2))
    other = Pacer(LIMITS, opened(home, "another"), lambda: now[0])
    bookings = [booking for booking, _ in (one.book("read") for _ in range(3)) if booking is not None]
    now[0] = 500.1
    assert one.give_way(bookings[0]) == pytest.approx(0.7)
    assert [two.give_way(booking) for booking in bookings[1:]] == [None, None]
    now[0] = 501.2
    for booking in bookings:
        one.finish(booking, 500.1)
    assert [two.book("read")[0] is not None for _ in range(5)] == [True, True, True, False, False]
    assert [other.book("read")[0] is not None for _ in range(5)] == [True] * 5
    now[0] = 500.0 + 5 * 60
    assert [two.book("read")[0] is not None for _ in range(5)] == [True] * 5


def test_what_was_left_to_others_is_forgotten_with_a_new_start_of_the_machine(home: Path, opened: Opened) -> None:
    """The monotonic clock begins again: a moment in its future says nothing."""
    home.mkdir(mode=0o700)
    now = [90_000.0]
    pacer = Pacer(LIMITS, opened(home), lambda: now[0])
    booking, _ = pacer.book("read")
    assert booking is not None
    assert pacer.give_way(booking) is not None
    now[0] = 20.0
    assert [pacer.book("read")[0] is not None for _ in range(5)] == [True] * 5


@given(
    gaps=st.lists(st.floats(0.1, 10_000, allow_nan=False), min_size=1, max_size=60),
    scale=st.sampled_from([1.0, 1 / 60]),
)
def test_the_part_left_to_us_is_always_between_a_tenth_and_all(gaps: list[float], scale: float) -> None:
    """However limits are met: a part from 0.1 to 1, never more right after, and all of it after a long quiet."""
    yielding, now = Yielding(), 1_000.0
    for gap in gaps:
        now += gap * scale
        before = yielding.share(now, scale)
        yielding = yielding.after_limit(now, now, scale)
        assert 0.1 <= yielding.share(now, scale) <= max(before, 0.1)
    assert yielding.share(now + 26 * 60 * scale, scale) == 1.0


def test_somebody_who_goes_on_for_hours_is_met_only_a_few_times() -> None:
    """Others use half of the limits for four hours: our part is too large, and shown to be, at most 25 times."""
    yielding, now, times, used = Yielding(), 1_000.0, 0, 0.0
    for _ in range(4 * 60 * 60):
        now += 1.0
        used += yielding.share(now, 1.0) / (4 * 60 * 60)
        if yielding.share(now, 1.0) > 0.5:
            yielding = yielding.after_limit(now, now, 1.0)
            times += 1
    assert times <= 25
    assert used >= 0.35


def test_an_interrupt_while_the_pace_is_opened_leaves_no_lock(home: Path) -> None:
    """However long its traceback is kept, as a notebook keeps the last one, the next cell can open the pace."""
    home.mkdir(mode=0o700)
    kept: list[BaseException] = []
    line = next(
        number + inspect.getsourcelines(PaceFile)[1]
        for number, text in enumerate(inspect.getsourcelines(PaceFile)[0])
        if "PRAGMA user_version" in text
    )
    trigger = Trigger(Place("storage/pace.py", line, 1), lambda: signal.raise_signal(signal.SIGINT))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored, as in a background job
    try:
        with trigger:
            PaceFile(home, "acme", horizon=60)
    except KeyboardInterrupt as error:
        kept.append(error)
    finally:
        signal.signal(signal.SIGINT, before)
    assert trigger.is_reached
    assert kept
    assert kept[0].__traceback__ is not None
    with contextlib.closing(sqlite3.connect(home / FILE, timeout=0)) as database:
        database.execute("BEGIN IMMEDIATE")
