"""Parquet and Feather: typed columns, of which only those that are asked for are read, in batches of bounded size."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ac_notebook.storage.data.file import DataFile

ROWS = 65_536
"""Rows of a batch."""

_FIRST = 1_000  # rows that are looked at with all columns: of many columns, a whole batch may be half a gigabyte

_BUFFER = 1 << 20  # of a column's pages; without one, a whole column of a row group is read into memory at once


@dataclass(frozen=True, kw_only=True, eq=False)
class Columnar:
    """A file with types of its own.

    Parameters
    ----------
    file
        The file.
    names
        Its columns.
    ordered
        Those of categories that have an order.
    dtypes
        What pandas wrote down of its columns' types.
    is_indexed
        Whether pandas wrote an index with it.
    """

    file: DataFile
    names: tuple[str, ...]
    ordered: frozenset[str] = frozenset()
    dtypes: Mapping[str, str] = field(default_factory=dict)
    is_indexed: bool = False

    is_typed = True
    is_text = False
    can_repeat = True
    decimal = "."
    stated: ClassVar[frozenset[str]] = frozenset()

    @property
    def words(self) -> str:
        """What is read, in a few words."""
        return self.file.words

    def first(self, names: Sequence[str]) -> pa.Table | None:
        """Return some columns of the first rows."""
        return next(self.chunks(names, rows=_FIRST), None)

    def chunks(self, names: Sequence[str], *, rows: int = ROWS) -> Iterator[pa.Table]:
        """Yield some columns, one at least, of the rows in their order; so many at once."""
        with self.file.reading():
            for table in self._tables(names, rows):
                chosen = table.select(list(names))
                yield pa.table([_plain(column) for column in chosen.columns], names=list(names))
        self.file.require_unchanged()

    def _tables(self, names: Sequence[str], rows: int) -> Iterator[pa.Table]:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True, eq=False)
class Parquet(Columnar):
    """A Parquet file."""

    @classmethod
    def of(cls, file: DataFile) -> Parquet:
        """Open one, and read what its columns are."""
        with file.reading(), _opened(file) as opened:
            schema = opened.schema_arrow
        return cls(file=file, **_described(schema))

    def _tables(self, names: Sequence[str], rows: int) -> Iterator[pa.Table]:
        with _opened(self.file) as opened:
            for batch in opened.iter_batches(batch_size=rows, columns=list(names), use_threads=False):
                yield pa.Table.from_batches([batch])


def _opened(file: DataFile) -> pq.ParquetFile:
    # Not mapped into memory: what is mapped counts as this process's.
    return pq.ParquetFile(file.path, memory_map=False, buffer_size=_BUFFER, pre_buffer=False)


@dataclass(frozen=True, kw_only=True, eq=False)
class Feather(Columnar):
    """A Feather file, which is Arrow's own format."""

    @classmethod
    def of(cls, file: DataFile) -> Feather:
        """Open one, and read what its columns are."""
        with file.reading(), pa.OSFile(str(file.path)) as source:
            schema = pa.ipc.open_file(source).schema
        return cls(file=file, **_described(schema))

    def _tables(self, names: Sequence[str], rows: int) -> Iterator[pa.Table]:
        with pa.OSFile(str(self.file.path)) as source:
            fields = [self.names.index(name) for name in names]
            opened = pa.ipc.open_file(source, options=pa.ipc.IpcReadOptions(included_fields=fields, use_threads=False))
            for number in range(opened.num_record_batches):
                table = pa.Table.from_batches([opened.get_batch(number)])
                yield from (table.slice(start, rows) for start in range(0, table.num_rows, rows))


def _described(schema: pa.Schema) -> dict[str, Any]:
    """Return what a file says of its columns; what pandas would write down is not there, or anything, in other files.

    Source: pandas.pydata.org, "Storing pandas DataFrame objects in Apache Parquet format".
    """
    try:
        noted = schema.pandas_metadata or {}
        dtypes = {str(entry["field_name"]): str(entry["numpy_type"]) for entry in noted["columns"]} if noted else {}
        index = list(noted.get("index_columns", ()))
    except (AttributeError, KeyError, TypeError, ValueError):
        dtypes, index = {}, []
    counted = [{"kind": "range", "name": None, "start": 0, "step": 1}]
    return {
        "names": tuple(schema.names),
        "ordered": frozenset(
            entry.name for entry in schema if pa.types.is_dictionary(entry.type) and entry.type.ordered
        ),
        "dtypes": dtypes,
        "is_indexed": bool(index) and [_without_stop(part) for part in index] != counted,
    }


def _without_stop(part: object) -> object:
    return {name: value for name, value in part.items() if name != "stop"} if isinstance(part, dict) else part


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column without what only saves space: categories as what they stand for, others as what they hold."""
    chunks = column.chunks
    if isinstance(column.type, pa.BaseExtensionType):
        chunks = [chunk.storage for chunk in chunks]
        column = pa.chunked_array(chunks, type=column.type.storage_type)
    if pa.types.is_dictionary(column.type):
        return pa.chunked_array([chunk.dictionary_decode() for chunk in column.chunks], type=column.type.value_type)
    if column.type == pa.string_view():  # as Polars writes text; not every version of Arrow can cast it
        return pa.chunked_array([pa.array(chunk.to_pylist(), pa.large_string()) for chunk in column.chunks])
    return column
