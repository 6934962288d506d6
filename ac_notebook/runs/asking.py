"""Asking about batches that an earlier run queued: at the account's pace, several questions in flight, bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.remote.flights import MOST
from ac_notebook.remote.meaning import error_for
from ac_notebook.runs.reading import Reading
from ac_notebook.runs.settle import ENDPOINT
from ac_notebook.runs.turns import FIRST_LOOK, Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ac_notebook.remote.answers import Answer
    from ac_notebook.runs.line import Line
    from ac_notebook.runs.turns import Question
    from ac_notebook.storage.journal import OpenBatch

_ENDED = ("completed", "failed", "interrupted")
_PASSING = ("wait", "fault", "lost", "not-sent", "foreign", "unauthorized")
_ATTEMPTS = 3
_LOOK = 0.25
_GRAIN = 0.0002
_MINUTE = 60.0
_APART = 1e-6  # seconds from one batch to the next, so that they have an order


def ask_about(
    line: Line, items: Sequence[OpenBatch], *, ended: Callable[[OpenBatch, Answer], None],
    stopped: Callable[[], bool], patience: float | None,
) -> None:  # fmt: skip
    """Ask about batches, oldest first, until all have come to their end or none does any more.

    Parameters
    ----------
    line
        What is asked through.
    items
        The batches: queued, so that they have a number.
    ended
        Called with the answer that says that a batch is over.
    stopped
        Tells whether to end early.
    patience
        Seconds to wait for the end of another batch; None asks about each once.

    Raises
    ------
    APIError
        When the key is not accepted, or another kind of answer comes that no question will change.
    """
    _Round(line, items, ended=ended, patience=patience).run(stopped)


class _Round:
    def __init__(
        self, line: Line, items: Sequence[OpenBatch], *, ended: Callable[[OpenBatch, Answer], None],
        patience: float | None,
    ) -> None:  # fmt: skip
        self._line = line
        self._ended = ended
        self._patience = patience
        self._turns: Turns[OpenBatch] = Turns(line.limits.time_scale)
        begun = line.clock.monotonic() - FIRST_LOOK * line.limits.time_scale
        for place, item in enumerate(items):
            self._turns.add(item, begun + place * _APART)
        self._flying: dict[int, Question[OpenBatch]] = {}
        self._not_before = 0.0
        self._last_end = line.clock.monotonic()

    def run(self, stopped: Callable[[], bool]) -> None:
        """Ask until nothing is left, or nothing is to be had."""
        line = self._line
        try:
            while (self._flying or len(self._turns)) and not stopped() and not self._is_late():
                moment = self._start()
                seconds = min(max(moment - line.clock.monotonic(), 0.0) + _GRAIN, _LOOK)
                for landed in line.flights.wait(seconds):
                    line.pacer.finish(landed.token.booking, landed.at)
                    question = self._flying.pop(landed.token.booking, None)
                    if question is not None:
                        self._landed(question, landed.answer)
        finally:
            for booking in self._flying:
                line.pacer.finish(booking, line.clock.monotonic(), answered=False)

    def _is_late(self) -> bool:
        return self._patience is not None and self._line.clock.monotonic() - self._last_end > self._patience

    def _start(self) -> float:
        """Start the questions that are due; return when it is worth asking again (monotonic seconds)."""
        line = self._line
        while len(line.flights) < MOST:
            now = line.clock.monotonic()
            due = max(self._turns.due, self._not_before)
            if now < due:
                return due
            booking, moment = line.pacer.book("poll")
            if booking is None:
                self._not_before = moment
                return moment
            question = self._turns.take(now)
            self._flying[booking] = question
            params = {"batchId": question.subject.batch or ""}
            line.flights.start(Reading(booking=booking), _call(line, params))
        return float("inf")

    def _landed(self, question: Question[OpenBatch], answer: Answer) -> None:
        now = self._line.clock.monotonic()
        if answer.meaning == "ok" and answer.get("status") in _ENDED:
            self._turns.over(question, now)
            self._last_end = now
            self._ended(question.subject, answer)
        elif answer.meaning == "ok":
            if self._patience is not None:
                self._turns.not_over(question, now)
        elif answer.meaning in _PASSING:
            self._trouble(question, answer, now)
        elif answer.meaning not in ("missing", "refused", "named-rows"):
            raise error_for(answer, ENDPOINT, self._line.client.host)
        # Else its end can no longer be read.

    def _trouble(self, question: Question[OpenBatch], answer: Answer, now: float) -> None:
        question.troubles += 1
        if answer.meaning == "wait":
            seconds = answer.retry_after if answer.retry_after is not None else _MINUTE * self._line.limits.time_scale
            self._not_before = max(self._not_before, now + seconds)
        if question.troubles < _ATTEMPTS:
            self._turns.later(question, now, answer.retry_after or 0.0)
        elif answer.meaning in ("unauthorized", "foreign"):
            raise error_for(answer, ENDPOINT, self._line.client.host)


def _call(line: Line, params: dict[str, str]) -> Callable[[], Answer]:
    return lambda: line.client.send_once("GET", ENDPOINT, params=params)
