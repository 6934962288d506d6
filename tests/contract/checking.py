"""Requests as they leave, and what is wrong with them by the description."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import httpx
from jsonschema import Draft202012Validator as Validator

from tests.contract.description import BASE, OPERATIONS, Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jsonschema.exceptions import ValidationError

    from tests.contract.bodies import Schema

_LONGEST = 160


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A request as it left, the key still on it.

    Parameters
    ----------
    method, scheme, host, path
        Where it went.
    query, headers
        Names and values, in their order.
    content
        The body.
    """

    method: str
    scheme: str
    host: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    content: bytes

    @classmethod
    def of(cls, request: httpx.Request) -> Sent:
        """Return what stands in a request at this moment: afterwards the client takes the key off it."""
        return cls(
            method=request.method,
            scheme=request.url.scheme,
            host=request.url.netloc.decode("ascii"),
            path=request.url.path,
            query=tuple(parse_qsl(request.url.query.decode("ascii"), keep_blank_values=True)),
            headers=tuple(request.headers.multi_items()),
            content=request.read(),
        )

    @property
    def body(self) -> Any:
        """The parsed body; 4.0 is a Decimal in it, and so no whole number, as a service in PHP tells it from 4.

        Raises
        ------
        ValueError
            When it is not strict JSON: a name twice, NaN, half a surrogate pair.
        """
        value = json.loads(
            self.content.decode("utf-8"),
            object_pairs_hook=_without_repetition, parse_constant=_refuse, parse_float=Decimal,
        )  # fmt: skip
        json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")
        return value


class Recorder(httpx.BaseTransport):
    """Passes every request on, and keeps what it was."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner
        self.sent: list[Sent] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(Sent.of(request))
        return self._inner.handle_request(request)


def operation_of(sent: Sent, operations: Iterable[Operation] = OPERATIONS) -> tuple[Operation, dict[str, str]] | None:
    """Return which kind of request it is, and what stands for the parts in braces; None for an unknown kind."""
    steps = sent.path.removeprefix(BASE).split("/")
    for operation in operations if sent.path.startswith(BASE) else ():
        pattern = operation.path.split("/")
        if operation.method != sent.method or len(pattern) != len(steps):
            continue
        pairs = list(zip(pattern, steps, strict=True))
        if all(name == step or name.startswith("{") for name, step in pairs):
            return operation, {name[1:-1]: step for name, step in pairs if name.startswith("{")}
    return None


def value_of(sent: Sent, parts: dict[str, str]) -> dict[str, Any]:
    """Return a request as one JSON value: path, query, headers, bytes, body."""
    value: dict[str, Any] = {
        "path": parts,
        "query": _grouped(sent.query),
        "headers": _grouped((name.lower(), text) for name, text in sent.headers),
        "bytes": len(sent.content),
    }
    return {**value, "body": sent.body} if sent.content else value


def errors_of(sent: Sent, operations: Sequence[Operation] = OPERATIONS) -> Iterator[ValidationError]:
    """Yield the rules that a request of a known kind breaks."""
    found = operation_of(sent, operations)
    assert found is not None, f"nobody described {sent.method} {sent.path}"
    operation, parts = found
    yield from Validator(operation.schema).iter_errors(value_of(sent, parts))


def problems(sent: Sent, operations: Sequence[Operation] = OPERATIONS) -> list[str]:
    """Return what is wrong with a request, in words; nothing for one that is as described."""
    if operation_of(sent, operations) is None:
        return [f"nobody described {sent.method} {sent.path}"]
    try:
        return [_in_words(error) for error in errors_of(sent, operations)]
    except ValueError as error:
        return [f"$.body: not JSON: {error}"]


def names_in(value: object, before: str = "") -> set[str]:
    """Return the names of all values in a JSON value, such as ``contacts[].email``."""
    if isinstance(value, dict):
        return {name for key, inner in value.items() for name in names_in(inner, f"{before}.{key}" if before else key)}
    if isinstance(value, list):
        return {name for inner in value for name in names_in(inner, f"{before}[]")}
    return {before}


def names_described(schema: Schema, before: str = "") -> set[str]:
    """Return the names of all values that a schema describes."""
    if "properties" in schema:
        return {
            name
            for key, inner in schema["properties"].items()
            for name in names_described(inner, f"{before}.{key}" if before else key)
        }
    return names_described(schema["items"], f"{before}[]") if "items" in schema else {before}


def _in_words(error: ValidationError) -> str:
    schema = error.schema if isinstance(error.schema, dict) else {}
    return f"{error.json_path}: {error.message[-_LONGEST:]} [{schema.get('$comment', 'no source')}]"


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, text in pairs:
        found.setdefault(name, []).append(text)
    return found


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        msg = "a name stands twice in one object"
        raise ValueError(msg)
    return found


def _refuse(word: str) -> None:
    msg = f"{word} is not JSON"
    raise ValueError(msg)
