"""A few values of a column, masked: enough to recognise the column, too little to know anybody."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import uuid
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ac_notebook.model.harmless import plain
from ac_notebook.runs.labels import mask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOOKED_AT = 1_000
_FIRST_LOOK = 20
_MOST_ITEMS = 3
_LONGEST = 300
"""Letters of a cell that are looked at; of a text that is longer, masking shows no more than its beginning."""


def column_samples(frame: pd.DataFrame, place: int, *, most: int = 3) -> tuple[str, ...]:
    """Return some values of a column, masked and no two alike; blanks are passed over.

    Of a text or a number its first character is left, of an address a little more; of truth values nothing is hidden,
    of what has no form of its own only that it is there. No code of a cell is called.

    Parameters
    ----------
    frame
        The caller's frame. Its first 1,000 rows are looked at, as far as needed.
    place
        Where the column stands.
    most
        How many values at the most.

    Examples
    --------
    >>> frame = pd.DataFrame({"mail": ["ann@mail.example.org", None, "bo@example.org"], "points": [1250, 7, 1990]})
    >>> column_samples(frame, 0), column_samples(frame, 1)
    (('a…@m….org', 'b…@e….org'), ('1…', '7…'))
    """
    found: dict[str, None] = {}
    for cell in _cells(frame, place):
        shown = _masked(cell)
        if shown:
            found[shown] = None
            if len(found) == most:
                break
    return tuple(map(plain, found))


def _cells(frame: pd.DataFrame, place: int) -> Iterator[Any]:
    series = frame.iloc[:, place]
    start, stop = 0, _FIRST_LOOK
    while start < min(len(series), _LOOKED_AT):
        try:
            piece = series.iloc[start:stop].astype(object).tolist()
        except Exception:  # noqa: BLE001 - an array of anybody's, with code of its own
            return
        yield from piece
        start, stop = stop, _LOOKED_AT


def _masked(cell: object) -> str:
    """Return a cell as it may be shown; "" for a blank."""
    written = _WRITTEN.get(id(type(cell)))
    if written is not None:
        return written(cell)
    if any(base is str for base in type.mro(type(cell))):
        return _text(str.__str__(cell))
    return "…"


def _text(text: str) -> str:
    head = text[:_LONGEST].strip()
    if not head:
        return "" if not text.strip() else "…"
    return mask(head if len(text) <= _LONGEST else head.partition("@")[0] or "…")


def _number(number: Any) -> str:
    text = format(number, "f") if type(number) is decimal.Decimal else repr(number)
    return "" if text in ("nan", "NaN") else mask(text.removeprefix("-"))


def _numpy(number: Any) -> str:
    item = number.item()
    return "" if isinstance(item, float) and math.isnan(item) else _masked(item) if type(item) in _PLAIN else "…"


def _items(cells: Any) -> str:
    # An item that is a list is only said to be there: lists may hold themselves.
    some = [cell for cell, _ in zip(cells, range(_MOST_ITEMS), strict=False)]
    shown = ["…" if type(cell) in _LISTS else _masked(cell) for cell in some]
    more = ", …" if len(cells) > _MOST_ITEMS else ""
    return f"[{', '.join(one for one in shown if one)}{more}]" if len(cells) else ""


_PLAIN = (bool, int, float)
_LISTS = (list, tuple, set, frozenset, np.ndarray)
_KINDS: tuple[tuple[tuple[type, ...], Callable[[Any], str]], ...] = (
    ((type(None), type(pd.NA), type(pd.NaT)), lambda _: ""),
    ((str,), _text),
    ((bool, np.bool_), str),
    ((int, float, decimal.Decimal), _number),
    (tuple(kind for kind in np.sctypeDict.values() if issubclass(kind, np.number)), _numpy),
    ((dt.date, dt.datetime, dt.time, pd.Timestamp), lambda moment: mask(moment.isoformat())),
    ((uuid.UUID, pd.Period), lambda other: mask(str(other))),
    (_LISTS, _items),
)
_WRITTEN: dict[int, Callable[[Any], str]] = {id(kind): written for kinds, written in _KINDS for kind in kinds}
"""How a cell is masked, by its exact type; whatever is of another has code of its own."""
