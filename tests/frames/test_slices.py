"""Pieces of a frame are slices of Arrow's arrays, and not every kernel of every version reads a slice as it should."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ac_notebook.frames.checks import address_key
from ac_notebook.frames.encode import escaped
from tests.frames.rig import converted, prepared, texts_of

VALUES = ["first@example.org", ' "Ann" ', "Bo@Example.ORG", "", "n\\a", "nan", "Åsa@example.org", "x" * 40, "A,b"]
TYPES = [pa.string(), pa.large_string(), pa.dictionary(pa.int8(), pa.string()), pa.list_(pa.string())]


def _array(values: list[str], kind: pa.DataType) -> pa.Array:
    return pa.array(
        [[value] for value in values] if pa.types.is_list(kind) else values,
        pa.string() if pa.types.is_dictionary(kind) else kind,
    ).cast(kind)


@pytest.mark.parametrize("kind", TYPES, ids=str)
@pytest.mark.parametrize("target", ["email", "first_name", "phone", "text", "checkbox", "tags", "unknown"])
def test_a_slice_is_read_as_its_own_values(kind: pa.DataType, target: str) -> None:
    """Wherever it begins and ends, what is sent is what a fresh array of the same values gives, and so is its key."""
    whole = _array(VALUES, kind)
    for start in range(len(VALUES)):
        for stop in range(start + 1, len(VALUES) + 1):
            found = converted(_series(whole[start:stop]), target)
            fresh = converted(_series(_array(VALUES[start:stop], kind)), target)
            assert texts_of(found) == texts_of(fresh)
            assert {code: mask.tolist() for code, mask in found.bad.items()} == {
                code: mask.tolist() for code, mask in fresh.bad.items()
            }
            assert address_key(found.values).to_pylist() == address_key(fresh.values).to_pylist()
            assert escaped(found.values).to_pylist() == escaped(fresh.values).to_pylist()


def _series(array: pa.Array) -> pd.Series[Any]:
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([array])))


@pytest.mark.parametrize("kind", ["object", "string", "large_string"])
@pytest.mark.parametrize("key", [b"key", None])
def test_people_are_the_same_in_whatever_piece_they_are(kind: str, key: bytes | None) -> None:
    """Duplicates are found and a no withholds its address, also where long texts make pieces of two or three rows."""
    rows = 24
    addresses = [f"person.{row % 8}@example.org" for row in range(rows)]
    addresses[5], addresses[14], addresses[23] = " Person.5@example.org", "PERSON.6@example.org\u00a0", "bad"
    frame = pd.DataFrame(
        {
            "m": pd.Series(addresses, dtype=object),
            "ok": ["no" if row == 2 else "yes" for row in range(rows)],
            "n": [f"{row} " + "x" * 2_000_000 for row in range(rows)],
        }
    )
    if kind != "object":
        arrow = {"string": pa.string(), "large_string": pa.large_string()}[kind]
        chunks = [pa.array(addresses[start:stop], arrow) for start, stop in ((0, 1), (1, 9), (9, rows))]
        frame["m"] = pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array(chunks)))
    mapping = {"email": "m", "opt_in": "ok", "Note": "n"}
    done, contacts = prepared(frame, mapping, key=key, most_bytes=10_000_000)
    assert done.rows.tolist() == [0, 1, 3, 4, 5, 6, 7]
    assert [contact["email"].lower() for contact in contacts] == [
        f"person.{row}@example.org" for row in (0, 1, 3, 4, 5, 6, 7)
    ]
    withheld = done.problems.loc[done.problems["code"] == "opt-in-false", "position"].tolist()
    assert withheld == [2, 10, 18]
    assert np.count_nonzero(done.problems["code"] == "duplicate-differs") == rows - 7 - 3 - 1
