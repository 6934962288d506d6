"""Text as it is sent: trimmed, blank or not, and free of characters that cannot be sent."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import TEXT, Text, as_mask, edges, lengths, present, rebased, text_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BLANK_LIKE = ("nan", "None", "NULL", "<NA>", "NaT")
"""What is left of a blank when a column was turned into text too early; nobody is called so in this spelling."""

_BLANK, _BEYOND_ASCII = 0x20, 0x80
_MAY_BE_WHITE = np.array([code <= _BLANK or code >= _BEYOND_ASCII for code in range(256)])
_CONTROL = r"[\x00-\x1f\x7f-\x{9f}]"
_NUL = "\0"
_CONTROL_BUT_LINES = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}]"


def from_strings(array: pa.Array, *, lines: bool, blank_like: bool) -> Text:
    r"""Return text without the white space around it.

    Parameters
    ----------
    array
        Arrow's large_string.
    lines
        Whether tabs and line breaks may be inside.
    blank_like
        Whether ``nan``, ``None``, ``NULL``, ``<NA>`` and ``NaT`` count as blank.

    Examples
    --------
    >>> from_strings(pa.array(["  a b\u00a0", " "], TEXT), lines=True, blank_like=False).values.to_pylist()
    ['a b', None]
    """
    array, broken = _valid_utf8(rebased(array))
    inner = trimmed(array)
    left = lengths(inner)
    changes = {"trimmed": present(array) & (left != lengths(array))} if inner is not array else {}
    empty = present(inner) & (left == 0)
    if empty.any():
        inner = pc.if_else(pa.array(empty), pa.scalar(None, TEXT), inner)
    if blank_like:
        like = _among(BLANK_LIKE, inner)
        if like.any():
            inner = pc.if_else(pa.array(like), pa.scalar(None, TEXT), inner)
            changes["blank-like"] = like
    text = Text(values=inner).with_masks(changes=changes)
    nul, control = _controls(inner, lines=lines)
    return text.with_masks(bad={"text-unsendable": broken | nul, "control-character": control})


def trimmed(array: pa.Array) -> pa.Array:
    """Return texts without the white space around them; the same array when none has any."""
    at = edges(array)
    data = text_bytes(array)
    if not len(data):
        return array
    # Only a text that begins or ends with white space, or with a byte beyond ASCII that may belong to it, is looked at
    # (and an empty one, whose neighbours' bytes these are).
    around = _MAY_BE_WHITE[data[np.minimum(at[:-1], len(data) - 1)]] | _MAY_BE_WHITE[data[np.maximum(at[1:] - 1, 0)]]
    if not around.any():
        return array
    rows = pa.array(around)
    some = array.filter(rows)
    inner = pc.utf8_trim_whitespace(some)
    if inner.equals(some):
        return array
    return pc.replace_with_mask(array, rows, inner)


def _among(words: Sequence[str], texts: pa.Array) -> NDArray[np.bool_]:
    """Return which texts are one of a few ASCII words; most are told apart by their length and first byte."""
    at = edges(texts)
    sizes = np.diff(at)
    places = np.flatnonzero((sizes >= min(map(len, words))) & (sizes <= max(map(len, words))))
    first = np.zeros(256, dtype=bool)
    first[[ord(word[0]) for word in words]] = True
    places = places[first[text_bytes(texts)[at[places]]]]
    found = np.zeros(len(texts), dtype=bool)
    found[places] = as_mask(pc.is_in(texts.take(pa.array(places)), value_set=pa.array(words, TEXT), skip_nulls=True))
    return found


def _controls(values: pa.Array, *, lines: bool) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which texts hold NUL, and which of the others another control character.

    Most columns hold none, which their bytes tell at once.
    """
    data = text_bytes(values)
    if not len(data) or (np.min(data) >= _BLANK and not _holds(data, b"\x7f") and not _holds(data, b"\xc2")):
        none = np.zeros(len(values), dtype=bool)
        return none, none
    nul = as_mask(pc.match_substring(values, _NUL))
    return nul, ~nul & as_mask(pc.match_substring_regex(values, _CONTROL_BUT_LINES if lines else _CONTROL))


def _holds(data: NDArray[np.uint8], byte: bytes) -> bool:
    return byte in data.tobytes()


def _valid_utf8(array: pa.Array) -> tuple[pa.Array, NDArray[np.bool_]]:
    """Return the texts with those blanked that are no UTF-8: Arrow does not check what it is given."""
    none = np.zeros(len(array), dtype=bool)
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        return strings([_decoded(raw) for raw in array.cast(pa.large_binary()).to_pylist()])
    return array, none


def _decoded(raw: bytes | None) -> str | None:
    return None if raw is None else raw.decode("utf-8", errors="surrogateescape")


def strings(values: Sequence[Any] | NDArray[np.object_]) -> tuple[pa.Array, NDArray[np.bool_]]:
    r"""Return Python's texts (and Nones) as Arrow's, and which of them cannot be encoded.

    Examples
    --------
    >>> strings(["a", None, "\ud800"])[1].tolist()
    [False, False, True]
    """
    try:
        return pa.array(values, TEXT, from_pandas=True), np.zeros(len(values), dtype=bool)
    except UnicodeEncodeError:
        pass
    broken = np.zeros(len(values), dtype=bool)
    sound: list[str | None] = []
    for row, value in enumerate(values):
        text = value if type(value) is str else None
        if text is not None and not _can_be_encoded(text):
            broken[row] = True
            text = None
        sound.append(text)
    return pa.array(sound, TEXT), broken


def _can_be_encoded(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def composed(values: pa.Array) -> pa.Array:
    r"""Return texts in Unicode's composed form, NFC.

    Python's, not Arrow's: ``utf8_normalize`` does not compose in Arrow 17.0.0, and what identifies an
    address must not change with a library's version. Only texts beyond ASCII are looked at one by one.

    Examples
    --------
    >>> composed(pa.array(["e\u0301", "e"], TEXT)).to_pylist()
    ['é', 'e']
    """
    if is_ascii(values):
        return values
    beyond = pa.array(as_mask(pc.invert(pc.string_is_ascii(values))))
    texts = [unicodedata.normalize("NFC", text) for text in values.filter(beyond).to_pylist()]
    return pc.replace_with_mask(values, beyond, pa.array(texts, TEXT))


def is_ascii(values: pa.Array) -> bool:
    """Return whether all texts are ASCII."""
    data = text_bytes(values)
    return not len(data) or bool(np.max(data) < _BEYOND_ASCII)
