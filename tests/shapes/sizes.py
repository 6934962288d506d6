"""Frames of every size, and cut from others in every way."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from tests.shapes.shape import Builders, Shape, addresses, of_values


class Customers(pd.DataFrame):
    """Somebody's own kind of frame."""

    _metadata = ["source"]  # noqa: RUF012 - as pandas wants it
    source = "crm"

    @property
    def _constructor(self) -> Any:
        return Customers


def _rows(count: int, dtype: Any = object) -> pd.DataFrame:
    return of_values([f"v{number}" for number in range(count)], dtype)


def _sized(count: int) -> Shape:
    return Shape(frame=_rows(count), not_planned="" if count else "has no rows")


def _transposed() -> Shape:
    wide = pd.DataFrame([addresses(3), ["x", "y", "z"]], index=["mail", "value"])
    return Shape(frame=wide.T)


def _chunks() -> Shape:
    kind = pd.ArrowDtype(pa.large_string())
    parts = [_rows(count, kind) for count in (3, 0, 2)]
    frame = pd.concat([part.astype({"mail": kind}) for part in parts], ignore_index=True)
    frame["mail"] = pd.Series(addresses(5), dtype=kind)
    return Shape(frame=frame)


def _view_of_an_array(*, writable: bool, order: Any = "C") -> Shape:
    raw = np.array([addresses(4), ["x", "y", "z", None]], dtype=object, order=order).T
    raw.flags.writeable = writable
    return Shape(frame=pd.DataFrame(raw, columns=["mail", "value"], copy=False))


def _numbers(*, writable: bool) -> Shape:
    raw = np.arange(12, dtype="int64").reshape(4, 3)
    raw.flags.writeable = writable
    frame = pd.DataFrame(raw, columns=list("abc"), copy=False)
    frame.insert(0, "mail", addresses(4))
    return Shape(frame=frame, mapping={"email": "mail", "Points": "a", "City": "c"})


def _subclass() -> Shape:
    return Shape(frame=Customers(_rows(3)))


def _with_attrs() -> Shape:
    frame = _rows(3)
    frame.attrs.update(source={"nested": [1, {"a": object}]}, note="x")
    return Shape(frame=frame)


def _no_duplicates() -> Shape:
    return Shape(frame=_rows(3).set_flags(allows_duplicate_labels=False))


def _fragmented() -> Shape:
    frame = _rows(3)
    for number in range(50):
        frame.insert(0, f"c{number}", number)
    return Shape(frame=frame)


def _all_blank() -> Shape:
    frame = pd.DataFrame({"mail": pd.Series([None, None], dtype=object), "value": ["x", "y"]})
    return Shape(frame=frame)


SIZES: Builders = {
    **{f"{count} rows": partial(_sized, count) for count in (0, 1, 2, 249, 250, 251, 500, 501)},
    "no columns": lambda: Shape(frame=pd.DataFrame(index=range(3)), refused="It has no columns"),
    "nothing at all": lambda: Shape(frame=pd.DataFrame(), refused="It has no columns", not_planned="has no rows"),
    "no address but blanks": _all_blank,
    "no address among values": lambda: Shape(
        frame=pd.DataFrame({"mail": ["x", "y"], "value": "z"}), refused="look like an address"
    ),
    "every second row": lambda: Shape(frame=_rows(20)[::2]),
    "backwards": lambda: Shape(frame=_rows(20).loc[::-1]),
    "a slice": lambda: Shape(frame=_rows(20).iloc[5:9]),
    "a slice of Arrow": lambda: Shape(frame=_rows(20, "string[pyarrow]").iloc[5:9]),
    "a slice of Int64": lambda: Shape(frame=of_values(list(range(20)), "Int64").iloc[5:15:3]),
    "a mask": lambda: Shape(frame=_rows(20)[np.arange(20) % 3 == 0]),
    "a mask of none": lambda: Shape(frame=_rows(20)[np.zeros(20, dtype=bool)], not_planned="has no rows"),
    "columns turned round": lambda: Shape(frame=_rows(5)[["value", "mail"]]),
    "shuffled": lambda: Shape(frame=_rows(20).sample(frac=1, random_state=1)),
    "with repeated rows": lambda: Shape(frame=_rows(3).iloc[[0, 0, 1, 2, 2, 2]]),
    "transposed": _transposed,
    "several chunks": _chunks,
    "a view of an array": lambda: _view_of_an_array(writable=True),
    "a read-only array": lambda: _view_of_an_array(writable=False),
    "column after column in memory": lambda: _view_of_an_array(writable=True, order="F"),
    "numbers in one block": lambda: _numbers(writable=True),
    "read-only numbers": lambda: _numbers(writable=False),
    "a subclass": _subclass,
    "attrs": _with_attrs,
    "no duplicate labels allowed": _no_duplicates,
    "many blocks": _fragmented,
}
