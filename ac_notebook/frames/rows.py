"""What is found out about each row of a segment, piece by piece."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(kw_only=True)
class Rows:
    """Per row of the segment, filled piece by piece.

    Parameters
    ----------
    positions
        Where the rows stand in the frame, ascending.
    """

    positions: NDArray[np.int64]
    known: NDArray[np.bool_] = field(init=False)
    """Whether there is an address at all."""
    valid: NDArray[np.bool_] = field(init=False)
    """Whether the row passed every check."""
    refused: NDArray[np.bool_] = field(init=False)
    """Whether the opt-in is anything but yes."""
    unclear: NDArray[np.bool_] = field(init=False)
    """Whether the opt-in is neither yes nor no."""
    declined: NDArray[np.bool_] = field(init=False)
    """Whether the opt-in says no in so many words."""
    readable: NDArray[np.bool_] = field(init=False)
    """Whether there is an address that could be somebody's."""
    sizes: NDArray[np.int32] = field(init=False)
    """Bytes of the row's part."""
    addresses: NDArray[np.uint64] = field(init=False)
    """What tells addresses apart, nearly always."""
    contents: NDArray[np.uint64] = field(init=False)
    """Fingerprint of the row's part."""
    cleared: dict[int, NDArray[np.bool_]] = field(default_factory=dict)
    """By the place of a column that clears: whether the row's cell is blank there."""

    def __post_init__(self) -> None:
        count = len(self.positions)
        flags = (np.zeros(count, dtype=bool) for _ in range(6))
        self.known, self.valid, self.refused, self.unclear, self.declined, self.readable = flags
        self.sizes = np.zeros(count, dtype=np.int32)
        self.addresses, self.contents = (np.zeros(count, dtype=np.uint64) for _ in range(2))
