"""Offsets of a time zone for whole columns, exact, with one question to the zone per day instead of one per row."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DAY = 86_400
UNKNOWN = np.iinfo(np.int32).min
"""Offset where there is none: the moment lies outside the years 1 to 9999."""

_DAYS = 368
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall clock time


def offsets(seconds: NDArray[np.int64], zone: tzinfo, *, wall: bool) -> NDArray[np.int32]:
    """Return the zone's offset from UTC in seconds for each moment.

    Parameters
    ----------
    seconds
        Seconds since 1970, of UTC or of the zone's wall clock.
    zone
        The time zone.
    wall
        Whether ``seconds`` is wall clock time. A time that occurs twice is the first one, and one that does not
        occur has the offset from before the gap (PEP 495 with ``fold=0``).

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> offsets(np.array([0]), ZoneInfo("Europe/Stockholm"), wall=False).tolist()
    [3600]
    """
    found = np.full(len(seconds), UNKNOWN, dtype=np.int32)
    if not len(seconds):
        return found
    days = seconds // DAY
    years = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    known = (years >= MINYEAR) & (years <= MAXYEAR)
    years = np.where(known, years, MINYEAR)
    found_years = np.flatnonzero(np.bincount(years))
    same = _Same(zone)
    tables, first_days = zip(*(_year(same, year, wall) for year in found_years.tolist()), strict=True)
    place = np.zeros(found_years[-1] + 1, dtype=np.int64)
    place[found_years] = np.arange(len(found_years)) * _DAYS - first_days
    table = np.concatenate(tables)
    index = np.where(known, days + place[years], 0)
    found = np.where(known, table[index], found)
    # On days on which the offset changes, each moment is asked for itself.
    odd = np.flatnonzero(known & (table[:-1] != table[1:])[index])
    if len(odd):
        moments, inverse = np.unique(seconds[odd], return_inverse=True)
        exact = [_offset(zone, moment, wall) for moment in moments.tolist()]
        found[odd] = np.array(exact, dtype=np.int32)[inverse]
    return found


class _Same:
    """A zone as the key of a cache, by its identity: not every zone can be hashed."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone

    def __hash__(self) -> int:
        return id(self.zone)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.zone is self.zone


@lru_cache(maxsize=2048)
def _year(same: _Same, year: int, wall: bool) -> tuple[NDArray[np.int32], int]:  # noqa: FBT001 - key of the cache
    """Return the offset at the beginning of each day of a year and of the first days after it, and its first day."""
    first = (datetime(year, 1, 1) - _EPOCH).days  # noqa: DTZ001 - wall clock time
    table = [_offset(same.zone, (first + day) * DAY, wall) for day in range(_DAYS)]
    return np.array(table, dtype=np.int32), first


def _offset(zone: tzinfo, seconds: int, wall: bool) -> int:  # noqa: FBT001 - passed on
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
        if wall:
            offset = moment.replace(tzinfo=zone).utcoffset()
        else:
            offset = moment.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    except (OverflowError, ValueError):
        return int(UNKNOWN)
    return int(UNKNOWN) if offset is None else int(offset.total_seconds())
