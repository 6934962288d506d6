"""The part of a large table that is held: its rows keep the positions that they have in the whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ac_notebook.model.outcome import Outcome

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from ac_notebook.frames.prepare import Prepared


def is_excerpt(frozen: pd.DataFrame) -> bool:
    """Return whether a snapshot holds some rows of a table only: it is then labelled by their positions."""
    return not isinstance(frozen.index, pd.RangeIndex)


def places_of(index: pd.Index[Any], positions: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where rows of a table stand in a snapshot of it.

    Parameters
    ----------
    index
        The snapshot's index: of an excerpt, the positions of its rows, ascending.
    positions
        Positions in the table; their rows are held.

    Examples
    --------
    >>> places_of(pd.Index([3, 8, 9]), np.array([8])).tolist(), places_of(pd.RangeIndex(9), np.array([8])).tolist()
    ([1], [8])
    """
    if isinstance(index, pd.RangeIndex):
        return positions
    return np.searchsorted(index.to_numpy(), positions).astype(np.int64)


def unlabelled(frozen: pd.DataFrame) -> pd.DataFrame:
    """Return a snapshot as a table of its own; the cells are the same."""
    bare = frozen.copy(deep=False)
    bare.index = pd.RangeIndex(len(frozen))
    return bare


def spread(prepared: Prepared, positions: NDArray[np.int64], total: int) -> Prepared:
    """Return what was found in an excerpt as what was found in the whole, whose other rows are outside the segment.

    Parameters
    ----------
    prepared
        What was found, by places in the excerpt.
    positions
        Where each of its rows stands in the whole, ascending.
    total
        How many rows the whole has.
    """
    outcome = np.full(total, Outcome.OUTSIDE_SEGMENT, dtype=np.int8)
    outcome[positions] = prepared.outcome
    problems = prepared.problems.copy(deep=False)
    for name in ("position", "standing"):
        places = problems[name].to_numpy(dtype=np.int64)
        problems[name] = np.where(places < 0, places, positions[places]) if len(places) else places
    return replace(
        prepared,
        outcome=outcome,
        problems=problems,
        rows=positions[prepared.rows],
        presence=replace(
            prepared.presence,
            unreadable=positions[prepared.presence.unreadable],
            kept_back=positions[prepared.presence.kept_back],
            declining=positions[prepared.presence.declining],
        ),
        changes=tuple(
            replace(change, examples=tuple(int(positions[place]) for place in change.examples))
            for change in prepared.changes
        ),
    )
