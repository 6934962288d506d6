"""Reading back after a run: whether the account holds what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from ac_notebook.frames.roll import Gathering
from ac_notebook.model.outcome import Outcome
from ac_notebook.remote.whole_list import contact_by_address, linked
from ac_notebook.runs import show
from ac_notebook.runs.compare import addresses_as_sent, differences_of, wanted_for
from ac_notebook.runs.connect import as_saved, require_consent
from ac_notebook.runs.gathered import add_contact, add_taggings, add_value
from ac_notebook.runs.given import whole_number
from ac_notebook.runs.labels import shown_index
from ac_notebook.runs.reader import Cost, reading
from ac_notebook.runs.tables import Table
from ac_notebook.runs.whole_list import WholeList

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from ac_notebook.frames.differences import Differences
    from ac_notebook.frames.roll import Roll
    from ac_notebook.remote.whole_list import Row
    from ac_notebook.runs.plan import Plan
    from ac_notebook.runs.progress import Shown
    from ac_notebook.runs.reader import Reader
    from ac_notebook.runs.whole_list import Wanted

Sample = int | Literal["all"]

SAME, DIFFERS, MISSING = "same", "differs", "missing"
MEANINGS = {
    SAME: "the account holds what was sent",
    DIFFERS: "the account holds other values, or another status on the list",
    MISSING: "nobody on the list has the address",
}
_HINT = 'Write sample=1000, sample="all" or seed=7.'
_SIGNS = {SAME: ("✔", show.GOOD), DIFFERS: ("✖", show.WARN), MISSING: ("✖", show.BAD)}


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Verification:
    """What was found when rows of an export were read back. Counts and fields only, never a person's data.

    Parameters
    ----------
    title
        Where the export went.
    counts
        Contacts (int64) by what was found of them: same, differs, missing. They add up to those that were looked at.
    differing
        Contacts (int64) that differ, by field; one can differ in several, and ``status`` is that on the list.
    table
        One row for each contact that is not the same, labelled as in the frame: position (int64), result, fields.
    imported
        Rows of the export that should be there: imported, by this run or an earlier one.
    seed
        What the sample was drawn with; None where all were looked at.
    at
        When it was read, in UTC.
    predicted, requests
        Requests as predicted, and as made.
    """

    title: str
    counts: pd.Series[int]
    differing: pd.Series[int]
    table: pd.DataFrame
    imported: int
    seed: int | None
    at: datetime
    predicted: int
    requests: int

    @property
    def verified(self) -> int:
        """How many contacts were looked at."""
        return int(self.counts.sum())

    @property
    def missing(self) -> int:
        """How many are not on the list."""
        return int(self.counts[MISSING])

    @property
    def is_same(self) -> bool:
        """Whether all that were looked at are as they were sent."""
        return self.verified == int(self.counts[SAME])

    @property
    def _facts(self) -> list[tuple[str, str]]:
        how = "all" if self.seed is None else f"drawn by chance, seed={self.seed}"
        facts = [
            ("Looked at", f"{self.verified:,} of {self.imported:,} imported contacts, {how}"),
            ("Read", f"{self.at:%Y-%m-%d %H:%M} UTC, {show.count(self.requests, 'request')}"),
        ]
        if len(self.differing):
            said = ", ".join(f"{show.name(str(name))} {number:,}" for name, number in self.differing.items())
            facts.append(("Differing", f"{said}; the table is verification.table"))
        return facts

    @property
    def _rows(self) -> list[show.Row]:
        return [show.Row(*_SIGNS[word], word, f"{self.counts[word]:,}", MEANINGS[word]) for word in MEANINGS]

    def __repr__(self) -> str:
        return show.text(f"{self.title}: read back", self._facts, self._rows, [])

    def _repr_html_(self) -> str:
        return show.page(f"{self.title}: read back", self._facts, self._rows)


def verify(plan: Plan, codes: NDArray[np.int8], sample: Sample, *, seed: int, progress: Shown) -> Verification:
    """Read rows of an export back; see :meth:`Report.verify`."""
    require_consent(as_saved(plan.connection))
    should = np.flatnonzero(np.isin(codes, [int(Outcome.IMPORTED), int(Outcome.UNCHANGED)]))
    wants_all = isinstance(sample, str) and sample == "all"
    size = len(should) if wants_all else min(whole_number("sample", sample, least=1, hint=_HINT), len(should))
    seed = whole_number("seed", seed, least=0, hint=_HINT)
    is_whole = size == len(should)
    # An order of its own for each seed; the same rows again for the same seed.
    positions = should if is_whole else np.sort(np.random.default_rng(seed).choice(should, size, replace=False))
    with reading(
        plan.connection, "Reading back from", plan.contact_list, progress=progress, share=plan.export.options.share
    ) as reader:
        wanted, tag_ids = wanted_for(plan, positions, reader)
        roll, predicted = _read(reader, plan, wanted, positions, there=len(should))
        requests = reader.errands.made
        found = differences_of(plan, positions, roll, tag_ids)
    return _verification(
        plan, found, imported=len(should), seed=None if is_whole else seed, predicted=predicted, requests=requests
    )


def _read(
    reader: Reader, plan: Plan, wanted: Wanted, positions: NDArray[np.int64], *, there: int
) -> tuple[Roll, int]:  # fmt: skip
    """Read some people, contact by contact or with the whole list, whichever is cheaper; and what was predicted.

    Parameters
    ----------
    reader, plan, wanted, positions
        What is read through, what was run, what has to be read, and of which rows.
    there
        How many people are on the list at the least, if all is well.
    """
    each = 2 + bool(wanted.tags)
    alone = len(positions) * each
    whole = WholeList(reader=reader, wanted=wanted)
    # Unless there are so few that to count what there is, and to read it in the fewest pages, would cost as much.
    fewest = 2 * (len(wanted.statuses) + len(wanted.fields) + len(wanted.tags))
    if alone > fewest + there // reader.limits.page_size:
        whole.count()
        if whole.cost.requests - reader.errands.made <= alone:
            reader.say_cost(whole.cost)
            return whole.read(), whole.cost.requests
    cost = Cost(requests=reader.errands.made + alone, contacts=len(positions), limits=reader.limits)
    reader.say_cost(cost)
    return _one_by_one(reader, wanted, addresses_as_sent(plan, positions)), cost.requests


def _one_by_one(reader: Reader, wanted: Wanted, addresses: list[str]) -> Roll:
    gathering = Gathering(wanted.fields, wanted.tags)

    def take(row: Row, places: list[Row], values: list[Row], tags: list[Row]) -> None:
        status = next((str(p.get("status")) for p in places if linked(p, "list") == wanted.contact_list.id), None)
        if status is None:
            return  # a contact, but not on the list
        add_contact(gathering, row, status)
        for value in values:
            add_value(gathering, value)
        add_taggings(gathering, tags)

    reader.errands.do(
        contact_by_address(address, take, size=reader.limits.page_size, with_tags=bool(wanted.tags))
        for address in addresses
    )
    return gathering.roll()


def _verification(
    plan: Plan, found: Differences, *, imported: int, seed: int | None, predicted: int, requests: int
) -> Verification:  # fmt: skip
    missing = found.positions[found.places < 0]
    cells, first = np.unique(found.cells, return_index=True)
    ends = np.append(first[1:], len(found.cells))
    fields = [
        ", ".join(found.names[place] for place in found.fields[start:end].tolist())
        for start, end in zip(first, ends, strict=True)
    ] if len(cells) else []  # fmt: skip
    positions = np.concatenate([missing, cells])
    order = np.argsort(positions)
    results = np.array([MISSING] * len(missing) + [DIFFERS] * len(cells), dtype=object)[order]
    said = np.array([""] * len(missing) + fields, dtype=object)[order]
    counts = {SAME: len(found.positions) - len(positions), DIFFERS: len(cells), MISSING: len(missing)}
    by_field = found.counts()
    table = Table(
        {"position": positions[order], "result": results, "fields": said},
        index=shown_index(plan.index, positions[order]),
    )  # fmt: skip
    return Verification(
        title=plan.title, counts=_series(counts, "result", "contacts"),
        differing=_series(by_field, "field", "contacts"), table=table, imported=imported, seed=seed,
        at=plan.connection.link.clock.now(), predicted=predicted, requests=requests,
    )  # fmt: skip


def _series(counts: dict[str, int], index: str, name: str) -> Any:
    return pd.Series(
        list(counts.values()), index=pd.Index(list(counts), name=index, dtype=object), name=name, dtype="int64"
    )
