"""The queue of imports: what was received, when it is due, what became of it (section 7.3)."""

from __future__ import annotations

import heapq
import math
import sys
import threading
import traceback
import uuid
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from .applying import Application, Applied
from .callback import Callback, callback_of

if TYPE_CHECKING:
    from ac_notebook.sandbox.state.account import Account

    from .reading import Import

RECENT = timedelta(days=7)  # section 7.4: how long a finished batch counts as recently completed
_KEPT = {"an hour": 3_600.0, "a week": 7 * 86_400.0, "for ever": math.inf}

# What becomes of a batch: the last four are faults.
COMPLETED, STUCK, INTERRUPTED, FAILED, LOST = "completed", "stuck", "interrupted", "failed", "lost"


@dataclass(frozen=True, kw_only=True)
class QueueTimes:
    """Seconds from the receipt of a batch until it changes state.

    Before `known` the status is the boolean false (section 7.3: "within about 1 s"); section 7.6: a batch of one
    contact took about 6 s. Where the order is any (the quirk `batch_order`), a batch may be done by a fifth sooner.
    """

    known: float = 1.0
    claimed: float = 3.0
    active: float = 4.0
    completed: float = 6.0
    sooner: float = 0.2

    def faster(self, speed: float) -> QueueTimes:
        """Return the times of an account whose time runs `speed` times faster."""
        return QueueTimes(
            known=self.known / speed,
            claimed=self.claimed / speed,
            active=self.active / speed,
            completed=self.completed / speed,
            sooner=self.sooner,
        )


@dataclass(slots=True, kw_only=True)
class Batch:
    """One import that was accepted."""

    id: str
    number: int
    received: float  # by the clock
    received_at: float  # seconds since the epoch
    due: float  # by the clock
    count: int
    content: Import | None  # None once applied
    fate: str = COMPLETED
    finished: float | None = None  # by the clock
    results: bytes = field(default=b"[[],[]]")  # successes and failures, packed

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.finished is not None


class ImportQueue:
    """Holds batches and applies them to the account when they are due."""

    def __init__(self, account: Account, times: QueueTimes) -> None:
        self.times = times
        self.kept = _KEPT[account.quirks.info_kept]
        self.batches: dict[str, Batch] = {}
        self.changed: set[str] = set()  # ids of batches that came or changed since the store last asked
        self._account = account
        self._waiting: list[tuple[float, int, Batch]] = []
        self._lock = threading.Lock()  # imports are taken while others are applied

    def add(self, content: Import, now: float, at: datetime, fate: str = COMPLETED) -> Batch:
        """Queue an import received at `now` by the clock and `at` by the calendar."""
        with self._lock:
            number = len(self.batches) + 1
            early = 0.0
            if self._account.quirks.batch_order == "any":  # chance that is the same each time
                early = self.times.sooner * (zlib.crc32(number.to_bytes(8, "big")) & 0xFF) / 0xFF
            batch = Batch(
                id=str(uuid.uuid4()),
                number=number,
                received=now,
                received_at=at.timestamp(),
                due=now + self.times.completed * (1.0 - early),
                count=content.contacts,
                content=content,
                fate=fate,
            )
            self._put(batch)
            self.changed.add(batch.id)
        return batch

    def put(self, batch: Batch) -> None:
        """Take a batch that was received before a restart."""
        with self._lock:
            self._put(batch)

    def _put(self, batch: Batch) -> None:
        self.batches[batch.id] = batch
        if not batch.over and batch.fate != STUCK:
            heapq.heappush(self._waiting, (batch.due, batch.number, batch))

    @property
    def outstanding(self) -> int:
        """How many batches are still to be applied."""
        return len(self._waiting)

    @property
    def next_due(self) -> float:
        """When the next batch is to be applied, by the clock; infinity when none waits."""
        with self._lock:
            return self._waiting[0][0] if self._waiting else math.inf

    def apply_next(self, now: float) -> tuple[Batch, Callback | None] | None:
        """Apply the next batch if it is due; return it, and whom to tell."""
        with self._lock:
            if not self._waiting or now < self._waiting[0][0]:
                return None
            _, _, batch = heapq.heappop(self._waiting)
        callback = self._finish(batch)
        batch.finished = now  # last: who asks meanwhile is told that it is active
        self.changed.add(batch.id)
        return batch, callback

    def _finish(self, batch: Batch) -> Callback | None:
        """Apply a batch; return whom to tell."""
        content, batch.content = batch.content, None
        if content is None:
            return None
        when = batch.received_at + batch.due - batch.received
        result = self._apply(batch, content, int(when))
        batch.results = memoryview(orjson.dumps([result.success, result.failure])).tobytes()  # see Contact.packed
        self._account.ledger.close_page(when, f"import {batch.id}")
        return callback_of(content.callback, batch, result, self._account.quirks)

    def _apply(self, batch: Batch, content: Import, when: int) -> Applied:
        if batch.fate == FAILED:
            return Applied()
        contacts = content.read()
        if batch.fate == INTERRUPTED:
            contacts = contacts[: len(contacts) // 2]  # the others were never looked at
        application = Application(self._account, when, exclude_automations=content.exclude_automations)
        try:
            return application.apply(contacts)
        except Exception as error:  # noqa: BLE001 - a defect of the sandbox: no other batch, nor the server, may end with it
            batch.fate = INTERRUPTED
            # as of a request that fails: where it is, not the error's own words, which may be about people
            where = "".join(traceback.format_tb(error.__traceback__))
            sys.stderr.write(f"{where}{type(error).__name__} in the sandbox, which gave up an import\n")
            return application.result

    def info(self, batch_id: str, now: float) -> dict[str, Any] | None:
        """Return the answer of /import/info, None for a batch that nobody was given or that is no longer known."""
        batch = self.batches.get(batch_id)
        if batch is None or batch.fate == LOST:
            return None
        if batch.finished is not None and now - batch.finished > self.kept:
            return None
        success, failure = orjson.loads(batch.results)
        return {"status": self._status(batch, now), "success": success, "failure": failure}

    def _status(self, batch: Batch, now: float) -> str | bool:
        if batch.over:
            return batch.fate
        age = now - batch.received
        if age < self.times.known:
            return False
        if age < self.times.claimed:
            return "waiting"
        return "claimed" if age < self.times.active else "active"

    def totals(self, at: datetime) -> dict[str, list[dict[str, str]]]:
        """Return the answer of GET /import/bulk_import: batches and contacts per day (section 7.4)."""
        since = (at - RECENT).timestamp()
        sums: dict[bool, dict[str, list[int]]] = {False: {}, True: {}}
        for batch in list(self.batches.values()):  # others may come meanwhile
            if batch.over and batch.received_at < since:
                continue
            day = datetime.fromtimestamp(batch.received_at, UTC).astimezone(self._account.zone).date().isoformat()
            total = sums[batch.over].setdefault(day, [0, 0])
            total[0] += 1
            total[1] += batch.count
        rows = {
            over: [
                {"forDate": day, "batches": str(batches), "contacts": str(contacts)}
                for day, (batches, contacts) in sorted(days.items())
            ]
            for over, days in sums.items()
        }
        return {"outstanding": rows[False], "recentlyCompleted": rows[True]}
