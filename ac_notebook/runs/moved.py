"""Customers who are known by a key: whose address changed, and whose cannot be read, has not left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

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
    unreadable
        Rows without a readable address that may be theirs who seem to have left.
    """

    left: NDArray[np.uint64]
    moved: NDArray[np.uint64]
    moved_to: NDArray[np.int64]
    unreadable: int


def sorted_out(
    plan: Plan, addresses: NDArray[np.uint64], keys: NDArray[np.uint64], known_keys: NDArray[np.uint64]
) -> Gone:
    """Return which addresses that are in no row any more are of people who left, and which of customers who moved.

    A customer moved when the key stands for one address in the last run and for one that can be sent now. Where it
    stands for several, or for a row whose address cannot be read or sent, nobody can tell: then the person is there,
    and has neither left nor moved.

    Parameters
    ----------
    plan
        The plan: its rows, and their keys.
    addresses, keys
        The addresses, and what each of them was known by in the last run; 0 for nothing.
    known_keys
        What everybody was known by.
    """
    rows = plan.prepared.presence.unreadable
    if plan.people is None:
        nobody = np.empty(0, np.int64)
        return Gone(left=addresses, moved=nobody.astype(np.uint64), moved_to=nobody, unreadable=len(rows))
    people = plan.people
    there = np.unique(people[plan.inside])
    is_there = (keys != 0) & np.isin(keys, there)
    of_rows = people[plan.prepared.rows]
    now, place, count = np.unique(of_rows, return_index=True, return_counts=True)
    once_now = np.isin(keys, now[count == 1])
    before, count = np.unique(known_keys, return_counts=True)
    once_before = np.isin(keys, before[count == 1])
    lost = people[rows]
    is_moved = is_there & once_now & once_before & ~np.isin(keys, lost)
    left = ~is_there
    return Gone(
        left=addresses[left], moved=addresses[is_moved],
        moved_to=place[np.searchsorted(now, keys[is_moved])].astype(np.int64),
        unreadable=_not_told(lost, known_keys, has_nameless=bool((keys[left] == 0).any())),
    )  # fmt: skip


def _not_told(lost: NDArray[np.uint64], known_keys: NDArray[np.uint64], *, has_nameless: bool) -> int:
    """Return how many rows without a readable address may be of somebody who seems to have left."""
    maybe = lost == 0
    if has_nameless:  # somebody who seems to have left had no key then, and may have one now
        maybe |= ~np.isin(lost, known_keys)
    return int(np.count_nonzero(maybe))
