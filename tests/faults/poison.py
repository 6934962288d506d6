"""A row for which a whole request is refused: found, left out, and the others arrive.

``measure()`` has it at each position of a request, for the soak.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd

import ac_notebook as ac
from ac_notebook.sandbox import Sandbox
from ac_notebook.sandbox.quirks import Quirks
from tests.benchmarks.table import Line, count
from tests.virtual import VirtualClock, through
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    Refusal = dict[str, Any]
    Naming = Callable[[list[int], int], Refusal]

CONTACTS = 250


def _refusal(places: Collection[int] = ()) -> Refusal:
    reasons = [{"contact": place, "failureReason": "Field 'email' is bad"} for place in places]
    return {"success": 0, "message": "JSON payload did not pass validation.", "failureReasons": reasons}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How the service tells which rows are bad, and how many requests more that may cost.

    Parameters
    ----------
    naming
        From the places of the bad contacts in a request, from 0, and the number of contacts, to the refusal's body.
    most
        Requests more than without a bad row, at the most.
    """

    naming: Naming
    most: int


KINDS = {
    "named, counted from 1": Kind(naming=lambda bad, _: _refusal([place + 1 for place in bad]), most=2),
    "named, counted from 0": Kind(naming=lambda bad, _: _refusal(bad), most=2),
    "not named": Kind(naming=lambda _, __: _refusal(), most=16),
    "another is named": Kind(naming=lambda bad, all_: _refusal([(bad[0] + all_ // 2) % all_ + 1]), most=20),
    "somebody beyond the end is named": Kind(naming=lambda _, all_: _refusal([all_ + 7]), most=16),
}
SEVERAL = {
    "all are named": (KINDS["named, counted from 1"].naming, 2),
    "all are named, from 0": (KINDS["named, counted from 0"].naming, 2),
    "the first is named": (lambda bad, _: _refusal([bad[0] + 1]), 4),
    "the last is named, from 0": (lambda bad, _: _refusal([bad[-1]]), 48),
    "none is named": (KINDS["not named"].naming, 48),
}
"""For several bad rows in one request: what is said, and how many requests more it may cost."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Poisoned:
    """What became of an export with bad rows: the requests more than without, and the rows that were blamed."""

    more: int
    blamed: list[int]
    imported: int
    held: int


def address(place: int) -> str:
    """Return the address of a row."""
    return f"p{place:04}@example.org"


def poisoned(bad: Collection[int], naming: Naming, *, rows: int = CONTACTS) -> Poisoned:
    """Export with bad rows to a service that refuses every request that holds one."""
    clock = VirtualClock()
    box = Sandbox(clock=clock.monotonic, now=clock.now)
    inner = box.connection.link.transport
    assert inner is not None
    names = {address(place) for place in bad}

    def treat(_: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        contacts = json.loads(request.content)["contacts"]
        found = [place for place, contact in enumerate(contacts) if contact["email"] in names]
        return httpx.Response(400, json=naming(found, len(contacts))) if found else pass_on()

    wire = Wire(inner, IMPORT, treat)
    frame = pd.DataFrame({"e": [address(place) for place in range(rows)]})
    report = _exported(frame, through(box, clock, transport=wire))
    return _told(report, box, wire.count - -(-rows // CONTACTS))


def poisoned_address(place: int, base: Any) -> Poisoned:
    """Export with an address that the sandbox itself refuses when it checks a request, named by its own count."""
    clock = VirtualClock()
    quirks = Quirks(address_layer="first", failure_index=base)
    box = Sandbox(clock=clock.monotonic, now=clock.now, quirks=quirks)
    frame = pd.DataFrame({"e": [address(other) for other in range(CONTACTS)]})
    frame.loc[place, "e"] = "åsa@example.org"
    report = _exported(frame, through(box, clock))
    return _told(report, box, int(report.numbers["requests"]) - 1)


def _exported(frame: pd.DataFrame, connection: ac.Connection) -> ac.Report:
    report = ac.export(frame, connection=connection, list="VIP", mapping={"email": "e"})
    assert report.counts.sum() == len(frame)
    return report


def _told(report: ac.Report, box: Sandbox, more: int) -> Poisoned:
    blamed = sorted(report.problems.index[report.problems["outcome"] == "refused"].tolist())
    return Poisoned(more=more, blamed=blamed, imported=int(report.counts["imported"]), held=len(box.contacts()))


def is_right(found: Poisoned, bad: Collection[int], rows: int = CONTACTS) -> bool:
    """Tell whether the bad rows alone were blamed, and all others arrived."""
    return found.blamed == sorted(bad) and found.imported == found.held == rows - len(bad)


def measure(places: Collection[int] = range(CONTACTS)) -> list[Line]:
    """Return the figures for a bad row at each place, named in each way, and for several."""
    lines = []
    for name, kind in KINDS.items():
        found = [_in_a_home(partial(poisoned, [place], kind.naming)) for place in places]
        lines += _lines(name, found, [[place] for place in places], kind.most)
    for base in (1, 0):
        found = [_in_a_home(partial(poisoned_address, place, base)) for place in places]
        lines += _lines(f"refused by the sandbox, counted from {base}", found, [[place] for place in places], 2)
    some = [sorted({place, (place * 7 + 3) % CONTACTS, (place * 31 + 11) % CONTACTS}) for place in list(places)[::5]]
    for name, (naming, most) in SEVERAL.items():
        found = [_in_a_home(partial(poisoned, bad, naming)) for bad in some]
        lines += _lines(f"three bad rows, {name}", found, some, most)
    return lines


def _lines(name: str, found: list[Poisoned], bad: list[list[int]], most: int) -> list[Line]:
    more = max(one.more for one in found)
    right = sum(map(is_right, found, bad))
    return [
        count(f"{name}: the others arrived, and they alone", right, wanted=len(found)),
        Line(name="  requests more, at the most", measured=f"{more}", wanted=f"<= {most}", right=more <= most),
    ]


def _in_a_home(act: Callable[[], Poisoned]) -> Poisoned:
    with tempfile.TemporaryDirectory(prefix="ac_notebook-poison-") as home:
        os.environ["AC_NOTEBOOK_HOME"] = home
        with contextlib.redirect_stdout(io.StringIO()):
            return act()
