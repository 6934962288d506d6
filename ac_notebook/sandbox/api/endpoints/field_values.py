"""Values of custom fields, one by one (section 5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.sandbox.api import answers, contact_shapes, contact_writes, selection
from ac_notebook.sandbox.api.answers import json_answer, not_found
from ac_notebook.sandbox.api.call import Call, RefusedError, Route
from ac_notebook.sandbox.api.queries import Page, id_in, number
from ac_notebook.sandbox.state.contacts import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ac_notebook.sandbox.api.answers import Answer
    from ac_notebook.sandbox.state.contacts import Contact

_NO_FIELD = "Field id not valid"  # section 2.1


def field_values(call: Call) -> Answer:
    """Answer GET /fieldValues: a page of those of all contacts, or of one field, or of one value."""
    page, found, total = Page.of(call.query, call.quirks), [], 0
    wanted = number(call.query.get("filters[fieldid]"))
    if wanted in call.account.fields and "filters[val]" not in call.query:
        ids = _with_value(call, wanted)
        rows = [selection.unpacked_at(call.account, contact) for contact in page.cut(ids)]
        values = [contact_shapes.field_value(call.shapes, row, wanted) for row in rows]
        return json_answer({"fieldValues": values, "meta": {"total": call.shapes.total(len(ids))}})
    for row, field in _chosen(call):
        if page.offset <= total < page.offset + page.limit:
            found.append(contact_shapes.field_value(call.shapes, row, field))
        total += 1
    return json_answer({"fieldValues": found, "meta": {"total": call.shapes.total(total)}})


def _with_value(call: Call, field: int) -> Sequence[int]:
    """Return the ids of the contacts that have a value: looked for once, not for every page."""
    account, name = call.account, str(field)
    return account.searches.find(
        ("field", field), account.change, lambda: (row.id for row in account.contacts() if name in row.values)
    )


def _chosen(call: Call) -> Iterator[tuple[Contact, int]]:
    """Go through contacts and their fields, by `filters[fieldid]` and `filters[val]`; others are not known (3)."""
    fields = list(call.account.fields)
    wanted, text = call.query.get("filters[fieldid]"), call.query.get("filters[val]")
    if wanted is not None:
        fields = [field for field in fields if field == number(wanted)]
    names = [(field, str(field)) for field in fields]
    if not names:
        return
    for row in call.account.contacts():
        for field, name in names:
            stored = row.values.get(name)
            if stored is not None and (text is None or text == (stored if type(stored) is str else stored[0])):
                yield row, field


def write_value(call: Call) -> Answer:
    """Answer POST /fieldValues: creates and changes, and keeps the id (5.3); `useDefaults` beside it means nothing."""
    content = call.content("fieldValue")
    row = call.account.contact(id_in(content.get("contact")))
    if row is None:
        raise RefusedError(not_found("Subscriber", id_in(content.get("contact"))))
    field = id_in(content.get("field"))
    if field not in call.account.fields:  # also a perstag
        raise RefusedError(answers.invalid(_NO_FIELD, pointer="/data/attributes/field"))
    created = row.value(field) is None
    status = call.quirks.field_value_created_status if created else 200
    return _written(call, content, row, field, status)


def one_value(call: Call) -> Answer:
    """Answer GET /fieldValues/{id}."""
    return json_answer({"fieldValue": contact_shapes.field_value(call.shapes, *_wanted(call))})


def change_value(call: Call) -> Answer:
    """Answer PUT /fieldValues/{id}: another value; contact and field may be sent, but cannot be others."""
    row, field = _wanted(call)
    content = call.content("fieldValue")
    for name, there in (("contact", row.id), ("field", field)):
        if name in content and id_in(content[name]) != there:
            raise RefusedError(answers.invalid(f"{name.capitalize()} id not valid", pointer=f"/data/attributes/{name}"))
    return _written(call, content, row, field, 200)


def delete_value(call: Call) -> Answer:
    """Answer DELETE /fieldValues/{id}."""
    row, field = _wanted(call)
    call.account.write_value(row, field, None, call.seconds)
    call.account.keep(row)
    return json_answer({})


def _wanted(call: Call) -> tuple[Contact, int]:
    """Return whose value of which field the path names."""
    contact, field = call.account.linked("value", call.number())
    row = call.account.contact(contact)
    if row is None or field not in call.account.fields or row.value(field) is None:
        raise RefusedError(not_found("FieldValue", call.path["number"]))
    return row, field


def _written(call: Call, content: dict[str, Any], row: Contact, field: int, status: int) -> Answer:
    """Write one value down and return it.

    What the field cannot hold is dropped (UNKNOWN, section 5.3), and then the answer says what was sent, as if it had
    been stored: who wants to know must read it back. An empty text clears, as in sync; the answer still shows a row.
    """
    account, before = call.account, row.value(field)
    sent, stored = contact_writes.value_in(call, content, field)
    told = Value(sent if stored is None else stored, call.seconds if before is None else before.created, call.seconds)
    shape = contact_shapes.field_value(call.shapes, row, field, told)
    if stored is not None or not sent:
        account.write_value(row, field, stored, call.seconds)
        row.updated = call.seconds  # as recorded (AY): the contact beside the new value has its moment as udate
        account.keep(row)
    shape = {name: shape[name] for name in contact_shapes.WRITTEN_FIELD_VALUE}
    return json_answer({"contacts": [contact_shapes.contact(call.shapes, row)], "fieldValue": shape}, status)


ROUTES = (
    Route("GET", "fieldValues", field_values, "fields"),
    Route("POST", "fieldValues", write_value, "fields", "pgContactFields"),
    Route("GET", "fieldValues/<number>", one_value, "fields"),
    Route("PUT", "fieldValues/<number>", change_value, "fields", "pgContactFields"),
    Route("DELETE", "fieldValues/<number>", delete_value, "fields", "pgContactFields"),
)
