"""A table of somewhere, read in chunks: the rows of the segment are kept, of the columns that are needed.

A condition that looks at one row after the other is asked of each chunk; any other of its columns as a whole, which are
then read first. So a segment is the same as in a notebook that holds everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionDtype

from ac_notebook.errors import ConfigurationError, MappingError
from ac_notebook.frames.conditions import compared_with, is_row_wise, named_in, names_the_index
from ac_notebook.frames.inferred import inferred, kind_of
from ac_notebook.frames.labels import Labels, shown
from ac_notebook.frames.notices import looks_like_an_address
from ac_notebook.frames.select import inside
from ac_notebook.model.limits import MAX_PROFILES
from ac_notebook.model.mapping import ATTRIBUTES, SPECIAL
from ac_notebook.runs.held import Held, together
from ac_notebook.runs.progress import log
from ac_notebook.runs.show import count

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from numpy.typing import NDArray

    from ac_notebook.model.mapping import Mapping
    from ac_notebook.storage.data.table import Data

_LOOKED_AT = 1_000
_TOGETHER = 50_000
_SAY_EVERY = 1_000_000

NOTHING_SENT = "Nothing was sent."


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Excerpt:
    """The rows of a segment, of a table that is too large to be held.

    Parameters
    ----------
    frame
        The rows: all columns of the table, of which those that nobody asked for are blank.
    positions
        Where each row stands in the table, ascending.
    total
        How many rows the table has.
    first
        Its first rows, with every column.
    words
        What was read.
    """

    frame: pd.DataFrame
    positions: NDArray[np.int64]
    total: int
    first: pd.DataFrame
    words: str

    def __repr__(self) -> str:
        return f"<Excerpt: {len(self.frame):,} of {self.total:,} rows of {self.words}>"


def read_excerpt(data: Data, mapping: Mapping, *, condition: str = "", key: Hashable | None = None) -> Excerpt:
    """Read the rows of a segment.

    Parameters
    ----------
    data
        Where they are.
    mapping
        Which columns are sent.
    condition
        The segment, as for ``DataFrame.query``; "" for all rows.
    key
        Column that customers are known by; None for none.

    Raises
    ------
    MappingError
        When columns are not there.
    ConfigurationError
        When there are no rows, none in the segment, or more than an export takes; or it cannot be read.
    """
    reading = _Reading(data, mapping, condition, key)
    return reading.excerpt()


class _Reading:
    """One reading of a table.

    Parameters
    ----------
    data, mapping, condition, key
        As for :func:`read_excerpt`.
    """

    def __init__(self, data: Data, mapping: Mapping, condition: str, key: Hashable | None) -> None:
        self._data = data
        self._condition = condition
        names = data.names
        _require_names(names, data.words)
        columns = [*_mapped(mapping), *([("key", key)] if key is not None else [])]
        # A label that is a number is a text in a file.
        labels = {str(label): label for _, label in columns if not isinstance(label, str)}
        self._labels = [labels.get(name, name) for name in names]
        known, problems = Labels(pd.Index(self._labels, dtype=object)), list[str]()
        for target, label in columns:
            known.position(label, target, problems)
        if problems:
            raise MappingError(problems)
        self._needed = list(dict.fromkeys(str(label) for _, label in columns))
        self._asked = named_in(condition, names) if condition else []
        twice = [name for name in self._asked if names.count(name) > 1]
        if twice:
            msg = f"Column {shown(twice[0])}, which the segment names, stands {names.count(twice[0])} times."
            raise ConfigurationError(msg, hint=f"Give the one you mean a name of its own. {NOTHING_SENT}")
        self._require_no_order()
        self._require_no_labels()
        self._held = Held(self._needed)
        self._first: list[pa.Table] = []

    def _require_no_order(self) -> None:
        """Raise when the order of categories decides: here they are read as text, which has another."""
        ordered = [name for name in self._asked if name in self._data.ordered]
        if ordered and re.search("[<>]|between|[lg][te][(]", self._condition):
            msg = f"The segment {self._condition!r} compares {shown(ordered[0])}, whose categories have an order."
            raise ConfigurationError(msg, hint=f"Name them: {ordered[0]} in ['…', '…']. {NOTHING_SENT}")

    def _require_no_labels(self) -> None:
        """Raise when the segment asks for labels of rows, which pandas wrote down: here rows are counted."""
        if self._data.is_indexed and names_the_index(self._condition, self._data.names):
            msg = f"The segment {self._condition!r} names the index, and pandas wrote another one into the file."
            hint = "Write the file after .reset_index(), and name that column; or leave the index out of the segment."
            raise ConfigurationError(msg, hint=f"{hint} {NOTHING_SENT}")

    def excerpt(self) -> Excerpt:
        """Read it."""
        first = self._first_rows()
        both = list(dict.fromkeys([*self._needed, *self._asked]))
        if not self._condition:
            self._keep(self._data.chunks(self._needed), None)
        elif self._data.is_typed and is_row_wise(self._condition):
            self._keep(self._data.chunks(both), None, row_wise=True)
        elif self._data.can_repeat:
            mask = self._whole(self._data.chunks(self._asked or self._needed[:1]))
            self._keep(self._data.chunks(self._needed), mask)
        else:
            tables = list(self._data.chunks(both))
            self._keep(iter(tables), self._whole(iter(tables)))
        self._require_some()
        held = self._held
        return Excerpt(
            frame=self._frame(held.tables(), held.kept), positions=held.positions(), total=held.total,
            first=self._frame(first, sum(table.num_rows for table in first)), words=self._data.words,
        )  # fmt: skip

    def _first_rows(self) -> list[pa.Table]:
        """Return the first rows, with all columns whose names stand once: for what may have been overlooked."""
        names = [name for name in self._data.names if self._data.names.count(name) == 1]
        table = self._data.first(names) if names else None
        return [] if table is None else [table.slice(0, _LOOKED_AT)]

    def _keep(
        self, chunks: Iterator[pa.Table], mask: NDArray[np.bool_] | None, *, row_wise: bool = False
    ) -> None:  # fmt: skip
        """Keep the rows of the segment; with neither a mask nor a condition to be asked, all rows."""
        start = 0
        for table in chunks:
            rows = None
            if row_wise:
                rows = inside(self._asked_of([table], start), self._condition)
            elif mask is not None:
                rows = mask[start : start + table.num_rows]
                if len(rows) < table.num_rows:
                    raise self._changed()
            self._held.add(table.select(self._needed), rows)
            if start // _SAY_EVERY < (start + table.num_rows) // _SAY_EVERY:
                log.info("%s: read %d rows, %d of them in the segment", self._data.words, start + table.num_rows,
                         self._held.kept)  # fmt: skip
            start += table.num_rows
        if mask is not None and start != len(mask):
            raise self._changed()

    def _whole(self, chunks: Iterator[pa.Table]) -> NDArray[np.bool_]:
        """Return which rows are in the segment, asked of all of them at once."""
        tables = list(chunks)
        return inside(self._asked_of(tables, 0), self._condition) if tables else np.zeros(0, dtype=bool)

    def _asked_of(self, tables: Sequence[pa.Table], start: int) -> pd.DataFrame:
        """Return the columns that the condition may name, as a notebook has them that reads the same."""
        rows = sum(table.num_rows for table in tables)
        whole = together(tables, self._data.words)
        columns = {name: whole.column(name) for name in self._asked}
        if self._data.is_text:
            columns |= {
                name: inferred(column, decimal=self._data.decimal)
                for name, column in columns.items() if name not in self._data.stated
            }  # fmt: skip
            self._require_same_kinds(columns)
        index = pd.RangeIndex(start, start + rows)
        read = {name: _as_pandas_reads(column, self._dtype(name)) for name, column in columns.items()}
        return self._labelled(read, rows, index)

    def _dtype(self, name: str) -> ExtensionDtype | None:
        """Return the dtype that pandas gives a column of this file, where Arrow does not know it."""
        try:
            dtype = pd.api.types.pandas_dtype(self._data.dtypes.get(name, "object"))
        except (TypeError, ValueError):
            return None
        return dtype if isinstance(dtype, ExtensionDtype) and hasattr(dtype, "__from_arrow__") else None

    def _require_same_kinds(self, columns: dict[str, pa.ChunkedArray]) -> None:
        """Raise when numbers are compared with text: nothing is equal, everything unequal, and the segment wrong."""
        kinds = {name: kind for name, column in columns.items() if (kind := kind_of(column)) is not None}
        for name, other in compared_with(self._condition, kinds):
            words = {"number": "a number", "text": "a text"}
            where = f"in {self._data.words} it is {words[kinds[name]]}"
            msg = f"The segment {self._condition!r} compares {shown(name)} with {words[other]}, and {where}."
            stated = "float64 (and --decimal , for decimal commas)" if other == "number" else "text"
            raise ConfigurationError(msg, hint=f"State what it is: --dtype {name}={stated}. {NOTHING_SENT}")

    def _frame(self, tables: Sequence[pa.Table], rows: int) -> pd.DataFrame:
        whole = together(tables, self._data.words)
        columns = {name: _series(whole.column(name), self._dtype(name)) for name in whole.column_names}
        return self._labelled(columns, rows, pd.RangeIndex(rows))

    def _labelled(self, columns: dict[str, Any], rows: int, index: pd.RangeIndex) -> pd.DataFrame:
        """Return all columns of the table; those that were not read are blank, and take no memory."""
        nothing = pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([pa.nulls(rows)])), index=index)
        series = {}
        for place, name in enumerate(self._data.names):
            column = columns.get(name)
            series[place] = nothing if column is None else column.set_axis(index)
        frame = pd.DataFrame(series, index=index, copy=False)
        frame.columns = pd.Index(self._labels, dtype=object)
        return frame

    def _require_some(self) -> None:
        held, words = self._held, self._data.words
        if not held.total:
            msg = f"There are no rows in {words}."
            raise ConfigurationError(msg, hint=f"Check the query, or what writes the file. {NOTHING_SENT}")
        if not held.kept:
            msg = f"No row is in the segment ({self._condition})."
            raise ConfigurationError(
                msg,
                hint=f"{words[:1].upper()}{words[1:]} has {count(held.total, 'row')}; check the condition. "
                f"{NOTHING_SENT}",
            )
        if held.kept > MAX_PROFILES:
            msg = f"{held.kept:,} rows are more than the {MAX_PROFILES:,} that one export takes."
            parts = -(-held.kept // MAX_PROFILES)
            raise ConfigurationError(msg, hint=f"Make {parts} exports with a segment each. {NOTHING_SENT}")

    def _changed(self) -> ConfigurationError:
        msg = f"What is in {self._data.words} changed while it was read."
        return ConfigurationError(msg, hint=f"Start when it is written. {NOTHING_SENT}")


def _require_names(names: Sequence[str], words: str) -> None:
    if any(looks_like_an_address(name) for name in names):
        # Not quoted: they are somebody's data.
        msg = f"Column names of {words} hold an address: its first row is probably a person."
        raise ConfigurationError(msg, hint=f"Write a row with the columns' names before it. {NOTHING_SENT}")


def _mapped(mapping: Mapping) -> list[tuple[str | int, Hashable]]:
    """Return what the mapping calls its targets, with the columns that are sent there."""
    whole = [(name, getattr(mapping, name)) for name in (*ATTRIBUTES, *SPECIAL)]
    return [(target, label) for target, label in (*whole, *mapping.fields.items()) if label is not None]


def _as_pandas_reads(column: pa.ChunkedArray, dtype: ExtensionDtype | None) -> pd.Series[Any]:
    if dtype is not None:
        return pd.Series(dtype.__from_arrow__(column))  # type: ignore[attr-defined]  # as Arrow itself asks for it
    # What is blank throughout has no type, and compares with anything.
    typed = column.cast(pa.float64()) if pa.types.is_null(column.type) else column
    series: pd.Series[Any] = typed.to_pandas()
    return series


def _series(column: pa.ChunkedArray, dtype: ExtensionDtype | None) -> pd.Series[Any]:
    if isinstance(dtype, pd.PeriodDtype | pd.IntervalDtype):  # which are numbers to Arrow
        return _as_pandas_reads(column, dtype)
    return pd.Series(pd.arrays.ArrowExtensionArray(column))
