"""Requests that are right, and the same with one thing wrong each."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.contract.bodies import MOST_CONTACTS
from tests.contract.checking import Sent
from tests.contract.description import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.contract.bodies import Schema

HEADERS = {
    "Host": "acme.api-us1.com",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": "ac_notebook",
    "Api-Token": "k" * 40,
}

QUERIES = {  # each with everything that it may have
    "GET lists": {"limit": "100", "offset": "0"},
    "GET fields": {"limit": "100", "offset": "100"},
    "GET lists/exclusions": {"limit": "100", "offset": "0"},
    "GET tags": {"limit": "1", "offset": "20", "search": "spring"},
    "GET contacts": {
        "listid": "4", "tagid": "7", "status": "1", "limit": "100", "orders[id]": "ASC", "id_greater": "0",
        "id_less": "9", "email": "a@example.org",
    },
    "GET groups": {"limit": "100"},
    "GET groupLimits": {"limit": "100"},
    "GET contacts/4/contactLists": {"limit": "100"},
    "GET contacts/4/contactTags": {"limit": "100", "offset": "0"},
    "GET fieldValues": {"limit": "100", "offset": "0", "filters[fieldid]": "4"},
    "GET contactTags": {"limit": "100", "offset": "99"},
    "GET import/info": {"batchId": "5f1c2b9e-1d7a-4c38-9a55-000000000001"},
}  # fmt: skip


def contact(number: int = 1) -> dict[str, Any]:
    """Return a contact with everything that a contact may have."""
    return {
        "email": f"person.{number}@example.org",
        "first_name": "Åsa",
        "last_name": 'von "Ö"',
        "phone": "",
        "customer_acct_name": "Example",
        "tags": ["spring", "vip"],
        "fields": [{"id": 1, "value": ""}, {"id": 2, "value": "||a||b||"}],
        "subscribe": [{"listid": 4}, {"listid": "5"}],
        "unsubscribe": [{"listid": 6}],
        "exclude_automations": True,
    }


def body(contacts: int = 2) -> dict[str, Any]:
    """Return an import with everything that an import may have."""
    pair = {"key": "run", "value": "7"}
    callback = {"url": "https://example.org/done", "requestType": "POST", "detailed_results": "true"}
    return {
        "contacts": [contact(number) for number in range(contacts)],
        "callback": {**callback, "params": [pair], "headers": [pair]},
        "exclude_automations": True,
    }


BODIES: dict[str, Callable[[], Any]] = {
    "POST import/bulk_import": body,
    "POST contactLists": lambda: {"contactList": {"list": 4, "contact": 7, "status": 2}},
}
"""What is sent with it."""


def a_write(path: str, value: Any) -> Sent:
    """Return the request of something that is written."""
    raw = json.dumps(value).encode()
    headers = {**HEADERS, "Content-Type": "application/json", "Content-Length": str(len(raw))}
    return _request("POST", path, headers=headers, content=raw)


def an_import(value: Any = None, *, content: bytes | None = None) -> Sent:
    """Return the request of an import."""
    sent = a_write("import/bulk_import", body() if value is None else value)
    if content is None:
        return sent
    headers = {**dict(sent.headers), "Content-Length": str(len(content))}
    return replace(sent, headers=tuple(headers.items()), content=content)


def a_read(path: str, query: dict[str, str] | None = None) -> Sent:
    """Return the request of something that is read."""
    pairs = (QUERIES.get(f"GET {path}", {}) if query is None else query).items()
    return replace(_request("GET", path, headers=HEADERS), query=tuple(pairs))


def _request(method: str, path: str, *, headers: dict[str, str], content: bytes = b"") -> Sent:
    return Sent(
        method=method, scheme="https", host="acme.api-us1.com", path=f"/api/3/{path}",
        query=(), headers=tuple(headers.items()), content=content,
    )  # fmt: skip


def right() -> list[Sent]:
    """Return a request of each kind."""
    return [
        a_write(operation.path, BODIES[operation.name]())
        if operation.method == "POST"
        else replace(a_read(operation.path.replace("{id}", "4")), method=operation.method)
        for operation in OPERATIONS
    ]


@dataclass(frozen=True)
class Break:
    """A way to break one rule of a schema.

    Parameters
    ----------
    rule
        Where the rule stands in the schema.
    value
        A value that breaks it, and is otherwise as described.
    """

    rule: tuple[str, ...]
    value: Any

    def __str__(self) -> str:
        return "/".join(self.rule)


def breaks(schema: Schema, value: Any, at: tuple[str, ...] = ()) -> Iterator[Break]:
    """Yield for each rule of a schema, with a value that keeps them all, how to break that one.

    What holds under conditions (``if``) is broken by hand.
    """
    for rule in sorted(schema.keys() - {"$comment", "properties", "items", "if", "then", "else"}):
        for broken in _BROKEN[rule](schema[rule], value):
            yield Break((*at, rule), broken)
    for name, inner in schema.get("properties", {}).items():
        for found in breaks(inner, value[name], (*at, "properties", name)):
            yield replace(found, value={**value, name: found.value})
    if "items" in schema:
        for found in breaks(schema["items"], value[-1], (*at, "items")):
            yield replace(found, value=[*value[:-1], found.value])


_BROKEN: dict[str, Callable[[Any, Any], list[Any]]] = {
    "type": lambda told, _: [None, 0.5, {"a": 1} if told == "array" else [1], *(["x"] if told != "string" else [])],
    "required": lambda told, value: [{name: value[name] for name in value if name != missing} for missing in told],
    "additionalProperties": lambda _, value: [{**value, f"{name}s": 1} for name in value] + [{**value, "campaign": 4}],
    "anyOf": lambda *_: [Decimal("4.0"), 0, "four", True, None, "4\n"],
    "enum": lambda *_: ["other", None],
    "const": lambda told, _: ["other", None] if isinstance(told, str) else [told + 1],
    "pattern": lambda _, value: ["", f"{value}\n", f"{value} x"],
    "minimum": lambda told, _: [told - 1],
    "maximum": lambda told, _: [told + 1],
    "minLength": lambda *_: [""],
    "minItems": lambda *_: [[]],
    "maxItems": lambda told, value: [[copy.deepcopy(value[0])] * (told + 1)],
}
"""Values that break a rule, from what the rule says and a value that keeps it."""


def too_many() -> dict[str, Any]:
    """Return an import of one contact more than one may hold."""
    return body(MOST_CONTACTS + 1)


def heavy(size: int) -> bytes:
    """Return an import's body of so many bytes."""
    value = body()
    bare = len(json.dumps(value).encode())
    value["contacts"][0]["phone"] = "1" * (size - bare)
    return json.dumps(value).encode()
