"""A road to a service, in virtual time: imports and questions about them, paced, with answers that take their time."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ac_notebook.remote.flights import MOST, MOST_QUESTIONS
from ac_notebook.remote.pacing import Pacer

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.model.limits import Limits
    from ac_notebook.remote.pacing import Kind, Row
    from ac_notebook.remote.yielding import State

ASKED_AFTER = 8.0


class Remembered:
    """What was booked, in memory."""

    def __init__(self, horizon: float = 61.0) -> None:
        self._rows: dict[int, tuple[str, float, float | None, float]] = {}
        self._numbers = itertools.count(1)
        self._horizon = horizon
        self.state: State | None = None

    def book(
        self, kind: str, clock: Callable[[], float],
        rule: Callable[[list[Row], State | None, float], tuple[float, float]],
    ) -> tuple[int | None, float]:  # fmt: skip
        now = clock()
        for number, (_, started, finished, due) in list(self._rows.items()):
            if (started + 120 if finished is None else finished) >= now - self._horizon or due >= now:
                break  # nearly in the order of their ends; those kept too long do no harm
            del self._rows[number]
        moment, due = rule([(*row, True, True) for row in self._rows.values()], self.state, now)
        if moment > now:
            return None, moment
        number = next(self._numbers)
        self._rows[number] = (kind, now, None, due)
        return number, moment

    def finish(self, booking: int, now: float, *, answered: bool = True) -> None:
        kind, started, _, due = self._rows[booking]
        self._rows[booking] = (kind, started, now, due)

    def give_way(self, booking: int, rule: Callable[[float, State | None], State]) -> None:
        self.state = rule(self._rows[booking][1], self.state)


@dataclass
class Sent:
    """What was sent: kind, start, and arrival at the service, in seconds."""

    kind: Kind
    started: float
    arrived: float


@dataclass
class Trip:
    """Imports, one question about each, through a pacer.

    Parameters
    ----------
    limits
        The account's.
    ways
        Gives the seconds there, at the service, and back.
    alone
        Seconds for which the first import travels alone, as a canary.
    """

    limits: Limits
    ways: Callable[[], tuple[float, float]]
    share: float = 1.0
    alone: float = 0.0
    sent: list[Sent] = field(default_factory=list)
    now: float = 1_000.0

    def imports(self, count: int, *, asking: bool = True) -> list[Sent]:
        """Send so many imports as soon as they may go; return all that was sent."""
        pacer = Pacer(self.limits, Remembered(), lambda: self.now, self.share)
        scale = self.limits.time_scale
        landing: list[tuple[float, int, Kind]] = []
        questions: list[float] = []
        flying, left, not_before = 0, count, {"import": self.now, "poll": self.now}
        while left or landing or questions:
            moments = [landing[0][0]] if landing else []
            if left and flying < MOST:
                booking, moment = pacer.book("import") if self.now >= not_before["import"] else (None, float("nan"))
                if booking is not None:
                    heapq.heappush(landing, (self._send("import"), booking, "import"))
                    not_before["import"] = self.now + (self.alone if left == count else 0.0)
                    flying, left = flying + 1, left - 1
                    continue
                if moment == moment:  # noqa: PLR0124 - it was asked
                    not_before["import"] = moment
                moments.append(not_before["import"])
            if questions and flying < MOST_QUESTIONS:
                if self.now >= max(questions[0], not_before["poll"]):
                    booking, moment = pacer.book("poll", importing=bool(left))
                    if booking is not None:
                        heapq.heappop(questions)
                        heapq.heappush(landing, (self._send("poll"), booking, "poll"))
                        flying += 1
                        continue
                    not_before["poll"] = moment
                moments.append(max(questions[0], not_before["poll"]))
            self.now = max(self.now, min(moments) + 0.0002 * scale)
            while landing and landing[0][0] <= self.now:
                moment, booking, kind = heapq.heappop(landing)
                pacer.finish(booking, moment)
                flying -= 1
                if kind == "import" and asking:
                    heapq.heappush(questions, moment + ASKED_AFTER * scale)
        return self.sent

    def _send(self, kind: Kind) -> float:
        there, back = self.ways()
        self.sent.append(Sent(kind, self.now, self.now + there))
        return self.now + there + back


def most_in_any(moments: list[float], length: float) -> int:
    """Return the most moments in any window of a length, its end left out."""
    ordered = sorted(moments)
    first = most = 0
    for last, moment in enumerate(ordered):
        while ordered[first] <= moment - length:
            first += 1
        most = max(most, last - first + 1)
    return most
