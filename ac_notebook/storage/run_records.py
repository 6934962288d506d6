"""What is told of runs afterwards: a short record of each, and details of the later ones. No value of a person.

New runs are compared with what ``runs`` holds; these two tables are for people. A record is written when a run has the
right to run its export (``Queued``), when it begins to send (``Processing``), and when it ends, however it ends. Of a
run whose process was killed the lease tells that it is over, and the batches what it sent.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ac_notebook.storage.database import transaction
from ac_notebook.storage.retention import forget_old_records
from ac_notebook.storage.run_entries import COLUMNS, as_left, records
from ac_notebook.storage.seals import seal_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ac_notebook.storage.database import StateDatabase
    from ac_notebook.storage.journal import Scope
    from ac_notebook.storage.run_entries import RunEntry

_RESEALED = (
    "seal = seal_of(run, account, list, identity, list_name, connection, origin, owner, user, started, :state, :ended, "
    ":counts, :requests)"
)


def begin(database: StateDatabase, entry: RunEntry, details: Mapping[str, Any]) -> None:
    """Write down that a run has the right to run its export.

    Parameters
    ----------
    database
        The open state database.
    entry
        The run.
    details
        What else there is to tell of its beginning.
    """
    scope, started = entry.scope, entry.started
    assert started is not None  # noqa: S101 - only damaged ones have no beginning
    values = (
        entry.run, scope.account, scope.list, scope.identity, entry.list_name, entry.connection, entry.origin,
        entry.owner, entry.user, started.isoformat(), entry.state, None, _text(entry.counts), 0,
    )  # fmt: skip
    told = (entry.run, _text(details), "{}")
    with transaction(database, durable=False):
        places = ", ".join("?" * (len(values) + 1))
        database.execute(f"INSERT INTO run_records ({COLUMNS}, seal) VALUES ({places})", (*values, seal_of(*values)))  # noqa: S608 - names of ours
        database.execute(
            "INSERT INTO run_details (run, beginning, ending, seal) VALUES (?, ?, ?, ?)", (*told, seal_of(*told))
        )


def go_on(database: StateDatabase, run: str, *, state: str, counts: Mapping[str, int]) -> None:
    """Write down that a run begins to send, and what is known of its rows then."""
    with transaction(database, durable=False):
        _change(database, run, state=state, ended=None, counts=counts, requests=0)


def end(
    database: StateDatabase, run: str, *, state: str, counts: Mapping[str, int], requests: int,
    ended: datetime | None, details: Mapping[str, Any],
) -> None:  # fmt: skip
    """Write down how a run ended, and forget what is too old; without a moment, that its process was killed."""
    with transaction(database):
        _change(database, run, state=state, ended=ended, counts=counts, requests=requests)
        database.execute(
            "UPDATE run_details SET ending = :ending, seal = seal_of(run, beginning, :ending) WHERE run = :run",
            {"run": run, "ending": _text(details)},
        )
        if ended is not None:
            forget_old_records(database, ended)


def end_killed(database: StateDatabase, scope: Scope, *, but: str) -> None:
    """Write down of the runs of an export that are not over that their processes were killed, and what they had sent.

    For whoever has the lease, before what they left open is asked about and folded away.

    Parameters
    ----------
    database
        The open state database.
    scope
        Whose export it is.
    but
        The run that has the lease.
    """
    for entry in records(database, only_open=True):
        if entry.is_damaged or entry.scope != scope or entry.run == but:
            continue
        known = as_left(database, entry)
        end(
            database, entry.run, state=known.state, counts=known.counts, requests=known.requests or 0,
            ended=known.ended, details={},
        )  # fmt: skip


def _change(
    database: StateDatabase, run: str, *, state: str, ended: datetime | None, counts: Mapping[str, int], requests: int
) -> None:
    database.execute(
        f"UPDATE run_records SET state = :state, ended = :ended, counts = :counts, requests = :requests, {_RESEALED} "  # noqa: S608 - names of ours
        "WHERE run = :run",
        {
            "run": run, "state": state, "ended": ended.isoformat() if ended is not None else None,
            "counts": _text(counts), "requests": requests,
        },
    )  # fmt: skip


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), sort_keys=True)
