"""The queue of imports: what was received, when it is due, what became of it (section 7.3)."""

import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from . import readings
from .account import Account
from .applying import apply_import
from .importing import Import


@dataclass(frozen=True, kw_only=True)
class QueueTimes:
    """Seconds from the receipt of a batch until it changes state.

    Before `known` the status is the boolean false (section 7.3: "within about 1 s"); section 7.6: a batch of one
    contact took about 6 s.
    """

    known: float = 1.0
    claimed: float = 3.0
    active: float = 4.0
    completed: float = 6.0

    def faster(self, speed: float) -> "QueueTimes":
        """Return the times of an account whose time runs `speed` times faster."""
        return QueueTimes(
            known=self.known / speed,
            claimed=self.claimed / speed,
            active=self.active / speed,
            completed=self.completed / speed,
        )


@dataclass(slots=True, kw_only=True)
class Batch:
    """One import that was accepted."""

    id: str
    received: float
    received_at: datetime
    count: int
    content: Import | None  # None once applied
    success: list[str] = field(default_factory=list)
    failure: list[str] = field(default_factory=list)

    @property
    def completed(self) -> bool:
        """Whether it has been applied."""
        return self.content is None


class ImportQueue:
    """Holds batches and applies them to the account when they are due, in the order of their arrival."""

    def __init__(self, account: Account, times: QueueTimes) -> None:
        self.times = times
        self._account = account
        self._waiting: deque[Batch] = deque()
        self._batches: dict[str, Batch] = {}

    def add(self, content: Import, now: float, at: datetime) -> Batch:
        """Queue an import received at `now` by the clock and `at` by the calendar."""
        batch = Batch(
            id=str(uuid.uuid4()),
            received=now,
            received_at=at,
            count=content.contacts,
            content=content,
        )
        self._waiting.append(batch)
        self._batches[batch.id] = batch
        return batch

    def apply_next(self, now: float) -> bool:
        """Apply the oldest batch if it is due; return whether one was."""
        if not self._waiting or now - self._waiting[0].received < self.times.completed:
            return False
        batch = self._waiting.popleft()
        when = batch.received_at.timestamp() + self.times.completed
        if batch.content is not None:
            batch.success, batch.failure = apply_import(
                self._account, batch.content.read(), when, exclude_automations=batch.content.exclude_automations
            )
            batch.content = None
        return True

    def info(self, batch_id: str, now: float) -> dict[str, Any] | None:
        """Return the answer of /import/info, None for a batch that nobody was given."""
        batch = self._batches.get(batch_id)
        if batch is None:
            return None
        return {"status": self._status(batch, now), "success": batch.success, "failure": batch.failure}

    def _status(self, batch: Batch, now: float) -> str | bool:
        age = now - batch.received
        if batch.completed:
            return "completed"
        if age < self.times.known:
            return False
        if age < self.times.claimed:
            return "waiting"
        return "claimed" if age < self.times.active else "active"

    def totals(self, at: datetime) -> dict[str, list[dict[str, str]]]:
        """Return the answer of GET /import/bulk_import: batches and contacts per day (section 7.4)."""
        since = at - timedelta(days=readings.RECENT_DAYS)
        sums: dict[bool, dict[str, list[int]]] = {False: {}, True: {}}
        for batch in self._batches.values():
            if batch.completed and batch.received_at < since:
                continue
            day = batch.received_at.astimezone(self._account.zone).date().isoformat()
            total = sums[batch.completed].setdefault(day, [0, 0])
            total[0] += 1
            total[1] += batch.count
        rows = {
            completed: [
                {"forDate": day, "batches": str(batches), "contacts": str(contacts)}
                for day, (batches, contacts) in sorted(days.items())
            ]
            for completed, days in sums.items()
        }
        return {"outstanding": rows[False], "recentlyCompleted": rows[True]}
