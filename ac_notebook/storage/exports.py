"""Saved exports, by name. No key, and of people only what a condition may name; see :mod:`.storage.segments`.

What sent rows are remembered under, an export's *identity*, is chosen when it is saved first and stays through every
change of its name. So renaming it sends nothing again, and neither disturbs a run that is under way nor its lease.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ConfigurationError, did_you_mean
from ac_notebook.model.definition import plain_of
from ac_notebook.model.display_name import look_of
from ac_notebook.model.documents import definition_of
from ac_notebook.model.segment import Segment
from ac_notebook.storage import segments
from ac_notebook.storage.seals import damaged, require, seal_of

if TYPE_CHECKING:
    from ac_notebook.model.export import Export
    from ac_notebook.storage.database import StateDatabase


@dataclass(frozen=True, kw_only=True)
class SavedExport:
    """An export as it is saved.

    Parameters
    ----------
    export
        The definition, with its memory.
    was
        Name of the connection that it had until that was removed, or it was detached; "" else.
    revision
        How often it was written, from 1.
    created, creator, updated, updater
        When and by which user of this machine it was made and changed last.
    """

    export: Export
    was: str = ""
    revision: int = 1
    created: datetime
    creator: str
    updated: datetime
    updater: str


_READ = (
    "SELECT name, identity, connection, was, definition, revision, created, creator, updated, updater, removed, seal "
    "FROM exports ORDER BY name"
)
_WRITE = "INSERT OR REPLACE INTO exports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def keep(database: StateDatabase, saved: SavedExport, *, instead_of: str = "") -> None:
    """Write an export down; in a transaction that is under way.

    Parameters
    ----------
    database
        The open state database.
    saved
        What is written; its export has a name and a memory.
    instead_of
        The name that it had until now.
    """
    export = saved.export
    if isinstance(export.segment, Segment):
        segments.keep(database, export.segment, at=saved.updated, by=saved.updater)
    if instead_of and instead_of != export.name:
        database.execute("DELETE FROM exports WHERE name = ?", (instead_of,))
    plain = {name: value for name, value in plain_of(export).items() if name not in ("name", "connection")}
    if isinstance(export.segment, Segment):
        plain["segment"] = {"name": export.segment.name}
    _write(
        database,
        (
            export.name, export.identity, export.connection, saved.was, json.dumps(plain), saved.revision,
            saved.created.isoformat(), saved.creator, saved.updated.isoformat(), saved.updater, None,
        ),
    )  # fmt: skip


def load(database: StateDatabase, name: str) -> SavedExport:
    """Return the saved export of this name.

    Raises
    ------
    ConfigurationError
        When there is none, with the nearest.
    StateError
        When it is not as it was written.
    """
    found = find(database, name)
    if found is not None:
        return found
    names = saved_names(database)
    hint = did_you_mean(name, names)
    if not names:
        hint = 'None is saved yet. Make one: ac.Export("…", connection="…", list="…", mapping={…}).save().'
    raise ConfigurationError(f"There is no saved export called {name!r}.", hint=f"{hint} Nothing was sent.")


def find(database: StateDatabase, name: str) -> SavedExport | None:
    """Return the saved export of this name, None when there is none."""
    return next((_saved(database, row) for row in _rows(database) if row[0] == name and row[-1] is None), None)


def find_by_identity(database: StateDatabase, identity: str) -> SavedExport | None:
    """Return the saved export that is remembered under an identity, whatever it is called now."""
    return next((_saved(database, row) for row in _rows(database) if row[1] == identity and row[-1] is None), None)


def read(database: StateDatabase) -> list[SavedExport]:
    """Return all saved exports, in the order of their names."""
    return [_saved(database, row) for row in _rows(database) if row[-1] is None]


def saved_names(database: StateDatabase) -> list[str]:
    """Return the names of all saved exports, in order."""
    return [row[0] for row in _rows(database) if row[-1] is None]


def names_by_identity(database: StateDatabase) -> dict[str, str]:
    """Return what each export that is or was saved is called, by what its rows are remembered under.

    A row that is not as it was written is passed over: runs can be told without the name.
    """
    rows = database.execute(_READ)
    return {values[1]: values[0] for *values, seal in rows if seal == seal_of(*values)}


def alike(database: StateDatabase, name: str) -> list[str]:
    """Return the saved names that a reader would take for this one."""
    return [other for other in saved_names(database) if look_of(other) == look_of(name)]


def identity_of(database: StateDatabase, name: str) -> str:
    """Return what an export of this name is remembered under, or would be.

    That is its name; but where an export that was renamed goes on under just that, a number is added.
    """
    by_name: dict[str, str] = {row[0]: row[1] for row in _rows(database)}
    if name in by_name:
        return by_name[name]
    taken = set(by_name.values())
    candidates = itertools.chain([f"name:{name}"], (f"name#{number}:{name}" for number in itertools.count(2)))
    return next(identity for identity in candidates if identity not in taken)


def remove(database: StateDatabase, name: str, *, at: datetime, by: str) -> None:
    """Forget the definition of an export, keeping name and identity; in a transaction that is under way."""
    for row in _rows(database):
        if row[0] == name and row[-1] is None:
            kept = (*row[:2], "", "", "", row[5], *row[6:8], at.isoformat(), by, at.isoformat())
            _write(database, kept)


def using_segment(database: StateDatabase, segment: str) -> list[str]:
    """Return the names of the saved exports that use a named segment."""
    found = [(saved.export.name or "", saved.export.segment) for saved in read(database)]
    return [name for name, used in found if isinstance(used, Segment) and used.name == segment]


def on_connection(database: StateDatabase, connection: str) -> list[str]:
    """Return the names of the saved exports that go through a connection."""
    return [row[0] for row in _rows(database) if row[2] == connection and row[-1] is None]


def follow(database: StateDatabase, connection: str, new: str) -> None:
    """Have the exports of a connection go on with its new name, "" for none; in a transaction that is under way."""
    for row in _rows(database):
        if row[2] == connection and row[-1] is None:
            _write(database, (*row[:2], new, "" if new else connection, row[4], row[5] + 1, *row[6:]))


def _rows(database: StateDatabase) -> list[tuple[Any, ...]]:
    rows = []
    for *values, seal in database.execute(_READ):
        require(seal, seal_of(*values), f"the saved export {values[0]!r}")
        rows.append(tuple(values))
    return rows


def _write(database: StateDatabase, values: tuple[object, ...]) -> None:
    database.execute(_WRITE, (*values, seal_of(*values)))


def _saved(database: StateDatabase, row: tuple[Any, ...]) -> SavedExport:
    name, identity, connection, was, definition, revision, created, creator, updated, updater, _ = row
    try:
        plain = json.loads(definition) | {"name": name, "connection": connection or None}
        segment = plain.get("segment")
        if isinstance(segment, dict):
            shared = segments.load(database, segment["name"])
            plain["segment"] = {"name": shared.name, "condition": shared.condition}
        return SavedExport(
            export=definition_of(plain).replace(memory=identity), was=was, revision=int(revision),
            created=datetime.fromisoformat(created), creator=creator,
            updated=datetime.fromisoformat(updated), updater=updater,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError):  # a ConfigurationError is a ValueError
        raise damaged(f"the saved export {name!r}") from None
