"""Runs that are killed while people who left are taken off a list or tagged: the next run finishes, once for each.

A kill is played without a process: at a request everything stops, nothing more is delivered, and the state is put back
to what was written down at that moment.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

import ac_notebook as ac
from ac_notebook.errors import ActiveCampaignError
from ac_notebook.sandbox import Sandbox
from ac_notebook.storage.database import FILE
from ac_notebook.storage.home import find_home
from tests.benchmarks.table import Line, count
from tests.runs.departures import LIST, address, export, on_list, people, plan, tagged, times_left, times_tagged
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 12
"""Requests of a run, at the most."""

STAYING, LEAVING, JOINING = range(120), range(120, 140), range(140, 146)


class Cut(httpx.BaseTransport):
    """Passes requests on until one of them; then keeps a copy of the state, and is dead.

    Parameters
    ----------
    inner
        The sandbox's transport.
    number
        Which request is the last, from 1.
    delivered
        Whether that one still reaches the service.
    kept
        Where the copy is put.
    """

    def __init__(self, inner: httpx.BaseTransport, number: int, *, delivered: bool, kept: Path) -> None:
        self._inner = inner
        self._number = number
        self._delivered = delivered
        self._kept = kept
        self.count = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.count += 1
        if self.count < self._number:
            return self._inner.handle_request(request)
        if self.count == self._number:
            if self._delivered:
                self._inner.handle_request(request)
            source = sqlite3.connect(f"{(find_home() / FILE).as_uri()}?mode=ro", uri=True)
            with closing(source), closing(sqlite3.connect(self._kept)) as target:
                source.backup(target)
        raise httpx.ConnectError("", request=request)

    @property
    def is_reached(self) -> bool:
        """Whether the last request was made."""
        return self.count >= self._number

    def put_back(self) -> None:
        """Give the state back as it was when the last request was made."""
        for path in find_home().glob(f"{FILE}*"):
            path.unlink()
        with closing(sqlite3.connect(self._kept)) as source, closing(sqlite3.connect(find_home() / FILE)) as target:
            source.backup(target)
        (find_home() / FILE).chmod(0o600)
        self._kept.unlink()


@dataclass(frozen=True, kw_only=True)
class Point:
    """Where runs are killed.

    Parameters
    ----------
    action
        What is done about people who left.
    automations
        Whether automations start, for rows that is; for people who left none ever does.
    numbers
        At which request of each run that is killed.
    delivered
        Whether those requests still reach the service.
    """

    action: str
    automations: bool = False
    numbers: tuple[int, ...]
    delivered: bool


def wrong(point: Point, folder: Path) -> str | None:
    """Play a point; return what is wrong, empty if nothing is, None where a run ended before the request."""
    clock = VirtualClock()
    box = Sandbox(clock=clock.monotonic, now=clock.now)
    inner = box.connection.link.transport
    assert inner is not None
    given: dict[str, Any] = {
        "leavers": point.action, "run_automations": point.automations, "allow": {"unsubscribing"},
        "mapping": {"email": "mail", "City": "city"},
    }  # fmt: skip
    export(people([*STAYING, *LEAVING]), through(box, clock), **given)
    frame = people([*STAYING, *JOINING])
    for number in point.numbers:
        cut = Cut(inner, number, delivered=point.delivered, kept=folder / "kept.sqlite3")
        wired = through(box, clock, transport=cut)
        made = plan(frame, through(box, clock), **given)
        with suppress(ActiveCampaignError):
            replace(made, connection=wired).run()
        if not cut.is_reached:
            return None
        cut.put_back()
        if int(ac.runs()["rows"].iloc[0]) != len(frame):
            return "the rows of the killed run do not add up"
        clock.sleep(30.0)
    export(frame, through(box, clock), **given)
    clock.sleep(30.0)
    export(frame, through(box, clock), **given)
    return "; ".join(_looked_at(box, point))


def _looked_at(box: Sandbox, point: Point) -> Iterator[str]:
    left = {address(number) for number in LEAVING}
    joined = {address(number) for number in JOINING}
    off = times_left(box)
    changed, times = (off, off) if point.action == "unsubscribe" else (tagged(box, f"left: {LIST}"), times_tagged(box))
    found = set(changed)
    others = on_list(box) ^ ({address(number) for number in STAYING} | joined | left - set(off))
    if others - (joined if point.automations else set()):  # rows without an answer are uncertain with automations on
        yield "others are on the list than should be"
    if point.action == "tag" and off:
        yield f"{len(off)} left the list who were to be tagged"
    if found - left:
        yield f"{len(found - left)} were changed who had not left"
    if left - found:
        yield f"{len(left - found)} who left were not changed"
    if set(times.values()) - {1}:
        yield "somebody was changed twice"


def points(*, automations: bool, step: int = 1, start: int = 1) -> Iterator[Point]:
    """Go through kills at requests, each before and after it is delivered, every third in the run after it, too."""
    for number in range(start, MOST, step):
        for delivered in (False, True):
            for action in ("unsubscribe", "tag"):
                numbers = (number, number) if number % 3 == 0 else (number,)
                yield Point(action=action, automations=automations, numbers=numbers, delivered=delivered)


def measure() -> list[Line]:
    """Return how many kills were played, and how many of them left somebody out, or changed somebody else."""
    lines = []
    for automations in (False, True):
        found = [_in_a_home(point) for point in points(automations=automations)]
        reached = [said for said in found if said is not None]
        name = f"kills of runs that unsubscribe or tag{', automations on' if automations else ''}: as promised"
        lines.append(count(name, sum(not said for said in reached), wanted=len(reached)))
        lines += [Line(name=f"  {said}", measured="", right=False) for said in reached if said]
    return lines


def _in_a_home(point: Point) -> str | None:
    before = os.environ.get("AC_NOTEBOOK_HOME")
    with tempfile.TemporaryDirectory(prefix="ac_notebook-leavers-") as folder:
        os.environ["AC_NOTEBOOK_HOME"] = str(Path(folder) / "home")
        try:
            return wrong(point, Path(folder))
        finally:
            if before is not None:
                os.environ["AC_NOTEBOOK_HOME"] = before
            else:
                del os.environ["AC_NOTEBOOK_HOME"]
