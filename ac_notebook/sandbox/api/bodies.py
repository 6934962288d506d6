"""Reading what a body says beside ids: texts, switches, and bodies whose JSON has no object around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

import orjson

from . import answers
from .call import RefusedError

if TYPE_CHECKING:
    from .call import Call

_ON = ("1", "true", "yes", "on")


def whole(call: Call) -> Any:
    """Return all of a body's JSON.

    Raises
    ------
    RefusedError
        With a 400 when the body is no JSON.
    """
    try:
        return orjson.loads(call.body)
    except orjson.JSONDecodeError:
        raise RefusedError(answers.errors("Bad Request", "Invalid or unparsable json", status=400)) from None


def filled(value: object) -> TypeGuard[str]:
    """Tell whether a value is a text that says something."""
    return isinstance(value, str) and value.strip() != ""


def switched_on(value: object) -> bool:
    """Tell whether a switch is on: the service takes booleans, numbers and texts for it (section 10, types drift)."""
    if isinstance(value, str):
        return value.strip().lower() in _ON
    return value is True or (type(value) is int and value == 1)


def scalar(value: object) -> str | None:
    """Return a text or a number as text, None for anything else: there is no column that holds an object."""
    if isinstance(value, bool):
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else None


def sent_id(value: object, number: int) -> str | int:
    """Return an id as POST answers give it: a number where a number was sent, else a text (section 10, types drift)."""
    return number if type(value) is int else str(number)


def invalid_attribute(detail: str, pointer: str) -> dict[str, Any]:
    """Return one error of the shape that exclusions have."""
    return {
        "status": 422,
        "title": "Invalid attribute",
        "detail": detail,
        "source": {"pointer": f"/data/attributes/{pointer}"},
    }
