"""Columns and rows with labels of every kind."""

from __future__ import annotations

import datetime as dt
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from tests.shapes.shape import Builders, Shape, addresses, of_values


def _never(*_: Any, **__: Any) -> NoReturn:
    raise AssertionError("a label's own code was called")


class Silent:
    """A label that does not want to be shown, compared or measured; it only counts itself as itself."""

    __str__ = __repr__ = __len__ = __bool__ = __iter__ = __lt__ = _never


class Unequal:
    """A label that is never equal to anything."""

    def __eq__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return 7


class Resisting:
    """A label that resists everything."""

    __str__ = __repr__ = __eq__ = __len__ = __bool__ = __iter__ = _never

    def __hash__(self) -> int:  # noqa: PLE0309 - it never returns
        _never()


def _labelled(labels: list[Any], mapping: dict[Any, Any], refused: str = "") -> Shape:
    """Return a frame of addresses, texts and numbers under three labels."""
    index = pd.Index(np.empty(len(labels), dtype=object))
    made = np.empty(len(labels), dtype=object)
    for place, label in enumerate(labels):
        made[place] = label
    index = pd.Index(made, dtype=object, tupleize_cols=False)
    frame = pd.DataFrame({0: addresses(3), 1: ["x", "y", None], 2: [1, 2, 3]})
    frame.columns = index
    return Shape(frame=frame, mapping=mapping, refused=refused)


def _own(label: Any) -> Shape:
    return _labelled(["mail", label, "n"], {"email": "mail", "City": label})


def _levels() -> Shape:
    columns = pd.MultiIndex.from_tuples([("person", "mail"), ("person", "city"), ("order", 1)], names=["a", None])
    frame = pd.DataFrame([["a@example.org", "x", 1], ["b@example.org", "y", 2]], columns=columns)
    return Shape(frame=frame, mapping={"email": ("person", "mail"), "City": ("person", "city"), "Points": ("order", 1)})


def _resisting() -> Shape:
    return _labelled(["mail", "value", Resisting()], {"email": "mail", "City": "value"})


COLUMNS: Builders = {
    "a label twice, not mapped": lambda: _labelled(["mail", "x", "x"], {"email": "mail"}),
    "a label twice, mapped": lambda: _labelled(["mail", "x", "x"], {"email": "mail", "City": "x"}, "stands 2 times"),
    "all labels the same": lambda: _labelled(["mail"] * 3, {"email": "mail"}, "stands 3 times"),
    "a label missing": lambda: _labelled(["mail", "x", "y"], {"email": "mail", "City": "z"}, "does not have"),
    "several levels": _levels,
    "a level that stands twice": lambda: Shape(
        frame=pd.DataFrame(
            [["a@example.org", "x", "y"]], columns=pd.MultiIndex.from_tuples([("p", "m"), ("p", "n"), ("p", "n")])
        ),
        mapping={"email": ("p", "m"), "City": ("p", "n")},
        refused="stands 2 times",
    ),
    "whole numbers": lambda: _labelled([0, 1, 2], {"email": 0, "City": 1, "Points": 2}),
    "a range": lambda: Shape(frame=pd.DataFrame([["a@example.org", "x"]]), mapping={"email": 0, "City": 1}),
    "floats": lambda: _own(1.5),
    "booleans": lambda: _labelled([True, False, "n"], {"email": True, "City": False}),
    "tuples in one level": lambda: _own(("a", 1)),
    "None": lambda: _labelled(["mail", None, "n"], {"email": "mail"}),
    "NaN": lambda: _labelled(["mail", float("nan"), "n"], {"email": "mail"}),
    "NaN twice": lambda: _labelled(["mail", float("nan"), np.nan], {"email": "mail"}),
    "NA and NaT": lambda: _labelled(["mail", pd.NA, pd.NaT], {"email": "mail"}),
    "dates": lambda: _own(dt.date(2024, 1, 1)),
    "moments": lambda: _own(pd.Timestamp("2024-01-01", tz="UTC")),
    "a DatetimeIndex": lambda: Shape(
        frame=pd.DataFrame([["a@example.org", "x"]], columns=pd.date_range("2024", periods=2)),
        mapping={"email": pd.Timestamp("2024-01-01"), "City": pd.Timestamp("2024-01-02")},
    ),
    "bytes": lambda: _own(b"raw"),
    "empty text": lambda: _own(""),
    "blanks": lambda: _own("  "),
    "dots and braces": lambda: _own("a.b[0]{c}%s\n"),
    "quotes": lambda: _own("'\"`\\"),
    "a script": lambda: _own("<script>alert(1)</script>"),
    "half a character": lambda: _labelled(["mail", "\ud800", "n"], {"email": "mail", "City": "\ud800"}),
    "NUL": lambda: _own("a\x00b"),
    "very long": lambda: _own("x" * 100_000),
    "enough to be a method": lambda: _own("activecampaign"),
    "silent objects": lambda: _own(Silent()),
    "objects never equal": lambda: _own(Unequal()),
    "objects that resist": _resisting,
    "categories": lambda: Shape(
        frame=pd.DataFrame([["a@example.org", "x"]], columns=pd.CategoricalIndex(["mail", "value"])),
    ),
    "an address": lambda: _labelled(["mail", "ann@example.org", "n"], {"email": "mail"}, "hold an address"),
    "2,000 columns": lambda: Shape(
        frame=pd.concat([of_values(["x", "y"]), pd.DataFrame(np.zeros((2, 2_000))).add_prefix("c")], axis=1)
    ),
}  # fmt: skip


def _with_index(index: Any) -> Shape:
    frame = of_values([f"v{number}" for number in range(len(index))])
    frame.index = index
    return Shape(frame=frame)


def _with_objects(labels: list[Any]) -> Shape:
    made = np.empty(len(labels), dtype=object)
    for place, label in enumerate(labels):
        made[place] = label
    return _with_index(pd.Index(made, dtype=object, tupleize_cols=False))


ROWS: Builders = {
    "every label the same": lambda: _with_index(pd.Index(["x"] * 4)),
    "labels in pairs": lambda: _with_index(pd.Index([1, 1, 2, 2])),
    "a range with steps": lambda: _with_index(pd.RangeIndex(10, 30, 5)),
    "a range backwards": lambda: _with_index(pd.RangeIndex(4, 0, -1)),
    "unsorted": lambda: _with_index(pd.Index([3, 1, 2, -5])),
    "MultiIndex": lambda: _with_index(pd.MultiIndex.from_product([["a", "b"], [1, 2]], names=["x", None])),
    "MultiIndex, repeated": lambda: _with_index(pd.MultiIndex.from_tuples([("a", 1), ("a", 1), ("b", None)])),
    "DatetimeIndex": lambda: _with_index(pd.date_range("2024", periods=3, tz="Europe/Stockholm")),
    "TimedeltaIndex": lambda: _with_index(pd.timedelta_range("1h", periods=3)),
    "PeriodIndex": lambda: _with_index(pd.period_range("2024", periods=3, freq="M")),
    "CategoricalIndex": lambda: _with_index(pd.CategoricalIndex(["b", "a", "b"], categories=["a", "b", "unused"])),
    "IntervalIndex": lambda: _with_index(pd.interval_range(0, 3)),
    "NaN among labels": lambda: _with_index(pd.Index([1.0, np.nan, np.nan])),
    "None among labels": lambda: _with_objects(["a", None, pd.NaT, pd.NA]),
    "labels of Int64": lambda: _with_index(pd.Index(pd.array([1, None, 3], dtype="Int64"))),
    "labels of Arrow": lambda: _with_index(pd.Index(pd.array(["a", None, "b"], dtype="string[pyarrow]"))),
    "labels of booleans": lambda: _with_index(pd.Index([True, False])),
    "labels that are addresses": lambda: _with_index(pd.Index(addresses(3))),
    "mixed labels": lambda: _with_objects([1, "a", (1, 2), b"x", 2.5]),
    "half characters": lambda: _with_objects(["\ud800", "\udfff"]),
    "silent labels": lambda: _with_objects([Silent(), Silent()]),
    "labels never equal": lambda: _with_objects([Unequal(), Unequal()]),
    "labels that resist": lambda: _with_objects([Resisting(), Resisting()]),
    "a named index": lambda: _with_index(pd.Index([5, 6], name=("odd", "name"))),
    "the index named as a column": lambda: _with_index(pd.Index([5, 6], name="mail")),
    "very large numbers": lambda: _with_index(pd.Index([2**63, 2**64 - 1], dtype="uint64")),
}
