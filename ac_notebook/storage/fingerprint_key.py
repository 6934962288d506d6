"""The key of the fingerprints: without it, addresses cannot be guessed from a copy of the database."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from typing import TYPE_CHECKING

from ac_notebook.errors import StateError
from ac_notebook.storage.database import KEY_FILE, open_database
from ac_notebook.storage.secrets import make_private, read_private

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
    data = read_private(path)
    if data is None and _has_runs(home):
        msg = f"The file {path} is gone, and with it the memory of what was sent."
        raise StateError(msg, hint=f"Restore it from a backup, or move {home} away: then every row is sent again.")
    if data is None:
        # Two kernels may begin at the same time: the first one's key is both's.
        with contextlib.suppress(FileExistsError):
            make_private(path, secrets.token_bytes(_SIZE))
        data = read_private(path) or b""
    if len(data) != _SIZE:
        msg = f"The file {path} is damaged."
        raise StateError(msg, hint="Restore it from a backup; without it every row would be sent again.")
    return data


def digest(key: bytes) -> str:
    """Return a short mark of the key, to tell it from another."""
    return hashlib.blake2b(b"which key", key=key, digest_size=8).hexdigest()


def _has_runs(home: Path) -> bool:
    database = open_database(home)
    try:
        return bool(database.execute("SELECT EXISTS (SELECT 1 FROM runs)").fetchone()[0])
    finally:
        database.close()
