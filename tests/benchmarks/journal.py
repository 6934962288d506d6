"""The journal of a million rows: room on disk, and time beside that of preparing them."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.model.batch import Batch
from ac_notebook.model.outcome import Outcome
from ac_notebook.storage.database import open_database
from ac_notebook.storage.journal import Journal, RunRecord, Scope
from tests.benchmarks import frames
from tests.benchmarks.preparing import one_pass
from tests.benchmarks.table import Line, count, ratio, seconds

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZE = 250
MOST_MEGABYTES = 100
LATER = 10
"""A batch is settled when so many more were sent."""
_NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
_SCOPE = Scope(account="acme", list=3, identity="name:spring")
_LOOK_EVERY = 50


@dataclass
class _Taken:
    """What a run took: CPU seconds of everything, and of its parts; bytes on disk at the peak and at the end."""

    everything: float = 0.0
    folding: float = 0.0
    looking_up: float = 0.0
    peak: int = 0
    end: int = 0


def measure(*, quick: bool) -> list[Line]:
    """Return the lines about the journal."""
    rows = 100_000 if quick else 1_000_000
    some = frames.customers(rows)
    begun = time.process_time()
    one_pass(some)
    preparing = time.process_time() - begun
    chance = np.random.default_rng(5)
    addresses, contents, changed, others = (chance.integers(0, 2**63, rows, dtype=np.uint64) for _ in range(4))
    few = chance.choice(rows, rows // 100, replace=False)
    changed[np.setdiff1d(np.arange(rows), few)] = contents[np.setdiff1d(np.arange(rows), few)]
    lines = []
    with tempfile.TemporaryDirectory(prefix="ac_notebook-journal-") as folder:
        home = Path(folder)
        for name, values, sent in (
            ("first run", contents, np.arange(rows)),
            ("1 % changed", changed, few),
            ("all again", others, np.arange(rows)),
        ):
            taken = _run(home, name, addresses, values, sent)
            lines += _lines(f"{name}, {rows:,} rows", taken, preparing, rows)
            lines.append(count("  rows known afterwards, as sent", _known(home, addresses, values), wanted=rows))
    return lines


def _lines(name: str, taken: _Taken, preparing: float, rows: int) -> list[Line]:
    wanted = f"<= {MOST_MEGABYTES * max(rows / 1e6, 0.1):.0f} MB"
    return [
        ratio(f"{name}: CPU of the journal / of preparing", [taken.everything / preparing]),
        seconds("  folding: CPU", [taken.folding], wanted="< 2 s"),
        seconds("  what was sent before, read and sorted: CPU", [taken.looking_up], wanted="< 1 s"),
        Line(name="  on disk at the peak", measured=f"{taken.peak / 1e6:.1f} MB", wanted=wanted),
        Line(name="  on disk afterwards", measured=f"{taken.end / 1e6:.1f} MB", wanted=wanted),
    ]


def _run(
    home: Path, run: str, addresses: NDArray[np.uint64], contents: NDArray[np.uint64], sent: NDArray[np.int64]
) -> _Taken:
    """Journal a run as an export does."""
    taken = _Taken()
    begun = time.process_time()
    database = open_database(home)
    journal = Journal(database)
    journal.begin(RunRecord(id=run, connection="c", owner="o", automations=False, started=_NOW), _SCOPE)
    batches = [sent[first : first + SIZE] for first in range(0, len(sent), SIZE)]
    for number, rows in enumerate(batches):
        batch = Batch(
            number=number, positions=range(len(rows)), addresses=addresses[rows].tobytes(),
            contents=contents[rows].tobytes(), body=b"",
        )  # fmt: skip
        journal.sending(run, batch, now=_NOW)
        journal.accepted(run, number, f"{number:032x}")
        if number >= LATER:
            journal.settled(run, number - LATER, bytes([Outcome.IMPORTED]) * SIZE)
        if number % _LOOK_EVERY == 0:
            taken.peak = max(taken.peak, _size(home))
    for number in range(max(len(batches) - LATER, 0), len(batches)):
        journal.settled(run, number, bytes([Outcome.IMPORTED]) * len(batches[number]))
    looking = time.process_time()
    journal.baseline(_SCOPE)
    taken.looking_up = time.process_time() - looking
    journal.end(run, state="Successful", counts={"imported": len(sent)}, now=_NOW)
    folding = time.process_time()
    journal.fold(_SCOPE, now=_NOW)
    taken.folding = time.process_time() - folding
    taken.peak = max(taken.peak, _size(home))
    database.close()
    taken.everything = time.process_time() - begun
    taken.end = _size(home)
    return taken


def _known(home: Path, addresses: NDArray[np.uint64], contents: NDArray[np.uint64]) -> int:
    """Return how many rows the journal calls imported as they are."""
    database = open_database(home)
    try:
        found = Journal(database).baseline(_SCOPE).find(addresses, contents)
        return int((found == int(Outcome.IMPORTED)).sum())
    finally:
        database.close()


def _size(home: Path) -> int:
    """Return the bytes of all files, the log included."""
    return sum(place.stat().st_size for place in home.iterdir())
