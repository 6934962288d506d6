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
    for year in np.unique(years[known]).tolist():
        rows = np.flatnonzero(years == year) if np.min(years) != np.max(years) else np.arange(len(years))
        table, first_day = _year(zone, year, wall)
        index = days[rows] - first_day
        found[rows] = table[index]
        odd = rows[table[index] != table[index + 1]]
        if len(odd):  # days on which the offset changes: each moment is asked for itself
            moments, inverse = np.unique(seconds[odd], return_inverse=True)
            exact = [_offset(zone, moment, wall) for moment in moments.tolist()]
            found[odd] = np.array(exact, dtype=np.int32)[inverse]
    return found


@lru_cache(maxsize=2048)
def _year(zone: tzinfo, year: int, wall: bool) -> tuple[NDArray[np.int32], int]:  # noqa: FBT001 - key of the cache
    first = (datetime(year, 1, 1) - _EPOCH).days  # noqa: DTZ001 - wall clock time
    table = [_offset(zone, (first + day) * DAY, wall) for day in range(368)]
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
