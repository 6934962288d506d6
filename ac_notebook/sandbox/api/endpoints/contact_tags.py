"""Tags on contacts (section 6.4)."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ac_notebook.sandbox.api import answers, contact_shapes, contact_writes
from ac_notebook.sandbox.api.answers import json_answer, not_found
from ac_notebook.sandbox.api.call import Call, RefusedError, Route
from ac_notebook.sandbox.api.queries import Page, id_in

if TYPE_CHECKING:
    from typing import Any

    from ac_notebook.sandbox.api.answers import Answer
    from ac_notebook.sandbox.state.contacts import Contact
    from ac_notebook.sandbox.state.places import Tag


def contact_tags(call: Call) -> Answer:
    """Answer GET /contactTags: a page of all of them (section 3 has its `meta`)."""
    page = Page.of(call.query, call.quirks)
    total = sum(tag.subscribers for tag in call.account.tags.values())
    rows = ((row, tagging) for row in call.account.contacts() for tagging in row.taggings)
    # beyond the end nobody need be looked at
    wanted = islice(rows, page.offset, page.offset + page.limit) if page.offset < total else ()
    content = [contact_shapes.contact_tag(call.shapes, row, tagging) for row, tagging in wanted]
    return json_answer({"contactTags": content, "meta": {"total": call.shapes.total(total)}})


def add_tag(call: Call) -> Answer:
    """Answer POST /contactTags: 201 the first time, 200 with a row of more keys when it was there already."""
    contact_writes.require(call, "pgTagManage")
    content = call.content("contactTag")
    tag = _tag(call, content)
    row = call.account.contact(id_in(content.get("contact")))
    if row is None:
        raise RefusedError(answers.errors("Not Found", "Contact not found", status=404))
    added = call.account.tag(row, tag, call.seconds)
    call.account.keep(row)  # the contact's own udate stays: nothing says that it moves
    tagging = next(entry for entry in row.taggings if entry.tag == tag.id)
    shape = contact_shapes.contact_tag(call.shapes, row, tagging)
    if not added:
        return json_answer({"contactTag": shape})
    shape = {name: shape[name] for name in contact_shapes.NEW_CONTACT_TAG}
    # as they were sent: texts in a recording, numbers elsewhere (section 10)
    shape |= {"contact": content["contact"], "tag": content["tag"]}
    return json_answer({"contacts": [contact_shapes.contact(call.shapes, row)], "contactTag": shape}, 201)


def _tag(call: Call, content: dict[str, Any]) -> Tag:
    """Return the tag that a body names by its id; a name is a 422, as seen in 2026 (section 2.1)."""
    sent = content.get("tag")
    number = id_in(sent)
    if not number:
        missing = sent is None or sent == ""
        detail = "No tag id provided" if missing else "The tag is to be given by its id"
        parameter = "contactTag.tag"
        error = {"title": f"Invalid value for query parameter {parameter}", "detail": detail}
        status = call.quirks.tagless_contact_tag if missing else 422
        raise RefusedError(json_answer({"errors": [{**error, "source": {"parameter": parameter}}]}, status))
    if number not in call.account.tags:
        raise RefusedError(not_found("Tag", number))
    return call.account.tags[number]


def remove_tag(call: Call) -> Answer:
    """Answer DELETE /contactTags/{id}; the second time it is a 404, as when an automation was quicker (section 10)."""
    contact_writes.require(call, "pgTagManage")
    row, tag = _linked(call)
    call.account.untag(row, tag)
    call.account.keep(row)
    return json_answer({})


def _linked(call: Call) -> tuple[Contact, int]:
    number, tag = call.account.linked("tag", call.number())
    row = call.account.contact(number)
    if row is None or all(tagging.tag != tag for tagging in row.taggings):
        raise RefusedError(not_found("SubscriberTag", call.path["number"]))
    return row, tag


# Section 4, UNKNOWN which flag is asked for: a tag on a contact is a change of the contact, and is about tags.
ROUTES = (
    Route("GET", "contactTags", contact_tags, "contacts"),
    Route("POST", "contactTags", add_tag, "contacts", "pgContactEdit"),
    Route("DELETE", "contactTags/<number>", remove_tag, "contacts", "pgContactEdit"),
)
