"""Reading the body of a bulk import: the first layer of validation, which refuses a whole request (section 7.1)."""

from dataclasses import dataclass
from typing import Any

import orjson

from . import readings
from .limits import Limits

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


def read_import(body: bytes, limits: Limits) -> Import | Refusal:  # noqa: PLR0911 - a return per reason
    """Read a body.

    Parameters
    ----------
    body
        The bytes as posted.
    limits
        The most contacts and bytes allowed.

    Returns
    -------
    Import or Refusal
        A refusal lists every contact that is wrong, numbered from 1; nothing of the body is then queued.
    """
    if len(body) > limits.body:
        return _refusal(f"The request body must be less than {limits.body + 1} bytes.")
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:  # also invalid UTF-8, lone surrogates, nesting without end
        return _refusal(readings.UNPARSABLE)
    if type(content) is not dict:
        return _refusal(readings.UNPARSABLE)
    contacts = content.get("contacts")
    if type(contacts) is not list:
        return _refusal("'contacts' is a required field.")
    if not contacts:
        return _refusal("At least one contact is required.")
    count = len(contacts)
    if count > limits.contacts:
        return _refusal(f"Up to {limits.contacts} contacts may be imported per request.", count)
    if not _callback_is_usable(content):
        return _refusal("'callback' needs a 'url' and a 'requestType' of POST or GET.", count)
    reasons = [
        {"contact": number, "failureReason": reason}
        for number, contact in enumerate(contacts, start=1)
        if (reason := reason_against(contact)) is not None
    ]
    if b"\\u0000" in body:
        known = {entry["contact"] for entry in reasons}
        reasons += [
            {"contact": number, "failureReason": "Text contains a character that is not allowed"}
            for number, contact in enumerate(contacts, start=1)
            if number not in known and _has_nul(contact)
        ]
    if reasons:
        return Refusal(message=readings.NOT_VALID, reasons=reasons, contacts=count)
    return Import(body=body, contacts=count, exclude_automations=content.get("exclude_automations") is True)


def reason_against(contact: object) -> str | None:  # noqa: C901, PLR0911 - one pass, a return per reason
    """Return why one contact refuses its batch, None if it does not."""
    # orjson makes exactly these types, so that `type(x) is` is right and quick: this runs for each of 25,000 contacts
    # a minute, times the sandbox's speed.
    if type(contact) is not dict:
        return "Contact is not an object"
    email = contact.get("email")
    if email is None:
        return "Field 'email' not found"
    if type(email) is not str or not readings.well_formed(email):
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
    """Check the shape of a callback; it is never called (section 7.5: its body is UNKNOWN, poll instead)."""
    if "callback" not in content:
        return True
    callback = content["callback"]
    return (
        type(callback) is dict and type(callback.get("url")) is str and callback.get("requestType") in ("POST", "GET")
    )


def _refusal(reason: str, contacts: int = 0) -> Refusal:
    return Refusal(message=readings.NOT_QUEUED, reasons=[reason], contacts=contacts)
