"""Doubts about a column: whether it is what it is mapped to, and whether it should leave at all.

Nothing is held back for a doubt. Its sentence names the column, what it is mapped to, counts and what to do, and never
a value; its code is in the table of :mod:`ac_notebook.model.problems`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import TEXT, as_mask
from ac_notebook.frames.identity_numbers import ACCOUNTS, CARDS, PEOPLE, recognised
from ac_notebook.frames.labels import shown
from ac_notebook.frames.opt_in import NO, YES
from ac_notebook.frames.samples import LONG, Sample, sample, spread
from ac_notebook.frames.sensitive_names import PASSWORDS, PERSONAL_NUMBERS, is_called
from ac_notebook.model.problems import CODES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
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

_HASHES = (
    r"^\$2[abxy]?\$[0-9]{2}\$[./A-Za-z0-9]{53}$",  # bcrypt
    r"^\{?\$?(?:argon2(?:id|i|d)|pbkdf2|scrypt|bcrypt)[$_:\-}]",  # PHC strings, Django, passlib
    r"^\$(?:1|5|6|7|y|gy|apr1|P|H|sha1|md5)\$",  # crypt(5), phpass
    r"^\{S?(?:SHA|MD5|CRYPT)[0-9]{0,3}\}",  # LDAP (RFC 2307)
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
            said += [_sentence(column, code, words) for code, words in _doubts(seen)]
    return tuple(said)


def _sentence(column: Column, code: str, words: str) -> str:
    return f"{shown(column.label)}, mapped to {column.target!r}: {words}; {CODES[code].hint} [{code}]"


def _doubts(seen: Sample) -> list[tuple[str, str]]:
    """Return codes with what was seen, of each group of checks the first that finds something."""
    found = []
    for group in _CHECKS:
        for code, check in group:
            words = check(seen)
            if words:
                found.append((code, words))
                break
    return found


def _unlike(seen: Sample) -> str:
    """Return what a name or phone column holds instead of names or phone numbers."""
    if seen.column.kind not in ("name", "phone") or seen.filled < _FEWEST_TO_COMPARE:
        return ""
    other = [("look like addresses", seen.rows(_ADDRESS)), ("are dates", seen.rows(_DATE))]
    if seen.column.kind == "name":
        other.append(("are digits without a letter", _both(seen, _NO_LETTER, _FIVE_DIGITS)))
    else:
        other.append(("hold no digit", seen.filled - seen.rows(r"\pN")))
    words, count = max(other, key=lambda pair: pair[1])
    return f"{_of(count, seen)} {words}" if count >= _HALF * seen.filled else ""


def _address_in_name(seen: Sample) -> str:
    if seen.column.kind != "name":
        return ""
    count = seen.rows("@")
    if count and (count >= _ONE_IN_A_HUNDRED * seen.filled or seen.rows(_ADDRESS)):
        return f"{_of(count, seen)} {'holds' if count == 1 else 'hold'} an @"
    return ""


def _one_value(seen: Sample) -> str:
    """Return how often one value is repeated, where that is no answer, no category and no count that is mostly 0."""
    most = int(np.argmax(seen.counts))
    count = int(seen.counts[most])
    share = _SAME_OF_ATTRIBUTE if seen.column.kind in ("name", "phone") else _SAME_OF_FIELD
    if seen.filled < _FEWEST_TO_REPEAT or count <= share * seen.filled or _few_answers(seen):
        return ""
    value: str = pc.take(seen.values, pa.array([most])).to_pylist()[0]
    if value.startswith("||") or len(value) == LONG or (seen.column.kind not in ("name", "phone") and value == "0"):
        return ""
    return f"{_of(count, seen)} are one and the same"


def _few_answers(seen: Sample) -> bool:
    if seen.column.kind in ("name", "phone"):
        return False
    if seen.of_categories and len(seen.values) <= _FEW_CATEGORIES:
        return True
    answers = pa.array([*YES, *NO], TEXT)
    return bool(as_mask(pc.is_in(pc.utf8_lower(seen.values), value_set=answers)).all())


def _personal_number(seen: Sample) -> str:
    if _has_digits(seen):
        found = recognised(seen.texts(), PEOPLE)
        if found is not None:
            kind, share = found
            return f"{share:.0%} of its distinct values looked at are valid personal identity numbers ({kind.words})"
    if is_called(seen.column.label, PERSONAL_NUMBERS):
        count = seen.rows(_SEVEN_TO_FIFTEEN_DIGITS)
        if count >= _NEARLY_ALL * seen.filled and not seen.rows(_DATE):
            return f"it is called as personal identity numbers are, and {_of(count, seen)} may be some"
    return ""


def _card_number(seen: Sample) -> str:
    found = recognised(seen.texts(), CARDS) if _has_digits(seen) else None
    return f"{found[1]:.0%} of its distinct values looked at are valid card numbers" if found else ""


def _account_number(seen: Sample) -> str:
    found = recognised(seen.texts(), ACCOUNTS) if _has_digits(seen) else None
    return f"{found[1]:.0%} of its distinct values looked at are valid IBANs" if found else ""


def _password(seen: Sample) -> str:
    count = max(seen.rows("|".join(_HASHES)), *(seen.rows(digest) for digest in _DIGESTS))
    enough = len(seen.values) >= _FEWEST_TO_COMPARE and count >= _NEARLY_ALL * seen.filled
    if enough and seen.rows(_UUID) < _NEARLY_ALL * seen.filled:
        return f"{_of(count, seen)} look like hashes of passwords, or other digests"
    if is_called(seen.column.label, PASSWORDS) and not _few_answers(seen) and not seen.rows(_DATE):
        return f"it is called as passwords are, and holds {seen.filled:,} values in the rows looked at"
    return ""


def _has_digits(seen: Sample) -> bool:
    """Return whether a closer look at numbers is worth its time."""
    if seen.column.kind in ("date", "datetime"):
        return False
    return len(seen.values) >= _FEWEST_TO_COMPARE and seen.rows(_SEVEN_DIGITS) >= _HALF * seen.filled


def _both(seen: Sample, first: str, second: str) -> int:
    masks = [as_mask(pc.match_substring_regex(seen.values, pattern)) for pattern in (first, second)]
    return int(seen.counts[masks[0] & masks[1]].sum())


def _of(count: int, seen: Sample) -> str:
    return f"{count:,} of {seen.filled:,} values looked at"


_CHECKS: tuple[tuple[tuple[str, Callable[[Sample], str]], ...], ...] = (
    (("looks-like-other", _unlike), ("name-holds-address", _address_in_name)),
    (("one-value", _one_value),),
    (
        ("card-number", _card_number),
        ("account-number", _account_number),
        ("personal-number", _personal_number),
        ("password", _password),
    ),
)
"""Checks by code, in groups of which the first that finds something is told."""
