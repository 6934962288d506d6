from __future__ import annotations

import re
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.frames.rig import converted, sent, texts_of


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_come_back_the_same(number: float) -> None:
    """The digits of a float give the same float back, and never have an exponent."""
    [text] = sent([number], "number", dtype="float64")
    if number.is_integer() and abs(number) > 2**53:
        assert text == "!number-inexact"
    else:
        assert text is not None
        assert float(text) == number
        assert re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text)
        assert len(text) <= len(format(Decimal(repr(number)), "f"))


@given(st.integers())
def test_whole_numbers_lose_no_digit(number: int) -> None:
    """Python's whole numbers are written out, whatever their size."""
    assert sent(pd.Series([number], dtype=object), "number") == [str(number)]


@pytest.mark.parametrize("dtype", ["object", "str", "category", pd.ArrowDtype(pa.string())], ids=str)
def test_text_to_a_number_field(dtype: str) -> None:
    """Plain numbers pass as they are; everything else is a problem."""
    good = ["1", "-1.50", "+3", "007", " 12 "]
    assert sent(good, "number", dtype=dtype) == ["1", "-1.50", "+3", "007", "12"]
    bad = ["1,5", "1 000", "1e5", ".5", "5.", "abc", "٣", "0x1f", "nan", "--1"]
    assert sent(bad, "number", dtype=dtype) == ["!number-invalid"] * len(bad)
    assert sent([None, " "], "number", dtype=dtype) == [None, None]


def test_dates_and_booleans_are_no_numbers() -> None:
    """A number field takes neither."""
    assert sent(pd.Series(pd.to_datetime(["2024-01-01"])), "number") == ["!number-invalid"]
    assert sent([True, False], "number") == ["!number-invalid"] * 2
    assert sent(pd.Series([[1, 2]], dtype=object), "number") == ["!value-unsupported"]


def test_infinite_and_inexact_numbers() -> None:
    """They are problems everywhere, not only in number fields."""
    for kind in ("number", "text", "phone", "unknown"):
        values = [np.inf, -np.inf, 2.0**53 + 2, 1.0]
        assert sent(values, kind) == ["!number-infinite", "!number-infinite", "!number-inexact", "1"]


def test_phones_that_became_floats_are_told() -> None:
    """A phone column that a blank turned into floats is sent without .0, and the user is told."""
    text = converted([46701234567.0, np.nan], "phone")
    assert texts_of(text) == ["46701234567", None]
    assert text.changes["float-to-integer"].tolist() == [True, False]
