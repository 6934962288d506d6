"""The state database: one SQLite file, opened, recognised, and brought up to the newest schema."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import StateError
from ac_notebook.storage.explain import explained
from ac_notebook.storage.filesystems import file_system_of, is_shared
from ac_notebook.storage.places import refuse_odd
from ac_notebook.storage.schema import MIGRATIONS
from ac_notebook.storage.seals import seal_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = "state.sqlite3"
KEY_FILE = "fingerprint.key"
"""Made once there is a database: where it is, an empty database has lost its memory."""

_PATIENCE = 10.0
"""Seconds that are waited for another process's transaction."""


class StateDatabase(sqlite3.Connection):
    """An open state database. Used by one thread at a time, and by the process that opened it."""

    path: Path
    durable: str = "FULL"
    """How long a commit waits (``PRAGMA synchronous``) that has to survive a power cut."""
    quick: str = "NORMAL"
    """How long one waits that has to survive the end of the process only."""
    is_whole: bool = False
    """Whether its structure was looked through since it was opened."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._process = os.getpid()
        self.create_function("seal_of", -1, seal_of, deterministic=True)

    def execute(self, *args: Any) -> sqlite3.Cursor:
        """Run a statement.

        Raises
        ------
        StateError
            In a process that was forked from the one that opened the file: SQLite's handles must not be carried over.
        """
        if os.getpid() != self._process:
            msg = "The state database was opened before this process was forked from another."
            raise StateError(msg, hint="Begin the export in the process that is to run it.")
        return super().execute(*args)


def version_of(database: StateDatabase) -> int:
    """Return a number that is another one after somebody else wrote to the database: another handle, or process.

    What this handle writes itself does not count (https://www.sqlite.org/pragma.html#pragma_data_version).

    Raises
    ------
    StateError
        When the database cannot be read.
    """
    with explained(database.path):
        return int(database.execute("PRAGMA data_version").fetchone()[0])


def open_database(home: Path, *, file_system: str | None = None) -> StateDatabase:
    """Return an open connection to the state database, brought up to the newest schema.

    Commits are durable before they return: no byte of a request leaves before its intent is on disk. On a local disk
    with a write-ahead log and ``synchronous=FULL``; with a rollback journal on file systems that other machines may
    have open too, and ``EXTRA``, or a power cut could bring a journal back whose deletion was the commit
    (https://www.sqlite.org/pragma.html#pragma_synchronous).

    Parameters
    ----------
    home
        The package's folder.
    file_system
        Name of the file system that it is on; found out when None.

    Raises
    ------
    StateError
        When the file is damaged, lost, made by a newer version, locked, or can be read by others. It is left as it is.
    """
    path = home / FILE
    with explained(path):
        remembers = _has_key(path)
        if remembers and not path.exists():
            raise _emptied(path)
        make_own(path)
        _look(path)
        database = sqlite3.connect(
            path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False, factory=StateDatabase
        )
        try:
            database.path = path
            if not path.stat().st_size:
                database.execute("PRAGMA auto_vacuum = INCREMENTAL")  # before anything is read, or it is not heeded
            _recognise(database, path)
            _set_up(database, shared=is_shared(file_system_of(home) if file_system is None else file_system))
            _migrate(database)
        except BaseException:
            database.close()
            raise
    return database


def make_own(path: Path) -> None:
    """Make a database's file, for its owner only, if there is none.

    It is looked at from outside only. Opening and closing it would take away the locks of every connection that this
    process has to it (https://www.sqlite.org/howtocorrupt.html, 2.2): another process could then take the write-ahead
    log away from under it.

    Raises
    ------
    StateError
        When others can read it, or it is no plain file.
    """
    for companion in (f"{path.name}-wal", f"{path.name}-shm", f"{path.name}-journal"):
        # SQLite writes into these, too; it makes them as private as the file itself.
        beside = path.with_name(companion)
        with suppress(FileNotFoundError):
            refuse_odd(beside, beside.lstat())
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        return
    refuse_odd(path, path.lstat())


def choose_journal(database: sqlite3.Connection, *, shared: bool) -> bool:
    """Choose a write-ahead log, or a rollback journal where that cannot be had; return whether it is the log.

    Parameters
    ----------
    database
        An open database.
    shared
        Whether other machines may have its file open.
    """
    wanted = "delete" if shared else "wal"
    try:
        mode = database.execute(f"PRAGMA journal_mode = {wanted}").fetchone()[0]
    except sqlite3.OperationalError:
        # It cannot be changed while somebody else has it open, who may have just changed it; what is chosen already is
        # good enough on a local disk.
        mode = database.execute("PRAGMA journal_mode").fetchone()[0]
        if mode != wanted and shared:
            raise
    return str(mode) == "wal"


@contextmanager
def transaction(database: StateDatabase, *, durable: bool = True) -> Iterator[None]:
    """Run statements as one: all of them last, or none.

    Parameters
    ----------
    database
        An open state database.
    durable
        Whether they have to survive a power cut from now on. Otherwise they survive the end of the process at once,
        and a power cut with the next durable transaction.
    """
    with explained(database.path):
        database.execute(f"PRAGMA synchronous = {database.durable if durable else database.quick}")
        with _all_or_none(database):
            yield


@contextmanager
def joined(database: StateDatabase) -> Iterator[None]:
    """Run statements in the transaction that is under way, or in one of their own."""
    if database.in_transaction:
        yield
        return
    with transaction(database):
        yield


@contextmanager
def _all_or_none(database: StateDatabase) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # what led here says more
            if database.in_transaction:
                database.execute("ROLLBACK")
        raise


def _look(path: Path) -> None:
    """Look at a database without being able to change it, and refuse one that is not ours to write to."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)) as reader:
        try:
            _recognise(reader, path)
        except sqlite3.OperationalError as error:
            # What a killed process left half done is to be put right first, or the folder cannot be written to.
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
                raise


def _recognise(database: sqlite3.Connection, path: Path) -> None:
    # Another process may be making it. The key is made after the database, so it is looked for before that is read;
    # and what is read is read as if at one moment.
    remembers = _has_key(path)
    database.execute("BEGIN")
    try:
        version = _version(database)
        has_tables = database.execute("SELECT EXISTS (SELECT 1 FROM sqlite_schema)").fetchone()[0]
    finally:
        if database.in_transaction:
            database.execute("ROLLBACK")
    if version > len(MIGRATIONS):
        msg = f"The database {path} was written by a newer version of ac_notebook."
        raise StateError(msg, hint="Install that version or a newer one; nothing was changed.")
    if version == 0 and remembers:
        raise _emptied(path)
    if version == 0 and has_tables:
        msg = f"The database {path} is another program's, so it is not used."
        raise StateError(msg, hint="Move it away, or set AC_NOTEBOOK_HOME to another folder; nothing was changed.")


def _has_key(path: Path) -> bool:
    """Return whether a database has been one that remembers; an empty key is one that was never used."""
    try:
        return path.with_name(KEY_FILE).stat().st_size > 0
    except FileNotFoundError:
        return False


def _emptied(path: Path) -> StateError:
    msg = f"The database {path} is {'empty' if path.exists() else 'gone'}, and with it the memory of what was sent."
    key = path.with_name(KEY_FILE)
    return StateError(
        msg, hint=f"Restore it from a backup. To begin anew, delete {key} too: then every row is sent again."
    )


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _set_up(database: StateDatabase, *, shared: bool) -> None:
    if not choose_journal(database, shared=shared):
        # Without the log, less than FULL could cost the whole database (https://www.sqlite.org/pragma.html).
        database.durable, database.quick = "EXTRA", "FULL"
    database.execute(f"PRAGMA synchronous = {database.durable}")
    database.execute("PRAGMA fullfsync = ON")  # on a Mac, nothing less reaches the disk itself
    database.execute("PRAGMA foreign_keys = ON")
    database.execute("PRAGMA secure_delete = OFF")  # fingerprints need no shredding, which doubles what is written
    database.execute("PRAGMA journal_size_limit = 4000000")


def _migrate(database: StateDatabase) -> None:
    if _version(database) == len(MIGRATIONS):
        return
    with _all_or_none(database):
        # Two processes may arrive here at once: the version is read again inside the transaction.
        version = _version(database)
        if version and database.execute("SELECT EXISTS (SELECT 1 FROM runs)").fetchone()[0]:
            _keep_copy(database.path)
        for statements in MIGRATIONS[version:]:
            for statement in _statements(statements):
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    with suppress(sqlite3.Error):  # only so that space can be given back later; needs room for a second copy
        if not database.execute("PRAGMA auto_vacuum").fetchone()[0]:
            database.execute("PRAGMA auto_vacuum = INCREMENTAL")
            database.execute("VACUUM")


def _statements(text: str) -> Iterator[str]:
    """Return the statements of a text one by one; a trigger has semicolons inside."""
    statement = ""
    for part in text.split(";"):
        statement += f"{part};"
        if part.strip() and sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _keep_copy(path: Path) -> None:
    """Copy a database that remembers runs, as it is before it is migrated, beside it."""
    copy = path.with_name(f"{FILE}.before-v{len(MIGRATIONS)}")
    unfinished = copy.with_name(f"{copy.name}.new")
    unfinished.unlink(missing_ok=True)
    make_own(unfinished)
    source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)
    with closing(source), closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    unfinished.replace(copy)
