"""One request's worth of contacts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True, repr=False)
class Batch:
    """The exact bytes of one bulk import, and which rows they hold.

    Parameters
    ----------
    number
        Sequence number within the run.
    positions
        Row positions in the caller's frame, in the order of the contacts.
    addresses
        Keyed fingerprint of each contact's address, 8 bytes each.
    contents
        Keyed fingerprint of each contact's row part, 8 bytes each.
    body
        The request's body.
    """

    number: int
    positions: Sequence[int]
    addresses: bytes
    contents: bytes
    body: bytes

    def __len__(self) -> int:
        return len(self.positions)

    def __repr__(self) -> str:
        # A body is people's data: sizes only.
        return f"<Batch {self.number}: {len(self)} contacts, {len(self.body):,} bytes>"
