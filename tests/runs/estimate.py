"""How true the remaining time is that a run foretells: every progress event of an export in virtual time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

import ac_notebook as ac
from ac_notebook.runs.run import Run
from ac_notebook.sandbox import Sandbox
from tests.benchmarks.table import Line
from tests.virtual import VirtualClock, VirtualFlights, through

if TYPE_CHECKING:
    from ac_notebook.remote.flights import Landed

FROM = 60.0
"""Seconds after which the estimate has to be true."""

UNTIL = 60.0
"""Seconds before the end from which on a tenth is too small to be promised."""

CONTACTS = 2  # per import, so that many requests are few contacts


@dataclass(frozen=True, kw_only=True)
class Foretold:
    """What a run said at a moment, and what became true: seconds."""

    at: float
    said: float
    true: float

    @property
    def error(self) -> float:
        return abs(self.said - self.true) / self.true


def foretell(requests: int, *, answer: float) -> tuple[list[Foretold], ac.Report]:
    """Export with answers of a length, and return what was foretold from the first minute on, and the report."""
    clock = VirtualClock()
    box = Sandbox(clock=clock.monotonic, now=clock.now)
    plain = through(box, clock)
    seen: list[tuple[float, ac.Progress]] = []
    runs: list[Run] = []

    class Recorded(VirtualFlights):
        def wait(self, seconds: float) -> list[Landed]:
            progress = runs[0].progress
            if progress is not None and not (seen and seen[-1][1] is progress):
                seen.append((clock.monotonic(), progress))
            return super().wait(seconds)

    link = replace(plain.link, flights=lambda _: Recorded(clock, lambda: (answer / 2, answer / 2)))
    connection = plain.replace(link=link, limits=replace(plain.limits, contacts_per_import=CONTACTS))
    people = pd.DataFrame({"E-mail": [f"p{number:06}@example.org" for number in range(CONTACTS * requests)]})
    plan = ac.plan(people, connection=connection, list="VIP", mapping={"email": "E-mail"})
    runs.append(Run(plan=plan))
    begun = clock.monotonic()
    runs[0].work()
    assert runs[0].error is None
    end = clock.monotonic()
    foretold = [
        Foretold(at=moment - begun, said=progress.seconds_left, true=end - moment)
        for moment, progress in seen
        if moment - begun >= FROM and end - moment >= UNTIL
    ]
    return foretold, runs[0].report()


def measure(requests: int = 4_000, answers: tuple[float, ...] = (0.0, 0.2, 0.8, 2.0)) -> list[Line]:
    """Return the largest error of the remaining time, for each length of an answer."""
    lines = []
    for answer in answers:
        foretold, report = foretell(requests, answer=answer)
        worst = max(foretold, key=lambda it: it.error)
        lines.append(
            Line(
                name=f"remaining time, {requests:,} imports, answers of {1000 * answer:,.0f} ms: largest error",
                measured=f"{worst.error:.1%}", wanted="<= 10 %",
                note=f"of {len(foretold):,} foretold; there: said {worst.said:,.0f} s, true {worst.true:,.0f} s",
                right=worst.error <= 0.1 and int(report.counts["imported"]) == CONTACTS * requests,
            )
        )  # fmt: skip
    return lines
