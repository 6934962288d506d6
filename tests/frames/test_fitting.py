"""Columns that can never fill their target: refused by dtype, in agreement with the conversion."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ac_notebook.errors import MappingError
from ac_notebook.frames.cells import present
from ac_notebook.frames.columns import Column, resolve
from ac_notebook.frames.convert import to_text
from ac_notebook.frames.fitting import NEVER, family, misfit
from ac_notebook.frames.opt_in import agreed, unclear
from tests.frames.rig import account, column, field, sent

KINDS = {
    "email": "email", "first_name": "name", "phone": "phone", "tags": "tags", "opt_in": "opt_in", "unknown": "unknown",
    "text": "text", "number": "number", "date": "date", "datetime": "datetime", "dropdown": "choice", "radio": "choice",
    "checkbox": "multi", "listbox": "multi",
}  # fmt: skip
DAY = dt.date(2024, 2, 29)
MOMENT = pd.Timestamp("2024-02-29 01:02")


def arrow(values: list[Any], kind: pa.DataType) -> pd.Series[Any]:
    """Return values as a column of Arrow's."""
    return pd.Series(values, dtype=pd.ArrowDtype(kind))


SERIES: dict[str, list[pd.Series[Any]]] = {
    "text": [
        pd.Series(["x", "1", "yes", "2024-02-29", None], dtype="string"),
        pd.Series(["x", "1", "yes", "2024-02-29", None], dtype="string").astype("category"),
        pd.Series(["x", "1", "yes", "2024-02-29"], dtype="string[python]"),
        arrow(["x", "1", "yes", "2024-02-29"], pa.large_string()),
        arrow(["x", "1", "yes", "2024-02-29"], pa.dictionary(pa.int8(), pa.string())),
    ],
    "numbers": [
        *(pd.Series([1, 1], dtype=dtype) for dtype in ("int8", "uint64", "Int64", "float16", "float64", "Float32")),
        pd.Series([1, 0], dtype="Sparse[int64]"), pd.Series([1, 1], dtype="category"),
        arrow([1], pa.int16()), arrow([1.0], pa.float32()), arrow([Decimal(1)], pa.decimal128(3, 0)),
    ],
    "booleans": [pd.Series([True, False]), pd.Series([True, None], dtype="boolean"), arrow([True], pa.bool_())],
    "dates": [arrow([DAY, None], pa.date32()), arrow([DAY], pa.date64())],
    "dates and times": [
        pd.Series([MOMENT, pd.NaT]), pd.Series([MOMENT]).dt.tz_localize("Europe/Stockholm"),
        pd.Series(np.array(["2024-02-29T01:02"], dtype="datetime64[s]")), arrow([MOMENT], pa.timestamp("us")),
        arrow([MOMENT.tz_localize("UTC")], pa.timestamp("us", "UTC")), pd.Series([MOMENT]).astype("category"),
    ],
    "times of day": [arrow([dt.time(1, 2)], pa.time32("s")), arrow([dt.time(1, 2)], pa.time64("us"))],
    "periods": [pd.Series(pd.period_range("2024-02", periods=1, freq=freq)) for freq in ("M", "D", "Q", "h")],
    "years": [pd.Series(pd.period_range("2024", periods=1, freq=freq)) for freq in ("Y", "Y-JUN")],
    "durations": [pd.Series(pd.to_timedelta(["1D", None])), arrow([dt.timedelta(1)], pa.duration("s"))],
    "lists of text": [arrow([["x"], None], pa.list_(pa.string())), arrow([["x"]], pa.large_list(pa.large_string()))],
    "lists": [arrow([[1], None], pa.list_(pa.int64())), arrow([[True]], pa.list_(pa.bool_(), 1))],
    "bytes": [arrow([b"x", None], pa.binary()), arrow([b"x"], pa.large_binary()), arrow([b"x"], pa.binary(1))],
    "complex numbers": [pd.Series([1j, np.nan]), pd.Series([1 + 0j], dtype="complex64")],
    "intervals": [pd.Series(pd.interval_range(0, 2)), pd.Series(pd.Categorical(pd.interval_range(0, 2)))],
    "structures": [
        arrow([{"a": 1}], pa.struct([("a", pa.int64())])), arrow([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
        arrow([[b"x"]], pa.list_(pa.binary())), arrow([[["x"]]], pa.list_(pa.list_(pa.string()))),
    ],
    "objects": [pd.Series(["x", 1, True, "2024-02-29", "yes"], dtype=object)],
}  # fmt: skip
CASES = [(name, series) for name, some in SERIES.items() for series in some]
IDS = [f"{name}-{series.dtype}" for name, series in CASES]


@pytest.mark.parametrize(("name", "series"), CASES, ids=IDS)
def test_every_dtype_has_a_family(name: str, series: pd.Series[Any]) -> None:
    """Categories by theirs, sparse columns by what is in them, Arrow's by their type; also without a single row."""
    assert family(series) == name
    assert family(series.iloc[:0]) == name


def test_the_table_is_complete() -> None:
    """Every family has an example here, and every kind of target is one that columns have."""
    assert SERIES.keys() == NEVER.keys()
    assert {kind for kinds in NEVER.values() for kind in kinds} <= set(KINDS.values())
    assert {column(target).kind for target in KINDS} == set(KINDS.values())


@pytest.mark.parametrize("target", [target for target in KINDS if target != "email"])
@pytest.mark.parametrize(("name", "series"), CASES, ids=IDS)
def test_refused_is_what_can_never_be_sent(name: str, series: pd.Series[Any], target: str) -> None:
    """Whatever is refused is a problem in every cell of it, and whatever is not has a value that is sent."""
    # The account has the very values as options: what is compared is the dtype, not the words.
    options = [text for text in sent(series, "text") if text and text[0] != "!"]
    there = column(target, options=[*options, "x", "1"] if KINDS[target] in ("choice", "multi") else ())
    refused = misfit(series, there) is not None
    assert refused == (KINDS[target] in NEVER[name])
    text = to_text(series, there, timezone="UTC")
    bad = np.any([*text.bad.values(), np.zeros(len(series), dtype=bool)], axis=0)
    filled = present(text.values) | bad
    assert filled.any()
    if target == "opt_in":
        assert (unclear(text) == filled).all() if refused else agreed(text).any()
    elif target == "tags" and name not in ("bytes", "complex numbers", "intervals", "structures"):
        assert refused == (name not in ("text", "lists of text", "objects"))
    else:
        assert (bad == filled).all() if refused else (filled & ~bad).any()


@pytest.mark.parametrize("kind", ["first_name", "last_name", "phone"])
@pytest.mark.parametrize(
    "value",
    [True, np.True_, DAY, MOMENT, np.datetime64("2024-02-29"), dt.timedelta(1), dt.time(1), pd.Period("2024", "Y")],
    ids=lambda value: type(value).__name__,
)
def test_single_objects_that_are_no_name_and_no_number(kind: str, value: Any) -> None:
    """In a column of objects it is the row's problem: the dtype does not change what is sent."""
    series = pd.Series([value, "anna 12345", None, pd.NaT], dtype=object)
    assert sent(series, kind) == ["!value-unsupported", "anna 12345", None, None]
    assert misfit(series, column(kind)) is None


NO_VALUES = [series.iloc[:0] for _, series in CASES]
BLANK = [
    pd.Series([np.nan] * 3), pd.Series([pd.NaT] * 2), pd.Series([None] * 2, dtype="boolean"),
    arrow([None], pa.binary()), pd.Series([None] * 2, dtype=object), pd.Series([None, " "], dtype="str"),
    arrow([None], pa.null()),
    pd.Series([pd.NaT], dtype="timedelta64[ns]"), arrow([None], pa.struct([("a", pa.int64())])),
    pd.Series(pd.Categorical([None], categories=[1, 2])), pd.Series([np.nan], dtype="Sparse[float64]"),
    pd.Series([pd.NaT], dtype="period[M]"), pd.Series([np.nan], dtype="complex128"),
    pd.Series([np.nan, float("nan"), Decimal("NaN")], dtype=object),
]  # fmt: skip
ACCOUNT = account(*(field(kind, number=place, title=kind) for place, kind in enumerate(("date", "number", "checkbox"))))


def _mapped(series: pd.Series[Any], target: Any) -> tuple[Column, ...]:
    frame = pd.DataFrame({"mail": ["a@example.org"] * len(series), "x": series})
    return resolve(frame, {"email": "mail", target: "x"}, ACCOUNT)


@pytest.mark.parametrize("series", [*BLANK, *NO_VALUES], ids=lambda one: f"{len(one)}-{one.dtype}")
def test_a_column_without_values_is_never_refused(series: pd.Series[Any]) -> None:
    """Whatever its dtype: a column that is all blank is often float64."""
    for target in ("date", "number", "checkbox", "tags", "phone", "opt_in"):
        assert len(_mapped(series, target)) == 2
    assert len(resolve(pd.DataFrame({"mail": series}), {"email": "mail"})) == 1


@pytest.mark.parametrize(
    ("series", "target", "said"),
    [
        (pd.Series([1.5]), "date", r"column 'x' \(float64\) holds numbers, .* the date field 'date' .*to_datetime"),
        (pd.Series([True]), "number", r"'x' \(bool\) holds booleans, .*number field 'number'.*astype\(\"Int64\"\)"),
        (pd.Series([MOMENT]), "number", "holds dates and times, .*map it to a date field or to a text field"),
        (pd.Series(pd.to_timedelta(["1D"])), "number", r"holds durations, .*\.dt\.total_seconds\(\)"),
        (pd.Series([pd.Period("2024-01", "M")]), "date", r"holds periods, .*\.dt\.to_timestamp\(\), or map"),
        (pd.Series([True]), "phone", "holds booleans, which 'phone' cannot take; map it to a text field"),
        (pd.Series([MOMENT]), "opt_in", r"which 'opt_in' cannot take; say who agreed with \.notna\(\)"),
        (pd.Series([3]), "tags", r"\(int64\) holds numbers, which 'tags' cannot take; .*astype\(\"string\"\)"),
        (pd.Series([3]).astype("category"), "tags", r"\(category\) holds numbers, which 'tags'"),
        (pd.Series([3.5, None, True], dtype=object), "tags", r"0 of 2 values in column 'x', .*astype\(\"string\"\)"),
        (pd.Series(pd.Categorical([3, True, None])), "tags", "0 of 2 values in column 'x', mapped to 'tags'"),
        (arrow([[1]], pa.list_(pa.int64())), "tags", "holds lists, .*make its items text"),
        (arrow([b"x"], pa.binary()), "checkbox", r"holds bytes, which the checkbox field .*raw\.decode\(\)"),
        (arrow([{"k" * 200: 1}], pa.struct([("k" * 200, pa.int8())])), "date", r"\(struct\) holds structures"),
        (pd.Series([1j]), "checkbox", r"\(complex128\) holds complex numbers, .*astype\(\"string\"\)"),
    ],
    ids=str,
)
def test_a_refusal_says_column_dtype_field_and_what_to_do(series: pd.Series[Any], target: str, said: str) -> None:
    """One sentence, without any value."""
    with pytest.raises(MappingError, match=said) as caught:
        _mapped(series, target)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    "series",
    [
        pd.Series(["a", None]), pd.Series([1, "a"], dtype=object), pd.Series([None, ["a"]], dtype=object),
        pd.Series([{"a"}, np.array(["b"])], dtype=object), pd.Series(["a"], dtype="category"),
        pd.Series(pd.Categorical([1, "a"])), arrow([["a"]], pa.list_(pa.string())),
        pd.Series([None] * 120_000 + ["a"], dtype=object),
    ],
    ids=lambda one: str(one.dtype),
)  # fmt: skip
def test_tags_are_text_or_lists(series: pd.Series[Any]) -> None:
    """Text, lists, sets and arrays, categories of text; one such cell is enough."""
    assert len(_mapped(series, "tags")) == 2


def test_all_refusals_are_told_at_once() -> None:
    """With what is wrong with names: one error, each problem once."""
    frame = pd.DataFrame({"mail": ["x", "y"], "n": [1, 2], "ok": [True, False], "when": MOMENT})
    known = account(field("date", number=1, title="Born"), field("text", number=2, title="Town"),
                    field("text", number=3, title="Town"))  # fmt: skip
    mapping = {
        "email": "mail",
        "phone": "ok",
        "Born": "n",
        "tags": "when",
        "Town": "n",
        "last_name": "nowhere",
        "Bron": "n",
    }
    with pytest.raises(MappingError) as caught:
        resolve(frame, mapping, known)
    problems = caught.value.problems
    assert len(problems) == 7
    for place, said in enumerate(
        (
            "'nowhere', which the frame does not have",
            "2 custom fields are called 'Town' (ids 2, 3)",
            "Did you mean 'Born'?",
            "0 of 2 values in column 'mail'",
            "holds booleans, which 'phone'",
            "the date field 'Born'",
            "which 'tags' cannot take",
        )
    ):
        assert said in problems[place]
