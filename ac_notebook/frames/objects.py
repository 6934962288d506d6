"""Columns of Python objects: sorted by exact type, then converted type by type, without calling anybody's code."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ac_notebook.frames import durations, figures, texts
from ac_notebook.frames.cells import TEXT, Text, scattered, unsendable
from ac_notebook.frames.moments import NAIVE, NO_ZONE, Moments
from ac_notebook.frames.zones import DAY, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from numpy.typing import NDArray

    Convert = Callable[[pa.Array | Moments | Text], Text]
    Lists = Callable[[list[Any], bool], Text]

_NUMPY_INTEGERS = (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64, np.longlong)
_KINDS: dict[type, str] = {
    type(None): "blank", type(pd.NA): "blank", type(pd.NaT): "blank",
    str: "text", np.str_: "text",
    bool: "boolean", np.bool_: "boolean",
    int: "integer", **dict.fromkeys(_NUMPY_INTEGERS, "integer"), np.ulonglong: "integer",
    float: "float", np.float64: "float", np.longdouble: "float", np.float32: "float32", np.float16: "float32",
    decimal.Decimal: "decimal",
    dt.date: "date", dt.datetime: "moment", pd.Timestamp: "moment", np.datetime64: "numpy moment",
    dt.time: "clock", pd.Period: "period", uuid.UUID: "uuid",
    dt.timedelta: "duration", pd.Timedelta: "duration", np.timedelta64: "duration",
    list: "list", tuple: "list", set: "set", frozenset: "set", np.ndarray: "array",
}  # fmt: skip

_COARSE = ("Y", "M", "W", "D", "h", "m")
_EPOCH_DAY = dt.date(1970, 1, 1).toordinal()


def from_objects(values: NDArray[np.object_], convert: Convert, lists: Lists, *, unfit: Collection[str] = ()) -> Text:
    """Return Python's objects as text.

    Parameters
    ----------
    values
        The cells.
    convert
        Turns Arrow arrays and moments into text.
    lists
        Turns lists into text, in order where it is told to sort them.
    unfit
        Kinds of objects that the target never takes.
    """
    groups = _by_kind(values)
    groups.pop("blank", None)
    if "float" in groups and _all_nan(values[groups["float"]]):
        del groups["float"]
    if set(groups) == {"text"} and len(groups["text"]) == len(values):
        return _text(values.tolist(), convert)
    found = []
    for kind, places in groups.items():
        cells = values[places].tolist()
        if kind in unfit:
            # As written out, before anything that the target would make of it, which might leave a blank.
            there = np.array([_WRITTEN[kind](cell) is not None for cell in cells], dtype=bool)
            found.append((places, unsendable(there, "value-unsupported")))
        else:
            found.append((places, _group(kind, cells, convert, lists)))
    return scattered(len(values), found)


def kinds(values: NDArray[np.object_]) -> set[str]:
    """Return what kinds of objects there are, told by their exact types.

    Examples
    --------
    >>> sorted(kinds(np.array(["a", 1, None], dtype=object)))
    ['blank', 'integer', 'text']
    """
    return {_kind(found) for found in {id(one): one for one in map(type, values)}.values()}


def _by_kind(values: NDArray[np.object_]) -> dict[str, NDArray[np.int64]]:
    # By the identity of the type: isinstance() asks the object for its __class__, hash() the type for its hash.
    types = list(map(type, values))
    distinct = set(map(id, types))
    if len(distinct) == 1:
        return {_kind(types[0]): np.arange(len(types))}
    marks = np.fromiter(map(id, types), np.int64, len(types))
    groups: dict[str, list[NDArray[np.int64]]] = {}
    for mark in distinct:
        places = np.flatnonzero(marks == mark)
        groups.setdefault(_kind(types[places[0]]), []).append(places)
    return {kind: np.sort(np.concatenate(places)) for kind, places in groups.items()}


def _kind(found: type) -> str:
    for known, kind in _KINDS.items():
        if found is known:
            return kind
    return "text subclass" if any(base is str for base in type.mro(found)) else "unsupported"


def _all_nan(values: NDArray[np.object_]) -> bool:
    return bool(np.isnan(values.astype(np.float64)).all())


def _group(kind: str, values: list[Any], convert: Convert, lists: Lists) -> Text:
    if kind in _TEXTS:
        return convert(_TEXTS[kind](values))
    if kind in _MOMENTS:
        return convert(_moments([_MOMENTS[kind](value) for value in values]))
    if kind in _WRITTEN:
        return convert(Text(values=pa.array([_WRITTEN[kind](value) for value in values], TEXT)))
    if kind in ("text", "text subclass"):
        return _text([str.__str__(value) for value in values], convert)
    if kind == "integer":
        return _integers([int(value) for value in values], convert)
    return _sequences(kind, values, lists)


def _sequences(kind: str, values: list[Any], lists: Lists) -> Text:
    if kind in ("list", "set"):
        return lists(values, kind == "set")
    if kind == "array":
        flat = [value.ndim == 1 for value in values]
        rows = [list(value) if one else [] for value, one in zip(values, flat, strict=True)]
        return _part(lists(rows, kind == "set"), flat)
    return unsendable(np.ones(len(values), dtype=bool), "value-unsupported")


def _text(values: list[str], convert: Convert) -> Text:
    array, broken = texts.strings(values)
    return convert(array).with_masks(bad={"text-unsendable": broken})


def _part(text: Text, supported: list[bool]) -> Text:
    return text.with_masks(bad={"value-unsupported": ~np.array(supported, dtype=bool)})


def _integers(values: list[int], convert: Convert) -> Text:
    try:
        return convert(pa.array(values, pa.int64()))
    except OverflowError:
        pass
    # Python refuses to write out numbers of thousands of digits, and no field is meant for them.
    fits = [value.bit_length() <= 3 * figures.MOST_DIGITS for value in values]
    written = [str(value) if fit else None for value, fit in zip(values, fits, strict=True)]
    return _part(convert(Text(values=pa.array(written, TEXT))), fits)


_TEXTS: dict[str, Callable[[list[Any]], pa.Array | Text]] = {
    "decimal": figures.from_decimal_objects,
    "boolean": lambda values: pa.array([bool(value) for value in values], pa.bool_()),
    "float": lambda values: pa.array(np.array(values, dtype=np.float64)),
    "float32": lambda values: pa.array(np.array(values, dtype=np.float32)),
}


def _date(value: dt.date) -> tuple[int, int, bool] | None:
    return (value.toordinal() - _EPOCH_DAY) * DAY, int(NAIVE), False


def _moment(value: dt.datetime) -> tuple[int, int, bool] | None:
    try:
        wall = (dt.date(value.year, value.month, value.day).toordinal() - _EPOCH_DAY) * DAY
    except ValueError:  # a pandas.Timestamp outside the years 1 to 9999
        return 0, int(UNKNOWN), False
    wall += value.hour * 3600 + value.minute * 60 + value.second
    try:
        offset = value.utcoffset()
    except Exception:  # noqa: BLE001 - a tzinfo may be anybody's class, and raise anything
        return 0, int(NO_ZONE), False
    fraction = bool(value.microsecond or getattr(value, "nanosecond", 0))
    return wall, int(NAIVE) if offset is None else int(offset.total_seconds()), fraction


def _numpy_moment(value: np.datetime64) -> tuple[int, int, bool] | None:
    if np.isnat(value):
        return None
    try:
        seconds = value.astype("datetime64[s]")
    except OverflowError:  # units finer than a nanosecond
        return 0, int(UNKNOWN), False
    if np.datetime_data(value.dtype)[0] in _COARSE and seconds.astype(value.dtype) != value:
        return 0, int(UNKNOWN), False  # so far away that its seconds cannot be counted
    moment = seconds.item()
    if not isinstance(moment, dt.datetime):  # outside the years 1 to 9999 it is a number
        return 0, int(UNKNOWN), False
    wall, offset, _ = _moment(moment) or (0, int(UNKNOWN), False)
    return wall, offset, bool(seconds != value)


_MOMENTS: dict[str, Callable[[Any], tuple[int, int, bool] | None]] = {
    "date": _date,
    "moment": _moment,
    "numpy moment": _numpy_moment,
}


def _moments(found: list[tuple[int, int, bool] | None]) -> Moments:
    there = np.array([one is not None for one in found], dtype=bool)
    filled = [one or (0, int(NAIVE), False) for one in found]
    wall, offset, fraction = zip(*filled, strict=True)
    return Moments(
        wall=np.array(wall, dtype=np.int64),
        offset=np.array(offset, dtype=np.int32),
        fraction=np.array(fraction, dtype=bool),
        present=there,
    )


def _clock(value: dt.time) -> str:
    return value.replace(tzinfo=None).isoformat()


_WRITTEN: dict[str, Callable[[Any], str | None]] = {
    "clock": _clock,
    "uuid": str,
    "period": str,
    "duration": durations.of_object,
}
