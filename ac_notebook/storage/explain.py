"""What SQLite or the disk has to say, as a sentence with what to do."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ac_notebook.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCKS = Path("/proc/locks")
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_NO_ACCESS = (
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOLFS,
)  # fmt: skip
"""The disk, the folder or the machine: the file itself may be as good as ever."""


@contextmanager
def explained(path: Path | None = None) -> Iterator[None]:
    """Turn what SQLite or the disk has to say into a sentence with what to do.

    Parameters
    ----------
    path
        The database, if it is known which.

    Raises
    ------
    StateError
        When the database is damaged, locked or cannot be reached.
    """
    where = f"The database {path}" if path is not None else "The state database"
    try:
        yield
    except OSError as error:
        msg = f"{where} cannot be opened: {error.strerror}."
        raise StateError(msg, hint="Check the folder, or set AC_NOTEBOOK_HOME to another.") from None
    except (sqlite3.Error, UnicodeError) as error:  # the latter: a damaged schema, quoted in SQLite's own words
        code = getattr(error, "sqlite_errorcode", None)
        kind = None if code is None else code & 0xFF
        if kind in _BUSY:
            msg = f"{where} is in use by {holder(path)}."
            raise StateError(msg, hint="Wait for the other notebook or job to finish, and run again.") from None
        if kind in _NO_ACCESS:
            msg = f"{where} cannot be used: {error}."
            raise StateError(
                msg, hint="Check that the disk is not full and the folder can be written to, and run again."
            ) from None
        # Also what is no error of the file format: a text that is none, a table that is not there.
        said = f"{error}" if code is not None else "it holds what cannot be read"
        msg = f"{where} is damaged ({said}); it was left as it is."
        raise StateError(
            msg, hint="Restore it from a backup. If you move it away, the next export sends every row again."
        ) from None


def holder(path: Path | None) -> str:
    """Return in words who holds a database, as far as this system tells (Linux, processes of this machine)."""
    found: set[int] = set()
    with suppress(OSError):
        table = _LOCKS.read_text(encoding="ascii")
        for suffix in ("", "-shm") if path is not None else ():
            with suppress(OSError):
                found |= holders_in(table, os.stat(f"{path}{suffix}"))  # noqa: PTH116 - a name beside the path
    others = sorted(found - {os.getpid(), 0, -1})
    if not others:
        return "this process" if os.getpid() in found else "another process"
    return " and ".join(_in_words(pid, path) for pid in others)


def holders_in(table: str, status: os.stat_result) -> set[int]:
    """Return the processes that hold a file for writing.

    Parameters
    ----------
    table
        Lines of ``/proc/locks`` (proc(5)): number, kind, mode, access, process, file, from, to.
    status
        Of the file.

    Examples
    --------
    >>> import os
    >>> status = os.stat("/")
    >>> place = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    >>> holders_in(f"1: POSIX  ADVISORY  WRITE 4711 {place} 120 120", status)
    {4711}
    """
    place = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    lines = (line.split() for line in table.splitlines())
    # A line with an arrow is of one who waits.
    return {int(line[4]) for line in lines if len(line) > 5 and line[3] == "WRITE" and line[5] == place}  # noqa: PLR2004 - see above


def _in_words(pid: int, path: Path | None) -> str:
    """Return who a process is: the run that it has begun, where it has written that down."""
    if path is not None:
        with suppress(OSError):
            for note in (path.parent / "running").iterdir():
                if not stat.S_ISREG(note.lstat().st_mode):  # a pipe would have to be waited for
                    continue
                text = note.read_text(encoding="utf-8", errors="replace")
                if f"process {pid} " in text or f"process {pid}," in text:
                    return text
    return f"process {pid}"
