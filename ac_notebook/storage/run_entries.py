"""What is told of runs afterwards, as it is read: also of those that are under way, were killed, or are damaged."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ac_notebook.model.departures import NUMBERED_FROM
from ac_notebook.model.export import REHEARSALS
from ac_notebook.model.outcome import WORDS, Outcome
from ac_notebook.model.refusal import LEAST
from ac_notebook.storage.explain import explained
from ac_notebook.storage.journal import Scope
from ac_notebook.storage.lease import is_held
from ac_notebook.storage.seals import damaged, seal_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ac_notebook.storage.database import StateDatabase

UNDER_WAY = ("Queued", "Processing")
"""States of a run that is not over."""

COLUMNS = (
    "run, account, list, identity, list_name, connection, origin, owner, user, started, state, ended, counts, requests"
)
_IN_FLIGHT = {"accepted": Outcome.ACCEPTED, "sending": Outcome.UNCERTAIN, "unknown": Outcome.UNCERTAIN}


@dataclass(frozen=True, kw_only=True)
class RunEntry:
    """What is told of a run in a line.

    Parameters
    ----------
    run
        The run's id.
    scope
        Account, list and the export's identity.
    list_name
        Name of the list then.
    connection, origin, owner
        The connection's name then, when it was made, and who it belongs to.
    user
        Name of the machine's user.
    state
        Queued, Processing, Successful, Skipped, Failed or Canceled.
    started, ended
        When; None for the end of a run that is under way, or whose process was killed.
    counts
        Rows by outcome; empty where that is not known.
    requests
        Requests with contacts; None where that is not known.
    was_broken_off
        Whether its process ended before it did.
    is_damaged
        Whether what was written is not what is read; nothing but the id is to be believed then, if that.
    """

    run: str
    scope: Scope
    list_name: str = ""
    connection: str = ""
    origin: str = ""
    owner: str = ""
    user: str = ""
    state: str
    started: datetime | None
    ended: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    requests: int | None = None
    was_broken_off: bool = False
    is_damaged: bool = False


def entries(database: StateDatabase, home: Path) -> list[RunEntry]:
    """Return what is told of all runs of exports, the newest first; also of those that are older than these tables.

    Parameters
    ----------
    database
        The open state database.
    home
        The package's folder, where the leases are.

    Raises
    ------
    StateError
        When the database cannot be read. A row that is not as it was written is returned as damaged.
    """
    found = _all(database)
    over = {entry.run for entry in found if entry.state in UNDER_WAY and not is_held(home, entry.scope, entry.run)}
    if not over:
        return found
    # Looked at once more: one that has ended meanwhile was not killed.
    return [as_left(database, entry) if entry.run in over else entry for entry in _all(database)]


def details(database: StateDatabase, run: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what else is told of a run's beginning and of its end; nothing of an older one.

    Raises
    ------
    StateError
        When it is not as it was written.
    """
    with explained(database.path):
        rows = database.execute(
            "SELECT run, beginning, ending, seal FROM run_details NOT INDEXED WHERE run = ?", (run,)
        ).fetchall()
    if not rows:
        return {}, {}
    *values, seal = rows[0]
    if seal != seal_of(*values):
        raise damaged(f"what is told of run {run!r}")
    return json.loads(values[1]), json.loads(values[2])


def _all(database: StateDatabase) -> list[RunEntry]:
    recorded = records(database)
    known = {entry.run for entry in recorded}
    older = [entry for entry in _older(database) if entry.run not in known]
    return [*older, *recorded][::-1]


def records(database: StateDatabase, *, only_open: bool = False) -> list[RunEntry]:
    """Return the records, in the order in which the runs began; only those of runs that have written no end, if so."""
    where = f"WHERE state IN {UNDER_WAY}" if only_open else ""
    with explained(database.path):
        # Without an index: a damaged one would hide rows.
        rows = database.execute(
            f"SELECT {COLUMNS}, seal FROM run_records NOT INDEXED {where} ORDER BY serial"  # noqa: S608 - names of ours
        ).fetchall()
    return [_entry(values) if seal == seal_of(*values) else _damaged(values) for *values, seal in rows]


def _entry(values: list[Any]) -> RunEntry:
    run, account, number, identity, name, connection, origin, owner, user, started, state, ended, counts, requests = (
        values
    )
    return RunEntry(
        run=run, scope=Scope(account=account, list=number, identity=identity), list_name=name, connection=connection,
        origin=origin, owner=owner, user=user, state=state, started=datetime.fromisoformat(started),
        ended=datetime.fromisoformat(ended) if ended is not None else None, counts=json.loads(counts),
        requests=requests, was_broken_off=state not in UNDER_WAY and ended is None,
    )  # fmt: skip


def _damaged(values: Iterable[Any]) -> RunEntry:
    run, account, number, identity, *_ = values
    return RunEntry(
        run=str(run), scope=Scope(account=str(account), list=number, identity=str(identity)), state="damaged",
        started=None, is_damaged=True,
    )  # fmt: skip


def _older(database: StateDatabase) -> list[RunEntry]:
    """Return what was written down for other runs to be compared with, where it is all that is known of a run."""
    with explained(database.path):
        rows = database.execute(
            "SELECT id, account, list, identity, automations, connection, owner, started, ended, state, counts, facts, "
            "seal FROM runs NOT INDEXED ORDER BY rowid"
        ).fetchall()
    return [_older_entry(row) for row in rows if row[3] != REHEARSALS]


def _older_entry(row: tuple[Any, ...]) -> RunEntry:
    *sealed, connection, owner, started, ended, state, counts, facts, seal = row
    if seal is not None and seal != seal_of(*sealed):
        return _damaged(sealed)
    try:
        known, said = json.loads(counts or "{}"), json.loads(facts or "{}")
        moment = datetime.fromisoformat(started)
        if moment.tzinfo is None:
            return _damaged(sealed)
        return RunEntry(
            run=sealed[0], scope=Scope(account=sealed[1], list=sealed[2], identity=sealed[3]),
            list_name=str(said.get("list_name", "")), connection=connection, owner=owner, state=state,
            started=moment,
            ended=datetime.fromisoformat(ended) if ended is not None else None,
            counts={str(word): int(number) for word, number in known.items()},
        )  # fmt: skip
    except (ValueError, TypeError, AttributeError):
        return _damaged(sealed)


def as_left(database: StateDatabase, entry: RunEntry) -> RunEntry:
    """Return a run that is over and has written no end: as the journal knows its end, else as its batches tell."""
    if entry.state not in UNDER_WAY:
        return entry
    with explained(database.path):
        written = database.execute("SELECT state, counts, ended FROM runs WHERE id = ?", (entry.run,)).fetchone()
        batches = database.execute(
            "SELECT state, contacts, outcomes, number FROM batches NOT INDEXED WHERE run = ? AND number != ?",
            (entry.run, NUMBERED_FROM),
        ).fetchall()
    if written is not None and written[2] is not None:
        ended = datetime.fromisoformat(written[2])
        return replace(entry, state=written[0], counts=json.loads(written[1] or "{}"), ended=ended)
    counts = _tally(entry.counts, (batch[:3] for batch in batches if batch[3] < NUMBERED_FROM))
    return replace(entry, state="Failed", counts=counts, requests=len(batches), was_broken_off=True)


def _tally(before: Mapping[str, int], batches: Iterable[tuple[str, int, bytes | None]]) -> dict[str, int]:
    """Return rows by outcome, from what was known when a run began to send and from its batches.

    Those that are void or closed brought nothing by themselves: their rows were not sent, or stand in later batches.
    """
    if not before:
        return {}
    found: Counter[str] = Counter()
    for state, contacts, outcomes in batches:
        if state == "settled":
            found.update(_word(outcome) for outcome in outcomes or b"")
        elif state in _IN_FLIGHT:
            found[_IN_FLIGHT[state].word] += contacts
    left = max(before.get(Outcome.NOT_SENT.word, 0) - sum(found.values()), 0)
    counts = Counter(before)
    counts.update(found)
    counts[Outcome.NOT_SENT.word] = left
    return {word: number for word, number in counts.items() if number}


def _word(outcome: int) -> str:
    return Outcome.REFUSED.word if outcome >= LEAST else WORDS[outcome]
