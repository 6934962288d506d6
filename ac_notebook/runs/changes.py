"""Changes as a user sees them: what each normalisation did to how many values, and to which rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ac_notebook.model.changes import WORDS
from ac_notebook.runs.labels import shown_index
from ac_notebook.runs.tables import Table

if TYPE_CHECKING:
    import pandas as pd

    from ac_notebook.frames.prepare import Prepared

COLUMNS = ("field", "change", "values", "examples", "meaning")


def changes_table(prepared: Prepared, index: pd.Index[Any]) -> pd.DataFrame:
    """Return how many values each normalisation touched.

    Parameters
    ----------
    prepared
        What the checks found.
    index
        The frame's row labels.

    Returns
    -------
    pandas.DataFrame
        field, change (a stable code), values (how many), examples (up to three rows, by label or by position), meaning.
    """
    rows = [
        (
            change.target,
            change.kind,
            change.count,
            list(shown_index(index, np.array(change.examples, np.int64))),
            WORDS[change.kind],
        )
        for change in prepared.changes
    ]
    return Table(rows, columns=list(COLUMNS))
