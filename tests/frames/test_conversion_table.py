from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from tests.frames.rig import converted, sent, texts_of

UNSUPPORTED = "!value-unsupported"
DAY = dt.date(2024, 2, 29)
CET = dt.timezone(dt.timedelta(hours=1))

TEXT_DTYPES = ["object", "str", "string", "category", pd.ArrowDtype(pa.string()), pd.ArrowDtype(pa.large_string())]


@pytest.mark.parametrize("dtype", TEXT_DTYPES, ids=str)
@pytest.mark.parametrize("kind", ["unknown", "text", "hidden", "textarea"])
def test_text_is_trimmed_and_otherwise_sent_as_it_is(dtype: Any, kind: str) -> None:
    """White space around text goes, Unicode's included; what is inside stays; nothing left is a blank."""
    values = ["a  b", "  é\u2003", "\u00a0x\u00a0", " ", "", None, "nan", "日本 \U0001f600", "001", "İ"]
    assert sent(values, kind, dtype=dtype) == ["a  b", "é", "x", None, None, None, "nan", "日本 \U0001f600", "001", "İ"]


@pytest.mark.parametrize("dtype", [*TEXT_DTYPES, "string[python]", "string[pyarrow]"], ids=str)
def test_what_was_trimmed_is_told(dtype: Any) -> None:
    """The rows whose text had white space around it are marked."""
    assert converted([" a", "b", None, "c\t"], "unknown", dtype=dtype).changes["trimmed"].tolist() == [
        True, False, False, True,
    ]  # fmt: skip


NUMBERS = [
    ([1, -2, 2**53 + 1], "int64", ["1", "-2", "9007199254740993"]),
    ([1, 255], "uint8", ["1", "255"]),
    ([2**64 - 1], "uint64", ["18446744073709551615"]),
    ([1, None], "Int64", ["1", None]),
    ([1, None], pd.ArrowDtype(pa.int16()), ["1", None]),
    ([1.0, 2.5, np.nan, -0.0], "float64", ["1", "2.5", None, "0"]),
    ([1.0, 0.1, None], "float32", ["1", "0.1", None]),
    ([1.0, 0.5], "float16", ["1", "0.5"]),
    ([1.0, None, 1e-7], "Float64", ["1", None, "0.0000001"]),
    ([1.5, None, 3.0], pd.ArrowDtype(pa.float64()), ["1.5", None, "3"]),
    ([np.inf, -np.inf], "float64", ["!number-infinite"] * 2),
    ([2.0**53, 2.0**53 + 2, 1e300], "float64", ["9007199254740992", "!number-inexact", "!number-inexact"]),
    ([46701234567.0], "object", ["46701234567"]),
    ([10**30, -5], "object", [f"1{'0' * 30}", "-5"]),
    ([Decimal("1.50"), Decimal("1E+3"), Decimal("NaN")], "object", ["1.50", "1000", None]),
    ([Decimal("Infinity"), Decimal("1E-7")], "object", ["!number-infinite", "0.0000001"]),
    ([Decimal("1.50")], pd.ArrowDtype(pa.decimal128(6, 2)), ["1.50"]),
    ([True, False], "bool", ["true", "false"]),
    ([True, None], "boolean", ["true", None]),
    ([True, None], pd.ArrowDtype(pa.bool_()), ["true", None]),
    ([True, np.False_, 1, np.int8(3)], "object", ["true", "false", "1", "3"]),
    ([0, 0, 5], pd.SparseDtype("int64", 0), ["0", "0", "5"]),
    ([np.nan, 1.0], pd.SparseDtype("float64"), [None, "1"]),
    ([3, 1, None], "category", ["3", "1", None]),
]


@pytest.mark.parametrize(("values", "dtype", "expected"), NUMBERS, ids=str)
def test_numbers_are_their_digits(values: list[Any], dtype: Any, expected: list[str | None]) -> None:
    """Whole numbers have no decimal point, no number has an exponent, and none loses a digit unnoticed."""
    assert sent(values, "unknown", dtype=dtype) == expected


MOMENTS = [
    (pd.Series(pd.DatetimeIndex(["2024-02-29", None])), ["2024-02-29", None]),
    (pd.Series([np.datetime64("2024-02-29T01:02:03.9", "ms")]), ["2024-02-29T01:02:03"]),
    (pd.Series(np.array(["1066-10-14", "9999-12-31"], dtype="datetime64[s]")), ["1066-10-14", "9999-12-31"]),
    (pd.Series(np.array(["10000-01-01", "-0001-01-01"], dtype="datetime64[s]")), ["!date-out-of-range"] * 2),
    (pd.Series(pd.to_datetime(["2024-07-01"]).tz_localize("Europe/Stockholm")), ["2024-07-01T00:00:00+02:00"]),
    (pd.Series([DAY, dt.datetime(2024, 1, 2, 3, 4), None], dtype=object), ["2024-02-29", "2024-01-02T03:04:00", None]),  # noqa: DTZ001
    (pd.Series([dt.datetime(2024, 1, 2, tzinfo=CET)], dtype=object), ["2024-01-02T00:00:00+01:00"]),
    (pd.Series([pd.Timestamp("2024-01-02"), np.datetime64("2024-01")], dtype=object), ["2024-01-02", "2024-01-01"]),
    (pd.Series([np.datetime64("NaT", "s"), np.datetime64("20000", "Y")], dtype=object), [None, "!date-out-of-range"]),
    (pd.Series([DAY, None], dtype=pd.ArrowDtype(pa.date32())), ["2024-02-29", None]),
    (pd.Series([DAY], dtype=pd.ArrowDtype(pa.date64())), ["2024-02-29"]),
    (pd.Series([dt.datetime(1, 1, 1)], dtype=pd.ArrowDtype(pa.timestamp("us"))), ["0001-01-01"]),  # noqa: DTZ001
    (
        pd.Series(
            [dt.datetime(2024, 1, 2, tzinfo=dt.UTC)], dtype=pd.ArrowDtype(pa.timestamp("ms", "America/New_York"))
        ),
        ["2024-01-01T19:00:00-05:00"],
    ),
    (
        pd.Series([dt.datetime(2024, 1, 2, tzinfo=dt.UTC)], dtype=pd.ArrowDtype(pa.timestamp("ns", "+05:30"))),
        ["2024-01-02T05:30:00+05:30"],
    ),
    (pd.Series(pd.Categorical([DAY, None])), ["2024-02-29", None]),
]


@pytest.mark.parametrize(("series", "expected"), MOMENTS, ids=lambda one: str(getattr(one, "dtype", "")))
def test_dates_and_times_without_a_field_of_their_own(series: pd.Series[Any], expected: list[str | None]) -> None:
    """A midnight without an offset is a date; everything else is ISO 8601 in whole seconds."""
    assert sent(series, "unknown") == expected


OTHERS = [
    (pd.Series(pd.period_range("2024-01", periods=2, freq="M")), ["2024-01", "2024-02"]),
    (pd.Series([pd.Period("2024-01-05", "D"), None], dtype=object), ["2024-01-05", None]),
    (pd.Series(pd.to_timedelta(["1 days 02:00:00", None])), ["P1DT2H0M0S", None]),
    (pd.Series([dt.timedelta(seconds=-1.5), np.timedelta64(2, "h")], dtype=object), ["-P0DT0H0M1.5S", "P0DT2H0M0S"]),
    (pd.Series([np.timedelta64("NaT", "s"), pd.Timedelta("1ms")], dtype=object), [None, "P0DT0H0M0.001S"]),
    (pd.Series([dt.timedelta(days=2)], dtype=pd.ArrowDtype(pa.duration("s"))), ["P2DT0H0M0S"]),
    (pd.Series([dt.time(8, 30)], dtype=object), ["08:30:00"]),
    (pd.Series([dt.time(8, 30)], dtype=pd.ArrowDtype(pa.time32("s"))), ["08:30:00"]),
    (pd.Series([uuid.UUID(int=5)], dtype=object), ["00000000-0000-0000-0000-000000000005"]),
    (pd.Series([None, None], dtype=pd.ArrowDtype(pa.null())), [None, None]),
    (pd.Series([None, np.nan, pd.NaT, pd.NA, Decimal("NaN"), float("nan")], dtype=object), [None] * 6),
    (pd.Series([b"raw", bytearray(b"x"), 1j, {"a": 1}, object(), range(3)], dtype=object), [UNSUPPORTED] * 6),
    (pd.Series([1j, np.nan + 0j]), [UNSUPPORTED, None]),
    (pd.Series(pd.interval_range(0, 2)), [UNSUPPORTED] * 2),
    (pd.Series([b"x", None], dtype=pd.ArrowDtype(pa.binary())), [UNSUPPORTED, None]),
    (pd.Series([{"a": 1}, None], dtype=pd.ArrowDtype(pa.struct([("a", pa.int64())]))), [UNSUPPORTED, None]),
    (pd.Series(["x", 1, 2.5, DAY, None, True], dtype=object), ["x", "1", "2.5", "2024-02-29", None, "true"]),
    (pd.Series([10**5000, 5], dtype=object), [UNSUPPORTED, "5"]),
    (pd.Series([Decimal("1E+100000")], dtype=object), [UNSUPPORTED]),
    (pd.Series([], dtype=object), []),
    (pd.Series([], dtype="str"), []),
    (pd.Series([], dtype="category"), []),
]


@pytest.mark.parametrize(("series", "expected"), OTHERS, ids=lambda one: str(getattr(one, "dtype", "")))
def test_every_other_type_has_a_text_or_a_problem(series: pd.Series[Any], expected: list[str | None]) -> None:
    """What the table does not name is value-unsupported, never the text that Python happens to have for it."""
    assert sent(series, "unknown") == expected


@pytest.mark.parametrize("kind", ["email", "first_name", "last_name"])
def test_blanks_that_became_text_are_blank_in_names_and_addresses(kind: str) -> None:
    """nan, None, NULL, <NA> and NaT as the whole text are blanks there, and the user is told."""
    text = converted(["nan", "None", "NULL", "<NA>", "NaT", "Nan", "Null"], kind)
    assert texts_of(text) == [None] * 5 + ["Nan", "Null"]
    assert text.changes["blank-like"].tolist() == [True] * 5 + [False] * 2


def test_categories_that_no_row_has_do_no_harm() -> None:
    """A problem in an unused category is nobody's problem, and every category is converted."""
    series = pd.Series(pd.Categorical(["a", None, "b"], categories=["a", "b", "\x00", "unused"]))
    assert sent(series, "text") == ["a", None, "b"]


def test_dictionary_arrays_of_arrow() -> None:
    """Arrow's dictionaries are categories under another name."""
    kind = pd.ArrowDtype(pa.dictionary(pa.int8(), pa.string()))
    assert sent(pd.Series([" a ", None, "b", " a "], dtype=kind), "text") == ["a", None, "b", "a"]


def test_a_row_s_text_does_not_depend_on_other_rows() -> None:
    """One cell alone gives the same text as among others: fingerprints outlive a growing frame."""
    values = [1.0, 2.5, np.nan, 1e10]
    assert sent(values, "unknown") == [sent([value], "unknown")[0] for value in values]
    days = pd.Series(pd.to_datetime(["2024-01-01 00:00", "2024-01-01 05:00"]))
    assert sent(days, "unknown") == [*sent(days[:1], "unknown"), *sent(days[1:], "unknown")]


def test_the_dtype_does_not_change_the_text() -> None:
    """A column that becomes float because of a blank, or object, or category, is sent as before."""
    for dtype in (
        "int64",
        "Int64",
        "float64",
        "object",
        "category",
        pd.ArrowDtype(pa.int32()),
        pd.SparseDtype("int64"),
    ):
        assert sent([1, 20], "number", dtype=dtype) == ["1", "20"]
