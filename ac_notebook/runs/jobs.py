"""The batches that wait to be sent: repetitions and parts of refused ones first, then new ones."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from ac_notebook.model.batch import Batch
    from ac_notebook.runs.batches import Batches
    from ac_notebook.runs.naming import Split

_MOST_TROUBLED = 3
"""Batches waiting to be repeated at once: that many mean that the way is down, and no new ones are begun."""


@dataclass(order=True)
class Job:
    """A batch on its way: when it may be sent, and how often it was tried."""

    not_before: float
    order: int
    batch: Batch = field(compare=False)
    attempts: int = field(default=0, compare=False)
    suspects: tuple[int, ...] = field(default=(), compare=False)
    """Contacts that a refusal named and that were taken out: rows of ``prepared.rows``, with the reason kept aside."""
    reasons: Mapping[int, str] = field(default_factory=dict, compare=False)
    counted_from: int = field(default=1, compare=False)
    rounds: int = field(default=0, compare=False)
    """What the refusal's places were counted from, and how often contacts were taken out."""
    maybe_arrived: bool = field(default=False, compare=False)
    """Whether an earlier request with these contacts may have been taken, though no answer said so."""


class Jobs:
    """What a run has still to send.

    Parameters
    ----------
    batches
        The run's requests, made when they are taken.
    """

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self._new: Iterator[Batch] = iter(batches)
        self._next: Job | None = None
        self._exhausted = False
        self.begun = 0
        """Batches that were taken for the first time."""
        self._again: list[Job] = []
        self._numbers = itertools.count(batches.first_number + len(batches))
        self._order = itertools.count()

    def __len__(self) -> int:
        """Return how many batches wait to be sent."""
        return len(self._batches) - self.begun + len(self._again)

    @property
    def next_repetition(self) -> float:
        """When the next repetition is due (monotonic seconds); infinity when none waits."""
        return self._again[0].not_before if self._again else float("inf")

    def peek(self, now: float, *, new: bool = True) -> Job | None:
        """Return the next job that may be sent: a repetition that is due, else a new batch unless none may be begun."""
        if self._again and self._again[0].not_before <= now:
            return self._again[0]
        if len(self._again) >= _MOST_TROUBLED or not new:
            return None
        if self._next is None and not self._exhausted:
            batch = next(self._new, None)
            if batch is None:
                self._exhausted = True
            else:
                self._next = Job(0.0, next(self._order), batch)
        return self._next

    def take(self, job: Job) -> None:
        """Take the job that :meth:`peek` returned."""
        if job is self._next:
            self._next = None
            self.begun += 1
        else:
            heapq.heappop(self._again)

    def repeat(self, job: Job, moment: float) -> None:
        """Send a job again, not before a moment."""
        job.not_before = moment
        heapq.heappush(self._again, job)

    def add(
        self, rows: NDArray[np.int64], *, maybe_arrived: bool, split: Split | None = None, rounds: int = 0
    ) -> None:  # fmt: skip
        """Send some rows as a batch of their own, as soon as may be."""
        job = Job(0.0, next(self._order), self.batch_of(rows), maybe_arrived=maybe_arrived, rounds=rounds)
        if split is not None:
            job.suspects, job.reasons, job.counted_from = split.suspects, split.reasons, split.counted_from
        heapq.heappush(self._again, job)

    def batch_of(self, rows: NDArray[np.int64]) -> Batch:
        """Make a batch of some rows, with a number of its own."""
        return self._batches.again(rows, next(self._numbers))
