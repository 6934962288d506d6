"""Exclusions (section 9): a resource in a style of its own, with rows that have no object around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ac_notebook.sandbox.api.answers import forbidden_resource, json_answer, message, not_found
from ac_notebook.sandbox.api.bodies import invalid_attribute, whole
from ac_notebook.sandbox.api.call import Call, RefusedError, Route
from ac_notebook.sandbox.api.queries import Page, number, ordered

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.sandbox.api.answers import Answer
    from ac_notebook.sandbox.state.places import Exclusion

_CHANNELS = ("all", "allEmail", "allSms", "several")
_LISTS_FILTER = ("filters[lists][]", "filters[lists]")
_FILTERS = ("filters[matchPhrase]", *_LISTS_FILTER)
_KEYS: dict[str, Callable[[Exclusion], Any]] = {
    "matchPhrase": lambda row: row.phrase.lower(),
    "lists": lambda row: row.lists,
}


def exclusions(call: Call) -> Answer:
    """Answer GET /lists/exclusions: a page of them; the total is a number, unlike all others."""
    _check_may_view(call)
    _check_query(call)
    rows = list(call.account.exclusions.values())
    phrase = call.query.get("filters[matchPhrase]", "").lower()
    if phrase:  # by the reference's example, ".com", it is a part
        rows = [row for row in rows if phrase in row.phrase.lower()]
    wanted = {number(text) for name in _LISTS_FILTER for text in call.query.getlist(name)}
    if wanted:
        rows = [row for row in rows if wanted.intersection(row.lists)]
    page = Page.of(call.query, call.quirks).cut(ordered(rows, call.query, _KEYS))
    return json_answer({"exclusions": [call.shapes.exclusion(row) for row in page], "meta": {"total": len(rows)}})


def one_exclusion(call: Call) -> Answer:
    """Answer GET /lists/exclusions/{id}: the bare row, and a 404 in words of its own."""
    _check_may_view(call)
    row = call.account.exclusions.get(call.number())
    if row is None:
        return message(f"Exclusion not found [id={call.path['number']}]", 404)
    return json_answer(call.shapes.exclusion(row))


def change_exclusion(call: Call) -> Answer:
    """Answer PUT /lists/exclusions/{id}: channel and lists may be changed; other keys change nothing."""
    row = call.account.exclusions.get(call.number())
    if row is None:
        return not_found("Exclusion", call.path["number"])
    given = whole(call)
    if not isinstance(given, dict):
        return _invalid([invalid_attribute("The body must be an object", "")])
    channel = given.get("channel", row.channel)
    if channel not in _CHANNELS:
        allowed = ", ".join(f'"{name}"' for name in _CHANNELS)
        return _invalid([invalid_attribute(f"Invalid channel. Allowed values are: {allowed}", "channel")])
    sent = given["lists"] if "lists" in given else [str(one) for one in row.lists if channel == "several"]
    faults = _faults(call, channel, sent)
    if faults:
        return _invalid(faults)
    row.channel, row.lists = channel, tuple(map(int, sent))
    call.account.tell("exclusion", row.match, row.channel)
    return json_answer(call.shapes.exclusion(row))


def _faults(call: Call, channel: str, sent: Any) -> list[dict[str, Any]]:
    """Return what is wrong with the lists of an exclusion: `several` needs some that exist, the others take none."""
    if not isinstance(sent, list):
        return [invalid_attribute("Lists must be an array of string-quoted integers", "lists")]
    wrong = [
        invalid_attribute("Lists must be an array of string-quoted integers", f"lists[{position}]")
        for position, one in enumerate(sent)
        if not (isinstance(one, str) and number(one) in call.account.lists)
    ]
    if not wrong and channel != "several" and sent:
        return [invalid_attribute(f'List IDs must be empty for channel "{channel}"', "lists")]
    if not wrong and channel == "several" and not sent:  # UNKNOWN; an exclusion from nothing is no exclusion
        return [invalid_attribute('List IDs must not be empty for channel "several"', "lists")]
    return wrong


def _check_query(call: Call) -> None:
    """Refuse filters and orders that there are not, all at once, as the reference shows."""
    faults = []
    for key in dict.fromkeys(call.query):
        name = key.partition("[")[2].rstrip("[]")
        if key.startswith("filters[") and key not in _FILTERS and not key.startswith("filters[lists]["):
            told = f'Invalid filter field: "{name}". Allowed fields are: matchPhrase, lists'
            faults.append(invalid_attribute(told, key))
        elif key.startswith("orders[") and key[7:-1] not in _KEYS:
            told = f'Invalid order field: "{name}". Allowed fields are: matchPhrase, lists'
            faults.append(invalid_attribute(told, key))
        elif key.startswith("orders[") and call.query[key] not in ("ASC", "DESC"):
            told = f'Invalid order direction: "{call.query[key]}". Allowed values are: "ASC", "DESC"'
            faults.append(invalid_attribute(told, key))
    if faults:
        raise RefusedError(_invalid(faults))


def _check_may_view(call: Call) -> None:
    """Require a key that may do something with lists; documented is only that there is such a refusal (section 2.1)."""
    if not any(call.may(permission) for permission in ("pgListAdd", "pgListEdit", "pgListDelete")):
        raise RefusedError(forbidden_resource())


def _invalid(faults: list[dict[str, Any]]) -> Answer:
    return json_answer({"errors": faults}, 422)


ROUTES = (
    Route("GET", "lists/exclusions", exclusions, "exclusions"),
    Route("GET", "lists/exclusions/<number>", one_exclusion, "exclusions"),
    Route("PUT", "lists/exclusions/<number>", change_exclusion, "exclusions", "pgListEdit", forbidden_resource),
)
