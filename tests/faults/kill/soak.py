"""Kills and interrupts at as many points as one likes, on two stages at once."""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.benchmarks.table import Line, count
from tests.faults.kill.points import interrupts, kills
from tests.faults.kill.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.kill.points import Point
    from tests.faults.kill.stage import Played

KILLS, INTERRUPTS = 1_000, 500
SEED = 5
GRACE = 5.0
"""Seconds after an interrupt within which the cell returns (issue 5, deliver 7)."""

LONGEST = 30 * 60.0
"""Seconds after which no further point is played, on a machine that is busy with other things."""

_STAGES = min(os.cpu_count() or 1, 4)


@dataclass(kw_only=True)
class Wanted:
    """Points that are to be played until enough of them were reached.

    Parameters
    ----------
    points
        Without end.
    enough
        How many have to be reached, of each kind.
    """

    points: Iterator[Point]
    enough: int
    played: list[Played] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, deadline: float) -> Point | None:
        """Return the next point, None when enough were reached or time is up."""
        with self._lock:
            if time.monotonic() > deadline or self.reached >= self.enough:
                return None
            return next(self.points)

    def put(self, played: Played) -> None:
        """Keep what came of a point."""
        if played.wrong:  # at once: the others take long
            print(f"python -m tests.faults.kill {played.point}: {played.wrong}", file=sys.stderr, flush=True)  # noqa: T201
        with self._lock:
            self.played.append(played)

    @property
    def reached(self) -> int:
        """How many points at lines of the package were reached."""
        return sum(played.is_reached and played.point.places[0].is_ours for played in self.played)

    @property
    def wrong(self) -> list[Played]:
        """Those at which a promise was not kept."""
        return [played for played in self.played if played.wrong]


def play(killed: int, interrupted: int, *, seed: int = SEED, stages: int = _STAGES) -> tuple[Wanted, Wanted]:
    """Play points until so many kills and interrupts were reached, and return what came of them."""
    deadline = time.monotonic() + LONGEST
    with ThreadPoolExecutor(stages) as pool, Stage() as stage:
        recorded = stage.recorded()
        wanted = (
            Wanted(points=kills(recorded, random.Random(seed)), enough=killed),
            Wanted(points=interrupts(recorded, random.Random(seed)), enough=interrupted),
        )
        others = [pool.submit(_play_on_another, wanted, deadline) for _ in range(stages - 1)]
        _play_on(stage, wanted, deadline)
        for other in others:
            other.result()
    return wanted


def _play_on_another(wanted: tuple[Wanted, ...], deadline: float) -> None:
    with Stage() as stage:
        stage.prepare()
        _play_on(stage, wanted, deadline)


def _play_on(stage: Stage, wanted: tuple[Wanted, ...], deadline: float) -> None:
    for kind in wanted:
        while (point := kind.next(deadline)) is not None:
            kind.put(stage.play(point))


def measure(killed: int = KILLS, interrupted: int = INTERRUPTS) -> list[Line]:
    """Return at how many points the promises held, and a line for each at which they did not.

    Each place is played without and with automations, and counts if it was reached both times: so there are more than
    twice as many kills as places.
    """
    kill, interrupt = play(round(2.15 * killed), interrupted)
    reached = [played for played in kill.played if played.is_reached]
    times = Counter(played.point.places[0] for played in reached if played.point.places[0].is_ours)
    places = [place for place, number in times.items() if number > 1]
    slowest = max(((played.seconds, str(played.point)) for played in interrupt.played), default=(0.0, ""))
    ended = Counter(played.how for played in interrupt.played if played.is_reached)
    wrong = [*kill.wrong, *interrupt.wrong]
    return [
        Line(name="places of kill -9", measured=f"{len(places):,}", wanted=f"{killed:,}", right=len(places) >= killed),
        Line(
            name="kills", measured=f"{len(reached):,}", wanted=f"{2 * killed:,}", right=len(reached) >= 2 * killed,
            note=f"{sum(p.nested > 0 for p in reached):,} also during recovery, {sum(p.nested > 1 for p in reached):,} "
            f"of them twice; {sum(p.uncertain > 0 for p in reached):,} with rows called uncertain",
        ),
        Line(
            name="interrupts", measured=f"{interrupt.reached:,}", wanted=f"{interrupted:,}",
            note=", ".join(f"{number} {how}" for how, number in ended.most_common()),
            right=interrupt.reached >= interrupted,
        ),
        Line(
            name="seconds to the cell's end", measured=f"{slowest[0]:.2f}", wanted=f"{GRACE:g}",
            note=f"the slowest: {slowest[1]}", right=slowest[0] <= GRACE,
        ),
        count("broken promises", len(wrong), wanted=0),
        *(Line(name=f"  python -m tests.faults.kill {p.point}", measured="", note=p.wrong, right=False) for p in wrong),
    ]  # fmt: skip
