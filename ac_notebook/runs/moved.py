"""Customers who are known by a key: whose address changed, whose cannot be read, and who says no, has not left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.frames.distinct import distinct
from ac_notebook.runs.departures import in_sorted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ac_notebook.runs.plan import Plan


@dataclass(frozen=True, kw_only=True, eq=False)
class Gone:
    """Addresses that are in no row any more, sorted out.

    Parameters
    ----------
    left
        Of people who left.
    moved, moved_to
        Of customers who have another address now, and the place of its row in ``prepared.rows``.
    withdrew, withdrawn_rows
        Of customers whose rows say no now, with another address or none; and the positions of these rows.
    unreadable
        Rows without a readable address that may be theirs who seem to have left.
    """

    left: NDArray[np.uint64]
    moved: NDArray[np.uint64]
    moved_to: NDArray[np.int64]
    withdrew: NDArray[np.uint64]
    withdrawn_rows: NDArray[np.int64]
    unreadable: int


def sorted_out(
    plan: Plan, addresses: NDArray[np.uint64], keys: NDArray[np.uint64], known_keys: NDArray[np.uint64]
) -> Gone:
    """Return which addresses that are in no row any more are of people who left, and which of customers who moved.

    A customer moved when the key stands for one address in the last run and for one that can be sent now, and withdrew
    when no row of theirs can be sent and one says no. Where the key stands for several, or for a row whose address
    cannot be read or sent, nobody can tell: then the person is there, and has neither left nor moved.

    Parameters
    ----------
    plan
        The plan: its rows, and their keys.
    addresses, keys
        The addresses, and what each of them was known by in the last run; 0 for nothing.
    known_keys
        What everybody was known by.
    """
    rows, declining = plan.prepared.presence.unreadable, plan.prepared.presence.declining
    if plan.people is None:
        nobody, none = np.empty(0, np.uint64), np.empty(0, np.int64)
        return Gone(
            left=addresses, moved=nobody, moved_to=none, withdrew=nobody, withdrawn_rows=none, unreadable=len(rows)
        )  # fmt: skip
    people = plan.people
    wanted = distinct(keys[keys != 0])
    of_rows = people[plan.prepared.rows]
    places = np.flatnonzero(in_sorted(of_rows, wanted))
    now, first, count = np.unique(of_rows[places], return_index=True, return_counts=True)
    before, times = np.unique(known_keys[in_sorted(known_keys, wanted)], return_counts=True)
    there, lost = people[plan.inside], people[rows]
    is_there = in_sorted(keys, distinct(there[in_sorted(there, wanted)]))
    is_told = in_sorted(keys, before[times == 1])
    is_moved = is_there & is_told & in_sorted(keys, now[count == 1]) & ~in_sorted(keys, distinct(lost))
    says_no = people[declining]
    withdrew = is_told & in_sorted(keys, distinct(says_no)) & ~in_sorted(keys, now)
    left = ~is_there
    return Gone(
        left=addresses[left], moved=addresses[is_moved],
        moved_to=places[first[np.searchsorted(now, keys[is_moved])]],
        withdrew=addresses[withdrew], withdrawn_rows=declining[in_sorted(says_no, np.sort(keys[withdrew]))],
        unreadable=_not_told(lost, known_keys, has_nameless=bool((keys[left] == 0).any())),
    )  # fmt: skip


def _not_told(lost: NDArray[np.uint64], known_keys: NDArray[np.uint64], *, has_nameless: bool) -> int:
    """Return how many rows without a readable address may be of somebody who seems to have left."""
    maybe = lost == 0
    if has_nameless:  # somebody who seems to have left had no key then, and may have one now
        maybe |= ~np.isin(lost, known_keys)
    return int(np.count_nonzero(maybe))
