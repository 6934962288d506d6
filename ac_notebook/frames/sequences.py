"""Cells that hold several values: lists, tuples, sets, arrays, and Arrow's lists."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, count
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import TEXT, Text, present, unsendable
from ac_notebook.frames.choices import BETWEEN, chosen, several
from ac_notebook.frames.tags import tag_lists

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column

    Items: TypeAlias = pa.Array | NDArray[np.object_]  # of all lists, one after the other

_AT_ONCE = 50_000
_MOST_DISTINCT = 100_000
_LISTS_OR_NONE = frozenset(map(id, (list, tuple, type(None))))


def encoded(cells: NDArray[np.object_]) -> pa.DictionaryArray | None:
    """Return Python's lists of text as Arrow's, each distinct list once; None where a column holds anything else too.

    Nobody can change them any more, a row takes four bytes, and what follows is worked out once per distinct list. A
    column with more than 100,000 distinct lists, or with anything but lists, tuples and None, is not for this.

    Parameters
    ----------
    cells
        The cells.

    Examples
    --------
    >>> lists = encoded(np.array([["a", "b"], None, ["a", "b"]], dtype=object))
    >>> lists.indices.to_pylist(), lists.dictionary.to_pylist()
    ([0, None, 0], [['a', 'b']])
    """
    known: defaultdict[str, int] = defaultdict(count().__next__)
    indices = np.full(len(cells), -1, dtype=np.int32)
    items = 0
    for start in range(0, len(cells), _AT_ONCE):
        some = cells[start : start + _AT_ONCE].tolist()
        if not set(map(id, map(type, some))) <= _LISTS_OR_NONE or len(known) > _MOST_DISTINCT:
            return None
        filled = [cell for cell in some if cell is not None]
        try:
            # str's own join: it takes text only, and calls nobody's code.
            numbers = list(map(known.__getitem__, map(BETWEEN.join, filled)))
        except TypeError:
            return None
        items += sum(map(len, filled)) + len(filled) - sum(map(bool, filled))  # an empty list has an empty text
        places = cells[start : start + len(some)] != None  # noqa: E711 - asked of each cell, which is a list or None
        indices[start : start + len(some)][places] = numbers
    return _dictionary(list(known), indices, items) if known else None


def _dictionary(distinct: list[str], indices: NDArray[np.int32], items: int) -> pa.DictionaryArray | None:
    lists = [text.split(BETWEEN) for text in distinct]
    rows = np.bincount(indices[indices >= 0], minlength=len(lists))
    if int(np.dot(rows, [len(one) for one in lists])) != items:
        return None  # an item holds the character that we put between items
    try:
        values = pa.array(lists, pa.large_list(TEXT))
    except UnicodeEncodeError:
        return None
    return pa.DictionaryArray.from_arrays(pa.array(indices, mask=indices < 0), values)


def from_arrow_lists(array: pa.Array, column: Column, convert: Callable[[Items], Text]) -> Text:
    """Return Arrow's lists as text; ``convert`` turns their items into text."""
    lengths = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    return joined(array.flatten(), lengths, present(array), column, convert)


def from_list_objects(values: list[Any], column: Column, convert: Callable[[Items], Text], *, sort: bool) -> Text:
    """Return Python's lists as text; ``convert`` turns their items into text, ``sort`` puts these in order."""
    lengths = np.fromiter(map(len, values), np.int64, len(values))
    items = np.fromiter(chain.from_iterable(values), object, int(lengths.sum()))
    there = np.ones(len(values), dtype=bool)
    if not sort:
        return joined(items, lengths, there, column, convert)
    return joined(items, lengths, there, column, lambda found: _sorted(convert(found), lengths))


def _sorted(texts: Text, lengths: NDArray[np.int64]) -> Text:
    # A set has no order, and the same row must give the same bytes every time.
    rows = np.repeat(np.arange(len(lengths)), lengths)
    table = pa.table({"row": rows, "text": texts.values})
    order = pc.sort_indices(table, sort_keys=[("row", "ascending"), ("text", "ascending")])
    return texts.take(order.to_numpy().astype(np.int64))


def joined(
    items: Items, lengths: NDArray[np.int64], there: NDArray[np.bool_], column: Column, convert: Callable[[Items], Text]
) -> Text:
    """Return the items of each row in the form that the column's target takes.

    Parameters
    ----------
    items, lengths, there
        All items, how many of them each row has, and which rows have a list at all.
    column
        Where they go: fields with several values and fields nobody knows get ``||A||B||``, tags a JSON array,
        text and choices ``A, B``. Nothing else takes a list.
    convert
        Turns items into text.
    """
    if column.kind not in ("multi", "unknown", "tags", "text", "choice"):
        return unsendable(there, "value-unsupported")
    texts = convert(items)
    rows = np.repeat(np.arange(len(lengths)), lengths)
    bad = {code: _rows_with(rows[mask], len(lengths)) for code, mask in texts.bad.items()}
    changes = {kind: _rows_with(rows[mask], len(lengths)) for kind, mask in texts.changes.items()}
    filled = present(texts.values)
    kept = np.bincount(rows[filled], minlength=len(lengths))
    edges = pa.array(np.concatenate([[0], np.cumsum(kept)]).astype(np.int64))
    lists = pa.LargeListArray.from_arrays(edges, texts.values.filter(pa.array(filled)))
    plain = column.kind in ("text", "choice")
    values = pc.binary_join(lists, pa.scalar(", " if plain else BETWEEN, TEXT))
    values = pc.if_else(pa.array(kept > 0), values, pa.scalar(None, TEXT))
    if plain:
        changes["list-joined"] = kept > 1
    text = Text(values=values).with_masks(bad=bad, changes=changes)
    if plain:
        return chosen(text, column) if column.kind == "choice" else text
    return tag_lists(text, column, items=True) if column.kind == "tags" else several(text, column, items=True)


def _rows_with(rows: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    mask = np.zeros(count, dtype=bool)
    mask[rows] = True
    return mask
