"""Rows of the journal, read with their checksums. No index is used: a damaged one would hide rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ac_notebook.storage.seals import damaged, digest_of, require, seal_of

if TYPE_CHECKING:
    from ac_notebook.storage.database import StateDatabase

OPEN = ("sending", "accepted", "unknown")
"""States of a batch whose end is not known."""

_PRINT = 8
"""Bytes of a fingerprint."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A batch as it is written down, without its fingerprints.

    Parameters
    ----------
    serial
        Place in the order in which batches were sent.
    digest
        Checksum of its fingerprints; None when it was written before there were any.
    """

    serial: int
    run: str
    number: int
    state: str
    batch: str | None
    contacts: int
    outcomes: bytes | None
    digest: bytes | None
    automations: bool


def batches_of(database: StateDatabase, scope: tuple[str, int, str]) -> list[Row]:
    """Return the batches of an export, in the order in which they were sent.

    Raises
    ------
    StateError
        When any batch, or the run of any, is not as it was written.
    """
    _require_whole(database)
    found = []
    for values in database.execute(
        "SELECT batches.seal, runs.seal, runs.id, account, list, identity, automations, serial, run, number, "
        "batches.state, batch, contacts, outcomes, digest "
        "FROM batches NOT INDEXED LEFT JOIN runs ON runs.id = run ORDER BY serial"
    ):
        kept, kept_of_run, *of_run, serial, run, number, state, batch, contacts, outcomes, digest = values
        what = f"batch {number!r} of run {run!r}"
        require(kept, seal_of(run, number, state, batch, contacts, outcomes, digest), what)
        if of_run[0] is None:
            raise damaged(what)
        require(kept_of_run, seal_of(*of_run), f"run {run!r}")
        if outcomes is not None and len(outcomes) != contacts:
            raise damaged(what)
        if tuple(of_run[1:4]) == scope:
            found.append(
                Row(
                    serial=serial, run=run, number=number, state=state, batch=batch, contacts=contacts,
                    outcomes=outcomes, digest=digest, automations=bool(of_run[4]),
                )
            )  # fmt: skip
    return found


def blobs_of(database: StateDatabase, row: Row) -> tuple[bytes, bytes]:
    """Return the fingerprints of a batch's addresses and contents.

    Raises
    ------
    StateError
        When they are not as they were written.
    """
    what = f"batch {row.number} of run {row.run}"
    found = database.execute("SELECT addresses, contents FROM batches WHERE serial = ?", (row.serial,)).fetchone()
    if found is None or {len(found[0]), len(found[1])} != {row.contacts * _PRINT}:
        raise damaged(what)
    require(row.digest, digest_of(*found), what)
    return found[0], found[1]


def baseline_of(database: StateDatabase, scope: tuple[str, int, str]) -> tuple[bytes, bytes, bytes] | None:
    """Return the fingerprints and outcomes that an export's baseline holds; None when it has none yet.

    Raises
    ------
    StateError
        When any baseline is not as it was written: it might be this one.
    """
    rows: list[tuple[Any, ...]] = database.execute(
        "SELECT rowid, seal, account, list, identity, updated, digest FROM baselines NOT INDEXED"
    ).fetchall()
    for _, kept, *values in rows:
        require(kept, seal_of(*values), "what was sent before")
    place = next((row for row in rows if tuple(row[2:5]) == scope), None)
    if place is None:
        return None
    addresses, contents, outcomes = database.execute(
        "SELECT addresses, contents, outcomes FROM baselines WHERE rowid = ?", place[:1]
    ).fetchone()
    require(place[-1], digest_of(addresses, contents, outcomes), "what was sent before")
    if {len(addresses), len(contents)} != {len(outcomes) * _PRINT}:
        raise damaged("what was sent before")
    return addresses, contents, outcomes


def _require_whole(database: StateDatabase) -> None:
    """Raise when the structure of the file is damaged, which may hide rows; looked through once per connection."""
    if database.is_whole:
        return
    found = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
    if found != "ok":
        raise damaged(found.splitlines()[-1])
    database.is_whole = True
