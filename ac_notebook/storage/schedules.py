"""Schedules of saved exports, and their *occasions*: due moments, each claimed before it is run.

Both go by an export's identity, which stays when it is renamed. No key, and no value of a person.

An occasion is ``"open"`` from when it is claimed until its run has ended: ``"done"``, ``"failed"``, or ``"left"``
because a later one took its place or the schedule was paused. One that is open while nobody has the lease was left by
a process that was killed.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from ac_notebook.model.schedule import Schedule
from ac_notebook.storage.explain import explained
from ac_notebook.storage.seals import damaged, require, seal_of

if TYPE_CHECKING:
    from ac_notebook.storage.database import StateDatabase

OPEN: Final = "open"
DONE: Final = "done"
FAILED: Final = "failed"
LEFT: Final = "left"

FAILURE_TOLD: Final = "failed"
FAILURE_TO_TELL: Final = "failed!"
RECOVERY_TO_TELL: Final = "recovered!"
"""What was told, or is still to be told, of a schedule; "" for nothing."""

MOST_OCCASIONS = 50
"""Occasions that are remembered for each export."""


@dataclass(frozen=True, kw_only=True)
class SavedSchedule:
    """A schedule as it is saved.

    Parameters
    ----------
    identity
        What the export is remembered under.
    schedule
        When and with what.
    since
        Only moments after this one are due: when it was made, changed or resumed.
    paused
        Since when nothing is run, None while it goes on.
    reason
        Why it is paused.
    told
        What was told of it, or is still to be told; one of the words above.
    updated, updater
        When and by which user of this machine it was changed last.
    """

    identity: str
    schedule: Schedule
    since: datetime
    paused: datetime | None = None
    reason: str = ""
    told: str = ""
    updated: datetime
    updater: str

    @property
    def is_failing(self) -> bool:
        """Whether somebody was told of a failure, or is to be, and it has not recovered."""
        return self.told in (FAILURE_TOLD, FAILURE_TO_TELL)

    def replace(self, **changes: Any) -> SavedSchedule:
        """Return it with something changed."""
        return replace(self, **changes)


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What became of a due moment.

    Parameters
    ----------
    moment
        When it was due.
    result
        One of the words above.
    kind
        What kind of failure it was; "" for none.
    attempts
        How often it was begun.
    begun
        When it was begun last.
    ended
        When it ended, None while it is open.
    """

    moment: datetime
    result: str = OPEN
    kind: str = ""
    attempts: int = 0
    begun: datetime
    ended: datetime | None = None


def keep(database: StateDatabase, saved: SavedSchedule) -> None:
    """Write a schedule down, in place of what was there; in a transaction that is under way."""
    values = (
        saved.identity, json.dumps(asdict(saved.schedule), sort_keys=True), saved.since.isoformat(),
        saved.paused and saved.paused.isoformat(), saved.reason, saved.told, saved.updated.isoformat(), saved.updater,
    )  # fmt: skip
    database.execute("INSERT OR REPLACE INTO schedules VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*values, seal_of(*values)))


def read(database: StateDatabase) -> list[SavedSchedule]:
    """Return all schedules.

    Raises
    ------
    StateError
        When one is not as it was written.
    """
    with explained(database.path):
        rows = database.execute(
            "SELECT identity, definition, since, paused, reason, told, updated, updater, seal FROM schedules "
            "ORDER BY identity"
        ).fetchall()
    return [_saved(row) for row in rows]


def find(database: StateDatabase, identity: str) -> SavedSchedule | None:
    """Return the schedule of an export, None when there is none."""
    return next((saved for saved in read(database) if saved.identity == identity), None)


def forget(database: StateDatabase, identity: str) -> None:
    """Remove the schedule of an export; in a transaction that is under way."""
    database.execute("DELETE FROM schedules WHERE identity = ?", (identity,))
    database.execute("DELETE FROM occasions WHERE identity = ?", (identity,))


def note(database: StateDatabase, identity: str, occasion: Occasion) -> None:
    """Write down what became of a due moment; in a transaction that is under way."""
    values = (
        identity, occasion.moment.isoformat(), occasion.result, occasion.kind, occasion.attempts,
        occasion.begun.isoformat(), occasion.ended and occasion.ended.isoformat(),
    )  # fmt: skip
    database.execute("INSERT OR REPLACE INTO occasions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*values, seal_of(*values)))
    database.execute(
        "DELETE FROM occasions WHERE identity = ? AND moment NOT IN "
        "(SELECT moment FROM occasions WHERE identity = ? ORDER BY begun DESC, moment DESC LIMIT ?)",
        (identity, identity, MOST_OCCASIONS),
    )


def occasions(database: StateDatabase, identity: str) -> list[Occasion]:
    """Return what is remembered of an export's due moments, the latest moment first.

    Raises
    ------
    StateError
        When something of it is not as it was written.
    """
    with explained(database.path):
        rows = database.execute(
            "SELECT identity, moment, result, kind, attempts, begun, ended, seal FROM occasions "
            "WHERE identity = ? ORDER BY moment DESC",
            (identity,),
        ).fetchall()
    return [_occasion(row) for row in rows]


def durations(database: StateDatabase, identity: str, account: str, *, most: int = 5) -> list[float]:
    """Return how many seconds the last runs of an export took, those that went well."""
    with explained(database.path):
        rows = database.execute(
            "SELECT started, ended FROM runs WHERE identity = ? AND account = ? AND ended IS NOT NULL "
            "AND state = 'Successful' ORDER BY rowid DESC LIMIT ?",
            (identity, account, most),
        ).fetchall()
    try:
        found = [datetime.fromisoformat(ended) - datetime.fromisoformat(started) for started, ended in rows]
        return [max(each.total_seconds(), 0.0) for each in found]
    except (ValueError, TypeError):
        raise damaged(f"the runs of {identity!r}") from None


def _saved(row: tuple[Any, ...]) -> SavedSchedule:
    *values, seal = row
    require(seal, seal_of(*values), f"the schedule of {values[0]!r}")
    identity, definition, since, paused, reason, told, updated, updater = values
    try:
        plain = json.loads(definition)
        return SavedSchedule(
            identity=identity, schedule=Schedule(**{**plain, "on_failure": tuple(plain["on_failure"])}),
            since=datetime.fromisoformat(since), paused=datetime.fromisoformat(paused) if paused else None,
            reason=reason, told=told, updated=datetime.fromisoformat(updated), updater=updater,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        raise damaged(f"the schedule of {identity!r}") from None


def _occasion(row: tuple[Any, ...]) -> Occasion:
    *values, seal = row
    require(seal, seal_of(*values), f"a due moment of {values[0]!r}")
    _, moment, result, kind, attempts, begun, ended = values
    try:
        return Occasion(
            moment=datetime.fromisoformat(moment), result=result, kind=kind, attempts=attempts,
            begun=datetime.fromisoformat(begun), ended=datetime.fromisoformat(ended) if ended else None,
        )  # fmt: skip
    except ValueError:
        raise damaged(f"a due moment of {values[0]!r}") from None
