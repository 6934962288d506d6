"""Filters and orders by name, as lists and tags have them (section 3)."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, TypeVar

from . import answers
from .call import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .queries import Arguments

Row = TypeVar("Row")

# Names are compared whatever their case, as MySQL does by default.
OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "eq": operator.eq,
    "neq": operator.ne,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "contains": operator.contains,
    "starts_with": str.startswith,
}


def named(
    rows: Sequence[Row], arguments: Arguments, parameter: str, name: Callable[[Row], str],
    plain: tuple[str, str] | None,
) -> Sequence[Row]:  # fmt: skip
    """Return the rows that a query is about, in the order it asks for.

    Parameters
    ----------
    parameter
        What the name is called in the query: `filters[parameter][operator]` and `orders[parameter]`.
    plain
        Operator and text of a filter without an operator, if there is one.

    Raises
    ------
    RefusedError
        With a 400 when the operator is unknown: UNKNOWN what the service does; to leave it out would be the milder.
    """
    wanted = [plain] if plain is not None else []
    start = f"filters[{parameter}]["
    for key, text in arguments.items(multi=True):
        if key.startswith(start) and key.endswith("]"):
            wanted.append((key[len(start) : -1], text))
    for name_of_operator, text in wanted:
        compare = OPERATORS.get(name_of_operator)
        if compare is None:
            detail = f"Unknown operator: {name_of_operator}"
            raise RefusedError(answers.errors("Bad Request", detail, status=400))
        rows = [row for row in rows if compare(name(row).lower(), text.lower())]
    return _ordered(rows, arguments.get(f"orders[{parameter}]", "").lower(), name, wanted[0][1] if wanted else "")


def _ordered(rows: Sequence[Row], order: str, name: Callable[[Row], str], text: str) -> Sequence[Row]:
    """Return rows by name, or by weight: first those called so, then those that begin so, then the rest."""
    if order in ("asc", "desc"):
        return sorted(rows, key=lambda row: name(row).lower(), reverse=order == "desc")
    if order == "weight" and text:
        return sorted(rows, key=lambda row: _weight(name(row).lower(), text.lower()))
    return rows


def _weight(name: str, text: str) -> Any:
    return 0 if name == text else 1 if name.startswith(text) else 2
