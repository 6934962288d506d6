"""Which rows travel together: as few requests as can be, within both limits, and none with one contact."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_WORTH_SORTING = 1.005
"""In order is kept up to so many times the fewest requests that there can be: neighbours are read quicker."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Packed:
    """Rows in the order in which they travel, and where each batch ends.

    Parameters
    ----------
    order
        Every row once. Within a batch they ascend.
    edges
        A batch is ``order[edges[number]:edges[number + 1]]``.
    """

    order: NDArray[np.int64]
    edges: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.edges) - 1

    def __iter__(self) -> Iterator[NDArray[np.int64]]:
        return (self.order[start:stop] for start, stop in pairwise(self.edges))


@dataclass(frozen=True, kw_only=True)
class _Box:
    """What one request holds at the most: contacts, and bytes of all their parts."""

    contacts: int
    room: int


def pack(sizes: NDArray[np.integer], *, most_contacts: int, most_bytes: int, envelope: int, per_contact: int) -> Packed:
    """Return the batches.

    They are filled in order. Where that makes more of them than need be, because a frame is sorted or large rows come
    in flocks, large rows are paired with small ones instead. Single contacts have a rate of their own, a fifth of the
    others', so a batch of one is evened out with a neighbour wherever the limits allow it.

    Parameters
    ----------
    sizes
        Bytes of each row's part.
    most_contacts, most_bytes
        What one request may hold.
    envelope
        Bytes of a body around its contacts.
    per_contact
        Bytes around each part, the comma included.

    Raises
    ------
    ValueError
        When a row alone is larger than a request may be; such rows are rejected before.

    Examples
    --------
    >>> [len(rows) for rows in pack(np.full(251, 9), most_contacts=250, most_bytes=399_999, envelope=5, per_contact=6)]
    [126, 125]
    >>> sizes = np.repeat([10, 190], 4)  # two of them fit, if they are not both large
    >>> [rows.tolist() for rows in pack(sizes, most_contacts=2, most_bytes=200, envelope=0, per_contact=0)]
    [[3, 4], [2, 5], [1, 6], [0, 7]]
    """
    costs = np.asarray(sizes, dtype=np.int64) + per_contact
    box = _Box(contacts=most_contacts, room=most_bytes - envelope)
    if len(costs) and costs.max() > box.room:
        msg = "A row alone is larger than a request may be."
        raise ValueError(msg)
    total = _running(costs)
    edges = _filled(total, box)
    if len(edges) - 1 > _WORTH_SORTING * _fewest(costs, box):
        order, paired = _paired(costs, box)
        if len(paired) < len(edges):
            _without_singles(paired, _running(costs[order]), box)
            # Within a batch in the order of the frame.
            batch = np.repeat(np.arange(len(paired) - 1), np.diff(paired))
            return Packed(order=order[np.lexsort((order, batch))], edges=tuple(paired))
    _without_singles(edges, total, box)
    return Packed(order=np.arange(len(costs)), edges=tuple(edges))


def _fewest(costs: NDArray[np.int64], box: _Box) -> int:
    """Return how many batches there have to be."""
    return max(-(-len(costs) // box.contacts), -(-int(costs.sum()) // box.room), 1)


def _running(costs: NDArray[np.int64]) -> NDArray[np.int64]:
    total = np.zeros(len(costs) + 1, dtype=np.int64)
    np.cumsum(costs, out=total[1:])
    return total


def _filled(total: NDArray[np.int64], box: _Box) -> list[int]:
    """Return the edges of batches that are filled one after the other, as few as can be in this order."""
    rows = len(total) - 1
    edges = [0]
    while edges[-1] < rows:
        start = edges[-1]
        window = total[start : start + box.contacts + 1]
        edges.append(start + int(np.searchsorted(window, window[0] + box.room, side="right")) - 1)
    return edges


def _paired(costs: NDArray[np.int64], box: _Box) -> tuple[NDArray[np.int64], list[int]]:
    """Return an order and edges where each batch takes from the largest rows that are left, and from the smallest.

    As many of the largest as fit together with so many of the smallest that the batch is full in contacts; when not
    even one does, bytes alone decide from there on, and it is filled up in bytes.
    """
    largest_first = np.argsort(-costs, kind="stable")
    total = _running(costs[largest_first])
    taken: list[NDArray[np.int64]] = []
    edges = [0]
    begin, end = 0, len(costs)
    while begin < end:
        large, small = _share(total, begin, end, box)
        taken += [largest_first[begin : begin + large], largest_first[end - small : end]]
        begin, end = begin + large, end - small
        edges.append(edges[-1] + large + small)
    return np.concatenate(taken), edges


def _share(total: NDArray[np.int64], begin: int, end: int, box: _Box) -> tuple[int, int]:
    """Return how many of the largest and of the smallest rows between ``begin`` and ``end`` the next batch takes."""
    contacts = min(box.contacts, end - begin)

    def bytes_of(large: int) -> int:
        return int(total[begin + large] - total[begin] + total[end] - total[end - (contacts - large)])

    if bytes_of(0) <= box.room:
        low, high = 0, contacts  # bytes grow with the number of large rows
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if bytes_of(middle) <= box.room else (low, middle - 1)
        return low, contacts - low
    large = int(np.searchsorted(total, total[begin] + box.room, side="right")) - 1 - begin
    large = min(large, contacts)
    left = box.room - int(total[begin + large] - total[begin])
    small = end - int(np.searchsorted(total, total[end] - left, side="left"))
    return large, min(small, contacts - large)


def _without_singles(edges: list[int], total: NDArray[np.int64], box: _Box) -> None:
    """Even out each batch of one with the batch before it, else with the one after it; moves the edges in place."""
    moved = True
    while moved:
        moved = False
        for batch in np.flatnonzero(np.diff(edges) == 1).tolist():
            if edges[batch + 1] - edges[batch] != 1:
                continue  # a neighbour was evened out with it
            for edge in (batch, batch + 1):
                if 0 < edge < len(edges) - 1:
                    better = _even(edges[edge - 1], edges[edge + 1], total, box)
                    if better is not None:
                        edges[edge] = better
                        moved = True
                        break


def _even(start: int, stop: int, total: NDArray[np.int64], box: _Box) -> int | None:
    """Return where to cut two neighbours so that both hold several contacts and are as even as can be, or None."""
    cuts = np.arange(start + 2, stop - 1)
    fits = (total[cuts] - total[start] <= box.room) & (total[stop] - total[cuts] <= box.room)
    fits &= (cuts - start <= box.contacts) & (stop - cuts <= box.contacts)
    cuts = cuts[fits]
    if not len(cuts):
        return None
    middle = (start + stop + 1) // 2
    return int(cuts[np.argmin(np.abs(cuts - middle))])
