"""One person, one verdict: which rows of an address stand for it, and which addresses are withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Keys = Callable[[NDArray[np.integer[Any]]], list[bytes]]

_AT_ONCE = 50_000


def same_address(fingerprints: NDArray[np.uint64], known: NDArray[np.bool_], keys: Keys) -> NDArray[np.int32]:
    """Return for each row the first row with the same address: itself, where no earlier one has it.

    Parameters
    ----------
    fingerprints
        Of each row's address.
    known
        Rows that have an address at all; the others are alone.
    keys
        Gives the real keys of rows: equal fingerprints are compared by them, so that two addresses whose fingerprints
        happen to be equal stay two.

    Examples
    --------
    >>> rows = [b"a", b"b", b"a"]
    >>> prints = np.array([7, 7, 7], dtype=np.uint64)
    >>> same_address(prints, np.ones(3, bool), lambda places: [rows[place] for place in places]).tolist()
    [0, 1, 0]
    """
    first = np.arange(len(fingerprints), dtype=np.int32)
    rows = _perhaps_repeated(fingerprints, known)
    if not len(rows):
        return first
    order = rows[np.argsort(fingerprints[rows], kind="stable")]
    ordered = fingerprints[order]
    begins = np.concatenate([[0], np.flatnonzero(ordered[1:] != ordered[:-1]) + 1])
    heads = first.copy()
    heads[order] = np.repeat(order[begins], np.diff(begins, append=len(order)))
    later = np.flatnonzero(heads != first)
    collided = []
    for start in range(0, len(later), _AT_ONCE):
        part = later[start : start + _AT_ONCE]
        for row, head, key, head_key in zip(
            part.tolist(), heads[part].tolist(), keys(part), keys(heads[part]), strict=True
        ):
            if key == head_key:
                first[row] = head
            else:
                collided.append((row, key))
    _sort_out(collided, fingerprints, first)
    return first


def _perhaps_repeated(fingerprints: NDArray[np.uint64], known: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the rows whose fingerprint another row has, too: few of many, so that little has to be put in order."""
    ordered = np.sort(fingerprints if known.all() else fingerprints[known])
    several = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(several):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(known & pd.Series(fingerprints, copy=False).isin(several).to_numpy())


def _sort_out(collided: list[tuple[int, bytes]], fingerprints: NDArray[np.uint64], first: NDArray[np.int32]) -> None:
    # One in 2**64 pairs; the rows come in ascending order within a fingerprint.
    seen: dict[tuple[int, bytes], int] = {}
    for row, key in collided:
        first[row] = seen.setdefault((int(fingerprints[row]), key), row)


def withheld(first: NDArray[np.int32], refused: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return all rows of the addresses of which any row is refused.

    Examples
    --------
    >>> withheld(np.array([0, 1, 0]), np.array([False, False, True])).tolist()
    [True, False, True]
    """
    spoilt = np.zeros(len(first), dtype=bool)
    spoilt[first[refused]] = True
    verdict: NDArray[np.bool_] = spoilt[first]
    return verdict


def repeated(first: NDArray[np.int32], valid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the valid rows of addresses of which more than one row is valid.

    Examples
    --------
    >>> repeated(np.array([0, 0, 2, 0]), np.array([True, True, True, False])).tolist()
    [True, True, False, False]
    """
    several: NDArray[np.bool_] = valid & (np.bincount(first[valid], minlength=len(first))[first] > 1)
    return several


def stands_for(first: NDArray[np.int32], valid: NDArray[np.bool_], *, last: bool = False) -> NDArray[np.int32]:
    """Return for each valid row the first (or last) valid row of its address, -1 for the others.

    Examples
    --------
    >>> stands_for(np.array([0, 0, 0]), np.array([False, True, True])).tolist()
    [-1, 1, 1]
    """
    standing = np.where(valid, np.arange(len(first), dtype=np.int32), -1)
    # Most addresses have one row: only the others are looked at.
    alone = np.bincount(first, minlength=len(first)) == 1
    rows = np.flatnonzero(valid & ~alone[first])
    chosen = np.full(len(first) if len(rows) else 0, -1, dtype=np.int32)
    ordered = rows if last else rows[::-1]
    chosen[first[ordered]] = ordered  # of several for one place, the one that comes last stays
    standing[rows] = chosen[first[rows]]
    return standing
