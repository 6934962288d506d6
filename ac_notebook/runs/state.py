"""What is known, while a run goes on, about every row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.model.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class RowProblem:
    """Something that became of a row on the way: its position, a code, and ActiveCampaign's words."""

    position: int
    code: str
    message: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Refused:
    """A batch that was settled, of which somebody was refused: its number, its rows and what became of each."""

    number: int
    positions: NDArray[np.int64]
    outcomes: NDArray[np.uint8]


@dataclass(kw_only=True, eq=False)
class RowStates:
    """The outcome of each row of the frame, changed by the sending thread only.

    Parameters
    ----------
    outcome
        Outcome numbers, one per row of the frame.
    """

    outcome: NDArray[np.int8]
    problems: list[RowProblem] = field(default_factory=list)
    counters: Counter[str] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)
    """Batches with rows whose refusal has no reason yet."""

    def put(self, positions: Sequence[int], outcome: Outcome, *, code: str = "", message: str = "") -> None:
        """Give rows an outcome, and a problem where there is one."""
        self.outcome[np.asarray(positions, dtype=np.int64)] = int(outcome)
        if code:
            self.problems.extend(RowProblem(position=int(row), code=code, message=message) for row in positions)

    def counts(self, *, without: NDArray[np.int64] | None = None) -> Mapping[Outcome, int]:
        """Return how many rows have each outcome, without some rows if any are given."""
        found = np.bincount(self.outcome, minlength=len(Outcome))
        if without is not None:
            found -= np.bincount(self.outcome[without], minlength=len(Outcome))
        return {outcome: int(found[outcome]) for outcome in Outcome}
