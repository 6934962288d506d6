"""Reading much from an account: several requests in flight at the account's pace, each repeated while that may help.

What is to be read is told by errands: generators that yield a question, are sent its answer, and go on until there is
nothing more to ask. An errand has one question on its way at a time; many errands go side by side.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ac_notebook.remote.meaning import error_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ac_notebook.remote.answers import Answer
    from ac_notebook.remote.client import Client
    from ac_notebook.remote.clock import Clock
    from ac_notebook.remote.flights import Flights
    from ac_notebook.remote.pacing import Pacer

MOST_IN_FLIGHT = 12
"""Requests on their way at once: enough for five a second where an answer takes two seconds."""

_ATTEMPTS = 5
_MOST_WAITED = 15 * 60.0
_WAIT_WITHOUT_WORD = 60.0
_LOOK = 0.25
_GRAIN = 0.0005
_FORBIDDEN = 403
_PASSING = ("wait", "fault", "lost", "not-sent")


@dataclass(frozen=True, kw_only=True, repr=False)
class Question:
    """Something to read.

    Parameters
    ----------
    path, params
        What to ask for, below ``/api/3/``, and the query. Never shown: a query can hold an address.
    may_miss
        Whether "there is no such thing" is an answer.
    may_fail
        Whether whatever is answered in the end is an answer, also that it may not be read.
    """

    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    may_miss: bool = False
    may_fail: bool = False


Errand = Generator[Question, "Answer", None]


@dataclass(eq=False, kw_only=True, repr=False)
class _Asked:
    """A question of an errand, on its way or waiting for its turn."""

    errand: Errand
    question: Question
    phase: int
    attempts: int = 0
    waited: float = 0.0
    not_before: float = 0.0
    is_doubted: bool = False
    booking: int = 0


class Errands:
    """Does errands side by side, until all are done.

    Parameters
    ----------
    client, pacer, flights, clock
        The way to the account, its pace, what holds the requests in flight, and time.
    time_scale
        How long a second of the service takes here.
    require_open
        Raises when nothing more may be asked; called before each request.
    noted
        Called with the number of requests made so far, now and then.
    """

    def __init__(
        self, client: Client, *, pacer: Pacer, flights: Flights, clock: Clock, time_scale: float = 1.0,
        require_open: Callable[[], None] = lambda: None, noted: Callable[[int], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._client = client
        self._pacer = pacer
        self._flights = flights
        self._clock = clock
        self._scale = time_scale
        self._require_open = require_open
        self._noted = noted
        self._ready: deque[_Asked] = deque()
        self._delayed: list[_Asked] = []
        self.made = 0
        """Requests made, repetitions included."""

    def do(self, *phases: Iterable[Errand], beside: Iterable[Errand] = ()) -> None:
        """Do all errands: those of a phase once the phase before it is done, and those beside at any time.

        Raises
        ------
        APIError
            When something cannot be read, also after some attempts.
        """
        try:
            left = [0] * (len(phases) + 1)
            left[-1] = self._begin(beside, phase=len(phases))
            for number, errands in enumerate(phases):
                left[number] = self._begin(errands, phase=number)
                while left[number]:
                    self._turn(left)
            while left[-1]:
                self._turn(left)
        finally:
            now = self._clock.monotonic()
            for asked in self._flights.pending():
                self._pacer.finish(asked.booking, now, answered=False)

    def _begin(self, errands: Iterable[Errand], *, phase: int) -> int:
        count = 0
        for errand in errands:
            question = next(errand, None)
            if question is not None:
                self._ready.append(_Asked(errand=errand, question=question, phase=phase))
                count += 1
        return count

    def _turn(self, left: list[int]) -> None:
        """Start what may start, and take what came."""
        wait = self._start()
        for landed in self._flights.wait(min(wait, _LOOK)):
            asked: _Asked = landed.token
            self._pacer.finish(asked.booking, landed.at)
            if not self._go_on(asked, landed.answer):
                left[asked.phase] -= 1
        self._noted(self.made)

    def _start(self) -> float:
        """Start what may start now; return after how many seconds it is worth looking again."""
        now = self._clock.monotonic()
        for asked in [asked for asked in self._delayed if asked.not_before <= now]:
            self._delayed.remove(asked)
            self._ready.append(asked)
        while self._ready and len(self._flights) < MOST_IN_FLIGHT:
            self._require_open()
            booking, moment = self._pacer.book("read")
            if booking is None:
                return max(moment - self._clock.monotonic(), 0.0) + _GRAIN
            asked = self._ready.popleft()
            asked.booking = booking
            self.made += 1
            self._flights.start(asked, self._call(asked.question))
        return min((asked.not_before - now + _GRAIN for asked in self._delayed), default=_LOOK)

    def _call(self, question: Question) -> Callable[[], Answer]:
        return lambda: self._client.send_once("GET", question.path, params=question.params)

    def _go_on(self, asked: _Asked, answer: Answer) -> bool:
        """Hand an answer to its errand, or have the question asked again; return whether the errand goes on."""
        if answer.meaning == "wait":
            self._pacer.give_way(asked.booking)
        if answer.meaning == "ok" or (answer.meaning == "missing" and asked.question.may_miss):
            return self._hand_over(asked, answer)
        return self._again(asked, answer)

    def _again(self, asked: _Asked, answer: Answer) -> bool:
        """Have a question asked again after a while, or raise what its answer amounts to."""
        asked.attempts += 1
        wait = answer.retry_after
        if wait is None:
            wait = _WAIT_WITHOUT_WORD if answer.meaning == "wait" else 2.0 ** (asked.attempts - 1)
        asked.waited += wait
        # The service answers 403 without a word now and then for valid keys (contract section 1): once is no news.
        is_doubtful = answer.status == _FORBIDDEN and not answer.body and not asked.is_doubted
        asked.is_doubted |= is_doubtful
        is_over = asked.attempts >= _ATTEMPTS or asked.waited > _MOST_WAITED
        if not is_doubtful and (is_over or answer.meaning not in _PASSING):
            if asked.question.may_fail:
                return self._hand_over(asked, answer)
            raise error_for(answer, asked.question.path, self._client.host)
        asked.not_before = self._clock.monotonic() + wait * self._scale
        self._delayed.append(asked)
        return True

    def _hand_over(self, asked: _Asked, answer: Answer) -> bool:
        """Hand an answer to its errand; return whether the errand goes on."""
        try:
            following = asked.errand.send(answer)
        except StopIteration:
            return False
        self._ready.append(_Asked(errand=asked.errand, question=following, phase=asked.phase))
        return True
