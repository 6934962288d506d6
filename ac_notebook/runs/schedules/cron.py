"""When something is due: moments of a cron text in a time zone.

croniter does the arithmetic of the wall clock, and zoneinfo says which moments its times are. The two rules for the
days on which clocks are changed:

* A time that the clock jumps over is the moment of the jump. So a run at 02:30 takes place at 03:00 that day, once.
* A time that comes twice is the first of the two; for schedules of every hour it is both. So a run at 02:30 takes
  place once that day, and one of every ten minutes leaves no hour out.

Several times that are one moment are one run.
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ac_notebook.errors import ConfigurationError, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOURS = 24
_SLACK = timedelta(hours=3)
"""By how much wall clock and moments may differ in order: no zone sets its clock back by more than two hours."""
_FIRST = datetime(2000, 1, 1)  # noqa: DTZ001 - a wall clock without a zone


class UnknownZoneError(ConfigurationError):
    """A schedule's time zone is not known on this machine: it was made on another, or before an update."""


def moments(cron: str, timezone: str, *, after: datetime, until: datetime) -> list[datetime]:
    """Return the moments at which a schedule is due, in order.

    Parameters
    ----------
    cron
        Five fields: minute, hour, day of the month, month, day of the week.
    timezone
        IANA name of the zone in which they are meant.
    after, until
        Only moments after the first one, and up to the second one and with it.

    Returns
    -------
    list of datetime
        In UTC.

    Examples
    --------
    >>> begin, end = datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC)
    >>> [f"{each:%d %H:%M}" for each in moments("30 2 * * *", "Europe/Stockholm", after=begin, until=end)]
    ['28 01:30', '29 01:00']
    """
    zone = _zone(timezone)
    last = _wall(until, zone) + _slack(until, zone)
    found: set[datetime] = set()
    for wall in _walls(cron, _wall(after, zone) - _slack(after, zone)):
        if wall > last:
            break
        found.update(_moments_of(wall, zone, cron))
    return sorted(moment for moment in found if after < moment <= until)


def latest(cron: str, timezone: str, *, until: datetime) -> datetime | None:
    """Return the last moment up to another one at which a schedule was due, in UTC; None when there was none."""
    zone = _zone(timezone)
    best: datetime | None = None
    for wall in _walls(cron, _wall(until, zone) + _slack(until, zone), back=True):
        if best is not None and wall < _wall(best, zone) - _slack(best, zone):
            break
        for moment in _moments_of(wall, zone, cron):
            if moment <= until and (best is None or moment > best):
                best = moment
    return best


def coming(cron: str, timezone: str, *, after: datetime) -> datetime | None:
    """Return the next moment at which a schedule is due, in UTC; None when there is none."""
    zone = _zone(timezone)
    best: datetime | None = None
    for wall in _walls(cron, _wall(after, zone) - _slack(after, zone)):
        if best is not None and wall > _wall(best, zone) + _slack(best, zone):
            break
        for moment in _moments_of(wall, zone, cron):
            if moment > after and (best is None or moment < best):
                best = moment
    return best


def comes_at_all(cron: str) -> bool:
    """Return whether there is any day on which a schedule is due.

    Examples
    --------
    >>> comes_at_all("0 0 31 2 *"), comes_at_all("0 0 29 2 *")
    (False, True)
    """
    return any(True for _ in itertools.islice(_walls(cron, _FIRST), 1))


def is_of_every_hour(cron: str) -> bool:
    """Return whether a schedule has no hour without a run, so that an hour that comes twice is no exception.

    Examples
    --------
    >>> is_of_every_hour("*/10 * * * *"), is_of_every_hour("30 2 * * *")
    (True, False)
    """
    hours = croniter()(cron, _FIRST).expanded[1]
    return hours == ["*"] or len(set(hours)) == _HOURS


def croniter() -> Any:
    """Return croniter's class.

    Raises
    ------
    ConfigurationError
        When it is not installed.
    """
    try:
        from croniter import croniter as arithmetic  # noqa: PLC0415 - of the extra "schedule"
    except ImportError:
        msg = "Schedules need packages that are not installed."
        hint = 'Install them: pip install "ac-notebook[schedule]". Nothing was sent.'
        raise ConfigurationError(msg, hint=hint) from None
    return arithmetic


def _walls(cron: str, begin: datetime, *, back: bool = False) -> Iterator[datetime]:
    """Go through the times of a wall clock that is never changed, from a time that may itself be one of them."""
    minute = begin.replace(second=0, microsecond=0)
    times = croniter()(cron, minute + timedelta(minutes=1 if back else -1))
    step = times.get_prev if back else times.get_next
    while True:
        try:
            yield step(datetime)
        except (ValueError, OverflowError):  # croniter's word for "never"; or the calendar ends
            return


def _moments_of(wall: datetime, zone: ZoneInfo, cron: str) -> tuple[datetime, ...]:
    """Return which moments a time of the wall clock is."""
    before, behind = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if before == behind:
        return (before,)
    if _wall(before, zone) == wall:
        return (before, behind) if is_of_every_hour(cron) else (before,)
    return (_jump(behind, before, zone),)


def _jump(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment after the clock was changed, which it was once between two moments."""
    begin, offset = early, early.astimezone(zone).utcoffset()
    low, high = 0, int((late - early).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        is_before = (begin + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset
        low, high = (middle, high) if is_before else (low, middle)
    return begin + timedelta(seconds=high)


def _slack(moment: datetime, zone: ZoneInfo) -> timedelta:
    """Return by how much wall clock and moments may differ in order around a moment: nothing on ordinary days."""
    around = (moment.astimezone(UTC) + timedelta(hours=hours) for hours in (-6, 0, 6))
    return _SLACK if len({each.astimezone(zone).utcoffset() for each in around}) > 1 else timedelta()


def _zone(timezone: str) -> ZoneInfo:
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        msg = f"This machine has no time zone {quoted(timezone)}."
        raise UnknownZoneError(msg, hint="Install its zones: pip install tzdata. Nothing was sent.") from None


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
