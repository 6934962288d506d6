"""Which columns can never fill a target, told by their dtype alone.

============================  =========================================================================================
a column of                   can never fill
============================  =========================================================================================
text                          nothing is refused: what it says is judged row by row
numbers                       date, datetime, but where a form is stated (20200519); tags
booleans                      number, date, datetime; names, phone; tags
dates, dates and times        number; names, phone; tags; opt_in
times of day                  number, date, datetime; names, phone; tags; opt_in
periods                       number (years alone are numbers), date, datetime; names, phone; tags; opt_in
durations                     number, date, datetime; names, phone; tags; opt_in
lists                         number, date, datetime; names, phone; opt_in; tags, where the items are not text
bytes, complex, intervals,    anything
structures, lists of these
============================  =========================================================================================

Categories count as what their categories are, sparse columns as what is in them, Arrow's dtypes by their Arrow type.
Cells of ``object`` columns, and of dtypes that Arrow does not know, are judged one by one; only tags want at least one
text or list among them. The e-mail column is judged by its values. A column without any value is never refused.

What is refused here is what :func:`~ac_notebook.frames.convert.to_text` marks in every cell, with two exceptions that
are stricter: a number, a boolean or a date becomes no tag unless it was made text, since ``3.0`` is hardly ever meant
to be one; and what can say neither yes nor no is no opt-in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ac_notebook.frames.labels import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.frames.columns import Column

OBJECTS = "objects"
"""Family of columns whose cells are judged one by one."""

_DATES = frozenset({"date", "datetime"})
_PERSONAL = frozenset({"name", "phone"})
_SPAN = frozenset({"number", "tags", "opt_in"}) | _DATES | _PERSONAL
_ALL = _SPAN | {"text", "choice", "multi", "unknown"}

NEVER: dict[str, frozenset[str]] = {
    "text": frozenset(),
    "numbers": _DATES | {"tags"},
    "booleans": _DATES | _PERSONAL | {"number", "tags"},
    "dates": _PERSONAL | {"number", "tags", "opt_in"},
    "dates and times": _PERSONAL | {"number", "tags", "opt_in"},
    "times of day": _SPAN,
    "years": _SPAN - {"number"},
    "periods": _SPAN,
    "durations": _SPAN,
    "lists of text": _SPAN - {"tags"},
    "lists": _SPAN,
    "bytes": _ALL,
    "complex numbers": _ALL,
    "intervals": _ALL,
    "structures": _ALL,
    OBJECTS: frozenset(),
}
"""By family of dtypes, the kinds of targets that it can never fill."""

TO_TEXT = 'make it text with .astype("string")'
_TO_A_TEXT_FIELD = "map it to a text field"
_ADVICE: dict[tuple[str, str], str] = {
    (
        "numbers",
        "date",
    ): 'make dates of it with pandas.to_datetime(…), or say how they are written: formats={…: "%Y%m%d"}',
    ("booleans", "number"): 'make it 1 and 0 with .astype("Int64")',
    ("durations", "number"): "make it a number with .dt.total_seconds()",
    ("periods", "date"): "make dates of it with .dt.to_timestamp()",
    ("years", "date"): "make dates of it with .dt.to_timestamp()",
    ("dates", "number"): "map it to a date field or to a text field",
    ("dates and times", "number"): "map it to a date field or to a text field",
    ("dates", "opt_in"): "say who agreed with .notna()",
    ("dates and times", "opt_in"): "say who agreed with .notna()",
    ("bytes", "any"): 'make it text with .map(lambda raw: raw.decode(), na_action="ignore")',
    ("lists", "tags"): "make its items text",
}
_MOST_OF_A_NAME = 60


def family(series: pd.Series[Any]) -> str:
    """Return what kind of values a column's dtype promises, a key of :data:`NEVER`.

    Examples
    --------
    >>> (
    ...     family(pd.Series([1.5])),
    ...     family(pd.Series(["a"], dtype="string").astype("category")),
    ...     family(pd.Series([{}], dtype=object)),
    ... )
    ('numbers', 'text', 'objects')
    """
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return family(pd.Series(dtype.categories))
    if isinstance(dtype, pd.SparseDtype):
        return family(pd.Series([], dtype=dtype.subtype))
    known = next((name for matches, name in _PANDAS if matches(dtype)), None)
    if known is not None:
        return known
    try:
        return of_arrow(pa.array(series.iloc[:0], from_pandas=True).type)
    except (pa.ArrowException, TypeError, ValueError):
        return OBJECTS


def _is_years(dtype: Any) -> bool:
    return isinstance(dtype, pd.PeriodDtype) and str(pd.Period(ordinal=30, freq=dtype.freq)).isdecimal()  # type: ignore[arg-type]  # any offset that a period has


_PANDAS: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (lambda dtype: bool(dtype == np.dtype(object)), OBJECTS),
    (_is_years, "years"),
    (lambda dtype: isinstance(dtype, pd.PeriodDtype), "periods"),
    (lambda dtype: isinstance(dtype, pd.IntervalDtype), "intervals"),
    (lambda dtype: isinstance(dtype, pd.DatetimeTZDtype), "dates and times"),
    (lambda dtype: isinstance(dtype, np.dtype) and dtype.kind == "c", "complex numbers"),
    (lambda dtype: isinstance(dtype, np.dtype) and dtype.kind == "f", "numbers"),
)


def of_arrow(kind: pa.DataType) -> str:
    """Return what kind of values an Arrow type holds, a key of :data:`NEVER`.

    Examples
    --------
    >>> of_arrow(pa.list_(pa.string())), of_arrow(pa.list_(pa.binary())), of_arrow(pa.date32())
    ('lists of text', 'structures', 'dates')
    """
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return of_arrow(kind.value_type)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        items = of_arrow(kind.value_type)
        # What is in lists is judged as such; a list in a list, and what nothing takes, has no form there either.
        return "structures" if NEVER[items] == _ALL or "lists" in items else _LISTS.get(items, "lists")
    return next((name for matches, name in _ARROW if matches(kind)), "structures")


def is_text(kind: pa.DataType) -> bool:
    """Return whether an Arrow type is one of its three for text."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or kind == pa.string_view())


_LISTS = {"text": "lists of text"}
_ARROW: tuple[tuple[Callable[[pa.DataType], bool], str], ...] = (
    (is_text, "text"),
    (pa.types.is_null, "text"),
    (pa.types.is_boolean, "booleans"),
    (pa.types.is_integer, "numbers"),
    (pa.types.is_floating, "numbers"),
    (pa.types.is_decimal, "numbers"),
    (pa.types.is_date, "dates"),
    (pa.types.is_timestamp, "dates and times"),
    (pa.types.is_time, "times of day"),
    (pa.types.is_duration, "durations"),
    (pa.types.is_binary, "bytes"),
    (pa.types.is_large_binary, "bytes"),
    (pa.types.is_fixed_size_binary, "bytes"),
)


def misfit(series: pd.Series[Any], column: Column) -> str | None:
    """Return the sentence that says why a column's dtype can never fill its target, or None.

    Parameters
    ----------
    series
        The column, with any number of rows: only its dtype is looked at.
    column
        Where it goes.

    Examples
    --------
    >>> from ac_notebook.frames.columns import Column
    >>> print(misfit(pd.Series([True]), Column(target="phone", label="ok", position=0)))
    column 'ok' (bool) holds booleans, which 'phone' cannot take; map it to a text field.
    """
    held = family(series)
    if column.kind not in NEVER[held] or (held == "numbers" and column.format is not None):
        return None
    dtype = _name(series.dtype)
    name = dtype if len(dtype) <= _MOST_OF_A_NAME else f"{dtype[: _MOST_OF_A_NAME - 1]}…"
    takes = f"{target(column)} cannot take; {_advice(held, column.kind)}."
    return f"column {shown(column.label)} ({name}) holds {held}, which {takes}"


def _name(dtype: Any) -> str:
    """Return a dtype's name without values and names that are in it: of a sparse one's gaps, of a structure's parts."""
    if isinstance(dtype, pd.SparseDtype):
        return f"Sparse[{dtype.subtype}]"
    return re.sub(r"(struct|map|union)<.*", r"\1", str(dtype))


def target(column: Column) -> str:
    """Return a target in words, a custom field with its type.

    Examples
    --------
    >>> from ac_notebook.frames.columns import Column
    >>> target(Column(target="Birthday", label="dob", position=0, is_field=True))
    "the field 'Birthday'"
    """
    if not column.is_field:
        return repr(column.target)
    kind = f"{column.field.type} " if column.field is not None else ""
    return f"the {kind}field {column.target!r}"


def _advice(held: str, kind: str) -> str:
    kind = "date" if kind in _DATES else kind
    known = _ADVICE.get((held, kind)) or _ADVICE.get((held, "any"))
    if known is not None:
        return known if kind != "date" else f"{known}, or {_TO_A_TEXT_FIELD}"
    if kind == "opt_in":
        return "opt_in takes booleans, or yes and no"
    return TO_TEXT if kind == "tags" or NEVER[held] == _ALL else _TO_A_TEXT_FIELD
