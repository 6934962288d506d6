from __future__ import annotations

import datetime as dt
import enum
from typing import Any, NoReturn

import numpy as np
import pandas as pd
import pytest

from ac_notebook.frames.columns import resolve, snapshot
from tests.frames.rig import prepared, sent


def _never(*_: Any, **__: Any) -> NoReturn:
    raise AssertionError("user code was called")


class _Meta(type):
    __hash__ = _never
    __eq__ = _never
    __instancecheck__ = _never


class _Hostile(metaclass=_Meta):
    __str__ = __repr__ = __eq__ = __bool__ = __len__ = __iter__ = __float__ = __array__ = __format__ = _never
    __getattr__ = __sizeof__ = __deepcopy__ = __reduce_ex__ = __arrow_c_array__ = _never

    def __hash__(self) -> int:  # noqa: PLE0309 - it never returns
        _never()

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        _never()


class _Text(str):
    __slots__ = ()
    __str__ = __repr__ = __eq__ = __hash__ = __len__ = strip = encode = _never


class _Zone(dt.tzinfo):
    utcoffset = tzname = dst = _never


class _Colour(enum.StrEnum):
    RED = "red"


def _series(*values: Any) -> pd.Series[Any]:
    # Cell by cell: given a list, NumPy asks its items whether they are arrays.
    cells = np.empty(len(values), dtype=object)
    for row, value in enumerate(values):
        cells[row] = value
    return pd.Series(cells, dtype=object)


@pytest.mark.parametrize(
    "kind", ["unknown", "text", "phone", "number", "date", "datetime", "checkbox", "tags", "email"]
)
def test_no_code_of_a_value_is_called(kind: str) -> None:
    """An object that resists everything is an unsupported value, like any other object."""
    cells = sent(_series(_Hostile(), None, _Hostile()), kind)
    assert cells == ["!value-unsupported", None, "!value-unsupported"]


def test_hostile_items_of_lists() -> None:
    """In a list they are a problem of the row."""
    assert sent(pd.Series([["a", _Hostile()], ["b"]], dtype=object), "unknown") == ["!value-unsupported", "||b||"]


def test_subclasses_of_str_are_the_text_they_hold() -> None:
    """Their letters are sent; their methods are not asked."""
    assert sent(pd.Series([_Text("inside"), _Colour.RED, "x"], dtype=object), "text") == ["inside", "red", "x"]


def test_a_time_zone_that_raises_is_a_problem_of_its_row() -> None:
    """A tzinfo of somebody's own cannot stop the export."""
    cells = sent(pd.Series([dt.datetime(2024, 1, 1, tzinfo=_Zone()), "x"], dtype=object), "text")
    assert cells == ["!date-invalid", "x"]


def test_a_frame_of_hostile_objects_is_prepared() -> None:
    """The whole way, snapshot included."""
    frame = pd.DataFrame({"mail": ["a@example.org", "b@example.org"]})
    frame["odd"] = _series(_Hostile(), "x")
    columns = resolve(frame, {"email": "mail", "Note": "odd"})
    assert len(snapshot(frame, columns)) == 2
    done, contacts = prepared(frame, {"email": "mail", "Note": "odd"})
    assert done.problems["code"].tolist() == ["value-unsupported"]
    assert [contact["email"] for contact in contacts] == ["b@example.org"]
