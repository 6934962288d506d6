"""Who is in a frame at all: also those whose rows are rejected, for they have not left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.frames.distinct import distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ac_notebook.frames.rows import Rows


def no_prints() -> NDArray[np.uint64]:
    """Return the fingerprints of nobody."""
    return np.empty(0, np.uint64)


def no_rows() -> NDArray[np.int64]:
    """Return the positions of no row."""
    return np.empty(0, np.int64)


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Presence:
    """Whose addresses stand in the rows of a segment, whatever the checks say of these rows. Fingerprints only.

    Parameters
    ----------
    addresses
        Keyed fingerprint of every address that is there, sorted, each once.
    unreadable
        Positions of the rows that have no address that could be anybody's: a blank, or what is no address.
    kept_back
        Positions of the rows with an address whose opt-in is anything but yes.
    kept_back_addresses
        Their addresses.
    declined
        Which of them say no in so many words.
    declining
        Positions of all rows that say no, also of those without an address.
    """

    addresses: NDArray[np.uint64] = field(default_factory=no_prints)
    unreadable: NDArray[np.int64] = field(default_factory=no_rows)
    kept_back: NDArray[np.int64] = field(default_factory=no_rows)
    kept_back_addresses: NDArray[np.uint64] = field(default_factory=no_prints)
    declined: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))
    declining: NDArray[np.int64] = field(default_factory=no_rows)

    @classmethod
    def of(cls, rows: Rows) -> Presence:
        """Return what is known of the rows of a segment."""
        kept_back = np.flatnonzero(rows.refused & rows.known)
        return cls(
            addresses=distinct(rows.addresses[rows.known]),
            unreadable=rows.positions[~rows.readable],
            kept_back=rows.positions[kept_back],
            kept_back_addresses=rows.addresses[kept_back],
            declined=rows.declined[kept_back],
            declining=rows.positions[rows.declined],
        )

    def __repr__(self) -> str:
        return f"<Presence: {len(self.addresses):,} addresses, {len(self.unreadable):,} rows without one>"
