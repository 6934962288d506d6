"""Dates and times as text, put together from tables of days, seconds of a day and offsets: nothing is written twice."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa

from ac_notebook.frames.zones import DAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

Part = Literal["day", "clock", "zone"]
"""Of the text of a moment, the last one that is written."""

_WIDTHS = {"day": 10, "clock": 9, "zone": 6}  # 2020-05-19, T02:45:00 and -05:00
_LARGEST_OFFSET = 1_440  # minutes
_BLOCK = 4_096  # days whose dates are written together, once
_MOST_BLOCKS = 64


def tabled(
    wall: NDArray[np.int64],
    offset: NDArray[np.int32],
    rows: NDArray[np.bool_],
    *,
    upto: Literal["day", "clock", "zone"],
) -> pa.Array:
    """Return the text of some rows, null for the others.

    Parameters
    ----------
    wall
        Wall clock time in seconds since 1970-01-01T00:00:00, within the years 1 to 9999.
    offset
        Seconds from UTC, whole minutes, up to a day.
    rows
        Which rows are written.
    upto
        ``"day"`` writes the date, ``"clock"`` the time of day too, ``"zone"`` also the offset.

    Examples
    --------
    >>> tabled(np.array([3_600]), np.array([-18_000]), np.array([True]), upto="zone").to_pylist()
    ['1970-01-01T01:00:00-05:00']
    """
    some = slice(None) if rows.all() else rows
    seconds = wall[some]
    days = seconds // DAY
    parts = list(_WIDTHS)[: list(_WIDTHS).index(upto) + 1]
    texts = np.empty(len(days), dtype=[(part, f"V{_WIDTHS[part]}") for part in parts])
    texts["day"] = _dates(days)
    if "clock" in parts:
        texts["clock"] = _clock().take(seconds - days * DAY)
    if "zone" in parts:
        texts["zone"] = _zones().take(offset[some] // 60 + _LARGEST_OFFSET)
    edges = np.concatenate([[0], np.cumsum(rows, dtype=np.int64) * texts.dtype.itemsize])
    valid = None if rows.all() else pa.py_buffer(np.packbits(rows, bitorder="little"))
    return pa.LargeStringArray.from_buffers(len(rows), pa.py_buffer(edges), pa.py_buffer(texts), valid)


def _dates(days: NDArray[np.int64]) -> NDArray[Any]:
    first, last = int(days.min()) // _BLOCK, int(days.max()) // _BLOCK
    if last - first >= _MOST_BLOCKS:
        return _written(days.astype("datetime64[D]"), 0, "day")
    table = np.concatenate([_block(block) for block in range(first, last + 1)])
    return table.take(days - first * _BLOCK)


@lru_cache(maxsize=1_024)
def _block(number: int) -> NDArray[Any]:
    return _written(np.arange(number * _BLOCK, (number + 1) * _BLOCK).astype("datetime64[D]"), 0, "day")


@cache
def _clock() -> NDArray[Any]:
    return _written(np.arange(DAY).astype("datetime64[s]"), _WIDTHS["day"], "clock")


@cache
def _zones() -> NDArray[Any]:
    minutes = range(-_LARGEST_OFFSET, _LARGEST_OFFSET + 1)
    names = [f"{'-' if one < 0 else '+'}{abs(one) // 60:02d}:{abs(one) % 60:02d}" for one in minutes]
    return np.array(names, dtype=f"S{_WIDTHS['zone']}").view(f"V{_WIDTHS['zone']}")


def _written(moments: NDArray[np.datetime64], start: int, part: str) -> NDArray[Any]:
    """Return a part of the ISO 8601 text of moments, beginning at a place."""
    stop = start + _WIDTHS[part]
    characters = np.datetime_as_string(moments).astype(f"S{stop}").view(np.uint8).reshape(len(moments), stop)
    return np.ascontiguousarray(characters[:, start:]).view(f"V{_WIDTHS[part]}").ravel()
