from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from tests.frames.rig import converted, sent

BAD = "!text-unsendable"
CONTROL = "!control-character"


@pytest.mark.parametrize("letter", ["\x01", "\x08", "\x0b", "\x1b", "\x7f", "\x80", "\x9f"])
@pytest.mark.parametrize("dtype", ["object", "str", "category", pd.ArrowDtype(pa.string())], ids=str)
@pytest.mark.parametrize("kind", ["unknown", "textarea", "phone", "first_name"])
def test_control_characters_are_a_problem(letter: str, dtype: Any, kind: str) -> None:
    """A control character inside a text is a problem of its row, and of its row only."""
    assert sent(["fine 1", f"a{letter}b", None, "1 \u00d7"], kind, dtype=dtype) == ["fine 1", CONTROL, None, "1 \u00d7"]


@pytest.mark.parametrize("kind", ["unknown", "textarea", "phone", "first_name", "email", "date"])
def test_nul_cannot_be_sent_at_all(kind: str) -> None:
    """NUL is no character to be cleaned away: the text was read wrongly. One problem is enough."""
    assert sent(["1\x00\x01"], kind) == [BAD]
    assert set(converted(["1\x00\x01"], kind).bad) == {"text-unsendable"}


@pytest.mark.parametrize("letter", ["\n", "\t", "\r"])
def test_lines_may_be_in_text_but_not_in_attributes(letter: str) -> None:
    """Tabs and line breaks may be in text fields, not in names, phones or fields of other types."""
    text = f"a{letter}b"
    assert [sent([text], kind) for kind in ("text", "textarea", "hidden", "unknown")] == [[text]] * 4
    assert [sent([text], kind) for kind in ("first_name", "phone", "email", "checkbox", "dropdown")] == [[CONTROL]] * 5


_CATEGORIES = pd.Categorical.from_codes([0, 2, -1, 1], categories=pd.Index(["a", "b", "x\ud800y"], dtype=object))
_VALUES = ["a", "x\ud800y", None, "b"]


@pytest.mark.parametrize(
    "series",
    [pd.Series(_VALUES, dtype=object), pd.Series(_VALUES, dtype="string[python]"), pd.Series(_CATEGORIES)],
    ids=["object", "string[python]", "category"],
)
def test_a_lone_surrogate_is_a_problem_of_its_row(series: pd.Series[Any]) -> None:
    """Text that no encoding can write does not stop the rest of the column."""
    assert sent(series, "text") == ["a", BAD, None, "b"]


def test_lone_surrogates_in_lists_and_among_other_types() -> None:
    """They are found wherever text can be."""
    values = pd.Series([["a", "\udfff"], ["b"], 1, "\ud83d"], dtype=object)
    assert sent(values, "unknown") == [BAD, "||b||", "1", BAD]


def test_bytes_that_are_no_utf8_are_a_problem() -> None:
    """Arrow takes any bytes for text; we look."""
    raw = pa.array([b"ok", b"\xff\xfe", None], pa.binary()).view(pa.string())
    assert sent(pd.Series(raw, dtype=pd.ArrowDtype(pa.string())), "text") == ["ok", BAD, None]


@pytest.mark.parametrize(
    "text", ["\ufeffx", "a\u200db", "\u202eevil", "\u2028", "e\u0301", "\U0001f469\u200d\U0001f4bb"]
)
def test_everything_else_travels_unchanged(text: str) -> None:
    """Byte order marks, joiners, directions, separators and emoji are the user's business."""
    assert sent([f"a{text}b"], "text") == [f"a{text}b"]
