"""What pandas makes of the texts of a CSV file, so that a segment is the same as in the notebook where it was tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import as_mask

if TYPE_CHECKING:
    from ac_notebook.frames.conditions import Kind

_NO_VALUE = pa.array([
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
])  # fmt: skip
"""What pandas.read_csv reads as no value."""

_WHOLE = r"^[+-]?(0|[1-9]\d*)$"
_NUMBER = r"^[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
_TRUTH = r"^(True|TRUE|true|False|FALSE|false)$"


def inferred(texts: pa.ChunkedArray, *, decimal: str = ".") -> pa.ChunkedArray:
    """Return a whole column as ``pandas.read_csv`` types it: numbers, yes and no, else text.

    With one exception: digits that begin with a nought, as in postcodes and phone numbers, stay text.

    Parameters
    ----------
    texts
        Its cells, as they stand in the file.
    decimal
        What stands before decimals.

    Examples
    --------
    >>> [str(inferred(pa.chunked_array([cells])).type) for cells in (["1", "NA"], ["True", "False"], ["0701", "12"])]
    ['int64', 'bool', 'string']
    """
    trimmed = pc.utf8_trim_whitespace(texts)
    there = pc.if_else(pc.is_in(trimmed, value_set=_NO_VALUE), pa.scalar(None, texts.type), trimmed)
    if there.null_count == len(there):
        return pa.chunked_array([pa.nulls(len(there), pa.float64())])
    if _all_match(there, _WHOLE):
        return _cast(there, pa.int64(), texts)
    pointed = there if decimal == "." else pc.replace_substring(there, decimal, ".")
    if (decimal == "." or not _any_has(there, ".")) and _all_match(pointed, _NUMBER):
        return _cast(pointed, pa.float64(), texts)
    if _all_match(there, _TRUTH):
        return pc.if_else(pc.is_null(there), pa.scalar(None, pa.bool_()), pc.equal(pc.utf8_lower(there), "true"))
    return pc.if_else(pc.is_null(there), pa.scalar(None, texts.type), texts)


def kind_of(values: pa.ChunkedArray) -> Kind | None:
    """Return whether a column holds numbers or text; None for anything else, and for a blank one."""
    if values.null_count == len(values):
        return None
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        return "number"
    return "text" if pa.types.is_string(values.type) or pa.types.is_large_string(values.type) else None


def _cast(texts: pa.ChunkedArray, kind: pa.DataType, otherwise: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        return pc.replace_substring_regex(texts, r"^\+", "").cast(kind)
    except pa.ArrowInvalid:  # longer than numbers are
        return otherwise


def _all_match(texts: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(texts, pattern), min_count=0).as_py())


def _any_has(texts: pa.ChunkedArray, part: str) -> bool:
    return bool(as_mask(pc.match_substring(texts, part)).any())
