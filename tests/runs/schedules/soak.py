"""Schedules at full size: many starts at once, and many cron texts where clocks are changed."""

from __future__ import annotations

import contextlib
import io
import random
import tempfile
from datetime import timedelta
from pathlib import Path

from ac_notebook.runs.schedules.cron import moments
from ac_notebook.sandbox import Sandbox
from tests.benchmarks.table import Line, count
from tests.runs.schedules.scene import daily
from tests.runs.schedules.test_at_once import raced
from tests.runs.schedules.test_due_times import CHANGES, CRONS
from tests.runs.schedules.walked import utc, walked
from tests.virtual import VirtualClock, through

STARTS = 200
TEXTS = 60
SEED = 7
AROUND = timedelta(days=2)


def measure() -> list[Line]:
    """Return what was run of 200 due moments at each number of processes, and which cron texts are read differently."""
    lines = []
    for processes in (2, 4, 8):
        ran = _raced(processes)
        lines.append(count(f"moments run twice, {processes} processes", len(ran) - len(set(ran)), wanted=0))
        lines.append(count(f"moments run, of {STARTS}", len(set(ran)), wanted=STARTS))
    chance = random.Random(SEED)
    texts = [*CRONS, *(_text(chance) for _ in range(TEXTS))]
    wrong = [
        text
        for timezone, both in CHANGES.items()
        for change in map(utc, both)
        for text in texts
        if moments(text, timezone, after=change - AROUND, until=change + AROUND)
        != walked(text, timezone, after=change - AROUND, until=change + AROUND)
    ]
    lines.append(
        count(f"of {6 * len(texts)} stretches with a change of the clock, other moments", len(wrong), wanted=0)
    )
    return lines


def _raced(processes: int) -> list[str]:
    """Return the moments that were run when so many processes ask at once."""
    clock = VirtualClock()
    box = Sandbox(clock=clock.monotonic, now=clock.now)
    name = f"Raced by {processes}"
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        export = daily(through(box, clock), name, cron="* * * * *")
        ran = raced(Path(folder) / "ran.txt", processes=processes, rounds=STARTS)
        export.unschedule()
    return ran


def _text(chance: random.Random) -> str:
    minute = chance.choice(["*", f"*/{chance.randint(2, 30)}", str(chance.randint(0, 59)), "0,15,30,45"])
    hour = chance.choice(["*", f"*/{chance.randint(2, 12)}", str(chance.randint(0, 4)), "1-3", "0,2,23"])
    day = chance.choice(["*", "*", str(chance.randint(1, 28)), "1-7"])
    weekday = chance.choice(["*", "*", str(chance.randint(0, 6)), "1-5"])
    return f"{minute} {hour} {day} * {weekday}"
