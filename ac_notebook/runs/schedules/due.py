"""What is due now: decided from the saved schedules and from what became of their last due moments.

Of all moments that were missed, only the last is due, so that a machine that was off for a week does one run. A run by
hand does not count as a scheduled one: it may have been of other data, and what has not changed is not sent again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ConfigurationError
from ac_notebook.remote.clock import SystemClock
from ac_notebook.runs.progress import log
from ac_notebook.runs.schedules.cron import UnknownZoneError, latest
from ac_notebook.runs.stored import opened
from ac_notebook.storage import exports, schedules
from ac_notebook.storage.schedules import OPEN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ac_notebook.storage.database import StateDatabase
    from ac_notebook.storage.schedules import Occasion, SavedSchedule

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Due:
    """An export that is due.

    Parameters
    ----------
    name
        The export's name.
    identity
        What it is remembered under.
    moment
        Since when it is due, in UTC.
    data
        The file it reads.
    reading
        How it is read: option and value.
    attempts
        How often its run was begun for this moment, and killed.
    """

    name: str
    identity: str
    moment: datetime
    data: str
    reading: Mapping[str, Any] = field(default_factory=dict)
    attempts: int = 0


def due(now: datetime | None = None) -> list[Due]:
    """Return the exports that are due, the one that has waited longest first; nothing is run or written.

    Exports that JupyterLab runs, and those that are paused, are not among them.

    Parameters
    ----------
    now
        The time, with a zone; the machine's when None.
    """
    moment = SystemClock().now() if now is None else now
    with opened() as database:
        return due_in(database, moment)


def due_in(database: StateDatabase, now: datetime) -> list[Due]:
    """Return the exports that are due; see :func:`due`."""
    active = [saved for saved in running_here(database) if not saved.paused]
    found = [one for saved in active if (one := due_of(database, saved, now)) is not None]
    return sorted(found, key=lambda one: (one.moment, one.name))


def running_here(database: StateDatabase) -> list[SavedSchedule]:
    """Return the schedules of saved exports that are not JupyterLab's."""
    names = {saved.export.identity for saved in exports.read(database)}
    return [saved for saved in schedules.read(database) if saved.identity in names and not saved.schedule.notebook]


def due_of(database: StateDatabase, saved: SavedSchedule, now: datetime) -> Due | None:
    """Return what is due of a schedule, paused or not; None when nothing is."""
    found = exports.find_by_identity(database, saved.identity)
    if found is None:
        return None
    moment = _moment(saved, schedules.occasions(database, saved.identity), now, str(found.export.name))
    if moment is None:
        return None
    return Due(
        name=str(found.export.name), identity=saved.identity, moment=moment[0], data=saved.schedule.data,
        reading=saved.schedule.reading, attempts=moment[1],
    )  # fmt: skip


def since_of(saved: SavedSchedule, now: datetime) -> datetime | None:
    """Return after which moment a schedule counts; None when it was made by a clock that was far ahead."""
    return saved.since if saved.since <= now + _DAY else None


def _moment(saved: SavedSchedule, known: list[Occasion], now: datetime, name: str) -> tuple[datetime, int] | None:
    """Return since when a schedule is due, and how often that was begun already.

    A clock that was set back does not make anything due again. A clock that was a year ahead for a moment does not
    keep everything from being due for a year: of what was done or changed then, only what lies within a day from now
    counts.
    """
    try:
        last = latest(saved.schedule.cron, saved.schedule.timezone, until=now)
    except ValueError as error:
        if isinstance(error, ConfigurationError) and not isinstance(error, UnknownZoneError):
            raise
        log.warning(
            "The schedule of %r cannot be read on this machine: %s. Install the time zones (pip install tzdata), or "
            "schedule it anew.", name, saved.schedule.words,
        )  # fmt: skip
        return None
    since = since_of(saved, now)
    if last is None or (since is not None and last <= since):
        return None
    claimed = [occasion for occasion in known if last <= occasion.moment <= now + _DAY]
    if any(occasion.result != OPEN for occasion in claimed):
        return None
    if claimed:
        return claimed[0].moment, claimed[0].attempts
    return last, 0
