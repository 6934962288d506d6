"""Custom fields: their types, their options, and what of a sent value is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from ac_notebook.sandbox.quirks import Quirks

CHOICE_TYPES = frozenset({"dropdown", "radio", "checkbox", "listbox"})
MULTIPLE_TYPES = frozenset({"checkbox", "listbox"})
TYPES = CHOICE_TYPES | {"text", "textarea", "hidden", "date", "datetime", "number"}  # section 5.2
CURRENCY = "currency"  # section 5.2, UNKNOWN for contacts: see the quirk `currency_field`

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATETIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
# Section 5.3, UNKNOWN what else counts as a number: plain decimals only, no exponent, no separators, no blanks.
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")

_PIPES = len("||" * 2)
_MOST_KNOWN = 4096
_LONGEST = 1_000  # characters; only where the quirk `longest_text` says so


class UnfitValueError(ValueError):
    """A value that the field cannot hold, where the account's quirks make that an error."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """One choice of a dropdown, radio, checkbox or listbox field; `value` is what an import must send."""

    id: int
    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """A custom field of contacts."""

    id: int
    title: str
    type: str
    perstag: str
    options: tuple[Option, ...] = ()
    created: int = 0
    updated: int = 0
    settings: dict[str, Any] = field(default_factory=dict)  # what POST /fields was given beside title, type, perstag

    def __post_init__(self) -> None:
        """Refuse what the service would not have."""
        if self.type not in TYPES and self.type != CURRENCY:
            message = f"unknown field type {self.type!r}; expected one of {', '.join(sorted(TYPES))}"
            raise ValueError(message)
        if self.options and self.type not in CHOICE_TYPES:
            message = f"a {self.type} field has no options"
            raise ValueError(message)

    def replaced(self, **changes: Any) -> Field:
        """Return it with some attributes changed."""
        return replace(self, **changes)


def perstag_of(title: str, supplied: str | None) -> str:
    """Return a field's personalisation tag: made from the title, or the supplied one upper-cased (section 5.1)."""
    if supplied is None:
        return title.upper().replace(" ", "_")
    return "".join(supplied.upper().split())


class FieldValues:
    """Decides what is stored of a value sent for one field.

    Section 5.3, UNKNOWN what the service does with a value that does not fit the type or matches no option: the quirks
    `unfit_value` and `unknown_option`.
    """

    def __init__(self, field: Field, zone: ZoneInfo, quirks: Quirks) -> None:
        self._zone = zone
        self._piped = quirks.dropdown_value == "plain or piped"
        self._longest = _LONGEST if quirks.longest_text == "1,000 characters" else None
        self._otherwise = quirks.unknown_option if field.type in CHOICE_TYPES else quirks.unfit_value
        self._choices = {option.value: option.value for option in field.options}
        self._single = {option.value: f"||{option.value}||" for option in field.options}
        self._known: dict[str, str] = {}  # combinations of choices seen before: quicker, and one text for all contacts
        fitting: dict[str, Callable[[str], str | None]] = {
            "date": self._date,
            "datetime": self._datetime,
            "number": self._number,
            CURRENCY: self._number,
            "dropdown": self._choice if self._piped else self._choices.get,
            "radio": self._choice if self._piped else self._choices.get,
            "checkbox": self._several,
            "listbox": self._several,
        }
        self._fitting = fitting.get(field.type)
        # the commonest reading, without a detour: this runs for each value of each import
        dropped = self._fitting if self._otherwise == "dropped" else self._or_otherwise
        self.stored: Callable[[str], str | None] = self._text if self._fitting is None else dropped or self._text

    def _or_otherwise(self, value: str) -> str | None:
        fitting = self._fitting(value) if self._fitting is not None else value
        if fitting is None and self._otherwise == "refused":
            raise UnfitValueError
        return value if fitting is None else fitting

    def _text(self, value: str) -> str | None:
        return value[: self._longest]

    def _choice(self, value: str) -> str | None:
        single = len(value) > _PIPES and value.startswith("||") and value.endswith("||")
        return self._choices.get(value[2:-2] if single else value)

    @staticmethod
    def _number(value: str) -> str | None:
        return value if _NUMBER.fullmatch(value) else None

    @staticmethod
    def _date(value: str) -> str | None:
        if not _DATE.fullmatch(value):
            return None
        try:
            date.fromisoformat(value)
        except ValueError:
            return None
        return value

    def _datetime(self, value: str) -> str | None:
        if not _DATETIME.fullmatch(value):
            return None
        try:
            moment = datetime.fromisoformat(value).astimezone(self._zone)
        except (ValueError, OverflowError):  # 30 February; the year 1 in another zone
            return None
        return moment.isoformat() if not moment.microsecond else moment.isoformat(timespec="seconds")

    def _several(self, value: str) -> str | None:
        known = self._known.get(value)
        if known is not None:
            return known
        stored = self._several_anew(value)
        if stored is not None and len(self._known) < _MOST_KNOWN:
            self._known[value] = stored
        return stored

    def _several_anew(self, value: str) -> str | None:
        if not value.startswith("||"):
            return self._single.get(value)  # section 5.3: a plain string is a single value
        parts = value[2:-2].split("||") if len(value) > _PIPES and value.endswith("||") else []
        return value if parts and all(part in self._choices for part in parts) else None


def options_from(options: Sequence[str | tuple[str, str]] | None, first_id: int) -> tuple[Option, ...]:
    """Return options numbered from `first_id`; a plain string is both value and label."""
    pairs = [(option, option) if isinstance(option, str) else option for option in options or ()]
    return tuple(
        Option(id=number, value=value, label=label) for number, (value, label) in enumerate(pairs, start=first_id)
    )
