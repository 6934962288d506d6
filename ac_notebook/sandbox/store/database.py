"""The data file: opened by one sandbox at a time, readable by its owner only, never reset."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import weakref
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ac_notebook.sandbox.service import NotKeptError

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT = 1
_MADE_BY = 0x5AC_B0C5  # SQLite's application_id: tells our files from other people's
_PATIENCE = 1.0  # seconds; a sandbox that is just stopping lets go in less

_SCHEMA = f"""
CREATE TABLE accounts (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, instance TEXT NOT NULL) STRICT;
CREATE TABLE parts (
    account INTEGER NOT NULL, name TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE contacts (
    account INTEGER NOT NULL, id INTEGER NOT NULL, content BLOB, PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE bounced (account INTEGER NOT NULL, address TEXT NOT NULL, PRIMARY KEY (account, address)) STRICT;
CREATE TABLE forgotten (
    account INTEGER NOT NULL, address TEXT NOT NULL, id INTEGER NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (account, address)
) STRICT;
CREATE TABLE removals (
    account INTEGER NOT NULL, link TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (account, link)
) STRICT, WITHOUT ROWID;
CREATE TABLE batches (
    account INTEGER NOT NULL, number INTEGER NOT NULL, id TEXT NOT NULL, received_at REAL NOT NULL,
    due_after REAL NOT NULL, finished_after REAL, count INTEGER NOT NULL, fate TEXT NOT NULL,
    exclude_automations INTEGER, callback BLOB, results BLOB NOT NULL, body BLOB,
    PRIMARY KEY (account, number)
) STRICT;
CREATE TABLE ledger (
    account INTEGER NOT NULL, number INTEGER NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL,
    time REAL NOT NULL, source TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (account, number)
) STRICT;
CREATE TABLE requests (
    number INTEGER PRIMARY KEY, account INTEGER NOT NULL, time TEXT NOT NULL, method TEXT NOT NULL,
    path TEXT NOT NULL, status INTEGER NOT NULL, contacts INTEGER NOT NULL, bytes INTEGER NOT NULL
) STRICT;
PRAGMA application_id = {_MADE_BY};
PRAGMA user_version = {FORMAT};
"""


class DataFileError(ValueError):
    """A data file that cannot be used; it is left as it is."""


class Database:
    """An open data file. Several threads may use it.

    Parameters
    ----------
    path
        The file; made, for its owner only, when there is none.

    Raises
    ------
    DataFileError
        When it is another program's, damaged, made by a newer version, in use, or out of reach.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        # os, not Path: which would raise a RuntimeError for the home of somebody whom there is not
        self.path = Path(os.path.expanduser(path)).absolute()  # noqa: PTH111 - see above
        self.lock = threading.RLock()
        with explained(self.path):
            self._connection = _opened(self.path)
        # Also when nobody stops the sandbox: an open connection would be a warning at the end of the interpreter.
        self._finalizer = weakref.finalize(self, self._connection.close)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run statements as one: all of them last, or none.

        Raises
        ------
        NotKeptError
            When that was not possible.
        """
        with self.lock:
            if not self._finalizer.alive:
                message = f"The sandbox has stopped: nothing is written to {self.path} any more."
                raise NotKeptError(message)
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                message = f"The data file {self.path} could not be written: {error}."
                raise NotKeptError(message) from None
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Return what a query finds; after `close`, too, as long as nobody else has the file."""
        with self.lock, explained(self.path):
            if self._finalizer.alive:
                return self._connection.execute(query, values).fetchall()
            # not made anew, where somebody has taken it away
            with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=rw", uri=True, timeout=_PATIENCE)) as again:
                return again.execute(query, values).fetchall()

    def each(self, query: str, *values: Any) -> Iterator[Any]:
        """Go through what a query finds, which may be more than memory should hold twice."""
        with explained(self.path):
            # no `yield from`: whoever stops halfway would close the cursor, maybe after its connection
            for row in self._connection.execute(query, values):  # noqa: UP028 - see above
                yield row

    def close(self) -> None:
        """Close the file: all is in this one file then, and another sandbox may have it."""
        with self.lock:
            self._finalizer()


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say in a sentence what is the matter with a data file."""
    try:
        yield
    except OSError as error:
        message = f"The data file {path} cannot be opened: {error.strerror}."
        raise DataFileError(message) from None
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            message = f"The data file {path} is in use by another sandbox; stop that, or choose another file."
        else:
            message = f"The data file {path} cannot be used: {error}."
        raise DataFileError(message) from None
    except sqlite3.DatabaseError as error:
        message = f"The data file {path} is damaged, or is none of a sandbox's ({error}); it was left as it is."
        raise DataFileError(message) from None


def _opened(path: Path) -> sqlite3.Connection:
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))  # it holds keys
    except FileExistsError:
        # Looked at from outside only: opening and closing the file would take away the locks of a sandbox in this
        # process that has it open.
        if not stat.S_ISREG(path.stat().st_mode):
            message = f"The data file {path} is no file."
            raise DataFileError(message) from None
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # from the first look on: one sandbox at a time
        _recognise(connection, path)
        path.chmod(0o600)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # survives the process; a power cut may cost the last moment
        # Rarely, because that is what makes an import wait: 32 MB, in which the same pages come again and again.
        connection.execute("PRAGMA wal_autocheckpoint = 8000")
        connection.execute("BEGIN EXCLUSIVE")
        if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _recognise(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is not ours to write to; an empty one is."""
    made_by = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if (made_by, version, tables) == (0, 0, 0):
        return
    if made_by != _MADE_BY:
        message = f"The data file {path} is another program's; it was left as it is. Choose another file."
        raise DataFileError(message)
    if version > FORMAT:
        message = f"The data file {path} was written by a newer version of the sandbox; it was left as it is."
        raise DataFileError(message)
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        message = f"The data file {path} is damaged ({found.splitlines()[-1]}); it was left as it is."
        raise DataFileError(message)
