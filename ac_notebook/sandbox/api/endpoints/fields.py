"""Custom fields of contacts (section 5.1); their options and relations are in field_options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ac_notebook.sandbox.api import created_shapes
from ac_notebook.sandbox.api.answers import invalid, json_answer
from ac_notebook.sandbox.api.bodies import filled, scalar, switched_on
from ac_notebook.sandbox.api.call import Call, RefusedError, Route
from ac_notebook.sandbox.api.queries import Page, id_in
from ac_notebook.sandbox.state.fields import CURRENCY, TYPES, perstag_of

from . import field_options
from .field_options import wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ac_notebook.sandbox.api.answers import Answer
    from ac_notebook.sandbox.api.shapes import Shape
    from ac_notebook.sandbox.state.fields import Field

_TEXTS = ("descript", "defval", "service", "rows", "cols")
_SWITCHES = ("visible", "isrequired", "show_in_list")


def fields(call: Call) -> Answer:
    """Answer GET /fields: a page of them, with their options and relations beside them."""
    rows = list(call.account.fields.values())
    perstag = call.query.get("filters[perstag]")
    if perstag is not None:
        rows = [row for row in rows if row.perstag == perstag.upper()]
    page = Page.of(call.query, call.quirks, call.quirks.fields_page).cut(rows)
    content = _beside(call, page)
    content["fields"] = [call.shapes.field(row) for row in page]
    content["meta"] = {"total": call.shapes.total(len(rows)), "selected": None}
    return json_answer(content)


def one_field(call: Call) -> Answer:
    """Answer GET /fields/{id}."""
    row = wanted(call)
    return json_answer(_beside(call, [row]) | {"field": call.shapes.field(row)})


def create_field(call: Call) -> Answer:
    """Answer POST /fields: a field on no list, so that the UI does not show it; its place is assigned."""
    given = call.content("field")
    title, type_ = given.get("title"), _type(call, given.get("type"))
    if not filled(title):
        raise RefusedError(invalid("A field needs a title.", pointer="/data/attributes/title"))
    _check_title(call, title, None)
    perstag = _perstag(call, given, title, None)
    settings = {"created_by": str(call.user.id), "updated_by": str(call.user.id)} | _settings(given)
    row = call.account.add_field(title, type_, call.seconds, perstag=perstag, settings=settings)
    return json_answer({"field": created_shapes.field(call.shapes, row, given)}, 201)


def change_field(call: Call) -> Answer:
    """Answer PUT /fields/{id}: what is not sent stays; here a place that is asked for is given."""
    row = wanted(call)
    given = call.content("field")
    title = given.get("title", row.title)
    if not filled(title):
        raise RefusedError(invalid("A field needs a title.", pointer="/data/attributes/title"))
    if given.get("type", row.type) != row.type:  # UNKNOWN what would become of what is stored: refused
        raise RefusedError(invalid("The type of a field cannot be changed.", pointer="/data/attributes/type"))
    _check_title(call, title, row)
    perstag = _perstag(call, given, row.perstag, row)
    settings = row.settings | _settings(given) | {"updated_by": str(call.user.id)}
    if id_in(given.get("ordernum")):
        settings["ordernum"] = str(id_in(given["ordernum"]))
    changed = row.replaced(title=title, perstag=perstag, settings=settings, updated=call.seconds)
    call.account.put_field(changed)
    call.account.tell("field", row.title, title)
    beside = ("options", "relations")  # not in the recorded answer
    return json_answer(
        {"field": {name: value for name, value in call.shapes.field(changed).items() if name not in beside}}
    )


def delete_field(call: Call) -> Answer:
    """Answer DELETE /fields/{id}; the second time it is a 404."""
    call.account.delete_field(wanted(call))
    return json_answer({})


def _type(call: Call, sent: object) -> str:
    """Return a known type; what others are answered is UNKNOWN, as is whether contacts may have a currency (5.2)."""
    has_currency = call.quirks.currency_field == "accepted"
    if isinstance(sent, str) and (sent in TYPES or (has_currency and sent == CURRENCY)):
        return sent
    allowed = ", ".join(sorted(TYPES))
    detail = f"Allowed are: {allowed}"
    raise RefusedError(invalid("The field's type is not valid.", detail, pointer="/data/attributes/type"))


def _check_title(call: Call, title: str, row: Field | None) -> None:
    existing = call.account.field_titled(title)
    if existing is not None and (row is None or existing.id != row.id):
        detail = f"There is already a field named '{title}' -- choose another name"
        raise RefusedError(invalid("There is already a field with this title", detail, "duplicate"))


def _perstag(call: Call, given: dict[str, Any], otherwise: str, row: Field | None) -> str:
    """Return the personalisation tag of a field: the one that was sent, else made from `otherwise`.

    UNKNOWN whether two fields may have the same one: see the quirk `duplicate_perstag`.
    """
    sent = given.get("perstag")
    if sent is not None and not isinstance(sent, str):
        raise RefusedError(invalid("The field's perstag is not valid.", pointer="/data/attributes/perstag"))
    perstag = perstag_of(otherwise, sent if filled(sent) else None)
    existing = call.account.field_with_perstag(perstag)
    others = existing is not None and (row is None or existing.id != row.id)
    if others and call.quirks.duplicate_perstag == "refused" and (row is None or perstag != row.perstag):
        detail = f"There is already a field with the tag '{perstag}' -- choose another one"
        raise RefusedError(invalid("There is already a field with this personalization tag", detail, "duplicate"))
    return perstag


def _settings(given: dict[str, Any]) -> dict[str, Any]:
    """Return what of a body is kept beside title, type and perstag: texts, as GET shows them."""
    settings: dict[str, Any] = {}
    for name in _TEXTS:
        if name in given:
            settings[name] = scalar(given[name])
            if settings[name] is None and given[name] is not None:
                told = f"The field's {name} is not valid."
                raise RefusedError(invalid(told, pointer=f"/data/attributes/{name}"))
    return settings | {name: str(int(switched_on(given[name]))) for name in _SWITCHES if name in given}


def _beside(call: Call, rows: Sequence[Field]) -> Shape:
    relations = [relation for row in rows for relation in call.account.relations_of(row.id)]
    return {
        "fieldOptions": [option for row in rows for option in call.shapes.field_options(row)],
        "fieldRels": [call.shapes.relation(relation) for relation in relations],
    }


ROUTES = (
    Route("GET", "fields", fields, "fields"),
    Route("GET", "fields/<number>", one_field, "fields"),
    Route("POST", "fields", create_field, "fields", "pgContactFields"),
    Route("PUT", "fields/<number>", change_field, "fields", "pgContactFields"),
    Route("DELETE", "fields/<number>", delete_field, "fields", "pgContactFields"),
    *field_options.ROUTES,
)
