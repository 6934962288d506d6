"""Row labels and sample values as they may be shown: what a cell shows is shared with others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_WORDS_ONLY = re.compile(r"[^\d@]*")


def shown_index(index: pd.Index[Any], positions: NDArray[np.int64]) -> pd.Index[Any]:
    """Return row labels for display: the frame's own, or positions where labels look like addresses or names.

    Parameters
    ----------
    index
        The frame's row labels.
    positions
        Which rows are shown.

    Examples
    --------
    >>> import numpy as np
    >>> list(shown_index(pd.Index(["A-1", "A-2"]), np.array([1])))
    ['A-2']
    >>> shown_index(pd.Index(["A-1", "ann@example.org"]), np.array([1]))
    Index([1], dtype='int64', name='position')
    """
    labels = index[positions]
    if _may_show(labels):
        return labels
    return pd.Index(positions, name="position")


def _may_show(labels: pd.Index[Any]) -> bool:
    if isinstance(labels, pd.MultiIndex):
        return all(_may_show(labels.get_level_values(level)) for level in range(labels.nlevels))
    if labels.dtype.kind in "iufbmM":
        return True
    # A label of letters alone may be a name; one with an @ is an address. Codes such as A-1001 hold digits.
    return all(
        not isinstance(label, str) or ("@" not in label and not _WORDS_ONLY.fullmatch(label)) for label in labels
    )


def mask(text: str) -> str:
    """Return a text of which only its shape is left.

    Examples
    --------
    >>> mask("ann.berg@mail.example.org"), mask("Łukasz"), mask("")
    ('a…@m….org', 'Ł…', '')
    """
    local, at, domain = text.partition("@")
    if at and "." in domain:
        return f"{local[:1]}…@{domain[:1]}….{domain.rpartition('.')[2]}"
    return f"{text[:1]}…" if text else ""
