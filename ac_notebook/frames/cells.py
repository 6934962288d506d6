"""A column as text: what is sent, what cannot be, and what was changed on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

TEXT = pa.large_string()
"""Arrow's text with 64-bit offsets, as in pandas 3: a piece with more than 2 GB of text is no special case."""

Masks = Mapping[str, "NDArray[np.bool_]"]

Hints = Mapping[str, "NDArray[np.object_]"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Text:
    """A column turned into text, cell by cell.

    Parameters
    ----------
    values
        The text of each row; null where the cell is blank. Arrow's large_string, or a dictionary of it
        (see :meth:`spread`).
    bad
        By problem code, the rows whose value cannot be sent. What ``values`` holds there means nothing.
    changes
        By kind, the rows whose value was normalised; the kinds are those of :data:`ac_notebook.model.changes.WORDS`.
    hints
        By problem code, what to do about each row's value where that can be said better than the code's own hint says
        it, else None. Many rows share one text, and no cell's value is in it.
    """

    values: pa.Array
    bad: Masks = field(default_factory=dict)
    changes: Masks = field(default_factory=dict)
    hints: Hints = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        # The values are people's data.
        return f"<Text of {len(self):,} cells, problems: {sorted(self.bad)}, changes: {sorted(self.changes)}>"

    def with_masks(self, *, bad: Masks | None = None, changes: Masks | None = None, hints: Hints | None = None) -> Text:
        """Return the same text with more rows marked; masks without a single row are left out."""
        return Text(
            values=self.values,
            bad=merged(self.bad, bad or {}),
            changes=merged(self.changes, changes or {}),
            hints={**self.hints, **(hints or {})},
        )

    @property
    def plain(self) -> pa.Array:
        """The texts as large_string, each written out."""
        return self.values.dictionary_decode() if pa.types.is_dictionary(self.values.type) else self.values

    def decoded(self) -> Text:
        """Return the same text with its values written out."""
        return Text(values=self.plain, bad=self.bad, changes=self.changes, hints=self.hints)

    def spread(self, places: pa.Array) -> Text:
        """Return cells of which each is one of these, by its place; a null place is a blank. Values stay a dictionary.

        What is done with the values later is then done once for each of them.
        """
        filled = places
        if self.values.null_count:
            filled = pc.if_else(self.values.is_valid().take(places), places, pa.scalar(None, places.type))
        values = pa.DictionaryArray.from_arrays(filled, self.values)
        if not self.bad and not self.changes:
            return Text(values=values)
        return Text(values=values, **self._marks(pc.fill_null(places.cast(pa.int64()), -1).to_numpy()))

    def take(self, indices: NDArray[np.int64]) -> Text:
        """Return the cells at these places; -1 is a blank."""
        absent = indices < 0
        places = pa.array(indices, mask=absent) if absent.any() else pa.array(indices)
        return Text(values=self.values.take(places), **self._marks(indices))

    def _marks(self, places: NDArray[np.int64]) -> dict[str, Any]:
        absent = places < 0
        return {
            "bad": {code: _picked(mask, places, absent) for code, mask in self.bad.items()},
            "changes": {kind: _picked(mask, places, absent) for kind, mask in self.changes.items()},
            "hints": {code: said[places] if len(said) else said for code, said in self.hints.items()},
        }


def _picked(mask: NDArray[np.bool_], indices: NDArray[np.int64], absent: NDArray[np.bool_]) -> NDArray[np.bool_]:
    if not len(mask):
        return np.zeros(len(indices), dtype=bool)
    picked: NDArray[np.bool_] = mask[indices] & ~absent
    return picked


def merged(first: Masks, second: Masks) -> dict[str, NDArray[np.bool_]]:
    """Return the masks of both, the rows of a common name together; empty ones are left out."""
    together = {name: mask for name, mask in first.items() if mask.any()}
    for name, mask in second.items():
        if mask.any():
            together[name] = together[name] | mask if name in together else mask
    return together


def blanks(count: int) -> Text:
    """Return so many blank cells."""
    return Text(values=pa.nulls(count, TEXT))


def unsendable(present: NDArray[np.bool_], code: str) -> Text:
    """Return cells of which those that are not blank have the problem ``code``."""
    return blanks(len(present)).with_masks(bad={code: present})


def said_of(rows: NDArray[np.bool_], hint: str) -> NDArray[np.object_]:
    """Return the hint for these rows, None for the others."""
    said = np.full(len(rows), None, dtype=object)
    said[rows] = hint
    return said


def scattered(count: int, groups: Sequence[tuple[NDArray[np.int64], Text]]) -> Text:
    """Return ``count`` cells, those of each group at the group's places, blanks elsewhere."""
    if not groups:
        return blanks(count)
    where = np.full(count, -1, dtype=np.int64)
    start = 0
    bad: dict[str, NDArray[np.bool_]] = {}
    changes: dict[str, NDArray[np.bool_]] = {}
    hints: dict[str, NDArray[np.object_]] = {}
    for places, text in groups:
        where[places] = np.arange(start, start + len(places))
        start += len(places)
        for masks, found in ((bad, text.bad), (changes, text.changes)):
            for name, mask in found.items():
                masks.setdefault(name, np.zeros(count, dtype=bool))[places] = mask
        for code, said in text.hints.items():
            hints.setdefault(code, np.full(count, None, dtype=object))[places] = said
    values = pa.concat_arrays([text.plain for _, text in groups])
    return Text(values=values).take(where).with_masks(bad=bad, changes=changes, hints=hints)


def present(values: pa.Array) -> NDArray[np.bool_]:
    """Return which cells are not null."""
    if values.null_count == 0:
        return np.ones(len(values), dtype=bool)
    return as_mask(values.is_valid())


def as_mask(flags: pa.Array) -> NDArray[np.bool_]:
    """Return Arrow's booleans as a NumPy mask; null is False."""
    if flags.null_count:
        flags = pc.fill_null(flags, False)  # noqa: FBT003 - Arrow's signature
    mask: NDArray[np.bool_] = flags.to_numpy(zero_copy_only=False)
    return mask


def lengths(values: pa.Array) -> NDArray[np.int64]:
    """Return the bytes of each text of a large_string array; what a null says is 0 or left over from what it was."""
    return np.diff(edges(values))


def edges(values: pa.Array) -> NDArray[np.int64]:
    """Return where each text of a large_string array begins in :func:`text_bytes`, and the end of the last."""
    if not len(values):
        return np.zeros(1, dtype=np.int64)
    found = np.frombuffer(values.buffers()[1], dtype=np.int64)[values.offset : values.offset + len(values) + 1]
    begins: NDArray[np.int64] = found if found[0] == 0 else found - found[0]
    return begins


def rebased(values: pa.Array) -> pa.Array:
    """Return the same large_string array with its buffers beginning where it does; one that does is returned itself.

    Arrow's kernels are not all to be trusted with others: ``ascii_lower`` of 26.0 and ``if_else`` of 17.0 read the
    texts of the rows before a slice.

    Examples
    --------
    >>> rebased(pa.array(["ann", "bo"], TEXT)[1:]).offset
    0
    """
    if values.offset == 0 and (not len(values) or np.frombuffer(values.buffers()[1], dtype=np.int64)[0] == 0):
        return values
    return pa.concat_arrays([values[:0], values])


def text_bytes(values: pa.Array) -> NDArray[np.uint8]:
    """Return the bytes of all texts of a large_string array, one after the other (no copy)."""
    _, offsets, data = values.buffers()
    if data is None or not len(values):
        return np.zeros(0, dtype=np.uint8)
    edges = np.frombuffer(offsets, dtype=np.int64)
    first, last = edges[values.offset], edges[values.offset + len(values)]
    return np.frombuffer(data, dtype=np.uint8)[first:last]
