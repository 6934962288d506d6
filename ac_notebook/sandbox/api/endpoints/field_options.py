"""Options of custom fields, and the relations of fields to lists (section 5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ac_notebook.sandbox.api import created_shapes
from ac_notebook.sandbox.api.answers import empty, invalid, json_answer, not_found
from ac_notebook.sandbox.api.bodies import filled, switched_on, whole
from ac_notebook.sandbox.api.call import Call, RefusedError, Route
from ac_notebook.sandbox.api.queries import Page, id_in
from ac_notebook.sandbox.state.catalogue import ALL_LISTS
from ac_notebook.sandbox.state.fields import CHOICE_TYPES

if TYPE_CHECKING:
    from ac_notebook.sandbox.api.answers import Answer
    from ac_notebook.sandbox.api.shapes import Shape
    from ac_notebook.sandbox.state.fields import Field, Option
    from ac_notebook.sandbox.state.places import Relation

_NO_ARRAY = "Bulk operation failed. Request must contain an array of fieldOption objects."


def wanted(call: Call) -> Field:
    """Return the field that the path names.

    Raises
    ------
    RefusedError
        With the recorded 404 when there is none.
    """
    row = call.account.fields.get(call.number())
    if row is None:
        raise RefusedError(not_found("Field", call.path["number"]))
    return row


def options(call: Call) -> Answer:
    """Answer GET /fields/{id}/options."""
    return json_answer({"fieldOptions": call.shapes.field_options(wanted(call))})


def relations(call: Call) -> Answer:
    """Answer GET /fields/{id}/relations."""
    rows = call.account.relations_of(wanted(call).id)
    return json_answer({"fieldRels": [call.shapes.relation(row) for row in rows]})


def create_options(call: Call) -> Answer:
    """Answer POST /fieldOption/bulk: all of them, or none; twice the same value is two options (UNKNOWN)."""
    content = whole(call)
    sent = content.get("fieldOptions") if isinstance(content, dict) else None
    if not (isinstance(sent, list) and sent and all(_is_option(call, one) for one in sent)):
        return json_answer({"errors": _NO_ARRAY}, 422)  # a string, where other errors are a list (section 2.1)
    rows: list[Shape] = []
    for one in sent:
        field = call.account.fields[id_in(one["field"])]
        settings: dict[str, Any] = {
            "created": call.seconds,
            "orderid": str(id_in(one.get("orderid"))),  # recorded: "0" when it was not sent
            "isdefault": str(int(switched_on(one.get("isdefault")))),
        }
        label = one["label"] if filled(one.get("label")) else one["value"]
        changed, option = call.account.add_option(field, one["value"], label, call.seconds, settings)
        rows.append(created_shapes.field_option(call.shapes, changed, option, one))
    return json_answer({"fieldOptions": rows}, 201)


def _is_option(call: Call, one: object) -> bool:
    """Tell whether an option can be made: of a field that has options, with a value; what else is said is UNKNOWN."""
    if not isinstance(one, dict) or not filled(one.get("value")) or not isinstance(one.get("label"), str | None):
        return False
    field = call.account.fields.get(id_in(one.get("field")))
    return field is not None and field.type in CHOICE_TYPES


def _wanted_option(call: Call) -> tuple[Field, Option]:
    found = call.account.field_with_option(call.number())
    if found is None:
        raise RefusedError(not_found("FieldOption", call.path["number"]))
    return found


def one_option(call: Call) -> Answer:
    """Answer GET /fieldOptions/{id}."""
    field, option = _wanted_option(call)
    position = field.options.index(option) + 1
    return json_answer({"fieldOption": call.shapes.field_option(field, position, option)})


def delete_option(call: Call) -> Answer:
    """Answer DELETE /fieldOptions/{id} with an empty body; what contacts have stored of it stays."""
    call.account.remove_option(*_wanted_option(call), call.seconds)
    return empty()


def _wanted_relation(call: Call) -> Relation:
    row = call.account.relations.get(call.number())
    if row is None:
        raise RefusedError(not_found("FieldRel", call.path["number"]))
    return row


def all_relations(call: Call) -> Answer:
    """Answer GET /fieldRels: a page of them."""
    rows = list(call.account.relations.values())
    page = Page.of(call.query, call.quirks).cut(rows)
    content = [call.shapes.relation(row) for row in page]
    return json_answer({"fieldRels": content, "meta": {"total": call.shapes.total(len(rows))}})


def one_relation(call: Call) -> Answer:
    """Answer GET /fieldRels/{id}."""
    return json_answer({"fieldRel": call.shapes.relation(_wanted_relation(call))})


def create_relation(call: Call) -> Answer:
    """Answer POST /fieldRels: a field is on a list, or with relid 0 on all; the same again is refused (UNKNOWN)."""
    given = call.content("fieldRel")
    field_id, list_id = id_in(given.get("field")), id_in(given.get("relid"))
    if field_id not in call.account.fields:
        return not_found("Field", field_id)
    for_all = given.get("relid") in ("0", 0) and not isinstance(given["relid"], bool | float)
    if not for_all and list_id not in call.account.lists:
        return invalid("The list of the field is not valid.", pointer="/data/attributes/relid")
    target = ALL_LISTS if for_all else list_id
    if any(row.list == target for row in call.account.relations_of(field_id)):
        return invalid("This field is on this list already.", code="duplicate")
    row = call.account.relate(field_id, target, call.seconds)
    return json_answer({"fieldRel": created_shapes.relation(call.shapes, row, given)}, 201)


def delete_relation(call: Call) -> Answer:
    """Answer DELETE /fieldRels/{id}; the second time it is a 404."""
    call.account.unrelate(_wanted_relation(call))
    return json_answer({})


ROUTES = (
    Route("GET", "fields/<number>/options", options, "fields"),
    Route("GET", "fields/<number>/relations", relations, "fields"),
    Route("POST", "fieldOption/bulk", create_options, "fields", "pgContactFields"),
    Route("GET", "fieldOptions/<number>", one_option, "fields"),
    Route("DELETE", "fieldOptions/<number>", delete_option, "fields", "pgContactFields"),
    Route("GET", "fieldRels", all_relations, "fields"),
    Route("GET", "fieldRels/<number>", one_relation, "fields"),
    Route("POST", "fieldRels", create_relation, "fields", "pgContactFields"),
    Route("DELETE", "fieldRels/<number>", delete_relation, "fields", "pgContactFields"),
)
