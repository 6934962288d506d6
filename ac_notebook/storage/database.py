"""The state database: one SQLite file, its schema and its migrations."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ac_notebook.errors import StateError
from ac_notebook.storage.home import refuse_loose

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = "state.sqlite3"

Database = sqlite3.Connection
"""The open state database, for those above who pass it on."""

MIGRATIONS = (
    """
    CREATE TABLE connections (
        name TEXT PRIMARY KEY,
        definition TEXT NOT NULL
    ) STRICT;
    CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        account TEXT NOT NULL,
        list INTEGER NOT NULL,
        identity TEXT NOT NULL,
        connection TEXT NOT NULL,
        owner TEXT NOT NULL,
        automations INTEGER NOT NULL,
        started TEXT NOT NULL,
        ended TEXT,
        state TEXT NOT NULL,
        counts TEXT
    ) STRICT;
    CREATE TABLE batches (
        run TEXT NOT NULL REFERENCES runs (id),
        number INTEGER NOT NULL,
        state TEXT NOT NULL,
        batch TEXT,
        contacts INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        sent TEXT NOT NULL,
        addresses BLOB NOT NULL,
        contents BLOB NOT NULL,
        outcomes BLOB,
        PRIMARY KEY (run, number)
    ) STRICT;
    CREATE TABLE baselines (
        account TEXT NOT NULL,
        list INTEGER NOT NULL,
        identity TEXT NOT NULL,
        updated TEXT NOT NULL,
        addresses BLOB NOT NULL,
        contents BLOB NOT NULL,
        outcomes BLOB NOT NULL,
        PRIMARY KEY (account, list, identity)
    ) STRICT;
    CREATE INDEX runs_of_export ON runs (account, list, identity, started);
    """,
    """
    ALTER TABLE runs ADD COLUMN facts TEXT NOT NULL DEFAULT '{}';
    """,
)
"""Statements that lead from one version of the schema to the next. Never edited, only added to."""


def open_database(home: Path) -> sqlite3.Connection:
    """Return an open connection to the state database, brought up to the newest schema.

    Commits are durable before they return (write-ahead log, ``synchronous=FULL``): no byte of a request leaves before
    its intent is on disk.

    Raises
    ------
    StateError
        When the file is damaged, made by a newer version, locked, or can be read by others.
    """
    path = home / FILE
    with explained(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            refuse_loose(path, os.fstat(handle))
        finally:
            os.close(handle)
        database = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            database.execute("PRAGMA foreign_keys = ON")
            _migrate(database, path)
        except BaseException:
            database.close()
            raise
    return database


@contextmanager
def transaction(database: sqlite3.Connection, *, durable: bool = True) -> Iterator[None]:
    """Run statements as one: all of them last, or none.

    Parameters
    ----------
    database
        An open state database.
    durable
        Whether they have to survive a power cut from now on. Otherwise they survive the end of the process at once,
        and a power cut with the next durable transaction.
    """
    with explained():
        database.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")


def _migrate(database: sqlite3.Connection, path: Path) -> None:
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        msg = f"The database {path} was written by a newer version of ac_notebook."
        raise StateError(msg, hint="Install that version or a newer one; nothing was changed.")
    while version < len(MIGRATIONS):
        # Two processes may arrive here at once: the version is read again inside the transaction.
        database.execute("BEGIN IMMEDIATE")
        try:
            version = database.execute("PRAGMA user_version").fetchone()[0]
            if version < len(MIGRATIONS):
                for statement in MIGRATIONS[version].split(";"):
                    if statement.strip():
                        database.execute(statement)
                version += 1
                database.execute(f"PRAGMA user_version = {version}")
            database.execute("COMMIT")
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise


@contextmanager
def explained(path: Path | None = None) -> Iterator[None]:
    """Turn what SQLite or the disk has to say into a sentence with what to do.

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
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            msg = f"{where} is in use by another process."
            raise StateError(msg, hint="Wait for the other notebook or job to finish, and run again.") from None
        msg = f"{where} cannot be used: {error}."
        raise StateError(msg, hint="Check that the disk is not full and the folder can be written to.") from None
    except sqlite3.DatabaseError as error:
        msg = f"{where} is damaged ({error}); it was left as it is."
        raise StateError(
            msg,
            hint="Restore it from a backup. If you move it away, the next export sends every row again.",
        ) from None
