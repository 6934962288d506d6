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

GRACE = 5.0
"""Seconds after an interrupt until requests that have no answer are left, and the cell returns."""

_LOOK = 0.1
_LAST_WORD = 2.0


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
    """Call a function for each interrupt instead of raising out of thin air in the middle of a step."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(_: int, __: Any) -> None:
        act()

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        # None: set by a program that embeds Python, and cannot be set again from here.
        signal.signal(signal.SIGINT, before if before is not None else signal.default_int_handler)
