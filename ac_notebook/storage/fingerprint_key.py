"""The key of the fingerprints: without it, addresses cannot be guessed from a copy of the database."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from ac_notebook.errors import StateError
from ac_notebook.storage.database import KEY_FILE, open_database, transaction
from ac_notebook.storage.secrets import read_private, write_private

if TYPE_CHECKING:
    from pathlib import Path

_SIZE = 32


def fingerprint_key(home: Path) -> bytes:
    """Return the 32 bytes that fingerprints are keyed with; made once for each home.

    Raises
    ------
    StateError
        When it is damaged, or is gone while the journal has runs: with another key every row would be sent again.
    """
    path = home / KEY_FILE
    data = read_private(path) or _make(home, path)
    if len(data) != _SIZE:
        raise _damaged(path)
    return data


def digest(key: bytes) -> str:
    """Return a short mark of the key, to tell it from another."""
    return hashlib.blake2b(b"which key", key=key, digest_size=8).hexdigest()


def _make(home: Path, path: Path) -> bytes:
    """Make the key, whole or not at all; an empty file is what an older version left when it was killed meanwhile."""
    database = open_database(home)
    try:
        # Two kernels may begin at the same time, and wait for each other here: the first one's key is both's.
        with transaction(database):
            data = read_private(path)
            if not data and database.execute("SELECT EXISTS (SELECT 1 FROM runs)").fetchone()[0]:
                raise _gone(home, path) if data is None else _damaged(path)
            if not data:
                data = secrets.token_bytes(_SIZE)
                write_private(path, data)
            return data
    finally:
        database.close()


def _gone(home: Path, path: Path) -> StateError:
    msg = f"The file {path} is gone, and with it the memory of what was sent."
    return StateError(msg, hint=f"Restore it from a backup, or move {home} away: then every row is sent again.")


def _damaged(path: Path) -> StateError:
    msg = f"The file {path} is damaged."
    return StateError(msg, hint="Restore it from a backup; without it every row would be sent again.")
