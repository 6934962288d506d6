"""Which of the remembered runs are meant: those of an export, those through a connection, and one by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError, did_you_mean, nearest, quoted
from ac_notebook.model.connection import Connection as PlainConnection
from ac_notebook.model.export import Export
from ac_notebook.storage import exports
from ac_notebook.storage.connections import load, saved_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ac_notebook.storage.database import StateDatabase
    from ac_notebook.storage.run_entries import RunEntry

_UNNAMED = 6
"""Digits that an export without a name is shown with."""

_SHOWN = 8
"""Runs that a message names at the most."""


def export_name(entry: RunEntry) -> str:
    """Return how a run's export is called: its name, or a word with which unsaved ones are told apart."""
    return entry.export or f"unsaved {entry.scope.identity.rpartition(':')[2][:_UNNAMED]}"


def of_export(found: list[RunEntry], export: object, database: StateDatabase) -> list[RunEntry]:
    """Return the runs of an export, which may be none; all for None."""
    if export is None:
        return found
    if isinstance(export, Export):
        identity = export.identity
        if export.name is not None and not export.memory:  # another one, which was renamed, may go on under the name
            identity = exports.identity_of(database, export.name)
        return [entry for entry in found if entry.scope.identity == identity]
    if not isinstance(export, str):
        msg = f"runs() takes the name of an export, not a {type(export).__name__}."
        raise ConfigurationError(msg, hint='Write ac.runs("Spring newsletter").')
    kept = [entry for entry in found if not entry.is_damaged and export_name(entry) == export]
    saved = exports.saved_names(database)
    if kept or export in saved:
        return kept
    raise _unknown(export, [*saved, *map(export_name, _whole(found))], "an export called")


def through(found: list[RunEntry], connection: object, database: StateDatabase) -> list[RunEntry]:
    """Return the runs through a connection, which may be none; all for None."""
    if connection is None:
        return found
    if isinstance(connection, str):
        return _through_named(found, connection, database)
    if not isinstance(connection, PlainConnection):
        msg = f"connection= takes a connection or its name, not a {type(connection).__name__}."
        raise ConfigurationError(msg, hint='Write ac.runs(connection="Marketing newsletter").')
    origin = _origin(connection)
    mine = (connection.name, connection.account)
    return [
        entry
        for entry in found
        if (origin and entry.origin == origin) or (not entry.origin and (entry.connection, entry.scope.account) == mine)
    ]


def _through_named(found: list[RunEntry], name: str, database: StateDatabase) -> list[RunEntry]:
    """Return the runs through the connection of this name: what it was called then, or is called now.

    Where a connection that had the name is called otherwise now, and another one took it, its runs are not that one's.
    """
    made = {saved: _origin(load(database, saved)) for saved in saved_names(database)}
    others = {origin for saved, origin in made.items() if saved != name} if name in made else set()
    own = {made[name]} if name in made else {entry.origin for entry in found if entry.connection == name}
    kept = [
        entry
        for entry in found
        if entry.origin in own - {""} or (entry.connection == name and entry.origin not in others - {""})
    ]
    if kept or name in made:
        return kept
    raise _unknown(name, [*made, *(entry.connection for entry in _whole(found))], "a connection called")


def _origin(connection: PlainConnection) -> str:
    return connection.created.isoformat() if connection.created is not None else ""


def _whole(found: list[RunEntry]) -> list[RunEntry]:
    return [entry for entry in found if not entry.is_damaged]


def _unknown(name: str, known: Iterable[str], what: str) -> ConfigurationError:
    return ConfigurationError(f"No run of {what} {quoted(name)} is known.", hint=did_you_mean(name, known))


def chosen(found: list[RunEntry], run: object) -> RunEntry:
    """Return the run with an id, or with a beginning of one."""
    if not isinstance(run, str) or not run.strip():
        what = "an empty text" if isinstance(run, str) else f"a {type(run).__name__}"
        raise ConfigurationError(f"report() takes the id of a run, not {what}.", hint='Write ac.report("7f3a").')
    wanted = run.strip().casefold()
    fitting = [entry for entry in found if entry.run.casefold().startswith(wanted)]
    whole = [entry for entry in fitting if entry.run.casefold() == wanted]
    if len(fitting) == 1 or whole:
        return (whole or fitting)[0]
    if fitting:
        msg = f"{len(fitting)} runs begin with {quoted(run)}."
        more = f" and {len(fitting) - _SHOWN:,} more" if len(fitting) > _SHOWN else ""
        named = ", ".join(map(_in_words, fitting[:_SHOWN]))
        raise ConfigurationError(msg, hint=f"Write more of its id. There are: {named}{more}.")
    if not found:
        raise ConfigurationError(f"There is no run {quoted(run)}.", hint="Nothing has run yet.")
    near = nearest(wanted, [entry.run for entry in found])
    close = next((entry for entry in found if entry.run == near), None)
    hint = f"Did you mean {_in_words(close)}?" if close is not None else f"The newest is {_in_words(found[0])}."
    raise ConfigurationError(f"There is no run {quoted(run)}.", hint=f"{hint} ac.runs() shows all.")


def _in_words(entry: RunEntry) -> str:
    when = f"{entry.started:%Y-%m-%d %H:%M}" if entry.started is not None else "damaged"
    return f"{entry.run} ({when})"
