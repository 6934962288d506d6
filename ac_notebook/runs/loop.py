"""The loop of a run: start what may start, wait for answers, act on them; until nothing is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.model.outcome import Outcome
from ac_notebook.runs.known import codes_for
from ac_notebook.runs.line import Sending
from ac_notebook.runs.progress import Progress, log
from ac_notebook.runs.send import Sender
from ac_notebook.runs.settle import Settler
from ac_notebook.storage.fingerprint_key import fingerprint_key
from ac_notebook.storage.home import find_home

if TYPE_CHECKING:
    from ac_notebook.runs.batches import Batches
    from ac_notebook.runs.line import Line
    from ac_notebook.runs.run import Run

_LOOK = 0.25
"""Seconds after which a waiting run looks whether it was stopped."""

_GRAIN = 0.0002
"""Seconds on top of each wait, so that a moment that is only just ahead does not make the loop spin."""

_SHOW_EVERY = 0.1


def send_and_settle(run: Run, line: Line, batches: Batches) -> None:
    """Send the batches of a run and ask about them, until all are settled, time is up, or the run is stopped.

    Raises
    ------
    APIError
        When it cannot go on; the rows' outcomes are in the run's states.
    """
    repeat_safe = not run.plan.export.options.run_automations
    sender = Sender(line, batches, run.states, stop=run.stop, repeat_safe=repeat_safe)
    resend = sender.resend if repeat_safe else None
    settler = Settler(line, run.states, resend=resend, key=fingerprint_key(find_home()))
    begun = line.clock.monotonic()
    shown = float("-inf")
    while not run.leave.is_set():
        moment = _start(run, sender, settler)
        now = line.clock.monotonic()
        if now - shown >= _SHOW_EVERY:
            shown = now
            run.progress = _progress(run, line, batches)
        if _ended(run, line, sender, settler):
            break
        for landed in line.flights.wait(min(max(moment - now, 0.0) + _GRAIN, _LOOK)):
            line.pacer.finish(landed.token.booking, landed.at)
            if landed.answer.meaning == "wait":
                sender.limit_met(landed.answer)
                _give_way(run, line, landed.token.booking)
            elif landed.answer.meaning == "ok":
                sender.patience.went_well()
            (sender if isinstance(landed.token, Sending) else settler).landed(landed.token, landed.answer)
    for token in line.flights.pending():
        # Left without an answer: its place in the limits runs out from now, not from when it would have been given up.
        line.pacer.finish(token.booking, line.clock.monotonic())
    sender.finish()
    run.seconds_sending = max(sender.last_import - begun, 0.0)
    run.progress = _progress(run, line, batches)
    waiting = np.flatnonzero(run.states.outcome == int(Outcome.ACCEPTED))
    told = {problem.position for problem in run.states.problems}
    run.states.put([row for row in waiting.tolist() if row not in told], Outcome.ACCEPTED, code="not-confirmed")
    fatal = sender.fatal or settler.fatal
    if fatal is not None:
        raise fatal


def _give_way(run: Run, line: Line, booking: int) -> None:
    """Leave more of the account's limits to others, who use it too, and say so."""
    part = line.pacer.give_way(booking)
    if part is not None:
        said = f"Others use this account's limits too: slowed to {part:.0%} of them, for as long as that goes on."
        run.words.append(said)
        log.info("%s: %s", run.plan.title, said)


def _start(run: Run, sender: Sender, settler: Settler) -> float:
    """Start what may start; return when it is worth asking again (monotonic seconds)."""
    moment = sender.start()
    for accepted in sender.accepted:
        settler.add(accepted)
    sender.accepted.clear()
    if run.stop.is_set() or sender.fatal is not None or sender.patience.is_held or _is_late(run, sender):
        return moment
    return min(moment, settler.start(importing=sender.waiting))


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


def _progress(run: Run, line: Line, batches: Batches) -> Progress:
    counts = run.states.counts()
    before = int(np.count_nonzero(codes_for(run.plan.prepared, run.plan.found) == int(Outcome.REFUSED)))
    imported = counts[Outcome.IMPORTED]
    requests = run.states.counters["imports"]
    left = max(len(batches) - run.states.counters["accepted batches"], 0)
    return Progress(
        to_send=len(batches.chosen),
        accepted=imported + counts[Outcome.ACCEPTED] + max(counts[Outcome.REFUSED] - before, 0),
        imported=imported,
        requests=requests,
        requests_total=max(len(batches), requests),
        seconds_left=left * line.pacer.seconds_between_imports,
    )
