"""Calls against faults: what each was taken for, and whether that is right."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.remote.wire.calls import CALLS, LONG, SHORT, client_of
from tests.remote.wire.faults import BODIES, BREAKS, ENDLESS, STATUSES
from tests.remote.wire.hostile import Hostile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ac_notebook.remote.answers import Answer
    from ac_notebook.remote.client import Client
    from tests.remote.wire.calls import Call
    from tests.remote.wire.faults import Fault

HANGS = 15.0
"""Seconds after which a call is taken for one that never ends."""


@dataclass(frozen=True)
class Case:
    """A fault at a position of a call."""

    call: Call
    fault: Fault
    position: int

    def __str__(self) -> str:
        return f"{self.call.name}: {self.fault.name}, at {self.position}"


def cases(*, step: int = 1) -> Iterator[Case]:
    """Return each call with each fault at each position; of them every ``step``-th, and each fault at least once."""
    number = 0
    for fault in (*BREAKS, *ENDLESS, *STATUSES, *BODIES):
        for turn, call in enumerate(CALLS):
            for place, position in enumerate(fault.places(call)):
                number += 1
                if number % step == 0 or (turn, place) == (0, 0):
                    yield Case(call, fault, position)


def wrong_in(case: Case) -> str:
    """Make the call, and return what is wrong with what it was taken for; "" when nothing is."""
    with Hostile(lambda talk: case.fault.act(talk, case.call, case.position)) as server:
        answer = ask(server.port, case.call, seconds=SHORT if case.fault.is_endless else LONG)
        if answer is None:
            return f"{case}: it did not come back, or raised"
        if answer.meaning not in case.fault.meanings:
            return f"{case}: taken for {answer.meaning} ({answer.message})"
        if server.connections > 1:
            return f"{case}: {server.connections} connections were made"
    return ""


def ask(port: int, call: Call, *, seconds: float) -> Answer | None:
    """Make a call, and return what it was taken for; None when it raised or did not end."""
    with client_of(port, seconds=seconds) as client:
        return guarded(client, call)


def guarded(client: Client, call: Call) -> Answer | None:
    """Make a call on a thread that is left behind when it does not come back."""
    came: list[Answer] = []

    def make() -> None:
        came.append(client.send_once(call.method, call.path, params=call.params, body=call.body))

    thread = threading.Thread(target=make, daemon=True)
    thread.start()
    thread.join(HANGS)
    return came[0] if came else None
