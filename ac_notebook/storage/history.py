"""What was done with connections, by whom and when: only ever added to, and never a word about a contact.

Triggers of the database refuse every change and every removal; each row carries a checksum over itself and the row
before, so that one that was changed past the triggers is noticed. It grows by some 300 bytes an event: two for each
run, a few for each connection. A check of a key that keeps failing is written down once an hour.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ac_notebook.storage.database import joined
from ac_notebook.storage.explain import explained
from ac_notebook.storage.seals import damaged, seal_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ac_notebook.model.connection import Connection
    from ac_notebook.storage.database import StateDatabase

_REPEATED = ("verification failed", "rotation failed")
_QUIET = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that was done with a connection.

    Parameters
    ----------
    at
        When, with a time zone.
    event
        What: connected, agreed, withdrew, edited, rotated, removed, export started, export ended, and so on.
    connection
        The connection's name then.
    origin
        When the connection was made, which stays through every edit; "" when that is not known.
    account, host
        The account, and the host it was reached at.
    user
        Name of this machine's user.
    details
        What else there is to know: who agreed, to which text; counts of a run. Never a value of a contact.
    """

    at: datetime
    event: str
    connection: str
    origin: str
    account: str
    host: str
    user: str
    details: Mapping[str, Any] = field(default_factory=dict)


def add(database: StateDatabase, event: Event) -> None:
    """Add an event to the history, in the transaction that is under way or in one of its own.

    Raises
    ------
    StateError
        When it cannot be written.
    """
    values = (
        event.at.isoformat(), event.event, event.connection, event.origin, event.account, event.host, event.user,
        json.dumps(dict(event.details), sort_keys=True),
    )  # fmt: skip
    with joined(database):
        last = database.execute(
            "SELECT moment, event, connection, origin, account, host, user, details, seal FROM history "
            "ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if last is not None and event.event in _REPEATED and last[1:8] == values[1:] and _is_recent(last[0], event.at):
            return
        database.execute(
            "INSERT INTO history (moment, event, connection, origin, account, host, user, details, seal) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, seal_of(last[8] if last is not None else None, *values)),
        )


def has(database: StateDatabase, event: Event) -> bool:
    """Return whether an event is in the history, whenever it was written and whatever the connection was called."""
    details = json.dumps(dict(event.details), sort_keys=True)
    with explained(database.path):
        found = database.execute(
            "SELECT EXISTS (SELECT 1 FROM history WHERE event = ? AND account = ? AND host = ? AND details = ?)",
            (event.event, event.account, event.host, details),
        ).fetchone()
    return bool(found[0])


def last_end(database: StateDatabase, connection: Connection, event: str) -> datetime | None:
    """Return the moment up to which agreements ended with an event of this connection; None when there was none.

    What is saved of a connection says how it stands now; what became of one that is removed, or moved to another
    account, only the history knows. Of a clock that was set back meanwhile the later moment counts.

    Parameters
    ----------
    database
        The open state database.
    connection
        The connection, or a copy from before.
    event
        ``"withdrew"`` or ``"removed"``.
    """
    origin = origin_of(connection)
    with explained(database.path):
        row = database.execute(
            "SELECT moment, details FROM history WHERE event = ? AND (origin = ? AND origin != '' "
            "OR (origin = '' OR ? = '') AND connection = ? AND account = ?) ORDER BY id DESC LIMIT 1",
            (event, origin, origin, connection.name, connection.account),
        ).fetchone()
    if row is None:
        return None
    moments = [row[0], json.loads(row[1]).get("agreed") or row[0]]
    return max(map(datetime.fromisoformat, moments))


def origin_of(connection: Connection) -> str:
    """Return what a connection is known by through every edit: when it was made; "" when that is not known."""
    return connection.created.isoformat() if connection.created is not None else ""


def read(database: StateDatabase) -> list[Event]:
    """Return all events, the oldest first.

    Raises
    ------
    StateError
        When a row is not as it was written.
    """
    with explained(database.path):
        rows = database.execute(
            "SELECT moment, event, connection, origin, account, host, user, details, seal FROM history ORDER BY id"
        ).fetchall()
    events, before = [], None
    for *values, seal in rows:
        if seal != seal_of(before, *values):
            raise damaged("the history of connections")
        before = seal
        moment, *names, details = values
        events.append(Event(at=datetime.fromisoformat(moment), **dict(zip(_NAMES, names, strict=True)),
                            details=json.loads(details)))  # fmt: skip
    return events


_NAMES = ("event", "connection", "origin", "account", "host", "user")


def _is_recent(moment: str, now: datetime) -> bool:
    return abs(now - datetime.fromisoformat(moment)) < _QUIET
