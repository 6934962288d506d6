"""The file itself: that it is one, what it holds, and that it stays the same while it is read."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, cast

import pyarrow as pa

from ac_notebook.errors import ConfigurationError, did_you_mean
from ac_notebook.model.harmless import name as harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Format = Literal["parquet", "feather", "csv", "jsonl"]

FORMATS: dict[Format, tuple[str, tuple[str, ...]]] = {
    "parquet": ("Parquet", (".parquet", ".pq")),
    "feather": ("Feather", (".feather", ".arrow", ".ipc")),
    "csv": ("CSV", (".csv", ".tsv", ".tab", ".txt")),
    "jsonl": ("JSON Lines", (".jsonl", ".ndjson", ".json")),
}
"""The formats that are read: what they are called, and how their files' names end."""

_PACKED: dict[str, Callable[[Path], IO[bytes]]] = {
    ".gz": lambda path: cast("IO[bytes]", gzip.open(path)),  # noqa: SIM115 - handed out
    ".bz2": lambda path: cast("IO[bytes]", bz2.open(path)),  # noqa: SIM115 - handed out
    ".xz": lambda path: cast("IO[bytes]", lzma.open(path)),  # noqa: SIM115 - handed out
}
"""How a file is unpacked, by how its name ends."""

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", "parquet"),
    (b"ARROW1", "feather"),
    (b"FEA1", "the first version of Feather: write it again with to_feather"),
    (b"PK\x03\x04", "an Excel workbook or another archive (ZIP)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"SQLite format 3", "an SQLite database: use --query and --url"),
    (b"\x1f\x8b", "packed by gzip: its name has to end with .gz"),
    (b"BZh", "packed by bzip2: its name has to end with .bz2"),
    (b"\xfd7zXZ", "packed by xz: its name has to end with .xz"),
)

NOTHING_SENT = "Nothing was sent."


@dataclass(frozen=True, kw_only=True)
class DataFile:
    """A file with a table in it, as it was found.

    Parameters
    ----------
    path
        Where it is.
    format
        What it is.
    status
        Its size, its time and which file it is, to see whether it changes.
    """

    path: Path
    format: Format
    status: tuple[int, ...]

    @property
    def shown(self) -> str:
        """Its name, harmless."""
        return repr(harmless(str(self.path)))

    @property
    def words(self) -> str:
        """What is read, in a few words."""
        return f"the {FORMATS[self.format][0]} file {self.shown}"

    def open(self) -> IO[bytes]:
        """Open it to be read, unpacked where its name says that it is packed."""
        packed = _PACKED.get(self.path.suffix.casefold())
        return packed(self.path) if packed is not None else self.path.open("rb")

    def require_unchanged(self) -> None:
        """Raise when somebody wrote into it, or put another in its place.

        Raises
        ------
        ConfigurationError
            When it is not as it was found.
        """
        try:
            now = _status(self.path.stat())
        except OSError:
            now = ()
        if now != self.status:
            msg = f"The file {self.shown} changed while it was read."
            hint = "Start when it is written: under another name first, then renamed."
            raise ConfigurationError(msg, hint=f"{hint} {NOTHING_SENT}")

    @contextmanager
    def reading(self, *, damaged: str = "It is damaged, or not written to its end.") -> Iterator[None]:
        """Say in a sentence what goes wrong with it, without a word of what is in it."""
        try:
            yield
        except pa.lib.ArrowCancelled:  # Ctrl-C, which Arrow looks for while it reads
            raise KeyboardInterrupt from None
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowSerializationError, EOFError, lzma.LZMAError):
            self.require_unchanged()
            msg = f"The file {self.shown} cannot be read as {FORMATS[self.format][0]}."
            raise ConfigurationError(msg, hint=f"{damaged} {NOTHING_SENT}") from None
        except OSError as error:
            self.require_unchanged()
            msg = f"The file {self.shown} cannot be read ({error.strerror or type(error).__name__})."
            raise ConfigurationError(msg, hint=f"{damaged} {NOTHING_SENT}") from None


def find_file(path: str, *, form: Format | None = None) -> DataFile:
    """Return the file at a path.

    Parameters
    ----------
    path
        Where.
    form
        What it is; by its name, and by how it begins, when None.

    Raises
    ------
    ConfigurationError
        When there is none, or it is no table that can be read.
    """
    shown = repr(harmless(path))
    if path in ("", "-"):
        msg = "The data is read from a file, which may have to be read twice, not from what is piped in."
        raise ConfigurationError(msg, hint=f"Write it into a file first. {NOTHING_SENT}")
    try:
        place = Path(path)
        status = place.stat()
    except (OSError, ValueError) as error:
        msg = f"The file {shown} cannot be read: {getattr(error, 'strerror', None) or 'its name is none'}."
        raise ConfigurationError(msg, hint=f"{_beside(path)} {NOTHING_SENT}".strip()) from None
    if stat.S_ISDIR(status.st_mode):
        raise ConfigurationError(f"{shown} is a folder, not a file.", hint=f"Name one file in it. {NOTHING_SENT}")
    if not stat.S_ISREG(status.st_mode):
        msg = f"{shown} is no ordinary file; the data may have to be read twice."
        raise ConfigurationError(msg, hint=f"Write it into a file first. {NOTHING_SENT}")
    if not status.st_size:
        msg = f"The file {shown} is empty."
        raise ConfigurationError(msg, hint=f"Check what writes it. {NOTHING_SENT}")
    named = _by_name(place)
    if form is None and named is None:
        known = ", ".join(ending for _, endings in FORMATS.values() for ending in endings)
        msg = f"What {shown} holds cannot be told by its name."
        raise ConfigurationError(msg, hint=f"Name it with one of {known}, or give --format. {NOTHING_SENT}")
    file = DataFile(path=place, format=form or named or "csv", status=_status(status))
    _require_fitting(file)
    return file


def _status(status: os.stat_result) -> tuple[int, ...]:
    return status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev


def _by_name(path: Path) -> Format | None:
    packed = path.suffix.casefold() in _PACKED
    ending = (Path(path.stem) if packed else path).suffix.casefold()
    return next((form for form, (_, endings) in FORMATS.items() if ending in endings), None)


def _require_fitting(file: DataFile) -> None:
    """Raise when the file begins like one of another kind."""
    with file.reading(), file.open() as opened:
        begins = opened.read(16)
    found = next((what for beginning, what in _BEGINNINGS if begins.startswith(beginning)), None)
    title = FORMATS[file.format][0]
    if found is None:
        if file.format in ("parquet", "feather"):
            msg = f"The file {file.shown} is no {title} file: it does not begin like one."
            raise ConfigurationError(msg, hint=f"Check what writes it, or give --format. {NOTHING_SENT}")
        return
    if found != file.format:
        what = f"a {FORMATS[found][0]} file" if found in FORMATS else found
        msg = f"The file {file.shown} is no {title} file; it begins like {what}."
        raise ConfigurationError(msg, hint=f"Rename it, or write it as CSV or Parquet. {NOTHING_SENT}")


def _beside(path: str) -> str:
    """Return which file beside it may have been meant."""
    if "://" in path:
        return "Download it first: the data is read from a file of this machine."
    place = Path(path)
    try:
        names = sorted(entry.name for entry in os.scandir(place.parent))[:1_000]
    except (OSError, ValueError):
        return "There is no such folder."
    return did_you_mean(harmless(place.name), [harmless(name) for name in names if _by_name(Path(name))])
