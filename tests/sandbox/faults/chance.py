"""Faults by chance: an export again and again until it is through, and what holds all the while.

For a soak, in a home of its own: ``python -m tests.sandbox.faults.chance 1000 2000``.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from dataclasses import dataclass

from tests.sandbox.faults.promises import Scene

MOST_RUNS = 8


@dataclass(frozen=True)
class Weather:
    """What a seed brought: how often the export ran, and what it met."""

    seed: int
    share: float
    runs: int
    met: tuple[str, ...]


def run_seed(seed: int) -> Weather:
    """Export in the bad weather of a seed; assert the promises after each run, and that all is well when it clears."""
    chance = random.Random(seed)
    scene = Scene()
    share = chance.choice((0.02, 0.05, 0.1, 0.3))
    scene.box.faults.randomly(share=share, seed=seed)
    runs = 0
    for _ in range(chance.randint(1, MOST_RUNS)):
        runs += 1
        wait = chance.choice((0, 30, 600))
        if chance.random() < 0.3:  # somebody changes the data between two runs
            scene.frame.loc[chance.randrange(20), "Name"] = f"Changed {runs}"
        scene.run(wait=wait)
    scene.box.faults.clear()
    last = scene.run()
    assert last is not None
    assert scene.is_complete(), f"seed {seed}: {last.counts.to_dict()}"
    return Weather(seed, share, runs, tuple(scene.box.faults.happened()["kind"]))


def main(first: int, last: int) -> None:
    """Run some seeds, and print those that break a promise."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["AC_NOTEBOOK_HOME"] = home
        bad = 0
        for seed in range(first, last):
            try:
                run_seed(seed)
            except AssertionError as error:
                bad += 1
                print(f"{seed}: {str(error).splitlines()[0] if str(error) else 'a promise was broken'}")  # noqa: T201
        print(f"{last - first} seeds, {bad} bad")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
