"""An account with people in every state on a list, and what happens to it while somebody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ac_notebook as ac
from tests.people import MAPPING, people
from tests.virtual import VirtualClock, through
from tests.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    import pandas as pd

    from ac_notebook.sandbox import Sandbox

VIP = 5
CONTACTS, VALUES, TAGGINGS = "/api/3/contacts", "/api/3/fieldValues", "/api/3/contactTags"
LOOKING_UP = 3
"""Requests that find a list, fields and tags: an account of a page of each."""


def exported(connection: ac.Connection, frame: pd.DataFrame | int, **more: Any) -> ac.Report:
    """Export people to the list VIP."""
    customers = people(frame) if isinstance(frame, int) else frame
    call: dict[str, Any] = {"list": "VIP", "mapping": MAPPING, "progress": False, **more}
    return ac.export(customers, connection=connection, **call)


def settle(box: Sandbox, count: int) -> list[str]:
    """Put so many people on the list VIP without the API, which is quick, and return their addresses."""
    account, addresses = box._state, [f"member.{number}@example.org" for number in range(count)]
    tag = account.tag_by_name.get("spring") or account.add_tag("spring", 1)
    for address in addresses:
        contact = account.create(address, 1)
        account.place(contact, account.lists[VIP], 1, 1, automated=False)
        account.tag(contact, tag, 1)
        account.keep(contact)
    box._close_page("settle")
    return addresses


def meddling(
    box: Sandbox, clock: VirtualClock, path: str, act: Callable[[int, httpx.Request], httpx.Response | None],
    *, delays: Callable[[], tuple[float, float]] = lambda: (0.02, 0.03),
) -> ac.Connection:  # fmt: skip
    """Return a connection on which something happens as each request to a path arrives, or another answer comes."""
    inner = box.connection.link.transport
    assert inner is not None

    def treat(number: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        return act(number, request) or pass_on()

    return through(box, clock, transport=Wire(inner, path, treat), delays=delays)


def requests_of(box: Sandbox, act: Callable[[], Any]) -> tuple[Any, int]:
    """Do something; return what it gave, and how many requests came in meanwhile; nothing was changed by them."""
    before, effects = len(box.requests()), len(box.ledger())
    made = act()
    after = box.requests()
    assert set(after["method"][before:]) <= {"GET"}
    assert len(box.ledger()) == effects
    return made, len(after) - before
