"""What the condition of a segment looks at: which columns, and whether at one row after the other."""

from __future__ import annotations

import ast
import re
import unicodedata
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

Kind = Literal["number", "text"]

_ROW_WISE = frozenset({
    "abs", "between", "eq", "fillna", "ge", "gt", "isin", "isna", "isnull", "le", "lt", "ne", "notna", "notnull",
    "round",
})  # fmt: skip
"""Methods of a column that look at each cell alone."""

_ACCESSORS = ("dt", "str")
"""What they lead to looks at each cell alone, but for the methods below."""

_NOT_OF_ACCESSORS = frozenset({"cat", "get_dummies", "freq", "to_pydatetime"})

_OPERATIONS = (
    ast.Expression, ast.Expr, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.Name, ast.Constant, ast.List,
    ast.Tuple, ast.Load, ast.boolop, ast.operator, ast.unaryop, ast.cmpop,
)  # fmt: skip


def named_in(condition: str, names: Sequence[str]) -> list[str]:
    """Return the columns that a condition may name, in the order of the columns; a few too many at worst.

    Parameters
    ----------
    condition
        As for ``DataFrame.query``.
    names
        The columns there are.

    Examples
    --------
    >>> named_in("points > 500 and `E-mail` != ''", ["E-mail", "points", "town"])
    ['E-mail', 'points']
    """
    text = condition + unicodedata.normalize("NFKC", condition)  # the form in which Python reads names
    return [name for name in dict.fromkeys(names) if name in text]


def is_row_wise(condition: str) -> bool:
    """Return whether a condition is certain to look at one row after the other.

    Where it is not, as with a mean, its columns have to be there as a whole.

    Examples
    --------
    >>> is_row_wise("points > 500 and country in ['SE', 'NO']"), is_row_wise("points > points.mean()")
    (True, False)
    >>> is_row_wise("`E-mail`.str.endswith('.se') and not points.isna()")
    True
    """
    tree = _parsed(condition)
    return tree is not None and _looks_at_rows(tree)


def names_the_index(condition: str, names: Collection[str]) -> bool:
    """Return whether a condition asks for the rows' labels, as for ``DataFrame.query``.

    Parameters
    ----------
    condition
        The condition.
    names
        The columns there are: one that is called so stands for itself.

    Examples
    --------
    >>> names_the_index("index < 10", ["points"]), names_the_index("`my index` < 10", ["my index"])
    (True, False)
    """
    tree = _parsed(condition)
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} if tree is not None else set()
    return any(re.fullmatch(r"index|ilevel_\d+", name) and name not in names for name in named)


def compared_with(condition: str, kinds: Mapping[str, Kind]) -> Iterator[tuple[str, Kind]]:
    """Yield the columns that a condition compares with something of another kind, and the kind of that.

    Parameters
    ----------
    condition
        As for ``DataFrame.query``.
    kinds
        What the cells of some columns are.

    Examples
    --------
    >>> list(compared_with("town != 7 and points > 500", {"town": "text", "points": "number"}))
    [('town', 'number')]
    """
    tree = _parsed(condition)
    for node in ast.walk(tree) if tree is not None else ():
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        of_columns = [_column(side) for side in sides if isinstance(side, ast.Name)]
        for name in of_columns:
            for kind in _kinds([side for side in sides if not isinstance(side, ast.Name)]):
                if name in kinds and kind != kinds[name]:
                    yield name, kind


_MARK = "column_in_backticks_"


def _parsed(condition: str) -> ast.expr | None:
    """Return the condition's syntax; None where Python has none for it."""
    quoted = re.sub(r"`([^`]*)`", lambda found: _MARK + found[1].encode().hex(), condition)
    try:
        return ast.parse(quoted.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _column(name: ast.Name) -> str:
    return bytes.fromhex(name.id.removeprefix(_MARK)).decode() if name.id.startswith(_MARK) else name.id


def _kinds(sides: Collection[ast.expr]) -> Iterator[Kind]:
    for side in sides:
        for cell in side.elts if isinstance(side, ast.List | ast.Tuple) else [side]:
            value = cell.operand if isinstance(cell, ast.UnaryOp) else cell
            if isinstance(value, ast.Constant) and not isinstance(value.value, bool):
                if isinstance(value.value, str):
                    yield "text"
                elif isinstance(value.value, int | float):
                    yield "number"


def _looks_at_rows(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return _calls_for_rows(node)
    if isinstance(node, ast.Attribute):
        of_accessor = isinstance(node.value, ast.Attribute) and node.value.attr in _ACCESSORS
        if node.attr not in _ACCESSORS and not (of_accessor and node.attr not in _NOT_OF_ACCESSORS):
            return False
        return _looks_at_rows(node.value)
    if isinstance(node, ast.Compare) and any(isinstance(sign, ast.In | ast.NotIn) for sign in node.ops):
        return _looks_at_rows(node.left) and all(map(_is_said, node.comparators))  # "in" a column is in all of it
    return isinstance(node, _OPERATIONS) and all(map(_looks_at_rows, ast.iter_child_nodes(node)))


def _calls_for_rows(node: ast.Call) -> bool:
    method = node.func
    if not isinstance(method, ast.Attribute) or any(keyword.arg in (None, "method") for keyword in node.keywords):
        return False
    of_accessor = isinstance(method.value, ast.Attribute) and method.value.attr in _ACCESSORS
    if method.attr not in _ROW_WISE and not (of_accessor and method.attr not in _NOT_OF_ACCESSORS):
        return False
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    if method.attr == "isin" and not all(map(_is_said, given)):
        return False
    return all(map(_looks_at_rows, (method.value, *given)))


def _is_said(node: ast.AST) -> bool:
    """Return whether these are values that are written out."""
    return not any(isinstance(part, ast.Name | ast.Attribute | ast.Call) for part in ast.walk(node))
