"""Who is on a list, as columns: gathered page by page, and put in order once all is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from ac_notebook.frames.distinct import distinct
from ac_notebook.model.standing import ACTIVE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

TEXT = pa.large_string()
_AT_ONCE = 10_000
ATTRIBUTES = ("email", "first_name", "last_name", "phone")


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Roll:
    """Who is on a list: one place per contact, in the order of their ids. Holds people's data; never shown.

    Parameters
    ----------
    ids
        ActiveCampaign's numbers of the contacts, ascending.
    status
        Places in :data:`~ac_notebook.model.standing.STATUS_WORDS`.
    bounced
        Whether mail to a contact bounced for good.
    attributes
        Texts by name: email, first_name, last_name, phone.
    texts
        Values by custom field id; null where nothing is stored.
    taggings
        By tag id, the places of the contacts that carry it, ascending.
    """

    ids: NDArray[np.int64]
    status: NDArray[np.int8]
    bounced: NDArray[np.bool_]
    attributes: Mapping[str, pa.Array]
    texts: Mapping[int, pa.Array] = field(default_factory=dict)
    taggings: Mapping[int, NDArray[np.int32]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)


class Texts:
    """Texts that come one after another, kept as Arrow's: a million of Python's take five times the memory."""

    def __init__(self) -> None:
        self._chunks: list[pa.Array] = []
        self._some: list[str | None] = []

    def add(self, text: str | None) -> None:
        """Add one."""
        self._some.append(text)
        if len(self._some) >= _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        self._chunks.append(pa.array(self._some, TEXT))
        self._some = []

    def array(self) -> pa.Array:
        """Return all of them."""
        self._flush()
        return pa.concat_arrays(self._chunks)


class Numbers:
    """Whole numbers that come one after another."""

    def __init__(self, dtype: str) -> None:
        self._dtype = dtype
        self._chunks: list[NDArray[np.integer]] = []
        self._some: list[int] = []

    def add(self, number: int) -> None:
        """Add one."""
        self._some.append(number)
        if len(self._some) >= _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        self._chunks.append(np.array(self._some, dtype=self._dtype))
        self._some = []

    def array(self) -> NDArray[np.integer]:
        """Return all of them."""
        self._flush()
        return np.concatenate(self._chunks)


class Gathering:
    """What was read so far of the people on a list, in the order in which it came.

    Parameters
    ----------
    fields, tags
        Ids of custom fields and tags of which something may come.
    """

    def __init__(self, fields: Sequence[int] = (), tags: Sequence[int] = ()) -> None:
        self._ids = Numbers("int64")
        self._status = Numbers("int8")
        self._bounced = Numbers("bool")
        self._attributes = {name: Texts() for name in ATTRIBUTES}
        self._owners = {number: Numbers("int64") for number in fields}
        self._values = {number: Texts() for number in fields}
        self._tagged = {number: Numbers("int64") for number in tags}
        self.contacts = 0
        """Contacts that came, those that came twice counted twice."""

    def contact(self, number: int, texts: Mapping[str, str], *, status: int = ACTIVE, bounced: bool = False) -> None:
        """Add a contact; one that came before is replaced."""
        self._ids.add(number)
        self._status.add(status)
        self._bounced.add(bounced)
        for name, column in self._attributes.items():
            column.add(texts.get(name, ""))
        self.contacts += 1

    def value(self, contact: int, number: int, text: str) -> None:
        """Add what is stored of a contact for a custom field; of fields that nobody asked about nothing is kept."""
        if number in self._owners:
            self._owners[number].add(contact)
            self._values[number].add(text)

    def tag(self, contact: int, number: int) -> None:
        """Add a tag on a contact."""
        if number in self._tagged:
            self._tagged[number].add(contact)

    def roll(self) -> Roll:
        """Return everybody once, as they came last, in the order of their ids."""
        came = self._ids.array().astype(np.int64)
        # The first of equal ones in the reversed order is the one that came last.
        ids, backwards = np.unique(came[::-1], return_index=True)
        last = len(came) - 1 - backwards
        places = pa.array(last)
        return Roll(
            ids=ids, status=self._status.array()[last].astype(np.int8),
            bounced=self._bounced.array()[last].astype(bool),
            attributes={name: column.array().take(places) for name, column in self._attributes.items()},
            texts={
                number: _aligned(ids, self._owners[number].array(), column.array())
                for number, column in self._values.items()
            },
            taggings={number: _places(ids, owners.array()) for number, owners in self._tagged.items()},
        )  # fmt: skip


def _aligned(ids: NDArray[np.int64], owners: NDArray[np.integer], texts: pa.Array) -> pa.Array:
    """Return the text of each contact, null for none; of several the one that came last."""
    places, is_there = find_ids(ids, owners)
    source = np.full(len(ids), -1, dtype=np.int64)
    source[places[is_there]] = np.flatnonzero(is_there)
    return texts.take(pa.array(source, mask=source < 0))


def _places(ids: NDArray[np.int64], owners: NDArray[np.integer]) -> NDArray[np.int32]:
    places, is_there = find_ids(ids, owners)
    return distinct(places[is_there]).astype(np.int32)


def find_ids(ids: NDArray[np.int64], wanted: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return where each wanted id stands among ascending ids, and whether it is there at all.

    Examples
    --------
    >>> places, is_there = find_ids(np.array([2, 5, 9]), np.array([9, 4]))
    >>> int(places[0]), is_there.tolist()
    (2, [True, False])
    """
    places = np.searchsorted(ids, wanted)
    inside = np.minimum(places, max(len(ids) - 1, 0))
    is_there = (ids[inside] == wanted) if len(ids) else np.zeros(len(wanted), dtype=bool)
    return inside.astype(np.int64), is_there
