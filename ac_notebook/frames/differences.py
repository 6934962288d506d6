"""What would be sent against what is stored, field by field.

Two values are the same where the service makes no difference between them, or makes one into the other: white space
around a text, ends of lines, the zone that a moment is written in, how a number is written, the order of several
options, the case of a tag (contract sections 5.3, 6.3 and 6.4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import TEXT, as_mask
from ac_notebook.frames.checks import address_key
from ac_notebook.frames.convert import to_distinct_text
from ac_notebook.frames.pieces import cut, pieces
from ac_notebook.frames.roll import Numbers, Texts
from ac_notebook.frames.tags import with_more_tags
from ac_notebook.model.standing import ACTIVE, STATUS_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column
    from ac_notebook.frames.roll import Roll

STATUS = "status"
"""In place of a field: the status on the list, which an import would make active."""

TAGS = "tags"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Differences:
    """How some rows of a frame compare with a list. Holds people's data; never shown.

    Parameters
    ----------
    positions
        Which rows were compared, ascending.
    places
        Their places on the roll; -1 for those who are not on it.
    names
        What is compared: targets, tags, status.
    cells, fields
        Position and place among the names of each value that differs.
    old, new
        What is stored, and what would be sent.
    """

    positions: NDArray[np.int64]
    places: NDArray[np.int64]
    names: tuple[str, ...]
    cells: NDArray[np.int64]
    fields: NDArray[np.int16]
    old: pa.Array
    new: pa.Array

    def keep(self, positions: NDArray[np.int64]) -> Differences:
        """Return the same with the differences of some rows only."""
        kept = np.isin(self.cells, positions)
        where = pa.array(kept)
        return Differences(
            positions=self.positions, places=self.places, names=self.names, cells=self.cells[kept],
            fields=self.fields[kept], old=self.old.filter(where), new=self.new.filter(where),
        )  # fmt: skip

    def counts(self) -> dict[str, int]:
        """Return how many rows differ by name; names in which none does are left out."""
        found = np.bincount(self.fields, minlength=len(self.names))
        return {name: int(number) for name, number in zip(self.names, found, strict=True) if number}


class _Noted:
    """Values that differ, as they are found."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._cells, self._fields = Numbers("int64"), Numbers("int16")
        self._old, self._new = Texts(), Texts()

    def add(self, position: int, name: str, old: str | None, new: str) -> None:
        """Note one."""
        self._cells.add(position)
        self._fields.add(self.names.index(name))
        self._old.add(old or "")
        self._new.add(new)

    def result(self, positions: NDArray[np.int64], places: NDArray[np.int64]) -> Differences:
        """Return all of them, in the order of the rows."""
        cells = self._cells.array()
        order = np.argsort(cells, kind="stable")
        return Differences(
            positions=positions, places=places, names=self.names, cells=cells[order].astype(np.int64),
            fields=self._fields.array()[order].astype(np.int16), old=self._old.array().take(pa.array(order)),
            new=self._new.array().take(pa.array(order)),
        )  # fmt: skip


def addresses_of(
    frozen: pd.DataFrame, columns: Sequence[Column], positions: NDArray[np.int64], *, timezone: str,
    as_keys: bool = True,
) -> pa.Array:  # fmt: skip
    """Return what the addresses of some rows are known by (``address_key``), or as they are sent."""
    found = []
    for some in pieces(frozen, positions):
        (series,) = cut(frozen.iloc[:, :1], some)
        texts = to_distinct_text(series, columns[0], timezone=timezone).plain
        found.append(address_key(texts) if as_keys else texts)
    return pa.concat_arrays(found) if found else pa.array([], TEXT)


def tags_sent(
    frozen: pd.DataFrame, columns: Sequence[Column], positions: NDArray[np.int64], *, timezone: str,
    tags: tuple[str, ...],
) -> set[str]:  # fmt: skip
    """Return all tags that some rows would send, in lower case."""
    found = {tag.casefold() for tag in tags}
    place = next((place for place, column in enumerate(columns) if column.kind == "tags"), None)
    if place is None:
        return found
    for some in pieces(frozen, positions):
        text = to_distinct_text(cut(frozen, some)[place], columns[place], timezone=timezone).plain
        for written in text.unique().to_pylist():
            found.update(tag.casefold() for tag in orjson.loads(written or "[]"))
    return found


def compare(
    frozen: pd.DataFrame, columns: Sequence[Column], positions: NDArray[np.int64], roll: Roll, *,
    timezone: str, tags: tuple[str, ...], tag_ids: Mapping[str, int],
) -> Differences:  # fmt: skip
    """Compare what some rows would send with what is stored of the same people.

    Parameters
    ----------
    frozen, columns, timezone, tags
        As given to :func:`~ac_notebook.frames.prepare.prepare`.
    positions
        Which rows, ascending; all of them can be sent.
    roll
        Who is there, with the values of all mapped fields and the tags that would be sent.
    tag_ids
        Ids of the tags that there are, by name in lower case.

    Returns
    -------
    Differences
        Blank cells are no difference, because nothing is sent for them, unless the column clears.
    """
    targets = [column.target for column in columns if column.kind not in ("email", "opt_in", "tags")]
    noted = _Noted([*targets, TAGS, STATUS])
    known = address_key(roll.attributes["email"])
    places = np.empty(len(positions), dtype=np.int64)
    done = 0
    for some in pieces(frozen, positions):
        piece = cut(frozen, some)
        texts = [
            to_distinct_text(piece[place], column, timezone=timezone).plain for place, column in enumerate(columns)
        ]
        there = pc.index_in(address_key(texts[0]), value_set=known)
        found = pc.fill_null(there, -1).to_numpy(zero_copy_only=False).astype(np.int64)
        places[done : done + len(some)] = found
        done += len(some)
        matched = np.flatnonzero(found >= 0)
        _compare_piece(_Matched(some[matched], found[matched], matched), columns, texts, roll, noted)
        _compare_tags(_Matched(some[matched], found[matched], matched), columns, texts, roll, noted, tags, tag_ids)
    return noted.result(positions, places)


@dataclass(frozen=True)
class _Matched:
    """Rows of a piece that are on the roll: positions in the frame, places on the roll, places in the piece."""

    positions: NDArray[np.int64]
    places: NDArray[np.int64]
    rows: NDArray[np.int64]


def _compare_piece(
    matched: _Matched, columns: Sequence[Column], texts: Sequence[pa.Array], roll: Roll, noted: _Noted
) -> None:
    places, rows = pa.array(matched.places), pa.array(matched.rows)
    for column, text in zip(columns, texts, strict=True):
        if column.kind in ("email", "opt_in", "tags"):
            continue
        stored = roll.attributes[column.target] if column.field is None else roll.texts[column.field.id]
        old = pc.fill_null(stored.take(places), "")
        new = text.take(rows)
        new = pc.fill_null(new, "") if column.clears else new
        odd = np.flatnonzero(as_mask(pc.fill_null(pc.not_equal(old, new), fill_value=False)))
        alike = _ALIKE.get(column.kind, _plain)
        pairs = zip(odd.tolist(), old.take(pa.array(odd)).to_pylist(), new.take(pa.array(odd)).to_pylist(), strict=True)
        for place, before, after in pairs:
            if alike(before) != alike(after):
                noted.add(int(matched.positions[place]), column.target, before, after)
    status = roll.status[matched.places]
    for place in np.flatnonzero(status != ACTIVE).tolist():
        noted.add(int(matched.positions[place]), STATUS, STATUS_WORDS[status[place]], STATUS_WORDS[ACTIVE])


def _compare_tags(
    matched: _Matched, columns: Sequence[Column], texts: Sequence[pa.Array], roll: Roll, noted: _Noted,
    tags: tuple[str, ...], tag_ids: Mapping[str, int],
) -> None:  # fmt: skip
    listed = next((text for column, text in zip(columns, texts, strict=True) if column.kind == "tags"), None)
    if listed is None and not tags:
        return
    cells = pa.nulls(len(texts[0]), TEXT) if listed is None else listed
    encoded = with_more_tags(cells, tags).take(pa.array(matched.rows))
    encoded = encoded if pa.types.is_dictionary(encoded.type) else encoded.dictionary_encode()
    codes = pc.fill_null(encoded.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    order = np.argsort(codes, kind="stable")
    edges = np.searchsorted(codes[order], np.arange(len(encoded.dictionary) + 1))
    for code, written in enumerate(encoded.dictionary.to_pylist()):
        rows = order[edges[code] : edges[code + 1]]
        if written is None or not len(rows):
            continue
        sent = orjson.loads(written)
        has = np.array([_carries(roll, matched.places[rows], tag_ids.get(tag.casefold())) for tag in sent])
        for row, carried in zip(rows.tolist(), has.T.tolist(), strict=True):
            if not all(carried):
                there = ", ".join(tag for tag, is_there in zip(sent, carried, strict=True) if is_there)
                noted.add(int(matched.positions[row]), TAGS, there, ", ".join(sent))


def _carries(roll: Roll, places: NDArray[np.int64], tag: int | None) -> NDArray[np.bool_]:
    """Return which contacts carry a tag; one that the account does not have, or that was not read, nobody does."""
    carriers = roll.taggings.get(tag) if tag is not None else None
    if carriers is None or not len(carriers):
        return np.zeros(len(places), dtype=bool)
    near = np.minimum(np.searchsorted(carriers, places), len(carriers) - 1)
    found: NDArray[np.bool_] = carriers[near] == places
    return found


def _plain(text: str) -> Any:
    return text.strip().replace("\r\n", "\n")


def _number(text: str) -> Any:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return _plain(text)
    return number if number.is_finite() else _plain(text)  # one that is none equals nothing, or cannot be compared


def _date(text: str) -> Any:
    found = _DATE.match(text.strip())
    return found.group() if found else _plain(text)


def _moment(text: str) -> Any:
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return _plain(text)


def _choice(text: str) -> Any:
    return _plain(text).removeprefix("||").removesuffix("||")


def _several(text: str) -> Any:
    return frozenset(part.strip() for part in text.split("||") if part.strip())


_ALIKE: dict[str, Callable[[str], Any]] = {
    "number": _number, "date": _date, "datetime": _moment, "choice": _choice, "multi": _several,
}  # fmt: skip


def is_same(kind: str, one: str, other: str) -> bool:
    """Return whether two texts are the same value of a kind of field.

    Examples
    --------
    >>> is_same("number", "12.50", "12.5"), is_same("multi", "||b||a||", "||a||b||"), is_same("text", "a", "A")
    (True, True, False)
    >>> is_same("datetime", "2026-03-01T12:00:00Z", "2026-03-01T06:00:00-06:00")
    True
    """
    alike = _ALIKE.get(kind, _plain)
    return bool(alike(one) == alike(other))
