"""Keeping exports: save, edit, duplicate, remove. Nothing is sent, and each says so.

Two kernels may change one export. What is written is what is saved at that moment with the changes of one of them, so
that neither takes back what the other did elsewhere in it; where both changed the same, the last one stands, and is
told of it.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from ac_notebook.errors import (
    ConfigurationError,
    ConnectionNotFoundError,
    quoted,
)
from ac_notebook.model.display_name import clean_name
from ac_notebook.model.export import Options
from ac_notebook.model.segment import Segment
from ac_notebook.remote.clock import SystemClock
from ac_notebook.runs.connect import connection_of
from ac_notebook.runs.list_check import looked_up
from ac_notebook.runs.personal import texts_of, warn_of_people, words_of_people
from ac_notebook.runs.record import user_name
from ac_notebook.runs.saving_words import PARTS, in_words, replaced, say
from ac_notebook.runs.saying import warn
from ac_notebook.runs.stored import opened
from ac_notebook.storage import connections, exports, segments
from ac_notebook.storage.database import transaction
from ac_notebook.storage.exports import SavedExport

if TYPE_CHECKING:
    from datetime import datetime

    from ac_notebook.model.export import Export as Definition
    from ac_notebook.runs.connection import Connection
    from ac_notebook.runs.export import Export
    from ac_notebook.storage.database import StateDatabase

    AnyExport = TypeVar("AnyExport", bound=Export)

_WHERE = "The state database of this machine's user has"


def save(export: AnyExport) -> AnyExport:
    """Save an export under its name; see :meth:`Export.save`."""
    kept, doubts, said = keep(export)
    for doubt in doubts:
        warn(doubt, level=3)
    say(*said)
    return kept


def keep(export: AnyExport) -> tuple[AnyExport, tuple[str, ...], tuple[str, ...]]:
    """Save an export under its name; return it as it is saved, what to be warned of, and what was done."""
    with opened() as database:
        current = _current(database, export)
        through = _through(database, export, current)
    base = export.saved.export if export.saved is not None else None
    wanted = _merged(export, base, current)
    people = words_of_people(texts_of(wanted), _WHERE, f"the export {wanted.name!r}")
    found, doubt = looked_up(wanted, through, current)
    with opened() as database, transaction(database):
        current = _current(database, export)
        wanted = _merged(export, base, current)
        kept = _kept(database, wanted, current, at=_now(export, through))
    said = (in_words(kept, current), found, replaced(wanted, base, current))
    return export.of(kept.export, given=through, saved=kept), tuple(filter(None, (people, doubt))), said


def edit(export: AnyExport, changes: dict[str, Any]) -> AnyExport:
    """Change an export, of a saved one at once; see :meth:`Export.edit`."""
    if not changes:
        msg = "There is nothing to change."
        raise ConfigurationError(msg, hint='Write export.edit(list="…"), tags=, segment= or whatever it is.')
    with opened() as database:
        current = _current(database, export)
        if current is None and export.saved is not None:
            raise _removed(export)
        if current is None:
            return export.replace(**changes)
        changed = _standing(export, current).replace(**changes)
        through = _through(database, changed, current)
    warn_of_people(changed, _WHERE, level=4)
    found, doubt = looked_up(changed, through, current)
    if doubt:
        warn(doubt, level=3)
    with opened() as database, transaction(database):
        current = _current(database, export)
        if current is None:
            raise _removed(export)
        changed = _standing(export, current).replace(**changes)
        kept = _kept(database, changed, current, at=_now(export, through))
    base = export.saved.export if export.saved is not None else None
    say(in_words(kept, current), found, replaced(changed, base, current))
    return export.of(kept.export, given=through, saved=kept)


def duplicate(export: AnyExport, name: str) -> AnyExport:
    """Return a copy under another name; see :meth:`Export.duplicate`."""
    with opened() as database:
        current = _current(database, export)
        new = clean_name(name, of="export") if isinstance(name, str) else name
        copy = (export if current is None else _standing(export, current)).replace(name=new)
        _require_free(database, copy, None)
    return copy if current is None else save(copy)


def remove(export: Export) -> None:
    """Remove a saved export; see :meth:`Export.remove`."""
    from ac_notebook.runs.schedules.dropping import drop  # noqa: PLC0415 - not needed before, and it takes its time

    with opened() as database, transaction(database):
        current = _current(database, export)
        if current is None or current.export.name is None:
            msg = f"No export called {export.name!r} is saved."
            raise ConfigurationError(msg, hint="ac.exports() lists those that are. Nothing was changed.")
        had_schedule = drop(database, current.export.identity)
        exports.remove(database, current.export.name, at=_now(export, export.given), by=user_name())
    schedule = " and its schedule" if had_schedule else ""
    say(f"Removed the export {quoted(current.export.name)}{schedule}. What it sent stays where it is.")


def _current(database: StateDatabase, export: Export) -> SavedExport | None:
    """Return an export as it is saved now, which may be under another name; None when it is not saved."""
    if export.saved is not None:
        found = exports.find_by_identity(database, export.saved.export.memory)
        if found is not None:
            return found
    return exports.find(database, export.name)


def _merged(export: AnyExport, base: Definition | None, current: SavedExport | None) -> AnyExport:
    """Return what is saved now, with what was changed in a value since it was read."""
    if base is None or current is None:
        return export
    now: dict[str, Any] = {
        name: getattr(current.export if getattr(export, name) == getattr(base, name) else export, name)
        for name in PARTS
    }
    choices = {
        name: getattr(current.export.options if value == getattr(base.options, name) else export.options, name)
        for name, value in vars(export.options).items()
    }
    made = export.replace(**now, options=Options(**choices))
    return made.replace(connection=export.given) if export.given and export.given.name == made.connection else made


def _standing(export: AnyExport, current: SavedExport) -> AnyExport:
    """Return what is saved now; with what was changed in a value since it was read, if it was."""
    if export.saved is None:
        return export.of(current.export, given=export.given, saved=current)
    return _merged(export, export.saved.export, current)


def _through(database: StateDatabase, export: Export, current: SavedExport | None) -> Connection | None:
    """Return the connection that an export goes through, as this kernel reaches it; it has to be saved.

    Raises
    ------
    ConnectionNotFoundError
        When it is not saved: another kernel could not use the export.
    """
    if not export.connection:
        return None
    if export.given is not None:
        saved = connections.saved_as(database, export.given)
        if saved is None or saved.name != export.connection:
            msg = f"The connection {export.connection!r} is not saved, so no other kernel could use the export."
            raise ConnectionNotFoundError(msg, hint="Save it first: connection.save(). Nothing was saved or sent.")
        return export.given
    try:
        connections.load(database, export.connection)
    except ConnectionNotFoundError as error:
        if current is not None and current.export.connection == export.connection:
            return None
        hint = error.hint.removesuffix("Nothing was sent.")
        error.hint = f"{hint}Or save it without one: export.detach().save(). Nothing was saved or sent."
        raise
    return connection_of(export.connection)


def _kept(database: StateDatabase, export: Export, current: SavedExport | None, *, at: datetime) -> SavedExport:
    """Write an export down, in place of what is saved of it, and return what was written."""
    _require_free(database, export, current)
    _require_same_segment(database, export, current)
    by = user_name()
    if current is None:
        identity = exports.identity_of(database, export.name)
        definition = _plain(export, identity)
        made = SavedExport(export=definition, created=at, creator=by, updated=at, updater=by)
        exports.keep(database, made)
        return made
    definition = _plain(export, current.export.memory)
    if definition == current.export:
        return current
    was = "" if export.connection else current.export.connection or current.was
    made = replace(current, export=definition, was=was, revision=current.revision + 1, updated=at, updater=by)
    exports.keep(database, made, instead_of=current.export.name or "")
    return made


def _plain(export: Export, identity: str) -> Definition:
    from ac_notebook.model.export import Export as Plain  # noqa: PLC0415 - the name is the user's value here

    values = {entry.name: getattr(export, entry.name) for entry in fields(Plain)}
    return Plain(**{**values, "memory": identity})


def _require_free(database: StateDatabase, export: Export, current: SavedExport | None) -> None:
    for name in exports.alike(database, export.name):
        if current is None or name != current.export.name:
            msg = f"Another export is called {name!r}."
            raise ConfigurationError(msg, hint="Choose another name. Nothing was saved or sent.")


def _require_same_segment(database: StateDatabase, export: Export, current: SavedExport | None) -> None:
    """Raise when other exports use a segment of this name with another condition."""
    segment = export.segment
    if not isinstance(segment, Segment):
        return
    known = segments.find(database, segment.name)
    if known is None or known == segment:
        return
    users = [saved.export.name for saved in exports.read(database) if saved.export.segment == known]
    if current is not None and users == [current.export.name]:
        return
    msg = f"The segment {segment.name!r} is {quoted(known.condition)} so far."
    used = f" It is used by: {', '.join(map(repr, users))}." if users else ""
    hint = f"Change it everywhere: ac.Segment({segment.name!r}, …).save(). Or give it another name."
    raise ConfigurationError(f"{msg}{used}", hint=f"{hint} Nothing was saved or sent.")


def _removed(export: Export) -> ConfigurationError:
    msg = f"The export {export.name!r} was removed meanwhile."
    return ConfigurationError(msg, hint="Make it anew: ac.Export(…).save(). Nothing was saved or sent.")


def _now(export: Export, through: Connection | None) -> datetime:
    reached = through or export.given
    return reached.link.clock.now() if reached is not None else SystemClock().now()
