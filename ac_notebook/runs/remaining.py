"""How long a run still takes: the limiter's arithmetic, and what the last minute showed. Pure, without a clock."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from ac_notebook.remote.flights import MOST
from ac_notebook.remote.windows import Margins

if TYPE_CHECKING:
    from ac_notebook.model.limits import Limits

FIRST_CONFIRMATION = 10.0
"""Seconds from an import to its confirmation that are assumed until one was seen: the vendor advises to ask after five
to ten."""

_WINDOW = 60.0
_LONG_WINDOW = 300.0
_STEP = 1.0
_ENOUGH = 20
"""Imports after which what was seen counts, where it is slower than the limits ask for."""

_KEEPING_UP = 0.9
_FEW_QUESTIONS = 1.5
_LATE = 3.0
_SLOWER = 1.03


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a run had done at a moment.

    Parameters
    ----------
    at
        Seconds, of a clock that only grows.
    held
        Seconds until then in which nothing was sent, because a rate limit was met.
    imports, left
        Import requests started, and still to be started.
    contacts
        Contacts queued by the service.
    queued, settled
        Batches queued by the service, and those of them whose end is known or is not asked for any more.
    questions
        Questions about batches.
    """

    at: float
    held: float = 0.0
    imports: int = 0
    left: int = 0
    contacts: int = 0
    queued: int = 0
    settled: int = 0
    questions: int = 0


class Remaining:
    """Estimates from what was seen lately how long a run still takes.

    Parameters
    ----------
    limits
        The account's limits.
    share
        Which part of them the run may use.
    """

    def __init__(self, limits: Limits, share: float = 1.0) -> None:
        self._limits = limits
        self._share = share
        self._answers: deque[float] = deque(maxlen=100)
        self._seen: deque[Standing] = deque()
        self._settling: deque[Standing] = deque()
        """As ``_seen``, from the second end of a batch on: before it none could be seen, a canary's is for itself."""
        self._first: Standing | None = None
        """When a batch was queued for the first time."""
        self._imported: Standing | None = None
        self._over: Standing | None = None
        """When the last import had been made, and when the first batch ended after it."""

    def answered(self, seconds: float) -> None:
        """Note how long the answer to an import took."""
        self._answers.append(seconds)

    def note(self, standing: Standing) -> None:
        """Note what was done until now."""
        scale = self._limits.time_scale
        _keep(self._seen, standing, step=_STEP * scale, window=_WINDOW * scale)
        if standing.queued and self._first is None:
            self._first = standing
        if standing.left:
            self._imported = self._over = None
        else:
            self._imported = self._imported or standing
            if self._over is None and standing.settled > self._imported.settled:
                self._over = standing
        if standing.settled > 1:
            _keep(self._settling, standing, step=_STEP * scale, window=_LONG_WINDOW * scale)

    def rate(self, now: Standing) -> float:
        """Return the contacts that were queued per second in the last minute."""
        first = self._seen[0] if self._seen else now
        return (now.contacts - first.contacts) / (now.at - first.at) if now.at > first.at else 0.0

    def gap(self, now: Standing) -> float:
        """Return the seconds from one import to the next.

        By the limits; slower, where others use the account or the service does not keep up: as seen.
        """
        least = self._limits.seconds_between_imports
        first = self._seen[0] if self._seen else now
        made = now.imports - first.imports
        if made < _ENOUGH:
            return max(least / self._share, self._answer / MOST)
        seen = (now.at - first.at - (now.held - first.held)) / made
        return seen if seen > _SLOWER * least else least

    def to_send(self, now: Standing) -> float:
        """Return the seconds until the last import, if nothing holds it up."""
        return max(now.left - 0.5, 0.0) * self.gap(now) if now.left else 0.0

    def to_confirm(self, now: Standing) -> float:
        """Return the seconds that the confirmation takes after the last import, while imports are still to come.

        Where the questions keep up with the imports, as many batches wait as come in the time that one takes (Little's
        law). Where the service does not keep up, it goes on as it did; where only the questions do not, because
        imports take their places, they are caught up with at the full rate.
        """
        usual = FIRST_CONFIRMATION * self._limits.time_scale
        first = self._settling[0] if self._settling else None
        if first is None or now.at - first.at < usual or now.settled == first.settled:
            began = self._first.at if self._first is not None else now.at
            if now.at - began < _LATE * usual:
                return usual
            return max((now.queued - now.settled + now.left) * self._question_gap(), usual)
        span, settled = now.at - first.at, now.settled - first.settled
        settling, coming, waiting = settled / span, (now.queued - first.queued) / span, now.queued - now.settled
        if settling >= _KEEPING_UP * coming:
            return waiting / settling
        asked = (now.questions - first.questions) / settled
        if asked > _FEW_QUESTIONS and settled >= _ENOUGH:
            return (waiting + (coming - settling) * self.to_send(now)) / settling
        left_over = max(waiting + now.left - settling * self.to_send(now), 0.0)
        return max(left_over * self._question_gap(), usual)

    def confirming(self, now: Standing) -> float | None:
        """Return the seconds until all is confirmed, once the last import was made; None when too little was seen."""
        if self._over is None or now.at - self._over.at < 2 * FIRST_CONFIRMATION * self._limits.time_scale:
            return None
        settled = now.settled - self._over.settled
        return (now.queued - now.settled) * (now.at - self._over.at) / settled if settled else None

    def _question_gap(self) -> float:
        """Return the seconds from one question to the next, when nothing else is asked."""
        limits, answer = self._limits, self._answer
        # Each holds its place for a window after its answer, or after its start and the margin.
        held = limits.request_window + min(answer, Margins.scaled(limits.time_scale).request)
        return max(held / limits.requests_per_window / self._share, answer / MOST)

    @property
    def _answer(self) -> float:
        """Seconds that an answer usually takes."""
        return median(self._answers) if self._answers else 0.0


def _keep(seen: deque[Standing], standing: Standing, *, step: float, window: float) -> None:
    if not seen or standing.at - seen[-1].at >= step:
        seen.append(standing)
    while standing.at - seen[0].at > window:
        seen.popleft()
