from __future__ import annotations

import datetime as dt
import decimal
import uuid
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from ac_notebook.runs.column_samples import column_samples
from ac_notebook.runs.labels import mask

if TYPE_CHECKING:
    from collections.abc import Sequence


class Spiteful:
    """A cell that answers nothing."""

    def __str__(self) -> str:
        raise RuntimeError("secret")

    __repr__ = __str__
    __eq__ = __hash__ = __bool__ = __len__ = __iter__ = __format__ = __str__  # type: ignore[assignment]  # whatever


class Text(str):
    """A text that says something else."""

    __slots__ = ()

    def __str__(self) -> str:
        return "secret"

    __repr__ = __str__
    __getitem__ = strip = __iter__ = None  # type: ignore[assignment]  # not to be asked


class Number(int):
    """A number that says something else."""

    def __repr__(self) -> str:
        return "secret"


ENDLESS: list[Any] = [1]
ENDLESS.append(ENDLESS)


def _samples(cells: Sequence[Any]) -> tuple[str, ...]:
    column = np.empty(len(cells), dtype=object)
    column[:] = [None] * len(cells)
    for place, cell in enumerate(cells):
        column[place] = cell
    return column_samples(pd.DataFrame({"a": pd.Series(column, dtype=object)}), 0)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("ann.berg@mail.example.org", "a…@m….org"), ("  Åsa", "Å…"), ("19850410-1234", "1…"), (b"bytes", "…"),
        ("At home @ 5. Has the flu", "A…"), ("a@b.c.pregnant-since-may", "a…"),
        (1250, "1…"), (-7, "7…"), (0.5, "0…"), (decimal.Decimal("1E+3"), "1…"), (np.int64(42), "4…"),
        (np.float32(3.5), "3…"), (float("inf"), "i…"), (True, "True"), (np.False_, "False"), (3 + 2j, "…"),
        (dt.date(1999, 5, 6), "1…"), (pd.Timestamp("2020-01-02", tz="UTC"), "2…"), (dt.time(8), "0…"),
        (uuid.UUID(int=5), "0…"), (pd.Timedelta("1D"), "…"), (pd.Interval(0, 1), "…"), ({"a": 1}, "…"),
        (["Ann", "bob@example.org"], "[A…, b…@e….org]"), (("x", 2, 3, 4), "[x…, 2…, 3…, …]"),
        ([[1]], "[…]"), (np.array([1.5, 2.5]), "[1…, 2…]"), (ENDLESS, "[1…, …]"), ({"Lund"}, "[L…]"),
        (Spiteful(), "…"), ([Spiteful()], "[…]"), (Text("Ann"), "A…"), (Number(5), "…"), (Spiteful, "…"),
        ("\u202eabc", "\\u202e…"), ("\ud800x", "\\ud800…"), ("\x00", "\\u0000…"), ("<b>", "<…"), ("N" * 10_000, "N…"),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_of_a_value_only_its_beginning_is_left(cell: Any, shown: str) -> None:
    """What is shown of a cell is masked, whatever it is, and nobody's code is called for it."""
    assert _samples([cell]) == (shown,)


@pytest.mark.parametrize(
    "cell", [None, float("nan"), np.float64("nan"), pd.NA, pd.NaT, "", " \t", " " * 1_000, [], decimal.Decimal("NaN")]
)
def test_blanks_are_passed_over(cell: Any) -> None:
    """A blank is no value."""
    assert _samples([cell, "Ann", cell]) == ("A…",)


def test_three_that_differ_are_shown_of_the_first_thousand() -> None:
    """No two samples look the same, and rows after the thousandth are not looked at."""
    assert _samples(["Ann"] * 50 + ["Bo", "Ann", "Ceci", "Dan"]) == ("A…", "B…", "C…")
    assert _samples([None] * 999 + ["Ann", "Bo"]) == ("A…",)
    assert _samples([]) == ()


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["Ann", None], dtype="string"), pd.Series(["Ann", "Bo"], dtype="category"),
        pd.Series(pd.arrays.SparseArray([1, 0])), pd.Series(pd.period_range("2020", periods=2, freq="M")),
        pd.Series([1, None], dtype="Int64"), pd.Series([True, None], dtype="boolean"),
        pd.Series(pd.date_range("2020", periods=2, tz="UTC")), pd.Series(pd.to_timedelta([1, 2])),
    ],
    ids=lambda column: str(column.dtype),
)  # fmt: skip
def test_every_dtype_has_samples(column: pd.Series) -> None:
    """Columns of any dtype are shown, masked as the same values are in a column of objects."""
    shown = column_samples(pd.DataFrame({"a": column}), 0)
    assert shown
    assert all(len(one) <= len("False") for one in shown)


def test_the_frame_stays_as_it_is() -> None:
    """Looking at a column changes nothing, and a column is named by its place: labels may repeat."""
    frame = pd.DataFrame([["Ann", "Bo"]], columns=["a", "a"])
    before = frame.copy(deep=True)
    assert column_samples(frame, 1) == ("B…",)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("text", ["x@y. the whole story", "x@y.", "x@.", "@", "x@y.ö", "x@y.a b", "x@y.com "])
def test_a_mask_leaves_no_sentence(text: str) -> None:
    """What follows the last dot is left of an address only, and not of any text with an @ and a dot in it."""
    assert mask(text) == f"{text[0]}…"
