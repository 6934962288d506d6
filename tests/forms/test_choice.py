from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ac_notebook.forms.base.choice import MOST, Choice, Entry, distinct, found
from tests.forms.holder import Holder, state

NAMES = st.text(max_size=12)
LISTS = [Entry(key=number, name=f"List {number}", more=f"id {number}", ids=(str(number),)) for number in range(2_013)]


def _choice(entries: list[Entry] = LISTS) -> tuple[Choice, list[object]]:
    heard: list[object] = []
    choice = Choice(Holder(), "List", search="Search lists", changed=lambda: heard.append(choice.value))
    choice.offer(entries)
    return choice, heard


def _said(choice: Choice) -> str:
    return str(choice.box.children[2].value)


def test_typing_leaves_those_in_which_all_words_stand() -> None:
    """Every letter is heard, words stand in any order, and the first hundred are shown with how many there are."""
    choice, heard = _choice()
    assert choice.search.continuous_update
    assert len(choice.select.options) == MOST
    assert "The first 100 of 2,013 that match, of 2,013" in _said(choice)
    choice.search.value = "201 LIST"
    assert [text for text, _ in choice.select.options] == [
        f"List {number} (id {number})" for number in (201, 1201, 2010, 2011, 2012)
    ]
    assert "5 of 2,013" in _said(choice)
    choice.search.value = "list 2012"
    assert "1 of 2,013" in _said(choice)
    assert heard == []


def test_a_search_changes_nothing_of_what_is_chosen() -> None:
    """What a person has chosen stays chosen while it is not among what a search leaves, and is marked again after."""
    choice, heard = _choice()
    choice.select.index = 7
    assert heard == [7]
    for typed in ("vip", "list 9", "list 19", ""):
        choice.search.value = typed
        assert choice.value == 7
        assert "Chosen: List 7 (id 7)" in _said(choice)
    assert heard == [7]
    assert choice.select.index == 7
    choice.offer(LISTS[5:])
    assert (choice.value, choice.select.index) == (7, 2)
    choice.offer(LISTS[:5])
    assert (choice.value, choice.select.index) == (7, None)
    choice.choose("gone", otherwise="Gone (not in the account)")
    assert "Chosen: Gone (not in the account)" in _said(choice)
    assert heard == [7]


def test_what_is_called_just_so_comes_first() -> None:
    """A name or number that is what was typed comes before names that begin so, and these before others."""
    entries = [
        Entry(key=1, name="All of VIP 4"), Entry(key=2, name="VIP customers"), Entry(key=3, name="vip"),
        Entry(key=44, name="Fourty-four", ids=("44",)), Entry(key=4, name="News", ids=("4",)),
    ]  # fmt: skip
    assert [entries[place].key for place in found(entries, "Vip ")] == [3, 2, 1]
    assert [entries[place].key for place in found(entries, "4")] == [4, 1, 44]


@given(names=st.lists(NAMES, max_size=30), search=st.text(max_size=6))
def test_a_search_finds_what_holds_its_words_and_nothing_else(names: list[str], search: str) -> None:
    """Each entry is found once, or not at all; a name finds itself."""
    entries = [Entry(key=number, name=name) for number, name in enumerate(names)]
    places = found(entries, search)
    assert len(set(places)) == len(places)
    for place, name in enumerate(names):
        assert place in found(entries, name)
    if search.isascii() and all(name.isascii() for name in names):
        words = search.lower().split()
        holding = [n for n, name in enumerate(names) if all(word in " ".join(name.lower().split()) for word in words)]
        assert sorted(places) == holding


@given(st.lists(st.text(string.ascii_lowercase + " (23)", max_size=6), max_size=12))
def test_texts_that_are_shown_differ(texts: list[str]) -> None:
    """No two entries look the same, and those that differ already stay as they are."""
    made = distinct(texts)
    assert len(set(made)) == len(texts)
    assert all(text in made for text in texts)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "$x$", "a\u202eb", "N" * 10_000, "\ud800", "", " ", "\x00\n", "'\"&lt;"]
)
def test_names_are_text(name: str) -> None:
    """Whatever entries are called, they are text, of which a page has no more than a line, and can be chosen."""
    choice, heard = _choice([Entry(key="a", name=name, more="id 1"), Entry(key="b", name=name, more="id 1")])
    choice.select.index = 1
    assert heard == ["b"]
    choice.search.value = name
    shown = state(choice.box)
    assert "<script" not in _said(choice)
    assert "\u202e" not in _said(choice) + str(choice.select.options)
    assert len(str(choice.select.options)) < 600
    choice.search.value = ""
    state(choice.box).encode()  # half a letter could not be sent
    assert shown


def test_a_choice_is_two_fields_and_a_line() -> None:
    """The page has few objects of it, and texts of a hundred entries, however many there are."""
    choice, _ = _choice()
    assert len(choice.box.children) == 3
    assert len(state(choice.box)) < 12_000
