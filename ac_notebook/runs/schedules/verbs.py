"""What a user says of a schedule: make, show, pause, resume, remove."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ac_notebook.errors import ConfigurationError, quoted
from ac_notebook.model.schedule import Schedule
from ac_notebook.remote.clock import SystemClock
from ac_notebook.runs.key_source import ENVIRONMENT
from ac_notebook.runs.personal import warn_of_text
from ac_notebook.runs.record import user_name
from ac_notebook.runs.saving_words import say
from ac_notebook.runs.saying import warn
from ac_notebook.runs.schedules import lab
from ac_notebook.runs.schedules.collisions import collisions
from ac_notebook.runs.schedules.cron import coming
from ac_notebook.runs.schedules.crontab import crontab
from ac_notebook.runs.schedules.reading import checked_file, checked_reading
from ac_notebook.runs.schedules.spelling import checked_cron, checked_zone
from ac_notebook.runs.schedules.telling import checked_command
from ac_notebook.runs.stored import opened
from ac_notebook.storage import connections, exports, schedules
from ac_notebook.storage.database import transaction
from ac_notebook.storage.schedules import SavedSchedule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ac_notebook.runs.export import Export
    from ac_notebook.runs.schedules.crontab import CrontabText
    from ac_notebook.storage.database import StateDatabase
    from ac_notebook.storage.exports import SavedExport
    from ac_notebook.storage.schedules import Occasion

_CALL = "Something has to call ac-notebook run --due: export.crontab() is the line for cron."


@dataclass(frozen=True, kw_only=True, repr=False)
class ExportSchedule:
    """The schedule of a saved export, as it is saved; shows itself in a few lines.

    Parameters
    ----------
    name
        The export's name.
    schedule
        When it runs, and with what.
    paused
        Since when it is paused, None while it goes on.
    reason
        Why it is paused.
    next
        When it is due next, in its own zone; None while it is paused.
    last
        What became of the last due moment that ``ac-notebook run --due`` saw; None before the first.
    state
        What JupyterLab says of a notebook's job; "" for a file's schedule.
    """

    name: str
    schedule: Schedule
    paused: datetime | None
    reason: str
    next: datetime | None
    last: Occasion | None
    state: str

    def __repr__(self) -> str:
        what = self.schedule.notebook or self.schedule.data
        lines = [f"{quoted(self.name)}: {self.schedule.words}, {what}"]
        if self.paused is not None:
            lines.append(f"  paused since {self.paused:%Y-%m-%d %H:%M} UTC: {self.reason}")
        if self.next is not None:
            lines.append(f"  next: {_moment(self.next)}")
        if self.last is not None:
            kind = f" ({self.last.kind})" if self.last.kind else ""
            lines.append(f"  last: {self.last.moment:%Y-%m-%d %H:%M} UTC, {self.last.result}{kind}")
        if self.state:
            lines.append(f"  {self.state}")
        return "\n".join(lines)


def schedule(
    export: Export, *, cron: str | None, timezone: str, data: str | os.PathLike[str] | None,
    notebook: str | os.PathLike[str] | None, on_failure: str | Sequence[str] | None, reading: Mapping[str, object],
) -> ExportSchedule:  # fmt: skip
    """Save when an export runs; see :meth:`Export.schedule`."""
    if (data is None) == (notebook is None):
        msg = "A schedule has a file to read, or a notebook to run: one of the two."
        raise ConfigurationError(msg, hint='Write data="customers.parquet" or notebook="weekly.ipynb".')
    if cron is None:
        msg = "It is not said when the export runs."
        raise ConfigurationError(msg, hint='Write cron="0 6 * * 1" for Mondays at 06:00. Nothing was scheduled.')
    read = checked_reading(reading)
    made = Schedule(
        cron=checked_cron(cron),
        timezone=checked_zone(timezone),
        data="" if data is None else checked_file(data, read),
        reading=read,
        notebook="" if notebook is None else str(lab.notebook_at(notebook)),
        on_failure=checked_command(on_failure),
    )
    if made.notebook and (made.reading or made.on_failure):
        msg = "on_failure= and how a file is read belong to a schedule with data=; a notebook says itself what it does."
        raise ConfigurationError(msg, hint="Leave them out. Nothing was scheduled.")
    texts = [made.data, made.notebook, str(dict(made.reading)), *made.on_failure]
    warn_of_text(texts, "The state database of this machine's user has", f"the schedule of {export.name!r}")
    with opened() as database:
        saved = _saved(database, export)
        before = schedules.find(database, saved.export.identity)
    made = _with_job(made, before.schedule if before else None, str(saved.export.name))
    now = _now(export)
    with opened() as database, transaction(database):
        schedules.keep(database, _kept(made, saved.export.identity, before, now))
    _warn_of_collisions(saved.export.identity, now)
    shown = _shown(export)
    late = "" if made.notebook else f"{_CALL}{_key_needed(saved)}"
    absent = f"There is no file {made.data} yet." if made.data and not os.path.lexists(made.data) else ""
    following = "" if shown.next is None else f" It runs next on {_moment(shown.next)}."
    say(f"Scheduled the export {quoted(shown.name)}: {made.words}.{following}", late, absent)
    return shown


def show(export: Export) -> ExportSchedule:
    """Return the schedule of an export, as it is saved.

    Raises
    ------
    ConfigurationError
        When it has none.
    """
    return _shown(export)


def unschedule(export: Export, *, leave_job: bool) -> None:
    """Remove the schedule of an export; see :meth:`Export.unschedule`."""
    saved, known = _both(export)
    if known.schedule.notebook and not leave_job:
        try:
            lab.take_away(known.schedule)
        except ConfigurationError as error:
            error.hint = (
                "The job is still scheduled. Start JupyterLab and try again; or remove it there by hand, and here with "
                "export.unschedule(leave_job=True)."
            )
            raise
    with opened() as database, transaction(database):
        schedules.forget(database, known.identity)
    say(f"Removed the schedule of the export {quoted(str(saved.export.name))}.")


def pause(export: Export, reason: str) -> ExportSchedule:
    """Pause the schedule of an export; see :meth:`Export.pause`."""
    _, known = _both(export)
    warn_of_text([reason], "The state database of this machine's user has", f"the schedule of {export.name!r}")
    if known.schedule.notebook:
        lab.set_active(known.schedule, active=False)
    now = _now(export)
    _change(known.identity, paused=now, reason=reason or f"by {user_name()}", updated=now, updater=user_name())
    return _shown(export)


def resume(export: Export) -> ExportSchedule:
    """Go on with the schedule of an export; see :meth:`Export.resume`."""
    _, known = _both(export)
    if known.schedule.notebook:
        lab.set_active(known.schedule, active=True)
    now = _now(export)
    _change(known.identity, paused=None, reason="", since=now, updated=now, updater=user_name())
    _warn_of_collisions(known.identity, now)
    return _shown(export)


def crontab_of(export: Export, *, every: int, systemd: bool) -> CrontabText:
    """Return the line that calls what runs an export; see :meth:`Export.crontab`."""
    _, known = _both(export)
    if known.schedule.notebook:
        msg = f"JupyterLab runs the notebook of the export {export.name!r} by itself."
        raise ConfigurationError(msg, hint="Nothing has to be called. Nothing was changed.")
    return crontab(every=every, systemd=systemd)


def _warn_of_collisions(identity: str, now: datetime) -> None:
    with opened() as database:
        for sentence in collisions(database, identity, now):
            warn(sentence, level=4)


def _key_needed(saved: SavedExport) -> str:
    """Return which variable has to be set where a file's schedule is run, which cron's line does not do."""
    with opened() as database:
        place = connections.load(database, saved.export.connection).key_place
    if not place.startswith(ENVIRONMENT):
        return ""
    return f" There the variable {place.removeprefix(ENVIRONMENT)} has to hold the key, which the line leaves out."


def _change(identity: str, **changes: object) -> None:
    with opened() as database, transaction(database):
        known = schedules.find(database, identity)
        if known is not None:
            schedules.keep(database, known.replace(**changes))


def _kept(made: Schedule, identity: str, before: SavedSchedule | None, now: datetime) -> SavedSchedule:
    told = before.told if before is not None else ""
    return SavedSchedule(
        identity=identity, schedule=made, since=now, told=told, updated=now, updater=user_name()
    )  # fmt: skip


def _with_job(made: Schedule, before: Schedule | None, name: str) -> Schedule:
    """Have JupyterLab know of a notebook's schedule, and no more of one that is replaced by a file's."""
    if made.notebook:
        return replace(made, job=lab.put(made, name, job=before.job if before else ""))
    if before is not None and before.notebook:
        lab.take_away(before)
    return made


def _saved(database: StateDatabase, export: Export) -> SavedExport:
    """Return what is saved of an export, which has to go through a saved connection.

    Raises
    ------
    ConfigurationError
        When it is not saved, or has no connection.
    """
    memory = export.saved.export.memory if export.saved is not None else ""
    found = exports.find_by_identity(database, memory) if memory else exports.find(database, export.name)
    if found is None:
        msg = f"No export called {export.name!r} is saved, and only a saved one can be scheduled."
        raise ConfigurationError(msg, hint="Save it first: export.save(). Nothing was scheduled.")
    if not found.export.connection:
        msg = f"The export {export.name!r} has no connection."
        raise ConfigurationError(msg, hint='Attach one first: export.attach("Marketing"). Nothing was scheduled.')
    connections.load(database, found.export.connection)
    return found


def _both(export: Export) -> tuple[SavedExport, SavedSchedule]:
    with opened() as database:
        memory = export.saved.export.memory if export.saved is not None else ""
        saved = exports.find_by_identity(database, memory) if memory else exports.find(database, export.name)
        known = schedules.find(database, saved.export.identity) if saved is not None else None
    if saved is None or known is None:
        msg = f"The export {export.name!r} has no schedule."
        hint = 'Make one: export.schedule(cron="0 6 * * 1", timezone="Europe/Stockholm", data="customers.parquet").'
        raise ConfigurationError(msg, hint=f"{hint} Nothing was changed.")
    return saved, known


def _shown(export: Export) -> ExportSchedule:
    saved, known = _both(export)
    with opened() as database:
        occasions = schedules.occasions(database, known.identity)
    plan = known.schedule
    following = None
    if known.paused is None:
        moment = coming(plan.cron, plan.timezone, after=_now(export))
        following = moment.astimezone(ZoneInfo(plan.timezone)) if moment is not None else None
    return ExportSchedule(
        name=str(saved.export.name), schedule=plan, paused=known.paused, reason=known.reason, next=following,
        last=occasions[0] if occasions else None, state=lab.state_of(plan) if plan.notebook else "",
    )  # fmt: skip


def _now(export: Export) -> datetime:
    return export.given.link.clock.now() if export.given is not None else SystemClock().now()


def _moment(moment: datetime) -> str:
    return f"{moment:%A %Y-%m-%d %H:%M} ({moment.tzinfo})"
