"""The second pass over a frame: requests, made just before they are sent, so that memory stays small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from ac_notebook.errors import StateError
from ac_notebook.frames import encode
from ac_notebook.frames.cells import lengths
from ac_notebook.frames.fingerprints import as_bytes
from ac_notebook.frames.pack import Packed, pack
from ac_notebook.frames.parts import row_parts
from ac_notebook.model.batch import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column
    from ac_notebook.frames.prepare import Prepared
    from ac_notebook.model.export import Export
    from ac_notebook.model.limits import Limits

_PIECE = 3_000_000
"""Bytes of row parts that are made at once: some hundredths of a second's work, so that sending is not held up."""


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
    packed
        Which of ``chosen`` travel together: places in that array.
    export
        The definition.
    list_id
        Number of the list.
    """

    frozen: pd.DataFrame
    columns: tuple[Column, ...]
    prepared: Prepared
    chosen: NDArray[np.int64]
    packed: Packed
    export: Export
    list_id: int
    first_number: int = 0
    """The first batch's number."""

    def __len__(self) -> int:
        return len(self.packed)

    @property
    def positions(self) -> NDArray[np.int64]:
        """Which rows of the frame are sent."""
        return self.prepared.rows[self.chosen]

    @property
    def size(self) -> int:
        """Bytes of all requests together."""
        prefix, suffix, end = self.around
        around = len(self) * (len(prefix) + len(end) - 1)  # one comma less than contacts
        return int(self.prepared.sizes[self.chosen].sum()) + len(self.chosen) * (len(suffix) + 1) + around

    @property
    def around(self) -> tuple[bytes, bytes, bytes]:
        """What stands around the contacts, see :func:`~ac_notebook.frames.encode.constants`."""
        return encode.constants(self.list_id, run_automations=self.export.options.run_automations)

    @property
    def repeat_safe(self) -> bool:
        """Whether a request may be sent twice without harm: not where that could start automations twice."""
        return not self.export.options.run_automations

    def __repr__(self) -> str:
        return f"<Batches: {len(self.chosen):,} contacts in {len(self):,} requests>"

    def __iter__(self) -> Iterator[Batch]:
        sizes = self.prepared.sizes[self.chosen]
        waiting: list[NDArray[np.int64]] = []
        held, number = 0, self.first_number
        for places in self.packed:
            size = int(sizes[places].sum())
            if waiting and held + size > _PIECE:
                yield from self._piece(waiting, number)
                number, waiting, held = number + len(waiting), [], 0
            waiting.append(self.chosen[places])
            held += size
        if waiting:
            yield from self._piece(waiting, number)

    def again(self, chosen: NDArray[np.int64], number: int) -> Batch:
        """Make one request for some of the rows anew, for a split or a repetition.

        Parameters
        ----------
        chosen
            Positions in ``prepared.rows``, ascending.
        number
            The new batch's number.
        """
        (batch,) = self._piece([chosen], number)
        return batch

    def rows_of(self, batch: Batch) -> NDArray[np.int64]:
        """Return the positions in ``prepared.rows`` of a batch's contacts."""
        return np.searchsorted(self.prepared.rows, np.asarray(batch.positions)).astype(np.int64)

    def _piece(self, batches: Sequence[NDArray[np.int64]], number: int) -> Iterator[Batch]:
        together = np.concatenate(batches)
        edges = np.cumsum([0, *map(len, batches)])
        if (together[1:] > together[:-1]).all():
            parts = self._parts(together)
        else:
            order = np.argsort(together, kind="stable")
            parts = self._parts(together[order]).take(pa.array(np.argsort(order, kind="stable")))
        bodies = encode.bodies(parts, edges.tolist(), self.around)
        for offset, (chosen, body) in enumerate(zip(batches, bodies, strict=True)):
            yield Batch(
                number=number + offset,
                positions=self.prepared.rows[chosen],  # type: ignore[arg-type]  # an array is a sequence of integers
                addresses=self.prepared.addresses[chosen].astype("<u8").tobytes(),
                contents=self.prepared.contents[chosen].astype("<u8").tobytes(),
                body=body,
            )

    def parts(self, chosen: NDArray[np.int64]) -> list[bytes]:
        """Return the contacts of some rows, as JSON without its end.

        Parameters
        ----------
        chosen
            Positions in ``prepared.rows``, ascending.
        """
        return as_bytes(self._parts(chosen))

    def _parts(self, chosen: NDArray[np.int64]) -> pa.Array:
        parts = row_parts(
            self.frozen, self.columns, self.prepared.rows[chosen],
            timezone=self.export.options.timezone, tags=self.export.tags,
        )  # fmt: skip
        if not np.array_equal(lengths(parts), self.prepared.sizes[chosen]):
            msg = "The data changed between planning and sending; what would be sent is not what was checked."
            raise StateError(msg, hint="Plan again, and tell us: this should not happen.")
        return parts


def packed_for(prepared: Prepared, chosen: NDArray[np.int64], export: Export, list_id: int, limits: Limits) -> Packed:
    """Return which rows travel together: as few requests as both limits allow, no single contact if avoidable."""
    prefix, suffix, end = encode.constants(list_id, run_automations=export.options.run_automations)
    return pack(
        prepared.sizes[chosen],
        most_contacts=limits.contacts_per_import,
        most_bytes=limits.bytes_per_import,
        envelope=len(prefix) + len(end),
        per_contact=len(suffix) + 1,
    )
