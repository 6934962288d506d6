"""Which rows travel together: as few requests as can be, in order, within both limits, and none with one contact."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def pack(
    sizes: NDArray[np.integer], *, most_contacts: int, most_bytes: int, envelope: int, per_contact: int
) -> list[tuple[int, int]]:
    """Return the batches as ranges ``[start, stop)`` over the rows.

    Single contacts have a rate of their own, a fifth of the others', so a batch of one is evened out with a neighbour
    wherever the limits allow it.

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
    >>> pack(np.full(251, 100), most_contacts=250, most_bytes=399_999, envelope=50, per_contact=60)
    [(0, 126), (126, 251)]
    """
    costs = np.asarray(sizes, dtype=np.int64) + per_contact
    room = most_bytes - envelope
    if len(costs) and costs.max() > room:
        msg = "A row alone is larger than a request may be."
        raise ValueError(msg)
    total = np.concatenate([[0], np.cumsum(costs)])
    edges = _filled(total, most_contacts, room)
    _without_singles(edges, total, most_contacts, room)
    return list(pairwise(edges))


def _filled(total: NDArray[np.int64], most_contacts: int, room: int) -> list[int]:
    """Return the edges of batches that are filled one after the other, which makes as few as there can be."""
    # Where a batch that starts at a row has to stop, for all rows at once.
    rows = len(total) - 1
    stops = np.minimum(np.searchsorted(total, total[:-1] + room, side="right") - 1, np.arange(rows) + most_contacts)
    stops_at = np.minimum(stops, rows).tolist()
    edges = [0]
    while edges[-1] < rows:
        edges.append(stops_at[edges[-1]])
    return edges


def _without_singles(edges: list[int], total: NDArray[np.int64], most_contacts: int, room: int) -> None:
    """Even out each batch of one with the batch before it, else with the one after it; moves the edges in place."""
    moved = True
    while moved:
        moved = False
        for batch in range(len(edges) - 1):
            if edges[batch + 1] - edges[batch] != 1:
                continue
            for edge in (batch, batch + 1):
                if 0 < edge < len(edges) - 1:
                    better = _even(edges[edge - 1], edges[edge + 1], total, most_contacts, room)
                    if better is not None:
                        edges[edge] = better
                        moved = True
                        break


def _even(start: int, stop: int, total: NDArray[np.int64], most_contacts: int, room: int) -> int | None:
    """Return where to cut two neighbours so that both hold several contacts and are as even as can be, or None."""
    cuts = np.arange(start + 2, stop - 1)
    fits = (total[cuts] - total[start] <= room) & (total[stop] - total[cuts] <= room)
    fits &= (cuts - start <= most_contacts) & (stop - cuts <= most_contacts)
    cuts = cuts[fits]
    if not len(cuts):
        return None
    middle = (start + stop + 1) // 2
    return int(cuts[np.argmin(np.abs(cuts - middle))])
