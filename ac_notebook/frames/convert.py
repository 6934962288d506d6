"""A column as text for its target. One table says what becomes of every type; nothing else is sent.

==============================================  =====================================================================
a cell of type                                  is sent as
==============================================  =====================================================================
``str``, string dtypes, categories of text      itself, byte for byte, without the white space around it (Unicode's,
                                                no-break space included); blank when nothing is left. In the e-mail
                                                and in names ``nan``, ``None``, ``NULL``, ``<NA>`` and ``NaT`` are
                                                blank too. Control characters and lone surrogates:
                                                ``text-unsendable``; tabs and line breaks may be in text, textarea
                                                and hidden fields, and where no account is given
``int``, integer dtypes                         its digits, however many (up to 360)
``float``, float dtypes                         whole and not above 2**53: digits without ``.0``; whole above:
                                                ``number-inexact``; others: the shortest digits that give the same
                                                float back, without an exponent; ``inf``: ``number-infinite``
``Decimal``, Arrow decimals                     its digits, trailing zeros kept, without an exponent
``bool``, boolean dtypes                        ``true`` or ``false``
dates, ``datetime64``, Arrow timestamps         to a date field ``YYYY-MM-DD``, the date of the moment's own clock;
                                                to a date and time field ``2020-05-19T02:45:00-05:00`` (moments
                                                without an offset are in ``timezone``; fractions of seconds are
                                                dropped); elsewhere ``YYYY-MM-DD`` for a midnight without an offset,
                                                else with its time. Outside the years 1 to 9999: ``date-invalid``
text to a date or date and time field           ``YYYY-MM-DD``, or with ``T`` or a blank, time and offset; written as
                                                above. All else, numbers too: ``date-invalid``
anything to a number field                      must now be digits with sign and decimal point: else
                                                ``number-invalid`` (so are dates, booleans and durations)
``Period``; ``time``; ``UUID``                  its ISO text (``2024-01``, ``08:30:00``)
``Timedelta``, durations                        ISO 8601, ``P1DT2H0M0S``
``list``, ``tuple``, ``set``, 1-d ``ndarray``,  items converted as above, blanks left out: ``||A||B||`` to a checkbox
Arrow lists                                     or listbox field and where no account is given (each item once;
                                                ``||`` inside: ``separator-in-value``), ``A, B`` to text. Sets are
                                                sorted. To anything else but tags: ``value-unsupported``
one value to a checkbox or listbox field        ``||A||``; text with ``||`` in it is split there
tags                                            text is split at commas, lists are taken as they are; each tag once,
                                                whatever its case. As text: a JSON array
``None``, ``NaN``, ``NaT``, ``pd.NA``           blank
``bytes``, ``complex``, ``dict``, ``Interval``, ``value-unsupported``. Types are recognised by identity (subclasses
structs, nested lists, everything else          of ``str`` are text): no ``__str__``, ``__repr__`` or ``__eq__`` of a
                                                value is ever called
==============================================  =====================================================================

Fields with options: each value is one of them letter by letter, else the label of exactly one, whose value is then
sent; all else is ``option-unknown``. The options of a field whose options are not known are not checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames import choices, durations, figures, moments, sequences, texts
from ac_notebook.frames.cells import TEXT, Text, blanks, present, unsendable
from ac_notebook.frames.objects import from_objects

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column


def to_text(series: pd.Series[Any], column: Column, *, timezone: str) -> Text:
    """Return a column as the text that is sent for it.

    Parameters
    ----------
    series
        The cells, of any dtype.
    column
        Where they go.
    timezone
        Zone of dates and times that say none, where the target needs one.

    Examples
    --------
    >>> from ac_notebook.frames.columns import Column
    >>> phone = Column(target="phone", label="Mobile", position=0)
    >>> to_text(pd.Series([46701234567.0, None]), phone, timezone="UTC").values.to_pylist()
    ['46701234567', None]
    """
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _of_categories(dtype.categories, series.cat.codes.to_numpy().astype(np.int64), column, timezone)
    if isinstance(dtype, pd.SparseDtype):
        series = pd.Series(series.array.to_dense(), dtype=dtype.subtype)
    if isinstance(dtype, pd.PeriodDtype):
        series = series.astype(object)
    if isinstance(dtype, pd.DatetimeTZDtype):
        return _of_zone(series, dtype.tz, column, timezone)
    if isinstance(dtype, pd.IntervalDtype) or getattr(dtype, "kind", "") == "c":
        return unsendable(series.notna().to_numpy(dtype=bool), "value-unsupported")
    return _cells(_arrow_or_objects(series), column, timezone)


def _of_categories(categories: pd.Index[Any], codes: NDArray[np.int64], column: Column, timezone: str) -> Text:
    # A piece of a frame has all categories of the frame: where there are more than rows, only its own are looked at.
    if len(categories) > len(codes):
        used, places = np.unique(codes, return_inverse=True)
        absent = int(len(used) > 0 and used[0] < 0)
        categories, codes = categories.take(used[absent:]), places.reshape(-1) - absent
    return to_text(pd.Series(categories), column, timezone=timezone).take(codes)


def _of_zone(series: pd.Series[Any], zone: tzinfo, column: Column, timezone: str) -> Text:
    utc = pa.array(series.dt.tz_convert(None).to_numpy())
    return _finished(_written(moments.of_timestamps(utc, zone), column, timezone), column)


def _arrow_or_objects(series: pd.Series[Any]) -> pa.Array | NDArray[np.object_]:
    if series.dtype == np.dtype(object):
        return series.to_numpy(dtype=object)
    if getattr(series.dtype, "kind", "") == "f" and isinstance(series.dtype, np.dtype):
        numbers = series.to_numpy()
        return pa.array(numbers.astype(np.float64) if numbers.dtype.itemsize > 8 else numbers)  # noqa: PLR2004 - bytes
    try:
        array = pa.array(series, from_pandas=True)
    except (pa.ArrowException, UnicodeEncodeError, TypeError, ValueError):
        # An extension type that Arrow does not know, or text that it cannot encode: cell by cell, then.
        return series.astype(object).to_numpy(dtype=object)
    if isinstance(array, pa.ChunkedArray):
        return array.chunk(0) if array.num_chunks == 1 else array.combine_chunks()
    return array


def _cells(cells: pa.Array | NDArray[np.object_], column: Column, timezone: str) -> Text:
    if isinstance(cells, np.ndarray):
        return from_objects(
            cells,
            lambda part: _finished(_plain(part, column, timezone), column),
            lambda values, sort: sequences.from_list_objects(
                values, column, lambda items: _items(items, column, timezone), sort=sort
            ),
        )
    kind = cells.type
    if pa.types.is_dictionary(kind):
        return _cells(cells.dictionary, column, timezone).take(_indices(cells))
    if pa.types.is_run_end_encoded(kind):
        return _cells(pc.run_end_decode(cells), column, timezone)
    if _is_list(kind):
        return sequences.from_arrow_lists(cells, column, lambda items: _items(items, column, timezone))
    return _finished(_plain(cells, column, timezone), column)


def _indices(array: pa.DictionaryArray) -> NDArray[np.int64]:
    indices: NDArray[np.int64] = pc.fill_null(array.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    return indices


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def _items(items: pa.Array | NDArray[np.object_], column: Column, timezone: str) -> Text:
    """Return items of lists as text; a list in a list has no form."""
    if isinstance(items, np.ndarray):
        return from_objects(items, lambda part: _plain(part, column, timezone), _nested)
    if pa.types.is_dictionary(items.type):
        return _items(items.dictionary, column, timezone).take(_indices(items))
    return _plain(items, column, timezone)


def _nested(values: list[Any], sort: bool) -> Text:  # noqa: ARG001, FBT001 - as other lists
    return unsendable(np.ones(len(values), dtype=bool), "value-unsupported")


def _plain(cells: pa.Array | moments.Moments | Text, column: Column, timezone: str) -> Text:
    """Return cells as text by their type, before the rules of fields."""
    if isinstance(cells, Text):
        return _no_date(cells, column)
    if isinstance(cells, moments.Moments):
        return _written(cells, column, timezone)
    for matches, read in _TIMED:
        if matches(cells.type):
            return read(cells, column, timezone)
    for matches, make in _BY_TYPE:
        if matches(cells.type):
            return _no_date(make(cells), column)
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
    (pa.types.is_time, lambda array: Text(values=array.cast(TEXT))),
    (pa.types.is_duration, _durations),
)


def _strings(array: pa.Array, column: Column, timezone: str) -> Text:
    lines = column.kind in ("text", "unknown")
    text = texts.from_strings(array.cast(TEXT), lines=lines, blank_like=column.kind in ("email", "name"))
    if column.kind not in ("date", "datetime"):
        return text
    found, wrong = moments.parsed(text.values)
    wrong &= ~text.bad.get("text-unsendable", np.zeros(len(wrong), dtype=bool))
    text = text.with_masks(bad={"date-invalid": wrong})
    return _written(found, column, timezone).with_masks(bad=text.bad, changes=text.changes)


def _timestamps(array: pa.Array, column: Column, timezone: str) -> Text:
    name = array.type.tz
    if name is None:
        return _written(moments.of_timestamps(array, None), column, timezone)
    try:
        zone = pa.lib.string_to_tzinfo(name)
    except Exception:  # noqa: BLE001 - whatever the search for an unknown zone raises, the moments cannot be written
        return unsendable(present(array), "date-invalid")
    return _written(moments.of_timestamps(array, zone), column, timezone)


def _days(array: pa.Array, column: Column, timezone: str) -> Text:
    return _written(moments.of_days(array), column, timezone)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or kind == pa.string_view())


_TIMED: tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.Array, Column, str], Text]], ...] = (
    (_is_text, _strings),
    (pa.types.is_date, _days),
    (pa.types.is_timestamp, _timestamps),
)


def _written(found: moments.Moments, column: Column, timezone: str) -> Text:
    form = column.kind if column.kind in ("date", "datetime") else "shortest"
    return moments.as_text(found, form=form, timezone=timezone)


def _no_date(text: Text, column: Column) -> Text:
    """Return the text of what is neither text nor a moment, which no date field takes: 20200519 may be anything."""
    if column.kind not in ("date", "datetime"):
        return text
    return text.with_masks(bad={"date-invalid": present(text.values)})


def _finished(text: Text, column: Column) -> Text:
    """Return single values in the form that the column's target takes."""
    if column.kind == "number":
        return figures.checked_as_number(text)
    if column.kind == "choice":
        return choices.chosen(text, column.field)
    if column.kind == "multi":
        return choices.several(text, column.field, items=False)
    return choices.tag_lists(text, items=False) if column.kind == "tags" else text
