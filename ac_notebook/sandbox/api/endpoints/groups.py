"""Groups of users, what their keys may do, and which lists they see (section 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ac_notebook.sandbox.api import created_shapes
from ac_notebook.sandbox.api.answers import errors, forbidden, invalid, json_answer, not_found
from ac_notebook.sandbox.api.bodies import filled, switched_on
from ac_notebook.sandbox.api.call import Call, RefusedError, Route
from ac_notebook.sandbox.api.queries import Page, id_in
from ac_notebook.sandbox.state.places import ADMIN_GROUP, PERMISSIONS

if TYPE_CHECKING:
    from ac_notebook.sandbox.api.answers import Answer
    from ac_notebook.sandbox.state.places import Group, ListGroup

_RECORDED_DEFAULTS = {"pgContactResubscribe": True}  # the one flag of ours that a group has without asking for it


def wanted(call: Call) -> Group:
    """Return the group that the path names.

    Raises
    ------
    RefusedError
        With the recorded 404 when there is none; the reference has the same words under 403.
    """
    row = call.account.groups.get(call.number())
    if row is None:
        raise RefusedError(not_found("Group", call.path["number"]))
    return row


def groups(call: Call) -> Answer:
    """Answer GET /groups: a page of them, with what each may."""
    rows = list(call.account.groups.values())
    content = [call.shapes.group(row) for row in Page.of(call.query, call.quirks).cut(rows)]
    return json_answer({"groups": content, "meta": {"total": call.shapes.total(len(rows))}})


def one_group(call: Call) -> Answer:
    """Answer GET /groups/{id}."""
    return json_answer({"group": call.shapes.group(wanted(call))})


def create_group(call: Call) -> Answer:
    """Answer POST /groups: a group that may nothing and sees no list, but for what is sent."""
    given = call.content("group")
    permissions = _RECORDED_DEFAULTS | _flags(given)
    title, description = _texts(given, "", "")
    row = call.account.add_group(title, description, permissions, sees_lists=False)
    return json_answer({"group": created_shapes.group(call.shapes, row, given)}, 201)


def change_group(call: Call) -> Answer:
    """Answer PUT /groups/{id}; the built-in group keeps its permissions, whatever is sent (UNKNOWN)."""
    row = wanted(call)
    given = call.content("group")
    before = row.title
    row.title, row.description = _texts(given, row.title, row.description)
    if row.id != ADMIN_GROUP:
        row.permissions.update(_flags(given))
    call.account.tell("group", before, row.title)
    return json_answer({"group": call.shapes.group(row)})


def delete_group(call: Call) -> Answer:
    """Answer DELETE /groups/{id}; neither the built-in group goes nor one that has users: 400 {} (the reference)."""
    row = wanted(call)
    if row.id == ADMIN_GROUP or any(user.group == row.id for user in call.account.users.values()):
        return json_answer({}, 400)
    call.account.delete_group(row)
    return json_answer({})


def list_groups(call: Call) -> Answer:
    """Answer GET /listGroups: a page of the links between lists and groups."""
    rows = list(call.account.list_groups.values())
    content = [call.shapes.list_group(row) for row in Page.of(call.query, call.quirks).cut(rows)]
    return json_answer({"listGroups": content, "meta": {"total": call.shapes.total(len(rows))}})


def wanted_link(call: Call) -> ListGroup:
    """Return the link that the path names.

    Raises
    ------
    RefusedError
        With a 404 when there is none.
    """
    row = call.account.list_groups.get(call.number())
    if row is None:
        raise RefusedError(not_found("ListGroup", call.path["number"]))
    return row


def one_list_group(call: Call) -> Answer:
    """Answer GET /listGroups/{id}."""
    return json_answer({"listGroup": call.shapes.list_group(wanted_link(call))})


def create_list_group(call: Call) -> Answer:
    """Answer POST /listGroups: a group sees a list from now on.

    What a key needs for it is UNKNOWN, but that it may be refused: here, to edit both lists and groups. A second link
    of the same two is UNKNOWN too: it is refused.
    """
    _check_may_link(call)
    given = call.content("listGroup")
    list_id, group_id = id_in(given.get("listid")), id_in(given.get("groupid"))
    if list_id not in call.account.lists:
        return not_found("_List", list_id)
    if group_id not in call.account.groups:
        return not_found("Group", group_id)
    if call.account.list_group_of(list_id, group_id) is not None:
        return invalid("This list is linked to this group already.", code="duplicate")
    row = call.account.link_list(list_id, group_id)
    return json_answer({"listGroup": created_shapes.list_group(call.shapes, row, given)}, 201)


def delete_list_group(call: Call) -> Answer:
    """Answer DELETE /listGroups/{id}; the second time it is a 404."""
    _check_may_link(call)
    call.account.unlink_list(wanted_link(call))
    return json_answer({})


def _check_may_link(call: Call) -> None:
    if not call.may("pgListEdit"):
        raise RefusedError(forbidden())


def _flags(given: dict[str, Any]) -> dict[str, bool]:
    return {name: switched_on(given[name]) for name in PERMISSIONS if name in given}


def _texts(given: dict[str, Any], title: str, description: str) -> tuple[str, str]:
    """Return title and description as they are to be; what a refusal looks like is UNKNOWN."""
    title, description = given.get("title", title), given.get("descript", description)
    if not filled(title) or not isinstance(description, str):
        raise RefusedError(errors("Bad Request", "A group needs a title; its descript is a text.", status=400))
    return title, description


ROUTES = (
    Route("GET", "groups", groups, "groups"),
    Route("GET", "groups/<number>", one_group, "groups"),
    Route("POST", "groups", create_group, "groups", "pgGroupAdd"),
    Route("PUT", "groups/<number>", change_group, "groups", "pgGroupEdit"),
    Route("DELETE", "groups/<number>", delete_group, "groups", "pgGroupDelete"),
    Route("GET", "listGroups", list_groups, "groups"),
    Route("GET", "listGroups/<number>", one_list_group, "groups"),
    Route("POST", "listGroups", create_list_group, "groups", "pgGroupEdit"),
    Route("DELETE", "listGroups/<number>", delete_list_group, "groups", "pgGroupEdit"),
)
