"""Chunks of a table, of which some rows are held, put together to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from ac_notebook.errors import ConfigurationError
from ac_notebook.frames.labels import shown
from ac_notebook.model.limits import MAX_PROFILES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_TOGETHER = 50_000


class Held:
    """The rows that are kept, as long as they are not too many.

    Parameters
    ----------
    names
        The columns that are sent.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.total = self.kept = 0
        self._names = list(names)
        self._tables: list[pa.Table] = []
        self._small: list[pa.Table] = []
        self._positions: list[NDArray[np.int64]] = []

    def add(self, table: pa.Table, rows: NDArray[np.bool_] | None) -> None:
        """Keep some rows of the next ones, all of them with None."""
        places = np.arange(table.num_rows) if rows is None else np.flatnonzero(rows)
        start, self.total, self.kept = self.total, self.total + table.num_rows, self.kept + len(places)
        if self.kept > MAX_PROFILES:  # then they are only counted, to say how many there are
            self._tables, self._small, self._positions = [], [], []
            return
        self._positions.append(places + start)
        if not len(places):
            return
        # Taken, not cut out: a part would hold the memory of the whole.
        self._small.append(table.take(pa.array(places)))
        if sum(some.num_rows for some in self._small) >= _TOGETHER:
            self._put_together()

    def tables(self) -> list[pa.Table]:
        """Return the rows."""
        self._put_together()
        return self._tables

    def positions(self) -> NDArray[np.int64]:
        """Return where they stand."""
        return np.concatenate(self._positions).astype(np.int64)

    def _put_together(self) -> None:
        # Pieces of some length, for what is done with each of them; of different types where chunks have such.
        if self._small and all(some.schema == self._small[0].schema for some in self._small):
            self._tables.append(pa.concat_tables(self._small).combine_chunks())
        else:
            self._tables.extend(self._small)
        self._small = []


def together(tables: Sequence[pa.Table], words: str) -> pa.Table:
    """Return chunks as one table: whole numbers and others are numbers, and text with whole numbers text."""
    if not tables:
        return pa.table({})
    if len({table.schema for table in tables}) == 1:
        return pa.concat_tables(tables)
    columns = {}
    for name in tables[0].column_names:
        parts = [table.column(name) for table in tables]
        columns[name] = _one_type(parts, name, words)
    return pa.table(columns)


def _one_type(parts: Sequence[pa.ChunkedArray], name: str, words: str) -> pa.ChunkedArray:
    kinds = {part.type for part in parts if not pa.types.is_null(part.type)}
    try:
        if any(pa.types.is_string(kind) for kind in kinds) and all(
            pa.types.is_string(kind) or pa.types.is_integer(kind) for kind in kinds
        ):
            wanted = pa.string()
        else:
            fields = [pa.schema([pa.field(name, part.type)]) for part in parts]
            wanted = pa.unify_schemas(fields, promote_options="permissive").field(0).type
        return pa.chunked_array([chunk for part in parts for chunk in part.cast(wanted).chunks], type=wanted)
    except pa.ArrowException:
        msg = f"In {words}, column {shown(name)} holds values of several kinds: {', '.join(sorted(map(str, kinds)))}."
        raise ConfigurationError(msg, hint="Make it one kind, such as text. Nothing was sent.") from None
