from __future__ import annotations

from typing import Any

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ac_notebook.frames.cells import TEXT
from ac_notebook.frames.columns import Column, snapshot
from ac_notebook.frames.encode import BYTES, bodies, constants, escaped
from ac_notebook.frames.parts import row_parts
from tests.frames.rig import field

LETTERS = st.text(st.characters(exclude_categories=["Cs"])) | st.text(
    st.sampled_from('"\\\n\r\t\u2028\u2029\x7f/<é😀a ')
)
ANY_LETTERS = LETTERS | st.text(st.sampled_from([chr(code) for code in range(40)]))


@given(st.lists(ANY_LETTERS | st.none()))
def test_text_is_escaped_as_orjson_does(texts: list[str | None]) -> None:
    """Quotes, backslashes, control characters, separators and emoji: byte for byte."""
    found = escaped(pa.array(texts, TEXT)).to_pylist()
    assert found == [None if text is None else orjson.dumps(text)[1:-1].decode() for text in texts]


@given(st.lists(ANY_LETTERS, min_size=3), st.integers(0, 3))
def test_slices_are_escaped_where_they_lie(texts: list[str], start: int) -> None:
    """An array that begins in the middle of its buffers is read from there."""
    found = escaped(pa.array(texts, TEXT)[start:]).to_pylist()
    assert found == [orjson.dumps(text)[1:-1].decode() for text in texts[start:]]


_CELL = st.none() | LETTERS.map(lambda text: "".join(letter for letter in text if letter.isprintable()).strip() or None)
_TARGETS = ("email", "first_name", "last_name", "phone", "2", "5", "9", "tags")
_LIKE_BLANKS = {"nan", "None", "NULL", "<NA>", "NaT"}


def _columns(clears: frozenset[str]) -> list[Column]:
    return [
        Column(
            target=target,
            label=target,
            position=place,
            is_field=target.isdigit(),
            field=field("text", number=int(target)) if target.isdigit() else None,
            clears=target in clears,
        )
        for place, target in enumerate(_TARGETS)
    ]


def _expected(row: tuple[str | None, ...], clears: frozenset[str], tags: tuple[str, ...]) -> bytes:
    cells = {name: "" if text is None and name in clears else text for name, text in zip(_TARGETS, row, strict=True)}
    contact: dict[str, Any] = {name: cells[name] for name in _TARGETS[:4] if cells[name] is not None}
    fields = [{"id": int(name), "value": cells[name]} for name in _TARGETS[4:7] if cells[name] is not None]
    if fields:
        contact["fields"] = fields
    own = [part.strip() for part in (cells["tags"] or "").split(",") if part.strip()]
    listed: dict[str, str] = {}
    for tag in (*own, *tags):
        listed.setdefault(tag.casefold(), tag)
    if listed:
        contact["tags"] = list(listed.values())
    return orjson.dumps(contact)[:-1]


@given(
    st.lists(
        st.tuples(LETTERS.map(lambda _: "a@example.org"), *(_CELL for _ in _TARGETS[1:])), min_size=1, max_size=12
    ),
    st.frozensets(st.sampled_from(_TARGETS[1:7])),
    st.sampled_from([(), ("spring",), ("A", 'v"ip')]),
)
def test_parts_are_what_orjson_writes(
    rows: list[tuple[str | None, ...]], clears: frozenset[str], tags: tuple[str, ...]
) -> None:
    """Whatever is blank, cleared or tagged: a part is orjson's text of the contact without the last brace."""
    rows = [tuple(None if cell in _LIKE_BLANKS else cell for cell in row) for row in rows]
    columns = _columns(clears)
    frame = pd.DataFrame(
        {place: pd.Series([row[place] for row in rows], dtype=object) for place in range(len(_TARGETS))}
    )
    found = row_parts(snapshot(frame, tuple(columns)), columns, np.arange(len(rows)), timezone="UTC", tags=tags)
    found = found.to_pylist()
    assert found == [_expected(row, clears, tags) for row in rows]


def test_a_field_without_an_account_has_no_id_yet() -> None:
    """Its place is held by 0; such parts are only measured, never sent."""
    columns = [
        Column(target="email", label="m", position=0),
        Column(target="Birthday", label="b", position=1, is_field=True),
    ]
    frozen = pd.DataFrame({0: ["a@example.org"], 1: ["x"]})
    assert row_parts(frozen, columns, np.array([0]), timezone="UTC", tags=()).to_pylist() == [
        b'{"email":"a@example.org","fields":[{"id":0,"value":"x"}]'
    ]


def test_a_body_is_the_documented_request() -> None:
    """Contacts with list and automations in each, automations once more around them."""
    around = constants(4, run_automations=False)
    parts = pa.array([b'{"email":"a@example.org"', b'{"email":"b@example.org"', b'{"email":"c@example.org"'], BYTES)
    found, last = map(orjson.loads, bodies(parts, [0, 2, 3], around))
    member = {"subscribe": [{"listid": 4}], "exclude_automations": True}
    assert found == {
        "contacts": [{"email": "a@example.org", **member}, {"email": "b@example.org", **member}],
        "exclude_automations": True,
    }
    assert [contact["email"] for contact in last["contacts"]] == ["c@example.org"]
    assert all(b"true" not in body for body in bodies(parts, [0, 3], constants(4, run_automations=True)))
