"""The calls of the client, with what the service answers to each, and a client for one of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from ac_notebook.model.connection import Connection
from ac_notebook.model.limits import Limits
from ac_notebook.model.secret import Secret
from ac_notebook.remote.client import Client
from ac_notebook.remote.clock import SystemClock
from ac_notebook.remote.network import Network
from ac_notebook.remote.pacing import Pacer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ac_notebook.remote.clock import Clock
    from ac_notebook.remote.pacing import Row
    from ac_notebook.remote.transport import Transport
    from ac_notebook.remote.yielding import State

SHORT = 0.3
"""Seconds for a call to which no whole answer comes."""

LONG = 8.0
"""Seconds for all others, which take none."""

KEY = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef01234567"


class NoPace:
    """Lets every request start at once."""

    def book(
        self, kind: str, clock: Callable[[], float],
        rule: Callable[[list[Row], State | None, float], tuple[float, float]],
    ) -> tuple[int | None, float]:  # fmt: skip
        return 1, 0.0

    def finish(self, booking: int, now: float, *, answered: bool = True) -> None:
        pass

    def give_way(self, booking: int, rule: Callable[[float, State | None], State]) -> None:
        pass


def client_of(
    port: int, *, seconds: float = LONG, transport: Transport | None = None, host: str = "",
    clock: Clock | None = None, page_size: int = 100,
) -> Client:  # fmt: skip
    """Return a client of a server on loopback, or through another transport."""
    limits = Limits(page_size=page_size)
    connection = Connection(name="wire", host=host or f"127.0.0.1:{port}", is_sandbox=not host, limits=limits)
    return Client(
        connection, Secret(KEY), pacer=Pacer(Limits(), NoPace(), time.monotonic), clock=clock or SystemClock(),
        transport=transport or Network(longest_call=seconds),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call, and the body of its answer."""

    name: str
    path: str
    answer: bytes
    method: str = "GET"
    params: dict[str, str] | None = None
    body: bytes | None = None


def contacts(count: int, *, size: int = 0) -> bytes:
    """Return the body of an import."""
    people = [{"email": f"p{number}@example.org", "first_name": "x" * size} for number in range(count)]
    return orjson.dumps({"contacts": people, "exclude_automations": True})


def _links(name: str, count: int) -> list[dict[str, object]]:
    return [{"id": str(number), "name": f"{name} {number}", "links": {}} for number in range(1, count + 1)]


QUEUED = (
    b'{"success":1,"queued_contacts":1,"batchId":"3840817e-6908-41cc-92a6-469478d8994a",'
    b'"message":"Contact import queued"}'
)

COMPLETED = b'{"status":"completed","success":["123","124"],"failure":["invalid.email@invalidDomain"]}'

NAMED = (
    b'{"success":0,"message":"JSON payload did not pass validation. Please fix failure Reasons and retry. '
    b'The import was not queued for processing.","failureReasons":[{"contact":2,"failureReason":"Field email"}]}'
)

PAGE = orjson.dumps({"lists": _links("List", 20), "meta": {"total": "20"}})

CALLS: Sequence[Call] = (
    Call(name="import of 250", method="POST", path="import/bulk_import", body=contacts(250, size=1_400), answer=QUEUED),
    Call(name="import of one", method="POST", path="import/bulk_import", body=contacts(1), answer=QUEUED),
    Call(name="import/info", path="import/info", params={"batchId": "b1"}, answer=COMPLETED),
    Call(name="a list", path="lists/4", answer=b'{"list":{"id":"4","name":"VIP","links":{}}}'),
    Call(name="lists", path="lists", params={"limit": "100", "offset": "0"}, answer=PAGE),
    Call(
        name="fields", path="fields", params={"limit": "100", "offset": "0"},
        answer=orjson.dumps(
            {"fieldOptions": [], "fieldRels": [], "fields": _links("F", 9), "meta": {"total": "9", "selected": None}}
        ),
    ),
    Call(
        name="tags", path="tags", params={"limit": "100"},
        answer=b'{"tags":[{"id":"1","tag":"a"}],"meta":{"total":"1"}}'
    ),
    Call(name="users/me", path="users/me", answer=b'{"user":{"id":"1","username":"admin","links":{}}}'),
    Call(name="settings/account", path="settings/account", answer=b'{"account":"acme","subscriber_limit":500}'),
    Call(
        name="contacts", path="contacts", params={"email": "ann@example.org"},
        answer=b'{"scoreValues":[],"contacts":[{"id":"7","email":"ann@example.org"}],"meta":{"total":"1"}}',
    ),
)  # fmt: skip
"""Ten calls: what is sent, what is asked, what is looked up."""
