"""Made-up JSON: what fits a schema, what nearly does, and what fits nothing; by chance, the same for the same seed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.openapi.bodies import Schema

_ODD_TEXTS = (
    "", " ", "\0", "a\0b", "\ud800", "\udfff\ud800", "\ufeff", "\u202e", "é" * 300, "x" * 5_000, "||", "||||", "|| ||",
    "0", "-1", "1e309", "9" * 30, "9" * 5_000, "٣", "²", "NaN", "null", "true", "[]", "{}", "%s%n", "%00", "../..",
    "' OR 1=1 --", "<script>", "\r\nX: y", "a@", "@b", "a@b", "a b@example.com", "a@example.com\n", "A@EXAMPLE.COM",
    "2026-02-30", "0000-00-00", "9999-12-31", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
    "2026-03-02T25:00:00Z", "2026-03-02", "__class__", "constructor", "İ", "ß", "ǅ", "\x7f", "👩‍👩‍👧", "ー" * 60,
)  # fmt: skip
_ODD_NUMBERS = (
    0, -1, 1, 2, 3, 4, 2**31, 2**53, 2**63, 2**64, -(2**63), 10**18, 10**19, 10**40, 10**400, 0.0, -0.0, 0.1, 1.5, 1e18,
    1e308, -1e308, 5e-324, float("inf"), float("-inf"), float("nan"),
)  # fmt: skip
_KEYS = (
    "", "id", "email", "contact", "contacts", "field", "fields", "value", "fieldValues", "listid", "list", "tag",
    "tags", "status", "subscribe", "unsubscribe", "callback", "url", "options", "title", "type", "\ud800", "\0",
    "__proto__",
)  # fmt: skip
_MOST_DEPTH = 4


def fitting(chance: Random, schema: Schema) -> Any:
    """Return something that fits a schema; texts of a pattern or a format are among its examples."""
    if "anyOf" in schema:
        return fitting(chance, chance.choice(schema["anyOf"]))
    if "enum" in schema:
        return chance.choice(schema["enum"])
    if "examples" in schema:
        return chance.choice(schema["examples"])
    return _OF_TYPE[schema["type"]](chance, schema)


def _object(chance: Random, schema: Schema) -> dict[str, Any]:
    needed = schema["required"]
    return {
        name: fitting(chance, inner)
        for name, inner in schema["properties"].items()
        if name in needed or chance.random() < 0.5
    }


def _array(chance: Random, schema: Schema) -> list[Any]:
    return [fitting(chance, schema["items"]) for _ in range(chance.randint(schema["minItems"], schema["maxItems"]))]


def _text(chance: Random, schema: Schema) -> str:
    letters = "".join(chance.choices("abcdeABCDE 0123äß€|.-", k=chance.randint(1, 8)))
    return letters if schema.get("minLength") or chance.random() < 0.8 else ""


_OF_TYPE: dict[str, Callable[[Random, Schema], Any]] = {
    "object": _object,
    "array": _array,
    "string": _text,
    "integer": lambda chance, schema: chance.randint(schema["minimum"], schema["maximum"]),
    "boolean": lambda chance, _: chance.random() < 0.5,
}


def anything(chance: Random, depth: int = 0) -> Any:
    """Return any JSON, and what Python's writer takes for such: also NaN, lone surrogates and numbers without end."""
    kind = chance.randrange(8 if depth < _MOST_DEPTH else 5)
    if kind == 0:
        return chance.choice((None, True, False))
    if kind == 1:
        return chance.choice(_ODD_NUMBERS)
    if kind <= 4:
        return odd_text(chance)
    if kind == 5:
        return [anything(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {chance.choice(_KEYS): anything(chance, depth + 1) for _ in range(chance.randrange(4))}


def odd_text(chance: Random) -> str:
    """Return a text that nobody would send, mostly."""
    if chance.random() < 0.2:
        return "".join(chr(chance.randrange(1, 0x11_0000)) for _ in range(chance.randrange(6)))
    return chance.choice(_ODD_TEXTS)


def nearly(chance: Random, content: Any) -> Any:
    """Return JSON that differs from some other in one place, anywhere in it."""
    places = list(_places(content))
    if not places:
        return anything(chance)
    holder, key = chance.choice(places)
    what = chance.randrange(4)
    if what == 0 and isinstance(holder, dict):
        del holder[key]
    elif what == 1 and isinstance(holder, dict):
        holder[chance.choice(_KEYS)] = anything(chance)
    elif what == 2 and isinstance(holder, list):
        holder.extend([holder[key]] * chance.choice((1, 3, 300)))
    else:
        holder[key] = anything(chance)
    return content


def _places(content: Any) -> Any:
    entries = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, inner in list(entries):
        yield content, key
        yield from _places(inner)


def broken(chance: Random, body: bytes) -> bytes:
    """Return bytes that are hardly JSON any more."""
    what = chance.randrange(9)
    place = chance.randrange(len(body) + 1)
    if what == 0:
        return body[:place]
    if what == 1:
        return body[:place] + chance.randbytes(chance.randrange(1, 8)) + body[place:]
    return (
        b"",
        b"[" * chance.choice((1, 500, 2_000, 100_000)),
        b'{"contact":' * chance.choice((3, 900, 50_000)),
        b"\xef\xbb\xbf" + body,
        body.decode(errors="replace").encode("utf-16"),
        chance.randbytes(chance.randrange(200)),
        b"contact[email]=a%40example.com&contact[firstName]=%00",
    )[what - 2]


def written(content: Any) -> bytes:
    """Return JSON as bytes; what it cannot hold is in there as Python's writer puts it."""
    return json.dumps(content).encode()
