"""Phones in a text: what is written as people write phones, and not any number that has as many digits."""

from __future__ import annotations

import bisect
import importlib
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEAST, _MOST = 8, 15
"""Digits of an international number, with its country (ITU-T E.164 allows 15)."""

_BEFORE, _AFTER = r"(?<![\w.,/+\-=#])(?<!\d[:;])", r"(?![\w%]|[.,:/-]\d)"
_INTERNATIONAL = re.compile(
    r"(?<![\w.+])(?:\+|00(?=[1-9]\d{0,2}[ \u00a0-]))[1-9](?:(?:\) ?| ?\(|[ \u00a0./-])?\d){7,22}"
)
_NATIONAL = re.compile(
    rf"{_BEFORE}\(?0[1-9]\d{{0,3}}\)?(?:[-/ \u00a0] ?\d{{2,8}}(?:[ \u00a0-]\d{{2,4}}){{0,4}}){_AFTER}"
    rf"|{_BEFORE}0[67]\d{{8,9}}{_AFTER}"
    rf"|{_BEFORE}(?:\([2-9]\d\d\) ?|[2-9]\d\d[-.])[2-9]\d\d[-.]\d{{4}}{_AFTER}"
)
_DAY = re.compile(r"0\d[-/ ]\d\d[- ]\d{4}")
_HOURS = re.compile(r"[012]\d[0-6]0-[012]\d[0-6]0")
"""Hours of a shop, and bins."""

_IBAN = re.compile(r"\b[A-Z]{2}\d\d(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?\b")
_EXAMPLE = re.compile(r"1234567|55501\d\d$|7700900\d{3}$|7017406\d\d$|(\d)\1{6}$")
"""Digits that count upwards or are all the same, and those that are kept free for films: of the United States (0100 to
0199 behind 555), Britain (Ofcom: 07700 900xxx) and Sweden (PTS: 070-1740605 to 1740699)."""


def phones(text: str) -> Iterator[tuple[tuple[int, int], bool]]:
    """Yield where in a text phones stand (first and last position), and whether each is an example.

    A plain row of digits is none, whatever its length: it is an id or an amount. With ``phonenumbers`` installed, a
    number with a country is looked at by that library too: its length has to fit the country.

    Examples
    --------
    >>> [text[first:last] for text in ["id 46709876543, call +46 70-987 65 43"] for (first, last), _ in phones(text)]
    ['+46 70-987 65 43']
    >>> list(phones("2024-01-01 10:00, 12 345 678.90, 10.0.0.127, 07-01-2024"))
    []
    """
    taken: list[tuple[int, int]] = []
    accounts = [match.span() for match in _IBAN.finditer(text)]
    for match in _INTERNATIONAL.finditer(text):
        if _is_international(match[0], text[match.end() : match.end() + 2]):
            taken.append(match.span())
            yield match.span(), _is_example(match[0])
    for match in _NATIONAL.finditer(text):
        if not _is_in(taken, match) and not _is_in(accounts, match) and _is_national(match[0]):
            yield match.span(), _is_example(match[0])


def _is_in(spans: list[tuple[int, int]], match: re.Match[str]) -> bool:
    inside = bisect.bisect(spans, match.span()) - 1
    return inside >= 0 and spans[inside][1] > match.start()


def _is_international(written: str, after: str) -> bool:
    if re.match(r"\w|%|[.,]\d", after) and len(_digits(written)) <= _MOST:
        return False  # an amount with a sign
    groups = re.findall(r"\d+", written)
    groups[0] = groups[0].removeprefix("00") if written.startswith("00") else groups[0]
    for number in range(1, len(groups) + 1):
        digits = "".join(groups[:number])
        if _LEAST <= len(digits) <= _MOST and _is_possible(digits):
            return True
    return False


def _is_possible(digits: str) -> bool:
    library = _library()
    if library is None:
        return True
    try:
        return bool(library.is_possible_number(library.parse(f"+{digits}", None)))
    except library.NumberParseException:
        return False


def _library() -> Any:
    try:
        return importlib.import_module("phonenumbers")  # the extra `phone`; it takes 0.1 s
    except ImportError:
        return None


def _is_national(written: str) -> bool:
    groups = re.findall(r"\d+", written)
    total = sum(map(len, groups))
    if not 8 <= total <= 12 or _DAY.fullmatch(written) or _HOURS.fullmatch(written):  # noqa: PLR2004 - digits of a national number
        return False
    # Groups of two are hours and days, but where all five are, as in France.
    return max(map(len, groups)) > 2 or len(groups) == 5  # noqa: PLR2004


def _is_example(written: str) -> bool:
    return _EXAMPLE.search(_digits(written)) is not None


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())
