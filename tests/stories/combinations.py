"""Combinations of the sandbox's switches: few that hold every pair of positions, or as many as wanted by chance."""

from __future__ import annotations

import random
from itertools import combinations
from typing import TYPE_CHECKING, Any

from ac_notebook.sandbox import Quirks
from ac_notebook.sandbox.quirks import positions

if TYPE_CHECKING:
    from collections.abc import Iterator

Pair = tuple[tuple[str, int], tuple[str, int]]


def each_alone() -> list[Quirks]:
    """Return each position of each switch that is not the harsher one, all others being harsh."""
    return [Quirks(**{name: position}) for name, known in positions().items() for position in known[1:]]


def every_pair(seed: int = 0) -> list[Quirks]:
    """Return combinations in which every pair of positions of two switches occurs at least once.

    All of the combinations are more than 10^19; what goes wrong with two switches together is met here, what needs
    three is met by chance (`at_random`).
    """
    chance = random.Random(seed)
    names = list(positions())
    missing = {
        ((first, one), (other, two))
        for first, other in combinations(names, 2)
        for one in range(len(positions()[first]))
        for two in range(len(positions()[other]))
    }
    chosen = []
    while missing:
        combination = _greedy(names, missing, chance)
        missing -= set(combinations([(name, combination[name]) for name in names], 2))
        chosen.append(_quirks(combination))
    return chosen


def _greedy(names: list[str], missing: set[Pair], chance: random.Random) -> dict[str, int]:
    """Return a combination that begins with a missing pair and goes on with what holds the most of the others."""
    order = {name: number for number, name in enumerate(names)}
    combination = dict(min(missing) if chance.random() < 0.5 else max(missing))
    for name in chance.sample(names, len(names)):
        if name in combination:
            continue

        def gained(position: int, name: str = name) -> tuple[int, float]:
            pairs = (
                tuple(sorted([(name, position), (other, its)], key=lambda end: order[end[0]]))
                for other, its in combination.items()
            )
            return sum(pair in missing for pair in pairs), chance.random()

        combination[name] = max(range(len(positions()[name])), key=gained)
    return combination


def at_random(count: int, seed: int) -> Iterator[Quirks]:
    """Give combinations by chance, the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        yield _quirks({name: chance.randrange(len(known)) for name, known in positions().items()})


def _quirks(combination: dict[str, int]) -> Quirks:
    chosen: dict[str, Any] = {name: positions()[name][number] for name, number in combination.items()}
    return Quirks(**chosen)
