"""JSON Lines: an object a line. Texts stay texts and numbers numbers; nothing is guessed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

import orjson
import pyarrow as pa

from ac_notebook.errors import ConfigurationError
from ac_notebook.storage.data.cells import column_of
from ac_notebook.storage.data.file import NOTHING_SENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ac_notebook.storage.data.file import DataFile

_ROWS = 20_000
_LONGEST = 1 << 26  # bytes of a line


@dataclass(frozen=True, kw_only=True, eq=False)
class JsonLines:
    """A JSON Lines file.

    Parameters
    ----------
    file
        The file.
    names
        All keys of its objects, in the order in which they are met.
    """

    file: DataFile
    names: tuple[str, ...]

    is_typed = False
    is_text = False
    can_repeat = True
    ordered: ClassVar[frozenset[str]] = frozenset()
    dtypes: ClassVar[Mapping[str, str]] = {}
    is_indexed = False
    decimal = "."
    stated: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def of(cls, file: DataFile) -> JsonLines:
        """Read one through, for its keys and whether every line is an object."""
        names: dict[str, None] = {}
        opened = cls(file=file, names=())
        for row in opened._rows():
            if not row.keys() <= names.keys():
                names.update(dict.fromkeys(row))
        return cls(file=file, names=tuple(names))

    @property
    def words(self) -> str:
        """What is read, in a few words."""
        return self.file.words

    def first(self, names: Sequence[str]) -> pa.Table | None:
        """Return some columns of the first rows."""
        return next(self.chunks(names), None)

    def chunks(self, names: Sequence[str]) -> Iterator[pa.Table]:
        """Yield some columns, one at least, of the rows in their order."""
        rows = self._rows()
        while some := list(islice(rows, _ROWS)):
            columns = [column_of([row.get(name) for row in some], name, self.words) for name in names]
            yield pa.table(columns, names=list(names))

    def _rows(self) -> Iterator[dict[str, Any]]:
        number = 0
        with self.file.reading(), self.file.open() as opened:
            while line := opened.readline(_LONGEST):
                number += 1
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                if not line.isspace():
                    yield self._object(line, number)
        self.file.require_unchanged()

    def _object(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            row = orjson.loads(line)
        except ValueError:
            row = None
        if isinstance(row, dict):
            return row
        msg = f"Line {number:,} of the file {self.file.shown} is no JSON object."
        hint = "One object a line, in UTF-8."
        if number == 1 and line.lstrip().startswith(b"["):
            hint = "It is an array: write each object on a line of its own, without [ and commas between them."
        elif number == 1 and line.strip() == b"{":
            hint = "An object has to be on one line."
        raise ConfigurationError(msg, hint=f"{hint} {NOTHING_SENT}") from None
