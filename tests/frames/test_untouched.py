from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ac_notebook.frames.columns import resolve, snapshot
from ac_notebook.frames.parts import row_parts
from ac_notebook.frames.select import inside
from ac_notebook.frames.suggest import suggest
from tests.frames.rig import prepared
from tests.people import MAPPING, messy_people, people


@pytest.mark.parametrize("build", [lambda: people(60), messy_people], ids=["people", "messy"])
def test_the_caller_s_frame_is_not_changed(build: Any) -> None:
    """Not a value, a dtype, a label or an attribute of it, whatever is done with it."""
    frame, before = build(), build()
    frame.attrs["kept"] = before.attrs["kept"] = {"a": 1}
    mapping = MAPPING if "E-mail" in frame else {"email": "mail", "first_name": "note", "Odd": "odd"}
    inside(frame, "index > 3")
    inside(frame, lambda own: own.insert(0, "new", 1) or own.index > 3)
    suggest(frame)
    prepared(frame, mapping, tags=("x",))
    pd.testing.assert_frame_equal(frame, before)
    assert frame.attrs == before.attrs
    assert frame.flags == before.flags


def _frame() -> pd.DataFrame:
    frame = pd.DataFrame({"m": ["a@example.org", "b@example.org"], "n": [1, 2], "f": [1.5, 2.5]})
    frame["c"] = pd.Categorical(["x", "y"])
    frame["l"] = pd.Series([["a"], np.array(["b"])], dtype=object)
    frame["o"] = pd.Series(["p", 5], dtype=object)
    frame["s"] = pd.Series(["é", "ü"], dtype=pd.ArrowDtype(pa.string()))
    frame["d"] = pd.to_datetime(["2024-01-01", "2024-01-02"])
    frame["i"] = pd.array([1, None], dtype="Int64")
    return frame


def _mutate_lists(frame: pd.DataFrame) -> None:
    first, second = frame["l"].tolist()
    first.append("more")
    second[0] = "z"


MUTATIONS: dict[str, Any] = {
    "cells": lambda frame: frame.__setitem__(slice(0, 2), frame.iloc[::-1].to_numpy()),
    "columns": lambda frame: [frame.isetitem(place, [None, None]) for place in range(9)],
    "iloc": lambda frame: [frame.iloc.__setitem__((0, 0), "changed"), frame.iloc.__setitem__((0, 1), 99)],
    "drop": lambda frame: [frame.pop(name) for name in "nfclosdi"],
    "rows": lambda frame: frame.loc.__setitem__(2, list(frame.iloc[0])),
    "labels": lambda frame: frame.__setattr__("columns", list("abcdefghi")),
    "index": lambda frame: frame.__setattr__("index", [5, 6]),
    "lists": _mutate_lists,
    "array": lambda frame: [frame["n"].array.__setitem__(0, 99), frame["s"].array.__setitem__(0, "z")],
    "mask": lambda frame: frame["i"].array.__setitem__(0, 7),
    "categories": lambda frame: frame.__setitem__("c", frame["c"].cat.rename_categories({"x": "changed"})),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_what_is_frozen_stays_as_it_was(name: str) -> None:
    """Changes of the caller's frame after the snapshot do not reach what is sent."""
    frame = _frame()
    mapping = {"email": "m", "N": "n", "F": "f", "C": "c", "L": "l", "O": "o", "S": "s", "D": "d", "I": "i"}
    columns = resolve(frame, mapping)
    frozen = snapshot(frame, columns)
    before = row_parts(frozen, columns, np.arange(2), timezone="UTC", tags=()).to_pylist()
    try:
        MUTATIONS[name](frame)
    except (ValueError, TypeError):
        assert name in ("array", "cells", "mask")  # pandas hands out read-only arrays where it can
    assert row_parts(frozen, columns, np.arange(2), timezone="UTC", tags=()).to_pylist() == before
    assert b"||a||" in before[0]


def test_an_array_under_the_frame() -> None:
    """Not even through the memory that the frame was made from."""
    raw = np.array([1, 2])
    frame = pd.DataFrame({"m": ["a@example.org", "b@example.org"], "n": pd.Series(raw, copy=False)}, copy=False)
    columns = resolve(frame, {"email": "m", "N": "n"})
    frozen = snapshot(frame, columns)
    raw[:] = 77
    assert frozen[1].tolist() == [1, 2]


def test_the_snapshot_has_only_the_mapped_columns() -> None:
    """Labelled 0, 1, …, rows numbered, dtypes kept."""
    frame = _frame().set_index("f")
    frozen = snapshot(frame, resolve(frame, {"email": "m", "S": "s", "N": "n"}))
    assert frozen.columns.equals(pd.RangeIndex(3))
    assert isinstance(frozen.index, pd.RangeIndex)
    assert frozen.dtypes.tolist() == [frame["m"].dtype, frame["s"].dtype, frame["n"].dtype]
    assert frozen.attrs == {}
