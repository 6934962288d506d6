"""The second pass over a frame: requests, made just before they are sent, so that memory stays small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.errors import StateError
from ac_notebook.frames import encode
from ac_notebook.frames.pack import pack
from ac_notebook.frames.prepare import row_parts
from ac_notebook.model.batch import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column
    from ac_notebook.frames.prepare import Prepared
    from ac_notebook.model.export import Export
    from ac_notebook.model.limits import Limits

_PIECE = 300_000
"""Bytes of row parts that are made at once: some milliseconds of work, so that sending is not held up."""


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Batches:
    """The requests of a run.

    Parameters
    ----------
    frozen
        The plan's own copy of the mapped columns.
    columns
        What they are mapped to.
    prepared
        What the first pass found.
    chosen
        Which of ``prepared.rows`` are sent: positions in that array, ascending.
    ranges
        ``[start, stop)`` in ``chosen`` for each request.
    export
        The definition.
    list_id
        Number of the list.
    """

    frozen: pd.DataFrame
    columns: tuple[Column, ...]
    prepared: Prepared
    chosen: NDArray[np.int64]
    ranges: tuple[tuple[int, int], ...]
    export: Export
    list_id: int

    def __len__(self) -> int:
        return len(self.ranges)

    @property
    def size(self) -> int:
        """Bytes of all requests together."""
        prefix, suffix, end = encode.constants(self.list_id, run_automations=self.export.options.run_automations)
        around = len(self) * (len(prefix) + len(end) - 1)  # one comma less than contacts
        return int(self.prepared.sizes[self.chosen].sum()) + len(self.chosen) * (len(suffix) + 1) + around

    def __repr__(self) -> str:
        return f"<Batches: {len(self.chosen):,} contacts in {len(self):,} requests>"

    def __iter__(self) -> Iterator[Batch]:
        sizes = self.prepared.sizes[self.chosen]
        first = 0
        while first < len(self.ranges):
            last = first + 1
            start = self.ranges[first][0]
            while last < len(self.ranges) and sizes[start : self.ranges[last][1]].sum() <= _PIECE:
                last += 1
            yield from self._piece(first, last)
            first = last

    def again(self, chosen: NDArray[np.int64], number: int) -> Batch:
        """Make one request for some of the rows anew, for a split or a repetition.

        Parameters
        ----------
        chosen
            Positions in ``prepared.rows``.
        number
            The new batch's number.
        """
        return self._batch(chosen, self.parts(chosen), number)

    def rows_of(self, batch: Batch) -> NDArray[np.int64]:
        """Return the positions in ``prepared.rows`` of a batch's contacts."""
        return np.searchsorted(self.prepared.rows, np.asarray(batch.positions)).astype(np.int64)

    def _piece(self, first: int, last: int) -> Iterator[Batch]:
        begin = self.ranges[first][0]
        parts = self.parts(self.chosen[begin : self.ranges[last - 1][1]])
        for number in range(first, last):
            start, stop = self.ranges[number]
            yield self._batch(self.chosen[start:stop], parts[start - begin : stop - begin], number)

    def parts(self, chosen: NDArray[np.int64]) -> list[bytes]:
        """Return the contacts of some rows, as JSON without its end.

        Parameters
        ----------
        chosen
            Positions in ``prepared.rows``.
        """
        parts = row_parts(
            self.frozen, self.columns, self.prepared.rows[chosen],
            timezone=self.export.options.timezone, tags=self.export.tags,
        )  # fmt: skip
        if [len(part) for part in parts] != self.prepared.sizes[chosen].tolist():
            msg = "The data changed between planning and sending; what would be sent is not what was checked."
            raise StateError(msg, hint="Plan again, and tell us: this should not happen.")
        return parts

    def _batch(self, chosen: NDArray[np.int64], parts: Sequence[bytes], number: int) -> Batch:
        constants = encode.constants(self.list_id, run_automations=self.export.options.run_automations)
        return Batch(
            number=number,
            positions=self.prepared.rows[chosen],  # type: ignore[arg-type]  # an array is a sequence of integers
            addresses=self.prepared.addresses[chosen].astype("<u8").tobytes(),
            contents=self.prepared.contents[chosen].astype("<u8").tobytes(),
            body=encode.body(parts, constants),
        )


def ranges_for(
    prepared: Prepared, chosen: NDArray[np.int64], export: Export, list_id: int, limits: Limits
) -> tuple[tuple[int, int], ...]:
    """Return where the requests begin and end: as few as both limits allow, none with a single contact if avoidable."""
    prefix, suffix, end = encode.constants(list_id, run_automations=export.options.run_automations)
    return tuple(
        pack(
            prepared.sizes[chosen],
            most_contacts=limits.contacts_per_import,
            most_bytes=limits.bytes_per_import,
            envelope=len(prefix) + len(end),
            per_contact=len(suffix) + 1,
        )
    )
