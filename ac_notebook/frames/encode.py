"""JSON of contacts, built column by column, byte for byte what orjson writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import TEXT, present, text_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column

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
    raw = data.tobytes()
    for letter in '\\"':
        if letter.encode() in raw:
            values = pc.replace_substring(values, letter, "\\" + letter)
    if np.min(data) < 0x20:  # noqa: PLR2004 - the blank, first of the printable characters
        for code in np.unique(data[data < 0x20]).tolist():  # noqa: PLR2004
            values = pc.replace_substring(values, chr(code), _LETTERS.get(chr(code), f"\\u{code:04x}"))
    return values


class _Pieces:
    """What the texts of a row are joined from; neighbouring constants become one."""

    def __init__(self) -> None:
        self.parts: list[pa.Array | pa.Scalar] = []
        self._pending = ""

    def constant(self, text: str) -> None:
        self._pending += text

    def array(self, values: pa.Array) -> None:
        self._flush()
        self.parts.append(values)

    def where(self, rows: NDArray[np.bool_], text: str) -> None:
        if rows.all():
            self.constant(text)
        elif rows.any():
            self.array(pc.if_else(pa.array(rows), pa.scalar(text, TEXT), pa.scalar(None, TEXT)))

    def _flush(self) -> None:
        if self._pending:
            self.parts.append(pa.scalar(self._pending, TEXT))
            self._pending = ""

    def joined(self) -> pa.Array:
        self._flush()
        return pc.binary_join_element_wise(*self.parts, pa.scalar("", TEXT), null_handling="skip")


def row_texts(columns: Sequence[Column], values: Sequence[pa.Array], tags: pa.Array | None) -> pa.Array:
    """Return each row's contact as JSON text without the final brace.

    Parameters
    ----------
    columns, values
        The mapped columns and their texts, in the order in which they are written; the first is the e-mail. Tags and
        opt-in are passed over.
    tags
        JSON array of each row's tags, null for none; or None for no tags at all.
    """
    pieces = _Pieces()
    pieces.constant('{"email":"')
    pieces.array(escaped(values[0]))
    pairs = list(zip(columns, values, strict=True))[1:]
    # A string is left open until the next piece closes it, so that a blank costs one absent prefix and no suffix.
    for column, texts in pairs:
        if column.kind in ("name", "phone"):
            sent = pc.fill_null(texts, "") if column.clears else texts
            pieces.where(present(sent), f'","{column.target}":"')
            pieces.array(escaped(sent))
    pieces.constant('"')
    _fields(pieces, [(column, texts) for column, texts in pairs if column.is_field])
    if tags is not None:
        pieces.where(present(tags), ',"tags":')
        pieces.array(tags)
    return pieces.joined()


def _fields(pieces: _Pieces, pairs: list[tuple[Column, pa.Array]]) -> None:
    begun: NDArray[np.bool_] | None = None
    for column, texts in pairs:
        number = 0 if column.field is None else column.field.id
        sent = pc.fill_null(texts, "") if column.clears else texts
        there = present(sent)
        first, later = f',"fields":[{{"id":{number},"value":"', f'"}},{{"id":{number},"value":"'
        if begun is None:
            pieces.where(there, first)
        elif begun.all():
            pieces.where(there, later)
        else:
            prefix = pc.if_else(pa.array(begun), pa.scalar(later, TEXT), pa.scalar(first, TEXT))
            pieces.array(pc.if_else(pa.array(there), prefix, pa.scalar(None, TEXT)))
        pieces.array(escaped(sent))
        begun = there if begun is None else begun | there
    if begun is not None:
        pieces.where(begun, '"}]')


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


def body(parts: Sequence[bytes], around: tuple[bytes, bytes, bytes]) -> bytes:
    """Return the body of one bulk import.

    Parameters
    ----------
    parts
        Each contact without its end, at least one.
    around
        See :func:`constants`.

    Examples
    --------
    >>> body([b'{"email":"a@b.org"'], (b"[", b"}", b"]"))
    b'[{"email":"a@b.org"}]'
    """
    begin, end, close = around
    return begin + (end + b",").join(parts) + end + close
