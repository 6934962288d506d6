from __future__ import annotations

from typing import Any

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pytest

from ac_notebook.frames.opt_in import agreed
from tests.frames.rig import converted, prepared, sent


def _tags(values: Any) -> list[Any]:
    return [None if one is None or one.startswith("!") else orjson.loads(one) for one in sent(values, "tags")]


def test_tags_in_text_and_lists() -> None:
    """Text is split at commas, lists are taken as they are; each tag once, whatever its case."""
    values = pd.Series(["a, b ,a", "A,a", " , ", None, ["x, y", " z "], {"q", "p"}, "Å,å", 5, 'say "hi"'], dtype=object)
    assert _tags(values) == [
        ["a", "b"], ["A"], None, None, ["x, y", "z"], ["p", "q"], ["Å"], ["5"], ['say "hi"'],
    ]  # fmt: skip
    assert _tags(pd.Series([["a", None], None], dtype=pd.ArrowDtype(pa.list_(pa.string())))) == [["a"], None]


def test_tags_with_control_characters() -> None:
    """They cannot be sent."""
    assert sent(["a\nb", "ok"], "tags") == ["!control-character", '["ok"]']


def test_tags_of_the_export_come_after_those_of_the_row() -> None:
    """Each tag once, whatever its case; rows without tags have those of the export."""
    frame = pd.DataFrame({"m": ["a@example.org", "b@example.org"], "t": ["X, Spring", None]})
    _, contacts = prepared(frame, {"email": "m", "tags": "t"}, tags=("spring", "vip"))
    assert [contact["tags"] for contact in contacts] == [["X", "Spring", "vip"], ["spring", "vip"]]
    _, contacts = prepared(frame, {"email": "m"}, tags=("spring",))
    assert [contact["tags"] for contact in contacts] == [["spring"]] * 2
    _, contacts = prepared(frame, {"email": "m", "tags": "t"})
    assert ["tags" in contact for contact in contacts] == [True, False]


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        (["yes", "Y", " TRUE ", "1", "Ja", "OUI", "si", "Sí", "SI\u0301", "tak"], "str", [True] * 10),
        (["no", "n", "false", "0", "nej", "nein", "non", "nie", "", None, "maybe", "yes!"], "object", [False] * 12),
        ([True, False, None], "boolean", [True, False, False]),
        ([True, False], "bool", [True, False]),
        ([1, 0, 2, -1], "int64", [True, False, False, False]),
        ([1.0, 0.0, np.nan, 0.5], "float64", [True, False, False, False]),
        ([True, None, 1, "yes", b"yes", ["yes"]], "object", [True, False, True, True, False, False]),
        (["yes", None, "no"], "category", [True, False, False]),
    ],
    ids=str,
)
def test_only_a_plain_yes_is_an_agreement(values: list[Any], dtype: str, expected: list[bool]) -> None:
    """Blanks, other numbers and other words have not agreed."""
    assert agreed(converted(values, "opt_in", dtype=dtype)).tolist() == expected
