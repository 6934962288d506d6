"""Faults as they are written on a command line: on:nth:kind, and details behind it."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

import orjson

from .kinds import kind_of
from .plan import Faults

_FOR_EVER = "ever"
_NEXT_DETAIL = re.compile(r":(?=[a-z_]+=)")  # not the colon of an address, nor of a time


def spelled(text: str) -> dict[str, Any]:
    """Return the arguments of `Faults.add` that a text stands for.

    Parameters
    ----------
    text
        The requests, which of them, and the kind, with colons between; then any details, each `name=value`. Values are
        read as JSON where they are JSON. `times=ever` is for ever.

    Raises
    ------
    ValueError
        When it is none, or there is no such fault.

    Examples
    --------
    >>> spelled("import:3:drop_after")
    {'on': 'import', 'nth': 3, 'kind': 'drop_after'}
    >>> spelled("any:10:status:status=503:retry_after=7")
    {'on': 'any', 'nth': 10, 'kind': 'status', 'status': 503, 'retry_after': 7}
    """
    first, *given = _NEXT_DETAIL.split(text)
    parts = first.rsplit(":", 2)
    if len(parts) != 3:  # noqa: PLR2004 - on, nth and kind
        message = "write on:nth:kind, and details as :name=value"
        raise ValueError(message)
    on, nth, kind = parts
    if not (nth.isascii() and nth.isdigit()):
        message = f"nth is a whole number, not {nth!r}"
        raise ValueError(message)
    texts = {item.name for item in fields(kind_of(kind)) if item.type == "str"}
    told: dict[str, Any] = {"on": on, "nth": int(nth), "kind": kind}
    for detail in given:
        name, _, value = detail.partition("=")
        if name in told:
            message = f"{name} is told twice"
            raise ValueError(message)
        told[name] = value if name in texts else _value(name, value)
    Faults().add(**told)  # whether there is such a fault
    return told


def _value(name: str, text: str) -> Any:
    if name == "times" and text == _FOR_EVER:
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
