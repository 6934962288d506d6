"""The disk at full size: power cuts with a torn log, and flipped bits, at many places."""

from __future__ import annotations

import contextlib
import io
import os
import random
import tempfile
from collections import Counter
from pathlib import Path

from ac_notebook.errors import StateError
from ac_notebook.storage.database import FILE, open_database
from ac_notebook.storage.fingerprint_key import fingerprint_key
from ac_notebook.storage.journal import Journal
from tests.benchmarks.table import Line, count
from tests.storage.journals import fill, known, left, opened
from tests.storage.torn import tear

CUTS = 300
FLIPS = 20_000


def power() -> list[Line]:
    """Return in how many worlds with a power cut the promises held, and a line for each in which they did not."""
    lines = []
    for automations in (False, True):
        found: Counter[str] = Counter()
        wrong = []
        before = os.environ.get("AC_NOTEBOOK_HOME", "")
        for seed in range(CUTS):
            with (
                tempfile.TemporaryDirectory(prefix="ac_notebook-power-") as folder,
                contextlib.redirect_stdout(io.StringIO()),
                contextlib.redirect_stderr(io.StringIO()),
            ):
                try:
                    found[tear(seed, Path(folder), automations=automations)] += 1
                except AssertionError as error:
                    wrong.append(Line(name=f"  seed {seed}: {error}"[:120], measured="", right=False))
        os.environ["AC_NOTEBOOK_HOME"] = before
        name = f"power cuts, automations {'on' if automations else 'off'}: worlds in which the promises held"
        note = ", ".join(f"{number} {word}" for word, number in found.most_common())
        lines += [count(name, sum(found.values()), wanted=CUTS, note=note), *wrong]
    return lines


def bits() -> list[Line]:
    """Return how many flipped bits of a database were noticed or harmless, and a line for each that was neither."""
    chance = random.Random(20_261)
    noticed = harmless = 0
    wrong: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="ac_notebook-bits-") as folder:
        home = Path(folder)
        with opened(home) as (_, journal):
            fingerprint_key(home)
            fill(journal)
        whole = (home / FILE).read_bytes()
        truth = _said(home)
        for number in range(FLIPS):
            place, bit = chance.randrange(len(whole)), chance.randrange(8)
            data = bytearray(whole)
            data[place] ^= 1 << bit
            for path in home.glob(f"{FILE}-*"):
                path.unlink()
            (home / FILE).write_bytes(data)
            try:
                harmless += _said(home) == truth
            except StateError:
                noticed += (home / FILE).read_bytes() == data
            if noticed + harmless + len(wrong) <= number:
                wrong.append(Line(name=f"  byte {place}, bit {bit}", measured="", right=False))
    note = f"{noticed:,} noticed, the file left as it was; {harmless:,} without effect"
    return [count("flipped bits that were noticed or harmless", noticed + harmless, wanted=FLIPS, note=note), *wrong]


def _said(home: Path) -> tuple[object, object]:
    database = open_database(home)
    try:
        journal = Journal(database)
        return known(journal), left(journal)
    finally:
        database.close()


def measure() -> list[Line]:
    """Return the lines about the disk."""
    return [*power(), *bits()]
