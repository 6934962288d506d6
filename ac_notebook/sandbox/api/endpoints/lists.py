"""Lists (section 4)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ac_notebook.sandbox.api import created_shapes
from ac_notebook.sandbox.api.answers import empty, forbidden_to, invalid, json_answer, not_found
from ac_notebook.sandbox.api.bodies import filled, switched_on
from ac_notebook.sandbox.api.call import Call, RefusedError, Route
from ac_notebook.sandbox.api.name_filters import named
from ac_notebook.sandbox.api.queries import Page, id_in

if TYPE_CHECKING:
    from ac_notebook.sandbox.api.answers import Answer
    from ac_notebook.sandbox.state.places import MailingList

_REQUIRED = ("name", "stringid", "sender_url", "sender_reminder")
_CHANNELS = ("email", "sms")
_OPTIONAL_TEXTS = ("description", "carboncopy", "subscription_notify", "unsubscription_notify")
_SENDER_TEXTS = (
    "to_name", "sender_name", "sender_addr1", "sender_addr2", "sender_city", "sender_state", "sender_zip",
    "sender_country", "sender_phone",
)  # fmt: skip


def check_may_view(call: Call) -> None:
    """Require a key that may view lists.

    The refusal is documented, its cause is not (section 2.1): here, a group that may neither add nor edit nor delete
    lists.

    Raises
    ------
    RefusedError
        With the 403 of lists.
    """
    if not any(call.may(permission) for permission in ("pgListAdd", "pgListEdit", "pgListDelete")):
        raise RefusedError(forbidden_to("view lists"))


def wanted(call: Call, what: str) -> MailingList:
    """Return the list that the path names.

    Raises
    ------
    RefusedError
        With a 404 when there is none, with a 403 when the key's group does not see it; `what` it is refused to do.
    """
    row = call.account.lists.get(call.number())
    if row is None:
        raise RefusedError(not_found("_List", call.path["number"]))
    if not call.account.sees(call.user.group, row.id):
        raise RefusedError(forbidden_to(what))
    return row


def lists(call: Call) -> Answer:
    """Answer GET /lists: a page of those that the key's group sees, with how many are on each."""
    check_may_view(call)
    rows = [row for row in call.account.lists.values() if call.account.sees(call.user.group, row.id)]
    text = call.query.get("filters[name]")
    operator = "eq" if call.quirks.list_name_filter == "equals" else "contains"
    plain = None if text is None else (operator, text)
    chosen = named(rows, call.query, "name", lambda row: row.name, plain)
    content = [call.shapes.mailing_list(row, counts=True) for row in Page.of(call.query, call.quirks).cut(chosen)]
    return json_answer({"lists": content, "meta": {"total": call.shapes.total(len(chosen))}})


def one_list(call: Call) -> Answer:
    """Answer GET /lists/{id}: one list, without counts."""
    check_may_view(call)
    return json_answer({"list": call.shapes.mailing_list(wanted(call, "view lists"), counts=False)})


def create_list(call: Call) -> Answer:
    """Answer POST /lists: a list that no group is linked to yet, so that nobody sees it in the UI."""
    given = call.content("list")
    for name in _REQUIRED:
        if not filled(given.get(name)):
            raise RefusedError(_incomplete(call, name))
    channel = given.get("channel", "email")
    if channel not in _CHANNELS:
        raise RefusedError(_incomplete(call, "channel"))
    settings = dict.fromkeys(_OPTIONAL_TEXTS, "") | {"send_last_broadcast": "0", "channel": channel}
    settings |= (_owner(call, given) or _owner(call, {"user": call.user.id})) | _settings(call, given)
    account = call.account
    row = account.add_list(given["name"], call.seconds, stringid=given["stringid"], settings=settings, seen=False)
    _warn_of_last_broadcast(call, row)
    return json_answer({"list": created_shapes.mailing_list(call.shapes, row)}, call.quirks.list_created_status)


def change_list(call: Call) -> Answer:
    """Answer PUT and PATCH /lists/{id}: what is not sent stays; the answer was empty in 2021, the list in 2026."""
    row = wanted(call, "edit lists")
    given = call.content("list")
    for name in _REQUIRED:
        if name in given and not filled(given[name]):
            raise RefusedError(_incomplete(call, name))
    settings = _settings(call, given) | _owner(call, given)
    before, was_on = row.name, row.settings.get("send_last_broadcast")
    row.name, row.stringid = given.get("name", row.name), given.get("stringid", row.stringid)
    row.settings.update(settings)
    row.updated = call.seconds
    call.account.tell("list", before, row.name)
    if was_on != "1":
        _warn_of_last_broadcast(call, row)
    if call.quirks.list_update_answer == "list":
        return json_answer({"list": call.shapes.mailing_list(row, counts=False)})
    answer = empty()
    answer.headers["X-Ac-Error"] = "Code 9001"  # recorded beside the empty body; whether the list was changed was not
    return answer


def delete_list(call: Call) -> Answer:
    """Answer DELETE /lists/{id}; the second time it is a 404."""
    row = wanted(call, "delete lists")
    call.account.delete_list(row)
    call.account.forget_list(row.id)
    return json_answer({})


def _settings(call: Call, given: dict[str, Any]) -> dict[str, str]:
    """Return what of a body is kept beside name and stringid, as GET shows it: all texts."""
    settings: dict[str, str] = {}
    for name in ("sender_url", "sender_reminder", *_OPTIONAL_TEXTS, *_SENDER_TEXTS):
        value = given.get(name)
        if name in given and value is not None:
            if not isinstance(value, str):
                raise RefusedError(_incomplete(call, name))
            settings[name] = value
    if "send_last_broadcast" in given:
        settings["send_last_broadcast"] = str(int(switched_on(given["send_last_broadcast"])))
    return settings


def _owner(call: Call, given: dict[str, Any]) -> dict[str, str]:
    """Return the list's owner, under both its names; `user` counts where both are sent, as the reference says."""
    sent = next((given[name] for name in ("user", "userid") if given.get(name) is not None), None)
    if sent is None:
        return {}
    if id_in(sent) not in call.account.users:
        raise RefusedError(_incomplete(call, "user"))
    return {"user": str(id_in(sent)), "userid": str(id_in(sent))}


def _incomplete(call: Call, name: str) -> Answer:
    """Return the answer to a list that lacks something: status and body are UNKNOWN, the reference shows `400 {}`."""
    if call.quirks.incomplete_list == 400:  # noqa: PLR2004 - a status
        return json_answer({}, 400)
    return invalid(f"The list's {name} is missing or not valid.", pointer=f"/data/attributes/{name}")


def _warn_of_last_broadcast(call: Call, row: MailingList) -> None:
    """Put it into the ledger when joining a list is to mail its last campaign to people (section 10, point 16)."""
    if row.settings.get("send_last_broadcast") == "1":
        call.account.tell("list that mails its last campaign to whoever joins", None, row.name)


_EDIT = partial(forbidden_to, "edit lists")

ROUTES = (
    Route("GET", "lists", lists, "lists"),
    Route("GET", "lists/<number>", one_list, "lists"),
    Route("POST", "lists", create_list, "lists", "pgListAdd", partial(forbidden_to, "create lists")),
    Route("PUT", "lists/<number>", change_list, "lists", "pgListEdit", _EDIT),
    Route("PATCH", "lists/<number>", change_list, "lists", "pgListEdit", _EDIT),
    Route("DELETE", "lists/<number>", delete_list, "lists", "pgListDelete", partial(forbidden_to, "delete lists")),
)
