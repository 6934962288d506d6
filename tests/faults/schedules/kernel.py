"""One life of a kernel in virtual time, and its end: kill -9 at any instant that one can name.

What a killed process leaves is its home as it is on disk at that instant, and requests of which some had reached the
service. So that is what a kill is here: the home is copied, each request under way reaches the service or does not, and
from then on nothing of that kernel has any effect.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from ac_notebook.remote.answers import Answer
from ac_notebook.remote.flights import Landed, answer_of
from ac_notebook.remote.windows import LONGEST_CALL, Margins
from ac_notebook.storage.database import FILE
from ac_notebook.storage.pace import FILE as PACE
from tests.virtual import VirtualClock, VirtualFlights

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

INSTANTS = {"start": 9, "arrive": 16, "answered": 16, "land": 9, "wait": 60, "commit": 24}
"""Before a request leaves; before it is with the service; after it was, before its answer leaves; after its answer
came; before a wait; after a transaction of the journal. And how many of them a run has, more or less."""

_MOST_EVENTS = 20_000
_NOBODY = 2**22 + 7
"""A process number that no process has: larger than any."""


class Killed(BaseException):
    """Nothing of this kernel has any effect any more."""


class Endless(BaseException):
    """A run that goes on and on; no Exception, so that nothing takes it for a lost answer."""


@dataclass
class Kernel:
    """A process with its home, and what happens to it at some instant.

    Parameters
    ----------
    home
        Its folder.
    clock
        Its time.
    """

    home: Path
    clock: VirtualClock
    run: int = 0
    """Number of the run under way, for all kernels together."""
    repeats: bool = False
    """Whether it was asked to send everything again."""
    counts: Counter[str] = field(default_factory=Counter)
    at: tuple[str, int] | None = None
    """The instant at which something happens: its name, and which of them."""
    act: Callable[[], None] = lambda: None
    happened: bool = False
    dead: bool = False
    broken: list[Exception] = field(default_factory=list)
    """What was wrong with what happened."""
    flights: list[Flights] = field(default_factory=list)
    starts: list[tuple[float, bool]] = field(default_factory=list)
    """When requests were started, and whether they are imports."""
    is_late: bool = False
    """Whether the request that arrives now was on its way for longer than limits are kept under."""
    withheld: set[int] = field(default_factory=set)
    """Which of these never left, because the agreement was withdrawn as they were about to."""

    def begin(self, run: int, *, repeats: bool) -> None:
        """Begin a run."""
        self.run, self.repeats = run, repeats
        self.counts.clear()
        self.starts.clear()
        self.withheld.clear()
        self.flights.clear()

    def expect(self, at: tuple[str, int] | None, act: Callable[[], None]) -> None:
        """Have something happen at an instant of the run that begins now."""
        self.at, self.act, self.happened = at, act, False

    def reach(self, instant: str) -> None:
        """Go through an instant; what is to happen then happens."""
        if self.dead:
            raise Killed
        self.counts[instant] += 1
        if self.counts[instant] > _MOST_EVENTS:
            raise Endless
        if self.at == (instant, self.counts[instant]) and not self.happened:
            self.happened = True
            try:
                self.act()
            except Exception as error:  # noqa: BLE001 - raised after the run: here it would be taken for a lost answer
                self.broken.append(error)

    def die(self, left: Path, chance: random.Random) -> None:
        """End here: leave the home as it is on disk, and let some of the requests under way arrive."""
        shutil.copytree(self.home, left)
        _let_go_of_the_pace(left)
        for flights in self.flights:
            for call in list(flights.travelling.values()):
                if chance.random() < 0.5:
                    answer_of(call)
        self.dead = True
        raise Killed

    def _watched(self, base: type[sqlite3.Connection]) -> type[sqlite3.Connection]:
        """Return a kind of connection to the journal that says when something is on disk."""
        kernel = self

        class Watched(base):  # type: ignore[misc, valid-type]  # whatever kind it is
            def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
                result: sqlite3.Cursor = super().execute(sql, parameters)
                if sql == "COMMIT":
                    kernel.reach("commit")
                return result

        return Watched

    @contextmanager
    def running(self) -> Iterator[None]:
        """Notice each transaction of the journal meanwhile."""

        def connect(database: Any, *args: Any, **options: Any) -> sqlite3.Connection:
            if Path(database) == self.home / FILE:
                options["factory"] = self._watched(options.get("factory", sqlite3.Connection))
            connection: sqlite3.Connection = original(database, *args, **options)
            return connection

        original = sqlite3.connect
        with patch.object(sqlite3, "connect", connect):
            yield


class Flights(VirtualFlights):
    """Requests in flight of a kernel that may end.

    Parameters
    ----------
    kernel
        Whose they are.
    delays
        Gives the seconds there and back, request by request.
    """

    def __init__(self, kernel: Kernel, delays: Callable[[], tuple[float, float]]) -> None:
        super().__init__(kernel.clock, self._drawn)
        self._kernel = kernel
        self._draw = delays
        self._drawn_now = (0.0, 0.0)
        self.travelling: dict[int, Callable[[], Answer]] = {}
        kernel.flights.append(self)

    def start(self, token: object, call: Callable[[], Answer]) -> None:
        self._kernel.reach("start")
        self._kernel.starts.append((self._kernel.clock.monotonic(), hasattr(token, "job")))
        there, back = self._drawn_now = self._draw()
        key, number = self._kernel.counts["start"], len(self._kernel.starts) - 1

        def arrive() -> Answer:
            del self.travelling[key]
            self._kernel.is_late = there > Margins().request
            try:
                answer = call()
            finally:
                self._kernel.is_late = False
            if answer.meaning == "not-sent" and "withdrawn" in answer.message:
                self._kernel.withheld.add(number)
            # No call of the client's takes longer than that: it gives up, and the request has had its effect.
            return Answer(meaning="lost", message="the answer did not end") if there + back > LONGEST_CALL else answer

        self.travelling[key] = arrive
        super().start(token, arrive)

    def wait(self, seconds: float) -> list[Landed]:
        self._kernel.reach("wait")
        landed = super().wait(seconds)
        if landed:
            self._kernel.reach("land")
        return landed

    def _drawn(self) -> tuple[float, float]:
        there, back = self._drawn_now
        return there, min(back, LONGEST_CALL - there)


def _let_go_of_the_pace(home: Path) -> None:
    """Have the pace's places belong to a process that is gone: here, all kernels are one process of the machine."""
    if not (home / PACE).exists():
        return
    database = sqlite3.connect(home / PACE, isolation_level=None)
    try:
        if database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'requests'").fetchone()[0]:
            database.execute("UPDATE requests SET process = ?", (_NOBODY,))
    finally:
        database.close()
