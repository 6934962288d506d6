"""The thread that called waits for the one that works, shows progress, and passes interrupts on."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from ac_notebook.runs.progress import log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ac_notebook.runs.progress import Display
    from ac_notebook.runs.run import Run

GRACE = 4.0
"""Seconds after an interrupt until requests that have no answer are left."""

_LAST_WORD = 0.9
"""Seconds that the work is then given to write down where it stopped: so the cell returns within five."""

_LOOK = 0.1

_SIGNALS = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
"""What ends a run: Ctrl-C or the notebook's stop button; and what asks the whole process to end."""


def wait(run: Run, worker: threading.Thread, make_display: Callable[[int], Display]) -> None:
    """Wait until a run has ended; the first interrupt asks it to end after the requests in flight, the second now.

    Parameters
    ----------
    run
        The run.
    worker
        The thread that does its work, not started yet.
    make_display
        Makes what shows its progress, for so many contacts; called when it begins to send.
    """

    def interrupted() -> None:
        if run.stop.is_set():
            run.leave.set()
        run.stop.set()

    shown: Display | None = None
    patience = GRACE
    try:
        with _interrupts(interrupted):
            # Started in here, so that no interrupt falls between the start and the one who listens.
            worker.start()
            while worker.is_alive() and not run.leave.is_set():
                try:
                    worker.join(_LOOK)
                    shown = _show(run, shown, make_display)
                    if run.stop.is_set():
                        patience -= _LOOK
                        if patience <= 0:
                            run.leave.set()
                except KeyboardInterrupt:
                    # Only where no signal handler could be set: outside of the main thread, or in another program.
                    interrupted()
            worker.join(_LAST_WORD)
            shown = _show(run, shown, make_display)
    except BaseException:
        # Whatever it was, nothing goes on sending behind the back of the one who called.
        run.stop.set()
        run.leave.set()
        if worker.ident is not None:  # an interrupt may come before it was started
            worker.join(_LAST_WORD)
        raise
    finally:
        if shown is not None:
            with suppress(Exception):  # what shows progress is no reason to lose the report
                shown.close()


def _show(run: Run, shown: Display | None, make_display: Callable[[int], Display]) -> Display | None:
    """Say what there is to say, and how far the run is; only this thread's output is sure to reach the cell."""
    try:
        while run.words:
            print(run.words.popleft())  # noqa: T201 - for the person at the cell
        if run.progress is not None and run.progress.to_send:
            shown = shown or make_display(run.progress.to_send)
            shown.show(run.progress)
    except Exception as error:  # noqa: BLE001 - a closed terminal, a broken widget: the export goes on without
        log.warning("Progress cannot be shown: %s", type(error).__name__)
        run.words.clear()
        run.progress = None
    return shown


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
    # What is ignored stays so, as under nohup.
    handled = [number for number in _SIGNALS if number == signal.SIGINT or before[number] is not signal.SIG_IGN]
    for number in handled:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number in handled:
            # None: set by a program that embeds Python, and cannot be set again from here.
            default = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
            signal.signal(number, before[number] or default)
        ending = [number for number in came if number != signal.SIGINT]
        if ending:
            signal.raise_signal(ending[0])
