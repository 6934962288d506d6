"""The loop of a run: start what may start, wait for answers, act on them; until nothing is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.model.outcome import Outcome
from ac_notebook.runs.alarms import Alarms
from ac_notebook.runs.line import Sending
from ac_notebook.runs.meter import Meter
from ac_notebook.runs.progress import log
from ac_notebook.runs.send import Sender
from ac_notebook.runs.settle import Asking, Settler
from ac_notebook.runs.watch import Looking, Watch

if TYPE_CHECKING:
    from ac_notebook.runs.batches import Batches
    from ac_notebook.runs.gate import Gate
    from ac_notebook.runs.line import Line
    from ac_notebook.runs.progress import Phase
    from ac_notebook.runs.run import Run

_LOOK = 0.25
"""Seconds after which a waiting run looks whether it was stopped."""

_GRAIN = 0.0002
"""Seconds on top of each wait, so that a moment that is only just ahead does not make the loop spin."""

_SHOW_EVERY = 0.1


def send_and_settle(run: Run, line: Line, batches: Batches, *, gate: Gate, key: bytes, ran_well: bool) -> None:
    """Send the batches of a run and ask about them, until all are settled, time is up, or the run is stopped.

    Parameters
    ----------
    run
        The run.
    line
        What it sends through.
    batches
        What it sends.
    gate
        Says before each request whether anything may be sent.
    key
        Key of the fingerprints.
    ran_well
        Whether this export ran to its end before.

    Raises
    ------
    APIError
        When it cannot go on; the rows' outcomes are in the run's states.
    """
    loop = _Loop(run, line, batches, gate, key=key, ran_well=ran_well)
    sender = loop.sender
    begun = line.clock.monotonic()
    shown = float("-inf")
    while not run.leave.is_set():
        now = line.clock.monotonic()
        if now - shown >= _SHOW_EVERY:
            shown = now
            loop.look()
            loop.meter.show(sender, loop.settler, doing=loop.doing)
        elif loop.doing == "canary":
            loop.look()  # everything waits for it
        moment = loop.start()
        if _ended(run, line, sender, loop.settler):
            break
        loop.wait(moment)
    for token in line.flights.pending():
        # Left without an answer: its place in the limits runs out from now, not from when it would have been given up.
        line.pacer.finish(token.booking, line.clock.monotonic(), answered=False)
    sender.finish()
    run.seconds_sending = max(sender.last_import - begun, 0.0)
    loop.meter.show(sender, loop.settler, at_the_end=True)
    told = {problem.position for problem in run.states.problems}
    for outcome, code in ((Outcome.ACCEPTED, "not-confirmed"), (Outcome.UNCERTAIN, "no-answer")):
        left = np.flatnonzero(run.states.outcome == int(outcome))
        run.states.put([row for row in left.tolist() if row not in told], outcome, code=code)
    fatal = sender.fatal or loop.settler.fatal
    if fatal is not None:
        raise fatal


class _Loop:
    """The parts of a run that is under way, and what each of them does in turn."""

    def __init__(self, run: Run, line: Line, batches: Batches, gate: Gate, *, key: bytes, ran_well: bool) -> None:
        options = run.plan.export.options
        self._run = run
        self._line = line
        self._alarms = Alarms(
            contacts=len(batches.chosen), limits=line.limits, allow=options.allow, ran_well=ran_well,
            before=run.states.counts(without=run.refused_before),
        )  # fmt: skip
        self._watch = Watch(line, run.plan)
        self.sender = Sender(
            line, batches, run.states, stop=run.stop, gate=gate, alarms=self._alarms, watch=self._watch,
        )  # fmt: skip
        resend = self.sender.resend if batches.repeat_safe else None
        self.settler = Settler(line, run.states, resend=resend, key=key)
        self.meter = Meter(run, line, batches)

    @property
    def doing(self) -> Phase | None:
        """What the run does, where the meter cannot see it."""
        return "canary" if self._alarms.waits_for_canary and not self.sender.over else None

    def look(self) -> None:
        """Stop what goes badly."""
        if self.sender.fatal is None:
            run = self._run
            self.sender.fatal = self._watch.fatal or self._alarms.look(run.states.counts(without=run.refused_before))

    def start(self) -> float:
        """Start what may start; return when it is worth asking again (monotonic seconds)."""
        run, sender, settler = self._run, self.sender, self.settler
        if self._watch.doubts_key and not run.stop.is_set():
            return sender.patience.held_until if sender.patience.is_held else self._watch.start()
        moment = sender.start()
        for accepted in sender.accepted:
            settler.add(accepted)
        sender.accepted.clear()
        if run.stop.is_set() or sender.fatal is not None or sender.patience.is_held or _is_late(run, sender):
            return moment
        if not sender.over:
            moment = min(moment, self._watch.start())
        return min(moment, settler.start(importing=sender.waiting))

    def wait(self, moment: float) -> None:
        """Wait for answers, at the longest until a moment (monotonic seconds), and act on them."""
        line, sender = self._line, self.sender
        seconds = min(max(moment - line.clock.monotonic(), 0.0) + _GRAIN, _LOOK)
        for landed in line.flights.wait(seconds):
            line.pacer.finish(landed.token.booking, landed.at)
            self.meter.landed(landed)
            if landed.answer.meaning == "wait":
                sender.limit_met(landed.answer)
                self._give_way(landed.token.booking)
            elif landed.answer.meaning == "ok":
                sender.patience.went_well()
            match landed.token:
                case Sending() as sending:
                    sender.landed(sending, landed.answer)
                case Looking() as looking:
                    self._watch.landed(looking, landed.answer)
                case Asking() as asking:
                    self.settler.landed(asking, landed.answer)
                case _:
                    pass  # asked about an earlier run, and given up

    def _give_way(self, booking: int) -> None:
        """Leave more of the account's limits to others, who use it too, and say so."""
        part = self._line.pacer.give_way(booking)
        if part is not None:
            said = f"Others use this account's limits too: slowed to {part:.0%} of them, for as long as that goes on."
            self._run.words.append(said)
            log.info("%s: %s", self._run.plan.title, said)


def _ended(run: Run, line: Line, sender: Sender, settler: Settler) -> bool:
    """Return whether nothing is left to send, no answer is awaited, and nothing more is to be confirmed."""
    if not sender.over or len(line.flights):
        return False
    if not len(settler) or run.stop.is_set() or sender.fatal is not None or settler.fatal is not None:
        return True
    return _is_late(run, sender)


def _is_late(run: Run, sender: Sender) -> bool:
    """Return whether the last import was so long ago that confirmation is waited for no longer."""
    clock = run.plan.connection.link.clock
    return sender.over and clock.monotonic() - sender.last_import > run.plan.export.options.wait
