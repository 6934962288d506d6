"""Builders of journals: one export, batches of a few numbers that stand for people."""

from __future__ import annotations

import struct
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ac_notebook.model.batch import Batch
from ac_notebook.model.outcome import Outcome
from ac_notebook.storage.database import open_database
from ac_notebook.storage.journal import Journal, RunRecord, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ac_notebook.storage.database import StateDatabase

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SCOPE = Scope(account="acme", list=3, identity="name:spring")


def begin(journal: Journal, run: str, *, automations: bool = False, scope: Scope = SCOPE, at: datetime = NOW) -> None:
    """Begin a run."""
    journal.begin(RunRecord(id=run, connection="c", owner="o", automations=automations, started=at), scope)


def batch_of(number: int, rows: Sequence[tuple[int, int]]) -> Batch:
    """Make a batch of pairs: the fingerprint of an address, and that of what is sent for it."""
    return Batch(
        number=number,
        positions=range(len(rows)),
        addresses=b"".join(struct.pack("<Q", address) for address, _ in rows),
        contents=b"".join(struct.pack("<Q", content) for _, content in rows),
        body=b"{}",
    )


@contextmanager
def opened(home: Path) -> Iterator[tuple[StateDatabase, Journal]]:
    """Open the journal of a home, made if need be."""
    home.mkdir(mode=0o700, exist_ok=True)
    database = open_database(home)
    try:
        yield database, Journal(database)
    finally:
        database.close()


def known(journal: Journal, scope: Scope = SCOPE) -> dict[int, tuple[int, int]]:
    """Return what is known to be on the other side: by address, the content and the outcome."""
    baseline = journal.baseline(scope)
    each = zip(baseline.addresses.tolist(), baseline.contents.tolist(), baseline.outcomes.tolist(), strict=True)
    return {address: (content, outcome) for address, content, outcome in each}


def left(journal: Journal, scope: Scope = SCOPE) -> list[tuple[str, int, str, str | None, bool, list[int]]]:
    """Return what is open."""
    return [
        (item.run, item.number, item.state, item.batch, item.automations, item.addresses.tolist())
        for item in journal.open_batches(scope)
    ]


def fill(journal: Journal) -> None:
    """Write a memory with something of every kind: a baseline, an open batch, settled ones, a closed one."""
    begin(journal, "first")
    journal.sending("first", batch_of(0, [(n, 10 + n) for n in range(1, 60)]), now=NOW)
    journal.accepted("first", 0, "id-0")
    journal.settled("first", 0, bytes([Outcome.IMPORTED]) * 59)
    journal.end("first", state="Successful", counts={"imported": 59}, now=NOW)
    journal.fold(SCOPE, now=NOW)
    begin(journal, "second", automations=True)
    journal.sending("second", batch_of(0, [(1, 91), (2, 92)]), now=NOW)
    journal.accepted("second", 0, "id-1")
    journal.sending("second", batch_of(1, [(3, 93), (4, 94)]), now=NOW)
    journal.accepted("second", 1, "id-2")
    journal.settled("second", 1, bytes([Outcome.IMPORTED, Outcome.REFUSED]))
    journal.sending("second", batch_of(2, [(5, 95)]), now=NOW)
    journal.mark("second", 2, "closed")
