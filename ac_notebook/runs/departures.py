"""People for whom a frame does not speak any more: who, why, and what becomes of them. Fingerprints and counts only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from ac_notebook.frames.presence import no_prints, no_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ac_notebook.model.export import Options

Cause = Literal["left", "withdrawn", "moved"]

CAUSES: tuple[Cause, ...] = ("left", "withdrawn", "moved")

FATES = (
    "unsubscribed", "tagged", "accepted", "refused", "uncertain", "not_sent", "not_on_list", "elsewhere", "held_back",
    "kept",
)  # fmt: skip
"""What may become of somebody: exactly one of these words."""

MEANINGS = {
    "unsubscribed": "off the list: ActiveCampaign completed the batch and named no failure for them",
    "tagged": "tagged: ActiveCampaign completed the batch and named no failure for them",
    "accepted": "queued by ActiveCampaign, not confirmed yet",
    "refused": "ActiveCampaign did not take the change",
    "uncertain": "sent, and no answer came; it cannot be proved either way",
    "not_sent": "not done yet: the next whole run does it",
    "not_on_list": "not among the active subscribers of the list any more",
    "elsewhere": "kept: another export puts them on this list, too",
    "held_back": "kept for now: rows without a readable address may be theirs",
    "kept": "kept, because nothing else was asked for",
}


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What it costs to find people on the list and to change them: requests, and seconds at the account's limits."""

    reads: int = 0
    imports: int = 0
    seconds: float = 0.0
    is_known: bool = True
    """Whether ActiveCampaign says how many subscribers the list has."""


def _no_words() -> NDArray[np.int8]:
    return np.empty(0, np.int8)


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Departing:
    """People for whom a frame does not speak any more, each with a cause and what becomes of them.

    Parameters
    ----------
    addresses
        Keyed fingerprints, sorted, each once.
    causes, fates
        Places in :data:`CAUSES` and :data:`FATES`.
    moved_to
        For who moved: place in ``prepared.rows`` of the row with the new address. -1 else.
    members
        How many people the export kept on its list until now.
    withdrawn_rows
        Positions of the rows that say no for somebody who was imported.
    silent
        People who were imported and whose opt-in says nothing clear now.
    unreadable
        Rows without a readable address, of whom nobody can tell whose they are.
    returning, returning_tagged
        Rows of people whom this export unsubscribed, or tagged, and who are back.
    cost
        What finding and changing them costs.
    """

    addresses: NDArray[np.uint64] = field(default_factory=no_prints)
    causes: NDArray[np.int8] = field(default_factory=_no_words)
    fates: NDArray[np.int8] = field(default_factory=_no_words)
    moved_to: NDArray[np.int64] = field(default_factory=no_rows)
    members: int = 0
    withdrawn_rows: NDArray[np.int64] = field(default_factory=no_rows)
    silent: int = 0
    unreadable: int = 0
    returning: int = 0
    returning_tagged: int = 0
    cost: Cost = field(default_factory=Cost)
    is_first: bool = False
    """Whether people were imported, and it is not written down yet who was in the last run: then nobody has left."""

    def __len__(self) -> int:
        return len(self.addresses)

    def __repr__(self) -> str:
        return f"<Departing: {', '.join(f'{np.count_nonzero(self.of(cause)):,} {cause}' for cause in CAUSES)}>"

    def of(self, cause: Cause) -> NDArray[np.bool_]:
        """Return who is there for a cause."""
        found: NDArray[np.bool_] = self.causes == CAUSES.index(cause)
        return found

    def are(self, *fates: str) -> NDArray[np.bool_]:
        """Return of whom one of some things became."""
        return np.isin(self.fates, [FATES.index(fate) for fate in fates])

    def counts(self, cause: Cause) -> pd.Series[int]:
        """Return how many people there are for a cause, by what became of them."""
        found = np.bincount(self.fates[self.of(cause)], minlength=len(FATES))
        return pd.Series(found, index=pd.Index(FATES, name="fate"), name=cause, dtype="int64")

    @property
    def to_change(self) -> int:
        """How many are to be changed still."""
        return int(np.count_nonzero(self.are("not_sent")))

    @property
    def going(self) -> int:
        """How many go at once, where anybody is to be changed: also whom another export keeps."""
        return int(np.count_nonzero(self.are("not_sent", "elsewhere"))) if self.to_change else 0

    def to_unsubscribe(self, options: Options) -> int:
        """Return how many are to be unsubscribed still."""
        return int(np.count_nonzero(self.are("not_sent") & self.are_unsubscribed(options)))

    def are_unsubscribed(self, options: Options) -> NDArray[np.bool_]:
        """Return for whom unsubscribing is asked for."""
        causes = [CAUSES.index(cause) for cause in CAUSES if action_for(cause, options) == "unsubscribe"]
        return np.isin(self.causes, causes)

    def among(self, planned: Departing) -> Departing:
        """Return those who were planned for, for the same cause: nobody else, whoever joined or left meanwhile."""
        known = places_of(planned.addresses, self.addresses)
        same = known >= 0
        same[same] = planned.causes[known[same]] == self.causes[same]
        same[same] &= planned.fates[known[same]] == self.fates[same]
        return replace(
            self, addresses=self.addresses[same], causes=self.causes[same], fates=self.fates[same],
            moved_to=self.moved_to[same],
        )  # fmt: skip

    def with_fates(self, who: NDArray[np.bool_] | NDArray[np.int64], fate: str) -> Departing:
        """Return the same people, with something having become of some of them."""
        fates = self.fates.copy()
        fates[who] = FATES.index(fate)
        return replace(self, fates=fates)

    def without(self, others: NDArray[np.uint64]) -> Departing:
        """Return the same people; whom another export keeps is left alone, but for who withdrew.

        Parameters
        ----------
        others
            Whom other exports keep on the list; sorted.
        """
        spared = self.are("not_sent") & ~self.of("withdrawn") & in_sorted(self.addresses, others)
        return self.with_fates(spared, "elsewhere")

    def told(self, addresses: NDArray[np.uint64], taken: NDArray[np.bool_], options: Options) -> Departing:
        """Return the same people, with what was heard of some of them later: whether the change was taken."""
        at = places_of(self.addresses, addresses)
        at, taken = at[at >= 0], taken[at >= 0]
        off = self.are_unsubscribed(options)[at]
        told = self.with_fates(at[~taken], "refused").with_fates(at[taken & off], "unsubscribed")
        return told.with_fates(at[taken & ~off], "tagged")


class Departures:
    """What a plan, or a report, says of people for whom the frame does not speak any more."""

    departing: Departing

    @property
    def leavers(self) -> pd.Series[int]:
        """People of the export's last run who are in no row of the segment now, by what becomes of them (int64).

        In a plan, ``not_sent`` are those whom a run would unsubscribe or tag. They are no rows of the frame.
        """
        return self.departing.counts("left")

    @property
    def withdrawn(self) -> pd.Series[int]:
        """People whom this export imported and whose opt-in says no now, by what becomes of them (int64)."""
        return self.departing.counts("withdrawn")

    @property
    def moved(self) -> pd.Series[int]:
        """Old addresses of customers known by a key who have another address now, by what becomes of them (int64)."""
        return self.departing.counts("moved")


def action_for(cause: Cause, options: Options) -> str:
    """Return what is to be done for a cause: "keep", "tag" or "unsubscribe"."""
    return {"left": options.leavers, "withdrawn": options.withdrawn, "moved": options.moved}[cause]


def in_sorted(values: NDArray[np.uint64], known: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return which values are among sorted ones."""
    return places_of(known, values) >= 0


def places_of(known: NDArray[np.uint64], values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return where each value stands among sorted ones, and -1 where it does not."""
    if not len(known):
        return np.full(len(values), -1, np.int64)
    at = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return np.where(known[at] == values, at, -1)


_TITLES: dict[Cause, str] = {
    "left": "Not in the segment any more", "withdrawn": "Opt-in withdrawn", "moved": "Address changed",
}  # fmt: skip


People = Mapping[str, Mapping[str, int]]
"""By cause, what became of how many people; without causes and fates of nobody."""

_TOUCHED = ("unsubscribed", "tagged", "accepted", "refused", "uncertain")
"""What becomes only of people for whom something was sent."""


def departed_counts(departing: Departing) -> dict[str, dict[str, int]]:
    """Return what became of people by cause, without what became of none; empty when there is nobody."""
    found = {cause: {str(fate): int(n) for fate, n in departing.counts(cause).items() if n} for cause in CAUSES}
    return {cause: counts for cause, counts in found.items() if counts}


def departed_facts(people: People) -> list[tuple[str, str]]:
    """Return what became of people, cause by cause, for a report."""
    return [
        (_TITLES[cause], ", ".join(f"{counts[fate]:,} {fate}" for fate in FATES if counts.get(fate)))
        for cause in CAUSES
        if (counts := people.get(cause))
    ]


def departed_so_far(people: People) -> str:
    """Return in a sentence what became of people, where anything was sent for any of them; "" else.

    Examples
    --------
    >>> departed_so_far({"left": {"unsubscribed": 250, "not_sent": 4}})
    'Not in the segment any more: 250 unsubscribed, 4 not_sent.'
    >>> departed_so_far({"left": {"not_sent": 4}})
    ''
    """
    if not any(counts.get(fate) for counts in people.values() for fate in _TOUCHED):
        return ""
    return " ".join(f"{title}: {said}." for title, said in departed_facts(people))
