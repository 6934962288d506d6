"""Who is in a frame at all, and what customers are known by: whatever the checks say, and however text is held."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ac_notebook.errors import MappingError
from ac_notebook.frames.columns import resolve, snapshot
from ac_notebook.frames.customer_keys import customer_keys, key_column
from ac_notebook.frames.fingerprints import fingerprints
from ac_notebook.frames.prepare import Prepared, prepare

KEY = b"k"
TEXTS = ("object", "string[python]", "string[pyarrow]", pd.ArrowDtype(pa.string()), "category")


def prepared(frame: pd.DataFrame, inside: list[bool] | None = None) -> Prepared:
    """Prepare a frame of addresses, opt-ins and cities."""
    columns = resolve(frame, {"email": "mail", "opt_in": "ok", "first_name": "name"})
    rows = np.ones(len(frame), bool) if inside is None else np.array(inside)
    return prepare(
        snapshot(frame, columns), columns, rows, key=KEY, timezone="UTC", tags=(), most_bytes=399_999
    )  # fmt: skip


FRAME = pd.DataFrame(
    {
        "mail": ["a@b.org", "A@B.org ", None, "no address", "c@b.org", "d@b.org", "e@b.org", "f@b.org", " "],
        "ok": ["yes", "no", "yes", "yes", "", "perhaps", "no", "yes", "no"],
        "name": ["Ann", "Ann", "Bo", "Cy", "Di", "Ed", "Flo", "x\0", "Gus"],
    }
)


@pytest.mark.parametrize("dtype", TEXTS, ids=str)
def test_everybody_who_is_there_is_known(dtype: Any) -> None:
    """Rejected rows, duplicates and withheld ones are there; blanks and what is no address are not readable."""
    found = prepared(FRAME.astype({"mail": dtype})).presence
    there = fingerprints([b"a@b.org", b"no address", b"c@b.org", b"d@b.org", b"e@b.org", b"f@b.org"], KEY)
    assert found.addresses.tolist() == sorted(there.tolist())
    assert found.unreadable.tolist() == [2, 3, 8]
    assert found.kept_back.tolist() == [1, 4, 5, 6]
    assert found.declined.tolist() == [True, False, False, True]
    assert found.kept_back_addresses[0] == fingerprints([b"a@b.org"], KEY)[0]
    assert "b.org" not in repr(found)


def test_rows_outside_the_segment_are_not_there() -> None:
    """Who is outside is nobody's row."""
    found = prepared(FRAME, [True] + [False] * 8).presence
    assert found.addresses.tolist() == fingerprints([b"a@b.org"], KEY).tolist()
    assert not len(found.unreadable)
    assert not len(found.kept_back)


@pytest.mark.parametrize("cell", [17, b"\xff", ["a@b.org"], {"a": 1}, "lone \ud800@b.org", float("inf"), pd.NaT])
def test_odd_cells_are_no_readable_address(cell: object) -> None:
    """Whatever stands where an address should be, the row is called unreadable, and nothing is raised."""
    frame = pd.DataFrame({"mail": pd.Series([cell, "a@b.org"], dtype=object), "ok": ["yes", "yes"], "name": ["x", "y"]})
    assert prepared(frame).presence.unreadable.tolist() == [0]


SAME: tuple[Any, ...] = (
    pd.Series([1, 20_000_000_000, 7]), pd.Series([1.0, 2e10, 7.0]), pd.Series(["1", "20000000000", " 7 "]),
    pd.Series([1, 20_000_000_000, 7], dtype="Int64"), pd.Series(["1", "20000000000", "7"], dtype="category"),
    pd.Series([1, "20000000000", 7.0], dtype=object), pd.Series([1, 20_000_000_000, 7], dtype="int64[pyarrow]"),
)  # fmt: skip


@pytest.mark.parametrize("column", SAME, ids=lambda column: str(column.dtype))
def test_a_key_is_the_same_however_it_is_held(column: pd.Series[Any]) -> None:
    """Numbers and their texts are one key, of whatever dtype."""
    frame = pd.DataFrame({"id": column})
    wanted = pd.DataFrame({"id": SAME[0]})
    assert customer_keys(frame, key_column(frame, "id"), KEY).tolist() == (
        customer_keys(wanted, key_column(wanted, "id"), KEY).tolist()
    )


def test_what_is_no_key_is_nought() -> None:
    """Blanks and values without a form as text tell nobody apart; no other value is nought."""
    cells = [None, "", " ", np.nan, pd.NaT, pd.NA, {"a": 1}, b"x", "x", 0, False]
    frame = pd.DataFrame({"id": pd.Series(cells, dtype=object)})
    found = customer_keys(frame, key_column(frame, "id"), KEY)
    assert (found == 0).tolist() == [True] * 8 + [False] * 3
    assert len(set(found.tolist())) == 4


def test_a_key_belongs_to_its_column() -> None:
    """The same value in a column of another name is another key."""
    frame = pd.DataFrame({"id": [1], "number": [1], 3: [1], "3": [1]})
    found = {int(customer_keys(frame, key_column(frame, label), KEY)[0]) for label in frame.columns}
    assert len(found) == 4


@pytest.mark.parametrize("label", ["idd", "twice", None, 4, float("nan")])
def test_a_column_that_is_not_there_once_is_refused(label: Any) -> None:
    """With the nearest name, or how often it is there."""
    frame = pd.DataFrame([[1, 2, 3]], columns=["id", "twice", "twice"])
    with pytest.raises(MappingError, match="Nothing was sent"):
        key_column(frame, label)
