"""The key of the fingerprints: without it, addresses cannot be guessed from a copy of the database."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from ac_notebook.errors import StateError
from ac_notebook.storage.database import KEY_FILE, open_database, transaction
from ac_notebook.storage.explain import explained
from ac_notebook.storage.private_files import read_private, write_private

if TYPE_CHECKING:
    from pathlib import Path

    from ac_notebook.storage.database import StateDatabase

_SIZE = 32


def fingerprint_key(home: Path) -> bytes:
    """Return the 32 bytes that fingerprints are keyed with; made once for each home.

    Raises
    ------
    StateError
        When it is damaged, another one than before, or gone while the journal has runs: with another key every row
        would be sent again.
    """
    path = home / KEY_FILE
    database = open_database(home)
    try:
        data = read_private(path) or _make(home, path, database)
        if len(data) != _SIZE:
            raise _damaged(path)
        _require_same(database, path, digest(data))
    finally:
        database.close()
    return data


def digest(key: bytes) -> str:
    """Return a short mark of the key, to tell it from another."""
    return hashlib.blake2b(b"which key", key=key, digest_size=8).hexdigest()


def _make(home: Path, path: Path, database: StateDatabase) -> bytes:
    """Make the key, whole or not at all; an empty file is what an older version left when it was killed meanwhile."""
    # Two kernels may begin at the same time, and wait for each other here: the first one's key is both's.
    with transaction(database):
        data = read_private(path)
        if not data and database.execute("SELECT EXISTS (SELECT 1 FROM runs)").fetchone()[0]:
            raise _gone(home, path) if data is None else _damaged(path)
        if not data:
            data = secrets.token_bytes(_SIZE)
            write_private(path, data)
            database.execute("DELETE FROM fingerprint_key")  # nothing is remembered with the one before
        return data


def _require_same(database: StateDatabase, path: Path, found: str) -> None:
    """Raise when the key is another one than what was sent is remembered with: a flipped bit, or another backup's."""
    with explained(database.path):
        kept = database.execute("SELECT digest FROM fingerprint_key").fetchone()
    if kept is None:
        with transaction(database):  # the first one, or of a version that did not write it down; two may come at once
            database.execute(
                "INSERT INTO fingerprint_key SELECT ? WHERE NOT EXISTS (SELECT 1 FROM fingerprint_key)", (found,)
            )
            kept = database.execute("SELECT digest FROM fingerprint_key").fetchone()
    if kept[0] != found:
        msg = f"The file {path} is damaged, or not the one that what was sent is remembered with."
        raise StateError(
            msg,
            hint=f"Restore it from a backup, or move {path.parent} away: then every row is sent again. "
            "Nothing was sent.",
        )


def _gone(home: Path, path: Path) -> StateError:
    msg = f"The file {path} is gone, and with it the memory of what was sent."
    return StateError(msg, hint=f"Restore it from a backup, or move {home} away: then every row is sent again.")


def _damaged(path: Path) -> StateError:
    msg = f"The file {path} is damaged."
    return StateError(msg, hint="Restore it from a backup; without it every row would be sent again.")
