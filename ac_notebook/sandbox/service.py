"""One account at work: its state, its queue, its limits and its faults, by one clock and under one lock."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from .faults.plan import Faults
    from .imports.callback import Callback
    from .imports.queue import ImportQueue
    from .limits import Traffic
    from .state.account import Account

MOST_ARRIVALS = 200_000  # requests that are remembered; older ones are forgotten


class NotKeptError(OSError):
    """What changed could not be written to the data file; it is in memory, and is written with the next change."""


class Arrival(NamedTuple):
    """A request that came in, and its answer: what `Sandbox.requests` shows."""

    time: datetime
    method: str
    path: str
    status: int  # 0 where a fault left it without an answer
    contacts: int
    bytes: int


def _nothing() -> None:
    """Keep nothing: the account is in memory only."""


@dataclass(kw_only=True, eq=False, repr=False)
class Service:
    """What the requests of one account meet.

    All that several threads touch is changed under `lock`; but traffic and arrivals under `gate`, which is never
    held for long, and the queue has a lock of its own: an import can be taken while another one is applied. Whoever
    needs two of them takes `lock` first.

    Attributes
    ----------
    name
        How the account is called, on the page in the browser.
    call
        What sends a callback, and tells whether it arrived.
    written
        What is told after each request that may have changed something: the store, where there is one.
    noted
        What is told after each request was written down.
    """

    name: str
    account: Account
    queue: ImportQueue
    traffic: Traffic
    faults: Faults
    clock: Callable[[], float]
    now: Callable[[], datetime]
    call: Callable[[Callback], object]
    written: Callable[[], None] = _nothing
    noted: Callable[[], None] = lambda: None
    lock: threading.RLock = field(default_factory=threading.RLock)
    gate: threading.Lock = field(default_factory=threading.Lock)
    arrivals: deque[Arrival] = field(default_factory=lambda: deque(maxlen=MOST_ARRIVALS))

    @property
    def stored(self) -> bool:
        """Whether what happens is kept in a file."""
        return self.written is not _nothing

    def advance(self) -> None:
        """Apply the imports that are due by now, letting others in between batches."""
        now = self.clock()
        while True:
            with self.lock:
                applied = self.queue.apply_next(now)
                if applied is None:
                    return
                try:
                    self.written()
                finally:  # it is done, kept or not: who waits for the call is called
                    if (callback := applied[1]) is not None:
                        # a thread of its own: who is called may be slow, or may ask back before it answers
                        threading.Thread(target=self.call, args=(callback,), daemon=True).start()

    def note(self, arrival: Arrival) -> None:
        """Write down that a request came in."""
        with self.gate:
            self.arrivals.append(arrival)
        if self.stored:
            with self.lock, contextlib.suppress(NotKeptError):  # it is written with the next one
                self.noted()

    def seconds(self) -> int:
        """Return the moment in whole seconds since the epoch."""
        return int(self.now().timestamp())
