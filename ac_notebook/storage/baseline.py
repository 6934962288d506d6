"""Baselines: what is known to be on the other side, as sorted arrays of fingerprints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.model.outcome import Outcome
from ac_notebook.model.refusal import Refusal

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SETTLING = (int(Outcome.IMPORTED), int(Outcome.REFUSED), int(Outcome.UNCERTAIN), *map(int, Refusal))
"""Outcomes that keep a row from being sent again. ``UNCERTAIN`` is written only where repeating is not harmless, and in
place of ``REFUSED`` there may stand why."""

NOTHING = 255
"""In place of an outcome: what the service holds for this address is not known."""

Arrays = tuple["NDArray[np.uint64]", "NDArray[np.uint64]", "NDArray[np.uint8]"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Baseline:
    """What is known to be on the other side: three arrays of equal length, sorted by address.

    Parameters
    ----------
    addresses, contents
        Keyed fingerprints, uint64.
    outcomes
        ``Outcome.IMPORTED``, ``REFUSED`` (or a :class:`Refusal`) or ``UNCERTAIN``, uint8.
    """

    addresses: NDArray[np.uint64]
    contents: NDArray[np.uint64]
    outcomes: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.addresses)

    def find(self, addresses: NDArray[np.uint64], contents: NDArray[np.uint64]) -> NDArray[np.int16]:
        """Return the settled outcome of each row that stands in the baseline unchanged, and -1 for all others."""
        found = np.full(len(addresses), -1, dtype=np.int16)
        if len(self):
            at = np.minimum(np.searchsorted(self.addresses, addresses), len(self) - 1)
            same = (self.addresses[at] == addresses) & (self.contents[at] == contents)
            found[same] = self.outcomes[at[same]]
        return found

    def contents_of(self, addresses: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return the content that is known to be on the other side for each address, and 0 where nothing is known."""
        found = np.zeros(len(addresses), dtype=np.uint64)
        if len(self):
            at = np.minimum(np.searchsorted(self.addresses, addresses), len(self) - 1)
            known = self.addresses[at] == addresses
            found[known] = self.contents[at[known]]
        return found


def prints(data: bytes) -> NDArray[np.uint64]:
    """Return fingerprints from their bytes."""
    return np.frombuffer(data, dtype="<u8").astype(np.uint64, copy=False)


def arrays(addresses: bytes, contents: bytes, outcomes: bytes) -> Arrays:
    """Return fingerprints of addresses and contents, and outcomes, from their bytes."""
    return prints(addresses), prints(contents), np.frombuffer(outcomes, dtype=np.uint8)


def latest(parts: list[Arrays]) -> Baseline:
    """Return the last known word on each address, where it is one that settles."""
    if not parts:
        return Baseline(
            addresses=np.empty(0, np.uint64), contents=np.empty(0, np.uint64), outcomes=np.empty(0, np.uint8)
        )
    addresses, contents, outcomes = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    # A stable sort keeps the order in which they were sent, so the last of each run of equal addresses is the newest.
    order = np.argsort(addresses, kind="stable")
    addresses, contents, outcomes = addresses[order], contents[order], outcomes[order]
    last = np.append(addresses[1:] != addresses[:-1], True)
    kept = last & np.isin(outcomes, _SETTLING)
    return Baseline(addresses=addresses[kept], contents=contents[kept], outcomes=outcomes[kept])
