"""``python -m tests.openapi``: that nothing makes the sandbox answer as a broken server, at full size.

It takes about a minute, prints its figures, and ends with 1 when one of them is wrong.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ac_notebook.sandbox.api.endpoints import ROUTES
from tests.benchmarks.table import Line, count, show
from tests.openapi import generated, hostile
from tests.openapi.description import operations

if TYPE_CHECKING:
    from collections.abc import Mapping

WANTED_GENERATED = 5_000
WANTED_HOSTILE = 20_000
EXAMPLES, SCENARIOS = 60, 300
HOSTILE = 50_000
_SHOWN = 20  # of what is wrong


def main() -> int:
    """Measure, print the figures, and return the exit code."""
    return 0 if show("Requests that were made up", measure()) else 1


def measure() -> list[Line]:
    """Return the figures, and a line for everything that is wrong."""
    return [*_described(), *_generated(), *_hostile()]


def _described() -> list[Line]:
    described = {one.name for one in operations()} ^ {f"{route.method} {route.path}" for route in ROUTES}
    return [count("routes that only the app or only its description has", len(described), wanted=0)]


def _generated() -> list[Line]:
    if not generated.PROGRAM.exists():
        return [Line(name="requests by Schemathesis", measured="none", note=generated.MISSING, right=False)]
    found = generated.run(EXAMPLES, SCENARIOS, breaking=True)
    return [
        _least("requests by Schemathesis, as the sandbox counts", found.requests, WANTED_GENERATED, found.statuses),
        _least("  as Schemathesis counts", found.generated, WANTED_GENERATED),
        count("  operations that were carried out", len(found.succeeded), wanted=len(ROUTES)),
        count("  answers of 500 and above, or none", found.broken, wanted=0),
        count("  what Schemathesis found", len(found.complaints), wanted=0),
        count("  answers that are neither JSON nor empty", len(found.unreadable), wanted=0),
        Line(name="  callbacks that arrived", measured=f"{found.called_back:,}", right=found.called_back > 0),
        count("  differences of account and ledger", int(found.difference != ""), wanted=0, note=found.difference),
        *_wrong([*found.complaints, *found.unreadable]),
    ]


def _hostile() -> list[Line]:
    found = hostile.run(HOSTILE)
    return [
        _least("hostile requests", found.requests, WANTED_HOSTILE, found.statuses),
        count("  answered as by a broken server, or not readably", len(found.wrong), wanted=0),
        *_wrong(found.wrong),
    ]


def _least(name: str, measured: int, wanted: int, statuses: Mapping[int, int] | None = None) -> Line:
    note = ", ".join(f"{status}: {number:,}" for status, number in sorted((statuses or {}).items()))
    return Line(name=name, measured=f"{measured:,}", wanted=f"≥ {wanted:,}", note=note, right=measured >= wanted)


def _wrong(sentences: list[str]) -> list[Line]:
    return [Line(name=f"  {sentence[:400]}", measured="", right=False) for sentence in sentences[:_SHOWN]]


if __name__ == "__main__":
    sys.exit(main())
