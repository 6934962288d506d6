"""Exports to one account whose runs would be under way at the same time, by how long their last ones took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ac_notebook.errors import ConnectionNotFoundError, quoted
from ac_notebook.runs.schedules.cron import UnknownZoneError, moments
from ac_notebook.runs.show import duration
from ac_notebook.storage import connections, exports, schedules

if TYPE_CHECKING:
    from datetime import datetime

    from ac_notebook.storage.database import StateDatabase
    from ac_notebook.storage.schedules import SavedSchedule

_AHEAD = timedelta(days=8)
_LEAST = 60.0
"""Seconds that a run is taken to take, at the least."""


@dataclass(frozen=True, kw_only=True)
class _Busy:
    begin: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class _Known:
    name: str
    timezone: str
    seconds: float | None
    busy: list[_Busy]


def collisions(database: StateDatabase, identity: str, now: datetime) -> list[str]:
    """Return a sentence for each export whose runs would collide with an export's in the next days.

    Parameters
    ----------
    database
        The open state database.
    identity
        Whose runs are looked at.
    now
        The time.
    """
    plans = {saved.identity: saved for saved in schedules.read(database)}
    named = {each.export.identity: each.export for each in exports.read(database)}
    accounts = {
        key: account for key in plans if key in named and (account := _account(database, named[key].connection))
    }
    if identity not in accounts:
        return []
    ours = _known(database, plans[identity], str(named[identity].name), accounts[identity], now)
    found = []
    for key, account in accounts.items():
        if key != identity and account == accounts[identity] and not plans[key].paused:
            try:
                theirs = _known(database, plans[key], str(named[key].name), account, now)
            except UnknownZoneError:
                continue
            met = _first(ours.busy, theirs.busy)
            if met is not None:
                found.append(_sentence(ours, theirs, met))
    return found


def _account(database: StateDatabase, connection: str) -> str:
    try:
        return connections.load(database, connection).account if connection else ""
    except ConnectionNotFoundError:
        return ""


def _known(database: StateDatabase, saved: SavedSchedule, name: str, account: str, now: datetime) -> _Known:
    took = schedules.durations(database, saved.identity, account)
    seconds = median(took) if took else None
    length = timedelta(seconds=max(seconds or 0.0, _LEAST))
    plan = saved.schedule
    # From a little before now: a run may be under way.
    due = moments(plan.cron, plan.timezone, after=now - length, until=now + _AHEAD)
    return _Known(
        name=name, timezone=plan.timezone, seconds=seconds,
        busy=[_Busy(begin=moment, end=moment + length) for moment in due],
    )  # fmt: skip


def _first(ours: list[_Busy], theirs: list[_Busy]) -> datetime | None:
    """Return when two are first under way at once; both are in order."""
    mine, other = 0, 0
    while mine < len(ours) and other < len(theirs):
        one, two = ours[mine], theirs[other]
        if one.begin < two.end and two.begin < one.end:
            return max(one.begin, two.begin)
        if one.end <= two.begin:
            mine += 1
        else:
            other += 1
    return None


def _sentence(ours: _Known, theirs: _Known, met: datetime) -> str:
    local = met.astimezone(ZoneInfo(ours.timezone))
    return (
        f"{quoted(ours.name)} ({_took(ours)}) and {quoted(theirs.name)} ({_took(theirs)}) go to one account and would "
        f"be under way at once, first on {local:%A %Y-%m-%d %H:%M} ({ours.timezone}). They share its limits, so both "
        "take longer: give one of them another time."
    )


def _took(known: _Known) -> str:
    return "never run" if known.seconds is None else f"about {duration(known.seconds)}"
