"""The body of an answer as data: strict in form, tolerant of how keys are spelled, and bounded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

DEEPEST = 64
"""Levels of a body, at the most."""

MOST_VALUES = 200_000
"""Values of a body, at the most: a page of a hundred fields with thousands of options has fewer, and each costs memory
many times its size in the text."""

_LONGEST_TEXT = 100_000
"""Letters of what the service says, at the most."""

_TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"\s*(:?)', re.DOTALL)
_MARK = b"\xef\xbb\xbf"

_LIMIT = re.compile(
    r"rate[\s-]*limit|too many requests|requested per (?:second|minute|hour)|requests per (?:second|minute|hour)"
    r"|retry this request in",
    re.IGNORECASE,
)
_NOTHING_TAKEN = re.compile(
    r"\bnot\s+(?:been\s+)?(?:queued|accepted)\b|\bnot\s+pass(?:ed)?\s+validation\b|\bunparsable\b|\brejected\b",
    re.IGNORECASE,
)


def parse(content: bytes) -> dict[str, Any] | None:
    """Return the JSON object that a body is, or None.

    None also for what no two readers would understand alike (a key that is there twice, NaN, halves of surrogates) and
    for what is too deep or has too many values (hazards F16).

    Examples
    --------
    >>> parse(b'{"success": 1}'), parse(b'{"success": 1, "success": 0}'), parse(b"[1]")
    ({'success': 1}, None, None)
    """
    text = content.removeprefix(_MARK)
    if text.count(b",") + text.count(b"[") + text.count(b"{") > MOST_VALUES:
        return None
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(value, dict) or _keys(value) != sum(bool(colon) for colon in _TEXT.findall(text)):
        return None
    return value


def _keys(value: dict[str, Any]) -> int:
    """Return how many keys the objects of a value have, or -1 when it is too deep."""
    level: list[dict[str, Any] | list[Any]] = [value]
    count = 0
    for _ in range(DEEPEST):
        if not level:
            return count
        count += sum(len(item) for item in level if isinstance(item, dict))
        level = [
            child
            for item in level
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, (dict, list))
        ]
    return -1


def folded(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of an object by their names in lower case; without those that two spellings dispute.

    The documentation spells ``Success`` where recordings have ``success`` (contract section 7.1).

    Examples
    --------
    >>> folded({"Success": 1, "batchId": "x", "BATCHID": "y"})
    {'success': 1}
    """
    found: dict[str, Any] = {}
    disputed: set[str] = set()
    for key, value in body.items():
        name = key.casefold()
        if name in found and found[name] != value:
            disputed.add(name)
        found[name] = value
    return {name: value for name, value in found.items() if name not in disputed}


def said(body: Mapping[str, Any]) -> str:
    """Return what the service says, from any of the shapes that it uses (contract section 2.1).

    Examples
    --------
    >>> said({"errors": [{"title": "Bad Request", "detail": "No tag id provided"}]})
    'Bad Request No tag id provided'
    """
    known = folded(body)
    parts = [known[key] for key in ("message", "error") if isinstance(known.get(key), str)]
    errors, reasons = known.get("errors"), known.get("failurereasons")
    if isinstance(errors, str):
        parts.append(errors)
    parts += [
        " ".join(str(entry[key]) for key in ("title", "detail") if entry.get(key))
        for entry in (errors if isinstance(errors, list) else ())
        if isinstance(entry, dict)
    ]
    parts += [entry for entry in (errors if isinstance(errors, list) else ()) if isinstance(entry, str)]
    parts += [reason for reason in (reasons if isinstance(reasons, list) else [reasons]) if isinstance(reason, str)]
    return _cut(" ".join(dict.fromkeys(part for part in parts if part)))


def named(body: Mapping[str, Any]) -> dict[int, str]:
    """Return the contacts that a refusal names, by the index that the service gives, with its reason.

    Examples
    --------
    >>> named({"failureReasons": [{"contact": "3", "failureReason": "bad"}, "Rate limit exceeded."]})
    {3: 'bad'}
    """
    reasons = folded(body).get("failurereasons")
    found: dict[int, str] = {}
    for entry in reasons if isinstance(reasons, list) else ():
        if isinstance(entry, dict):
            known = folded(entry)
            index = whole(known.get("contact"))
            if index is not None:
                found[index] = _cut(str(known.get("failurereason", "")))
    return found


def _cut(text: str) -> str:
    # At the end of a word: half an address would not be known for one, and shown.
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT].rpartition(" ")[0]


def whole(value: object) -> int | None:
    """Return a whole number that came as a number or as text, or None.

    Examples
    --------
    >>> whole("14"), whole(14), whole(True), whole("9" * 5000), whole(1.5)
    (14, 14, None, None, None)
    """
    if isinstance(value, str) and len(value) < 19 and value.isascii() and value.isdecimal():  # noqa: PLR2004 - 64 bits
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def says_limit(text: str) -> bool:
    """Return whether the service's words are about the rate of requests, not about some other limit.

    Examples
    --------
    >>> says_limit("Up to 100 imports may be requested per minute."), says_limit("Contact limit exceeded")
    (True, False)
    """
    return _LIMIT.search(text) is not None


def says_nothing_taken(text: str) -> bool:
    """Return whether the service's words are that nothing of a request was taken.

    Examples
    --------
    >>> says_nothing_taken("The import was not queued for processing."), says_nothing_taken("Something failed")
    (True, False)
    """
    return _NOTHING_TAKEN.search(text) is not None
