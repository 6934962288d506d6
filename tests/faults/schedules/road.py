"""The road to the service: who sent what, whether it was written down before, and what was queued."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pyarrow as pa

from ac_notebook.frames.checks import address_key
from ac_notebook.frames.fingerprints import as_bytes, fingerprints
from ac_notebook.storage.database import FILE
from ac_notebook.storage.fingerprint_key import fingerprint_key
from tests.faults.schedules.account import Touch
from tests.wire import IMPORT

if TYPE_CHECKING:
    from tests.faults.schedules.account import Account, Scope
    from tests.faults.schedules.kernel import Kernel

OURS = "ours"
"""Who owns the export under test."""

MINUTE = 61.0
"""Seconds in which a request counts, and one."""

_JITTER = 0.1
"""Seconds by which a request may be held up on its way beyond its delay, and still be within the client's margin."""

_PAUSE = 0.01
"""Seconds that a request takes which is not in flight beside others."""


@dataclass
class Record:
    """What the service was sent, by all homes together.

    Parameters
    ----------
    wrong
        Promises that were broken: found where raising would be taken for a fault of the network.
    """

    runs: int = 0
    wrong: list[str] = field(default_factory=list)
    queued: dict[Scope, dict[str, tuple[int, str]]] = field(default_factory=dict)
    """By definition and address: the run that queued it last, and the contact."""
    automated: dict[str, bool] = field(default_factory=dict)
    """By the service's number of a batch: whether automations were on."""
    asked_to_wait: float = 0.0
    others_until: float = float("-inf")
    """Until when a limit may be passed because of what somebody else sent, or what was under way when a laptop slept
    (monotonic seconds)."""


class Road(httpx.BaseTransport):
    """Carries the requests of one kernel to the service.

    Parameters
    ----------
    kernel, owner
        Whose requests they are, and in whose name.
    """

    def __init__(self, account: Account, record: Record, kernel: Kernel, owner: str) -> None:
        inner = account.box.connection.link.transport
        assert inner is not None
        self._inner = inner
        self._account = account
        self._record = record
        self._kernel = kernel
        self._owner = owner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        began = self._kernel.clock.monotonic()
        self._kernel.reach("arrive")
        if self._kernel.is_late or self._kernel.clock.monotonic() - began > _JITTER:
            # On its way for longer than limits are kept under: what it meets, and who comes after it, may be too soon.
            self._record.others_until = self._kernel.clock.monotonic() + MINUTE
        if self._owner != OURS:
            self._record.others_until = self._kernel.clock.monotonic() + MINUTE
        is_import = request.url.path == IMPORT and request.method == "POST"
        if is_import:
            self._require_written_down(request.content)
        else:
            self._kernel.clock.sleep(_PAUSE)
        queue = self._account.box._service.queue.batches
        before = len(queue)
        faults = self._account.faults_met()
        try:
            response: httpx.Response = self._inner.handle_request(request)
        finally:  # also of a request whose answer is lost
            if len(queue) > before:
                self._queued(json.loads(request.content), next(reversed(queue)))
        self._judge(response, by_fault=self._account.faults_met() > faults)
        self._kernel.reach("answered")
        return response

    def _require_written_down(self, body: bytes) -> None:
        """Assert I4: the batch stands in the journal on disk as ``sending`` before a byte of it arrives."""
        emails = [contact["email"] for contact in json.loads(body)["contacts"]]
        prints = fingerprints(as_bytes(address_key(pa.array(emails, pa.string()))), fingerprint_key(self._kernel.home))
        database = sqlite3.connect(f"file:{self._kernel.home / FILE}?mode=ro", uri=True)
        try:
            rows = database.execute("SELECT addresses FROM batches WHERE state = 'sending'").fetchall()
        finally:
            database.close()
        if not any(np.array_equal(np.frombuffer(row[0], "<u8"), prints) for row in rows):
            self._record.wrong.append("I4: an import arrived that was not written down before")

    def _queued(self, body: dict[str, Any], batch: str) -> None:
        """Remember who was queued by which definition; assert I3 where automations are on."""
        record, contacts = self._record, body["contacts"]
        scope = (self._owner, int(contacts[0]["subscribe"][0]["listid"]), not body.get("exclude_automations"))
        record.automated[batch] = scope[2]
        known = record.queued.setdefault(scope, {})
        addresses = set()
        for contact in contacts:
            address, text = contact["email"].lower(), json.dumps(contact, sort_keys=True)
            addresses.add(address)
            earlier = known.get(address)
            if scope[2] and earlier is not None and earlier[1] == text and not self._kernel.repeats:
                record.wrong.append("I3: with automations on, somebody was sent twice")
            known[address] = (self._kernel.run, text)
        self._account.touches.append(Touch(self._kernel.run, scope, frozenset(addresses)))

    def _judge(self, response: httpx.Response, *, by_fault: bool) -> None:
        """Assert I7: the service says that a limit is passed only when a fault makes it."""
        if response.status_code == 429 or (response.status_code == 400 and b"ate limit" in response.read()):
            told = response.headers.get("retry-after")
            self._record.asked_to_wait += min(float(told), 900.0) if told is not None else 60.0
            if not by_fault and self._kernel.clock.monotonic() > self._record.others_until:
                self._record.wrong.append("I7: a limit was passed")
        elif "retry-after" in response.headers:
            self._record.asked_to_wait += min(float(response.headers["retry-after"]), 900.0)
