"""The history of connections: who connected, agreed, withdrew, edited, rotated, removed and exported, and when."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ac_notebook.errors import ConfigurationError
from ac_notebook.model.connection import Connection as PlainConnection
from ac_notebook.runs.tables import Table
from ac_notebook.storage import history as kept
from ac_notebook.storage.database import open_database
from ac_notebook.storage.history import Event, origin_of
from ac_notebook.storage.home import find_home

if TYPE_CHECKING:
    from datetime import datetime

    from ac_notebook.runs.connection import Connection
    from ac_notebook.storage.database import StateDatabase

COLUMNS = ("when", "event", "connection", "account", "host", "user", "details")


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
        when (in UTC), event, connection (its name then), account, host, user (of this machine), details. The oldest
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
            event.at, event.event, event.connection, event.account, event.host, event.user,
            ", ".join(f"{name}: {_in_words(value)}" for name, value in event.details.items()),
        )
        for event in _chosen(events, connection)
    ]  # fmt: skip
    table = Table(rows, columns=list(COLUMNS), dtype=object)
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


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(f"{number:,} {word}" for word, number in value.items()) or "none"
    if isinstance(value, list):
        return " → ".join(str(part) for part in value)
    return str(value)
