"""Requests in flight: a few at once, so that a slow service does not slow an export."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ac_notebook.remote.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.remote.clock import Clock

MOST = 16
"""Requests in flight at once. Answers of 3 s need five for the imports of a minute, and five more for the questions
about them; more would only mean more contacts of whom nobody knows when the way is cut."""

MOST_QUESTIONS = 10
"""Requests in flight up to which a question about a batch may be asked: imports never wait for those."""


@dataclass(frozen=True, kw_only=True)
class Landed:
    """An answer that came: what it is for, and when (monotonic seconds)."""

    token: Any
    answer: Answer
    at: float


class Flights(Protocol):
    """Requests that were started and whose answers are awaited."""

    def start(self, token: object, call: Callable[[], Answer]) -> None:
        """Start a request."""

    def wait(self, seconds: float) -> list[Landed]:
        """Return the answers that came, at the latest after so many seconds; at once when there are some."""

    def __len__(self) -> int:
        """Return how many requests have no answer yet."""

    def pending(self) -> list[Any]:
        """Return what the requests without an answer are for."""

    def close(self) -> None:
        """Wait for nothing more."""


def answer_of(call: Callable[[], Answer]) -> Answer:
    """Make a call and return its answer; whatever goes wrong is a lost answer, because its rows need an outcome."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - see above
        return Answer(meaning="lost", message=type(error).__name__)


class ThreadFlights:
    """Requests in flight on a few threads, none of which keeps the process from ending."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: queue.SimpleQueue[tuple[Any, Callable[[], Answer]] | None] = queue.SimpleQueue()
        self._landed: queue.SimpleQueue[Landed] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._open: list[Any] = []

    def start(self, token: object, call: Callable[[], Answer]) -> None:
        """Start a request on a thread of its own."""
        self._open.append(token)
        self._calls.put((token, call))
        if len(self._threads) < min(len(self._open), MOST):
            # A daemon, and no pool of the standard library: at its end Python would wait for what has no answer.
            thread = threading.Thread(target=self._fly, name="ac_notebook-request", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _fly(self) -> None:
        while (entry := self._calls.get()) is not None:
            token, call = entry
            answer = answer_of(call)
            self._landed.put(Landed(token=token, answer=answer, at=self._clock.monotonic()))

    def wait(self, seconds: float) -> list[Landed]:
        """Return the answers that came, at the latest after so many seconds."""
        landed: list[Landed] = []
        try:
            landed.append(self._landed.get(timeout=max(seconds, 0.0)))
            while True:
                landed.append(self._landed.get_nowait())
        except queue.Empty:
            pass
        for entry in landed:
            self._open.remove(entry.token)
        return landed

    def __len__(self) -> int:
        return len(self._open)

    def pending(self) -> list[Any]:
        """Return what the requests without an answer are for."""
        return list(self._open)

    def close(self) -> None:
        """Let go of the threads; a request that has no answer yet is not waited for, nor is another begun."""
        with suppress(queue.Empty):
            while True:
                self._calls.get_nowait()
        for _ in self._threads:
            self._calls.put(None)
