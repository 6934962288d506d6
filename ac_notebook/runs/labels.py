"""Row labels and sample values as they may be shown: what a cell shows is shared with others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CODE = re.compile(r"(?=.*\d)[A-Za-z]{0,4}[-_./ ]?\d{1,6}[A-Za-z]?")
"""A label that is no address, name, phone, date or personal number: a short code with a digit, such as A-1001."""

_LAST_OF_DOMAIN = re.compile(r"\.[A-Za-z]{2,12}\Z")
"""What of an address is shown whole: it says no more than a country, or a kind of domain."""

_LARGEST_NUMBER = 10_000_000
"""Whole numbers from here on may be phones or personal numbers."""


def shown_index(index: pd.Index[Any], positions: NDArray[np.int64]) -> pd.Index[Any]:
    """Return row labels for display: the frame's own, or positions where labels repeat or may be people's data.

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
    if _are_unique(index) and _may_show(labels):
        return labels
    return pd.Index(positions, name="position")


def _are_unique(index: pd.Index[Any]) -> bool:
    try:
        return index.is_unique
    except Exception:  # noqa: BLE001 - labels may be anybody's objects, which are asked whether they are equal
        return False


def _may_show(labels: pd.Index[Any]) -> bool:
    if isinstance(labels, pd.MultiIndex):
        return all(_may_show(labels.get_level_values(level)) for level in range(labels.nlevels))
    if labels.dtype.kind in "iu":
        return not len(labels) or bool((labels >= 0).all() and (labels < _LARGEST_NUMBER).all())
    return all(isinstance(label, str) and _CODE.fullmatch(label) is not None for label in labels)


def mask(text: str) -> str:
    """Return a text of which only its shape is left.

    Examples
    --------
    >>> mask("ann.berg@mail.example.org"), mask("Łukasz"), mask("")
    ('a…@m….org', 'Ł…', '')
    >>> mask("At home @ 5. Has the flu")
    'A…'
    """
    local, _, domain = text.partition("@")
    last = _LAST_OF_DOMAIN.search(domain)
    if last is not None:
        return f"{local[:1]}…@{domain[:1]}…{last[0]}"
    return f"{text[:1]}…" if text else ""
