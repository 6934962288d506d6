"""A frame in pieces of bounded size: memory follows the bytes of the cells, not their number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ac_notebook.frames.cells import TEXT, edges
from ac_notebook.frames.fitting import is_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

PIECE_BYTES = 6_000_000
"""Of cells in a piece, about; what is made from it takes some ten times as much for a moment."""

PIECE_ROWS = 50_000

_SAMPLE = 512
_CELL = 16  # bytes that a cell of a number, a date or a reference counts for


def pieces(frozen: pd.DataFrame, positions: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Yield the positions in order, so many at a time that their cells make up about :data:`PIECE_BYTES`."""
    if not len(positions):
        return
    total = _running_bytes(frozen, positions)
    start = 0
    while start < len(positions):
        stop = int(np.searchsorted(total, total[start] + PIECE_BYTES, side="right")) - 1
        stop = min(max(stop, start + 1), start + PIECE_ROWS, len(positions))
        yield positions[start:stop]
        start = stop


def cut(frozen: pd.DataFrame, positions: NDArray[np.int64]) -> list[pd.Series[Any]]:
    """Return the columns at ascending positions; a contiguous range costs nothing."""
    first, last = int(positions[0]), int(positions[-1])
    columns = [frozen.iloc[first : last + 1, place] for place in range(frozen.shape[1])]
    if last - first + 1 == len(positions):
        return columns
    return [_taken(column, positions - first) for column in columns]


def _taken(series: pd.Series[Any], positions: NDArray[np.int64]) -> pd.Series[Any]:
    chunks = series.array.__arrow_array__() if _is_arrow(series) else None
    if not isinstance(chunks, pa.ChunkedArray) or chunks.num_chunks < 2:  # noqa: PLR2004 - several
        return series.iloc[positions]
    # Arrow would put all chunks together first, which takes the whole column's memory, and its time with every piece.
    ends = np.cumsum([len(chunk) for chunk in chunks.chunks])
    stops = np.searchsorted(positions, ends)
    starts = np.concatenate([[0], stops[:-1]])
    taken = [
        chunk.take(pa.array(positions[start:stop] - (end - len(chunk))))
        for chunk, end, start, stop in zip(chunks.chunks, ends, starts, stops, strict=True)
        if start < stop
    ]
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array(taken)))


def _is_arrow(series: pd.Series[Any]) -> bool:
    return isinstance(series.dtype, pd.ArrowDtype) or (
        isinstance(series.dtype, pd.StringDtype) and series.dtype.storage == "pyarrow"
    )


def _running_bytes(frozen: pd.DataFrame, positions: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the bytes of the cells of all rows before each position, and of all of them."""
    first, last = int(positions[0]), int(positions[-1])
    around = frozen.iloc[first : last + 1]  # costs nothing, and a few rows of many are measured as a few
    a_row = _CELL * (1 + frozen.shape[1])
    texts = []
    for place in range(frozen.shape[1]):
        series = around.iloc[:, place]
        if series.dtype == np.dtype(object):
            a_row += _object_bytes(series.to_numpy(dtype=object))
        elif isinstance(series.dtype, pd.StringDtype | pd.ArrowDtype):
            texts.append(series)
    total = np.arange(len(around) + 1, dtype=np.int64) * a_row
    for series in texts:
        _add_text_bytes(series, total)
    if len(around) == len(positions):
        return total
    sizes = np.diff(total)[positions - first]
    return np.concatenate([[0], np.cumsum(sizes)])


def _add_text_bytes(series: pd.Series[Any], total: NDArray[np.int64]) -> None:
    """Add the bytes of the texts before each cell; what has no length, such as numbers and lists, adds nothing."""
    try:
        array = pa.array(series, from_pandas=True)
    except (pa.ArrowException, UnicodeEncodeError, TypeError, ValueError):
        return
    start, before = 0, 0
    for chunk in array.chunks if isinstance(array, pa.ChunkedArray) else [array]:
        if not is_text(chunk.type):
            return
        ends = edges(chunk.cast(TEXT))
        total[start + 1 : start + 1 + len(chunk)] += ends[1:] + before
        start, before = start + len(chunk), before + int(ends[-1])


def _object_bytes(cells: NDArray[np.object_]) -> int:
    """Return what a cell takes on the average, from a few texts; lists count as one text."""
    few = cells[:: max(1, len(cells) // _SAMPLE)]
    lengths = [len(cell) for cell in few if type(cell) is str or type(cell) is bytes]
    return sum(lengths) // max(1, len(few))
