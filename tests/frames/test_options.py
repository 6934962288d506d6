from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from tests.frames.rig import converted, sent

BAD = "!option-unknown"
COUNTRIES = [("se", "Sweden"), ("no", "Norway"), ("fi", "Finland"), ("x1", "Other"), ("x2", "Other"), ("Sweden2", "se")]
LISTS = [["se", "Norway"], [" fi ", None, "fi"], [], None, ["se", "dk"]]


@pytest.mark.parametrize("kind", ["dropdown", "radio"])
@pytest.mark.parametrize("dtype", ["object", "str", "category", pd.ArrowDtype(pa.string())], ids=str)
def test_one_option(kind: str, dtype: Any) -> None:
    """The value letter by letter, else the label of exactly one option; nothing else."""
    values = ["se", " no ", "Finland", "SE", "Other", "dk", None, ""]
    assert sent(values, kind, dtype=dtype, options=COUNTRIES) == ["se", "no", "fi", BAD, BAD, BAD, None, None]


def test_a_value_goes_before_a_label() -> None:
    """Text that is one option's value and another's label is the value."""
    assert sent(["se"], "dropdown", options=COUNTRIES) == ["se"]


def test_labels_that_were_used_are_told() -> None:
    """Rows whose text was a label are marked."""
    text = converted(["se", "Norway", None], "dropdown", options=COUNTRIES)
    assert text.changes["label-to-value"].tolist() == [False, True, False]


def test_options_that_are_numbers() -> None:
    """Numbers are compared by their digits."""
    assert sent([1.0, 2.0, np.nan], "dropdown", options=["1", "3"]) == ["1", BAD, None]


def test_options_that_are_not_known_are_not_checked() -> None:
    """A field whose options were not read takes what comes."""
    assert sent(["anything"], "dropdown") == ["anything"]
    assert sent(["anything"], "checkbox") == ["||anything||"]


@pytest.mark.parametrize("kind", ["checkbox", "listbox"])
def test_several_options_in_text(kind: str) -> None:
    """One value is ||A||; text with || in it is several; each is checked."""
    values = ["se", "||se||no||", "se||Finland", "||se||dk||", "||", "||se||  ||se||", "a,b", None]
    expected = ["||se||", "||se||no||", "||se||fi||", BAD, None, "||se||", BAD, None]
    assert sent(values, kind, options=COUNTRIES) == expected


@pytest.mark.parametrize(
    "dtype", ["object", pd.ArrowDtype(pa.list_(pa.string())), pd.ArrowDtype(pa.large_list(pa.string()))], ids=str
)
def test_several_options_in_lists(dtype: Any) -> None:
    """Items are trimmed, blanks and repetitions dropped, labels become values."""
    assert sent(pd.Series(LISTS, dtype=dtype), "listbox", options=COUNTRIES) == [
        "||se||no||",
        "||fi||",
        None,
        None,
        BAD,
    ]


def test_every_kind_of_list() -> None:
    """Tuples, sets (in order), arrays and lists of numbers and dates are lists."""
    values = pd.Series(
        [("b", "a"), {"b", "a"}, frozenset({"d", "c"}), np.array([2, 1]), np.array(["x"]), [1.0, 2.5, True], [pd.NaT]],
        dtype=object,
    )
    expected = ["||b||a||", "||a||b||", "||c||d||", "||2||1||", "||x||", "||1||2.5||true||", None]
    assert sent(values, "unknown") == expected
    assert sent(values, "checkbox") == expected
    assert sent(values, "text") == ["b, a", "a, b", "c, d", "2, 1", "x", "1, 2.5, true", None]


def test_lists_that_have_no_form() -> None:
    """Lists of lists, of dictionaries, tables and arrays without an axis are unsupported."""
    values = pd.Series([[["a"]], [{"a": 1}], np.zeros((2, 2)), np.array(1), [b"x"]], dtype=object)
    assert sent(values, "unknown") == ["!value-unsupported"] * 5


@pytest.mark.parametrize("kind", ["email", "first_name", "phone", "number", "date", "datetime"])
def test_lists_to_a_single_value(kind: str) -> None:
    """A list cannot become one address, name, number or date."""
    assert sent(pd.Series([["a"], None], dtype=object), kind) == ["!value-unsupported", None]
    assert sent(pd.Series([["a"], None], dtype=pd.ArrowDtype(pa.list_(pa.string()))), kind)[0] == "!value-unsupported"


@pytest.mark.parametrize("kind", ["checkbox", "unknown"])
def test_the_separator_inside_an_item(kind: str) -> None:
    """It cannot be escaped, so the row is held back."""
    assert sent(pd.Series([["a||b"], ["c"]], dtype=object), kind) == ["!separator-in-value", "||c||"]


def test_a_separator_that_arises_between_items() -> None:
    """Items that could not be told apart afterwards are a problem, as is an option that itself holds the separator."""
    cells = pd.Series([["a|", "b"], ["|a", "b"], ["a", "|b"], ["a|"]], dtype=object)
    assert sent(cells, "unknown") == ["!separator-in-value", "|||a||b||", "||a|||b||", "!separator-in-value"]
    assert sent(["label", "c"], "checkbox", options=[("a||b", "label"), "c"]) == ["!separator-in-value", "||c||"]


def test_text_with_the_separator_is_left_alone_in_text_fields() -> None:
    """There it separates nothing."""
    assert sent(["a||b"], "text") == ["a||b"]
    assert sent(pd.Series([["a||b", "c"]], dtype=object), "text") == ["a||b, c"]
    assert converted(pd.Series([["a", "c"], ["d"]], dtype=object), "text").changes["list-joined"].tolist() == [
        True,
        False,
    ]


def test_lists_of_every_arrow_type() -> None:
    """Slices and fixed sizes of Arrow's lists are read where they lie."""
    series = pd.Series([[1, 2], None, [], [3, None]], dtype=pd.ArrowDtype(pa.list_(pa.int64())))
    assert sent(series, "unknown") == ["||1||2||", None, None, "||3||"]
    assert sent(series.iloc[1:], "unknown") == [None, None, "||3||"]
    fixed = pd.Series([["a", "b"], None], dtype=pd.ArrowDtype(pa.list_(pa.string(), 2)))
    assert sent(fixed, "unknown") == ["||a||b||", None]
