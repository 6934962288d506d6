"""Problems as a user sees them: one table, labelled as the frame, without a value of anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ac_notebook.model.outcome import WORDS
from ac_notebook.model.problems import CODES
from ac_notebook.runs.labels import shown_index
from ac_notebook.runs.show import plain
from ac_notebook.runs.tables import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ac_notebook.frames.prepare import Prepared
    from ac_notebook.runs.state import RowProblem

COLUMNS = ("outcome", "code", "column", "field", "reason", "hint")

_LATE = ("refused", "uncertain", "accepted")
"""Outcomes that have a problem of their own; one that came to another end meanwhile is over."""


def problem_codes() -> pd.DataFrame:
    """Return every code that ``problems`` and ``warnings`` can show, with what it means and what to do.

    Returns
    -------
    pandas.DataFrame
        Labelled by ``code``. ``kind``: "row" for what the checks find in a row, "column" for what they warn of in a
        column, "answer" for what ActiveCampaign's answers or earlier runs say of a row. ``rejects``: whether the row is
        held back for it. ``reason`` and ``hint``: what is wrong, and what to do.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> ac.problem_codes().loc["email-missing", ["kind", "hint"]].tolist()
    ['row', 'fill it in, or leave the row out']
    """
    entries = list(CODES.values())
    table = {
        name: pd.Series([getattr(entry, name) for entry in entries], dtype=bool if name == "rejects" else object)
        for name in ("kind", "rejects", "reason", "hint")
    }
    return pd.DataFrame(table).set_axis(pd.Index([entry.code for entry in entries], dtype=object, name="code"))


def problems_table(
    prepared: Prepared, index: pd.Index[Any], found: Sequence[RowProblem] = (), outcome: NDArray[np.int8] | None = None
) -> pd.DataFrame:
    """Return the problems of the checks, and those that rows met on the way.

    Parameters
    ----------
    prepared
        What the checks found.
    index
        The frame's row labels.
    found
        What became of rows on the way.
    outcome
        Outcome numbers, one per row of the frame; needed for what was found.

    Returns
    -------
    pandas.DataFrame
        outcome, code, column, field, reason, hint; labelled as the frame, or by position.
    """
    table = all_problems(prepared, found, outcome)
    positions, standing = (table[name].to_numpy(dtype=np.int64) for name in ("position", "standing"))
    stood_for = np.flatnonzero(standing >= 0)
    # Labelled together: a hint has to name rows as the table does, which goes by position where one label may not show.
    labels = shown_index(index, np.concatenate([positions, standing[stood_for]]))
    shown = table[list(COLUMNS)].set_axis(labels[: len(positions)], axis=0)
    if len(stood_for):
        hints = table["hint"].to_numpy(dtype=object, copy=True)
        for row, label in zip(stood_for.tolist(), labels[len(positions) :], strict=True):
            hints[row] = f"row {plain(label)} stands for it; {hints[row]}"
        shown["hint"] = hints
    return Table(shown)


def all_problems(
    prepared: Prepared, found: Sequence[RowProblem] = (), outcome: NDArray[np.int8] | None = None
) -> pd.DataFrame:
    """Return the problems by position: those of the checks, and those that rows met on the way."""
    table = prepared.problems
    if not found or outcome is None:
        return table
    late = _late(found, outcome)
    return pd.concat([table, late], ignore_index=True) if len(table) and len(late) else table if len(table) else late


def _late(found: Sequence[RowProblem], outcome: NDArray[np.int8]) -> pd.DataFrame:
    kept = [entry for entry in found if WORDS[outcome[entry.position]] in _LATE]
    reasons = [
        f"{CODES[entry.code].reason}: {entry.message}" if entry.message else CODES[entry.code].reason for entry in kept
    ]
    table = pd.DataFrame(
        {
            "position": [entry.position for entry in kept],
            "standing": -1,
            "outcome": [WORDS[outcome[entry.position]] for entry in kept],
            "code": [entry.code for entry in kept],
            "column": None,
            "field": "email",
            "reason": reasons,
            "hint": [CODES[entry.code].hint for entry in kept],
        },
        dtype=object,
    )
    return table.astype({"position": np.int64, "standing": np.int64})
