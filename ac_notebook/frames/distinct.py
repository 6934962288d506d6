"""Distinct numbers, found by sorting them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.integer[Any])


def distinct(numbers: NDArray[Number]) -> NDArray[Number]:
    """Return numbers sorted, each once.

    NumPy's own ``unique`` looks numbers up in a table since NumPy 2.3: of a million fingerprints that takes seconds, in
    which no other thread of the process goes on. Sorting takes some 50 ms, and others go on meanwhile.

    Examples
    --------
    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    ordered = np.sort(numbers)
    is_first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[is_first]
