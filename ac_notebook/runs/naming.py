"""Which rows a refusal blames: it names contacts by their place, and what places are counted from is not documented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.runs.words import first_index

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ac_notebook.model.doubts import Position
    from ac_notebook.runs.jobs import Job

_MOST_ROUNDS = 3
"""How often rows are taken out of one request; with more, finding them by halves is as quick."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Split:
    """A request without the rows that a refusal names.

    Parameters
    ----------
    kept
        Rows that are sent again.
    suspects
        Rows that are not, ascending.
    reasons
        What the service says of suspects.
    """

    kept: NDArray[np.int64]
    suspects: tuple[int, ...]
    reasons: Mapping[int, str]
    counted_from: int


class Naming:
    """What is known of how refusals name contacts.

    Parameters
    ----------
    first
        What places are counted from, where a rehearsal proved it.
    """

    def __init__(self, first: Position | None = None) -> None:
        self._first = first if isinstance(first, int) else None
        self._is_trusted = True

    def take_out(self, rows: NDArray[np.int64], job: Job, failures: Mapping[int, str]) -> Split | None:
        """Return a refused request without the rows that are named; None when the names lead nowhere.

        Parameters
        ----------
        rows
            The rows of the request, ascending.
        job
            The request; rows that were taken out before are its suspects.
        failures
            What the refusal says, by the contact's place.
        """
        if 0 in failures and self._first == 1:
            self._first = None  # what was proved once is not so any more
        if not self._is_trusted or job.rounds >= _MOST_ROUNDS or len(rows) < 2:  # noqa: PLR2004 - one has no parts
            self._is_trusted &= job.rounds == 0
            return None
        if job.suspects and job.counted_from == 1 and self._first is None and _is_shifted(rows, job, failures):
            return self._shifted(rows, job)
        known = job.counted_from if job.suspects else self._first
        first = first_index(failures) if known is None else known
        places = sorted(index - first for index in failures if 0 <= index - first < len(rows))
        if not places or len(places) == len(rows):
            self._is_trusted &= job.rounds == 0
            return None
        reasons = {int(rows[place]): failures[place + first] for place in places}
        return Split(
            kept=np.delete(rows, places), suspects=tuple(sorted({*job.suspects, *reasons})),
            reasons={**job.reasons, **reasons}, counted_from=first,
        )  # fmt: skip

    def proved(self, job: Job) -> None:
        """Learn from a request that went through without its suspects."""
        if job.suspects and job.rounds > 1 and job.counted_from == 0:
            self._first = 0

    @staticmethod
    def _shifted(rows: NDArray[np.int64], job: Job) -> Split | None:
        """Return the request without the rows that follow the suspects: places are counted from 0."""
        together = np.union1d(rows, np.array(job.suspects, dtype=np.int64))
        places = np.searchsorted(together, job.suspects) + 1
        places = places[places < len(together)]
        if not len(places):
            return None
        suspects = tuple(int(row) for row in together[places])
        said = [job.reasons.get(row, "") for row in job.suspects]
        return Split(
            kept=np.delete(together, places), suspects=suspects, counted_from=0,
            reasons=dict(zip(suspects, said, strict=False)),
        )  # fmt: skip


def _is_shifted(rows: NDArray[np.int64], job: Job, failures: Mapping[int, str]) -> bool:
    """Tell whether what is named now is what was named before: rows in front of it were taken out instead of it.

    Counted from 1, the row before each one that was meant was taken out; what was meant has moved up by as many.
    """
    together = np.union1d(rows, np.array(job.suspects, dtype=np.int64))
    meant = np.searchsorted(together, job.suspects) + 1
    return set(failures) == {int(place) - number for number, place in enumerate(meant, start=1)}
