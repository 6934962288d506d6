"""What should become of a text, by the documented table, worked out in plain Python and without the code under test."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

ATTRIBUTES = ("first_name", "last_name", "phone")
FIELDS = {
    "Line": "text",
    "Area": "textarea",
    "Hidden": "hidden",
    "Count": "number",
    "Day": "date",
    "Moment": "datetime",
    "Drop": "dropdown",
    "Radio": "radio",
    "Check": "checkbox",
    "List": "listbox",
}
"""The custom fields of the tests' account, by title."""

TARGETS = (*ATTRIBUTES, *FIELDS, "tags")

_MOST_BYTES = 399_999
_DOUBT = 600
"""Bytes around a value in a request: titles, address, list. A value within them of the limit may be sent or not."""

_BLANK_WORDS = frozenset({"nan", "None", "NULL", "<NA>", "NaT"})
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_CONTROLS_BUT_LINES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_DIGIT = re.compile(r"\d")
_SURROGATES = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"([T ]([0-9]{2}):([0-9]{2})(:([0-9]{2})([.,][0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_UNSENDABLE = frozenset({"text-unsendable", "control-character"})
_TOO_LARGE = frozenset({"row-too-large", "value-too-long", "text-too-long"})


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What may become of a value.

    Parameters
    ----------
    text
        What arrives if it is sent; None where nothing is to arrive.
    codes
        With which codes the row may be rejected instead.
    sent
        Whether it may be sent at all.
    """

    text: str | None = None
    codes: frozenset[str] = frozenset()
    sent: bool = True


BLANK = Verdict()


def _refused(*codes: str) -> Verdict:
    return Verdict(codes=frozenset(codes), sent=False)


@lru_cache(maxsize=20_000)
def _flaw(text: str, *, lines: bool) -> bool:
    """Return whether a text, trimmed, holds what cannot be sent."""
    return bool((_CONTROLS_BUT_LINES if lines else _CONTROLS).search(text))


@lru_cache(maxsize=50_000)
def verdict(target: str, value: str, options: frozenset[str]) -> Verdict:
    """Return what may become of a text in a target; ``options`` are those of the fields that have any."""
    kind = FIELDS.get(target, target)
    # A lone surrogate cannot be written at all; a control character at the edge may be white space, and goes.
    if _SURROGATES.search(value):
        return _refused(*_UNSENDABLE, "row-too-large")
    text = value.strip()
    if not text or (kind in ("first_name", "last_name") and text in _BLANK_WORDS):
        return BLANK
    if _flaw(text, lines=kind in ("text", "textarea", "hidden")):
        # Named for all that is wrong, or for the first thing.
        return _refused(*_UNSENDABLE, "number-invalid", "date-invalid", "option-unknown", "separator-in-value")
    return _by_size(_ACCORDING_TO_KIND.get(kind, _as_it_is)(text, options), kind)


def _by_size(found: Verdict, kind: str) -> Verdict:
    if found.text is None or not found.sent:
        return found
    if kind == "phone" and _DIGIT.search(found.text) is None:
        return Verdict(text=found.text, codes=frozenset({"phone-no-digits", *_TOO_LARGE}))
    if len(found.text) < 1_000:
        return found
    written = found.text if kind == "tags" else json.dumps(found.text, ensure_ascii=False)
    size = len(written.encode())
    if size > _MOST_BYTES - _DOUBT:
        return Verdict(text=found.text, codes=_TOO_LARGE, sent=size <= _MOST_BYTES)
    return Verdict(text=found.text, codes=_TOO_LARGE - {"row-too-large"})


def _as_it_is(text: str, _: frozenset[str]) -> Verdict:
    return Verdict(text=text)


def _number(text: str, _: frozenset[str]) -> Verdict:
    return Verdict(text=text) if _NUMBER.fullmatch(text) else _refused("number-invalid")


def moment(text: str) -> tuple[datetime, bool] | None:
    """Return the moment that a text names, in UTC where it says no offset, and whether it names a time at all."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    year, month, day, time, hour, minute, _, second, _, zone = found.groups()
    offset = timedelta()
    if zone and zone != "Z":
        hours, minutes = int(zone[1:3]), int(zone[-2:])
        if hours > 23 or minutes > 59:
            return None
        offset = timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
    try:
        return datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=timezone(offset)
        ), time is not None
    except ValueError:
        return None


def _day(text: str, _: frozenset[str]) -> Verdict:
    found = moment(text)
    if found is None:
        return _refused("date-invalid", "date-out-of-range")
    return Verdict(text=text[:10], codes=_EXTREME if _is_extreme(found[0]) else frozenset())


_EXTREME = frozenset({"date-out-of-range", "date-invalid"})


def _is_extreme(found: datetime) -> bool:
    return not 1900 < found.year < 2100


def _instant(text: str, _: frozenset[str]) -> Verdict:
    found = moment(text)
    if found is None:
        return _refused("date-invalid", "date-out-of-range")
    try:
        instant = found[0].astimezone(UTC).isoformat()
    except OverflowError:
        return _refused(*_EXTREME)
    return Verdict(text=instant, codes=_EXTREME if _is_extreme(found[0]) else frozenset())


def instant_of(held: str) -> str:
    """Return what a date and time field holds as an instant: it is shown in the zone of the account."""
    return datetime.fromisoformat(held).astimezone(UTC).isoformat()


def _choice(text: str, options: frozenset[str]) -> Verdict:
    return Verdict(text=text) if text in options else _refused("option-unknown")


def _several(text: str, options: frozenset[str]) -> Verdict:
    return several(text.split("||"), options)


def several(items: list[str], options: frozenset[str]) -> Verdict:
    """Return what may become of the items of a checkbox or listbox field: all of them can be told apart afterwards."""
    items = list(dict.fromkeys(item.strip() for item in items if item.strip()))
    if not items:
        return BLANK
    joined = "||" + "||".join(items) + "||"
    if joined[2:].split("||") != [*items, ""]:
        return _refused("separator-in-value", "option-unknown")
    if not set(items) <= options:
        return _refused("option-unknown")
    return Verdict(text=joined)


def _tags(text: str, _: frozenset[str]) -> Verdict:
    return tags(text.split(","))


def tags(items: list[str]) -> Verdict:
    """Return the tags that should arrive, each once whatever its case, as a JSON array."""
    once: dict[str, str] = {}
    for item in items:
        if item.strip():
            once.setdefault(item.strip().casefold(), item.strip())
    return Verdict(text=json.dumps(list(once.values()), ensure_ascii=False)) if once else BLANK


_ACCORDING_TO_KIND = {
    "number": _number,
    "date": _day,
    "datetime": _instant,
    "dropdown": _choice,
    "radio": _choice,
    "checkbox": _several,
    "listbox": _several,
    "tags": _tags,
}

# ------------------------------------------------------------------------------------------------------ addresses

_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9!#$%&*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_REFUSED_LETTERS = set("\"(),:;<>@[]'")  # contract section 7.2, and the apostrophe of its example


def address(value: str) -> tuple[str, frozenset[str], bool]:
    """Return an address as it is sent, the codes that fit if it is none, and whether it surely is one.

    What is beyond ASCII before the @ is in doubt: ActiveCampaign may take it or leave it.
    """
    if _SURROGATES.search(value):
        return "", _UNSENDABLE, False
    text = value.strip()
    if not text or text in _BLANK_WORDS:
        return "", frozenset({"email-missing"}), False
    if _flaw(text, lines=False):
        return text, _UNSENDABLE | {"email-syntax"}, False
    local, at, domain = text.rpartition("@")
    labels = domain.split(".")
    sound = (
        bool(at)
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and re.fullmatch("[A-Za-z]{2,}", labels[-1]) is not None
        and len(text.encode()) <= 254
        and len(local.encode()) <= 64
    )
    codes = frozenset({"email-syntax", "email-too-long"})
    if sound and _PLAIN_LOCAL.fullmatch(local):
        return text, frozenset(), True
    # What no version of Unicode that we know has assigned may be assigned in the next one: in doubt, too.
    kinds = {unicodedata.category(letter) for letter in local} - {"Cn"}
    odd = bool(_REFUSED_LETTERS & set(local)) or any(kind[0] in "ZC" for kind in kinds)
    doubtful = sound and not odd and bool(local) and all(local.split("."))
    return text, codes | {"refused"} if doubtful else codes, False


def key(text: str) -> str:
    """Return what makes two addresses one person's: NFC, ASCII letters in lower case."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(letter.lower() if letter.isascii() else letter for letter in composed)
