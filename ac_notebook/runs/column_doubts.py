"""Whether a column is what it is mapped to: the same checks as those of a plan, a column at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.errors import MappingError
from ac_notebook.frames.columns import resolve
from ac_notebook.frames.samples import spread
from ac_notebook.frames.suspicions import suspicions
from ac_notebook.frames.unsuitable import unsuitable

if TYPE_CHECKING:
    import pandas as pd

    from ac_notebook.frames.columns import Column
    from ac_notebook.model.account import Snapshot
    from ac_notebook.model.mapping import Mapping


@dataclass(frozen=True, kw_only=True)
class Doubts:
    """What is to be said about a mapped column.

    Parameters
    ----------
    unfit
        Why no value of it could ever be sent, "" where some could. A plan refuses it.
    suspicions
        What does not look right. A plan warns of it.
    """

    unfit: str = ""
    suspicions: tuple[str, ...] = ()


def misfits(frame: pd.DataFrame, mapping: Mapping, account: Snapshot | None) -> tuple[str, ...]:
    """Return what a plan would refuse about a mapping without a look at any cell: columns, fields and rules.

    Parameters
    ----------
    frame
        The caller's frame.
    mapping
        What goes where.
    account
        What the account has; without it fields are taken as they are named.

    Examples
    --------
    >>> import pandas as pd
    >>> from ac_notebook.model.mapping import Mapping
    >>> misfits(pd.DataFrame({"E-mail": [], "town": []}), Mapping(email="E-mail", fields={"City": "twn"}), None)
    ("'City' is mapped to column 'twn', which the frame does not have. Did you mean 'town'?",)
    """
    try:
        resolve(frame.iloc[:0], mapping, account)
    except MappingError as error:
        advice = error.hint.removesuffix("Nothing was sent.").strip()
        return (*error.problems, *([advice] if advice else []))
    return ()


def doubts(frame: pd.DataFrame, column: Column) -> Doubts:
    """Look at a column's values, at 10,000 at the most unless none of them is what is looked for.

    Examples
    --------
    >>> import pandas as pd
    >>> from ac_notebook.frames.columns import Column
    >>> doubts(pd.DataFrame({"n": ["Ann", "Bo"]}), Column(target="email", label="n", position=0)).unfit
    "0 of 2 values in column 'n', mapped to 'email', look like an address; map the one that holds the addresses."
    """
    unfit = unsuitable(frame, [column])
    if unfit:
        return Doubts(unfit=unfit[0])
    rows = spread(len(frame))
    cells = frame.iloc[:, column.position].iloc[rows].reset_index(drop=True)
    return Doubts(suspicions=suspicions(cells.to_frame(), [column], np.ones(len(rows), dtype=bool)))
