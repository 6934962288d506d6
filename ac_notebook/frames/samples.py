"""A look at a column: the distinct texts of some of its rows, spread over the whole length of the frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import TEXT, as_mask, present
from ac_notebook.frames.convert import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column

MOST_ROWS = 10_000
"""Rows that are looked at: 1 % of them stands out clearly, and they cost milliseconds."""

MOST_DISTINCT = 1_000
"""Distinct texts that are looked at one by one."""

LONG = 256
"""Characters of a text that are looked at: nothing that is looked for is as long."""

PART_BYTES = 6_000_000
"""Of texts that are looked at in one go, about."""

_FIRST_LOOK = 500
"""Rows after which it is known how long the texts are."""

_GOLDEN = (5**0.5 - 1) / 2


def spread(count: int, most: int = MOST_ROWS) -> NDArray[np.int64]:
    """Return at most ``most`` of ``count`` places, always the same, one in each of as many parts of equal length.

    Within its part, a place moves by the golden ratio: places at even distances could all meet the same rows of a frame
    that repeats itself.

    Examples
    --------
    >>> spread(4, 10).tolist(), spread(100, 5).tolist()
    ([0, 1, 2, 3], [0, 32, 44, 77, 89])
    """
    if count <= most:
        return np.arange(count)
    parts = np.arange(most + 1)
    starts = parts * count // most
    moves: NDArray[np.int64] = (np.diff(starts) * (parts[:-1] * _GOLDEN % 1)).astype(np.int64)
    return starts[:-1] + moves


@dataclass(frozen=True, kw_only=True, repr=False)
class Sample:
    """The distinct texts of the rows that were looked at, blanks and what cannot be sent left out.

    Parameters
    ----------
    column
        What the column is mapped to.
    distinct
        Each text once.
    counts
        In how many rows it was seen.
    of_categories
        Whether the column is a categorical one.
    """

    column: Column
    distinct: pa.Array
    counts: NDArray[np.int64]
    of_categories: bool = False

    def __repr__(self) -> str:
        # The values are people's data.
        return f"<Sample of {self.filled:,} cells, {len(self.distinct):,} distinct>"

    @property
    def filled(self) -> int:
        """How many rows hold something."""
        return int(self.counts.sum())

    def rows(self, *patterns: str) -> int:
        """Return how many rows match all of these regular expressions, in RE2's syntax."""
        masks = [as_mask(pc.match_substring_regex(self.distinct, pattern)) for pattern in patterns]
        return int(self.counts[np.logical_and.reduce(masks)].sum())

    def some(self) -> Sample:
        """Return some of the distinct texts, spread over all of them, as if each had been seen once."""
        places = spread(len(self.distinct), MOST_DISTINCT)
        return replace(self, distinct=self.distinct.take(pa.array(places)), counts=np.ones(len(places), dtype=np.int64))


def sample(series: pd.Series[Any], rows: NDArray[np.int64], column: Column) -> Sample:
    """Return a column's distinct texts.

    Parameters
    ----------
    series
        All cells, of any dtype.
    rows
        Places of those that are looked at.
    column
        What the column is mapped to.

    Examples
    --------
    >>> from ac_notebook.frames.columns import Column
    >>> phones = pd.Series(["a", None, "b", "a"])
    >>> seen = sample(phones, spread(4), Column(target="phone", label="x", position=0))
    >>> seen, seen.counts.tolist()
    (<Sample of 3 cells, 2 distinct>, [2, 1])
    """
    parts = list(_parts(series, rows, column))
    counted = pc.value_counts(pa.concat_arrays(parts) if parts else pa.nulls(0, TEXT))
    return Sample(
        column=column,
        distinct=counted.field("values"),
        counts=counted.field("counts").to_numpy(zero_copy_only=False).astype(np.int64),
        of_categories=isinstance(series.dtype, pd.CategoricalDtype),
    )


def _parts(series: pd.Series[Any], rows: NDArray[np.int64], column: Column) -> Iterator[pa.Array]:
    """Yield the texts that can be sent, so many rows at a time that very long texts take no more memory than others."""
    start, step = 0, _FIRST_LOOK
    while start < len(rows):
        cells = series.iloc[rows[start : start + step]]
        if isinstance(cells.dtype, pd.CategoricalDtype):
            cells = cells.cat.remove_unused_categories()
        text = to_text(cells, column, timezone="UTC")
        sendable = present(text.values)
        for code, mask in text.bad.items():
            if code != "phone-no-digits":  # names in a column of phones, for example
                sendable = sendable & ~mask
        values = pc.filter(text.values, pa.array(sendable))
        start += step
        step = max(1, PART_BYTES * len(cells) // max(1, values.nbytes))
        yield pc.utf8_slice_codeunits(values, 0, LONG) if values.nbytes > LONG else values
