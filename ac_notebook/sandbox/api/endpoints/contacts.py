"""Contacts: reading, creating, changing and deleting them (sections 6.1 and 6.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.sandbox.api import contact_shapes, contact_writes
from ac_notebook.sandbox.api.answers import json_answer, not_found
from ac_notebook.sandbox.api.call import Call, RefusedError, Route
from ac_notebook.sandbox.api.queries import Page
from ac_notebook.sandbox.api.selection import contacts as select
from ac_notebook.sandbox.api.selection import meta

if TYPE_CHECKING:
    from ac_notebook.sandbox.api.answers import Answer
    from ac_notebook.sandbox.state.contacts import Contact


def contacts(call: Call) -> Answer:
    """Answer GET /contacts: a page of those that the query is about."""
    page = Page.of(call.query, call.quirks)
    rows, total = select(call.account, call.query, page, call.user.group)
    content = {
        "scoreValues": [],
        "contacts": [contact_shapes.contact(call.shapes, row) for row in rows],
        "meta": meta(call.query, page, call.shapes.total(total)),
    }
    return json_answer(content)


def create(call: Call) -> Answer:
    """Answer POST /contacts, and POST /contacts/sync, which is no sync (section 6.2): a new contact, or a refusal."""
    content = call.content("contact")
    # Without an address there is no contact: phone-only ones (`allowNullEmail`) are not of this account.
    email = contact_writes.check_address(call, content.get("email"))
    contact_writes.check_free(call, email)
    sent = contact_writes.read(call, content)
    return contact_writes.answer(call, contact_writes.create(call, email, sent), sent, 201)


def wanted(call: Call) -> Contact:
    """Return the contact that the path names.

    Raises
    ------
    RefusedError
        With the recorded 404 when there is none.
    """
    row = call.account.contact(call.number())
    if row is None:
        raise RefusedError(not_found("Subscriber", call.path["number"]))
    return row


def one_contact(call: Call) -> Answer:
    """Answer GET /contacts/{id}: a contact, and what hangs on it beside it."""
    row, shapes = wanted(call), call.shapes
    return json_answer(
        {
            "contactAutomations": contact_shapes.contact_automations(shapes, row),
            "contactLists": [contact_shapes.contact_list(shapes, row, place) for place in row.places],
            "deals": [],
            "fieldValues": contact_shapes.field_values(shapes, row),
            "geoIps": [],
            "accountContacts": [],
            "contact": contact_shapes.contact(shapes, row),
        }
    )


def change(call: Call) -> Answer:
    """Answer PUT and PATCH /contacts/{id}: what is sent is written, what is not stays; also the address."""
    row, content = wanted(call), call.content("contact")
    email = row.email
    if "email" in content:
        email = contact_writes.check_address(call, content["email"])
        contact_writes.check_free(call, email, row.id)
    sent = contact_writes.read(call, content)
    call.account.write(row, "email", email)
    contact_writes.write(call, row, sent)
    return contact_writes.answer(call, row, sent, 200)


def delete(call: Call) -> Answer:
    """Answer DELETE /contacts/{id}; the second time it is a 404 (section 2.1)."""
    call.account.delete(wanted(call))
    return json_answer({})


def lists_of_contact(call: Call) -> Answer:
    """Answer GET /contacts/{id}/contactLists: a page, as of every collection (section 3)."""
    row, page = wanted(call), Page.of(call.query, call.quirks)
    places = [contact_shapes.contact_list(call.shapes, row, place) for place in page.cut(row.places)]
    return json_answer({"contactLists": places})


def tags_of_contact(call: Call) -> Answer:
    """Answer GET /contacts/{id}/contactTags: a page, which has no `meta` (section 3)."""
    row, page = wanted(call), Page.of(call.query, call.quirks)
    taggings = [contact_shapes.contact_tag(call.shapes, row, tag) for tag in page.cut(row.taggings)]
    return json_answer({"contactTags": taggings})


def values_of_contact(call: Call) -> Answer:
    """Answer GET /contacts/{id}/fieldValues."""
    return json_answer({"fieldValues": contact_shapes.field_values(call.shapes, wanted(call))})


def automations_of_contact(call: Call) -> Answer:
    """Answer GET /contacts/{id}/contactAutomations."""
    return json_answer({"contactAutomations": contact_shapes.contact_automations(call.shapes, wanted(call))})


ROUTES = (
    Route("GET", "contacts", contacts, "contacts"),
    Route("POST", "contacts", create, "contacts", "pgContactAdd"),
    Route("POST", "contacts/sync", create, "contacts", "pgContactAdd"),
    Route("GET", "contacts/<number>", one_contact, "contacts"),
    Route("PUT", "contacts/<number>", change, "contacts", "pgContactEdit"),
    Route("PATCH", "contacts/<number>", change, "contacts", "pgContactEdit"),
    Route("DELETE", "contacts/<number>", delete, "contacts", "pgContactDelete"),
    Route("GET", "contacts/<number>/contactLists", lists_of_contact, "contacts"),
    Route("GET", "contacts/<number>/contactTags", tags_of_contact, "contacts"),
    Route("GET", "contacts/<number>/fieldValues", values_of_contact, "contacts"),
    Route("GET", "contacts/<number>/contactAutomations", automations_of_contact, "contacts"),
)
