"""What earlier runs left open: asked about before anything new is sent, and when a report is refreshed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.model.outcome import Outcome
from ac_notebook.runs.progress import log
from ac_notebook.runs.settle import ENDPOINT, failed_contacts
from ac_notebook.storage.database import open_database
from ac_notebook.storage.fingerprint_key import fingerprint_key
from ac_notebook.storage.home import find_home
from ac_notebook.storage.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from numpy.typing import NDArray

    from ac_notebook.remote.client import Client
    from ac_notebook.runs.line import Line
    from ac_notebook.runs.plan import Plan
    from ac_notebook.runs.run import Run
    from ac_notebook.storage.journal import OpenBatch

_PATIENCE = 60.0
"""Seconds that a new run waits for the end of batches that an earlier one queued."""

_GAP = 5.0


def recover(line: Line, plan: Plan, *, key: bytes, stop: Event, say: Callable[[str], None]) -> None:
    """Settle what earlier runs of this export left open, as far as it can be, and close the rest.

    A batch that was queued is asked about. One without an answer is sent again with the rows of this run, which is
    harmless; not so with automations on, where its rows stay ``uncertain``.

    Parameters
    ----------
    line
        What is asked through.
    plan
        Whose export it is.
    key
        Key of the fingerprints.
    stop
        Set to end early.
    say
        Tells the person at the cell.
    """
    left = line.journal.open_batches(plan.scope)
    if not left:
        return
    contacts = sum(item.contacts for item in left)
    say(f"An earlier run was stopped with {contacts:,} contacts unconfirmed; asking about them first.")
    log.info("%s: %d contacts of an earlier run are not confirmed", plan.title, contacts)
    limits, clock = line.limits, line.clock
    deadline = clock.monotonic() + min(plan.export.options.wait, _PATIENCE * limits.time_scale)
    waiting = [item for item in left if item.state == "accepted"]
    while waiting and not stop.is_set():
        waiting = [item for item in waiting if not _settled(line.client, line.journal, item, key)]
        if not waiting or clock.monotonic() > deadline:
            break
        clock.sleep(_GAP * limits.time_scale)
    if stop.is_set():
        return
    for item in line.journal.open_batches(plan.scope):
        if item.automations:
            line.journal.settled(item.run, item.number, bytes([int(Outcome.UNCERTAIN)]) * item.contacts)
    line.journal.close(line.journal.open_batches(plan.scope))
    line.journal.fold(plan.scope, now=clock.now())


def ask_again(run: Run) -> None:
    """Ask once more about the batches of a run that were queued and not confirmed, and bring its rows up to date."""
    plan, states = run.plan, run.states
    key = fingerprint_key(find_home())
    order = np.argsort(plan.prepared.addresses, kind="stable")
    known = plan.prepared.addresses[order]
    database = open_database(find_home())
    try:
        journal = Journal(database)
        with plan.connection.client() as client:
            for item in journal.open_batches(plan.scope):
                outcomes = _ask(client, item, key) if item.run == run.id and item.state == "accepted" else None
                if outcomes is None:
                    continue
                journal.settled(item.run, item.number, outcomes.tobytes())
                positions = plan.prepared.rows[order[np.searchsorted(known, item.addresses)]]
                there = set(positions.tolist())
                states.problems[:] = [entry for entry in states.problems if entry.position not in there]
                states.outcome[positions] = outcomes
                refused = positions[outcomes == int(Outcome.REFUSED)]
                states.put(refused.tolist(), Outcome.REFUSED, code="refused")
        journal.fold(plan.scope, now=plan.connection.link.clock.now())
    finally:
        database.close()


def _settled(client: Client, journal: Journal, item: OpenBatch, key: bytes) -> bool:
    """Ask about a batch and write its end down; return whether it has come to one."""
    outcomes = _ask(client, item, key)
    if outcomes is None:
        return False
    journal.settled(item.run, item.number, outcomes.tobytes())
    return True


def _ask(client: Client, item: OpenBatch, key: bytes) -> NDArray[np.uint8] | None:
    answer = client.ask(ENDPOINT, {"batchId": item.batch or ""})
    if answer.meaning != "ok" or answer.get("status") != "completed":
        return None
    failed, is_clear = failed_contacts(item.addresses.astype("<u8").tobytes(), answer.get("failure", "not said"), key)
    if not is_clear:
        return None
    return np.where(failed, int(Outcome.REFUSED), int(Outcome.IMPORTED)).astype(np.uint8)
