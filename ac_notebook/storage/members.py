"""Whom an export keeps on its list: fingerprints, written down when a run has come to its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.storage.baseline import prints
from ac_notebook.storage.seals import damaged, digest_of, require, seal_of

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from ac_notebook.storage.database import StateDatabase

_WHAT = "who was in the last run"
_PRINT = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class Members:
    """Whom an export keeps on its list.

    Parameters
    ----------
    addresses
        Keyed fingerprints of their addresses, sorted, each once.
    keys
        What each of them is known by beside the address: a keyed fingerprint, or 0 where nothing is.
    former
        Keyed fingerprints of those who were not in the last run any more, and are not looked for again; sorted.
    """

    addresses: NDArray[np.uint64]
    keys: NDArray[np.uint64]
    former: NDArray[np.uint64]

    def is_same(self, other: Members | None) -> bool:
        """Return whether both say the same."""
        if other is None:
            return False
        names = ("addresses", "keys", "former")
        return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in names)


def members_of(database: StateDatabase, scope: tuple[str, int, str]) -> Members | None:
    """Return whom an export keeps on its list; None when nothing was written down yet.

    Raises
    ------
    StateError
        When any export's are not as they were written: it might be these. Somebody could be taken off a list for it.
    """
    rows = database.execute(
        "SELECT rowid, seal, account, list, identity, updated, digest FROM members NOT INDEXED"
    ).fetchall()
    for _, kept, *values in rows:
        require(kept, seal_of(*values), _WHAT)
    place = next((row for row in rows if tuple(row[2:5]) == scope), None)
    if place is None:
        return None
    arrays = database.execute("SELECT addresses, keys, former FROM members WHERE rowid = ?", place[:1]).fetchone()
    require(place[-1], digest_of(*arrays), _WHAT)
    if len(arrays[0]) != len(arrays[1]) or any(len(array) % _PRINT for array in arrays):
        raise damaged(_WHAT)
    addresses, keys, former = map(prints, arrays)
    return Members(addresses=addresses, keys=keys, former=former)


def keep_members(database: StateDatabase, scope: tuple[str, int, str], members: Members, now: datetime) -> None:
    """Write down whom an export keeps on its list; called within a transaction."""
    arrays = [array.astype("<u8").tobytes() for array in (members.addresses, members.keys, members.former)]
    values = (*scope, now.isoformat(), digest_of(*arrays))
    database.execute("DELETE FROM members WHERE account = ? AND list = ? AND identity = ?", scope)
    database.execute(
        "INSERT INTO members (account, list, identity, updated, digest, seal, addresses, keys, former) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*values, seal_of(*values), *arrays),
    )
