"""A table that is read in chunks, wherever it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ac_notebook.errors import ConfigurationError
from ac_notebook.storage.data.columnar import Feather, Parquet
from ac_notebook.storage.data.delimited import Delimited, Dialect
from ac_notebook.storage.data.file import FORMATS, NOTHING_SENT, DataFile, Format, find_file
from ac_notebook.storage.data.json_lines import JsonLines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa


class Data(Protocol):
    """Rows of somewhere, in chunks."""

    @property
    def names(self) -> tuple[str, ...]:
        """Its columns."""

    @property
    def words(self) -> str:
        """What is read, in a few words."""

    @property
    def is_typed(self) -> bool:
        """Whether a column has the same type in each chunk, because it is stated."""

    @property
    def is_text(self) -> bool:
        """Whether what is not stated to be something else is text."""

    @property
    def stated(self) -> frozenset[str]:
        """Of text, the columns that are stated to be something else."""

    @property
    def decimal(self) -> str:
        """Of text, what stands before decimals."""

    @property
    def ordered(self) -> frozenset[str]:
        """Columns of categories that have an order."""

    @property
    def dtypes(self) -> Mapping[str, str]:
        """What pandas wrote down of columns' types, in its words."""

    @property
    def is_indexed(self) -> bool:
        """Whether pandas wrote an index with it, by which its rows are known to pandas."""

    @property
    def can_repeat(self) -> bool:
        """Whether it can be read twice, and is the same then."""

    def first(self, names: Sequence[str]) -> pa.Table | None:
        """Return some columns of the first rows; None when there are no rows."""

    def chunks(self, names: Sequence[str]) -> Iterator[pa.Table]:
        """Yield some columns, one at least, of the rows in their order."""


def open_data(path: str, *, form: Format | None = None, dialect: Dialect | None = None) -> Data:
    """Open a file with a table in it.

    Parameters
    ----------
    path
        Where it is.
    form
        What it is; by its name when None.
    dialect
        How a CSV file is written, where that is stated.

    Raises
    ------
    ConfigurationError
        When it cannot be read as such.
    """
    file = find_file(path, form=form)
    if dialect is not None and dialect != Dialect() and file.format != "csv":
        msg = f"A separator, an encoding, decimals and dtypes are stated for CSV; {file.shown} is {_title(file)}."
        raise ConfigurationError(msg, hint=f"Leave them out: its values have types of their own. {NOTHING_SENT}")
    if file.format == "csv":
        return Delimited.of(file, dialect or Dialect())
    if file.format == "jsonl":
        return JsonLines.of(file)
    return Parquet.of(file) if file.format == "parquet" else Feather.of(file)


def _title(file: DataFile) -> str:
    return FORMATS[file.format][0]
