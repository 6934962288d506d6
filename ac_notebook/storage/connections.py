"""Saved connections, by display name. Their keys are kept elsewhere."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ConnectionNotFoundError, did_you_mean
from ac_notebook.model.connection import Connection
from ac_notebook.model.consent import Consent
from ac_notebook.model.display_name import look_of
from ac_notebook.model.hosts import KNOWN_SUFFIXES
from ac_notebook.model.learned import learned_of, plain
from ac_notebook.model.limits import Limits
from ac_notebook.storage import exports
from ac_notebook.storage.database import joined
from ac_notebook.storage.history import add
from ac_notebook.storage.seals import damaged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ac_notebook.storage.database import StateDatabase
    from ac_notebook.storage.history import Event

_FORMAT = 1


def save(
    database: StateDatabase, connection: Connection, *, instead_of: str = "", events: Iterable[Event] = ()
) -> None:
    """Save a connection under its name, in place of what was there; in the transaction that is under way, if one is.

    Parameters
    ----------
    database
        The open state database.
    connection
        The connection.
    instead_of
        The name that it had until now.
    events
        What is added to the history with it.
    """
    text = json.dumps({"format": _FORMAT, **_plain(connection)}, sort_keys=True)
    with joined(database):
        if instead_of:
            database.execute("DELETE FROM connections WHERE name = ?", (instead_of,))
            if instead_of != connection.name:
                exports.follow(database, instead_of, connection.name)
        database.execute("INSERT OR REPLACE INTO connections VALUES (?, ?)", (connection.name, text))
        for event in events:
            add(database, event)


def load(database: StateDatabase, name: str) -> Connection:
    """Return the saved connection with this name.

    Raises
    ------
    ConnectionNotFoundError
        When there is none; names the saved ones.
    StateError
        When what was saved cannot be read.
    """
    try:
        row = database.execute("SELECT definition FROM connections WHERE name = ?", (name,)).fetchone()
    except UnicodeEncodeError:  # half a letter: nothing of that name can be saved
        row = None
    if row is None:
        names = saved_names(database)
        if names:
            hint = did_you_mean(name, names)
        else:
            hint = (
                f'None is saved yet. Make one: ac.connect({name!r}, host="…", agree_to_data_transfer=True).save(). '
                "To try things out: ac.sandbox.start().connection."
            )
        msg = f"There is no saved connection called {name!r}."
        raise ConnectionNotFoundError(msg, hint=f"{hint} Nothing was sent.")
    try:
        return _connection(json.loads(row[0]))
    except (ValueError, KeyError, TypeError, AttributeError):  # a ConfigurationError is a ValueError
        # Not a word of what it holds: it may be anything.
        raise damaged(f"the saved connection {name!r}") from None


def remove(database: StateDatabase, name: str, *, event: Event | None = None) -> None:
    """Remove the connection with this name; runs in the journal stay, and saved exports, without a connection."""
    with joined(database):
        database.execute("DELETE FROM connections WHERE name = ?", (name,))
        exports.follow(database, name, "")
        if event is not None:
            add(database, event)


def is_saved(database: StateDatabase, connection: Connection) -> bool:
    """Return whether this connection is saved, under whatever name, and not another account's of the same name."""
    return saved_as(database, connection) is not None


def saved_as(database: StateDatabase, connection: Connection) -> Connection | None:
    """Return a connection as it is saved now, which may be under another name; None when it is not saved.

    It is the same one when the account is, and the name or the moment at which it was made.
    """
    names = saved_names(database)
    if connection.name in names:
        found = load(database, connection.name)
        if found.account == connection.account:
            return found
    if connection.created is None:
        return None
    made = f'%"created": "{connection.created.isoformat()}"%'
    rows = database.execute("SELECT name FROM connections WHERE definition LIKE ? ORDER BY name", (made,)).fetchall()
    others = [load(database, name) for (name,) in rows if name != connection.name]
    alike = [other for other in others if (other.created, other.account) == (connection.created, connection.account)]
    return alike[0] if alike else None


def alike(database: StateDatabase, name: str) -> list[str]:
    """Return the saved names that a reader would take for this one."""
    return [other for other in saved_names(database) if look_of(other) == look_of(name)]


def saved_names(database: StateDatabase) -> list[str]:
    """Return the names of all saved connections, in order."""
    return [name for (name,) in database.execute("SELECT name FROM connections ORDER BY name")]


def _plain(connection: Connection) -> dict[str, Any]:
    values = {name: getattr(connection, name) for name in (*_NAMES, *_SINCE, *_LATER)}
    values["limits"] = asdict(connection.limits)
    values["consent"] = asdict(connection.consent) if connection.consent else None
    values["learned"] = plain(connection.learned)
    return json.loads(json.dumps(values, default=datetime.isoformat))  # type: ignore[no-any-return]  # of a dictionary


_NAMES = ("name", "host", "owner", "account", "is_sandbox", "key_place", "created", "verified")
_SINCE = ("account_name",)
_LATER = ("allow_other_host", "proxy", "ca_file")
"""What was not written down from the beginning."""


def _connection(kept: dict[str, Any]) -> Connection:
    values = {name: kept[name] for name in _NAMES} | {name: kept[name] for name in _SINCE if name in kept}
    if _LATER[0] in kept:
        values |= {name: kept[name] for name in _LATER}
    else:  # it asked for the word, and did not write it down: what it saved had been allowed
        values["allow_other_host"] = not kept["host"].endswith(KNOWN_SUFFIXES)
    for moment in ("created", "verified"):
        values[moment] = _moment(values[moment])
    consent = kept["consent"]
    if consent is not None:
        consent = Consent(**{**consent, "at": _moment(consent["at"]), "withdrawn": _moment(consent["withdrawn"])})
    return Connection(
        **values, limits=Limits(**kept["limits"]), consent=consent, learned=learned_of(kept.get("learned"))
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
