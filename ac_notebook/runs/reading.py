"""Reading something from the account while a run goes on: one request at a time, bounded, stopped when the run is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ac_notebook.remote.answers import Answer
    from ac_notebook.runs.line import Line

_LOOK = 0.25
_ATTEMPTS = 3
_MINUTE = 60.0
_GRAIN = 0.0005
_PASSING = ("wait", "fault", "lost", "not-sent")


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading:
    """A request in flight, and its booking in the account's pace."""

    booking: int


class Reader:
    """Reads at the account's pace, through the requests in flight, so that a stop is noticed at once.

    Parameters
    ----------
    line
        What it reads through.
    stopped
        Tells whether nothing more is to be asked.
    most
        Requests, at the most.
    seconds
        Time from now on, at the most.
    """

    def __init__(self, line: Line, *, stopped: Callable[[], bool], most: int, seconds: float) -> None:
        self._line = line
        self._stopped = stopped
        self._until = line.clock.monotonic() + seconds
        self.left = most
        self.made = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more may be asked."""
        return self.left <= 0 or self._is_late()

    def _is_late(self) -> bool:
        return self._stopped() or self._line.clock.monotonic() >= self._until

    def ask(self, path: str, params: Mapping[str, str]) -> Answer | None:
        """Return the answer, asked for again while that may help; None when nothing more may be asked."""
        for attempt in range(_ATTEMPTS):
            if self.is_over:
                return None
            answer = self._once(path, params)
            if answer is None or answer.meaning not in _PASSING or attempt == _ATTEMPTS - 1:
                return answer
            scale = self._line.limits.time_scale
            without_word = _MINUTE * scale if answer.meaning == "wait" else 2.0**attempt * scale
            self._pause(answer.retry_after if answer.retry_after is not None else without_word)
        return None

    def _once(self, path: str, params: Mapping[str, str]) -> Answer | None:
        line = self._line
        booking, moment = line.pacer.book("read")
        while booking is None:
            self._pause(max(moment - line.clock.monotonic(), 0.0) + _GRAIN)
            if self._is_late():
                return None
            booking, moment = line.pacer.book("read")
        self.left -= 1
        self.made += 1
        mine = Reading(booking=booking)
        line.flights.start(mine, lambda: line.client.send_once("GET", path, params=params))
        while not self._is_late():
            for landed in line.flights.wait(_LOOK):
                line.pacer.finish(landed.token.booking, landed.at)
                if landed.token is mine:
                    return landed.answer
        line.pacer.finish(booking, line.clock.monotonic(), answered=False)
        return None

    def _pause(self, seconds: float) -> None:
        """Let time pass, but not beyond the end."""
        until = self._line.clock.monotonic() + seconds
        while not self._is_late() and (left := until - self._line.clock.monotonic()) > 0:
            self._line.flights.wait(min(left, _LOOK))
