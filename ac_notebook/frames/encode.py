"""JSON of contacts, built column by column, byte for byte what orjson writes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import TEXT, present, text_bytes
from ac_notebook.frames.cells import edges as begins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ac_notebook.frames.columns import Column

BYTES = pa.large_binary()

_LETTERS = {"\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r"}


def escaped(values: pa.Array) -> pa.Array:
    r"""Return texts as they stand between the quotes of a JSON string.

    Examples
    --------
    >>> escaped(pa.array(['say "hi"'], TEXT)).to_pylist()
    ['say \\"hi\\"']
    """
    data = text_bytes(values)
    if not len(data):
        return values
    # What has to be escaped is looked for in the bytes of all texts at once: most columns hold nothing of it.
    for letter in '\\"':
        if (data == ord(letter)).any():
            values = pc.replace_substring(values, letter, "\\" + letter)
    if np.min(data) < 0x20:  # noqa: PLR2004 - the blank, first of the printable characters
        for code in np.unique(data[data < 0x20]).tolist():  # noqa: PLR2004
            values = pc.replace_substring(values, chr(code), _LETTERS.get(chr(code), f"\\u{code:04x}"))
    return values


def row_texts(columns: Sequence[Column], values: Sequence[pa.Array], tags: pa.Array | None) -> pa.Array:
    """Return each row's contact as JSON without the final brace, as large_binary.

    Parameters
    ----------
    columns, values
        The mapped columns and their texts (large_string, or a dictionary of it), in the order in which they are
        written; the first is the e-mail. Tags and opt-in are passed over.
    tags
        JSON array of each row's tags, null for none; or None for no tags at all.
    """
    # A string is left open until what follows closes it, so that a blank is one absent fragment and nothing else.
    pairs = list(zip(columns, values, strict=True))
    attributes = [_fragment('{"email":"', values[0], clears=False)]
    attributes += [
        _fragment(f'","{column.target}":"', texts, clears=column.clears)
        for column, texts in pairs[1:]
        if column.kind in ("name", "phone")
    ]
    fields = [
        _fragment(f'"id":{0 if column.field is None else column.field.id},"value":"', texts, clears=column.clears)
        for column, texts in pairs
        if column.is_field
    ]
    ends = [] if tags is None else [_once_each(tags, lambda some: _after(b',"tags":', some.cast(BYTES)))]
    return _joined([*attributes, *_array_of_fields(fields), *ends])


def _fragment(before: str, texts: pa.Array, *, clears: bool) -> pa.Array:
    if clears and texts.null_count:
        texts = pc.fill_null(texts.cast(TEXT), "")
    return _once_each(texts, lambda some: _after(before.encode(), escaped(some).cast(BYTES)))


def _once_each(texts: pa.Array, make: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Return what is made of texts, for a dictionary of them once of each."""
    return make(texts.dictionary).take(texts.indices) if pa.types.is_dictionary(texts.type) else make(texts)


def _after(before: bytes, values: pa.Array) -> pa.Array:
    """Return the values with ``before`` in front of each; null stays null."""
    # Half the cost of joining a constant to each value.
    return pc.binary_replace_slice(values, 0, 0, before)


def _array_of_fields(fields: list[pa.Array]) -> list[pa.Array | pa.Scalar]:
    """Return what closes the open string and follows it: an array of the fields that are not blank, if there is one."""
    if not fields:
        return [_constant(b'"')]
    some = np.logical_or.reduce([present(field) for field in fields])
    if some.all():
        return [_constant(b'","fields":[{'), _joined(fields, between=b'"},{'), _constant(b'"}]')]
    rows = pa.array(some)
    # Arrow leaves out a row of which all that is joined is null, and gives fewer rows than it was given.
    listed = _joined([pc.if_else(rows, fields[0], _constant(b"")), *fields[1:]], between=b'"},{')
    begin = pc.if_else(rows, _constant(b'","fields":[{'), _constant(b'"'))
    return [begin, listed, pc.if_else(rows, _constant(b'"}]'), _constant(b""))]


def _constant(text: bytes) -> pa.Scalar:
    return pa.scalar(text, BYTES)


def _joined(pieces: Sequence[pa.Array | pa.Scalar], *, between: bytes = b"") -> pa.Array:
    return pc.binary_join_element_wise(*pieces, _constant(between), null_handling="skip")


def constants(list_id: int, *, run_automations: bool) -> tuple[bytes, bytes, bytes]:
    """Return what stands around the parts: the beginning of a body, the end of each contact, the end of the body.

    Automations are switched off in each contact and for the whole body: the documentation shows both.

    Examples
    --------
    >>> constants(4, run_automations=False)[1]
    b',"subscribe":[{"listid":4}],"exclude_automations":true}'
    """
    off = b"false" if run_automations else b"true"
    subscribe = orjson.dumps([{"listid": list_id}])
    return (
        b'{"contacts":[',
        b',"subscribe":' + subscribe + b',"exclude_automations":' + off + b"}",
        b'],"exclude_automations":' + off + b"}",
    )


def constants_without_list() -> tuple[bytes, bytes, bytes]:
    """Return the same for parts that say themselves what is done about lists: they subscribe nobody and start nothing.

    Examples
    --------
    >>> constants_without_list()[1]
    b',"exclude_automations":true}'
    """
    off = b',"exclude_automations":true}'
    return b'{"contacts":[', off, b"]" + off


def bodies(parts: pa.Array, edges: Sequence[int], around: tuple[bytes, bytes, bytes]) -> Iterator[bytes]:
    """Yield the bodies of bulk imports.

    Parameters
    ----------
    parts
        Each contact without its end, as large_binary.
    edges
        Where in ``parts`` each body begins, and where the last one ends; each has at least one contact.
    around
        See :func:`constants`.

    Examples
    --------
    >>> list(bodies(pa.array([b'{"n":1', b'{"n":2', b'{"n":3'], BYTES), [0, 2, 3], (b"[", b"}", b"]")))
    [b'[{"n":1},{"n":2}]', b'[{"n":3}]']
    """
    begin, end, close = around
    contacts = _joined([parts, _constant(end + b",")])
    data, at = text_bytes(contacts), begins(contacts)
    for start, stop in pairwise(edges):
        yield begin + data[at[start] : at[stop] - 1].tobytes() + close  # without the last comma
