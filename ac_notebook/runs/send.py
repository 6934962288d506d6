"""Sending: one thread decides, a few carry requests, the journal is written before and after each.

Every answer is classified by its parsed body (``remote.answers``); what follows from it is here:

==================  ==================================================================================================
ok                  queued; asked about later (``runs.settle``)
wait                nothing was taken; everything waits as told
named-rows          those rows are taken out, the rest is sent once
refused, too-large  nobody is named: halved, until the row to blame stands alone
fault, lost         perhaps taken: repeated when repeating is harmless (automations off), else its rows are uncertain
not-sent            repeated
all others          the run stops; what was not sent can be sent by running again
==================  ==================================================================================================
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.model.outcome import Outcome
from ac_notebook.remote.answers import Answer
from ac_notebook.remote.flights import MOST
from ac_notebook.remote.imports import queued
from ac_notebook.remote.meaning import error_for
from ac_notebook.runs.budget import Budget
from ac_notebook.runs.jobs import Job, Jobs
from ac_notebook.runs.line import Accepted, Line, Sending
from ac_notebook.runs.naming import Naming
from ac_notebook.runs.patience import Patience
from ac_notebook.runs.words import without_people

if TYPE_CHECKING:
    from collections.abc import Sequence
    from threading import Event

    from numpy.typing import NDArray

    from ac_notebook.errors import ActiveCampaignError
    from ac_notebook.model.batch import Batch
    from ac_notebook.remote.pacing import Kind
    from ac_notebook.runs.alarms import Alarms
    from ac_notebook.runs.batches import Batches
    from ac_notebook.runs.gate import Gate
    from ac_notebook.runs.state import RowStates
    from ac_notebook.runs.watch import Watch

ENDPOINT = "import/bulk_import"
_MOST_REFUSED_IN_A_ROW = 24
"""Requests refused as a whole, none accepted between them: then it is not some row that is wrong, but the request."""


class Sender:
    """Sends the batches of one run; called by one thread.

    Parameters
    ----------
    line
        What it sends through.
    batches
        What it sends.
    states
        Where the rows' outcomes are kept.
    stop
        Set when nothing new may be sent.
    gate
        Says before each request whether anything may be sent.
    alarms
        Says whether a batch may be begun.
    watch
        Asks whether the key is known still, when an answer says that it is not.
    """

    def __init__(
        self, line: Line, batches: Batches, states: RowStates, *, stop: Event, gate: Gate, alarms: Alarms, watch: Watch,
    ) -> None:  # fmt: skip
        self._line = line
        self._batches = batches
        self._states = states
        self._stop = stop
        self._gate = gate
        self._alarms = alarms
        self._watch = watch
        self.patience = Patience(line.limits, line.clock)
        self._budget = Budget(Random(line.run))  # noqa: S311 - spreads repetitions; nothing secret
        self._jobs = Jobs(batches)
        self._not_before = 0.0
        self._refused_in_a_row = 0
        self._known_numbers = line.known_numbers
        self._naming = Naming(line.learned.position("failure_index"))
        self._alone: list[tuple[Job, str]] = []  # rows refused alone before anything was accepted, and the reason
        self.fatal: ActiveCampaignError | None = None
        self.accepted: list[Accepted] = []  # since this was last emptied
        self.last_import = line.clock.monotonic()

    @property
    def over(self) -> bool:
        """Whether nothing is left to be started."""
        return self._stop.is_set() or self.fatal is not None or (self._jobs.peek(float("inf")) is None)

    @property
    def left(self) -> int:
        """How many batches wait to be started, as far as is known."""
        return len(self._jobs)

    @property
    def waiting(self) -> bool:
        """Whether a batch waits for nothing but its turn."""
        if self._stop.is_set() or self.fatal is not None or self.patience.is_held or self._watch.doubts_key:
            return False
        return self._next(self._line.clock.monotonic()) is not None

    def _next(self, now: float) -> Job | None:
        return self._jobs.peek(now, new=self._alarms.may_begin(self._jobs.begun, now))

    def start(self) -> float:
        """Start the imports that may start now; return when it is worth asking again (monotonic seconds)."""
        while not (self._stop.is_set() or self.fatal is not None):
            now = self._line.clock.monotonic()
            if now < max(self.patience.held_until, self._not_before):
                return max(self.patience.held_until, self._not_before)
            job = self._next(now)
            if job is None:
                return self._jobs.next_repetition
            if len(self._line.flights) >= MOST:
                return float("inf")
            self.fatal = self._gate.closed()
            if self.fatal is not None:
                break
            kind: Kind = "single" if len(job.batch) == 1 else "import"
            booking, moment = self._line.pacer.book(kind)
            if booking is None:
                # No answer can make it earlier: places in flight were counted as if they landed now.
                self._not_before = moment
                return moment
            self._jobs.take(job)
            self._send(job, booking)
        return float("inf")

    def _send(self, job: Job, booking: int) -> None:
        line, batch = self._line, job.batch
        line.journal.sending(line.run, batch, now=line.clock.now())
        self._states.counters["imports"] += 1
        self._states.counters["bytes"] += len(batch.body)
        if job.attempts:
            self._states.counters["repeated"] += 1
        self.last_import = line.clock.monotonic()
        # Until the answer is there nobody knows; should this process be stopped now, that is what the report says.
        self._states.put(batch.positions, Outcome.UNCERTAIN)
        line.flights.start(
            Sending(job=job, booking=booking, started=self.last_import),
            lambda: self._gate.withheld() or line.client.send_once("POST", ENDPOINT, body=batch.body),
        )

    def landed(self, sending: Sending, answer: Answer) -> None:
        """Act on the answer to an import."""
        job, journal, run = sending.job, self._line.journal, self._line.run
        match answer.meaning:
            case "ok":
                self._ok(job, answer)
            case "wait":
                self._repeat(job, self.patience.held_until, self._nothing_taken(job))
            case "named-rows":
                self._take_out(job, answer)
            case "refused" | "too-large":
                self._halve(job, answer)
            case "fault" | "lost":
                journal.mark(run, job.batch.number, "unknown")
                self._ambiguous(job, answer)
            case "not-sent":
                self._backoff(job, answer, self._nothing_taken(job))
            case "unauthorized" if job.attempts == 0 and answer.status == 403:  # noqa: PLR2004 - HTTP
                self._watch.doubt_key()
                self._backoff(job, answer, self._nothing_taken(job))
            case "foreign" | "moved":
                # Something in between answered; the request may have been taken before that (a 303 says just so).
                journal.mark(run, job.batch.number, "unknown")
                said = self._of(answer, job) or "a redirect came instead of an answer"
                self._states.put(job.batch.positions, Outcome.UNCERTAIN, code="no-answer", message=said)
                self._fail(answer, job)
            case _:
                self._states.put(job.batch.positions, self._nothing_taken(job))
                self._fail(answer, job)

    def _nothing_taken(self, job: Job, *, in_parts: bool = False) -> Outcome:
        """Write down that a request brought nothing, and return what is true of its rows if nothing more is sent.

        An earlier request with the same contacts may have been taken, and this answer says nothing about that one.
        """
        state = ("closed" if in_parts else "unknown") if job.maybe_arrived else "void"
        self._line.journal.mark(self._line.run, job.batch.number, state)
        return Outcome.UNCERTAIN if job.maybe_arrived else Outcome.NOT_SENT

    def _ok(self, job: Job, answer: Answer) -> None:
        told = queued(answer, contacts=len(job.batch))
        if told is None:  # neither a refusal nor a batch: it may have been queued
            self._line.journal.mark(self._line.run, job.batch.number, "unknown")
            self._ambiguous(job, answer)
            return
        self._states.put(job.batch.positions, Outcome.ACCEPTED)
        self._states.counters["accepted batches"] += 1
        self.patience.went_well()
        self._budget.went_well()
        self._refused_in_a_row = 0
        if told.number in self._known_numbers:
            # Two batches with one number: what it says later cannot be told apart, so nothing is confirmed by it.
            self._line.journal.mark(self._line.run, job.batch.number, "unknown")
        else:
            self._known_numbers.add(told.number)
            if told.is_whole:
                self._line.journal.accepted(self._line.run, job.batch.number, told.number)
            else:
                # Nobody knows who was left out, so no later run may take its end for everybody's.
                self._line.journal.mark(self._line.run, job.batch.number, "unknown")
            self.accepted.append(Accepted(batch=job.batch, number=told.number, is_short=not told.is_whole))
        self._blame(job)

    def _blame(self, job: Job) -> None:
        """Blame the rows that were named or refused alone: others went through without them, which is the evidence."""
        for alone, reason in self._alone:
            self._refuse(self._batches.rows_of(alone.batch), reason)
        self._alone.clear()
        self._naming.proved(job)
        for row in job.suspects:
            self._refuse(np.array([row]), self._said(job.reasons.get(row, ""), [row]))

    def _refuse(self, rows: NDArray[np.int64], message: str) -> None:
        positions = self._batches.prepared.rows[rows].tolist()
        self._states.put(positions, Outcome.REFUSED, code="refused-by-request", message=message)
        batch = self._jobs.batch_of(rows)
        self._line.journal.sending(self._line.run, batch, now=self._line.clock.now())
        self._line.journal.settled(self._line.run, batch.number, bytes([int(Outcome.REFUSED)]) * len(batch))

    def limit_met(self, answer: Answer) -> None:
        """Send nothing until a rate limit that was met is over."""
        self._states.counters["rate limited"] += 1
        self.fatal = self.patience.hold(answer) or self.fatal

    def _take_out(self, job: Job, answer: Answer) -> None:
        """Send a refused batch again without the contacts that the refusal names."""
        split = self._naming.take_out(self._batches.rows_of(job.batch), job, answer.failures)
        if split is None:
            self._halve(job, answer)
            return
        self._states.put(job.batch.positions, self._nothing_taken(job, in_parts=True))
        self._jobs.add(split.kept, maybe_arrived=job.maybe_arrived, split=split, rounds=job.rounds + 1)

    def _halve(self, job: Job, answer: Answer) -> None:
        rows = np.union1d(self._batches.rows_of(job.batch), np.array(job.suspects, dtype=np.int64))
        meanwhile = self._nothing_taken(job, in_parts=True)
        if len(rows) == 1:
            reason = self._said(next(iter(answer.failures.values()), answer.message), rows)
            self._states.put(job.batch.positions, meanwhile)
            if answer.failures or self._states.counters["accepted batches"]:
                self._refuse(rows, reason)
            else:
                self._alone.append((job, reason))
            return
        self._states.put(self._batches.prepared.rows[rows].tolist(), meanwhile)
        self._refused_in_a_row += 1
        if self._refused_in_a_row > _MOST_REFUSED_IN_A_ROW:
            self._fail(answer, job)
            return
        middle = len(rows) // 2
        for half in (rows[:middle], rows[middle:]):
            self._jobs.add(half, maybe_arrived=job.maybe_arrived)

    def finish(self) -> None:
        """End: rows that were refused alone, with nothing accepted, are no evidence; the request itself is refused."""
        if self._alone and self.fatal is None and not self._stop.is_set():
            job, reason = self._alone[0]
            self._fail(Answer(meaning="refused", status=400, message=reason), job)

    def _ambiguous(self, job: Job, answer: Answer) -> None:
        job.maybe_arrived = True
        if self._batches.repeat_safe:
            self._backoff(job, answer, Outcome.UNCERTAIN)
            return
        self._states.put(job.batch.positions, Outcome.UNCERTAIN, code="no-answer", message=self._of(answer, job))
        # Sending it again could start automations twice: it is remembered as uncertain, and not sent by the next run.
        self._line.journal.settled(self._line.run, job.batch.number, bytes([int(Outcome.UNCERTAIN)]) * len(job.batch))
        if job.suspects:  # nothing has proved them right or wrong
            self._jobs.add(np.array(job.suspects), maybe_arrived=False)

    def _backoff(self, job: Job, answer: Answer, meanwhile: Outcome) -> None:
        job.attempts += 1
        if not self._budget.take(job.attempts, silent=answer.meaning == "lost"):
            code = "no-answer" if meanwhile is Outcome.UNCERTAIN else ""
            self._states.put(job.batch.positions, meanwhile, code=code, message=self._of(answer, job) if code else "")
            self._fail(answer, job)
            return
        seconds = self._budget.pause(job.attempts) * self._line.limits.time_scale
        self._repeat(job, self._line.clock.monotonic() + max(seconds, answer.retry_after or 0.0), meanwhile)

    def _repeat(self, job: Job, moment: float, meanwhile: Outcome) -> None:
        self._states.put(job.batch.positions, meanwhile)
        self._jobs.repeat(job, moment)

    def resend(self, batch: Batch) -> None:
        """Send a batch again that the importer gave up."""
        self._states.put(batch.positions, Outcome.UNCERTAIN)
        self._jobs.add(self._batches.rows_of(batch), maybe_arrived=True)

    def _fail(self, answer: Answer, job: Job) -> None:
        if self.fatal is None:
            self.fatal = error_for(replace(answer, message=self._of(answer, job)), ENDPOINT, self._line.client.host)

    def _of(self, answer: Answer, job: Job) -> str:
        return self._said(answer.message, self._batches.rows_of(job.batch))

    def _said(self, message: str, rows: Sequence[int] | NDArray[np.int64]) -> str:
        """Return what the service said of some rows, without what it quotes of them."""
        return without_people(message, self._batches.parts(np.asarray(rows, dtype=np.int64))) if message else ""
