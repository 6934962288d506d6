"""A shape of a frame, and proof that nobody changed it."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MAPPING: Mapping[Any, Any] = {"email": "mail", "City": "value"}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A frame with what is mapped of it.

    Parameters
    ----------
    frame
        The caller's frame.
    mapping
        ActiveCampaign's name to column.
    refused, not_planned
        A part of the message with which the mapping is refused, or only the plan (such as that of no rows).
    """

    frame: pd.DataFrame
    mapping: Mapping[Any, Any] = field(default_factory=lambda: MAPPING)
    refused: str = ""
    not_planned: str = ""


Builders = dict[str, "Callable[[], Shape]"]


def addresses(count: int) -> list[str]:
    """Return so many different addresses."""
    return [f"p{number}@example.org" for number in range(count)]


def of_values(values: Any, dtype: Any = None) -> pd.DataFrame:
    """Return a frame with the values in one column, and addresses for them."""
    column = values if isinstance(values, pd.Series) else pd.Series(values, dtype=dtype)
    column = column.reset_index(drop=True)
    frame = pd.DataFrame({"mail": addresses(len(column))}, index=column.index)
    frame["value"] = column
    return frame


def cells(values: Sequence[Any]) -> pd.Series[Any]:
    """Return any objects as a column, without NumPy looking into them."""
    made = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        made[place] = value
    return pd.Series(made, dtype=object)


def state(frame: pd.DataFrame) -> list[Any]:
    """Return everything that a caller could see of a frame, down to the memory it lies in."""
    columns = [frame.iloc[:, place].array for place in range(frame.shape[1])]
    return [
        type(frame),
        frame.shape,
        [str(dtype) for dtype in frame.dtypes],
        copy.deepcopy(frame.attrs),
        frame.flags.allows_duplicate_labels,
        id(frame.index),
        id(frame.columns),
        _labels(frame.index),
        _labels(frame.columns),
        [_memory(array) for array in columns],
    ]


def _labels(index: pd.Index[Any]) -> list[Any]:
    names = list(index.names)
    if isinstance(index, pd.MultiIndex):
        return [
            names,
            [_memory(np.asarray(level)) for level in index.codes],
            [_labels(level) for level in index.levels],
        ]
    if isinstance(index, pd.RangeIndex):
        return [names, index.start, index.stop, index.step]
    return [names, str(index.dtype), _memory(index.array)]


def _memory(array: Any) -> Any:
    """Return where an array's cells lie and what is there: of objects which ones, and what lists among them hold."""
    if isinstance(array, np.ndarray):
        if array.dtype == np.dtype(object):
            return [(id(cell), _inside(cell)) for cell in array.ravel()]
        return array.__array_interface__["data"][0], array.tobytes()
    if isinstance(array, pa.ChunkedArray | pa.Array):
        chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
        return [_buffers(chunk) for chunk in chunks]
    if isinstance(array, pd.Categorical):
        return _memory(array.codes), _labels(array.categories), array.ordered
    parts = [
        getattr(array, name, None)
        for name in ("_pa_array", "_data", "_mask", "_ndarray", "sp_values", "_left", "_right")
    ]
    found = [_memory(part) for part in parts if part is not None]
    assert found, type(array)
    return found


def _buffers(array: Any) -> list[Any]:
    return [buffer and (buffer.address, buffer.to_pybytes()) for buffer in array.buffers()]


def _inside(cell: Any) -> Any:
    kind = type(cell)
    if kind is list or kind is tuple:
        return [id(item) for item in cell]
    if kind is np.ndarray:
        return _memory(cell)
    return sorted(map(id, cell)) if kind is set else None
