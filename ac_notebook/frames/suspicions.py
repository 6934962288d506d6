"""Doubts about a column: whether it is what it is mapped to, and whether it should leave at all.

Nothing is held back for a doubt. Its sentence names the column, what it is mapped to, counts and what to do, and never
a value; its code is in the table of :mod:`ac_notebook.model.problems`.
"""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import TEXT, as_mask
from ac_notebook.frames.choices import SEPARATOR
from ac_notebook.frames.identity_numbers import ACCOUNTS, CARDS, PEOPLE, recognised
from ac_notebook.frames.labels import shown
from ac_notebook.frames.opt_in import NO, YES
from ac_notebook.frames.samples import LONG, Sample, sample, spread
from ac_notebook.frames.sensitive_names import PASSWORDS, PERSONAL_NUMBERS, is_called
from ac_notebook.model.problems import CODES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column

_PASSED_OVER = ("email", "tags", "opt_in", "choice", "multi")
"""What is checked otherwise: addresses by their form, the others by the field's options."""

_NEARLY_ALL = 0.8
_HALF = 0.5
_ONE_IN_A_HUNDRED = 0.01

_FEWEST_TO_COMPARE = 5
_FEWEST_TO_REPEAT = 20
_FEW_CATEGORIES = 2
_SAME_OF_ATTRIBUTE, _SAME_OF_FIELD = 0.5, 0.9

_ADDRESS = r"[^\s@]+@[^\s@]+\.[^\s@]{2,}"
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ]|$)"
_NO_LETTER = r"^[^\pL]*$"
_FIVE_DIGITS = r"(?:[0-9][^0-9]*){5}"
_SEVEN_DIGITS = r"(?:[0-9][^0-9]*){7}"
_SEVEN_TO_FIFTEEN_DIGITS = r"^[^0-9]*(?:[0-9][^0-9\pL]*){7,15}[^0-9]{0,4}$"

_AS_LONG_AS_A_HASH = r"^\S{20}"
_HASH = (
    r"^(?:\$2[abxy]?\$[0-9]{2}\$[./A-Za-z0-9]{53}$"  # bcrypt
    r"|\{?\$?(?:argon2(?:id|i|d)|pbkdf2|scrypt|bcrypt)[$_:\-}]"  # PHC strings, Django, passlib
    r"|\$(?:1|5|6|7|y|gy|apr1|P|H|sha1|md5)\$"  # crypt(5), phpass
    r"|\{S?(?:SHA|MD5|CRYPT)[0-9]{0,3}\})"  # LDAP (RFC 2307)
)
_DIGESTS = tuple(rf"^[0-9A-Fa-f]{{{length}}}$" for length in (32, 40, 64, 96, 128))
_UUID = r"^[0-9A-Fa-f]{12}[1-8][0-9A-Fa-f]{3}[89ABab][0-9A-Fa-f]{15}$"


def suspicions(frozen: pd.DataFrame, columns: Sequence[Column], inside: NDArray[np.bool_]) -> tuple[str, ...]:
    """Return a sentence for each doubt about a mapped column, with its code at the end.

    Parameters
    ----------
    frozen
        The snapshot: its columns are those of ``columns``, in that order.
    columns
        The mapped columns.
    inside
        Which rows are in the segment. At most 10,000 of them are looked at.

    Examples
    --------
    >>> import pandas as pd
    >>> from ac_notebook.frames.columns import Column
    >>> names = pd.DataFrame({0: ["Ann", "bob@example.org"]})
    >>> suspicions(names, [Column(target="first_name", label="Name", position=0)], np.array([True, True]))[0]
    "'Name', mapped to 'first_name': 1 of 2 values looked at holds an @; correct those rows, or map the column that
    holds the names [name-holds-address]"
    """
    rows = np.flatnonzero(inside)
    rows = rows[spread(len(rows))]
    said = []
    for place, column in enumerate(columns):
        if column.kind in _PASSED_OVER:
            continue
        seen = sample(frozen.iloc[:, place], rows, column)
        if seen.filled:
            found = [*_numbers_for_phones(frozen.iloc[rows, place], seen), *_doubts(seen)]
            said += [_sentence(column, code, words) for code, words in found]
    return tuple(said)


def _sentence(column: Column, code: str, words: str) -> str:
    return f"{shown(column.label)}, mapped to {column.target!r}: {words}; {CODES[code].hint} [{code}]"


def _doubts(seen: Sample) -> Iterator[tuple[str, str]]:
    """Yield codes with what was seen."""
    if seen.column.kind in ("name", "phone"):
        yield from _unlike(seen)
    yield from _one_value(seen)
    secret = list(_number(seen)) or list(_password(seen)) or list(_called_personal_number(seen))
    yield from secret


def _unlike(seen: Sample) -> Iterator[tuple[str, str]]:
    """Yield what a column of names or phone numbers holds instead, or also."""
    addresses = seen.rows(_ADDRESS)
    other = [("look like addresses", addresses), ("are dates", seen.rows(_DATE))]
    if seen.column.kind == "name":
        other.append(("are digits without a letter", seen.rows(_FIVE_DIGITS, _NO_LETTER)))
    else:
        other.append(("hold no digit", seen.filled - seen.rows(r"\pN")))
    words, count = max(other, key=lambda pair: pair[1])
    if seen.filled >= _FEWEST_TO_COMPARE and count >= _HALF * seen.filled:
        yield "looks-like-other", f"{_of(count, seen)} {words}"
    elif seen.column.kind == "name":
        count = seen.rows("@")
        if addresses or count >= max(1, _ONE_IN_A_HUNDRED * seen.filled):
            yield "name-holds-address", f"{_of(count, seen)} {'holds' if count == 1 else 'hold'} an @"


def _numbers_for_phones(cells: pd.Series, seen: Sample) -> Iterator[tuple[str, str]]:
    """Yield how many phones are numbers, as pandas and Excel read them; a region says what they began with."""
    if seen.column.kind != "phone" or seen.column.region is not None:
        return
    count = seen.filled if _is_of_numbers(cells.dtype) else 0
    if isinstance(cells.dtype, np.dtype) and cells.dtype.kind == "O":  # numbers among texts, as workbooks have them
        count = sum(type(cell) is int or (type(cell) is float and not isnan(cell)) for cell in cells)
    if count:
        are = "is a number" if count == 1 else "are numbers"
        yield "phone-as-number", f"{_of(count, seen)} {are}, without the + or the 0 that phones begin with"


def _is_of_numbers(dtype: Any) -> bool:
    if isinstance(dtype, pd.CategoricalDtype):
        return _is_of_numbers(dtype.categories.dtype)
    if isinstance(dtype, pd.ArrowDtype):  # pandas cannot say it of each of Arrow's types
        return bool(pa.types.is_integer(dtype.pyarrow_dtype) or pa.types.is_floating(dtype.pyarrow_dtype))
    return bool(pd.api.types.is_numeric_dtype(dtype))


def _one_value(seen: Sample) -> Iterator[tuple[str, str]]:
    """Yield how often one value is repeated, where that is no answer, no category and no count that is mostly 0."""
    most = int(np.argmax(seen.counts))
    count = int(seen.counts[most])
    attribute = seen.column.kind in ("name", "phone")
    share = _SAME_OF_ATTRIBUTE if attribute else _SAME_OF_FIELD
    if seen.filled < _FEWEST_TO_REPEAT or count <= share * seen.filled:
        return
    value: str = pc.take(seen.distinct, pa.array([most])).to_pylist()[0]
    usual = value == "0" or value.startswith(SEPARATOR) or _answers(seen)
    if len(value) < LONG and (
        attribute or not (usual or (seen.of_categories and len(seen.distinct) <= _FEW_CATEGORIES))
    ):
        yield "one-value", f"{_of(count, seen)} are one and the same"


def _number(seen: Sample) -> Iterator[tuple[str, str]]:
    """Yield which kind of numbers nearly all of the distinct values are."""
    some = seen.some()
    if seen.column.kind in ("date", "datetime") or some.rows(_SEVEN_DIGITS) < _HALF * some.filled:
        return
    texts = some.distinct.to_pylist()
    for code, kinds, words in _NUMBERS:
        found = recognised(texts, kinds)
        if found is not None:
            kind, share = found
            which = f" ({kind.words})" if len(kinds) > 1 else ""
            yield code, f"{share:.0%} of its distinct values looked at are valid {words}{which}"
            return


def _called_personal_number(seen: Sample) -> Iterator[tuple[str, str]]:
    if is_called(seen.column.label, PERSONAL_NUMBERS):
        count = seen.rows(_SEVEN_TO_FIFTEEN_DIGITS)
        if count >= _NEARLY_ALL * seen.filled and not seen.rows(_DATE):
            yield (
                "personal-number",
                f"it is called as personal identity numbers are, and {_of(count, seen)} may be some",
            )


def _password(seen: Sample) -> Iterator[tuple[str, str]]:
    some = seen.some()
    count = 0
    if some.filled >= _FEWEST_TO_COMPARE and some.rows(_AS_LONG_AS_A_HASH) >= _NEARLY_ALL * some.filled:
        count = max(some.rows(_HASH), *map(some.rows, _DIGESTS))
    if count and count >= _NEARLY_ALL * some.filled and some.rows(_UUID) < _NEARLY_ALL * some.filled:
        share = count / some.filled
        yield (
            "password",
            f"{share:.0%} of its distinct values looked at look like hashes of passwords, or other digests",
        )
    elif is_called(seen.column.label, PASSWORDS) and not _answers(seen) and not seen.rows(_DATE):
        yield "password", f"it is called as passwords are, and {seen.filled:,} rows looked at hold something"


def _answers(seen: Sample) -> bool:
    """Return whether the column says yes and no, and nothing else."""
    return bool(as_mask(pc.is_in(pc.utf8_lower(seen.distinct), value_set=pa.array([*YES, *NO], TEXT))).all())


def _of(count: int, seen: Sample) -> str:
    return f"{count:,} of {seen.filled:,} values looked at"


_NUMBERS = (
    ("card-number", CARDS, "card numbers"),
    ("account-number", ACCOUNTS, "IBANs"),
    ("personal-number", PEOPLE, "personal identity numbers"),
)
