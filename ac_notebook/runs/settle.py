"""Settling: asking what became of queued batches, while sending goes on and until all are known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ac_notebook.frames.checks import address_key
from ac_notebook.frames.fingerprints import as_bytes, fingerprints
from ac_notebook.model.outcome import Outcome
from ac_notebook.remote.flights import MOST_QUESTIONS
from ac_notebook.remote.meaning import error_for
from ac_notebook.runs.state import Refused
from ac_notebook.runs.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ac_notebook.errors import ActiveCampaignError
    from ac_notebook.model.batch import Batch
    from ac_notebook.remote.answers import Answer
    from ac_notebook.runs.line import Accepted, Line
    from ac_notebook.runs.state import RowStates
    from ac_notebook.runs.turns import Question

ENDPOINT = "import/info"
_ATTEMPTS = 6
_APART = 0.05
"""Seconds from one try to ask about a batch to the next, while imports wait for their turn."""
_ATTEMPTS_WHEN_MISSING = 2
"""Questions about a batch that the service does not know: it may know it a moment later, and forgets it some day."""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A question in flight, and its booking in the account's pace."""

    question: Question[Accepted]
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
        self._turns: Turns[Accepted] = Turns(line.limits.time_scale)
        self._not_before = 0.0
        self._resent: set[int] = set()
        self.fatal: ActiveCampaignError | None = None

    def __len__(self) -> int:
        """Return how many batches still have to be asked about."""
        return len(self._turns)

    def add(self, accepted: Accepted) -> None:
        """Ask about a queued batch from now on."""
        # Thousands may wait for a slow importer: without their bodies, which can be made again.
        kept = replace(accepted, batch=replace(accepted.batch, body=b""))
        self._turns.add(kept, self._line.clock.monotonic())

    def start(self, *, importing: bool) -> float:
        """Start the questions that are due; return when it is worth asking again (monotonic seconds)."""
        while self.fatal is None:
            now = self._line.clock.monotonic()
            due = max(self._turns.due, self._not_before)
            if now < due:
                return due
            if len(self._line.flights) >= MOST_QUESTIONS:
                return float("inf")
            self.fatal = self._line.why_shut()
            if self.fatal is not None:
                break
            booking, moment = self._line.pacer.book("poll", importing=importing)
            if booking is None:
                # Asking for a place takes a thousandth of a second, which imports to a fast sandbox cannot spare.
                self._not_before = max(moment, now + _APART) if importing else moment
                return self._not_before
            question = self._turns.take(now)
            self._states.counters["questions"] += 1
            params = {"batchId": question.subject.number}
            self._line.flights.start(Asking(question=question, booking=booking), _call(self._line, params))
        return float("inf")

    def landed(self, asking: Asking, answer: Answer) -> None:
        """Act on the answer to a question."""
        question = asking.question
        if answer.meaning == "ok":
            self._status(question, answer)
            return
        question.troubles += 1
        if answer.meaning in ("wait", "fault", "lost", "not-sent", "refused", "named-rows", "foreign"):
            attempts = _ATTEMPTS
        elif answer.meaning == "missing":
            attempts = _ATTEMPTS_WHEN_MISSING
        elif question.troubles == 1:
            attempts = _ATTEMPTS
        else:
            self.fatal = error_for(answer, ENDPOINT, self._line.client.host)
            return
        if question.troubles < attempts:
            self._turns.later(question, self._line.clock.monotonic(), answer.retry_after or 0.0)
        # Else its end can no longer be read: the rows stay accepted, never refused.

    def _status(self, question: Question[Accepted], answer: Answer) -> None:
        status, now = answer.get("status"), self._line.clock.monotonic()
        if status == "completed":
            self._turns.over(question, now)
            self._settle(question.subject, answer)
        elif status in ("failed", "interrupted"):
            self._turns.over(question, now)
            self._given_up(question.subject.batch, status)
        else:
            # false, waiting, claimed, active, or a word that nobody has told us: not at its end.
            self._turns.not_over(question, now)

    def _settle(self, accepted: Accepted, answer: Answer) -> None:
        batch = accepted.batch
        failed, is_clear = contacts_that_failed(batch.addresses, answer, self._key, lists_all=lists_all(self._line))
        positions = np.asarray(batch.positions)
        if is_clear and not accepted.is_short:
            outcomes = np.where(failed, int(Outcome.REFUSED), int(Outcome.IMPORTED)).astype(np.uint8)
            self._line.journal.settled(self._line.run, batch.number, outcomes.tobytes())
            self._states.outcome[positions] = outcomes
            if failed.any():
                self._states.refused.append(Refused(number=batch.number, positions=positions, outcomes=outcomes))
        else:
            # Somebody of this batch was not taken, and it is not said who: nobody of it is called imported.
            self._line.journal.mark(self._line.run, batch.number, "unknown")
            self._states.put(positions[~failed].tolist(), Outcome.ACCEPTED, code="not-told-who")
        if failed.any():
            self._states.put(positions[failed].tolist(), Outcome.REFUSED, code="refused")

    def _given_up(self, batch: Batch, status: str) -> None:
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


def lists_all(line: Line) -> bool:
    """Return whether a rehearsal proved that finished imports list everybody who arrived."""
    return line.learned.position("import_success") == "all"


def contacts_that_failed(
    addresses: bytes, answer: Answer, key: bytes, *, lists_all: bool = False
) -> tuple[NDArray[np.bool_], bool]:
    """Return which contacts of a completed batch failed, and whether it is clear who they are.

    More contacts that were made or failed than were sent: then the answer is about something else, and proves nothing.
    Fewer prove nothing either, since contacts that were there before may stand in no list (contract section 7.3); but
    where it is proved that all stand there, somebody is missing who was not taken, and nobody says who.

    Parameters
    ----------
    addresses
        Keyed fingerprints of the batch's addresses, 8 bytes each.
    answer
        What the service says of the batch.
    key
        Key of the fingerprints.
    lists_all
        Whether it is proved that the contacts that arrived are all listed.
    """
    failed, is_clear = failed_contacts(addresses, answer.get("failure", "not said"), key)
    made = answer.get("success")
    others = len(set(map(str, made))) if isinstance(made, list) else 0
    told = others + int(failed.sum())
    return failed, is_clear and (told == len(failed) if lists_all else told <= len(failed))


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
