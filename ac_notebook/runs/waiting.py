"""The thread that called waits for the one that works, shows progress, and passes interrupts on."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ac_notebook.model.outcome import Outcome
from ac_notebook.runs.last import ended
from ac_notebook.runs.progress import Progress, log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ac_notebook.runs.display import Display
    from ac_notebook.runs.report import Report
    from ac_notebook.runs.run import Run

GRACE = 4.0
"""Seconds after an interrupt until requests that have no answer are left."""

_LAST_WORD = 0.9
"""Seconds that the work is then given to write down where it stopped: so the cell returns within five."""

_LOOK = 0.1
_SHOW_EVERY = 0.25

STOPPING = "Stopping after the requests in flight; interrupt again to stop now."

_SIGNALS = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
"""What ends a run: Ctrl-C or the notebook's stop button; and what asks the whole process to end."""


def wait(run: Run, worker: threading.Thread, display: Display) -> Report:
    """Wait until a run has ended; the first interrupt ends it after the requests in flight, the second now.

    Return its report, which is kept, too: made in here, where no interrupt breaks it off.

    Parameters
    ----------
    run
        The run.
    worker
        The thread that does its work, not started yet.
    display
        What shows its progress.
    """
    return _Wait(run, display).until_over(worker)


class _Wait:
    """The wait for a run, in the thread that called.

    Parameters
    ----------
    run
        The run.
    display
        What shows its progress.
    """

    def __init__(self, run: Run, display: Display) -> None:
        self._run = run
        self._display = display
        self._next_show = float("-inf")
        self._give_up = float("inf")
        self._is_showing = False
        self._has_failed = False

    def until_over(self, worker: threading.Thread) -> Report:
        """Start the work, wait for its end, and report."""
        run = self._run
        try:
            with _interrupts(self._interrupted):
                # Started in here, so that no interrupt falls between the start and the one who listens.
                worker.start()
                while worker.is_alive() and not run.leave.is_set():
                    self._look(worker)
                worker.join(_LAST_WORD)
                self._end()
                return ended.put(run.report())
        except BaseException:
            # Whatever it was, nothing goes on sending behind the back of the one who called.
            run.stop.set()
            run.leave.set()
            if worker.ident is not None:  # an interrupt may come before it was started
                worker.join(_LAST_WORD)
            try:
                self._end()
            finally:
                ended.put(run.report())
            raise

    def _look(self, worker: threading.Thread) -> None:
        try:
            worker.join(_LOOK)
            self._show()
            if time.monotonic() > self._patience_ends():
                self._run.leave.set()
        except KeyboardInterrupt:
            # Where no signal handler could be set (outside of the main thread, or in another program), and from a
            # function that shows progress: it is its way to stop the run.
            self._interrupted()

    def _end(self) -> None:
        """Show the last numbers, and take away what showed them."""
        with suppress(KeyboardInterrupt):  # there is nothing left to be interrupted
            self._show(_last_progress(self._run))
        with suppress(Exception):  # what shows progress is no reason to lose the report
            self._display.close()

    def _interrupted(self) -> None:
        if self._run.leave.is_set() and self._is_showing:
            # The run has been left; what holds up the cell now is what shows progress.
            raise KeyboardInterrupt
        if self._run.stop.is_set():
            self._run.leave.set()
            return
        self._run.stop.set()
        self._run.words.append(STOPPING)

    def _patience_ends(self) -> float:
        """Return until when requests in flight are waited for, once the run was stopped (monotonic seconds)."""
        if self._run.stop.is_set() and self._give_up == float("inf"):
            self._give_up = time.monotonic() + GRACE
        return self._give_up

    def _show(self, last: Progress | None = None) -> None:
        """Say what there is to say, and how far the run is; only this thread's output is sure to reach the cell."""
        self._is_showing = True
        try:
            while self._run.words:
                self._display.say(self._run.words.popleft())
            if last is not None:
                self._display.show(last)
                return
            # Told from the first moment on: a function that shows progress may stop the run.
            now = self._run.progress or Progress(phase="beginning", opening=self._run.opening)
            if now.phase != "ended" and time.monotonic() >= self._next_show:  # the end is said once, when all is
                self._next_show = time.monotonic() + _SHOW_EVERY
                self._display.show(now)
        except Exception as error:  # noqa: BLE001 - a closed terminal, a broken widget: the export goes on without
            if not self._has_failed:
                log.warning("Progress cannot be shown: %s", type(error).__name__)
            self._has_failed = True
        finally:
            self._is_showing = False


def _last_progress(run: Run) -> Progress:
    """Return the numbers that a run ended with."""
    known = run.progress or Progress(phase="ended", opening=run.opening)
    counts = run.states.counts()
    return replace(
        known, phase="ended", imported=counts[Outcome.IMPORTED],
        accepted=counts[Outcome.IMPORTED] + counts[Outcome.ACCEPTED] + known.refused,
        requests=run.states.counters["imports"], seconds_to_send=0.0, seconds_left=0.0, seconds_held=0.0,
    )  # fmt: skip


@contextmanager
def _interrupts(act: Callable[[], None]) -> Iterator[None]:
    """Call a function for each interrupt instead of raising out of thin air in the middle of a step.

    What asks the process to end (a scheduler, a hub that takes back a server, a closed terminal) is an interrupt, too.
    It is passed on when the run has ended, so that the process then ends as it was asked to.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def handle(number: int, __: Any) -> None:
        came.append(number)
        act()

    before = {number: signal.getsignal(number) for number in _SIGNALS}
    # Where somebody has decided what such a signal means (the command line, nohup), it is theirs.
    handled = [number for number in _SIGNALS if number == signal.SIGINT or before[number] is signal.SIG_DFL]
    for number in handled:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number in handled:
            # None: set by a program that embeds Python, and cannot be set again from here.
            earlier = before[number]
            signal.signal(number, signal.default_int_handler if earlier is None else earlier)
        ending = [number for number in came if number != signal.SIGINT]
        if ending:
            signal.raise_signal(ending[0])
