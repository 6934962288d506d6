"""Work of forms away from the kernel's thread: messages go on meanwhile, and Stop arrives."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from typing import Any, TypeVar

Spawn = Callable[[Callable[[], None]], None]
"""Runs something soon, in a thread of its own; a test's runs it at once, or when it is told to."""

_Result = TypeVar("_Result")


def in_thread(work: Callable[[], None]) -> None:
    """Run something in a thread that knows which cell it works for.

    Without the context, ipykernel 7.0 cannot tell to which cell a change of a widget belongs, and the thread ends.
    """
    threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True).start()


def at_once(work: Callable[[], None]) -> None:
    """Run something now, in this thread."""
    work()


class Worker:
    """One piece of work at a time; of those that wait, only the newest is done.

    Parameters
    ----------
    spawn
        How a thread is begun.
    failed
        What is done with an exception of the newest work, in the work's thread.
    changed
        Called whenever it begins or ends to be busy.
    """

    def __init__(
        self, *, spawn: Spawn = in_thread, failed: Callable[[BaseException], None],
        changed: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self._spawn = spawn
        self._failed = failed
        self._changed = changed
        self._lock = threading.Lock()
        self._newest: object = None
        self._waiting: Callable[[], None] | None = None
        self._is_busy = False

    @property
    def is_busy(self) -> bool:
        """Whether something is being done."""
        return self._is_busy

    def do(self, work: Callable[[], _Result], then: Callable[[_Result], Any]) -> None:
        """Have something done, and then something with its result, unless something newer was asked for meanwhile.

        Parameters
        ----------
        work
            What takes time; it touches no widget.
        then
            What shows the result.
        """
        mine = object()

        def both() -> None:
            try:
                result = work()
                if self._is_newest(mine):
                    then(result)
            except BaseException as error:  # noqa: BLE001 - shown in the form; nobody else would see it in a thread
                if self._is_newest(mine):
                    self._failed(error)

        with self._lock:
            self._newest = mine
            if self._is_busy:
                self._waiting = both
                return
            self._is_busy = True
        try:
            self._changed()
        finally:  # or it would be busy for ever
            self._spawn(lambda: self._go_on(both))

    def forget(self) -> None:
        """Let what is being done, and what waits, show nothing any more."""
        with self._lock:
            self._newest, self._waiting = None, None

    def _is_newest(self, one: object) -> bool:
        with self._lock:
            return self._newest is one

    def _go_on(self, first: Callable[[], None]) -> None:
        work: Callable[[], None] | None = first
        try:
            while work is not None:
                work()
                with self._lock:
                    work, self._waiting = self._waiting, None
                    self._is_busy = work is not None
        finally:
            self._is_busy = False  # also when what went wrong could not even be shown
            self._changed()
