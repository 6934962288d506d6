"""Reading the body of a bulk import: the first layer of validation, which refuses a whole request (section 7.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from .addresses import well_formed_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.sandbox.limits import Limits
    from ac_notebook.sandbox.quirks import Quirks

# Section 7.1: the texts of refusals; wording is unstable on the real service.
NOT_VALID = (
    "JSON payload did not pass validation. Please fix failure Reasons and retry. "
    "The import was not queued for processing."
)
NOT_QUEUED = "The import was not queued for processing."
UNPARSABLE = "Invalid or unparsable json"

_TEXTS = ("first_name", "last_name", "phone", "customer_acct_name")
_LONGEST_LIST_ID = 18  # digits; more is no id, and int() refuses thousands


@dataclass(frozen=True, kw_only=True)
class Import:
    """A body that may be queued.

    It is kept as bytes, not as what was read from them: thousands of small objects that live for seconds keep the
    garbage collector busier than reading them a second time.
    """

    body: bytes
    contacts: int
    exclude_automations: bool
    callback: dict[str, Any] | None = None

    def read(self) -> list[dict[str, Any]]:
        """Return the contacts, which are known to be right."""
        contacts: list[dict[str, Any]] = orjson.loads(self.body)["contacts"]
        return contacts


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a body may not be queued; `contacts` says how many were in it."""

    message: str
    reasons: list[Any]
    contacts: int = 0
    status: int = 400


def read_import(body: bytes, limits: Limits, quirks: Quirks) -> Import | Refusal:  # noqa: PLR0911 - one per reason
    """Read a body.

    Parameters
    ----------
    body
        The bytes as posted.
    limits
        The most contacts and bytes allowed.
    quirks
        Which addresses refuse a batch, how contacts are counted, how too much is answered.

    Returns
    -------
    Import or Refusal
        A refusal lists every contact that is wrong, numbered from 1; nothing of the body is then queued.
    """
    most = limits.body + (quirks.body_of_400_000 == "accepted")
    if len(body) > most:
        return _refusal(f"The request body must be less than {most + 1} bytes.", status=quirks.oversize_status)
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:  # also invalid UTF-8, lone surrogates, nesting without end
        return _refusal(UNPARSABLE)
    if type(content) is not dict:
        return _refusal(UNPARSABLE)
    contacts = content.get("contacts")
    if type(contacts) is not list:
        return _refusal("'contacts' is a required field.")
    if not contacts:
        return _refusal("At least one contact is required.")
    count = len(contacts)
    if count > limits.contacts:
        return _refusal(f"Up to {limits.contacts} contacts may be imported per request.", count, quirks.oversize_status)
    if not _callback_is_usable(content):
        return _refusal("'callback' needs a 'url' and a 'requestType' of POST or GET.", count)
    well_formed = well_formed_by(quirks)
    reasons = [
        {"contact": number, "failureReason": reason}
        for number, contact in enumerate(contacts, start=quirks.failure_index)
        if (reason := reason_against(contact, well_formed)) is not None
    ]
    if b"\\u0000" in body:
        known = {entry["contact"] for entry in reasons}
        reasons += [
            {"contact": number, "failureReason": "Text contains a character that is not allowed"}
            for number, contact in enumerate(contacts, start=quirks.failure_index)
            if number not in known and _has_nul(contact)
        ]
    if reasons:
        return Refusal(message=NOT_VALID, reasons=reasons, contacts=count)
    return Import(
        body=body,
        contacts=count,
        exclude_automations=content.get("exclude_automations") is True,
        callback=content.get("callback"),
    )


def reason_against(  # noqa: C901, PLR0911 - one pass, a return per reason
    contact: object, well_formed: Callable[[str], object]
) -> str | None:
    """Return why one contact refuses its batch, None if it does not."""
    # orjson makes exactly these types, so that `type(x) is` is right and quick: this runs for each of 25,000 contacts
    # a minute, times the sandbox's speed.
    if type(contact) is not dict:
        return "Contact is not an object"
    email = contact.get("email")
    if email is None:
        return "Field 'email' not found"
    if type(email) is not str or not well_formed(email):
        return "Field 'email' incorrect format"
    get = contact.get
    for name in _TEXTS:
        if type(get(name, "")) is not str:
            return f"Field '{name}' incorrect format"
    fields = get("fields", ())
    if fields != ():
        if type(fields) is not list:
            return "Field 'fields' incorrect format"
        try:
            for entry in fields:
                if type(entry["id"]) is not int or type(entry["value"]) is not str:
                    return "Field 'fields' incorrect format"
        except (KeyError, TypeError):  # a key is missing, or this is no object: quicker than asking each one first
            return "Field 'fields' incorrect format"
    return _reason_against_names(contact)


def _reason_against_names(contact: dict[str, Any]) -> str | None:
    tags = contact.get("tags", ())
    if tags != ():
        if type(tags) is not list:
            return "Field 'tags' incorrect format"
        for tag in tags:
            if type(tag) is not str:
                return "Field 'tags' incorrect format"
    for name in ("subscribe", "unsubscribe"):
        entries = contact.get(name, ())
        if entries == ():
            continue
        if type(entries) is not list:
            return f"Field '{name}' incorrect format"
        for entry in entries:
            if type(entry) is not dict or not _is_list_id(entry.get("listid")):
                return f"Field '{name}' incorrect format"
    return None


def _has_nul(contact: object) -> bool:
    remaining = [contact]  # no recursion: a body may be nested a thousand levels deep
    while remaining:
        value = remaining.pop()
        if type(value) is dict:
            remaining.extend(value.values())
        elif type(value) is list:
            remaining.extend(value)
        elif type(value) is str and "\0" in value:
            return True
    return False


def _is_list_id(value: object) -> bool:
    if type(value) is int:
        return True
    return type(value) is str and value.isascii() and value.isdigit() and len(value) <= _LONGEST_LIST_ID


def _callback_is_usable(content: dict[str, Any]) -> bool:
    """Check the shape of a callback (section 7.1)."""
    if "callback" not in content:
        return True
    callback = content["callback"]
    if type(callback) is not dict or type(callback.get("url")) is not str:
        return False
    return callback.get("requestType") in ("POST", "GET") and all(
        type(callback.get(name, [])) is list and all(map(_is_pair, callback.get(name, [])))
        for name in ("params", "headers")
    )


def _is_pair(entry: object) -> bool:
    return type(entry) is dict and type(entry.get("key")) is str and type(entry.get("value")) is str


def _refusal(reason: str, contacts: int = 0, status: int = 400) -> Refusal:
    return Refusal(message=NOT_QUEUED, reasons=[reason], contacts=contacts, status=status)
