"""Columns of objects of every kind."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import fractions
import io
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pandas as pd

from tests.shapes.shape import Builders, Shape, cells, of_values

if TYPE_CHECKING:
    from collections.abc import Callable


def _never(*_: Any, **__: Any) -> NoReturn:
    raise AssertionError("a cell's own code was called")


class _Meta(type):
    __hash__ = _never
    __eq__ = _never
    __instancecheck__ = _never


class Hostile(metaclass=_Meta):
    """Resists everything."""

    __str__ = __repr__ = __eq__ = __bool__ = __len__ = __iter__ = __float__ = __array__ = __format__ = _never
    __getattr__ = __sizeof__ = __deepcopy__ = __copy__ = __reduce_ex__ = __arrow_c_array__ = __index__ = _never
    __add__ = __lt__ = __getitem__ = __contains__ = __int__ = __complex__ = __dataframe__ = __next__ = _never

    def __hash__(self) -> int:  # noqa: PLE0309 - it never returns
        _never()

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        _never()


class Text(str):
    """Text with methods of its own."""

    __slots__ = ()
    __str__ = __repr__ = __eq__ = __hash__ = __len__ = strip = encode = __iter__ = __getitem__ = _never


class Number(int):
    """A number with methods of its own."""

    __str__ = __repr__ = __eq__ = __hash__ = __int__ = __float__ = __index__ = __bool__ = _never


class Real(float):
    """A float with methods of its own."""

    __str__ = __repr__ = __eq__ = __hash__ = __int__ = __float__ = __bool__ = __ne__ = _never


class Many(list[Any]):
    """A list with methods of its own."""

    __iter__ = __len__ = __getitem__ = __repr__ = _never


class Moment(dt.datetime):
    """A moment with methods of its own."""

    utcoffset = isoformat = __str__ = __repr__ = _never


class Zone(dt.tzinfo):
    """A zone that does not say what it is."""

    utcoffset = tzname = dst = _never


class Colour(enum.Enum):
    """A choice."""

    RED = "red"


class Word(enum.StrEnum):
    """A choice that is text."""

    RED = "red"


class Step(enum.IntEnum):
    """A choice that is a number."""

    ONE = 1


@dataclasses.dataclass
class Point:
    """A value of several parts."""

    x: int = 1


class Failing:
    """Fails differently each time."""

    def __str__(self) -> str:
        raise KeyboardInterrupt

    def __repr__(self) -> str:
        raise SystemExit

    def __len__(self) -> int:
        return -1  # noqa: PLE0303 - that is what fails


def _cyclic() -> list[Any]:
    made: list[Any] = ["a"]
    made.append(made)
    return made


def _generator() -> Any:
    yield from "abc"


def _of(*values: Any) -> Callable[[], Shape]:
    return lambda: Shape(frame=of_values(cells([*values, "last"])))


OBJECTS: Builders = {
    "mixed": _of("a", 1, 2.5, np.True_, None, dt.date(2024, 1, 1), b"x", ["a"], {"a": 1}, np.nan),
    "blanks of all kinds": _of(None, np.nan, float("nan"), -np.nan, np.float32("nan"), pd.NA, pd.NaT, Decimal("NaN")),
    "blanks of NumPy": _of(np.datetime64("NaT"), np.timedelta64("NaT", "s"), np.float16("nan"), np.longdouble("nan")),
    "Decimals": _of(Decimal("1.50"), Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1E+9")),
    "huge numbers": _of(10**5000, -(10**400), 2**64, 1e308, -1e308, np.inf),
    "NumPy numbers": _of(np.int8(1), np.uint64(2**64 - 1), np.float16(1.5), np.longdouble(2), np.str_("x")),
    "NumPy complex and bytes": _of(np.complex64(1j), np.bytes_(b"x"), np.void(b"x")),
    "datetimes": _of(
        dt.datetime.max.replace(tzinfo=dt.UTC),
        dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime(2024, 1, 1, tzinfo=Zone())),
    "moments of NumPy": _of(np.datetime64("2024", "Y"), np.datetime64("2024-01-01T00", "h"), np.datetime64(1, "fs")),
    "moments without a unit": _of(np.datetime64("NaT"), np.timedelta64(5), np.timedelta64(5, "Y")),
    "Timestamps": _of(pd.Timestamp.min, pd.Timestamp.max, pd.Timestamp("2024-01-01", tz="UTC"), pd.Timedelta.max),
    "Periods and Intervals": _of(pd.Period("2024", "Y"), pd.Interval(0, 1), pd.offsets.Day(1)),
    "clocks and spans": _of(dt.time(8), dt.time(8, tzinfo=dt.UTC), dt.time(8, tzinfo=Zone()), dt.timedelta.max),
    "lists": _of([], [None], ["a", ["b"]], ["a", 1, 2.5], [[]], [b"x"], ["\ud800"], ["a||b"]),
    "tuples and sets": _of((), ("a",), {"b", "a"}, frozenset({1}), {1, "a", None}, {("a", "b")}),
    "arrays": _of(np.array([1, 2]), np.array(5), np.zeros((2, 2)), np.array([]), np.array(["a", None], dtype=object)),
    "a list in itself": _of(_cyclic()),
    "a long list": _of(list(range(10_000))),
    "dictionaries": _of({}, {"a": 1}, {1: {2: 3}}),
    "Series and frames": _of(pd.Series([1]), pd.DataFrame({"a": [1]}), pd.Index([1]), pd.array([1])),
    "generators and files": _of(_generator(), iter([1]), io.StringIO("x"), range(3), map(str, [1]), memoryview(b"x")),
    "types and functions": _of(int, len, _generator, np, Ellipsis, NotImplemented, lambda: None),
    "enums": _of(Colour.RED, Word.RED, Step.ONE),
    "dataclasses": _of(Point(), Point),
    "fractions and UUIDs": _of(fractions.Fraction(1, 3), uuid.UUID(int=5), 1j),
    "hostile objects": _of(Hostile(), Hostile()),
    "hostile types": _of(Hostile, Text),
    "hostile text": _of(Text("a"), Text("")),
    "hostile numbers": _of(Number(1), Real(1.5), Real("nan")),
    "hostile lists": _of(Many(["a"]), ["a", Many(["b"])]),
    "hostile moments": _of(Moment(2024, 1, 1)),
    "hostile items": _of([Hostile()], (Hostile(),), cells([Hostile(), 1]).to_numpy()),
    "objects that fail": _of(Failing(), [Failing()]),
    "errors": _of(ValueError("x"), KeyboardInterrupt()),
    "plain objects": _of(object(), object()),
    "booleans and blanks": _of(True, None, False),  # noqa: FBT003 - cells
    "whole floats and a gap": _of(46701234567.0, None, 5.0),
    "only blanks": lambda: Shape(frame=of_values(cells([None, np.nan, pd.NA]))),
}  # fmt: skip
