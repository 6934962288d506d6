"""``python -m tests.stories``: the core stories with very many combinations of the sandbox's switches."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
import traceback
from typing import TYPE_CHECKING

from ac_notebook.sandbox import Sandbox
from ac_notebook.sandbox.quirks import positions
from tests.benchmarks.table import Line, count, show
from tests.stories.combinations import at_random, each_alone, every_pair
from tests.stories.scene import Scene
from tests.stories.stories import STORIES
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ac_notebook.sandbox import Quirks

BY_CHANCE = 400
SEED = 20_261


def measure() -> list[Line]:
    """Return how many combinations the stories held with, and a line for each that they did not."""
    lines = _told("one switch in another position", each_alone()) + _told("every pair of positions", every_pair())
    return lines + _told(f"by chance (seed {SEED})", at_random(BY_CHANCE, SEED))


def _told(name: str, combinations: Iterable[Quirks]) -> list[Line]:
    run = 0
    wrong: list[Line] = []
    for quirks in combinations:
        for story in STORIES:
            run += 1
            try:
                _tell(story, quirks)
            except Exception as error:  # noqa: BLE001 - every one is a finding, and the others are still to be told
                where = traceback.extract_tb(error.__traceback__)[-1]
                others = {
                    name: chosen for name, known in positions().items() if (chosen := getattr(quirks, name)) != known[0]
                }
                said = f"{story.__name__}: {type(error).__name__} in {where.name}, line {where.lineno}: {others}"
                wrong.append(Line(name=f"  {said}", measured="", right=False))
    note = f"{run // len(STORIES)} combinations of {len(positions())} switches, {len(STORIES)} stories each"
    return [count(f"stories that hold, {name}", run - len(wrong), wanted=run, note=note), *wrong]


def _tell(story: Callable[[Scene], None], quirks: Quirks) -> None:
    clock = VirtualClock()
    box = Sandbox(clock=clock.monotonic, now=clock.now, quirks=quirks)
    with tempfile.TemporaryDirectory(prefix="ac_notebook-stories-") as home, contextlib.redirect_stdout(io.StringIO()):
        os.environ["AC_NOTEBOOK_HOME"] = home
        with contextlib.redirect_stderr(io.StringIO()):
            story(Scene(box, through(box, clock), quirks))


if __name__ == "__main__":
    sys.exit(0 if show("Stories", measure()) else 1)
