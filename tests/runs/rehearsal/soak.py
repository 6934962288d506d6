"""Rehearsals on accounts that read the contract in every way: figures at full size, for ``make soak``."""

from __future__ import annotations

import itertools
import os
import tempfile
from typing import TYPE_CHECKING

from ac_notebook.errors import ActiveCampaignError
from ac_notebook.sandbox import Quirks
from ac_notebook.sandbox.quirks import positions
from tests.benchmarks.table import Line, count
from tests.runs.rehearsal.accounts import FAULTS, FIELDS, LEARNED, MINE, account, rehearse, wrong
from tests.stories.combinations import at_random, every_pair
from tests.virtual import through

if TYPE_CHECKING:
    from collections.abc import Iterable

BY_CHANCE = 60
WITH_FAULTS = 60
SEED = 20_261


def measure() -> list[Line]:
    """Return how many rehearsals concluded nothing wrong, and how much each position was concluded."""
    each = [Quirks(**{name: position}) for name, known in positions().items() for position in known]
    lines = _concluded("each switch in each position", each)
    lines += _concluded("every pair of positions", every_pair())
    lines += _concluded(f"by chance (seed {SEED})", at_random(BY_CHANCE, SEED))
    return lines + _with_faults()


def _concluded(name: str, accounts: Iterable[Quirks]) -> list[Line]:
    told, proved, due = [], 0, 0
    number = 0
    for number, quirks in enumerate(accounts, start=1):
        with tempfile.TemporaryDirectory(prefix="ac_notebook-rehearsal-") as home:
            os.environ["AC_NOTEBOOK_HOME"] = home
            box, clock = account(quirks, people=101)
            rehearsal = rehearse(box, clock, fields=FIELDS)
            told += [f"account {number}: {line}" for line in wrong(rehearsal, quirks)]
            proved += len(rehearsal.proved)
            due += len(LEARNED) + 1
    note = f"{number} accounts; {proved / due:.0%} of what may be learned was"
    return [
        count(f"wrong conclusions, {name}", len(told), wanted=0, note=note),
        *(Line(name=f"  {line}", measured="", right=False) for line in told),
    ]


def _with_faults() -> list[Line]:
    told, left, ended = [], 0, 0
    grid = list(itertools.product(FAULTS, range(1, 13)))
    for seed, quirks in zip(range(WITH_FAULTS + len(grid)), itertools.cycle(every_pair()), strict=False):
        with tempfile.TemporaryDirectory(prefix="ac_notebook-rehearsal-") as home:
            os.environ["AC_NOTEBOOK_HOME"] = home
            box, clock = account(quirks)
            if seed < WITH_FAULTS:
                box.faults.randomly(share=0.05, seed=seed)
            else:
                (kind, more), nth = grid[seed - WITH_FAULTS]
                box.faults.add(on="import", nth=nth, kind=kind, **more)
            try:
                rehearsal = rehearse(box, clock, addresses=MINE[:3], fields=(), automations=False)
            except ActiveCampaignError as error:
                rehearsal, ended = error.report, ended + 1
            if rehearsal is not None:
                told += wrong(rehearsal, quirks)
            box.faults.clear()
            undone = through(box, clock).undo_rehearsal(delete_contacts=True)
            left += not (box.contacts().empty or undone.left)
    note = (
        f"{WITH_FAULTS} accounts with a fault in one of twenty requests, {len(grid)} with one at an import; "
        f"{ended} rehearsals were ended by them"
    )
    return [
        count("wrong conclusions, with faults", len(told), wanted=0, note=note),
        count("left behind without a word, with faults", left, wanted=0),
    ]
