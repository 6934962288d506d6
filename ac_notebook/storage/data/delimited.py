"""CSV: every cell is text, as it stands in the file, unless its column's type is stated.

So no phone number loses its plus, no postcode its nought, and no long number its last digits, as they do where types
are guessed; what a field takes is made of the text later, with a problem for each cell that is none. A blank cell is a
blank, and nothing else is: ``NA`` may be Namibia, and ``Null`` a name.
"""

from __future__ import annotations

import codecs
import re
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import pyarrow as pa
import pyarrow.csv as pacsv

from ac_notebook.errors import ConfigurationError, did_you_mean, nearest
from ac_notebook.model.harmless import name as harmless
from ac_notebook.storage.data.file import NOTHING_SENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ac_notebook.storage.data.file import DataFile

_BLOCK = 1 << 22  # bytes that are read at once; no row may be longer

_SEPARATORS = {"tab": "\t", "\\t": "\t", "semicolon": ";", "comma": ",", "pipe": "|"}

_LIKELY = ";\t|,"

_OTHER_CELLS = re.compile(r"Row #(?P<row>\d+): Expected (?P<columns>\d+) columns, got (?P<cells>\d+)")
"""What Arrow says, before the row itself, of one that has other numbers of cells than the first."""

TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "str": pa.string(),
    "string": pa.string(),
    "object": pa.string(),
    "int64": pa.int64(),
    "int": pa.int64(),
    "float64": pa.float64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "datetime64[ns]": pa.timestamp("us"),
}
"""What a column may be stated to be, in pandas' words and in plain ones."""


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How a CSV file is written.

    Parameters
    ----------
    separator
        One character, or a word for it such as ``tab``; None for a comma, in a .tsv file for a tab.
    encoding
        As Python names it.
    decimal
        What stands before the decimals of columns that are stated to be numbers.
    types
        Columns that are no text: one of :data:`TYPES` each.
    """

    separator: str | None = None
    encoding: str = "utf-8"
    decimal: str = "."
    types: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.separator is not None:
            separator = _SEPARATORS.get(self.separator.casefold(), self.separator)
            if len(separator) != 1 or separator in '"\r\n' or not separator.isascii():
                msg = f"A separator is one character, or one of {', '.join(_SEPARATORS)}."
                raise ConfigurationError(msg, hint=f"Write --separator ';'. {NOTHING_SENT}")
            object.__setattr__(self, "separator", separator)
        if self.decimal not in (".", ","):
            raise ConfigurationError("Decimals begin with a point or a comma.", hint=f"--decimal ,. {NOTHING_SENT}")
        try:
            codecs.lookup(self.encoding)
            " ".encode(self.encoding)
        except (LookupError, ValueError, UnicodeError):
            msg = f"There is no encoding {harmless(self.encoding)!r}."
            raise ConfigurationError(msg, hint=f"Write one such as utf-8, latin-1 or cp1252. {NOTHING_SENT}") from None
        lower = {column: kind.casefold() for column, kind in self.types.items()}
        for column, kind in lower.items():
            if kind not in TYPES:
                msg = f"Column {harmless(column)!r} cannot be stated to be {harmless(kind)!r}."
                raise ConfigurationError(msg, hint=f"{did_you_mean(kind, TYPES, most=len(TYPES))} {NOTHING_SENT}")
        object.__setattr__(self, "types", lower)


@dataclass(frozen=True, kw_only=True, eq=False)
class Delimited:
    """A CSV file.

    Parameters
    ----------
    file
        The file.
    dialect
        How it is written.
    names
        Its columns, as its first row names them.
    """

    file: DataFile
    dialect: Dialect
    names: tuple[str, ...]

    is_typed = False
    is_text = True
    can_repeat = True
    ordered: ClassVar[frozenset[str]] = frozenset()
    dtypes: ClassVar[Mapping[str, str]] = {}
    is_indexed = False

    @classmethod
    def of(cls, file: DataFile, dialect: Dialect) -> Delimited:
        """Open one, and read its first row.

        Raises
        ------
        ConfigurationError
            When it is no CSV, or separated by something else.
        """
        opened = cls(file=file, dialect=dialect, names=())
        opened._require_encoding()
        with opened._reading():
            names = opened._first_row()
        _require_separated(file, names, opened._separator)
        for column in dialect.types:
            if column not in names:
                msg = f"A type is stated for column {harmless(column)!r}, which the file does not have."
                near = nearest(column, names)  # not all of them: without a row of names they are a person
                hint = f"Did you mean {harmless(near)!r}?" if near is not None else "See its first row."
                raise ConfigurationError(msg, hint=f"{hint} {NOTHING_SENT}")
        return cls(file=file, dialect=dialect, names=names)

    def _first_row(self) -> tuple[str, ...]:
        """Return the names of the columns, also of a file that is separated otherwise than stated."""
        try:
            with self._reader([]) as reader:
                return tuple(reader.schema.names)
        except pa.ArrowInvalid as error:
            if _OTHER_CELLS.search(str(error)) is None:
                raise
        with self._reader([], is_lenient=True) as reader:
            return tuple(reader.schema.names)

    @property
    def words(self) -> str:
        """What is read, in a few words."""
        return self.file.words

    @property
    def stated(self) -> frozenset[str]:
        """Columns whose types are stated."""
        return frozenset(self.dialect.types)

    @property
    def decimal(self) -> str:
        """What stands before decimals."""
        return self.dialect.decimal

    def first(self, names: Sequence[str]) -> pa.Table | None:
        """Return some columns of the first rows."""
        return next(self.chunks(names), None)

    def chunks(self, names: Sequence[str]) -> Iterator[pa.Table]:
        """Yield some columns, one at least, of the rows in their order."""
        # The last column is read in any case: quotes that are never closed swallow all rows that follow into it.
        last = self.names[-1]
        chosen = list(names) if last in names or self.names.count(last) > 1 else [*names, last]
        with self._reading(), self._reader(chosen) as reader:
            table = None
            for batch in reader:
                table = pa.Table.from_batches([batch])
                yield table.select(list(names))
            if table is not None and table.num_rows and last in chosen:
                self._require_closed(table.column(last)[-1].as_py())
        self.file.require_unchanged()

    def _require_closed(self, cell: object) -> None:
        """Raise when the last cell of the file begins with quotes that nothing closes."""
        if not isinstance(cell, str) or "\n" not in cell:
            return
        tail = b""
        with self.file.open() as opened:
            while part := opened.read(_BLOCK):
                tail = (tail + part)[-64:]
        if not tail.decode(self.dialect.encoding, "ignore").rstrip("\r\n").endswith('"'):
            msg = f"The file {self.file.shown} has quotes that are opened and not closed."
            raise ConfigurationError(msg, hint=f"Check what writes it. {NOTHING_SENT}")

    @property
    def _separator(self) -> str:
        if self.dialect.separator is not None:
            return self.dialect.separator
        is_tabbed = any(suffix.casefold() in (".tsv", ".tab") for suffix in self.file.path.suffixes[-2:])
        return "\t" if is_tabbed else ","

    @contextmanager
    def _reader(self, names: Sequence[str], *, is_lenient: bool = False) -> Iterator[pacsv.CSVStreamingReader]:
        types = {name: TYPES[self.dialect.types.get(name, "text")] for name in names}
        # Arrow decodes a row before it asks what to do with it, and prints what it cannot: so named, it decodes all.
        encoding = "utf-8-sig" if is_lenient and self._encoding == "utf8" else self._encoding
        skip = (lambda _: "skip") if is_lenient else None
        with ExitStack() as stack:
            reader = pacsv.open_csv(
                stack.enter_context(self.file.open()),
                # Not in threads: what goes wrong is then told with the number of its row.
                read_options=pacsv.ReadOptions(encoding=encoding, block_size=_BLOCK, use_threads=False),
                parse_options=pacsv.ParseOptions(
                    delimiter=self._separator, newlines_in_values=True, invalid_row_handler=skip
                ),
                convert_options=pacsv.ConvertOptions(
                    include_columns=list(names), column_types=types, null_values=[""], strings_can_be_null=True,
                    quoted_strings_can_be_null=True, decimal_point=self.dialect.decimal,
                ),
            )  # fmt: skip
            yield stack.enter_context(reader)

    @property
    def _encoding(self) -> str:
        name = codecs.lookup(self.dialect.encoding).name
        return "utf8" if name in ("utf-8", "utf-8-sig", "ascii") else name

    def _require_encoding(self) -> None:
        with self.file.reading(), self.file.open() as opened:
            begins = opened.read(4)
        marks = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16", codecs.BOM_UTF8: "utf8"}
        marked = next((name for mark, name in marks.items() if begins.startswith(mark)), None)
        if marked is not None and marked != self._encoding:
            msg = f"The file {self.file.shown} begins with the mark of another encoding than {self.dialect.encoding}."
            raise ConfigurationError(msg, hint=f"Write --encoding {marked.replace('utf8', 'utf-8')}. {NOTHING_SENT}")
        if b"\0" in begins and not self._encoding.startswith(("utf-16", "utf-32")):
            msg = f"The file {self.file.shown} holds bytes that no text has."
            raise ConfigurationError(msg, hint=f"It may be --encoding utf-16, or no CSV. {NOTHING_SENT}")

    def _reading(self) -> _Reading:
        return _Reading(self)


class _Reading:
    """Says in a sentence what goes wrong with a CSV file: the parser's own words quote cells.

    Parameters
    ----------
    read
        What is read.
    """

    def __init__(self, read: Delimited) -> None:
        self._file = read.file
        self._dialect = read.dialect
        self._names = read.names

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None or not isinstance(error, pa.ArrowException | OSError | EOFError | UnicodeError | ValueError):
            return
        if isinstance(error, ConfigurationError):
            return
        if isinstance(error, pa.lib.ArrowCancelled):  # Ctrl-C, which Arrow looks for while it reads
            raise KeyboardInterrupt from None
        self._file.require_unchanged()
        message, hint = self._said(error)
        raise ConfigurationError(f"The file {self._file.shown} {message}", hint=f"{hint} {NOTHING_SENT}") from None

    def _said(self, error: BaseException) -> tuple[str, str]:
        text = str(error)
        other = _OTHER_CELLS.search(text)
        if other is not None:
            cells = f"{other['cells']} {'cell' if other['cells'] == '1' else 'cells'}"
            hint = "A separator within a cell, or quotes that are not closed; or --separator is another."
            return f"has {cells} in row {int(other['row']):,}, and {other['columns']} columns.", hint
        if "Empty CSV" in text:
            return "has no rows.", "Check what writes it."
        cell = re.search(r"CSV column #(\d+):(?: Row #(\d+):)? CSV conversion error to", text)
        column = self._names[int(cell[1])] if cell is not None and int(cell[1]) < len(self._names) else ""
        if cell is not None and column in self._dialect.types and self._dialect.types[column] not in ("str", "text"):
            where = f" in row {int(cell[2]):,}" if cell[2] else ""
            hint = "Leave that --dtype out to read it as text, or state --decimal. The row of the names is row 1."
            return f"has a cell of column {harmless(column)!r}{where} that is no {self._dialect.types[column]}.", hint
        if cell is not None or isinstance(error, UnicodeError) or "UTF8" in text or "UTF-8" in text:
            return self._not_encoded()
        if "straddling" in text:
            return "has quotes that are opened and not closed, or a row of more than 4 MB.", "Check what writes it."
        return "cannot be read as CSV.", "It is damaged, or written otherwise: see --separator and --encoding."

    def _not_encoded(self) -> tuple[str, str]:
        others = "cp1252 or latin-1" if self._dialect.encoding.casefold().replace("-", "") == "utf8" else "utf-8"
        return f"is not written in {self._dialect.encoding}.", f"Probably --encoding {others}."


def _require_separated(file: DataFile, names: Sequence[str], separator: str) -> None:
    """Raise when the first row is one name, with what other files are separated by in it; or is for Excel only."""
    if names[0].casefold().startswith("sep="):
        msg = f"The first row of the file {file.shown} says how it is separated, which is for Excel only."
        raise ConfigurationError(msg, hint=f"Take that row out, and write --separator. {NOTHING_SENT}")
    if len(names) != 1:
        return
    likely = max(_LIKELY.replace(separator, ""), key=names[0].count)
    if not names[0].count(likely):
        return
    word = {"\t": "tab"}.get(likely, f"'{likely}'")
    msg = f"The file {file.shown} has one column only when it is separated by {separator!r}."
    raise ConfigurationError(msg, hint=f"Probably it is --separator {word}. {NOTHING_SENT}")
