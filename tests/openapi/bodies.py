"""The bodies that the sandbox takes, in JSON Schema, so that made-up requests get past the first check.

They say what a useful body is, not what is refused: the service ignores keys that it does not know, while these allow
none (``additionalProperties``), because a generator told so makes fewer useless bodies when it follows the description,
and adds keys of its own when it breaks it.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

MOST_IDS = 12
"""Ids from 1 to this one are made up: in an account that was filled a little, most of them are somebody's."""


def one_of(*values: Any) -> Schema:
    """Return the schema of some values."""
    return {"enum": list(values)}


def any_of(*schemas: Schema) -> Schema:
    """Return the schema of what fits one of several."""
    return {"anyOf": list(schemas)}


def array(items: Schema, most: int = 4, least: int = 0) -> Schema:
    """Return the schema of an array."""
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def thing(required: dict[str, Schema] | None = None, **optional: Schema) -> Schema:
    """Return the schema of an object with some properties that have to be there and some that may."""
    needed = required or {}
    properties = {**needed, **optional}
    return {"type": "object", "properties": properties, "required": list(needed), "additionalProperties": False}


TEXT: Schema = {"type": "string", "maxLength": 40}
NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 20}
# Short ones, so that one is met again, in other requests too; some as an import fails, some as it refuses.
EMAIL = any_of(
    {"type": "string", "pattern": "^[a-e]{1,2}@example\\.(com|org)$", "examples": ["a@example.com", "bc@example.org"]},
    one_of("out@example.com", "excluded@example.com", "bounced@example.com", "A@EXAMPLE.com", "d'x@example.com"),
    {"type": "string", "format": "email", "examples": ["0@0.co"]},
)
NUMBER: Schema = {"type": "integer", "minimum": 1, "maximum": MOST_IDS}
# Types drift (contract section 10): an id may be a number or a text.
ID = any_of(NUMBER, {"type": "string", "pattern": "^([1-9]|1[0-2])$", "examples": ["1", "2", "3", "4", "5", "6", "7"]})
LIST_ID = one_of(3, 4, 5, "3", "4", "5", 6)
SWITCH = any_of({"type": "boolean"}, one_of(0, 1, "0", "1", "true"))
VALUE = any_of(
    one_of("", "en-US", "Gold", "||Travel||Music||", "Travel", "2026-03-02", "2026-03-02T12:00:00Z", "12.5", "-3"),
    {"type": "string", "maxLength": 30},
)

_NAMES = {"firstName": TEXT, "lastName": TEXT, "phone": TEXT}
_VALUES = array(thing({"field": ID, "value": VALUE}))
CONTACT = thing({"contact": thing({"email": EMAIL}, **_NAMES, fieldValues=_VALUES)})
CONTACT_CHANGE = thing({"contact": thing(email=EMAIL, **_NAMES, fieldValues=_VALUES)})
CONTACT_LIST = thing(
    {"contactList": thing({"contact": ID, "list": LIST_ID, "status": one_of(0, 1, 2, 3, "1", "2")}, sourceid=ID)}
)
CONTACT_TAG = thing({"contactTag": thing({"contact": ID, "tag": ID})})
FIELD_VALUE = thing({"fieldValue": thing({"contact": ID, "field": ID, "value": VALUE})}, useDefaults=SWITCH)
FIELD_VALUE_CHANGE = thing({"fieldValue": thing({"value": VALUE}, contact=ID, field=ID)})

_FIELD = {
    "descript": TEXT, "perstag": TEXT, "defval": TEXT, "isrequired": SWITCH, "visible": SWITCH,
    "show_in_list": SWITCH, "ordernum": ID, "rows": ID, "cols": ID,
}  # fmt: skip
_FIELD_TYPE = one_of(
    "text", "textarea", "date", "datetime", "number", "dropdown", "radio", "checkbox", "listbox", "hidden", "currency"
)
FIELD = thing({"field": thing({"title": NAME, "type": _FIELD_TYPE}, **_FIELD)})
FIELD_CHANGE = thing({"field": thing(title=NAME, type=_FIELD_TYPE, **_FIELD)})
_OPTION = thing({"field": one_of(1, 6, 7, "7", 8, 9), "value": NAME}, label=TEXT, orderid=ID, isdefault=SWITCH)
FIELD_OPTIONS = thing({"fieldOptions": array(_OPTION, least=1)})
FIELD_RELATION = thing({"fieldRel": thing({"field": ID, "relid": any_of(one_of(0, "0"), LIST_ID)})})

_LIST = {
    "user": one_of(1, "1"), "userid": one_of(1, "1"), "channel": one_of("email", "sms"), "description": TEXT,
    "carboncopy": TEXT, "subscription_notify": TEXT, "unsubscription_notify": TEXT, "send_last_broadcast": SWITCH,
    "to_name": TEXT, "sender_name": TEXT, "sender_addr1": TEXT, "sender_city": TEXT, "sender_country": TEXT,
}  # fmt: skip
_LIST_NEEDED = {"name": NAME, "stringid": NAME, "sender_url": NAME, "sender_reminder": NAME}
LIST = thing({"list": thing(_LIST_NEEDED, **_LIST)})
LIST_CHANGE = thing({"list": thing(**_LIST_NEEDED, **_LIST)})
EXCLUSION_CHANGE = thing(
    channel=one_of("all", "allEmail", "allSms", "several"), lists=array(one_of("3", "4", "5", "6"), 3), matchPhrase=TEXT
)
_FLAGS = dict.fromkeys(("pgContactAdd", "pgContactImport", "pgListAdd", "pgContactResubscribe"), SWITCH)
GROUP = thing({"group": thing({"title": NAME}, descript=TEXT, **_FLAGS)})
LIST_GROUP = thing({"listGroup": thing({"listid": LIST_ID, "groupid": one_of(3, "3", 4, 5, "4")})})
_TAG = {"tagType": one_of("contact", "contact", "template"), "description": TEXT}
TAG = thing({"tag": thing({"tag": NAME, **_TAG})})
TAG_CHANGE = thing({"tag": thing(tag=NAME, **_TAG)})


def bulk_import(callback: str) -> Schema:
    """Return the schema of a bulk import; who is to be told of its end may only be somebody on this machine."""
    lists = array(thing({"listid": LIST_ID}))
    contact = thing(
        {"email": EMAIL},
        first_name=TEXT, last_name=TEXT, phone=TEXT, customer_acct_name=TEXT, exclude_automations={"type": "boolean"},
        tags=array(NAME), fields=array(thing({"id": NUMBER, "value": VALUE})), subscribe=lists, unsubscribe=lists,
    )  # fmt: skip
    pairs = array(thing({"key": NAME, "value": TEXT}), 2)
    told = thing(
        {"url": one_of(callback), "requestType": one_of("POST", "GET")},
        detailed_results=one_of("true", "false"), params=pairs, headers=pairs,
    )  # fmt: skip
    return thing({"contacts": array(contact, 6, least=1)}, callback=told, exclude_automations={"type": "boolean"})
