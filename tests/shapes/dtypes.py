"""Columns of every dtype."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from tests.shapes.shape import Builders, Shape, of_values

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = dt.date(2024, 2, 29)
NOON = dt.datetime(2024, 2, 29, 12, 30)  # noqa: DTZ001 - a moment without a zone
CLOCK = dt.time(8, 30)


def _of(values: Any, dtype: Any = None) -> Callable[[], Shape]:
    return lambda: Shape(frame=of_values(values, dtype))


def _arrow(values: list[Any], kind: Any) -> Callable[[], Shape]:
    return lambda: Shape(frame=of_values(pd.Series(pd.arrays.ArrowExtensionArray(pa.array(values, kind)))))


def _category(values: list[Any], **more: Any) -> Callable[[], Shape]:
    return lambda: Shape(frame=of_values(pd.Series(pd.Categorical(values, **more))))


def _sparse(values: list[Any], dtype: Any) -> Callable[[], Shape]:
    return lambda: Shape(frame=of_values(pd.Series(pd.arrays.SparseArray(values, dtype=dtype))))


def _dictionary() -> Shape:
    return _arrow(["a", None, "a"], pa.dictionary(pa.int8(), pa.string()))()


def _run_ends() -> Shape:
    runs = pa.RunEndEncodedArray.from_arrays(pa.array([2, 3], pa.int32()), pa.array(["a", "b"]))
    return Shape(frame=of_values(pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([runs])))))


_INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
_UNITS = ("s", "ms", "us", "ns")

NUMPY: Builders = {
    **{name: _of([0, 1, 100], name) for name in _INTEGERS},
    **{name: _of([0.0, 1.5, np.nan, np.inf], name) for name in ("float16", "float32", "float64")},
    "long double": _of(np.array([1.5, np.nan, 2.0], dtype=np.longdouble)),
    "bool": _of([True, False]),
    "complex64": _of([1j, np.nan], "complex64"),
    "complex128": _of([1j, 2], "complex128"),
    **{f"datetime64[{unit}]": _of(np.array(["2024-02-29", "NaT"], f"datetime64[{unit}]")) for unit in _UNITS},
    **{f"timedelta64[{unit}]": _of(np.array([90, "NaT"], f"timedelta64[{unit}]")) for unit in _UNITS},
    "far dates": _of(np.array(["0001-01-01", "9999-12-31", "-5000-01-01", "50000-01-01"], "datetime64[s]")),
    "S": _of(np.array([b"a", b"bc"]).astype(object)),
    "U": _of(np.array(["a", "bc"])),
    "void": _of(np.array([(1, "a")], dtype=[("n", "i4"), ("t", "U1")]).astype(object)),
    "big-endian": _of(np.array([1, 2, 300], dtype=">i4").astype("int32")),
}

PANDAS: Builders = {
    **{name.replace("uint", "UInt").replace("int", "Int"): _of(
        [1, None, 3], name.replace("uint", "UInt").replace("int", "Int")) for name in _INTEGERS},
    "Float32": _of([1.5, None], "Float32"),
    "Float64": _of([1.5, None, np.inf], "Float64"),
    "boolean": _of([True, None], "boolean"),
    "string[python]": _of(["a", None], "string[python]"),
    "string[pyarrow]": _of(["a", None], "string[pyarrow]"),
    "str": _of(["a", None], "str"),
    "zones": _of(pd.Series(pd.to_datetime(["2024-02-29T12:00", "NaT"])).dt.tz_localize("America/New_York")),
    "an offset": _of(pd.Series(pd.to_datetime(["2024-02-29T12:00", "NaT"])).dt.tz_localize("+05:30")),
    **{f"Period[{frequency}]": _of(pd.Series(pd.period_range("2024-01-01", periods=3, freq=frequency)))
       for frequency in ("Y", "Q", "M", "W", "D", "h", "min", "s")},
    "Period with NaT": _of(pd.Series([pd.Period("2024", "Y"), pd.NaT], dtype="period[Y]")),
    "Interval": _of(pd.Series(pd.interval_range(0, 3))),
    "Interval of moments": _of(pd.Series(pd.interval_range(pd.Timestamp("2024"), periods=2))),
    "Sparse[int]": _sparse([0, 0, 5], pd.SparseDtype("int64", 0)),
    "Sparse[float]": _sparse([np.nan, 1.5, np.nan], pd.SparseDtype("float64")),
    "Sparse[bool]": _sparse([False, True], pd.SparseDtype(bool, False)),  # noqa: FBT003 - pandas' signature
    "Sparse[object]": _sparse(["a", None, "b"], "Sparse[object]"),
    "Sparse[datetime64]": _sparse(
        list(pd.to_datetime(["2024-01-01", "NaT"]).to_numpy()), pd.SparseDtype("datetime64[ns]")),
    "categories unused": _category(["a", "b"], categories=["a", "b", "unused", "\x00"]),
    "categories in order": _category(["low", "high", None], categories=["low", "high"], ordered=True),
    "categories of numbers": _category([3, 1, None]),
    "categories of floats": _category([1.5, 2.0, None]),
    "categories of dates": _category([DAY, None]),
    "categories of moments": _category([pd.Timestamp("2024-01-01"), None]),
    "categories of booleans": _category([True, False]),
    "categories of intervals": lambda: Shape(frame=of_values(pd.cut(pd.Series([1, 2, 30]), [0, 5, 50]))),
    "categories of tuples": lambda: Shape(frame=of_values(pd.Series(pd.Categorical(
        pd.Index([(1, 2), ("a", 3)], tupleize_cols=False))))),
    "categories without any": _category([None, None]),
    "categories of Arrow": lambda: Shape(frame=of_values(
        pd.Series(["a", "b", None], dtype=pd.ArrowDtype(pa.string())).astype("category"))),
}  # fmt: skip

_ARROW_NUMBERS = {
    str(kind): _arrow([0, 1, None], kind)
    for kind in (
        pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64(),
        pa.float32(), pa.float64(),
    )
}  # fmt: skip

ARROW: Builders = {
    **{f"Arrow {name}": build for name, build in _ARROW_NUMBERS.items()},
    "Arrow half float": _arrow([np.float16(1.5), None], pa.float16()),
    "Arrow bool": _arrow([True, False, None], pa.bool_()),
    "Arrow null": _arrow([None, None], pa.null()),
    "Arrow string": _arrow(["a", None, ""], pa.string()),
    "Arrow large_string": _arrow(["a", None, ""], pa.large_string()),
    "Arrow string_view": _arrow(["a", None, "longer than twelve bytes"], pa.string_view()),
    "Arrow binary": _arrow([b"a", None], pa.binary()),
    "Arrow large_binary": _arrow([b"a", None], pa.large_binary()),
    "Arrow binary of a size": _arrow([b"ab", None], pa.binary(2)),
    "Arrow dictionary": _dictionary,
    "Arrow run ends": _run_ends,
    "Arrow list": _arrow([["a", None], None, []], pa.list_(pa.string())),
    "Arrow large_list": _arrow([["a"], None], pa.large_list(pa.large_string())),
    "Arrow list of a size": _arrow([["a", "b"], None], pa.list_(pa.string(), 2)),
    "Arrow list of lists": _arrow([[["a"]], None], pa.list_(pa.list_(pa.string()))),
    "Arrow list of numbers": _arrow([[1, 2], None], pa.list_(pa.int64())),
    "Arrow struct": _arrow([{"a": 1}, None], pa.struct([("a", pa.int64())])),
    "Arrow map": _arrow([[("k", "v")], None], pa.map_(pa.string(), pa.string())),
    "Arrow decimal128": _arrow([Decimal("1.50"), None], pa.decimal128(6, 2)),
    "Arrow decimal256": _arrow([Decimal("1.50"), None], pa.decimal256(60, 2)),
    "Arrow decimal below 0": _arrow([Decimal(1500), None], pa.decimal128(6, -2)),
    "Arrow date32": _arrow([DAY, None], pa.date32()),
    "Arrow date64": _arrow([DAY, None], pa.date64()),
    "Arrow time32": _arrow([CLOCK, None], pa.time32("s")),
    "Arrow time64": _arrow([CLOCK, None], pa.time64("ns")),
    **{f"Arrow timestamp[{unit}]": _arrow([NOON, None], pa.timestamp(unit)) for unit in _UNITS},
    **{f"Arrow timestamp[{unit}, zone]": _arrow([NOON, None], pa.timestamp(unit, "Asia/Tokyo")) for unit in _UNITS},
    "Arrow timestamp[s, offset]": _arrow([NOON, None], pa.timestamp("s", "-03:00")),
    "Arrow timestamp[s, no zone of this world]": _arrow([NOON, None], pa.timestamp("s", "Moon/Crater")),
    **{f"Arrow duration[{unit}]": _arrow([dt.timedelta(90), None], pa.duration(unit)) for unit in _UNITS},
    "Arrow month_day_nano": _arrow([pa.MonthDayNano([1, 2, 3]), None], pa.month_day_nano_interval()),
}
