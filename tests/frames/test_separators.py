from __future__ import annotations

from typing import Any

import orjson
import pandas as pd
import pytest

from ac_notebook.errors import MappingError
from ac_notebook.frames.columns import resolve
from ac_notebook.model.mapping import Mapping
from tests.frames.rig import account, field, prepared, sent

LETTERS = ["a", "b", "c"]


@pytest.mark.parametrize("separator", [";", ",", "|", " / ", " and ", "\n", "\t", " "])
@pytest.mark.parametrize("kind", ["checkbox", "listbox"])
def test_text_is_split_at_the_stated_separator(separator: str, kind: str) -> None:
    """Items are trimmed, blanks dropped, each item once."""
    values = [separator.join(items) for items in (["a", "b"], ["a"], ["b", "a", "b"], ["a", "", "c"])]
    expected = ["||a||b||", "||a||", "||b||a||", "||a||c||"]
    assert sent(values, kind, options=LETTERS, separator=separator) == expected
    assert sent([separator, None, ""], kind, options=LETTERS, separator=separator) == [None] * 3


def test_only_the_stated_separator_separates() -> None:
    """The usual one is then part of a value, which no value may hold; nor do lines come in by the back door."""
    assert sent(["a||b", "||a||"], "checkbox", options=LETTERS, separator=";") == ["!separator-in-value"] * 2
    assert sent(["a;b"], "checkbox", options=LETTERS) == ["!option-unknown"]
    assert sent(["a\tb\nc"], "checkbox", separator="\n") == ["!control-character"]
    assert sent(["a\nb"], "checkbox", separator=";") == ["!control-character"]


def test_lists_are_taken_as_they_are() -> None:
    """A separator is about text; what is in a list is one item."""
    values = pd.Series([["a", "b"], "a;b", ["a;b"], None], dtype=object)
    assert sent(values, "listbox", separator=";") == ["||a||b||", "||a||b||", "||a;b||", None]


def test_without_an_account_only_when_it_is_stated() -> None:
    """Text to a field of unknown type is text, unless the mapping says that it is several values."""
    assert sent(["a;b", "a||b", 5, None], "unknown", dtype=object) == ["a;b", "a||b", "5", None]
    assert sent(["a;b", "a", 5, None], "unknown", dtype=object, separator=";") == ["||a||b||", "||a||", "||5||", None]


def test_tags() -> None:
    """Commas are then part of a tag."""
    cells = sent(["x; y,z ;;X", "a", " ; ", None], "tags", separator=";")
    assert [None if cell is None else orjson.loads(cell) for cell in cells] == [["x", "y,z"], ["a"], None, None]
    assert sent(["a\tb\nc"], "tags", separator="\n") == ["!control-character"]


def test_a_mapping_s_separators_reach_the_rows() -> None:
    """For a field by whatever name it is mapped, and for tags."""
    frame = pd.DataFrame({"m": ["a@example.org"], "i": ["a/b"], "t": ["x;y"]})
    known = account(field("listbox", title="Interests", options=LETTERS))
    for key in ("Interests", "INTERESTS", 7):
        mapping = Mapping(email="m", tags="t", fields={key: "i"}, separators={key: "/", "tags": ";"})
        _, [contact] = prepared(frame, mapping, known=known)
        assert contact["fields"] == [{"id": 7, "value": "||a||b||"}]
        assert contact["tags"] == ["x", "y"]


@pytest.mark.parametrize("separator", ["", None, 5, ["; "], "\x00", "\x1f", "\r", "a\x7f"], ids=repr)
def test_what_cannot_separate(separator: Any) -> None:
    """A sentence names it."""
    with pytest.raises(MappingError, match='a separator is a text such as ";"'):
        Mapping(email="m", fields={"Interests": "i"}, separators={"Interests": separator})


@pytest.mark.parametrize(
    ("key", "meant"), [("Interest", "'Interests'"), ("tag", "'tags'"), ("email", "There are: 'Interests', 'tags'.")]
)
def test_a_separator_for_something_that_is_not_mapped(key: str, meant: str) -> None:
    """The nearest is named."""
    with pytest.raises(MappingError) as caught:
        Mapping(email="m", tags="t", fields={"Interests": "i"}, separators={key: ";"})
    assert meant in str(caught.value)
    with pytest.raises(MappingError, match="not its tags"):
        Mapping(email="m", fields={"Interests": "i"}, separators={"tags": ";"})
    with pytest.raises(MappingError, match="separators is a dictionary"):
        Mapping(email="m", separators=";")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["text", "date", "dropdown", "number"])
def test_a_separator_for_a_field_with_one_value(kind: str) -> None:
    """It would be stated in vain."""
    frame = pd.DataFrame({"m": ["a@example.org"], "i": ["a"]})
    mapping = Mapping(email="m", fields={"Field": "i"}, separators={"Field": ";"})
    with pytest.raises(MappingError, match=f"which is a {kind} field"):
        resolve(frame, mapping, account(field(kind)))


def test_dates_are_not_several_values() -> None:
    """Also where nobody knows the field's type, a format and a separator do not go together."""
    frame = pd.DataFrame({"m": ["a@example.org"], "i": ["a"]})
    mapping = Mapping(email="m", fields={"F": "i"}, separators={"F": ";"}, formats={"F": "%d.%m.%Y"})
    with pytest.raises(MappingError, match="has a format, as dates have, and a separator"):
        resolve(frame, mapping)
