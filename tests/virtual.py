"""Virtual time: a clock that moves only when somebody waits, and requests in flight that land when they are due."""

from __future__ import annotations

import heapq
import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ac_notebook.remote.flights import Landed, answer_of
from ac_notebook.runs.link import Link

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from ac_notebook import Connection
    from ac_notebook.remote.answers import Answer
    from ac_notebook.remote.clock import Clock
    from ac_notebook.sandbox import Sandbox


class VirtualClock:
    """A clock for tests: its date can be set forward and back, its seconds only ever grow, as on a machine.

    A laptop that sleeps is `sleep` without anything happening meanwhile: both go on at once.
    """

    def __init__(self) -> None:
        self.seconds = 1_000.0
        self._begun = datetime(2026, 3, 2, 9, tzinfo=UTC)
        self.fast = timedelta()
        """How far this machine's date is ahead of everybody else's."""

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        """Return the date and time as this machine has it."""
        return self.true() + self.fast

    def true(self) -> datetime:
        """Return the date and time as everybody else has it."""
        return self._begun + timedelta(seconds=self.seconds - 1_000.0)

    def sleep(self, seconds: float) -> None:
        self.seconds += max(seconds, 0.0)

    def go_to(self, moment: float) -> None:
        self.seconds = max(self.seconds, moment)


class VirtualFlights:
    """Requests in flight in virtual time: each reaches the service after a delay, and its answer comes after another.

    Parameters
    ----------
    clock
        The clock that both sides share.
    delays
        Gives the seconds on the way there and on the way back, request by request.
    """

    def __init__(self, clock: VirtualClock, delays: Callable[[], tuple[float, float]] = lambda: (0.02, 0.03)) -> None:
        self._clock = clock
        self._delays = delays
        self._order = itertools.count()
        self._events: list[tuple[float, int, Callable[[], Landed | None]]] = []
        self._open: list[object] = []

    def start(self, token: object, call: Callable[[], Answer]) -> None:
        there, back = self._delays()
        self._open.append(token)

        def arrive() -> None:
            answer = answer_of(call)
            moment = self._clock.monotonic() + back
            self._push(moment, lambda: Landed(token=token, answer=answer, at=moment))

        self._push(self._clock.monotonic() + there, arrive)

    def _push(self, moment: float, event: Callable[[], Landed | None]) -> None:
        heapq.heappush(self._events, (moment, next(self._order), event))

    def wait(self, seconds: float) -> list[Landed]:
        until = self._clock.monotonic() + max(seconds, 0.0)
        while self._events and self._events[0][0] <= until:
            moment, _, event = heapq.heappop(self._events)
            self._clock.go_to(moment)
            landed = event()
            if landed is not None:
                self._open.remove(landed.token)
                return [landed]
        self._clock.go_to(until)
        return []

    def __len__(self) -> int:
        return len(self._open)

    def pending(self) -> list[object]:
        return list(self._open)

    def close(self) -> None:
        self._events.clear()


def through(
    box: Sandbox, clock: VirtualClock, *, transport: httpx.BaseTransport | None = None,
    delays: Callable[[], tuple[float, float]] = lambda: (0.02, 0.03),
) -> Connection:  # fmt: skip
    """Return the sandbox's connection in virtual time, through another transport if one is given."""
    plain: Connection = box.connection

    def flights(_: Clock) -> VirtualFlights:
        return VirtualFlights(clock, delays)

    link = Link(
        secret=plain.link.secret, transport=transport or plain.link.transport, clock=clock, flights=flights
    )  # fmt: skip
    return plain.replace(link=link).agree()  # in virtual time, as everything else
