"""The meter of a run: reads off how far it is, a few times a second, for the one who waits and for the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.model.outcome import Outcome
from ac_notebook.runs.line import Sending
from ac_notebook.runs.progress import LogLines, Phase, Progress
from ac_notebook.runs.remaining import Remaining, Standing

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
        self.doing: Phase | None = None
        """What the run does, where that cannot be seen from here: "canary" or "explaining"."""

    def landed(self, landed: Landed) -> None:
        """Note an answer that came."""
        if isinstance(landed.token, Sending):
            self._remaining.answered(max(landed.at - landed.token.started, 0.0))

    def show(self, sender: Sender, settler: Settler, *, at_the_end: bool = False) -> None:
        """Bring the run's progress up to date, when it is time."""
        now = self._line.clock.monotonic()
        if now < self._next and not at_the_end:
            return
        self._next = now + _EVERY
        self._run.progress = self._read(now, sender, settler, at_the_end=at_the_end)
        self._log.show(self._run.progress)

    def _read(self, now: float, sender: Sender, settler: Settler, *, at_the_end: bool) -> Progress:
        states, before = self._run.states, self._before
        counts = states.counts()
        new = {kind: max(counts[kind] - before[kind], 0) for kind in (Outcome.REFUSED, Outcome.UNCERTAIN)}
        accepted = counts[Outcome.IMPORTED] + counts[Outcome.ACCEPTED] + new[Outcome.REFUSED]
        sending = [token for token in self._line.flights.pending() if isinstance(token, Sending)]
        stopped = self._run.stop.is_set() or sender.fatal is not None
        left = 0 if at_the_end or stopped else sender.left
        standing = Standing(
            at=now, held=self._holding(now, sender.patience.held_until), imports=states.counters["imports"], left=left,
            contacts=accepted, queued=states.counters["accepted batches"], questions=states.counters["questions"],
            settled=states.counters["accepted batches"] - len(settler) - len(self._line.flights) + len(sending),
        )  # fmt: skip
        self._remaining.note(standing)
        phase = "ended" if at_the_end else "stopping" if stopped else self._phase(sender, in_flight=len(sending))
        held = max(sender.patience.held_until - now, 0.0)
        to_send = held + self._remaining.to_send(standing) if left else 0.0
        return Progress(
            phase=phase,
            opening=self._run.opening,
            to_send=len(self._batches.chosen),
            accepted=accepted,
            imported=counts[Outcome.IMPORTED],
            refused=new[Outcome.REFUSED],
            uncertain=max(new[Outcome.UNCERTAIN] - (0 if at_the_end else sum(len(it.job.batch) for it in sending)), 0),
            requests=standing.imports,
            requests_total=standing.imports + left,
            rate=self._remaining.rate(standing),
            elapsed=now - self._begun,
            seconds_to_send=to_send,
            seconds_left=0.0 if at_the_end else self._seconds_left(standing, to_send, sender),
            seconds_held=held,
        )

    def _holding(self, now: float, until: float) -> float:
        """Return the seconds so far in which a rate limit held the run."""
        if until > self._looked:
            self._held += min(now, until) - self._looked
        self._looked = now
        return self._held

    def _phase(self, sender: Sender, *, in_flight: int) -> Phase:
        if sender.patience.is_held:
            return "held"
        if self.doing is not None:
            return self.doing
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
