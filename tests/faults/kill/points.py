"""Points: where and how a run is stopped, chosen from the lines that runs reach."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from tests.faults.kill.cell import SIZE, VALID, Way
from tests.faults.kill.places import Place
from tests.faults.kill.scene import Weather

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Line = tuple[str, int]
"""A file and a line of it."""

Visits = dict[Line, int]
"""How often each line was reached."""

BATCHES = VALID // SIZE
"""Imports of a run, about."""

_BETWEEN_LINES = 0.3
_ONLY_RECOVERING = 0.3

_WAYS: dict[str, Way] = {way: way for way in get_args(Way)}
_WEATHERS: dict[str, Weather] = {weather: weather for weather in get_args(Weather)}

_LATE = 32
"""Every so many interrupts there is a request that is answered very late."""

_AFTER = (40, 400, 4_000)
"""Microseconds after a line, at the most, for the points that lie between lines."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """Where a run is stopped, and where the runs after it.

    Parameters
    ----------
    way
        How: killed, interrupted once or twice, or terminated.
    automations, changed
        Whether automations start; whether the frame is another one after the first run.
    weather
        What else goes wrong.
    places
        One for each run that is stopped.
    """

    way: Way
    automations: bool
    weather: Weather
    changed: bool
    places: tuple[Place, ...]

    def __str__(self) -> str:
        told: list[str] = [self.way, self.weather]
        told += ["automations"] * self.automations + ["changed"] * self.changed
        return ",".join([*told, *map(str, self.places)])

    @classmethod
    def read(cls, text: str) -> Point:
        """Return the point that a text names, as a failure prints it.

        Examples
        --------
        >>> str(Point.read("kill,rough,automations,runs/send.py:120:3,runs/recover.py:60:1+40"))
        'kill,rough,automations,runs/send.py:120:3,runs/recover.py:60:1+40'
        """
        way, weather, *rest = text.split(",")
        words = {word for word in rest if ":" not in word}
        return cls(
            way=_WAYS[way], weather=_WEATHERS[weather], automations="automations" in words, changed="changed" in words,
            places=tuple(Place.read(word) for word in rest if ":" in word),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """The lines that runs reach.

    Parameters
    ----------
    first
        By weather: the lines of a first run.
    recovering
        The lines of runs after one that was killed.
    """

    first: Mapping[Weather, Visits]
    recovering: Visits


def places(recorded: Recorded, chance: random.Random) -> Iterator[tuple[Weather, Place]]:
    """Go through places of first runs, without end: each line once, then other visits by chance, none twice."""
    weathers: dict[Line, list[Weather]] = defaultdict(list)
    for weather, visits in recorded.first.items():
        for key in visits:
            weathers[key].append(weather)
    given: set[Place] = set()
    once = _in_turn(weathers, chance)
    known = sorted(weathers)
    while True:
        unseen = next(once, None)
        key = unseen or chance.choice(known)
        weather = chance.choice(weathers[key])
        visit = _visit(recorded.first[weather][key], chance)
        after = chance.randint(1, chance.choice(_AFTER)) if unseen is None and chance.random() < _BETWEEN_LINES else 0
        place = Place(*key, visit, after)
        if place not in given:
            given.add(place)
            yield weather, place


def _visit(number: int, chance: random.Random) -> int:
    """Return one of the visits of a line: the first, one in the middle, or any; never the last of many."""
    most = max(number * 9 // 10, 1)
    return chance.choice((1, (most + 1) // 2, chance.randint(1, most)))


def later(recorded: Recorded, chance: random.Random) -> Iterator[Place]:
    """Go through places of recovering runs without end: some that only such runs reach, others that every run does."""
    first = recorded.first["calm"]
    only = [key for key in recorded.recovering if all(key not in visits for visits in recorded.first.values())]
    both = {key: min(number, first[key]) for key, number in recorded.recovering.items() if key in first}
    while True:
        if chance.random() < _ONLY_RECOVERING:
            key = chance.choice(only)
            yield Place(*key, chance.randint(1, recorded.recovering[key]))
        else:
            key = chance.choice(list(both))
            yield Place(*key, chance.choice((1, (both[key] + 1) // 2)))


def kills(recorded: Recorded, chance: random.Random) -> Iterator[Point]:
    """Go through points of kill -9 without end, each first without and then with automations.

    Every other one is killed during recovery, too, so that a third is (some recoveries do not come to the line), and
    every eighth twice; after every fifth the frame is another one.
    """
    again = later(recorded, chance)
    for number, (weather, place) in enumerate(places(recorded, chance)):
        nested = (number % 2 == 0) + (number % 8 == 0)
        stops = (place, *(next(again) for _ in range(nested)))
        for automations in (False, True):
            yield Point(
                way="kill", automations=automations, weather=weather, changed=number % 5 == 4, places=stops
            )  # fmt: skip


def interrupts(recorded: Recorded, chance: random.Random) -> Iterator[Point]:
    """Go through points of interrupts without end.

    Every third comes twice, every tenth is a SIGTERM instead; at some a request is answered very late.
    """
    every = places(recorded, chance)
    for number in itertools.count():
        weather, place = next(every)
        if number % _LATE == 1:
            weather, place = "slow", _while_sending(recorded.first["calm"], chance)
        yield Point(
            way="terminate" if number % 10 == 3 else "twice" if number % 3 == 1 else "interrupt",
            automations=number % 4 >= 2, weather=weather, changed=number % 5 == 4, places=(place,),
        )  # fmt: skip


def middle(visits: Visits) -> Place:
    """Return a place in the middle of sending."""
    return _while_sending(visits, random.Random(0))


def _while_sending(visits: Visits, chance: random.Random) -> Place:
    """Return a place in the second half of sending, at a line that each batch passes about once."""
    lines = [line for line, number in visits.items() if line[0] == "runs/send.py" and BATCHES <= number <= 2 * BATCHES]
    file, line = chance.choice(lines)
    return Place(file, line, chance.randint(BATCHES // 2, BATCHES - 3))


def _in_turn(lines: Iterable[Line], chance: random.Random) -> Iterator[Line]:
    """Go through lines, file by file in turn, so that also the first few are spread over all files."""
    files: dict[str, list[Line]] = defaultdict(list)
    for line in sorted(lines):
        files[line[0]].append(line)
    waiting = list(files.values())
    for file in waiting:
        chance.shuffle(file)
    while waiting:
        chance.shuffle(waiting)
        for file in waiting:
            yield file.pop()
        waiting = [file for file in waiting if file]
