"""What the journal knows of the rows of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.model.outcome import Outcome
from ac_notebook.model.problems import CODES
from ac_notebook.model.refusal import LEAST, Refusal
from ac_notebook.runs.departing import action_prints
from ac_notebook.runs.state import RowProblem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ac_notebook.frames.prepare import Prepared
    from ac_notebook.model.export import Resend
    from ac_notebook.storage.baseline import Baseline


def find(prepared: Prepared, baseline: Baseline, *, resend: Resend) -> NDArray[np.int16]:
    """Return what is settled about each row to be sent, or -1; all -1 when everything is to be sent again."""
    if resend == "all":
        return np.full(len(prepared.rows), -1, dtype=np.int16)
    return baseline.find(prepared.addresses, prepared.contents)


def codes_for(prepared: Prepared, found: NDArray[np.int16]) -> NDArray[np.int8]:
    """Return outcome numbers per row of the frame, with what the journal knows."""
    codes = prepared.outcome.copy()
    known = found >= 0
    outcomes = np.where(found == int(Outcome.IMPORTED), int(Outcome.UNCHANGED), found)
    outcomes[found >= LEAST] = int(Outcome.REFUSED)
    codes[prepared.rows[known]] = outcomes[known]
    return codes


def refused_before(prepared: Prepared, baseline: Baseline, *, key: bytes) -> NDArray[np.int64]:
    """Return the rows whose people were refused by an earlier run, with whatever values: positions in the frame.

    Also of whom an earlier run unsubscribed: they will be. Not those for whom there was no room: that says nothing.
    """
    kinds = (int(Outcome.REFUSED), *(int(reason) for reason in Refusal if reason is not Refusal.CONTACT_LIMIT))
    unsubscribed, _ = action_prints(key)
    refused = baseline.addresses[np.isin(baseline.outcomes, kinds) | (baseline.contents == unsubscribed)]
    return prepared.rows[np.isin(prepared.addresses, refused)] if len(refused) else np.empty(0, np.int64)


def known_problems(
    prepared: Prepared, found: NDArray[np.int16], withdrawn: NDArray[np.int64]
) -> list[RowProblem]:  # fmt: skip
    """Return what earlier runs say of rows.

    Refusals and uncertainties are repeated, because the rows have not changed; and rows that say no now are named
    where somebody was imported before (``withdrawn``: their positions).
    """
    problems = [RowProblem(position=row, code="opt-in-withdrawn") for row in withdrawn.tolist()]
    known = np.flatnonzero(found > int(Outcome.IMPORTED))
    for position, outcome in zip(prepared.rows[known].tolist(), found[known].tolist(), strict=True):
        if outcome == int(Outcome.UNCERTAIN):
            problems.append(RowProblem(position=position, code="uncertain-before"))
        else:
            reason = CODES[Refusal(outcome).code].reason if outcome >= LEAST else ""
            problems.append(RowProblem(position=position, code="refused-before", message=reason))
    return problems
