"""What a bulk import holds, in JSON Schema: our own words and our own choices, each rule with its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Schema = dict[str, Any]

END = r"(?![\s\S])"
"""The end of a text: ``$`` would let a line break through."""

NUMBER = rf"^[1-9][0-9]*{END}"
"""An id, in digits."""

MOST_CONTACTS = 250
MOST_BYTES = 399_999

PAGE = "https://developers.activecampaign.com/reference/bulk-import-contacts"
_SCHEMA = "contract section 7.1"
_VALUES = "contract section 5.3"
_CALLBACK = "contract sections 7.1 and 7.5"

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ONE = r"(?:(?!\|\|)[\s\S])"
_SEVERAL = rf"^(?:(?:\|\|{_ONE}+)+\|\|)?{END}"
_ADDRESS = rf"^[^\s\"(),:;<>@\[\]]+@(?:[^\s\"(),:;<>@\[\].]+\.)+[^\W\d_]{{2,}}{END}"


def thing(source: str, properties: Mapping[str, Schema], *, required: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object that holds nothing else.

    Parameters
    ----------
    source
        Where the rule is from.
    properties
        What it may hold.
    required
        What it must hold.

    Examples
    --------
    >>> thing("ours", {})["additionalProperties"]
    False
    """
    rules: Schema = {
        "$comment": source,
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
    }
    return {**rules, "required": list(required)} if required else rules


def several(source: str, item: Schema, **rules: int) -> Schema:
    """Return the schema of an array."""
    return {"$comment": source, "type": "array", "items": item, **rules}


def _text(source: str = _SCHEMA, **rules: Any) -> Schema:
    return {"$comment": source, "type": "string", **rules}


def _lists() -> Schema:
    # The page's schema says text and its example a number: both are taken, and 4.0 is neither.
    number = {
        "$comment": f"{_SCHEMA}: number or digits, because the page contradicts itself",
        "anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": NUMBER}],
    }
    return several(_SCHEMA, thing(_SCHEMA, {"listid": number}, required=("listid",)), minItems=1)


def _pairs() -> Schema:
    return several(_CALLBACK, thing(_CALLBACK, {"key": _text(_CALLBACK), "value": _text(_CALLBACK)}))


def _callback() -> Schema:
    return thing(
        _CALLBACK,
        {
            "url": _text(_CALLBACK, minLength=1),
            "requestType": _text(_CALLBACK, enum=["GET", "POST"]),
            "detailed_results": _text(_CALLBACK, enum=["false", "true"]),
            "params": _pairs(),
            "headers": _pairs(),
        },
        required=("url", "requestType"),
    )


VALUES: dict[str, Schema] = {
    # Empty is what clears a value: allowed here, and another test's promise that it is only sent when asked for.
    "date": {"$comment": _VALUES, "pattern": rf"^(?:{_DAY})?{END}"},
    "datetime": {
        "$comment": _VALUES,
        "pattern": rf"^(?:{_DAY}T[0-9]{{2}}(?::[0-9]{{2}}){{2}}[+-][0-9]{{2}}:[0-9]{{2}})?{END}",
    },
    "number": {"$comment": _VALUES, "pattern": rf"^(?:-?[0-9]+(?:\.[0-9]+)?)?{END}"},
    "dropdown": {"$comment": f"{_VALUES}: plain, because the page contradicts itself", "pattern": rf"^{_ONE}*{END}"},
    "radio": {"$comment": _VALUES, "pattern": rf"^{_ONE}*{END}"},
    "checkbox": {"$comment": _VALUES, "pattern": _SEVERAL},
    "listbox": {"$comment": _VALUES, "pattern": _SEVERAL},
}
"""What a value looks like on the wire, by the type of its field; a type that is not here takes any text."""


def _field(types: Mapping[int, str]) -> Schema:
    which = {"$comment": f"{_SCHEMA}; a tag such as CITY is dropped silently (5.3)", "type": "integer", "minimum": 1}
    entry = thing(_SCHEMA, {"id": which, "value": _text()}, required=("id", "value"))
    forms = [
        {"if": {"properties": {"id": {"const": number}}}, "then": {"properties": {"value": VALUES[kind]}}}
        for number, kind in types.items()
        if kind in VALUES
    ]
    if types:
        entry["properties"]["id"] = {"$comment": _VALUES, "type": "integer", "enum": list(types)}
    return {**entry, "allOf": forms} if forms else entry


_LEFT: Schema = {
    "$comment": "ours: people who left are unsubscribed, or tagged as such, and nothing else is said of them",
    "propertyNames": {"enum": ["email", "tags", "unsubscribe", "exclude_automations"]},
    "properties": {"tags": {"items": {"pattern": "^left: "}}},
    "anyOf": [{"required": ["unsubscribe"]}, {"required": ["tags"]}],
}
"""What is said of somebody who left; nobody is put on a list by it."""


def _contact(types: Mapping[int, str]) -> Schema:
    contact = thing(
        f"{_SCHEMA}: names in snake_case, and what is not known is dropped silently",
        {
            "email": _text("contract section 7.2", pattern=_ADDRESS),
            "first_name": _text(),
            "last_name": _text(),
            "phone": _text("contract section 6.2: free text"),
            "customer_acct_name": _text(),
            "tags": several(_SCHEMA, _text("contract section 7.1: by name", minLength=1)),
            "fields": several(_SCHEMA, _field(types)),
            "subscribe": _lists(),
            "unsubscribe": _lists(),
            "exclude_automations": {"$comment": _SCHEMA, "type": "boolean"},
        },
        # Without the last one, automations would start.
        required=("email", "exclude_automations"),
    )
    # Without a list nobody would be on it.
    return contact | {"if": _LEFT, "else": {"$comment": "ours", "required": ["subscribe"]}}


def import_body(types: Mapping[int, str] | None = None) -> Schema:
    """Return the schema of a bulk import's body.

    Parameters
    ----------
    types
        Type by id of the account's custom fields: with them, ids and forms of values are looked at too.

    Examples
    --------
    >>> import_body()["required"]
    ['contacts', 'exclude_automations']
    """
    body = thing(
        _SCHEMA,
        {
            "contacts": several(PAGE, _contact(types or {}), minItems=1, maxItems=MOST_CONTACTS),
            "callback": _callback(),
            "exclude_automations": {"$comment": _SCHEMA, "type": "boolean"},
        },
        required=("contacts", "exclude_automations"),
    )

    def in_each(*, said: bool) -> Schema:
        each = {"properties": {"exclude_automations": {"$comment": _SCHEMA, "const": said}}}
        return {"properties": {"contacts": {"items": each}}}

    # CONFLICT in the sources: the page's example has it in a contact, those who use the API have it at the top. It is
    # sent in both places, and both have to say the same.
    body |= {
        "if": {"properties": {"exclude_automations": {"const": True}}},
        "then": in_each(said=True),
        "else": in_each(said=False),
    }
    return body
