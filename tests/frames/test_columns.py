from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ac_notebook.errors import ConfigurationError, MappingError
from ac_notebook.frames.columns import resolve
from ac_notebook.model.mapping import Mapping
from tests.frames.rig import account, field, prepared

ACCOUNT = account(
    field("date", number=1, title="Birthday"),
    field("text", number=2, title="City"),
    field("text", number=3, title="City"),
    field("text", number=4, title="Favourite colour"),
)
FRAME = pd.DataFrame(columns=["E-mail", "Given name", "dob", "city", "phone"])


def _refused(frame: pd.DataFrame, mapping: Any, known: Any = None) -> MappingError:
    with pytest.raises(MappingError) as caught:
        resolve(frame, mapping, known)
    return caught.value


def test_columns_come_in_the_order_in_which_they_are_written() -> None:
    """Attributes in ActiveCampaign's order, fields in the mapping's, then tags and opt-in."""
    frame = pd.DataFrame(columns=list("abcdefgh"))
    mapping = {
        "tags": "h",
        "F2": "a",
        "phone": "b",
        "opt_in": "c",
        "email": "d",
        "F1": "e",
        "last_name": "f",
        "first name": "g",
    }
    found = resolve(frame, mapping)
    assert [(column.target, column.label, column.position) for column in found] == [
        ("email", "d", 3),
        ("first_name", "g", 6),
        ("last_name", "f", 5),
        ("phone", "b", 1),
        ("F2", "a", 0),
        ("F1", "e", 4),
        ("tags", "h", 7),
        ("opt_in", "c", 2),
    ]
    assert [column.is_field for column in found] == [False] * 4 + [True] * 2 + [False] * 2


def test_fields_are_found_by_title_tag_and_id() -> None:
    """And named by their title from then on."""
    found = resolve(FRAME, {"email": "E-mail", "birthday": "dob", "%FAVOURITE_COLOUR%": "city", 3: "phone"}, ACCOUNT)
    assert [(column.target, column.field.id) for column in found if column.field] == [
        ("Birthday", 1),
        ("Favourite colour", 4),
        ("City", 3),
    ]


def test_blanks_that_clear() -> None:
    """Told by the mapping, for the key it uses."""
    mapping = Mapping(
        email="E-mail", phone="phone", fields={"Birthday": "dob"}, blank={"Birthday": "clear", "phone": "skip"}
    )
    assert [column.clears for column in resolve(FRAME, mapping, ACCOUNT)] == [False, False, True]


def test_all_problems_at_once() -> None:
    """Unknown columns with the nearest, ambiguous and unknown fields, fields and columns used twice."""
    mapping: dict[Any, Any] = {
        "email": "E-mal", "first_name": "zzz", "City": "city", "Birthday": "dob", 1: "phone", "Nothing": "phone",
        "last_name": "Given name", "Favourite colour": "Given name",
    }  # fmt: skip
    problems = _refused(FRAME, mapping, ACCOUNT).problems
    assert len(problems) == 6
    assert "'E-mal', which the frame does not have. Did you mean 'E-mail'?" in problems[0]
    assert "'zzz', which the frame does not have. There are: 'E-mail', 'Given name'" in problems[1]
    assert "2 custom fields are called 'City' (ids 2, 3)" in problems[2]
    assert "'Birthday' and 1 are the same custom field" in problems[3]
    assert "no custom field called 'Nothing'" in problems[4]
    assert "column 'Given name' is mapped to 'last_name' and to 'Favourite colour'" in problems[5]


def test_the_same_field_twice_without_an_account() -> None:
    """Titles are compared without their case there."""
    assert "same custom field" in str(_refused(FRAME, {"email": "E-mail", "A": "dob", "a ": "city"}))


def test_opt_in_may_share_a_column() -> None:
    """Who agreed may well be told by a column that is sent too."""
    assert len(resolve(FRAME, {"email": "E-mail", "Agreed": "city", "opt_in": "city"})) == 3


def test_labels_that_stand_more_than_once() -> None:
    """Which of them is meant cannot be known; unmapped ones do no harm."""
    frame = pd.DataFrame([["a@example.org", 1, 2, 3]], columns=["m", "x", "x", "y"])
    assert "column 'x' stands 2 times in the frame (positions 1, 2)" in str(_refused(frame, {"email": "m", "A": "x"}))
    done, contacts = prepared(frame, {"email": "m", "A": "y"})
    assert contacts[0]["fields"][0]["value"] == "3"
    assert len(done.rows) == 1


def test_labels_of_several_levels_numbers_and_nothing() -> None:
    """A label is whatever the frame says: tuples, numbers, empty text, dates."""
    frame = pd.DataFrame([["a@example.org", "x"]], columns=pd.MultiIndex.from_tuples([("p", "m"), ("p", "n")]))
    done, contacts = prepared(frame, {"email": ("p", "m"), "first_name": ("p", "n")})
    assert contacts == [{"email": "a@example.org", "first_name": "x"}]
    frame.iloc[0, 1] = "\x00"
    done, _ = prepared(frame, {"email": ("p", "m"), "first_name": ("p", "n")})
    assert done.problems["column"].tolist() == [("p", "n")]
    assert "Did you mean ('p', 'm')?" in str(_refused(frame, {"email": ("p", "mm")}))
    assert "Did you mean ('p', 'm')?" in str(_refused(frame, {"email": ("p", "m "), "first_name": "p"}))
    odd = pd.DataFrame(
        [["a@example.org", "x", "y"]], columns=pd.Index([0, "", pd.Timestamp("2024-01-01")], dtype=object)
    )
    _, contacts = prepared(odd, {"email": 0, "first_name": "", "last_name": pd.Timestamp("2024-01-01")})
    assert contacts == [{"email": "a@example.org", "first_name": "x", "last_name": "y"}]


@pytest.mark.parametrize("label", [("a", ["b"]), float("nan"), object(), None], ids=lambda one: type(one).__name__)
def test_labels_that_are_none(label: Any) -> None:
    """A label that cannot be looked up is one that the frame does not have."""
    assert len(_refused(FRAME, {"email": label}).problems) == 1


@pytest.mark.parametrize(
    ("mapping", "right"),
    [
        ({"E-mail": "email"}, "{'email': 'E-mail'}"),
        ({"E-mail": "email", "Given name": "first_name"}, "{'email': 'E-mail', 'first_name': 'Given name'}"),
        ({"E-mail": "Email", "dob": "Birthday"}, "{'email': 'E-mail', 'Birthday': 'dob'}"),
        ({"E-mail": "E-Mail ", "city": "Nobody knows"}, "{'email': 'E-mail', 'Nobody knows': 'city'}"),
        ({"Given name": "first name"}, "{'first_name': 'Given name'}"),
        (Mapping(email="email"), "{'email': 'E-mail'}"),
    ],
    ids=str,
)
def test_a_mapping_the_wrong_way_round(mapping: Any, right: str) -> None:
    """Recognised, and refused with the right one written out."""
    error = _refused(FRAME, mapping, ACCOUNT)
    assert "wrong way round" in str(error)
    assert f"Write mapping={right}." in error.hint


def test_a_right_mapping_is_not_taken_for_a_wrong_one() -> None:
    """Not even where columns are called as attributes are, or where one column is missing."""
    frame = pd.DataFrame(columns=["email", "phone", "first_name"])
    assert len(resolve(frame, {"email": "email", "phone": "phone", "first_name": "first_name"})) == 3
    assert len(resolve(frame, {"email": "phone", "phone": "email"})) == 2
    assert "wrong way round" not in str(
        _refused(FRAME, {"email": "E-mail", "first_name": "Given nam", "phone": "phon"})
    )
    assert "wrong way round" not in str(_refused(FRAME, {"phone": "mobile", "email": "E-mail"}))


@pytest.mark.parametrize(
    "frame", [None, [1], pd.Series([1]), np.zeros((2, 2)), {"a": [1]}], ids=lambda one: type(one).__name__
)
def test_something_else_than_a_frame(frame: Any) -> None:
    """Refused with a sentence."""
    with pytest.raises(ConfigurationError, match="A pandas DataFrame is exported"):
        resolve(frame, {"email": "m"})


def test_errors_call_nobody_s_code() -> None:
    """A label's own repr is not in the sentence."""

    class Label:
        def __repr__(self) -> str:
            raise AssertionError

    assert "<Label>" in str(_refused(FRAME, {"email": Label()}))
    assert "<Label>" in str(_refused(pd.DataFrame([[1]], columns=[Label()]), {"email": "x"}))
