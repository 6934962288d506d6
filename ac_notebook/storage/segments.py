"""Named segments: conditions that saved exports share. Each is written down once, so a change of it is one of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError, did_you_mean
from ac_notebook.model.display_name import look_of
from ac_notebook.model.segment import Segment
from ac_notebook.storage.seals import damaged, require, seal_of

if TYPE_CHECKING:
    from datetime import datetime

    from ac_notebook.storage.database import StateDatabase


def keep(database: StateDatabase, segment: Segment, *, at: datetime, by: str) -> None:
    """Write a segment down, in place of what had its name; in a transaction that is under way.

    Raises
    ------
    ConfigurationError
        When a reader would take its name for another segment's.
    """
    alike = [other.name for other in read(database) if look_of(other.name) == look_of(segment.name)]
    if alike and segment.name not in alike:
        msg = f"Another segment is called {alike[0]!r}."
        hint = f"Use that: ac.Segment.named({alike[0]!r}), or choose another name. Nothing was saved or sent."
        raise ConfigurationError(msg, hint=hint)
    values = (segment.name, segment.condition, at.isoformat(), by)
    database.execute("INSERT OR REPLACE INTO segments VALUES (?, ?, ?, ?, ?)", (*values, seal_of(*values)))


def forget(database: StateDatabase, name: str) -> None:
    """Forget a segment; in a transaction that is under way."""
    database.execute("DELETE FROM segments WHERE name = ?", (name,))


def find(database: StateDatabase, name: str) -> Segment | None:
    """Return the segment of this name, None when there is none."""
    return next((segment for segment in read(database) if segment.name == name), None)


def load(database: StateDatabase, name: str) -> Segment:
    """Return the segment of this name.

    Raises
    ------
    ConfigurationError
        When there is none, with the nearest.
    """
    found = read(database)
    for segment in found:
        if segment.name == name:
            return segment
    hint = did_you_mean(name, [segment.name for segment in found])
    if not found:
        hint = 'None is saved yet. Make one: ac.Segment("Gold", "points > 500").save().'
    raise ConfigurationError(f"There is no segment called {name!r}.", hint=f"{hint} Nothing was sent.")


def read(database: StateDatabase) -> list[Segment]:
    """Return all segments, in the order of their names.

    Raises
    ------
    StateError
        When one is not as it was written.
    """
    found = []
    for *values, seal in database.execute("SELECT name, condition, updated, updater, seal FROM segments ORDER BY name"):
        what = f"the segment {values[0]!r}"
        require(seal, seal_of(*values), what)
        try:
            found.append(Segment(values[0], values[1]))
        except ConfigurationError:
            raise damaged(what) from None
    return found
