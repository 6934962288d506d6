"""Tags (section 6.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ac_notebook.sandbox.api import created_shapes
from ac_notebook.sandbox.api.answers import invalid, json_answer, not_found
from ac_notebook.sandbox.api.bodies import filled
from ac_notebook.sandbox.api.call import Call, RefusedError, Route
from ac_notebook.sandbox.api.name_filters import named
from ac_notebook.sandbox.api.queries import Page

if TYPE_CHECKING:
    from ac_notebook.sandbox.api.answers import Answer
    from ac_notebook.sandbox.state.places import Tag


def wanted(call: Call) -> Tag:
    """Return the tag that the path names.

    Raises
    ------
    RefusedError
        With the recorded 404 when there is none.
    """
    row = call.account.tags.get(call.number())
    if row is None:
        raise RefusedError(not_found("Tag", call.path["number"]))
    return row


def tags(call: Call) -> Answer:
    """Answer GET /tags: a page of them."""
    text = call.query.get("search", "")
    rows = list(call.account.tags.values())
    chosen = named(rows, call.query, "search", lambda row: row.name, ("contains", text) if text else None)
    content = [call.shapes.tag(row) for row in Page.of(call.query, call.quirks).cut(chosen)]
    return json_answer({"tags": content, "meta": {"total": call.shapes.total(len(chosen))}})


def one_tag(call: Call) -> Answer:
    """Answer GET /tags/{id}."""
    return json_answer({"tag": call.shapes.tag(wanted(call))})


def create_tag(call: Call) -> Answer:
    """Answer POST /tags; a name that there is, whatever its case, is refused or found (CONFLICT)."""
    given = call.content("tag")
    _check(given)
    if not filled(given.get("tag")) or given.get("tagType") != "contact":
        raise RefusedError(_not_valid())
    existing = call.account.tag_by_name.get(given["tag"].lower())
    if existing is not None and call.quirks.duplicate_tag == "existing":
        return json_answer({"tag": call.shapes.tag(existing)})
    if existing is not None:
        return _duplicate(call, given["tag"])
    row = call.account.add_tag(given["tag"], call.seconds, given.get("description") or "")
    return json_answer({"tag": created_shapes.tag(call.shapes, row)}, 201)


def change_tag(call: Call) -> Answer:
    """Answer PUT and PATCH /tags/{id}: what is not sent stays; another tag's name is refused."""
    row = wanted(call)
    given = call.content("tag")
    _check(given)
    name = given.get("tag", row.name)
    if not filled(name) or given.get("tagType", "contact") != "contact":
        raise RefusedError(_not_valid())
    if call.account.tag_by_name.get(name.lower(), row) is not row:
        return _duplicate(call, name)
    if "description" in given:
        row.description = given["description"] or ""
        row.updated = call.seconds
    if name != row.name:
        call.account.rename_tag(row, name, call.seconds)
    return json_answer({"tag": call.shapes.tag(row)})


def delete_tag(call: Call) -> Answer:
    """Answer DELETE /tags/{id}: people lose it too; the second time it is a 404."""
    call.account.delete_tag(wanted(call))
    return json_answer({})


def _check(given: dict[str, Any]) -> None:
    if not isinstance(given.get("description"), str | None):
        raise RefusedError(_not_valid())


def _not_valid() -> Answer:
    """Return the answer to a tag without a name, or of another type (UNKNOWN).

    The service has tags of templates too; a sandbox has no templates, and so no tags of them.
    """
    return invalid("A tag needs a name, and the tagType contact.", pointer="/data/attributes/tag")


def _duplicate(call: Call, name: str) -> Answer:
    """Return what MySQL said in 2023; its status is not known."""
    content = {
        "message": "Could not process request",
        "error": f"Duplicate entry 'contact-{name}' for key 'typetag'",
    }
    return json_answer(content, call.quirks.duplicate_tag_status)


ROUTES = (
    Route("GET", "tags", tags, "tags"),
    Route("GET", "tags/<number>", one_tag, "tags"),
    # section 4: the flag exists; which shape its refusal has is UNKNOWN, so it is the commonest
    Route("POST", "tags", create_tag, "tags", "pgTagManage"),
    Route("PUT", "tags/<number>", change_tag, "tags", "pgTagManage"),
    Route("PATCH", "tags/<number>", change_tag, "tags", "pgTagManage"),
    Route("DELETE", "tags/<number>", delete_tag, "tags", "pgTagManage"),
)
