"""Settling: asking what became of queued batches, while sending goes on and until all are known."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ac_notebook.frames.checks import address_key
from ac_notebook.frames.fingerprints import as_bytes, fingerprints
from ac_notebook.model.outcome import Outcome
from ac_notebook.remote.flights import MOST_QUESTIONS
from ac_notebook.remote.meaning import error_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ac_notebook.errors import ActiveCampaignError
    from ac_notebook.model.batch import Batch
    from ac_notebook.remote.answers import Answer
    from ac_notebook.runs.line import Accepted, Line
    from ac_notebook.runs.state import RowStates

ENDPOINT = "import/info"
FIRST_LOOK = 8.0
"""Seconds from a batch's acceptance to the first question about it: the vendor advises five to ten."""
_GAP = 5.0
_GROWTH = 1.5
_LONGEST_GAP = 300.0
_ATTEMPTS = 6


@dataclass(order=True)
class Question:
    """A batch to be asked about: when, and how often it was."""

    due: float
    order: int
    number: str = field(compare=False)
    batch: Batch = field(compare=False)
    gap: float = field(default=_GAP, compare=False)
    troubles: int = field(default=0, compare=False)
    is_short: bool = field(default=False, compare=False)
    """Whether the service queued fewer contacts than were sent: then nobody knows which."""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A question in flight, and its booking in the account's pace."""

    question: Question
    booking: int


class Settler:
    """Asks about the queued batches of one run; called by the thread that sends.

    Parameters
    ----------
    line
        What it asks through.
    states
        Where the rows' outcomes are kept.
    resend
        Sends a batch again that the importer gave up; None when repeating is not harmless.
    key
        Key of the fingerprints.
    """

    def __init__(self, line: Line, states: RowStates, *, resend: Callable[[Batch], None] | None, key: bytes) -> None:
        self._line = line
        self._states = states
        self._resend = resend
        self._key = key
        self._open: list[Question] = []
        self._order = itertools.count()
        self._not_before = 0.0
        self._resent: set[int] = set()
        self.fatal: ActiveCampaignError | None = None

    def __len__(self) -> int:
        """Return how many batches still have to be asked about."""
        return len(self._open)

    def add(self, accepted: Accepted) -> None:
        """Ask about a queued batch from now on."""
        scale = self._line.limits.time_scale
        due = self._line.clock.monotonic() + FIRST_LOOK * scale
        question = Question(
            due, next(self._order), accepted.number, accepted.batch, _GAP * scale, is_short=accepted.is_short
        )
        heapq.heappush(self._open, question)

    def start(self, *, importing: bool) -> float:
        """Start the questions that are due; return when it is worth asking again (monotonic seconds)."""
        while self._open and self.fatal is None:
            now = self._line.clock.monotonic()
            if now < max(self._open[0].due, self._not_before):
                return max(self._open[0].due, self._not_before)
            if len(self._line.flights) >= MOST_QUESTIONS:
                return float("inf")
            booking, moment = self._line.pacer.book("poll", importing=importing)
            if booking is None:
                self._not_before = moment
                return moment
            question = heapq.heappop(self._open)
            self._states.counters["questions"] += 1
            params = {"batchId": question.number}
            self._line.flights.start(Asking(question=question, booking=booking), _call(self._line, params))
        return float("inf")

    def landed(self, asking: Asking, answer: Answer) -> None:
        """Act on the answer to a question."""
        question = asking.question
        if answer.meaning == "ok":
            self._status(question, answer)
        elif answer.meaning in ("wait", "fault", "lost", "not-sent", "refused", "named-rows", "foreign"):
            question.troubles += 1
            if question.troubles < _ATTEMPTS:
                self._later(question, answer.retry_after)
        elif answer.meaning == "missing":
            return  # Its end can no longer be read: the rows stay accepted, never refused.
        elif question.troubles == 0:
            question.troubles += 1
            self._later(question, answer.retry_after)
        else:
            self.fatal = error_for(answer, ENDPOINT, self._line.client.host)

    def _status(self, question: Question, answer: Answer) -> None:
        status = answer.get("status")
        if status == "completed":
            self._settle(question, answer.get("failure", "not said"))
        elif status in ("failed", "interrupted"):
            self._given_up(question, str(status))
        else:
            # false, waiting, claimed, active, or a word that nobody has told us: not at its end.
            question.troubles = 0
            self._later(question, None)

    def _later(self, question: Question, seconds: float | None) -> None:
        scale = self._line.limits.time_scale
        question.due = self._line.clock.monotonic() + max(question.gap, seconds or 0.0)
        question.gap = min(question.gap * _GROWTH, _LONGEST_GAP * scale)
        heapq.heappush(self._open, question)

    def _settle(self, question: Question, failures: Any) -> None:
        batch = question.batch
        failed, is_clear = failed_contacts(batch.addresses, failures, self._key)
        positions = np.asarray(batch.positions)
        if is_clear and not question.is_short:
            outcomes = np.where(failed, int(Outcome.REFUSED), int(Outcome.IMPORTED)).astype(np.uint8)
            self._line.journal.settled(self._line.run, batch.number, outcomes.tobytes())
            self._states.outcome[positions] = outcomes
        else:
            # Somebody of this batch was not taken, and it is not said who: nobody of it is called imported.
            self._line.journal.mark(self._line.run, batch.number, "unknown")
            self._states.put(positions[~failed].tolist(), Outcome.ACCEPTED, code="not-told-who")
        if failed.any():
            self._states.put(positions[failed].tolist(), Outcome.REFUSED, code="refused")

    def _given_up(self, question: Question, status: str) -> None:
        batch = question.batch
        message = f"ActiveCampaign's importer reports this batch as {status}"
        if self._resend is not None and not self._seen_before(batch):
            self._line.journal.mark(self._line.run, batch.number, "closed")
            self._resend(batch)
            return
        self._states.put(batch.positions, Outcome.UNCERTAIN, code="no-answer", message=message)
        if self._resend is None:
            self._line.journal.settled(self._line.run, batch.number, bytes([int(Outcome.UNCERTAIN)]) * len(batch))
        else:
            self._line.journal.mark(self._line.run, batch.number, "unknown")

    def _seen_before(self, batch: Batch) -> bool:
        """Return whether rows of this batch were sent again before; once is enough."""
        first = int(batch.positions[0])
        if first in self._resent:
            return True
        self._resent.add(first)
        return False


def failed_contacts(addresses: bytes, failures: Any, key: bytes) -> tuple[NDArray[np.bool_], bool]:
    """Return which contacts of a batch the importer names as failed, and whether it is clear who they are.

    Parameters
    ----------
    addresses
        Keyed fingerprints of the batch's addresses, 8 bytes each.
    failures
        What the importer lists: addresses.
    key
        Key of the fingerprints.

    Returns
    -------
    tuple of numpy.ndarray and bool
        One flag for each contact; and False when the list has another form, or names somebody who was not sent.
    """
    known = np.frombuffer(addresses, dtype="<u8")
    nobody = np.zeros(len(known), dtype=np.bool_)
    if failures is None or failures in ([], {}, ""):
        return nobody, True
    if not isinstance(failures, list):
        return nobody, False
    named = [text for text in failures if isinstance(text, str)]
    prints = fingerprints(as_bytes(address_key(pa.array(named, pa.string()))), key)
    is_clear = len(named) == len(failures) and bool(np.isin(prints, known).all())
    return np.isin(known, prints), is_clear


def _call(line: Line, params: dict[str, str]) -> Callable[[], Answer]:
    return lambda: line.client.send_once("GET", ENDPOINT, params=params)
