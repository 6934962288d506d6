from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.frames.rig import account, converted, field, prepared

LEVELS = ["Gold", "Silver", "Bronze medal"]
COUNTRIES = [("se", "Sweden"), ("no", "Norway"), ("x1", "Other"), ("x2", "Other")]


def _hint(value: Any, options: Any, kind: str = "dropdown", **stated: Any) -> str:
    text = converted(pd.Series([value, None], dtype=object), kind, options=options, **stated)
    assert text.bad["option-unknown"].tolist() == [True, False]
    hint, none = text.hints["option-unknown"]
    assert none is None
    return str(hint)


@pytest.mark.parametrize("value", ["gold", "GOLD", "G old", "\uff47old"])
def test_letter_case_and_blanks(value: str) -> None:
    """The most frequent difference is named as what it is."""
    assert _hint(value, LEVELS) == "did you mean 'Gold'? options are compared letter by letter"


def test_the_nearest_option() -> None:
    """Spelling mistakes name the option, and how many there are."""
    assert _hint("Sliver", LEVELS) == "did you mean 'Silver'? the options are 'Gold', 'Silver', 'Bronze medal'"
    assert "'Sweden'" in _hint("Swedden", COUNTRIES)
    assert _hint("sweden", COUNTRIES) == "did you mean 'Sweden'? options are compared letter by letter"


def test_nothing_near() -> None:
    """Then the options are listed, as far as they can be."""
    assert _hint("xyz", LEVELS) == "use one of the field's options: 'Gold', 'Silver', 'Bronze medal'"
    many = [f"option {number}" for number in range(75)]
    assert _hint("zzz", many).endswith("and 69 more")
    assert len(_hint("zzz", ["o" * 5_000])) < 200


def test_a_label_of_several_options() -> None:
    """Their values are named."""
    assert _hint("Other", COUNTRIES) == "several options have this label; write the value of one: 'x1', 'x2'"


def test_several_values_with_another_separator() -> None:
    """The hint names the keyword, by the name that the mapping has for the field."""
    assert "separators={'Field': ';'}" in _hint("Gold; Silver", LEVELS, "listbox")
    assert "separators={7: ','}" in _hint("Gold,Silver", LEVELS, "checkbox", key=7)
    assert "separators={'Field': ','}" in _hint("Gold,Silver", LEVELS, "checkbox", separator=";")
    assert "separators" not in _hint("Gold; Sliver", LEVELS, "listbox")


def test_several_values_of_which_one_is_none() -> None:
    """The hint is about that one."""
    assert "'Silver'" in _hint("||Gold||silver||", LEVELS, "listbox")
    assert "'Silver'" in _hint(["Gold", "silver"], LEVELS, "listbox")


def test_hints_belong_to_their_rows() -> None:
    """In every piece and order, also among other types and categories."""
    values = ["gold", "Gold", "sliver", None, "xyz", "gold"] * 3
    expected = ["mean 'Gold'", "mean 'Silver'", "use one of", "mean 'Gold'"] * 3
    for dtype in ("object", "category", "str"):
        frame = pd.DataFrame({"m": [f"p{n}@example.org" for n in range(18)], "l": pd.Series(values, dtype=dtype)})
        known = account(field("radio", title="Level", options=LEVELS))
        done, _ = prepared(frame, {"email": "m", "Level": "l"}, known=known)
        assert len(done.problems) == 12
        for hint, said in zip(done.problems["hint"], expected, strict=True):
            assert said in hint
    mixed = converted(pd.Series([5, "gold", None, 5.5, "silver"], dtype=object), "dropdown", options=LEVELS)
    hints = mixed.hints["option-unknown"]
    assert [said is None for said in hints] == [False, False, True, False, False]
    assert "'Gold'" in hints[1]
    assert "mean 'Silver'? options are compared" in hints[4]


def test_no_hint_shows_a_value_of_the_frame() -> None:
    """Options are the account's; what is in a cell is somebody's."""
    secret = "Qwéxlith"
    for value in (secret, f"Gold {secret}", f"Gold;{secret}", f"{secret}||Gold"):
        for kind in ("dropdown", "listbox"):
            assert secret not in _hint(value, LEVELS, kind)


def test_many_unknown_values_cost_little() -> None:
    """Only so many are compared in spelling; the hints of all rows together are few objects."""
    values = [f"value {number}" for number in range(20_000)]
    options = [f"option {number}" for number in range(500)]
    text = converted(values, "dropdown", options=options)
    hints = text.hints["option-unknown"]
    assert all(hint is not None for hint in hints)
    assert len({id(hint) for hint in hints}) <= 21
