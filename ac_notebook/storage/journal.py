"""The journal: runs, batches and fingerprints. No address, no value of a person.

A batch is ``sending``, durably, before a byte of it leaves. From there it becomes ``accepted`` (ActiveCampaign queued
it), ``settled`` (each row has its outcome), ``unknown`` (no answer came), ``void`` (nothing of it arrived) or
``closed`` (its rows were sent again). Closed is for good: what is heard of such a batch later says nothing about what
the newer one brought.

What counts as sent is a *baseline* per account, list and export: for each address the content that was imported or
refused last. An address in a batch that is neither settled nor void has none, because nobody knows what the service
holds.

Every row has checksums (``seals``), so that a flipped bit is noticed and not believed.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ac_notebook.model.departures import NUMBERED_FROM
from ac_notebook.model.outcome import Outcome
from ac_notebook.storage.baseline import NOTHING, Baseline, arrays, latest, prints
from ac_notebook.storage.database import transaction
from ac_notebook.storage.earlier_runs import EarlierRun, earlier_runs
from ac_notebook.storage.explain import explained
from ac_notebook.storage.members import Members, keep_members, members_of
from ac_notebook.storage.retention import forget_old_runs, give_back_space
from ac_notebook.storage.rows import OPEN, Row, baseline_of, batches_of, blobs_of
from ac_notebook.storage.seals import digest_of, seal_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from ac_notebook.model.batch import Batch
    from ac_notebook.storage.database import StateDatabase


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


class Journal:
    """Remembers runs and batches.

    Parameters
    ----------
    database
        An open state database; used by one thread at a time.
    """

    def __init__(self, database: StateDatabase) -> None:
        self._database = database

    def begin(self, run: RunRecord, scope: Scope) -> None:
        """Write down that a run begins."""
        sealed = (run.id, *_values(scope), int(run.automations))
        with transaction(self._database):
            self._database.execute(
                "INSERT INTO runs (id, account, list, identity, automations, connection, owner, started, state, facts, "
                "seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'Processing', ?, ?)",
                (
                    *sealed, run.connection, run.owner, run.started.isoformat(), json.dumps(dict(run.facts)),
                    seal_of(*sealed),
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
        digest = digest_of(batch.addresses, batch.contents)
        # A row that keeps its length from now on stays where it is in the file, which takes half as much room.
        outcomes = bytes([NOTHING]) * len(batch)
        seal = seal_of(run, batch.number, "sending", None, len(batch), outcomes, digest)
        with transaction(self._database):
            self._database.execute(
                "INSERT OR REPLACE INTO batches (run, number, state, contacts, bytes, sent, outcomes, digest, seal, "
                "addresses, contents) VALUES (?, ?, 'sending', ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    run, batch.number, len(batch), len(batch.body), now.isoformat(), outcomes, digest, seal,
                    batch.addresses, batch.contents,
                ),
            )  # fmt: skip

    def accepted(self, run: str, number: int, batch: str) -> None:
        """Write down the number that ActiveCampaign gave a batch.

        Lost in a power cut, the batch is one without an answer: nothing that this may not happen to anyway.
        """
        self._change(run, number, "accepted", batch=batch)

    def mark(self, run: str, number: int, state: str) -> None:
        """Write down that a batch is ``unknown`` (no answer), ``void`` (nothing arrived) or ``closed`` (sent again)."""
        self._change(run, number, state)

    def settled(self, run: str, number: int, outcomes: bytes) -> None:
        """Write down the outcome of each contact of a batch, one byte each."""
        self._change(run, number, "settled", outcomes=outcomes)

    def batch_numbers(self) -> set[str]:
        """Return the numbers that ActiveCampaign gave to batches that are remembered, of any run."""
        with explained(self._database.path):
            rows = self._database.execute("SELECT batch FROM batches WHERE batch IS NOT NULL")
            return {number for (number,) in rows}

    def close(self, batches: list[OpenBatch]) -> None:
        """Give up asking about batches: their rows are sent again, so their late end must not count."""
        for item in batches:
            self.mark(item.run, item.number, "closed")

    def earlier_runs(self, account: str, *, scope: Scope | None = None, most: int) -> tuple[EarlierRun, ...]:
        """Return what is remembered of runs on an account, or of a scope, the latest first; so many at the most."""
        return earlier_runs(self._database, account, scope=scope, most=most)

    def imported(self, account: str) -> Iterator[NDArray[np.uint64]]:
        """Return the addresses that were imported into an account, by any export and list: sorted, array by array."""
        with explained(self._database.path):
            scopes = self._database.execute(
                "SELECT DISTINCT account, list, identity FROM runs WHERE account = ? "
                "UNION SELECT account, list, identity FROM baselines WHERE account = ?",
                (account, account),
            ).fetchall()
        for values in scopes:
            known = self.baseline(Scope(account=values[0], list=values[1], identity=values[2]))
            yield known.addresses[known.outcomes == int(Outcome.IMPORTED)]

    def open_batches(self, scope: Scope) -> list[OpenBatch]:
        """Return the batches of earlier runs of this scope whose end is not known, oldest first.

        They stay however old they are: only a newer run of the export, which asks about them and closes what stays
        open, may let go of them.
        """
        with self._reading():
            return [
                OpenBatch(
                    run=row.run, number=row.number, state=row.state, batch=row.batch, contacts=row.contacts,
                    automations=row.automations and row.number < NUMBERED_FROM,  # they start for rows only
                    addresses=prints(blobs_of(self._database, row)[0]),
                )
                for row in batches_of(self._database, _values(scope))
                if row.state in OPEN
            ]  # fmt: skip

    def baseline(self, scope: Scope) -> Baseline:
        """Return what is known to be on the other side for this scope."""
        with self._reading():
            return self._baseline(scope, batches_of(self._database, _values(scope)))

    def members(self, scope: Scope) -> Members | None:
        """Return whom an export kept on its list in its last run that came to its end; None before there was one."""
        with self._reading():
            return members_of(self._database, _values(scope))

    def keep_members(self, scope: Scope, members: Members, *, now: datetime) -> None:
        """Write down whom an export keeps on its list."""
        with transaction(self._database):
            keep_members(self._database, _values(scope), members, now)

    def others_on(self, scope: Scope) -> list[Scope]:
        """Return the other exports to the same list that anything is remembered of."""
        with explained(self._database.path):
            rows = self._database.execute(
                "SELECT DISTINCT identity FROM (SELECT account, list, identity FROM runs UNION ALL "
                "SELECT account, list, identity FROM baselines) WHERE account = ? AND list = ? AND identity != ? "
                "ORDER BY identity",
                _values(scope),
            ).fetchall()
        return [Scope(account=scope.account, list=scope.list, identity=identity) for (identity,) in rows]

    def fold(self, scope: Scope, *, now: datetime) -> None:
        """Gather what ended batches brought into the baseline, so that the table of batches stays small.

        Called when a run begins and when it ends. Batches after one whose end is open stay as they are: the order in
        which they were sent decides. All in one transaction, or what another process writes meanwhile could be lost.
        """
        with transaction(self._database):
            batches = batches_of(self._database, _values(scope))
            opened = next((place for place, row in enumerate(batches) if row.state in OPEN), len(batches))
            ended = batches[:opened]
            if ended:
                baseline = self._baseline(scope, ended)
                # Taken away first, so that the pages are used again and the file does not grow.
                serials = [(row.serial,) for row in ended]
                self._database.executemany("DELETE FROM batches WHERE serial = ?", serials)
                self._keep(scope, baseline, now)
            forget_old_runs(self._database, now)
        if ended:
            give_back_space(self._database)

    def _change(
        self, run: str, number: int, state: str, *, batch: str | None = None, outcomes: bytes | None = None
    ) -> None:
        with transaction(self._database, durable=False):
            self._database.execute(
                "UPDATE batches SET state = :state, batch = coalesce(:batch, batch), "
                "outcomes = coalesce(:outcomes, outcomes), seal = seal_of("
                "run, number, :state, coalesce(:batch, batch), contacts, coalesce(:outcomes, outcomes), digest) "
                "WHERE run = :run AND number = :number AND state != 'closed'",
                {"run": run, "number": number, "state": state, "batch": batch, "outcomes": outcomes},
            )

    def _keep(self, scope: Scope, baseline: Baseline, now: datetime) -> None:
        arrays = (
            baseline.addresses.astype("<u8").tobytes(), baseline.contents.astype("<u8").tobytes(),
            baseline.outcomes.tobytes(),
        )  # fmt: skip
        values = (*_values(scope), now.isoformat(), digest_of(*arrays))
        self._database.execute("DELETE FROM baselines WHERE account = ? AND list = ? AND identity = ?", _values(scope))
        self._database.execute(
            "INSERT INTO baselines (account, list, identity, updated, digest, seal, addresses, contents, outcomes) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, seal_of(*values), *arrays),
        )

    def _baseline(self, scope: Scope, batches: list[Row]) -> Baseline:
        before = baseline_of(self._database, _values(scope))
        parts = [arrays(*before)] if before is not None else []
        # In the order in which they were sent (the wall clock may have been set back meanwhile), those without an end
        # last: whatever is known of their addresses otherwise, nobody knows what the service holds.
        for row in sorted(batches, key=lambda row: row.state in OPEN):
            if row.state == "void":
                continue
            addresses, contents = blobs_of(self._database, row)
            # A batch that is not settled means "nothing known" for its addresses, so that they are sent again.
            outcomes = row.outcomes if row.state == "settled" and row.outcomes is not None else None
            parts.append(arrays(addresses, contents, outcomes or bytes([NOTHING]) * row.contacts))
        return latest(parts)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Read several times as if at one moment."""
        with explained(self._database.path):
            self._database.execute("BEGIN")
            try:
                yield
            finally:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")


def _values(scope: Scope) -> tuple[str, int, str]:
    return scope.account, scope.list, scope.identity
