"""The journal: runs, batches and fingerprints. No address, no value of a person.

A batch is ``sending``, durably, before a byte of it leaves. From there it becomes ``accepted`` (ActiveCampaign queued
it), ``settled`` (each row has its outcome), ``unknown`` (no answer came), ``void`` (nothing of it arrived) or
``closed`` (its rows were sent again).

What counts as sent is a *baseline* per account, list and export: for each address the content that was imported or
refused last. An address in a batch that is neither settled nor void has none, because nobody knows what the service
holds.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.model.outcome import Outcome
from ac_notebook.model.refusal import Refusal
from ac_notebook.storage.database import explained, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from ac_notebook.model.batch import Batch

_SETTLING = (int(Outcome.IMPORTED), int(Outcome.REFUSED), int(Outcome.UNCERTAIN), *map(int, Refusal))
"""Outcomes that keep a row from being sent again. ``UNCERTAIN`` is written only where repeating is not harmless, and in
place of ``REFUSED`` there may stand why."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What sent rows are remembered under: the account, the list and the export's identity."""

    account: str
    list: int
    identity: str


@dataclass(frozen=True, kw_only=True, eq=False)
class OpenBatch:
    """A batch of an earlier run whose end is not known."""

    run: str
    number: int
    state: str
    batch: str | None
    contacts: int
    automations: bool
    addresses: NDArray[np.uint64]


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """What is written down of a run when it begins."""

    id: str
    connection: str
    owner: str
    automations: bool
    started: datetime
    facts: Mapping[str, int | str | bool | None] = field(default_factory=dict)
    """What later runs are compared with: the list's name, numbers of rows. Never a value of a person."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Baseline:
    """What is known to be on the other side: three arrays of equal length, sorted by address.

    Parameters
    ----------
    addresses, contents
        Keyed fingerprints, uint64.
    outcomes
        ``Outcome.IMPORTED``, ``REFUSED`` (or a :class:`Refusal`) or ``UNCERTAIN``, uint8.
    """

    addresses: NDArray[np.uint64]
    contents: NDArray[np.uint64]
    outcomes: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.addresses)

    def find(self, addresses: NDArray[np.uint64], contents: NDArray[np.uint64]) -> NDArray[np.int16]:
        """Return the settled outcome of each row that stands in the baseline unchanged, and -1 for all others."""
        found = np.full(len(addresses), -1, dtype=np.int16)
        if len(self):
            at = np.minimum(np.searchsorted(self.addresses, addresses), len(self) - 1)
            same = (self.addresses[at] == addresses) & (self.contents[at] == contents)
            found[same] = self.outcomes[at[same]]
        return found


class Journal:
    """Remembers runs and batches.

    Parameters
    ----------
    database
        An open state database; used by one thread at a time.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def begin(self, run: RunRecord, scope: Scope) -> None:
        """Write down that a run begins."""
        with transaction(self._database):
            self._database.execute(
                "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, 'Processing', NULL, ?)",
                (
                    run.id, scope.account, scope.list, scope.identity, run.connection, run.owner, run.automations,
                    run.started.isoformat(), json.dumps(dict(run.facts)),
                ),
            )  # fmt: skip

    def end(self, run: str, *, state: str, counts: Mapping[str, int], now: datetime) -> None:
        """Write down how a run ended, with its counts per outcome."""
        with transaction(self._database):
            self._database.execute(
                "UPDATE runs SET state = ?, counts = ?, ended = ? WHERE id = ?",
                (state, json.dumps(dict(counts)), now.isoformat(), run),
            )

    def sending(self, run: str, batch: Batch, *, now: datetime) -> None:
        """Write down, durably, that a batch is about to leave."""
        with transaction(self._database):
            self._database.execute(
                "INSERT OR REPLACE INTO batches VALUES (?, ?, 'sending', NULL, ?, ?, ?, ?, ?, NULL)",
                (run, batch.number, len(batch), len(batch.body), now.isoformat(), batch.addresses, batch.contents),
            )

    def accepted(self, run: str, number: int, batch: str) -> None:
        """Write down the number that ActiveCampaign gave a batch.

        Lost in a power cut, the batch is one without an answer: nothing that this may not happen to anyway.
        """
        with transaction(self._database, durable=False):
            self._database.execute(
                "UPDATE batches SET state = 'accepted', batch = ? WHERE run = ? AND number = ?", (batch, run, number)
            )

    def mark(self, run: str, number: int, state: str) -> None:
        """Write down that a batch is ``unknown`` (no answer), ``void`` (nothing arrived) or ``closed`` (sent again)."""
        with transaction(self._database, durable=False):
            self._database.execute("UPDATE batches SET state = ? WHERE run = ? AND number = ?", (state, run, number))

    def settled(self, run: str, number: int, outcomes: bytes) -> None:
        """Write down the outcome of each contact of a batch, one byte each."""
        with transaction(self._database, durable=False):
            self._database.execute(
                "UPDATE batches SET state = 'settled', outcomes = ? WHERE run = ? AND number = ?",
                (outcomes, run, number),
            )

    def ran_well(self, scope: Scope) -> bool:
        """Return whether a run of this scope came to its end before, with everything it was to send."""
        with explained():
            runs = self._database.execute(
                "SELECT facts FROM runs WHERE account = ? AND list = ? AND identity = ? AND state = 'Successful'",
                _values(scope),
            )
            return any(json.loads(facts).get("first") is None for (facts,) in runs)

    def open_batches(self, scope: Scope) -> list[OpenBatch]:
        """Return the batches of earlier runs of this scope whose end is not known, oldest first."""
        with explained():
            rows = self._database.execute(
                f"SELECT run, number, batches.state, batch, contacts, automations, addresses FROM {_OF_SCOPE} "
                f"AND batches.state IN {_OPEN} ORDER BY batches.rowid",
                _values(scope),
            )
            return [
                OpenBatch(
                    run=run, number=number, state=state, batch=batch, contacts=contacts, automations=bool(automations),
                    addresses=np.frombuffer(addresses, dtype="<u8").astype(np.uint64, copy=False),
                )
                for run, number, state, batch, contacts, automations, addresses in rows
            ]  # fmt: skip

    def baseline(self, scope: Scope) -> Baseline:
        """Return what is known to be on the other side for this scope."""
        with explained():
            return self._baseline(scope, before=None)

    def fold(self, scope: Scope, *, now: datetime) -> None:
        """Gather what ended batches brought into the baseline, so that the table of batches stays small.

        Called when a run begins and when it ends. Batches after one whose end is open stay as they are: the order in
        which they were sent decides.
        """
        first_open = self._database.execute(
            f"SELECT min(batches.rowid) FROM {_OF_SCOPE} AND batches.state IN {_OPEN}", _values(scope)
        ).fetchone()[0]
        baseline = self._baseline(scope, before=first_open)
        with transaction(self._database):
            self._database.execute(
                "INSERT OR REPLACE INTO baselines VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    *_values(scope), now.isoformat(),
                    baseline.addresses.tobytes(), baseline.contents.tobytes(), baseline.outcomes.tobytes(),
                ),
            )  # fmt: skip
            self._database.execute(
                f"DELETE FROM batches WHERE rowid IN (SELECT batches.rowid FROM {_OF_SCOPE}) "
                "AND (? IS NULL OR rowid < ?)",
                (*_values(scope), first_open, first_open),
            )

    def close(self, batches: list[OpenBatch]) -> None:
        """Give up asking about batches: their rows are sent again, so their late end must not count."""
        for item in batches:
            self.mark(item.run, item.number, "closed")

    def _baseline(self, scope: Scope, *, before: int | None) -> Baseline:
        row = self._database.execute(
            "SELECT addresses, contents, outcomes FROM baselines WHERE account = ? AND list = ? AND identity = ?",
            _values(scope),
        ).fetchone()
        parts = [_arrays(*row)] if row else []
        # In the order in which they were sent; the wall clock may have been set back meanwhile.
        batches = self._database.execute(
            f"SELECT addresses, contents, outcomes FROM {_OF_SCOPE} AND batches.state != 'void' "
            "AND (? IS NULL OR batches.rowid < ?) ORDER BY batches.rowid",
            (*_values(scope), before, before),
        )
        # A batch that is not settled means "nothing known" for its addresses, so that they are sent again.
        parts += [_arrays(a, c, o if o is not None else bytes([_NOTHING]) * (len(a) // 8)) for a, c, o in batches]
        return _latest(parts)


_OF_SCOPE = "batches JOIN runs ON runs.id = run WHERE account = ? AND list = ? AND identity = ?"
_OPEN = "('sending', 'accepted', 'unknown')"


def _values(scope: Scope) -> tuple[str, int, str]:
    return scope.account, scope.list, scope.identity


_NOTHING = 255
"""In place of an outcome: what the service holds for this address is not known."""

_Arrays = tuple["NDArray[np.uint64]", "NDArray[np.uint64]", "NDArray[np.uint8]"]


def _arrays(addresses: bytes, contents: bytes, outcomes: bytes) -> _Arrays:
    return (
        np.frombuffer(addresses, dtype="<u8").astype(np.uint64, copy=False),
        np.frombuffer(contents, dtype="<u8").astype(np.uint64, copy=False),
        np.frombuffer(outcomes, dtype=np.uint8),
    )


def _latest(parts: list[_Arrays]) -> Baseline:
    """Return the last known word on each address, where it is one that settles."""
    if not parts:
        return Baseline(
            addresses=np.empty(0, np.uint64), contents=np.empty(0, np.uint64), outcomes=np.empty(0, np.uint8)
        )
    addresses, contents, outcomes = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    # A stable sort keeps the order in which they were sent, so the last of each run of equal addresses is the newest.
    order = np.argsort(addresses, kind="stable")
    addresses, contents, outcomes = addresses[order], contents[order], outcomes[order]
    last = np.append(addresses[1:] != addresses[:-1], True)
    kept = last & np.isin(outcomes, _SETTLING)
    return Baseline(addresses=addresses[kept], contents=contents[kept], outcomes=outcomes[kept])
