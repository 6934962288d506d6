"""What earlier runs left open: asked about before anything new is sent, and when a report is refreshed."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.model.departures import NUMBERED_FROM
from ac_notebook.model.outcome import Outcome
from ac_notebook.model.refusal import LEAST
from ac_notebook.runs.asking import ask_about
from ac_notebook.runs.connect import as_saved, require_consent
from ac_notebook.runs.display import display_for
from ac_notebook.runs.gate import Gate
from ac_notebook.runs.known import find
from ac_notebook.runs.line import Line
from ac_notebook.runs.progress import log
from ac_notebook.runs.reasons import look_up_reasons
from ac_notebook.runs.settle import contacts_that_failed, lists_all
from ac_notebook.runs.show import duration
from ac_notebook.runs.state import Refused
from ac_notebook.storage.database import open_database
from ac_notebook.storage.fingerprint_key import fingerprint_key
from ac_notebook.storage.home import find_home
from ac_notebook.storage.journal import Journal
from ac_notebook.storage.lease import lease

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Event

    from numpy.typing import NDArray

    from ac_notebook.remote.answers import Answer
    from ac_notebook.runs.plan import Plan
    from ac_notebook.runs.run import Run
    from ac_notebook.runs.state import RowStates
    from ac_notebook.storage.journal import OpenBatch

_MANY = 100
"""Batches that are asked about again with a word beforehand: half a minute of them."""

_PATIENCE = 60.0
"""Seconds that a new run waits for the end of another batch that an earlier one queued."""

_LEAST_PATIENCE = 10.0
"""So long in any case, whatever ``wait`` says: the answers take their time, and what is over must not go again."""


def recover(line: Line, plan: Plan, *, key: bytes, stop: Event) -> None:
    """Settle what earlier runs of this export left open, as far as it can be, and close the rest.

    Batches that were queued are asked about at the account's full pace, which is three times as quick as sending them
    again, for as long as others among them come to their end. One without an answer is sent again with the rows of
    this run, which is harmless; not so with automations on, where its rows stay ``uncertain``.

    Parameters
    ----------
    line
        What is asked through.
    plan
        Whose export it is.
    key
        Key of the fingerprints.
    stop
        Set to end early: then all stays as it is, as it does when the agreement is withdrawn meanwhile.

    Raises
    ------
    APIError
        When the account does not answer questions any more; all stays as it is.
    """
    left = line.journal.open_batches(plan.scope)
    if not left:
        return
    contacts = sum(item.contacts for item in left)
    log.info("%s: %d contacts of an earlier run are not confirmed", plan.title, contacts)

    def ended(item: OpenBatch, answer: Answer) -> None:
        outcomes = _outcomes(item, answer, key, lists_all=lists_all(line))
        if outcomes is not None:
            line.journal.settled(item.run, item.number, outcomes.tobytes())

    scale = line.limits.time_scale
    patience = max(min(plan.export.options.wait, _PATIENCE * scale), _LEAST_PATIENCE * scale)
    queued = [item for item in left if item.state == "accepted"]
    ask_about(line, queued, ended=ended, stopped=lambda: stop.is_set() or line.is_shut(), patience=patience)
    if stop.is_set() or line.is_shut():
        return
    for item in line.journal.open_batches(plan.scope):
        if item.automations:
            line.journal.settled(item.run, item.number, bytes([int(Outcome.UNCERTAIN)]) * item.contacts)
    line.journal.close(line.journal.open_batches(plan.scope))
    line.journal.fold(plan.scope, now=line.clock.now())


def ask_again(run: Run) -> None:
    """Ask once about the batches of a run that were queued and not confirmed, and bring its rows up to date.

    Raises
    ------
    ConsentError
        When nobody agrees to the transfer of data any more.
    StateError
        When another run of the export is under way.
    APIError
        When the account does not answer questions any more.
    """
    plan, states = run.plan, run.states
    key = fingerprint_key(find_home())
    order = np.argsort(plan.prepared.addresses, kind="stable")
    known = plan.prepared.addresses[order]

    require_consent(as_saved(plan.connection))  # also nothing is asked any more, once that was withdrawn
    with _line(run) as line:

        def ended(item: OpenBatch, answer: Answer) -> None:
            outcomes = _outcomes(item, answer, key, lists_all=lists_all(line))
            if outcomes is None:
                return
            if item.number >= NUMBERED_FROM:
                taken = outcomes == int(Outcome.IMPORTED)
                run.departing = run.departing.told(item.addresses, taken, plan.export.options)
            else:
                positions = plan.prepared.rows[order[np.searchsorted(known, item.addresses)]]
                states.outcome[positions] = outcomes
                refused = positions[outcomes == int(Outcome.REFUSED)]
                if len(refused):
                    _put_refused(states, refused, code="refused")
                    states.refused.append(Refused(number=item.number, positions=positions, outcomes=outcomes))
            # Last: interrupted before that, the batch is asked about again.
            line.journal.settled(item.run, item.number, outcomes.tobytes())

        items = line.journal.open_batches(plan.scope)
        mine = [item for item in items if item.run == run.id and item.state == "accepted"]
        if len(mine) > _MANY:
            limits = line.limits.shared(plan.export.options.share)
            seconds = len(mine) * limits.request_window / limits.requests_per_window
            told = f"Asking about {len(mine):,} batches takes {duration(seconds)}. An interrupt loses nothing."
            display_for(plan.progress, plan.short_title).say(told)
        ask_about(line, mine, ended=ended, stopped=line.is_shut, patience=None)
        _learn_from_later_runs(run, line.journal)
        look_up_reasons(run, line, stopped=lambda: False)
        line.journal.fold(plan.scope, now=line.clock.now())


def _learn_from_later_runs(run: Run, journal: Journal) -> None:
    """Bring rows up to date whose batches a later run has settled, or that it has sent again as they are."""
    prepared, states = run.plan.prepared, run.states
    found = find(prepared, journal.baseline(run.plan.scope), resend="changed")
    found[states.outcome[prepared.rows] != int(Outcome.ACCEPTED)] = -1
    states.outcome[prepared.rows[found == int(Outcome.IMPORTED)]] = int(Outcome.IMPORTED)
    refused = (found == int(Outcome.REFUSED)) | (found >= LEAST)
    _put_refused(states, prepared.rows[refused], code="refused-before")


def _put_refused(states: RowStates, positions: NDArray[np.int64], *, code: str) -> None:
    """Call rows refused, and let go of what was said of them until then."""
    there = set(positions.tolist())
    states.problems[:] = [entry for entry in states.problems if entry.position not in there]
    states.put(positions.tolist(), Outcome.REFUSED, code=code)


@contextmanager
def _line(run: Run) -> Iterator[Line]:
    """Open what a run asks through, once it is over; no other run of the export may be under way."""
    plan, clock = run.plan, run.plan.connection.link.clock
    share = plan.export.options.share
    with ExitStack() as stack:
        stack.enter_context(lease(find_home(), plan.scope, run=run.id, now=clock.now()))
        database = open_database(find_home())
        stack.callback(database.close)
        pacer = stack.enter_context(plan.connection.pacer(share=share))
        client = stack.enter_context(plan.connection.client(share=share))
        flights = plan.connection.link.flights(clock)
        stack.callback(flights.close)
        yield Line(
            run=run.id, client=client, pacer=pacer, journal=Journal(database), flights=flights, clock=clock,
            limits=plan.connection.limits, gate=Gate(plan.connection, database), learned=plan.connection.learned,
        )  # fmt: skip


def _outcomes(
    item: OpenBatch, answer: Answer, key: bytes, *, lists_all: bool
) -> NDArray[np.uint8] | None:  # fmt: skip
    """Return what became of each contact of a batch; None when it is given up, or unclear who was refused."""
    if answer.get("status") != "completed":
        return None
    failed, is_clear = contacts_that_failed(item.addresses.astype("<u8").tobytes(), answer, key, lists_all=lists_all)
    if not is_clear:
        return None
    return np.where(failed, int(Outcome.REFUSED), int(Outcome.IMPORTED)).astype(np.uint8)
