"""Problems and changes of rows, gathered piece by piece without a word about any cell's value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ac_notebook.model.outcome import Outcome
from ac_notebook.model.problems import CODES, DUPLICATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column

ROW = -1
"""Stands for a column where the problem is the whole row's."""

_NAMES = tuple(CODES)
_EXAMPLES = 3


@dataclass(frozen=True, kw_only=True)
class Change:
    """A normalisation that touched values of a column.

    Parameters
    ----------
    target
        Attribute or field.
    kind
        One of :data:`ac_notebook.model.changes.WORDS`.
    count
        How many rows.
    examples
        Positions of the first rows.
    """

    target: str
    kind: str
    count: int
    examples: tuple[int, ...]


class Findings:
    """What was found so far.

    Parameters
    ----------
    columns
        The mapped columns.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._positions: list[NDArray[np.int64]] = []
        self._codes: list[NDArray[np.int16]] = []
        self._places: list[NDArray[np.int32]] = []
        self._standing: list[NDArray[np.int64]] = []
        self._hints: list[NDArray[np.object_] | None] = []
        self._changes: dict[tuple[int, str], list[int]] = {}
        self._counts: dict[tuple[int, str], int] = {}

    def problem(
        self, positions: NDArray[np.int64], code: str, place: int, *,
        standing: NDArray[np.int64] | None = None, hints: NDArray[np.object_] | None = None,
    ) -> None:  # fmt: skip
        """Note a problem of rows.

        Parameters
        ----------
        positions, code, place
            Which rows, what is wrong, and in which column (or :data:`ROW`).
        standing
            The row that is sent in each one's stead.
        hints
            What to do about each, where that is not the code's own hint, else None.
        """
        if not len(positions):
            return
        self._positions.append(positions)
        self._codes.append(np.full(len(positions), _NAMES.index(code), dtype=np.int16))
        self._places.append(np.full(len(positions), place, dtype=np.int32))
        self._standing.append(np.full(len(positions), -1, dtype=np.int64) if standing is None else standing)
        self._hints.append(hints)

    def change(self, positions: NDArray[np.int64], kind: str, place: int) -> None:
        """Note a normalisation of rows."""
        if not len(positions):
            return
        name = (place, kind)
        self._counts[name] = self._counts.get(name, 0) + len(positions)
        examples = self._changes.setdefault(name, [])
        examples.extend(positions[: _EXAMPLES - len(examples)].tolist())

    def changes(self) -> tuple[Change, ...]:
        """Return the normalisations by column and kind."""
        return tuple(
            Change(
                target=self._columns[place].target,
                kind=kind,
                count=self._counts[place, kind],
                examples=tuple(self._changes[place, kind]),
            )
            for place, kind in sorted(self._counts)
        )

    def problems(self) -> pd.DataFrame:
        """Return the problems as a frame, in the order of the rows, then of the columns.

        ``standing`` is the position of the row that is sent in a row's stead, else -1.
        """
        positions = _together(self._positions)
        codes = _together(self._codes)
        places = _together(self._places)
        standing = _together(self._standing)
        order = np.lexsort((codes, np.where(places == ROW, len(self._columns), places), positions))
        positions, codes, places, standing = positions[order], codes[order], places[order], standing[order]
        entries = list(CODES.values())
        outcomes = [Outcome.DUPLICATE if entry.code in DUPLICATES else Outcome.REJECTED for entry in entries]
        hints = _objects([entry.hint for entry in entries])[codes]
        own = self._own_hints()
        if own is not None:
            own = own[order]
            hints = np.where(pd.isna(own), hints, own)
        # Objects that are shared, not text of each row's own: a million rejected rows cost eight bytes a cell.
        columns = {
            "outcome": _objects([outcome.word for outcome in outcomes])[codes],
            "code": _objects(list(_NAMES))[codes],
            "column": _objects([*(column.label for column in self._columns), None])[places],
            "field": _objects([*(column.target for column in self._columns), ""])[places],
            "reason": _objects([entry.reason for entry in entries])[codes],
            "hint": hints,
        }
        series = {"position": pd.Series(positions), "standing": pd.Series(standing)}
        series.update({name: pd.Series(values, dtype=object) for name, values in columns.items()})
        return pd.DataFrame(series)

    def _own_hints(self) -> NDArray[np.object_] | None:
        """Return the hint of each problem that has one of its own; objects that many rows share, eight bytes a row."""
        if all(hints is None for hints in self._hints):
            return None
        counts = [len(positions) for positions in self._positions]
        parts = [
            np.full(count, None, dtype=object) if hints is None else hints
            for count, hints in zip(counts, self._hints, strict=True)
        ]
        return np.concatenate(parts)


def _together(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _objects(values: Sequence[object]) -> NDArray[np.object_]:
    # Not np.array(values): labels of several levels are tuples, which it would take for rows.
    array = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        array[place] = value
    return array
