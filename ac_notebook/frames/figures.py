"""Numbers and booleans as text."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import TEXT, Text, as_mask, present, text_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

EXACT = 2**53
"""Above it a float cannot tell neighbouring whole numbers apart, so digits may have been lost already."""

_EXACT_IN = {16: 2**11, 32: 2**24}
"""The same for shorter floats, by their bits."""

MOST_DIGITS = 400
"""Digits of the longest number that is written out; the largest float has 309."""

_DAY = 86_400
_TICKS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_PLAIN_NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?\z"


def from_integers(array: pa.Array) -> Text:
    """Return whole numbers as digits."""
    return Text(values=array.cast(TEXT))


def from_booleans(array: pa.Array) -> Text:
    """Return ``true`` and ``false``."""
    return Text(values=array.cast(TEXT))


def from_times(array: pa.Array) -> Text:
    """Return times of day as Python writes them, without a fraction of a second that is nought."""
    ticks = array.cast(pa.int64() if pa.types.is_time64(array.type) else pa.int32()).cast(pa.int64())
    numbers = pc.fill_null(ticks, 0).to_numpy(zero_copy_only=False)
    wrong = present(array) & ((numbers < 0) | (numbers >= _DAY * _TICKS[array.type.unit]))
    sound = pc.if_else(pa.array(wrong), pa.scalar(None, array.type), array).cast(TEXT)
    written = pc.replace_substring_regex(pc.replace_substring_regex(sound, r"\.0+$", ""), r"(\.[0-9]{6})000$", r"\1")
    return Text(values=written).with_masks(bad={"value-unsupported": wrong})


def from_floats(array: pa.Array) -> Text:
    """Return floats as the shortest digits that give the same float back, never with an exponent.

    Whole numbers have no decimal point. NaN is blank; infinite and inexact whole numbers are problems.
    """
    exact = _EXACT_IN.get(array.type.bit_width, EXACT)
    if pa.types.is_float16(array.type):
        array = array.cast(pa.float32())
    numbers = array.to_numpy(zero_copy_only=False)
    there = present(array) & ~np.isnan(numbers)
    infinite = np.isinf(numbers) & there
    with np.errstate(invalid="ignore"):
        whole = there & ~infinite & (np.trunc(numbers) == numbers)
    inexact = whole & (np.abs(numbers) > exact)
    plain = whole & ~inexact
    digits = pa.array(np.where(plain, numbers, 0).astype(np.int64), mask=~plain).cast(TEXT)
    rest = there & ~plain & ~infinite & ~inexact
    if rest.any():
        digits = pc.coalesce(digits, without_exponents(pa.array(numbers, mask=~rest).cast(TEXT)))
    return Text(values=digits).with_masks(
        bad={"number-infinite": infinite, "number-inexact": inexact}, changes={"float-to-integer": plain}
    )


def from_decimals(array: pa.Array) -> Text:
    """Return Arrow's decimals as plain digits, with the zeros that their type gives them."""
    return Text(values=without_exponents(array.cast(TEXT)))


def from_decimal_objects(values: Iterable[Decimal]) -> Text:
    """Return Python's decimals as plain digits; NaN is blank."""
    texts: list[str | None] = []
    infinite: list[bool] = []
    unsupported: list[bool] = []
    for value in values:
        _, digits, exponent = value.as_tuple()
        texts.append(None)
        infinite.append(exponent == "F")
        unsupported.append(isinstance(exponent, int) and len(digits) + abs(exponent) > MOST_DIGITS)
        if isinstance(exponent, int) and not unsupported[-1]:
            texts[-1] = format(value, "f")
    bad = {"number-infinite": np.array(infinite, dtype=bool), "value-unsupported": np.array(unsupported, dtype=bool)}
    return Text(values=pa.array(texts, TEXT)).with_masks(bad=bad)


def without_exponents(texts: pa.Array) -> pa.Array:
    """Return the same numbers written out: ``1e-07`` becomes ``0.0000001``.

    Examples
    --------
    >>> without_exponents(pa.array(["1e-07", "2.5"], TEXT)).to_pylist()
    ['0.0000001', '2.5']
    """
    short = as_mask(pc.match_substring(texts, "e", ignore_case=True))
    if not short.any():
        return texts
    written = [format(Decimal(text), "f") for text in texts.filter(pa.array(short)).to_pylist()]
    return pc.replace_with_mask(texts, pa.array(short), pa.array(written, TEXT))


def checked_as_number(text: Text) -> Text:
    """Return the text with everything marked that a number field does not take."""
    data = text_bytes(text.values)
    if not ((data < ord("0")) | (data > ord("9"))).any():
        return text  # nothing but digits in the whole column, and a blank is null
    wrong = present(text.values) & ~as_mask(pc.match_substring_regex(text.values, _PLAIN_NUMBER))
    return text.with_masks(bad={"number-invalid": wrong})
