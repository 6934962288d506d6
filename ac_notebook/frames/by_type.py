"""Single values as text, by their Arrow type; then in the form that their target takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from ac_notebook.frames import choices, dates, durations, figures, moments, phones, tags, texts
from ac_notebook.frames.cells import TEXT, Text, blanks, present, unsendable
from ac_notebook.frames.fitting import NEVER, is_text, of_arrow

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.frames.columns import Column


def plain(cells: pa.Array | moments.Moments | Text, column: Column, timezone: str) -> Text:
    """Return cells as text by their type, before the rules of fields.

    Parameters
    ----------
    cells
        Arrow's, of a type that is no list and no dictionary; or what objects became.
    column
        Where they go.
    timezone
        Zone of dates and times that say none, where the target needs one.
    """
    if isinstance(cells, Text):
        return _no_text(cells, column, timezone)
    if isinstance(cells, moments.Moments):
        return dates.written(cells, column, timezone)
    for matches, read in _TIMED:
        if matches(cells.type):
            return read(cells, column, timezone)
    for matches, make in _BY_TYPE:
        if matches(cells.type):
            return _fitting(make(cells), cells.type, column, timezone)
    return unsendable(present(cells), "value-unsupported")


def _durations(array: pa.Array) -> Text:
    ticks = array.cast(pa.int64()).to_pylist()
    unit = array.type.unit
    return Text(values=pa.array([None if tick is None else durations.written(tick, unit) for tick in ticks], TEXT))


_BY_TYPE: tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.Array], Text]], ...] = (
    (pa.types.is_null, lambda array: blanks(len(array))),
    (pa.types.is_boolean, figures.from_booleans),
    (pa.types.is_integer, figures.from_integers),
    (pa.types.is_floating, figures.from_floats),
    (pa.types.is_decimal, figures.from_decimals),
    (pa.types.is_time, figures.from_times),
    (pa.types.is_duration, _durations),
)


def _strings(array: pa.Array, column: Column, timezone: str) -> Text:
    lines = column.kind in ("text", "unknown") or choices.has_lines(column)
    text = texts.from_strings(array.cast(TEXT), lines=lines, blank_like=column.kind in ("email", "name"))
    return dates.from_text(text, column, timezone) if dates.is_date(column) else text


def _timestamps(array: pa.Array, column: Column, timezone: str) -> Text:
    name = array.type.tz
    if name is None:
        return dates.written(moments.of_timestamps(array, None), column, timezone)
    try:
        zone = pa.lib.string_to_tzinfo(name)
    except Exception:  # noqa: BLE001 - whatever the search for an unknown zone raises, the moments cannot be written
        return unsendable(present(array), "date-invalid")
    return dates.written(moments.of_timestamps(array, zone), column, timezone)


def _days(array: pa.Array, column: Column, timezone: str) -> Text:
    return dates.written(moments.of_days(array), column, timezone)


_TIMED: tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.Array, Column, str], Text]], ...] = (
    (is_text, _strings),
    (pa.types.is_date, _days),
    (pa.types.is_timestamp, _timestamps),
)


def _fitting(text: Text, kind: pa.DataType, column: Column, timezone: str) -> Text:
    if column.kind in NEVER[of_arrow(kind)] & {"name", "phone"}:
        return unsendable(present(text.values), "value-unsupported")
    return _no_text(text, column, timezone)


def _no_text(text: Text, column: Column, timezone: str) -> Text:
    """Return the text of what is neither text nor a moment: 20200519 is a date where a form is stated, and only there.

    With a form nothing is guessed, as its digits are read like those of text.
    """
    if not dates.is_date(column):
        return text
    return dates.from_text(text, column, timezone, typed=True)


def finished(text: Text, column: Column) -> Text:
    """Return single values in the form that the column's target takes."""
    if column.kind == "number":
        return figures.checked_as_number(text)
    if column.kind == "phone":
        return phones.checked(text, column.region)
    if column.kind == "choice":
        return choices.chosen(text, column)
    if column.kind == "multi" or (column.kind == "unknown" and column.separator is not None):
        return choices.several(text, column, items=False)
    return tags.tag_lists(text, column, items=False) if column.kind == "tags" else text
