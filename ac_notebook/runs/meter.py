"""The meter of a run: reads off how far it is, a few times a second, for the one who waits and for the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.model.outcome import Outcome
from ac_notebook.runs.line import Sending
from ac_notebook.runs.progress import LogLines, Phase, Progress
from ac_notebook.runs.remaining import Remaining, Standing
from ac_notebook.runs.settle import Asking

if TYPE_CHECKING:
    from ac_notebook.remote.flights import Landed
    from ac_notebook.runs.batches import Batches
    from ac_notebook.runs.line import Line
    from ac_notebook.runs.run import Run
    from ac_notebook.runs.send import Sender
    from ac_notebook.runs.settle import Settler

_EVERY = 0.25
"""Seconds between two looks: to count a million outcomes takes some milliseconds."""


class Meter:
    """Reads off how far a run is; made when nothing is sent yet, and used by the thread that sends.

    Parameters
    ----------
    run
        The run; its ``progress`` is kept up to date.
    line
        What it sends through.
    batches
        What it sends.
    """

    def __init__(self, run: Run, line: Line, batches: Batches) -> None:
        self._run = run
        self._line = line
        self._batches = batches
        self._before = run.states.counts()
        self._remaining = Remaining(line.limits, run.plan.export.options.share)
        self._log = LogLines(run.plan.title)
        self._begun = self._looked = line.clock.monotonic()
        self._next = float("-inf")
        self._held = 0.0
        self._end = 0.0

    def landed(self, landed: Landed) -> None:
        """Note an answer that came."""
        if isinstance(landed.token, Sending):
            self._remaining.answered(max(landed.at - landed.token.started, 0.0))

    def show(
        self, sender: Sender, settler: Settler, *, doing: Phase | None = None, at_the_end: bool = False
    ) -> None:  # fmt: skip
        """Bring the run's progress up to date, when it is time.

        Parameters
        ----------
        sender, settler
            The parts of the run.
        doing
            What the run does, where that cannot be seen from here: "canary" or "explaining".
        at_the_end
            Whether it has ended.
        """
        now = self._line.clock.monotonic()
        if now < self._next and not at_the_end:
            return
        self._next = now + _EVERY
        phase = "ended" if at_the_end else self._phase(sender, doing)
        self._run.progress = self._read(now, sender, settler, phase)
        self._log.show(self._run.progress)

    def _read(self, now: float, sender: Sender, settler: Settler, phase: Phase) -> Progress:
        states, before = self._run.states, self._before
        counts = states.counts()
        new = {kind: max(counts[kind] - before[kind], 0) for kind in (Outcome.REFUSED, Outcome.UNCERTAIN)}
        accepted = counts[Outcome.IMPORTED] + counts[Outcome.ACCEPTED] + new[Outcome.REFUSED]
        in_flight = self._line.flights.pending()
        unanswered = sum(len(token.job.batch) for token in in_flight if isinstance(token, Sending))
        left = 0 if phase in ("stopping", "ended") else sender.left
        asked = len(settler) + sum(isinstance(token, Asking) for token in in_flight)
        held_so_far = self._holding(now, sender.patience.held_until, phase)
        standing = Standing(
            at=now, held=held_so_far, imports=states.counters["imports"], left=left,
            contacts=accepted, queued=states.counters["accepted batches"], questions=states.counters["questions"],
            settled=max(states.counters["accepted batches"] - asked, 0),
        )  # fmt: skip
        self._remaining.note(standing)
        held = max(sender.patience.held_until - now, 0.0)
        to_send = held + self._remaining.to_send(standing) if left else 0.0
        return Progress(
            phase=phase,
            opening=self._run.opening,
            to_send=len(self._batches.chosen),
            accepted=accepted,
            imported=counts[Outcome.IMPORTED],
            refused=new[Outcome.REFUSED],
            uncertain=max(new[Outcome.UNCERTAIN] - (unanswered if phase != "ended" else 0), 0),
            requests=standing.imports,
            requests_total=standing.imports + left,
            rate=self._remaining.rate(standing),
            elapsed=now - self._begun,
            seconds_to_send=to_send,
            seconds_left=self._seconds_left(standing, to_send, sender) if phase != "ended" else 0.0,
            seconds_held=held,
        )

    def _holding(self, now: float, until: float, phase: Phase) -> float:
        """Return the seconds so far in which nothing was sent: for a rate limit, or for the first batch."""
        if phase == "canary":
            self._held += now - self._looked
        elif until > self._looked:
            self._held += min(now, until) - self._looked
        self._looked = now
        return self._held

    def _phase(self, sender: Sender, doing: Phase | None) -> Phase:
        in_flight = any(isinstance(token, Sending) for token in self._line.flights.pending())
        if self._run.stop.is_set() or sender.fatal is not None:
            return "stopping"
        if sender.patience.is_held:
            return "held"
        if doing is not None:
            return doing
        if sender.over and not in_flight:
            return "confirming"
        if sender.left and not in_flight and not sender.waiting:
            return "repeating"
        return "sending"

    def _seconds_left(self, now: Standing, to_send: float, sender: Sender) -> float:
        """Return the seconds until the end: all imports, and the confirmation of the last one."""
        wait = self._run.plan.export.options.wait
        measured = self._remaining.confirming(now)
        if now.left or not self._end:
            self._end = now.at + to_send + min(self._remaining.to_confirm(now), wait)
        elif measured is not None:
            self._end = min(now.at + measured, sender.last_import + wait)
        return max(self._end - now.at, 0.0)
