"""Dates and times as text: ``YYYY-MM-DD``, or ISO 8601 in whole seconds with the offset from UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import TEXT, Text, as_mask, present
from ac_notebook.frames.date_tables import Part, tabled
from ac_notebook.frames.zones import DAY, UNKNOWN, offsets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from numpy.typing import NDArray

NAIVE = np.iinfo(np.int32).max
"""Offset of a moment that says none."""

NO_ZONE = UNKNOWN + 1
"""Offset of a moment whose zone cannot say one."""

_FIRST, _LAST = -62_135_596_800, 253_402_300_799  # 0001-01-01T00:00:00 and 9999-12-31T23:59:59
_MONTHS, _HOURS, _MINUTES, _SECONDS = 12, 24, 60, 60
_DAY_MILLISECONDS = DAY * 1_000
_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_TEXT_FORM = (
    r"^(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?\z"
)
_OTHER_YEARS = r"^(?:[+-]?[0-9]{5,9}|-[0-9]{4}|0000)-[0-9]{2}-[0-9]{2}(?:[T ][0-9].*)?\z"


@dataclass(frozen=True, kw_only=True)
class Moments:
    """Points of a calendar, one per row.

    Parameters
    ----------
    wall
        Wall clock time in seconds since 1970-01-01T00:00:00.
    offset
        Seconds from UTC, or :data:`NAIVE`.
    fraction
        Where a fraction of a second was left out.
    present
        Where there is a moment.
    """

    wall: NDArray[np.int64]
    offset: NDArray[np.int32]
    fraction: NDArray[np.bool_]
    present: NDArray[np.bool_]


def of_days(array: pa.Array) -> Moments:
    """Return the midnights of Arrow's dates."""
    if pa.types.is_date64(array.type):  # milliseconds, which need not be those of midnights
        days = _integers(array.cast(pa.int64())) // _DAY_MILLISECONDS
    else:
        days = _integers(array.cast(pa.int32())).astype(np.int64)
    nowhere = np.zeros(len(days), dtype=bool)
    naive = np.full(len(days), NAIVE, dtype=np.int32)
    return Moments(wall=days * DAY, offset=naive, fraction=nowhere, present=present(array))


def of_timestamps(array: pa.Array, zone: tzinfo | None) -> Moments:
    """Return the moments of Arrow's timestamps: wall clock time, or UTC to be shown in ``zone``."""
    per_second = _PER_SECOND[array.type.unit]
    ticks = _integers(array.cast(pa.int64()))
    seconds = ticks // per_second if per_second > 1 else ticks
    fraction = seconds * per_second != ticks if per_second > 1 else np.zeros(len(ticks), dtype=bool)
    there = present(array)
    if zone is None:
        naive = np.full(len(ticks), NAIVE, dtype=np.int32)
        return Moments(wall=seconds, offset=naive, fraction=fraction & there, present=there)
    offset = offsets(np.where(there, seconds, 0), zone, wall=False)
    wall = seconds + np.where(offset == UNKNOWN, 0, offset)
    return Moments(wall=wall, offset=offset, fraction=fraction & there, present=there)


def _integers(array: pa.Array) -> NDArray[np.int64]:
    numbers: NDArray[np.int64] = pc.fill_null(array, 0).to_numpy(zero_copy_only=False)
    return numbers


def as_text(moments: Moments, *, form: str, timezone: str) -> Text:
    """Return the moments as text.

    Parameters
    ----------
    moments
        What is written.
    form
        ``"date"``: the date of the moment's own clock. ``"datetime"``: with time and offset. ``"shortest"``: midnight
        without an offset is a date, everything else has its time, and its offset if it says one. The choice is made
        cell by cell, so that a row's text does not depend on other rows.
    timezone
        Zone of moments that say no offset, where one is needed.
    """
    wall, offset, there = moments.wall, moments.offset, moments.present
    naive = offset == NAIVE
    changes = {}
    if form == "datetime" and naive.any():
        sound = naive & there & (wall >= _FIRST) & (wall <= _LAST)
        offset = offset.copy()
        offset[sound] = offsets(wall[sound], ZoneInfo(timezone), wall=True)
        changes["zone-assumed"] = sound
    aware = offset != NAIVE
    if aware.any() and form != "date":
        # Offsets before standard time had seconds, which ISO 8601 has no form for: the same instant, to the minute.
        known = aware & (offset > NO_ZONE)
        spare = np.where(known, offset % 60, 0)
        wall, offset = wall - spare, np.where(known, offset - spare, offset)
    invalid = there & (offset == NO_ZONE)
    outside = (offset == UNKNOWN) | (wall < _FIRST) | (wall > _LAST)
    if form == "datetime":
        # The account shows it in its own zone, where it has to have a year of four digits, too.
        utc = wall - np.where(offset == UNKNOWN, 0, offset)
        outside |= (utc < _FIRST + DAY) | (utc > _LAST - DAY)
    outside &= there & ~invalid
    usable = there & ~invalid & ~outside
    only_date = usable if form == "date" else usable & ~aware & (wall % DAY == 0) & ~moments.fraction
    if form == "datetime":
        only_date = np.zeros(len(wall), dtype=bool)
    changes["time-dropped" if form == "date" else "fraction-dropped"] = usable & moments.fraction
    if form == "date":
        changes["time-dropped"] = usable & (moments.fraction | (wall % DAY != 0))
    values = _written(wall, np.where(aware, offset, 0), dates=only_date, times=usable & ~only_date, aware=aware)
    return Text(values=values).with_masks(bad={"date-invalid": invalid, "date-out-of-range": outside}, changes=changes)


def _written(
    wall: NDArray[np.int64], offset: NDArray[np.int32], *,
    dates: NDArray[np.bool_], times: NDArray[np.bool_], aware: NDArray[np.bool_],
) -> pa.Array:  # fmt: skip
    """Return dates, and dates with times and perhaps an offset, as text; null where it is neither."""
    groups: list[tuple[NDArray[np.bool_], Part]] = [(dates, "day"), (times & ~aware, "clock"), (times & aware, "zone")]
    some = [tabled(wall, offset, rows, upto=part) for rows, part in groups if rows.any()]
    return pc.coalesce(*some) if some else pa.nulls(len(wall), TEXT)


def parsed(texts: pa.Array) -> tuple[Moments, NDArray[np.bool_]]:
    """Return the moments that ISO 8601 texts name, and which texts are none.

    Examples
    --------
    >>> moments, wrong = parsed(pa.array(["2020-05-19", "2020-02-30", "19.5.2020"], TEXT))
    >>> wrong.tolist()
    [False, True, True]
    """
    found = pc.extract_regex(texts, _TEXT_FORM)
    there = present(texts)
    matched = present(found) & there
    if not matched.any():
        empty = np.zeros(len(texts), dtype=np.int64)
        nothing = Moments(wall=empty, offset=np.full(len(texts), NAIVE, np.int32), fraction=matched, present=matched)
        return nothing, there
    date = found.field("date")
    days = [number(pc.utf8_slice_codeunits(date, *edges)) for edges in ((0, 4), (5, 7), (8, 10))]
    clock = [number(found.field(name)) for name in ("hour", "minute", "second")]
    wall, sound = seconds_of(days, clock)
    offset, offset_sound = _offsets(found.field("zone"))
    sound &= matched & offset_sound
    fraction = sound & as_mask(pc.match_substring_regex(found.field("fraction"), "[1-9]"))
    moments = Moments(wall=np.where(sound, wall, 0), offset=offset, fraction=fraction, present=sound)
    return moments, there & ~sound


def beyond_the_calendar(texts: pa.Array) -> NDArray[np.bool_]:
    """Return which texts are ISO 8601 but for a year outside 1 to 9999.

    Examples
    --------
    >>> beyond_the_calendar(pa.array(["20000-01-01", "0000-01-01", "2024-01-01", None], TEXT)).tolist()
    [True, True, False, False]
    """
    return as_mask(pc.match_substring_regex(texts, _OTHER_YEARS))


def seconds_of(
    days: Sequence[NDArray[np.int64]], clock: Sequence[NDArray[np.int64]]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return seconds since 1970 of year, month, day and hour, minute, second; and which of them there are."""
    (year, month, day), (hour, minute, second) = days, clock
    months = (year - 1970) * 12 + month - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    length = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - first
    sound = (year >= 1) & (month >= 1) & (month <= _MONTHS) & (day >= 1) & (day <= length)
    sound &= (hour < _HOURS) & (minute < _MINUTES) & (second < _SECONDS)
    return (first + day - 1) * DAY + hour * 3600 + minute * 60 + second, sound


def number(texts: pa.Array) -> NDArray[np.int64]:
    """Return digits as numbers; an absent group is 0."""
    digits = pc.if_else(pc.equal(pc.binary_length(texts), 0), pa.scalar("0", texts.type), texts)
    return _integers(digits.cast(pa.int64()))


def _offsets(zones: pa.Array) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Return the offsets that texts name, in seconds, and which of them are possible."""
    encoded = zones.dictionary_encode()
    named = [_offset(name) for name in encoded.dictionary.to_pylist()]
    table = np.array([*named, NAIVE], dtype=np.int32)
    offset = table[_integers(pc.fill_null(encoded.indices.cast(pa.int64()), len(named)))]
    return np.where(offset == UNKNOWN, NAIVE, offset).astype(np.int32), offset != UNKNOWN


def _offset(name: str) -> int:
    if name in ("", "Z"):
        return 0 if name else int(NAIVE)
    hours, minutes = int(name[1:3]), int(name[-2:])
    if hours >= _HOURS or minutes >= _MINUTES:
        return int(UNKNOWN)
    return (hours * 60 + minutes) * (-60 if name[0] == "-" else 60)
