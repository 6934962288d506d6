"""ActiveCampaign's words, word for word but for what they quote of people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

import orjson

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_SHORTEST = 2


def without_people(message: str, parts: Sequence[bytes]) -> str:
    """Return a message without the values of the contacts that it is about.

    Parameters
    ----------
    message
        What the service said.
    parts
        The contacts, as JSON without its end.

    Examples
    --------
    >>> without_people("Field 'first_name' Ann is bad", [b'{"email":"a@b.org","first_name":"Ann"'])
    "Field 'first_name' … is bad"
    >>> without_people("Duplicate entry ann", [b'{"email":"a@b.org","first_name":"Ann"'])
    'Duplicate entry …'
    >>> without_people("Very long, cut in the middle of An…", [b'{"email":"a@b.org","first_name":"Anna"'])
    'Very long, cut in the middle of …'
    """
    values = {value for part in parts for value in _texts(orjson.loads(part + b"}")) if len(value) >= _SHORTEST}
    spellings = {spelling for value in values for spelling in (value, quote(value), quote_plus(value))}
    for spelling in sorted(spellings, key=len, reverse=True):
        if spelling.casefold() in message.casefold():
            message = re.sub(rf"(?<!\w){re.escape(spelling)}(?!\w)", "…", message, flags=re.IGNORECASE)
    return _without_beginning(message, spellings) if message.endswith("…") else message


def _without_beginning(message: str, spellings: Collection[str]) -> str:
    """Return a message that was cut without the beginning of a value that it may have been cut in."""
    known, begin = message.removesuffix("…").casefold(), len(message) - 1
    for spelling in map(str.casefold, spellings):
        for size in range(min(len(spelling), len(known)), 0, -1):
            at = len(known) - size
            if known.endswith(spelling[:size]) and not known[at - 1 : at].isalnum():
                begin = min(begin, at)
                break
    return f"{message[:begin]}…"


def _texts(contact: dict[str, Any]) -> Iterator[str]:
    for value in contact.values():
        if isinstance(value, str):
            yield value
    for field in contact.get("fields", ()):
        yield field["value"]


def first_index(failures: Collection[int]) -> int:
    """Return what the contacts that a refusal names are counted from, 0 or 1.

    It is 1 as far as anybody has seen, and 0 for certain where it says 0 (contract section 7.1; hazards, U9).
    """
    return 0 if 0 in failures else 1
