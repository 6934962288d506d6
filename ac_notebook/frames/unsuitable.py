"""Columns that cannot be what a mapping says: by their dtype, or because nothing in them is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ac_notebook.frames.cells import present
from ac_notebook.frames.checks import plausible
from ac_notebook.frames.convert import to_text
from ac_notebook.frames.counts import Count, counted, sample
from ac_notebook.frames.fitting import OBJECTS, TO_TEXT, family, misfit
from ac_notebook.frames.labels import Labels, shown
from ac_notebook.frames.objects import kinds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column

_FIRST_LOOK, _LOOK_AT = 1_000, 50_000
_TAG_KINDS = frozenset({"text", "text subclass", "list", "set", "array"})


def unsuitable(frame: pd.DataFrame, columns: Sequence[Column]) -> list[str]:
    """Return a sentence for each mapped column of which no value could ever be sent.

    A column without any value is none of them.

    Parameters
    ----------
    frame
        The caller's frame. Rows are looked at until one value fits, which in most frames is the first.
    columns
        The mapped columns.

    Examples
    --------
    >>> from ac_notebook.frames.columns import Column
    >>> frame = pd.DataFrame({"E-mail": ["ann", "bob"]})
    >>> unsuitable(frame, [Column(target="email", label="E-mail", position=0)])
    ["0 of 2 values in column 'E-mail', mapped to 'email', look like an address; map the one that holds the addresses."]
    """
    said = (_problem(frame, frame.iloc[:, column.position], column) for column in columns)
    return [problem for problem in said if problem is not None]


def _problem(frame: pd.DataFrame, series: pd.Series[Any], column: Column) -> str | None:
    if column.kind == "email":
        return _without_addresses(frame, series, column)
    wrong = misfit(series, column)
    if wrong is not None:
        return wrong if any(there.any() for there, _ in _looked_at(series, column)) else None
    return _without_tags(series, column) if column.kind == "tags" else None


def _looked_at(series: pd.Series[Any], column: Column) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Yield, piece by piece, which cells are not blank, and which are addresses."""
    start, stop = 0, _FIRST_LOOK
    while start < len(series):
        text = to_text(series.iloc[start:stop], column, timezone="UTC")
        there = present(text.values)
        for mask in text.bad.values():
            there = there | mask
        yield there, plausible(text.values) if column.kind == "email" else there
        start, stop = stop, stop + _LOOK_AT


def _without_addresses(frame: pd.DataFrame, series: pd.Series[Any], column: Column) -> str | None:
    filled = 0
    for there, addresses in _looked_at(series, column):
        if addresses.any():
            return None
        filled += int(there.sum())
    if not filled:
        return None
    return (
        f"0 of {filled:,} values in column {shown(column.label)}, mapped to 'email', look like an address; "
        f"{_where_they_are(frame, column)}."
    )


def _where_they_are(frame: pd.DataFrame, column: Column) -> str:
    labels, rows = Labels(frame.columns), sample(frame)
    found = [(counted(rows.iloc[:, place], column), label) for place, label in labels.once()]
    best, label = max(found, key=lambda one: one[0].share, default=(Count(0, 0), None))
    if not best.fitting:
        return "map the one that holds the addresses"
    return f"did you mean {shown(label)}? {best.fitting:,} of {best.filled:,} values looked at there do"


def _without_tags(series: pd.Series[Any], column: Column) -> str | None:
    if isinstance(series.dtype, pd.CategoricalDtype):
        cells: pd.Series[Any] = pd.Series(series.dtype.categories)
    else:
        cells = series
    if family(cells) != OBJECTS:
        return None
    filled = 0
    for start in range(0, len(cells), _LOOK_AT):
        piece = cells.iloc[start : start + _LOOK_AT]
        if kinds(piece.astype(object).to_numpy(dtype=object)) & _TAG_KINDS:
            return None
        filled += sum(int(there.sum()) for there, _ in _looked_at(piece, column))
    if not filled:
        return None
    return (
        f"0 of {filled:,} values in column {shown(column.label)}, mapped to 'tags', are text or lists of text; "
        f"{TO_TEXT}."
    )
