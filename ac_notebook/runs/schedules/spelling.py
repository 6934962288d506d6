"""Cron texts and time zones as somebody types them: checked, and told in one sentence what is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from ac_notebook.errors import ConfigurationError, nearest, quoted
from ac_notebook.runs.schedules.cron import comes_at_all, croniter

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


@dataclass(frozen=True)
class _Field:
    name: str
    least: int
    most: int
    words: tuple[str, ...] = ()


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 7, _DAYS),
)

_SHORT = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}

_EXAMPLE = 'Write cron="0 6 * * 1" for Mondays at 06:00'
_LONGEST = 200
_KNOWN = re.compile(r"[0-9A-Za-z*,/#-]+", re.ASCII)
_PARTS = re.compile(r"\d+|[A-Za-z]+", re.ASCII)
_RANGE = re.compile(r"(\d+|[a-z]{3})-(\d+|[a-z]{3})", re.ASCII)
_LAST = re.compile(r"l[0-7]?", re.ASCII)


def checked_cron(typed: object) -> str:
    """Return a cron text of five fields as it is kept, one space between them.

    Parameters
    ----------
    typed
        Minute, hour, day of the month, month, day of the week, or a word such as ``"@daily"``.

    Raises
    ------
    ConfigurationError
        When it is none, or never comes; names the field and the nearest match.

    Examples
    --------
    >>> checked_cron(" 0 6 * *  Mon ")
    '0 6 * * mon'
    >>> checked_cron("0 6 * * mom")
    Traceback (most recent call last):
    ac_notebook.errors.ConfigurationError: cron='0 6 * * mom': 'mom' is no day of the week.
    Did you mean 'mon'? Nothing was sent.
    """
    if not isinstance(typed, str):
        msg = f"A schedule is a cron text, not {type(typed).__name__}."
        raise ConfigurationError(msg, hint=f"{_EXAMPLE}. Nothing was sent.")
    arithmetic = croniter()
    text = " ".join(typed.split()).lower()
    text = _SHORT.get(text, text)
    fields = text.split(" ")
    if len(fields) != len(_FIELDS) or len(text) > _LONGEST:
        raise _wrong(typed, f"it has {_count(fields, text)}, and five are needed", _near_word(text))
    for field, part in zip(_FIELDS, fields, strict=True):
        _require_field(typed, field, part)
    try:
        arithmetic(text)
    except ValueError:  # each field for itself was understood
        raise _wrong(typed, "it is not understood", "") from None
    if not comes_at_all(text):
        raise _wrong(typed, "there is no such day", "")
    return text


def checked_zone(typed: object) -> str:
    """Return the IANA name of a time zone.

    Raises
    ------
    ConfigurationError
        When there is none of that name, with the nearest.

    Examples
    --------
    >>> checked_zone("Europe/Stokholm")
    Traceback (most recent call last):
    ac_notebook.errors.ConfigurationError: 'Europe/Stokholm' is not the name of a time zone.
    Did you mean 'Europe/Stockholm'? Nothing was sent.
    """
    if not isinstance(typed, str):
        msg = f"A time zone is named by a text, not by {type(typed).__name__}."
        raise ConfigurationError(msg, hint='Write timezone="Europe/Stockholm". Nothing was sent.')
    known = available_timezones() - {"Factory", "localtime"}
    try:
        if typed in known:
            return ZoneInfo(typed).key
    except (ZoneInfoNotFoundError, ValueError, OSError):  # listed, and not to be had
        pass
    match = nearest(typed, sorted(known)) or nearest(typed, sorted(known, key=_city)) or _by_city(typed, known)
    hint = f"Did you mean {quoted(match)}?" if match else 'Write one such as timezone="Europe/Stockholm".'
    raise ConfigurationError(f"{quoted(typed)} is not the name of a time zone.", hint=f"{hint} Nothing was sent.")


def _city(zone: str) -> str:
    return zone.rpartition("/")[2]


def _by_city(typed: str, known: set[str]) -> str | None:
    cities = {_city(zone): zone for zone in sorted(known)}
    match = nearest(typed.replace(" ", "_"), cities)
    return cities[match] if match else None


def _require_field(typed: str, field: _Field, part: str) -> None:
    if not _KNOWN.fullmatch(part):
        raise _wrong(typed, f"{quoted(part)} is no {field.name}", "")
    for found in _PARTS.findall(part):
        _require_part(typed, field, found, is_step=f"/{found}" in part or f"#{found}" in part)
    for low, high in _RANGE.findall(part):
        # Newer versions of croniter read such a range as one across the end, older ones, as JupyterLab uses, do not.
        if _number(field, low) > _number(field, high):
            near = (
                f"Write two ranges instead: from {low}, and up to {high}. It goes from {field.least} to {field.most}."
            )
            raise _wrong(typed, f"{quoted(part)} is no {field.name}", near)
    fields = ["*"] * len(_FIELDS)
    fields[_FIELDS.index(field)] = part
    arithmetic = croniter()
    try:
        arithmetic(" ".join(fields))
    except (ValueError, KeyError):
        near = f"It goes from {field.least} to {field.most}, as in {_EXAMPLE[6:]}."
        raise _wrong(typed, f"{quoted(part)} is no {field.name}", near) from None


def _number(field: _Field, part: str) -> int:
    return int(part) if part.isdigit() else field.least + field.words.index(part)


def _require_part(typed: str, field: _Field, found: str, *, is_step: bool) -> None:
    """Raise when a number is out of range or a word is none of the field's."""
    if found.isdigit():
        if not is_step and not field.least <= int(found) <= field.most:
            closest = min(max(int(found), field.least), field.most)
            said = f"{found} is no {field.name}, which goes from {field.least} to {field.most}"
            raise _wrong(typed, said, f"Did you mean {closest}?")
        return
    is_last = bool(_LAST.fullmatch(found)) and field.name.startswith("day")
    if found not in field.words and not is_last:
        match = nearest(found, field.words)
        near = f"Did you mean {quoted(match)}?" if match else f"There are: {', '.join(field.words) or 'numbers only'}."
        raise _wrong(typed, f"{quoted(found)} is no {field.name}", near)


def _count(fields: list[str], text: str) -> str:
    if not text:
        return "no fields"
    return "one field" if len(fields) == 1 else f"{len(fields):,} fields"


def _near_word(text: str) -> str:
    match = nearest(text if text.startswith("@") else f"@{text}", _SHORT)
    return f"Did you mean {quoted(match)}?" if match else ""


def _wrong(typed: str, why: str, near: str) -> ConfigurationError:
    hint = near or f"{_EXAMPLE}: minute, hour, day of the month, month, day of the week."
    return ConfigurationError(f"cron={quoted(typed)}: {why}.", hint=f"{hint} Nothing was sent.")
