"""Tags as JSON arrays: most texts are such arrays but for brackets and quotes, and are told apart from all others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import TEXT, Text, as_mask
from ac_notebook.frames.choices import BETWEEN, LINES, items_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column

_NO_ESCAPES = r"^[ !#-\[\]-~]+\z"  # ASCII's printable characters but the quote and the backslash
_FEW = 64


def tag_lists(text: Text, column: Column, *, items: bool) -> Text:
    """Return tags as a JSON array: those between commas, or the items of lists; each once, whatever its case."""
    separator = BETWEEN if items else column.separator or ","
    encoded = text.values.dictionary_encode()
    arrays = _arrays_of_plain(encoded.dictionary, separator)
    odd = ~as_mask(arrays.is_valid())
    made = [_array(written, separator) for written in encoded.dictionary.filter(pa.array(odd)).to_pylist()]
    lines = np.zeros(len(odd), dtype=bool)
    lines[odd] = [holds_lines for _, holds_lines in made]
    values = pc.replace_with_mask(arrays, pa.array(odd), pa.array([array for array, _ in made], TEXT))
    distinct = Text(values=values).with_masks(bad={"control-character": lines})
    return distinct.spread(encoded.indices).with_masks(bad=text.bad, changes=text.changes, hints=text.hints)


def _array(written: str, separator: str) -> tuple[str | None, bool]:
    """Return a JSON array, None for no tags; and whether there are line breaks in tags, which cannot be."""
    tags = once(items_of(written, separator))
    if any(LINES.intersection(tag) for tag in tags):
        return None, True
    return (orjson.dumps(tags).decode() if tags else None), False


def _arrays_of_plain(texts: pa.Array, separator: str) -> pa.Array:
    """Return the JSON arrays of texts that only lack brackets and quotes, and null for all others.

    These have nothing to escape, no blanks around their tags, no empty tag, and no tag twice.
    """
    nothing = pa.nulls(len(texts), TEXT)
    if len(texts) < _FEW or separator.strip() != separator or '"' in separator or "\\" in separator:
        return nothing
    mark = re.escape(separator)
    plain = as_mask(pc.match_substring_regex(texts, _NO_ESCAPES))
    plain &= ~as_mask(pc.match_substring_regex(texts, f"^{mark}|{mark}$|{mark}{mark}|{mark} | {mark}|^ | $"))
    several = plain & as_mask(pc.match_substring(texts, separator))
    rows = np.flatnonzero(several)
    plain[rows[_with_a_tag_twice(texts.take(pa.array(rows)), separator)]] = False
    between = pc.replace_substring(texts, separator, '","')
    arrays = pc.binary_join_element_wise(pa.scalar('["', TEXT), between, pa.scalar('"]', TEXT), pa.scalar("", TEXT))
    return pc.if_else(pa.array(plain), arrays, pa.scalar(None, TEXT))


def _with_a_tag_twice(texts: pa.Array, separator: str) -> NDArray[np.int64]:
    """Return which texts hold a tag that differs from another of theirs in letter case at the most."""
    lists = pc.split_pattern(texts, separator)
    tags = pc.ascii_lower(lists.flatten()).dictionary_encode()
    rows = np.repeat(np.arange(len(texts)), pc.list_value_length(lists).to_numpy(zero_copy_only=False).astype(np.int64))
    keys = np.sort(rows * len(tags.dictionary) + tags.indices.to_numpy(zero_copy_only=False))
    twice: NDArray[np.int64] = keys[1:][keys[1:] == keys[:-1]] // max(1, len(tags.dictionary))
    return twice


def with_more_tags(arrays: pa.Array, tags: tuple[str, ...]) -> pa.Array:
    """Return JSON arrays of tags with ``tags`` added where they are missing; blanks become those alone.

    Examples
    --------
    >>> with_more_tags(pa.array(['["x"]', None], TEXT), ("X", "spring")).to_pylist()
    ['["x","spring"]', '["X","spring"]']
    """
    if not tags:
        return arrays
    encoded = arrays.dictionary_encode()
    known = encoded.dictionary
    more = orjson.dumps(once(tags))
    # Beyond ASCII, letters that differ may be the same but for their case: those are looked at one by one.
    odd = ~as_mask(pc.string_is_ascii(known))
    small = pc.ascii_lower(known)
    for tag in tags:
        odd |= as_mask(pc.match_substring(small, orjson.dumps(tag.casefold()).decode()))
    added = pc.binary_replace_slice(known.cast(pa.large_binary()), -1, 2**62, b"," + more[1:]).cast(TEXT)
    made = [_added(array or "[]", tags) for array in known.filter(pa.array(odd)).to_pylist()]
    values = pc.replace_with_mask(added, pa.array(odd), pa.array(made, TEXT))
    places = pc.fill_null(encoded.indices.cast(pa.int32()), len(known))
    return pa.DictionaryArray.from_arrays(places, pa.concat_arrays([values, pa.array([more.decode()], TEXT)]))


def _added(array: str, tags: tuple[str, ...]) -> str:
    return orjson.dumps(once((*orjson.loads(array), *tags))).decode()


def once(tags: Iterable[str]) -> list[str]:
    """Return the tags without those that differ from an earlier one in letter case only."""
    seen: dict[str, str] = {}
    for tag in tags:
        seen.setdefault(tag.casefold(), tag)
    return list(seen.values())
