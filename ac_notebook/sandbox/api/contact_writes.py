"""What POST, PUT and sync of one contact have in common: what a body says, whether it may be, and the answer (6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ac_notebook.sandbox.imports.addresses import deliverable_by
from ac_notebook.sandbox.state.fields import UnfitValueError

from . import answers, contact_shapes
from .answers import json_answer
from .call import Call, RefusedError
from .queries import id_in

if TYPE_CHECKING:
    from ac_notebook.sandbox.state.contacts import Contact

    from .answers import Answer
    from .shapes import Shape

_NAMES = {"firstName": "first_name", "lastName": "last_name", "phone": "phone"}  # camel case here, not as in bulk (10)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What a body wants written.

    Attributes
    ----------
    texts
        First name, last name and phone, as far as they were sent; an empty text clears.
    values
        What is to be stored by field, None to clear; it itself is None when the body has no `fieldValues`.
    """

    texts: dict[str, str]
    values: dict[int, str | None] | None


def require(call: Call, *permissions: str) -> None:
    """End the request unless the key's user has all of some permissions.

    Section 4 only names the flags; which of them a route asks for is UNKNOWN, so each asks for all that fit.

    Raises
    ------
    RefusedError
        With a 403.
    """
    if not all(call.may(permission) for permission in permissions):
        raise RefusedError(answers.forbidden())


def text_in(content: dict[str, Any], name: str) -> str:
    """Return a text out of a body.

    What the service does with a number, null or a NUL is UNKNOWN: refused, as bulk import refuses them (section 7.1).

    Raises
    ------
    RefusedError
        With a 422 when it is no text.
    """
    value = content.get(name)
    if type(value) is not str or "\0" in value:
        title = f"The value of {name} is not valid."
        raise RefusedError(answers.invalid(title, code="field_invalid", pointer=f"/data/attributes/{name}"))
    return value


def value_in(call: Call, content: dict[str, Any], field: int) -> tuple[str, str | None]:
    """Return what was sent for a field that there is, and what of it is to be stored: None for nothing.

    Raises
    ------
    RefusedError
        With a 422 when it is no text (section 5.3: always a JSON string), or nothing that the field holds, where a
        quirk makes that an error.
    """
    sent = text_in(content, "value")
    try:
        return sent, call.account.stored_value[field](sent) if sent else None
    except UnfitValueError:
        title = "The value is not valid for this field."
        raise RefusedError(answers.invalid(title, code="field_invalid", pointer="/data/attributes/value")) from None


def read(call: Call, content: dict[str, Any]) -> Sent:
    """Read the names, the phone and the values of custom fields; nothing is written yet, as all of it may be refused.

    Raises
    ------
    RefusedError
        With a 422 for what is no text, with a 403 when the user may not write custom fields.
    """
    texts = {attribute: text_in(content, name) for name, attribute in _NAMES.items() if name in content}
    if "fieldValues" not in content:
        return Sent(texts=texts, values=None)
    entries = content["fieldValues"]
    if type(entries) is not list or not all(type(entry) is dict for entry in entries):
        pointer = "/data/attributes/fieldValues"
        raise RefusedError(answers.invalid("The field values are not valid.", code="field_invalid", pointer=pointer))
    if entries:
        require(call, "pgContactFields")
    values: dict[int, str | None] = {}
    for entry in entries:
        number = id_in(entry.get("field"))
        if number not in call.account.fields:
            continue  # sections 5.3 and 6.2: an unknown field, and a perstag, are silently ignored
        sent, stored = value_in(call, entry, number)
        if stored is not None or not sent:  # else what the field cannot hold is dropped, in silence
            values[number] = stored
    return Sent(texts=texts, values=values)


def check_address(call: Call, email: object) -> str:
    """Return an address that a contact may have.

    Which addresses are `email_invalid` here is UNKNOWN: those that bulk import fails (section 7.2). The contract is
    silent on new contacts with an excluded or a bounced address too: they are refused as well.

    Raises
    ------
    RefusedError
        With a 422.
    """
    account, quirks = call.account, call.quirks
    if type(email) is not str or not deliverable_by(quirks)(email):
        error = {"title": "Contact Email Address is not valid.", "code": "email_invalid"}
        error |= {"detail": ""} if quirks.invalid_email_keys == "detail" else {"error": "must_be_valid_email_address"}
        raise RefusedError(_email_refused(error))
    return email if account.key(email) in account.by_key else check_not_blocked(call, email, ())


def check_not_blocked(call: Call, email: str, lists: tuple[int, ...]) -> str:
    """Return an address that neither bounced nor is excluded from all lists or from one of these.

    Raises
    ------
    RefusedError
        With a 422.
    """
    account = call.account
    bounced = account.key(email) in account.bounced
    if bounced or account.is_excluded(email, lists):
        title = f"Contact Email Address {'has bounced' if bounced else 'is on an exclusion list'}."
        raise RefusedError(_email_refused({"title": title, "detail": "", "code": "email_blocked"}))
    return email


def check_free(call: Call, email: str, number: int = 0) -> None:
    """End the request when an address belongs to another contact than this one.

    Raises
    ------
    RefusedError
        With the documented 422 (section 2.1).
    """
    if call.account.by_key.get(call.account.key(email), number) != number:
        title = "Email address already exists in the system"
        error = {"title": title, "detail": "", "code": "duplicate"}
        if call.quirks.duplicate_email_title == "full stop":
            error = {"title": title + ".", "code": "duplicate"}
        raise RefusedError(_email_refused(error))


def _email_refused(error: dict[str, Any]) -> Answer:
    return json_answer({"errors": [{**error, "source": {"pointer": "/data/attributes/email"}}]}, 422)


def check_limit(call: Call, *, full: bool) -> None:
    """End the request when it would take the account over its contact limit, where that is how it fails.

    Section 8, CONFLICT: help says that the API still adds, the page on bulk import that it fails. Status and text are
    UNKNOWN: 402 is for accounts that are not paid for (section 2.1), so it is the 403 of what may not be.

    Raises
    ------
    RefusedError
        With a 403.
    """
    if full and call.quirks.contact_limit_reached == "fails":
        detail = "Your account has reached its contact limit."
        raise RefusedError(answers.errors("Forbidden", detail, status=403))


def create(call: Call, email: str, sent: Sent) -> Contact:
    """Make a contact of an address that has none."""
    check_limit(call, full=call.account.full)
    row = call.account.create(email, call.seconds)
    write(call, row, sent)
    return row


def write(call: Call, row: Contact, sent: Sent) -> None:
    """Write down what was sent; what was not keeps its value (section 6.2)."""
    for name, text in sent.texts.items():
        call.account.write(row, name, text)
    for number, stored in (sent.values or {}).items():
        call.account.write_value(row, number, stored, call.seconds)
    row.updated = call.seconds
    call.account.keep(row)


def answer(call: Call, row: Contact, sent: Sent, status: int) -> Answer:
    """Return the answer to a write: the short form of a new contact, the long one of another.

    When values were sent, they are beside the contact as objects and in it as ids (section 6.2); which ones is in
    CONFLICT. Those that were cleared or dropped are no rows any more, or never were.
    """
    shapes = call.shapes
    if status == 201:  # noqa: PLR2004 - created
        contact = contact_shapes.new_contact(shapes, row)
    else:
        contact = contact_shapes.contact(shapes, row)
        del contact["scoreValues"]
    content: dict[str, Shape | list[Shape]] = {"contact": contact}
    if sent.values is not None:
        rows = contact_shapes.field_values(shapes, row)
        if call.quirks.sync_field_values == "sent":
            rows = [value for value in rows if sent.values.get(int(value["field"])) is not None]
        contact["fieldValues"] = [value["id"] for value in rows]
        content = {"fieldValues": rows, **content}
    return json_answer(content, status)
