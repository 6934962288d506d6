"""Checksums of rows, so that a flipped bit in the memory of what was sent is noticed, and never believed."""

from __future__ import annotations

import hashlib
from typing import Any

from ac_notebook.errors import StateError

_SIZE = 8
"""Bytes: against accidents. Who could change the database on purpose could also make a new checksum."""


def digest_of(*arrays: bytes) -> bytes:
    """Return the checksum of some arrays; their lengths count too.

    Examples
    --------
    >>> digest_of(b"ab", b"c") == digest_of(b"a", b"bc")
    False
    """
    made = hashlib.blake2b(digest_size=_SIZE)
    for array in arrays:
        made.update(len(array).to_bytes(8, "little"))
        made.update(array)
    return made.digest()


def seal_of(*values: Any) -> bytes:
    """Return the checksum of a row's small values: texts, whole numbers, bytes and nothing."""
    return hashlib.blake2b(repr(values).encode("utf-8", "surrogatepass"), digest_size=_SIZE).digest()


def require(kept: bytes | None, found: bytes, what: str) -> None:
    """Raise when a checksum is not the one that was kept; a row that is older than the checksums has none.

    Raises
    ------
    StateError
        With what is damaged.
    """
    if kept is not None and kept != found:
        raise damaged(what)


def damaged(what: str) -> StateError:
    """Return the error that says that a part of the memory is damaged."""
    return StateError(
        f"The state database is damaged: {what} cannot be trusted. It was left as it is.",
        hint="Restore it from a backup. If you move it away, the next export sends every row again. Nothing was sent.",
    )
