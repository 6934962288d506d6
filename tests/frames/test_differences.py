"""Which values are the same, and what is gathered of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ac_notebook.frames.columns import resolve, snapshot
from ac_notebook.frames.differences import compare, is_same
from ac_notebook.frames.roll import Gathering, Roll
from ac_notebook.model.account import Field, Option, Snapshot, Tag
from ac_notebook.model.standing import UNSUBSCRIBED

if TYPE_CHECKING:
    from ac_notebook.frames.differences import Differences

ACCOUNT = Snapshot(
    host="x",
    custom_fields=(
        Field(id=1, title="Points", type="number"),
        Field(id=2, title="Likes", type="checkbox", options=(Option(value="a", label="A"),)),
        Field(id=3, title="Note", type="textarea"),
    ),
    contact_tags=(Tag(id=7, name="Spring"), Tag(id=8, name="vip")),
)  # fmt: skip
DTYPES = ["object", "str", "string[python]", "string[pyarrow]", pd.ArrowDtype(pa.string())]


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        ("name", " Ann ", "Ann", True), ("name", "Ann", "ann", False), ("phone", "+46 70", "+4670", False),
        ("text", "a\r\nb", "a\nb", True), ("text", "", " ", True), ("text", "0", "", False),
        ("number", "12.50", "+12.5", True), ("number", "1e2", "100", True), ("number", "many", "many ", True),
        ("number", "12", "13", False), ("number", "sNaN", "sNaN ", True), ("number", "", "0", False),
        ("date", "2026-03-01", "2026-03-01 00:00:00", True), ("date", "2026-03-01", "2026-03-02", False),
        ("date", "soon", "later", False),
        ("datetime", "2026-03-01T12:00:00.5+00:00", "2026-03-01T13:00:00+01:00", True),
        ("datetime", "2026-03-01T12:00:00+00:00", "2026-03-01T12:00:00", False),
        ("datetime", "0001-01-01T00:00:00+14:00", "x", False),
        ("choice", "gold", "||gold||", True), ("choice", "gold", "Gold", False),
        ("multi", "||a||b||", "||b||a||", True), ("multi", "a", "||a||", True), ("multi", "||a||", "||a||b||", False),
    ],
)  # fmt: skip
def test_what_is_the_same(kind: str, one: str, other: str, same: Any) -> None:
    """Two texts are one value of a kind of field, or they are not; whichever stands first."""
    assert is_same(kind, one, other) is is_same(kind, other, one) is same


def roll(*people: dict[str, Any]) -> Roll:
    """Return people as they are on a list."""
    gathering = Gathering(fields=(1, 2, 3), tags=(7, 8))
    for number, one in enumerate(people, start=1):
        gathering.contact(number, one, status=one.get("status", 1))
        for field, text in one.get("values", {}).items():
            gathering.value(number, field, text)
        for tag in one.get("tags", ()):
            gathering.tag(number, tag)
    return gathering.roll()


def compared(frame: pd.DataFrame, mapping: dict[Any, Any], there: Roll, tags: tuple[str, ...] = ()) -> Differences:
    """Compare all rows of a frame."""
    columns = resolve(frame, mapping, ACCOUNT)
    ids = {tag.name.casefold(): tag.id for tag in ACCOUNT.contact_tags}
    return compare(
        snapshot(frame, columns), columns, np.arange(len(frame)), there, timezone="UTC", tags=tags, tag_ids=ids
    )


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_rows_find_their_contacts_and_what_differs(dtype: Any) -> None:
    """Whatever holds the text: addresses are met in any case, blanks are no difference, each change is named."""
    frame = pd.DataFrame(
        {"mail": ["B@example.org", "a@example.org", "new@example.org"], "name": ["Bo", None, "X"],
         "note": ["n", "", "y"], "tags": ["spring, vip", "spring", None]}, dtype=dtype,
    )  # fmt: skip
    there = roll(
        {"email": "a@example.org", "first_name": "Ann", "values": {3: "kept"}, "tags": [7]},
        {"email": "b@Example.org", "first_name": "Bob", "values": {3: "n"}, "tags": [8], "status": UNSUBSCRIBED},
    )
    found = compared(frame, {"email": "mail", "first_name": "name", "Note": "note", "tags": "tags"}, there)
    assert found.places.tolist() == [1, 0, -1]
    names = [found.names[place] for place in found.fields]
    assert list(zip(found.cells.tolist(), names, found.old.to_pylist(), found.new.to_pylist(), strict=True)) == [
        (0, "first_name", "Bob", "Bo"), (0, "status", "unsubscribed", "active"), (0, "tags", "vip", "spring, vip"),
    ]  # fmt: skip
    assert found.counts() == {"first_name": 1, "tags": 1, "status": 1}
    assert found.keep(np.array([1])).counts() == {}


def test_tags_of_the_call_count_too() -> None:
    """Tags of every contact are missing where somebody does not carry them, also one that the account does not have."""
    frame = pd.DataFrame({"mail": ["a@example.org", "b@example.org"]})
    there = roll({"email": "a@example.org", "tags": [7]}, {"email": "b@example.org"})
    assert compared(frame, {"email": "mail"}, there, ("SPRING",)).cells.tolist() == [1]
    assert compared(frame, {"email": "mail"}, there, ("new",)).counts() == {"tags": 2}
    assert compared(frame, {"email": "mail"}, roll(), ("new",)).places.tolist() == [-1, -1]


def test_who_came_twice_is_there_as_they_came_last() -> None:
    """Of a contact that came several times the last is kept; values and tags of others are dropped."""
    gathering = Gathering(fields=(1,), tags=(7,))
    gathering.contact(9, {"email": "z@example.org"})
    gathering.contact(4, {"email": "old@example.org"})
    gathering.contact(4, {"email": "new@example.org"}, status=UNSUBSCRIBED, bounced=True)
    for contact, text in ((4, "1"), (5, "of nobody"), (4, "2")):
        gathering.value(contact, 1, text)
        gathering.value(contact, 99, "not asked for")
        gathering.tag(contact, 7)
    found = gathering.roll()
    assert (found.ids.tolist(), found.status.tolist(), found.bounced.tolist()) == ([4, 9], [2, 1], [True, False])
    assert found.attributes["email"].to_pylist() == ["new@example.org", "z@example.org"]
    assert found.texts[1].to_pylist() == ["2", None]
    assert found.taggings[7].tolist() == [0]
    assert len(Gathering().roll()) == 0
