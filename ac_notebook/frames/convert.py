"""A column as text for its target. One table says what becomes of every type; nothing else is sent.

==============================================  =====================================================================
a cell of type                                  is sent as
==============================================  =====================================================================
``str``, string dtypes, categories of text      itself, byte for byte, without the white space around it (Unicode's,
                                                no-break space included); blank when nothing is left. In the e-mail
                                                and in names ``nan``, ``None``, ``NULL``, ``<NA>`` and ``NaT`` are
                                                blank too. Lone surrogates, invalid UTF-8 and NUL:
                                                ``text-unsendable``; other control characters:
                                                ``control-character``, but tabs and line breaks may be in text,
                                                textarea and hidden fields, and where no account is given
``int``, integer dtypes                         its digits, however many (up to 360)
``float``, float dtypes                         whole and not above 2**53 (2**24 with 32 bits, 2**11 with 16): digits
                                                without ``.0``; whole above: ``number-inexact``; others:
                                                the shortest digits that give the same float back, without an
                                                exponent; ``inf``: ``number-infinite``
``Decimal``, Arrow decimals                     its digits, trailing zeros kept, without an exponent
``bool``, boolean dtypes                        ``true`` or ``false``
dates, ``datetime64``, Arrow timestamps         to a date field ``YYYY-MM-DD``, the date of the moment's own clock;
                                                to a date and time field ``2020-05-19T02:45:00-05:00`` (moments
                                                without an offset are in ``timezone``; fractions of seconds are
                                                dropped); elsewhere ``YYYY-MM-DD`` for a midnight without an offset,
                                                else with its time. Outside the years 1 to 9999, also as text:
                                                ``date-out-of-range``
text to a date or date and time field           ``YYYY-MM-DD``, or with ``T`` or a blank, time and offset; written as
                                                above. All else, numbers too: ``date-invalid``
text and numbers with a stated form             the day or moment that strptime reads in that form, and only in that
                                                form, written as above; all else: ``date-invalid``. Digits are those
                                                of ASCII, and in full width where two numbers stand side by side
                                                (``%d%m%Y``). Where no account is given, as if elsewhere
anything to a number field                      must now be digits with sign and decimal point: else
                                                ``number-invalid`` (so are dates, booleans and durations)
anything to the phone number or a name          as above; dates, times, periods, durations and booleans are none:
                                                ``value-unsupported``
anything to the phone                           as above, but without a digit ``phone-no-digits``. With
                                                ``phone_region``: in international form, ``+46701234567``; what
                                                cannot be a number, has letters or an extension: ``phone-invalid``
``Period``; ``time``; ``UUID``                  its ISO text (``2024-01``, ``08:30:00``)
``Timedelta``, durations                        ISO 8601, ``P1DT2H0M0S``
``list``, ``tuple``, ``set``, 1-d ``ndarray``,  items converted as above, blanks left out: ``||A||B||`` to a checkbox
Arrow lists                                     or listbox field and where no account is given (each item once;
                                                ``||`` inside: ``separator-in-value``), ``A, B`` to text. Sets are
                                                sorted. To anything else but tags: ``value-unsupported``
one value to a checkbox or listbox field        ``||A||``; text is split at the stated separator, else at ``||``; so
                                                it is where no account is given and a separator is stated
tags                                            text is split at the stated separator, else at commas, lists are
                                                taken as they are; each tag once, whatever its case. As text: a JSON
                                                array
``None``, ``NaN``, ``NaT``, ``pd.NA``           blank
``bytes``, ``complex``, ``dict``, ``Interval``, ``value-unsupported``. Types are recognised by identity (subclasses
structs, nested lists, everything else          of ``str`` are text): no ``__str__``, ``__repr__`` or ``__eq__`` of a
                                                value is ever called
==============================================  =====================================================================

Fields with options: each value is one of them letter by letter, else the label of exactly one, whose value is then
sent; all else is ``option-unknown``. The options of a field whose options are not known are not checked.

A column of which by its dtype no cell could be sent is refused before (:mod:`~ac_notebook.frames.fitting`).

The same as a matrix: what a cell of each type becomes in each kind of target. *names* are first and last name; the
e-mail takes what a text field takes, and its form is then checked; *text* text, textarea and hidden fields; *choice*
dropdown and radio; *multi* checkbox and listbox; *unknown* a custom field where no account is given. ``same`` is the
text of the table above, ``day`` ``YYYY-MM-DD``, ``moment`` the same with time and offset; ``!date`` is
``date-invalid``, ``!number`` ``number-invalid``, ``!digits`` ``phone-no-digits``, ``!value`` ``value-unsupported``;
``-`` cannot be stated (an error of the mapping).

=====================  ======  =======  ======  =======  ======  ========  ======  =========  =========  =========
a cell of              names   phone    text    number   date    datetime  choice  multi      tags       unknown
=====================  ======  =======  ======  =======  ======  ========  ======  =========  =========  =========
text                   same    !digits  same    !number  !date   !date     same    ||A||      ["A"]      same
text of digits         same    same     same    same     !date   !date     same    ||A||      ["A"]      same
text in ISO 8601       same    same     same    !number  day     moment    same    ||A||      ["A"]      same
text in a stated form  -       -        -       -        day     moment    -       -          -          day
int, whole float       same    same     same    same     !date   !date     same    ||A||      ["A"]      same
int in a stated form   -       -        -       -        day     moment    -       -          -          day
fraction, Decimal      same    same     same    same     !date   !date     same    ||A||      ["A"]      same
bool                   !value  !value   same    !number  !date   !date     same    ||A||      ["A"]      same
date                   !value  !value   same    !number  day     moment    same    ||A||      ["A"]      same
moment                 !value  !value   same    !number  day     moment    same    ||A||      ["A"]      same
time, Period           !value  !value   same    !number  !date   !date     same    ||A||      ["A"]      same
UUID                   same    same     same    !number  !date   !date     same    ||A||      ["A"]      same
Timedelta              !value  !value   same    !number  !date   !date     same    ||A||      ["A"]      same
list                   !value  !value   A, B    !value   !value  !value    A, B    ||A||B||   ["A","B"]  ||A||B||
all else               !value  !value   !value  !value   !value  !value    !value  !value     !value     !value
=====================  ======  =======  ======  =======  ======  ========  ======  =========  =========  =========
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames import dates, moments, sequences
from ac_notebook.frames.by_type import finished, plain
from ac_notebook.frames.cells import TEXT, Text, unsendable
from ac_notebook.frames.fitting import is_text
from ac_notebook.frames.objects import from_objects

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column

_LOOKED_AT = 2_048
"""Texts at the beginning of a piece: when half of them are others' repetitions, so are most that follow."""

_SPANS = ("clock", "period", "duration")
"""Kinds of objects that are written out, and are no phone number and no name."""


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
    return to_distinct_text(series, column, timezone=timezone).decoded()


def to_distinct_text(series: pd.Series[Any], column: Column, *, timezone: str) -> Text:
    """Return the same as :func:`to_text`, as a dictionary of distinct texts where texts repeat themselves."""
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        numbers = series.cat.codes.to_numpy()
        codes = pa.array(numbers, mask=numbers < 0)
        values = pd.Series(dtype.categories, dtype=dtype.categories.dtype)  # said, or objects are searched for text
        return _per_value(codes, len(values), lambda used: to_text(values.iloc[used], column, timezone=timezone))
    if isinstance(dtype, pd.SparseDtype):
        series = pd.Series(series.array.to_dense(), dtype=dtype.subtype)
    if isinstance(dtype, pd.PeriodDtype):
        series = series.astype(object)
    if isinstance(dtype, pd.DatetimeTZDtype):
        return _of_zone(series, dtype.tz, column, timezone)
    if isinstance(dtype, pd.IntervalDtype) or getattr(dtype, "kind", "") == "c":
        return unsendable(series.notna().to_numpy(dtype=bool), "value-unsupported")
    return _cells(_arrow_or_objects(series), column, timezone)


def _of_zone(series: pd.Series[Any], zone: tzinfo, column: Column, timezone: str) -> Text:
    utc = pa.array(series.dt.tz_convert(None).to_numpy())
    return finished(dates.written(moments.of_timestamps(utc, zone), column, timezone), column)


def _arrow_or_objects(series: pd.Series[Any]) -> pa.Array | NDArray[np.object_]:
    if series.dtype == np.dtype(object):
        return series.to_numpy(dtype=object)
    if getattr(series.dtype, "kind", "") == "f" and isinstance(series.dtype, np.dtype):
        numbers = series.to_numpy()
        return pa.array(numbers.astype(np.float64) if numbers.dtype.itemsize > 8 else numbers)  # noqa: PLR2004 - bytes
    try:
        # Without its row labels, which may be anybody's objects, and would be looked through for Arrow's protocol.
        array = pa.array(pd.Series(series.array, dtype=series.dtype, copy=False), from_pandas=True)
    except (pa.ArrowException, UnicodeEncodeError, TypeError, ValueError):
        # An extension type that Arrow does not know, or text that it cannot encode: cell by cell, then.
        return series.astype(object).to_numpy(dtype=object)
    return _one_piece(array) if isinstance(array, pa.ChunkedArray) else array


def _one_piece(array: pa.ChunkedArray) -> pa.Array:
    if array.num_chunks == 1:
        return array.chunk(0)
    if pa.types.is_dictionary(array.type):
        # Written out: their dictionaries together may be more than the indices' type can count, or be of lists.
        return pa.concat_arrays([pa.array([], array.type.value_type), *map(_written_out, array.chunks)])
    return array.combine_chunks()


def _written_out(array: pa.DictionaryArray) -> pa.Array:
    return array.dictionary.take(array.indices)


def _cells(cells: pa.Array | NDArray[np.object_], column: Column, timezone: str) -> Text:
    if isinstance(cells, np.ndarray):
        return from_objects(
            cells,
            lambda part: _single(part, column, timezone),
            lambda values, sort: sequences.from_list_objects(
                values, column, lambda items: _items(items, column, timezone), sort=sort
            ),
            unfit=_SPANS if column.kind in ("name", "phone") else (),
        )
    kind = cells.type
    if pa.types.is_dictionary(kind):
        return _per_value(
            cells.indices, len(cells.dictionary),
            lambda used: _cells(cells.dictionary.take(pa.array(used)), column, timezone).decoded(),
        )  # fmt: skip
    if pa.types.is_run_end_encoded(kind):
        return _cells(pc.run_end_decode(cells), column, timezone)
    if _is_list(kind):
        return sequences.from_arrow_lists(cells, column, lambda items: _items(items, column, timezone))
    return _single(cells, column, timezone)


def _single(cells: pa.Array | moments.Moments | Text, column: Column, timezone: str) -> Text:
    """Return single values as text; texts that repeat themselves are converted once each."""
    if isinstance(cells, pa.Array) and is_text(cells.type) and _repeats(cells):
        encoded = cells.cast(TEXT).dictionary_encode()
        return finished(plain(encoded.dictionary, column, timezone), column).decoded().spread(encoded.indices)
    return finished(plain(cells, column, timezone), column)


def _repeats(texts: pa.Array) -> bool:
    some = texts[:_LOOKED_AT]
    return len(texts) > len(some) and len(pc.unique(some)) < len(some) / 2


def _per_value(codes: pa.Array, count: int, convert: Callable[[NDArray[np.int64]], Text]) -> Text:
    """Return cells that are codes of ``count`` values, or null, as text. Each value is converted once."""
    if count <= len(codes):
        return convert(np.arange(count)).spread(codes)
    # More values than rows in this piece: those of other rows would be converted again with every piece.
    encoded = codes.dictionary_encode()
    return convert(encoded.dictionary.cast(pa.int64()).to_numpy()).spread(encoded.indices)


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def _items(items: pa.Array | NDArray[np.object_], column: Column, timezone: str) -> Text:
    """Return items of lists as text; a list in a list has no form."""
    if isinstance(items, np.ndarray):
        return from_objects(items, lambda part: plain(part, column, timezone), _nested)
    if pa.types.is_dictionary(items.type):
        return _per_value(
            items.indices, len(items.dictionary),
            lambda used: _items(items.dictionary.take(pa.array(used)), column, timezone),
        ).decoded()  # fmt: skip
    return plain(items, column, timezone)


def _nested(values: list[Any], sort: bool) -> Text:  # noqa: ARG001, FBT001 - as other lists
    return unsendable(np.ones(len(values), dtype=bool), "value-unsupported")
