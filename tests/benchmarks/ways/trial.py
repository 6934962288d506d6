"""One way of exporting, against a sandbox of its own in virtual time: what becomes of rows, and when.

The sandbox lives in this process, and its answers let the time pass that they take; so the figures are the same each
time, on any machine. The client, whose environment knows nothing of us, talks to the same sandbox over a socket.
"""

from __future__ import annotations

import os
import random
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from ac_notebook.model.limits import Limits
from ac_notebook.sandbox import Sandbox
from ac_notebook.sandbox.server import Server
from tests.benchmarks.places import home_in_memory
from tests.benchmarks.ways import hand_written, one_by_one, ours
from tests.benchmarks.ways.exporter import CLIENT, LOOP, OURS, exporter
from tests.faults.schedules.kernel import Flights, Kernel, Killed
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from ac_notebook import Connection
    from tests.benchmarks.ways.exporter import Way
    from tests.benchmarks.ways.people import People

ANSWERS = 0.25
"""Seconds that an answer takes."""
PHONE = "+46701740605"
LIST = "Readers"
_SENDS = ("/import/bulk_import", "/contact/sync")
_APPLIED = 60.0
"""Seconds after which whatever was queued is applied."""
_TOO_LATE = "it ended before it was killed"


@dataclass
class Answering:
    """Lets the time pass that an answer takes, and does something at one of the requests.

    Parameters
    ----------
    clock
        The time.
    at, act
        At which request from now on what is done; at none with 0.
    """

    clock: VirtualClock
    at: int = 0
    act: Callable[[], None] = lambda: None

    def __call__(self, seconds: float) -> None:
        """Answer a request."""
        self.clock.sleep(seconds)
        self.at -= 1
        if self.at == 0:
            self.act()


def _kill() -> None:
    raise Killed


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A way, its customers, and the sandbox that it exports to."""

    way: Way
    people: People
    box: Sandbox
    clock: VirtualClock
    answering: Answering
    folder: Path
    seeded: int = field(default=0)

    def run(self) -> tuple[int, str]:
        """Export, and return how many rows it says are done, and the error that it ended with, if it did."""
        try:
            return self._export()
        except Exception as error:  # noqa: BLE001 - how it ended is what is asked for
            return 0, type(error).__name__
        finally:
            self.clock.sleep(_APPLIED)

    def run_and_kill(self) -> None:
        """Export, and end it as kill -9 does, when half of what has to be sent is on its way."""
        if self.way == OURS:
            self._run_ours_and_kill()
        else:
            self.answering.at, self.answering.act = self.half, _kill
            with suppress(Killed):
                self._export()
                raise AssertionError(_TOO_LATE)
        self.clock.sleep(_APPLIED)

    @property
    def half(self) -> int:
        """Which request is the middle one: of three for a contact and three before, or of imports and two before."""
        return 2 + ceil(self.once / Limits().contacts_per_import) // 2 if self.way.bulk else 3 + self.once * 3 // 2

    def _export(self) -> tuple[int, str]:
        if self.way == OURS:
            return ours.export(self.people.frame, self.connection()), ""
        if self.way == CLIENT:
            return self._export_over_a_socket()
        export = hand_written.export if self.way == LOOP else one_by_one.export
        with _api(self.box) as api:
            return export(self.people.frame, api, self.clock.sleep), ""

    def _export_over_a_socket(self) -> tuple[int, str]:
        environment = {"ACTIVECAMPAIGN_URL": self.box.url, "ACTIVECAMPAIGN_API_KEY": self.box.api_key}
        with exporter(self.way) as by:
            if self.answering.at > 0:
                self.answering.act = by.process.kill
            said = by.run(self.way.given(self.people, self.folder), environment)
        if not said:
            raise Killed
        return said.get("done", 0), said.get("raised", "")

    def _run_ours_and_kill(self) -> None:
        """Kill it as it is about to send the middle one: its home is then what it was on disk."""
        kernel = Kernel(home=Path(os.environ["AC_NOTEBOOK_HOME"]), clock=self.clock)
        left = self.folder / "left"
        kernel.expect(("start", self.half), lambda: kernel.die(left, random.Random(1)))
        plain = self.connection()
        link = replace(plain.link, flights=lambda _: Flights(kernel, _there_and_back))
        with suppress(Killed):
            ours.export(self.people.frame, plain.replace(link=link))
            raise AssertionError(_TOO_LATE)
        os.environ["AC_NOTEBOOK_HOME"] = str(left)

    def connection(self) -> Connection:
        """Return a connection in virtual time."""
        return through(self.box, self.clock, delays=_there_and_back)

    @property
    def once(self) -> int:
        """How many contacts the way sends when nothing is in its way."""
        if self.way == OURS:
            return len(self.people.wanted | self.people.unsubscribed)
        return len(hand_written.choose(self.people.frame))

    def requests(self) -> pd.DataFrame:
        """Return the requests since the account was filled."""
        return self.box.requests().iloc[self.seeded :]

    def sent(self) -> int:
        """Return how many contacts were sent, those counted twice that were sent twice."""
        requests = self.requests()
        requests = requests[requests["method"].eq("POST") & requests["path"].str.endswith(_SENDS)]
        return int(requests["contacts"].clip(lower=1).sum())

    def active(self) -> set[str]:
        """Return the addresses on the list, in small letters."""
        list_id = int(self.box.lists().set_index("name")["id"][LIST])
        places, contacts = self.box.memberships(), self.box.contacts().set_index("id")["email"]
        on = places[places["list"].eq(list_id) & places["status"].eq(1)]["contact"]
        return set(contacts.loc[on].str.lower())


@contextmanager
def trial(way: Way, people: People, *, loses: str = "") -> Iterator[Trial]:
    """Make a sandbox that has a list with an automation, people who left it, and people with a phone.

    Parameters
    ----------
    way, people
        Who exports whom.
    loses
        The kind of request of which the fifth is taken and its answer lost; none if empty.
    """
    clock = VirtualClock()
    answering = Answering(clock)
    with (
        tempfile.TemporaryDirectory(prefix="ac_notebook-ways-") as folder,
        home_in_memory(),
        Sandbox(clock=clock.monotonic, now=clock.now, sleep=answering) as box,
    ):
        _fill(box, people, clock)
        if loses:
            box.faults.add(on=loses, nth=5, kind="drop_after")
        if way != OURS:  # whose requests in flight let the time pass
            box.faults.add(on="any", kind="delay", seconds=ANSWERS, times=None)
        if way == CLIENT:
            box.attach(Server(box.app, 0))
        yield Trial(
            way=way, people=people, box=box, clock=clock, answering=answering, folder=Path(folder),
            seeded=len(box.requests()),
        )  # fmt: skip


def _there_and_back() -> tuple[float, float]:
    return ANSWERS / 2, ANSWERS / 2


def _api(box: Sandbox) -> httpx.Client:
    transport = box.connection.link.transport
    return httpx.Client(base_url=f"{box.url}/api/3/", headers={"Api-Token": box.api_key}, transport=transport)


def _fill(box: Sandbox, people: People, clock: VirtualClock) -> None:
    number = box.add_list(LIST, automation=True)
    everybody = sorted(people.unsubscribed | people.known)
    with _api(box) as api:
        for start in range(0, len(everybody), 250):
            contacts = [{"email": address, "phone": PHONE} for address in everybody[start : start + 250]]
            api.post("import/bulk_import", json={"contacts": contacts}).raise_for_status()
            clock.sleep(1.0)
    clock.sleep(_APPLIED)
    for address in people.unsubscribed:
        box.unsubscribe(address, number)
