"""The history of connections: who connected, agreed, withdrew, edited, rotated, removed and exported, and when."""

from __future__ import annotations

import getpass
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from ac_notebook.errors import ConfigurationError
from ac_notebook.model.connection import Connection as PlainConnection
from ac_notebook.runs.tables import RecordTable
from ac_notebook.storage import history as kept
from ac_notebook.storage.database import open_database
from ac_notebook.storage.history import Event, origin_of
from ac_notebook.storage.home import find_home

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ac_notebook.runs.connection import Connection
    from ac_notebook.storage.database import StateDatabase

COLUMNS = ("when", "event", "details", "connection", "user", "host", "account")

_FIRST, _LAST = ("by", "name", "host", "owner", "state", "counts"), ("list", "run", "agreed", "sha256")
"""Details that matter most, and least; the others are between them."""


def history(connection: Connection | str | None = None) -> pd.DataFrame:
    """Return what was done with connections: who connected, agreed, withdrew, edited, removed, exported, and when.

    It is only ever added to, and stays when a connection is removed. It holds no personal data of contacts: of an
    export, the list and the counts.

    Parameters
    ----------
    connection
        A connection, or the name that one has or had; all of them when None.

    Returns
    -------
    pandas.DataFrame
        when (in UTC), event, details, connection (its name then), user (of this machine), host, account. The oldest
        first.

    Raises
    ------
    StateError
        When the history was changed by anything but this package.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> with ac.sandbox.start() as sandbox:
    ...     demo = sandbox.connection.replace(name="Demo").save()
    ...     _ = demo.withdraw()
    >>> list(ac.history("Demo")["event"])
    ['connected', 'agreed', 'withdrew']
    """
    database = open_database(find_home())
    try:
        events = kept.read(database)
    finally:
        database.close()
    rows = [
        (
            event.at, event.event, details_in_words(event.details), event.connection, event.user, event.host,
            event.account,
        )
        for event in _chosen(events, connection)
    ]  # fmt: skip
    table = RecordTable(rows, columns=list(COLUMNS), dtype=object)
    return table.assign(when=pd.to_datetime(table["when"], utc=True))


def event_of(connection: PlainConnection, event: str, *, at: datetime, **details: Any) -> Event:
    """Return something that is done with a connection, by this machine's user.

    Parameters
    ----------
    connection
        The connection, as it is then.
    event
        What.
    at
        When.
    **details
        What else there is to know.
    """
    return Event(
        at=at, event=event, connection=connection.name, origin=origin_of(connection), account=connection.account,
        host=connection.host, user=user_name(), details=details,
    )  # fmt: skip


def agreement_of(connection: PlainConnection, *, at: datetime) -> Event | None:
    """Return the event of a connection's agreement, None when there is none or it was withdrawn."""
    consent = connection.consent
    if consent is None or consent.withdrawn is not None:
        return None
    return event_of(
        connection, "agreed", at=at, by=consent.by, agreed=consent.at.isoformat(), text=consent.text_version,
        sha256=consent.text_hash,
    )  # fmt: skip


def note_agreement(connection: PlainConnection, database: StateDatabase, *, at: datetime) -> None:
    """Write down an agreement under which data is sent, unless it is written down already."""
    event = agreement_of(connection, at=at)
    if event is not None and not kept.has(database, event):
        kept.add(database, event)


def user_name() -> str:
    """Return the name of this machine's user, or a word when it has none."""
    try:
        # Of a name that is no text (it comes from the environment), what can be written down.
        return getpass.getuser().encode("utf-8", "replace").decode()
    except (KeyError, OSError):
        return "unknown user"


def _chosen(events: list[Event], connection: object) -> list[Event]:
    if connection is None:
        return events
    if isinstance(connection, str):
        # Also what was done under other names with the connections that had this one.
        made = {event.origin for event in events if event.connection == connection} - {""}
        return [event for event in events if event.connection == connection or event.origin in made]
    if not isinstance(connection, PlainConnection):
        msg = f"history() takes a connection or a name, not a {type(connection).__name__}."
        raise ConfigurationError(msg, hint='Write ac.history("Marketing newsletter").')
    origin = origin_of(connection)
    if origin:
        return [event for event in events if event.origin == origin]
    mine = (connection.name, connection.account)
    return [event for event in events if (event.connection, event.account) == mine]


def details_in_words(details: Mapping[str, Any]) -> str:
    """Return what else there is to know of an event, in a line; what matters first.

    Examples
    --------
    >>> details_in_words({"counts": {"rejected": 5, "imported": 1_920}, "list": 5, "name": ["A", "B"]})
    'name: A → B; counts: 1,920 imported, 5 rejected; list: 5'
    """
    ranks = {name: rank for rank, name in enumerate((*_FIRST, None, *_LAST))}
    names = sorted(details, key=lambda name: ranks.get(name, ranks[None]))
    return "; ".join(f"{name}: {_in_words(details[name])}" for name in names)


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        most_first = sorted(value.items(), key=lambda item: -item[1])
        return ", ".join(f"{number:,} {word}" for word, number in most_first) or "none"
    if isinstance(value, list):
        return " → ".join(str(part) for part in value)
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return f"{datetime.fromisoformat(value).astimezone(UTC):%Y-%m-%d %H:%M:%S UTC}"
    return str(value)


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d")
