"""Saved connections, by display name. Their keys are kept elsewhere."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ConnectionNotFoundError, did_you_mean
from ac_notebook.model.connection import Connection
from ac_notebook.model.consent import Consent
from ac_notebook.model.learned import learned_of, plain
from ac_notebook.model.limits import Limits
from ac_notebook.storage.database import transaction
from ac_notebook.storage.seals import damaged

if TYPE_CHECKING:
    from ac_notebook.storage.database import StateDatabase

_FORMAT = 1


def save(database: StateDatabase, connection: Connection) -> None:
    """Save a connection under its name, in place of what was there."""
    text = json.dumps({"format": _FORMAT, **_plain(connection)}, sort_keys=True)
    with transaction(database):
        database.execute("INSERT OR REPLACE INTO connections VALUES (?, ?)", (connection.name, text))


def load(database: StateDatabase, name: str) -> Connection:
    """Return the saved connection with this name.

    Raises
    ------
    ConnectionNotFoundError
        When there is none; names the saved ones.
    StateError
        When what was saved cannot be read.
    """
    row = database.execute("SELECT definition FROM connections WHERE name = ?", (name,)).fetchone()
    if row is None:
        names = saved_names(database)
        if names:
            hint = did_you_mean(name, names)
        else:
            hint = f'None is saved yet. Make one: ac.connect({name!r}, host="…", agree_to_data_transfer=True).save().'
        msg = f"There is no saved connection called {name!r}."
        raise ConnectionNotFoundError(msg, hint=f"{hint} Nothing was sent.")
    try:
        return _connection(json.loads(row[0]))
    except (ValueError, KeyError, TypeError, AttributeError):
        # Not a word of what it holds: it may be anything.
        raise damaged(f"the saved connection {name!r}") from None


def remove(database: StateDatabase, name: str) -> None:
    """Remove the connection with this name; runs in the journal stay."""
    with transaction(database):
        database.execute("DELETE FROM connections WHERE name = ?", (name,))


def is_saved(database: StateDatabase, connection: Connection) -> bool:
    """Return whether this connection is saved, and not another account's of the same name."""
    return connection.name in saved_names(database) and load(database, connection.name).account == connection.account


def saved_names(database: StateDatabase) -> list[str]:
    """Return the names of all saved connections, in order."""
    return [name for (name,) in database.execute("SELECT name FROM connections ORDER BY name")]


def _plain(connection: Connection) -> dict[str, Any]:
    values = {name: getattr(connection, name) for name in _NAMES}
    values["limits"] = asdict(connection.limits)
    values["consent"] = asdict(connection.consent) if connection.consent else None
    values["learned"] = plain(connection.learned)
    return json.loads(json.dumps(values, default=datetime.isoformat))  # type: ignore[no-any-return]  # of a dictionary


_NAMES = ("name", "host", "owner", "account", "is_sandbox", "key_place", "created", "verified")


def _connection(kept: dict[str, Any]) -> Connection:
    values = {name: kept[name] for name in _NAMES}
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
