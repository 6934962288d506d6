"""Settling in virtual time: how many questions a batch takes, and how many batches are open when the last is sent."""

from __future__ import annotations

import contextlib
import io
import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

import ac_notebook as ac
from ac_notebook.sandbox import Sandbox
from tests.benchmarks.places import home_in_memory
from tests.benchmarks.table import Line
from tests.importer import SlowImporter
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from collections.abc import Callable

    Ends = Callable[[int, float], float]

BATCHES = 1_000
FEW_BATCHES = 600


def serial(seconds: float, least: float = 6.0) -> Ends:
    """Return an importer that takes so many seconds for each batch, one after the other."""
    free = 0.0

    def ends(_: int, received: float) -> float:
        nonlocal free
        free = max(free, received) + seconds
        return max(free, received + least)

    return ends


def between(least: float, most: float) -> Ends:
    """Return an importer whose batches take anything between two times."""
    chance = random.Random(1)
    return lambda _, received: received + chance.uniform(least, most)


def some_never(share: float) -> Ends:
    """Return an importer that never ends some batches."""
    chance = random.Random(1)
    return lambda _, received: float("inf") if chance.random() < share else received + 6.0


def paused(first: int, seconds: float) -> Ends:
    """Return an importer that rests for a while from a batch on, and then catches up at once."""
    until = 0.0

    def ends(number: int, received: float) -> float:
        nonlocal until
        if number == first:
            until = received + seconds
        return max(received + 6.0, until)

    return ends


CASES: dict[str, tuple[Callable[[], Ends], float, int | None]] = {
    "as documented": (lambda: between(4.8, 6.0), 1.3, 100),
    "each batch 5 to 15 s": (lambda: between(5.0, 15.0), 1.3, 100),
    "each batch 5 to 60 s": (lambda: between(5.0, 60.0), 1.3, None),
    "one after the other, 0.55 s": (lambda: serial(0.55), 1.3, 100),
    "one after the other, 0.7 s": (lambda: serial(0.7), 1.3, None),
    "one of 100 never ends": (lambda: some_never(0.01), 1.3, 100),
    "rests for five minutes": (lambda: paused(50, 300.0), 1.3, None),
}
"""By name: the importer, the most questions a batch may take, and how many may be open at the last import."""
QUICK_CASES = ("as documented", "one of 100 never ends")


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What an export took."""

    questions: float
    open_batches: int
    not_over: int
    time: float
    confirmed: float
    imported: int


def settle(ends: Ends, batches: int, delays: tuple[float, float] = (0.02, 0.03)) -> Settled:
    """Export so many batches of two contacts to an importer, at the documented limits."""
    with home_in_memory():
        return _settle(ends, batches, delays)


def _settle(ends: Ends, batches: int, delays: tuple[float, float]) -> Settled:
    clock = VirtualClock()
    box = Sandbox(clock=clock.monotonic, now=clock.now)
    importer = SlowImporter(box.connection.link.transport, clock, ends)
    connection = through(box, clock, transport=importer, delays=lambda: delays)
    connection = connection.replace(limits=replace(connection.limits, contacts_per_import=2))
    frame = pd.DataFrame({"e": [f"p{number:06}@example.org" for number in range(2 * batches)]})
    with contextlib.redirect_stdout(io.StringIO()):
        report = ac.export(frame, connection=connection, list="VIP", mapping={"email": "e"})
    last = importer.imports[-1]
    ended = [moment for moment in importer.ends.values() if moment <= clock.monotonic()]
    return Settled(
        questions=len(importer.questions) / len(importer.imports),
        open_batches=importer.open_at_the_last_import,
        not_over=sum(moment > last for moment in importer.ends.values()),
        time=(last - importer.imports[0]) / ((batches - 1) * connection.limits.seconds_between_imports),
        confirmed=max(moment for moment, _ in importer.questions) - max(ended, default=last),
        imported=int(report.counts["imported"]),
    )


def measure(*, quick: bool) -> list[Line]:
    """Return the lines about settling."""
    lines = []
    batches = FEW_BATCHES if quick else BATCHES
    for name in QUICK_CASES if quick else CASES:
        make, questions, most_open = CASES[name]
        found = settle(make(), batches)
        note = (
            f"{found.open_batches} open at the last import, of which {found.not_over} not over; "
            f"sending {found.time:.3f} of the floor; the last question {found.confirmed:.1f} s after the last end"
        )
        right = found.questions <= questions and (most_open is None or found.open_batches <= most_open)
        lines.append(
            Line(
                name=f"{batches:,} batches, {name}: questions a batch", measured=f"{found.questions:.3f}",
                wanted=f"<= {questions}", note=note, right=right,
            )
        )  # fmt: skip
    return lines
