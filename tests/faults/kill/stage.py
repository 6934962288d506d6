"""The stage: a sandbox in a process of its own, a process that forks cells, and points played on them."""

from __future__ import annotations

import itertools
import signal
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import ac_notebook as ac
from tests.faults.kill.cell import Task
from tests.faults.kill.forks import Forks
from tests.faults.kill.points import Recorded, middle
from tests.faults.kill.scene import LATE, BrokenError, Scene

if TYPE_CHECKING:
    from ac_notebook.sandbox.served import ServedSandbox
    from tests.faults.kill.cell import Told
    from tests.faults.kill.forks import Ended
    from tests.faults.kill.places import Place
    from tests.faults.kill.points import Point, Visits
    from tests.faults.kill.scene import Weather

SPEED = 2_000
_ACCOUNTS = 300
"""Accounts after which the sandbox is started anew: it keeps everybody in memory."""


@dataclass(frozen=True, kw_only=True)
class Played:
    """What came of a point.

    Parameters
    ----------
    point
        Which.
    is_reached
        Whether the run was stopped there: with other timing, a line may be reached less often.
    nested
        How many of the runs after it were killed, too.
    uncertain
        How many rows the last run calls so.
    seconds
        From the interrupt to the end of the cell.
    how
        What ended the cell that was interrupted.
    wrong
        The promise that was not kept; empty when all were.
    """

    point: Point
    is_reached: bool = True
    nested: int = 0
    uncertain: int = 0
    seconds: float = 0.0
    how: str = ""
    wrong: str = ""


class Stage:
    """Plays points, one after another; used by one thread."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self.forks = self._stack.enter_context(Forks())
        self._box: ServedSandbox | None = None
        self._accounts = itertools.count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._box is not None:
            self._box.stop()
        self._stack.close()

    def scene(self, *, weather: Weather = "calm", automations: bool = False) -> Scene:
        """Return an account and a home in which nothing has happened yet."""
        number = next(self._accounts)
        if self._box is None or number % _ACCOUNTS == 0:
            if self._box is not None:
                self._box.stop()
            self._box = ac.sandbox.start(speed=SPEED)
        return Scene(box=self._box.add_account(f"Account {number}"), weather=weather, automations=automations)

    def prepare(self) -> None:
        """Have what an export imports on the way imported once, for all children."""
        self.forks.load(self._lines(self.scene()).modules)

    def recorded(self) -> Recorded:
        """Run cells that nothing stops, and return which lines they reach."""
        self.prepare()
        first: dict[Weather, Visits] = {}
        weathers: tuple[Weather, ...] = ("calm", "rough")
        for weather in weathers:
            plain = self._lines(self.scene(weather=weather)).visits
            first[weather] = _most(plain, self._lines(self.scene(weather=weather, automations=True)).visits)
        recovering: Visits = {}
        for automations in (False, True):
            scene = self.scene(weather="rough", automations=automations)
            place = middle(first["calm"])
            ended = self.forks.run(Task(home=scene.home, account=scene.account, automations=automations, place=place))
            assert ended.signal, "the run that was to be recovered from was not killed"
            recovering = _most(recovering, self._lines(scene).visits)
        return Recorded(first=first, recovering=recovering)

    def _lines(self, scene: Scene) -> Told:
        task = Task(home=scene.home, account=scene.account, automations=scene.automations, record=True)
        try:
            return _told(self.forks.run(task))
        finally:
            scene.close()

    def play(self, point: Point) -> Played:
        """Stop a run at a point, run the cell again, and hold the account against what was promised."""
        scene = self.scene(weather=point.weather, automations=point.automations)
        try:
            return self._killed(scene, point) if point.way == "kill" else self._interrupted(scene, point)
        except BrokenError as error:
            return Played(point=point, wrong=str(error))
        finally:
            scene.close()

    def _killed(self, scene: Scene, point: Point) -> Played:
        stopped = 0
        for number, place in enumerate(point.places):
            changed = point.changed and number > 0
            ended = self.forks.run(_task(scene, point, place, changed=changed))
            if ended.signal:
                stopped += 1
                scene.check_runs()
                continue
            scene.check_complete(_told(ended), changed=changed)
            if not stopped:
                return Played(point=point, is_reached=False)
        told = _told(self.forks.run(_task(scene, point, None, changed=point.changed)))
        scene.check_complete(told, changed=point.changed)
        scene.check_limits()
        scene.check_runs()
        return Played(point=point, nested=stopped - 1, uncertain=told.counts["uncertain"])

    def _interrupted(self, scene: Scene, point: Point) -> Played:
        # In a kernel that goes on; or in another one, and perhaps with another frame.
        same = point.way != "terminate" and not point.changed
        ended = self.forks.run(_task(scene, point, point.places[0], changed=False, again=same))
        terminated = point.way == "terminate" and ended.signal == signal.SIGTERM
        told = None if terminated else _told(ended)
        sent = scene.imports()
        if told is not None:
            if not told.is_reached:
                scene.check_complete(told, changed=False)
                return Played(point=point, is_reached=False)
            _check_end(told)
            if told.outcome is not None:
                scene.check(told, changed=False, is_first=told.again is None)
        again = told.again if told is not None and told.again is not None else None
        if again is None:
            again = _told(self.forks.run(_task(scene, point, None, changed=point.changed)))
            # Without a report it was over, or had not begun.
            if told is not None and told.outcome is None and not point.changed and sent and scene.imports() > sent:
                raise BrokenError(f"there is no report of what was sent: {told.how}")
        scene.check_complete(again, changed=point.changed)
        scene.check_limits()
        scene.check_runs(left=True)
        if terminated and point.weather == "calm" and again.counts["uncertain"]:
            raise BrokenError("ended by SIGTERM without waiting for the requests in flight")
        seconds = told.seconds or 0.0 if told is not None else 0.0
        how = told.how if told is not None else "SIGTERM"
        return Played(point=point, uncertain=again.counts["uncertain"], seconds=seconds, how=how)


def _check_end(told: Told) -> None:
    """Assert that an interrupted cell ended as it should, in time, and left nothing that goes on."""
    if told.how not in ("ExportInterrupted", "KeyboardInterrupt", "returned"):
        raise BrokenError(f"the cell ended with {told.how}: {told.said}")
    if told.seconds is None or told.seconds >= LATE:
        raise BrokenError(f"the cell waited for an answer, {told.seconds or 0.0:.1f} s long")
    if told.left:
        raise BrokenError("the run's thread is still there")


def _task(scene: Scene, point: Point, place: Place | None, *, changed: bool, again: bool = False) -> Task:
    return Task(
        home=scene.home, account=scene.account, automations=point.automations, changed=changed, place=place,
        way=point.way, again=again,
    )  # fmt: skip


def _told(ended: Ended) -> Told:
    if ended.told is None:
        raise BrokenError(
            ended.trouble.strip().splitlines()[-1] if ended.trouble else f"signal {ended.signal} ended it"
        )
    return ended.told


def _most(one: Visits, other: Visits) -> Visits:
    return {line: max(one.get(line, 0), other.get(line, 0)) for line in {**one, **other}}
