"""Which batch is asked about next, and when: each once, if that can be, soon after it has come to its end.

Questions cost from the account's five requests a second, and the importer takes what it takes: seconds when it keeps
up, an hour when thousands of batches wait in its queue. So the age at which batches are over is learned from the
answers: a question that comes too early makes the next ones later, one that finds its batch over makes them a little
earlier. Batches are taken to end about in the order in which they were queued.
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

Subject = TypeVar("Subject")

FIRST_LOOK = 8.0
"""Seconds from a batch's acceptance to the first question about it, as long as nothing is learned: the vendor advises
five to ten (contract section 7.6)."""

LONGEST_GAP = 300.0
"""Seconds between two questions about a batch that does not end, at the most."""

_LEAST_AGE = 2.0
_GAP = 5.0
_GROWTH = 1.5
_STEP = 0.25
_LONGEST_STEP = 60.0
_BATCHES_PER_STEP = 16
"""After a question that came too early, so many batches are let end before the next: one question in some twelve is
in vain, and a batch is asked about that much late."""
_BACK = 0.04
"""Part of a step by which each question that finds its batch over makes the next ones earlier."""
_FIRST_PROBE, _LAST_PROBE = 8, 64
_REMEMBERED = 32


@dataclass(order=True, kw_only=True)
class Question(Generic[Subject]):
    """A batch to be asked about.

    Parameters
    ----------
    due
        When it is asked about again (monotonic seconds).
    order
        Its place in the order of acceptance.
    accepted
        When it was queued.
    subject
        The batch.
    """

    due: float
    order: int
    accepted: float = field(compare=False)
    subject: Subject = field(compare=False)
    asked: float = field(default=0.0, compare=False)
    gap: float = field(default=_GAP, compare=False)
    looks: int = field(default=0, compare=False)
    troubles: int = field(default=0, compare=False)
    by_age: bool = field(default=True, compare=False)
    """Whether it is asked about at the age at which batches are over; else when it is due."""

    @property
    def age(self) -> float:
        """Seconds from its acceptance to the last question."""
        return self.asked - self.accepted


class Turns(Generic[Subject]):
    """The batches to be asked about.

    Parameters
    ----------
    scale
        How long a second of the documented service takes here.
    """

    def __init__(self, scale: float = 1.0) -> None:
        self._scale = scale
        self.expected = FIRST_LOOK * scale
        """The age at which batches are expected to be over, in seconds."""
        self._fresh: deque[Question[Subject]] = deque()
        self._again: list[Question[Subject]] = []
        self._number = 0
        self._ends: deque[float] = deque(maxlen=_REMEMBERED)
        self._youngest_over = float("-inf")
        self._grown = float("-inf")
        self._in_vain = 0
        self._early: Question[Subject] | None = None
        self._before_growth: list[tuple[Question[Subject], float]] = []
        """Batches that were asked about in vain, and what was expected before that."""
        self._streak = 0
        self._probe_after = _FIRST_PROBE

    def __len__(self) -> int:
        """Return how many batches wait for a question."""
        return len(self._fresh) + len(self._again)

    def __iter__(self) -> Iterator[Subject]:
        """Go through the batches that wait for a question."""
        return (question.subject for question in (*self._again, *self._fresh))

    def add(self, subject: Subject, now: float) -> None:
        """Ask about a batch that was queued now."""
        self._number += 1
        gap = _GAP * self._scale
        self._fresh.append(Question(due=now, order=self._number, accepted=now, subject=subject, gap=gap))

    @property
    def due(self) -> float:
        """When the next question is due (monotonic seconds); infinity when there is none."""
        return min(self._due_again(), self._fresh[0].accepted + self.expected if self._fresh else float("inf"))

    def take(self, now: float) -> Question[Subject]:
        """Take the next question; the answer is to be told by one of the methods below."""
        if self._again and self._due_again() <= now:
            question = heapq.heappop(self._again)
        elif self._streak >= self._probe_after and self.expected > 2 * FIRST_LOOK * self._scale:
            # Many were over at first sight: perhaps the importer has caught up, and far younger ones are over too.
            self._streak = 0
            middle = len(self._fresh) // 2
            question = self._fresh[middle]
            del self._fresh[middle]
        else:
            question = self._fresh.popleft()
        question.asked = now
        return question

    def over(self, question: Question[Subject], now: float) -> None:
        """Learn that a batch has come to its end."""
        self._youngest_over = max(self._youngest_over, question.accepted)
        self._before_growth = [entry for entry in self._before_growth if entry[0] is not question]
        in_vain, self._in_vain = self._in_vain, 0
        self._early = None
        self._ends.append(now)
        if question.age < self.expected - self._step() and (question.looks == 0 or in_vain):
            # A probe, and right; or the importer goes on after a pause.
            self.expected = max(question.age, _LEAST_AGE * self._scale)
            self._probe_after = max(self._probe_after // 2, _FIRST_PROBE)
        if question.looks == 0:
            self._streak += 1
            self._over_at_first_sight(question)
        elif not question.by_age and not in_vain:
            # Others of its time were quicker, and yet it came to its end: such there are, so they get more time.
            self.expected = max(self.expected, min(self.expected + self._step(), question.age))

    def _over_at_first_sight(self, question: Question[Subject]) -> None:
        step = self._step()
        if question.age <= self.expected + step:  # asked far later, it says nothing of the age to expect
            self._take_back(question)
            self.expected = max(self.expected - _BACK * step, _LEAST_AGE * self._scale)

    def not_over(self, question: Question[Subject], now: float) -> None:
        """Learn that a batch has not come to its end, and ask about it again later."""
        question.troubles = 0
        question.looks += 1
        self._streak = 0
        is_first, is_foremost = question.looks == 1, question.accepted >= self._youngest_over
        question.by_age = is_first and is_foremost
        if question.by_age and question.age < self.expected - self._step():
            self._probe_after = min(self._probe_after * 2, _LAST_PROBE)
        elif question.by_age and question.asked >= self._grown and self._foremost_early(question):
            # By first looks only, and two of them: one batch that never ends must not keep the others waiting.
            step = self._step() * _GROWTH**self._in_vain
            self._before_growth.append((question, self.expected))
            self.expected = max(self.expected, question.age + min(step, _LONGEST_STEP * self._scale))
            self._in_vain += 1
            self._grown = now
        self.later(question, now)

    def later(self, question: Question[Subject], now: float, seconds: float = 0.0) -> None:
        """Ask about a batch again, after its gap and so many seconds at the least."""
        if question.by_age and not question.troubles:
            question.due = max(question.accepted + self.expected, now + self._scale)
        else:
            question.by_age = False
            question.due = now + max(question.gap, seconds)
            question.gap = min(question.gap * _GROWTH, LONGEST_GAP * self._scale)
        heapq.heappush(self._again, question)

    def _foremost_early(self, question: Question[Subject]) -> bool:
        """Note a batch that was asked about too early; return whether one before it was, and none was over since."""
        before, self._early = self._early, question
        return before is not None

    def _take_back(self, over: Question[Subject]) -> None:
        """Expect as before a batch was asked about in vain: younger ones are over, so it is the odd one."""
        while self._before_growth and self._before_growth[-1][0].accepted < over.accepted:
            odd, before = self._before_growth.pop()
            odd.by_age = False
            self.expected = min(self.expected, before)

    def _due_again(self) -> float:
        """Return when a question that was asked before is due."""
        while self._again:
            first = self._again[0]
            by_age = first.accepted + self.expected
            if not first.by_age or first.due >= by_age:
                return first.due
            first.due = by_age  # meanwhile it was learned that batches take longer
            heapq.heapreplace(self._again, first)
        return float("inf")

    def _step(self) -> float:
        """Return by how much a question that came too early makes the next ones later, in seconds."""
        by_age = _STEP * self.expected
        if len(self._ends) < 2:  # noqa: PLR2004 - two moments make an interval
            return by_age
        between = (self._ends[-1] - self._ends[0]) / (len(self._ends) - 1)
        least = 0.5 * self._scale
        return max(min(by_age, between * _BATCHES_PER_STEP, _LONGEST_STEP * self._scale), least)
