"""Reading the forms' code: what escapes, what is a handler, which texts a person would read."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMS = Path(__file__).parents[2] / "ac_notebook" / "forms"

_TAG = re.compile(r"</?[a-z][^>]*>?", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{2,}")
ESCAPING = {"h", "escape", "markup", "table_html"}
"""Functions whose result is HTML in which everything was escaped."""
HARMLESS = {"len", "int", "round"}
OURS = {"sign", "colour"}
"""Arguments that are constants where they are given."""
_MADE_OF: dict[type[ast.expr], tuple[str, ...]] = {
    ast.JoinedStr: ("values",), ast.FormattedValue: ("value",), ast.Starred: ("value",), ast.BinOp: ("left", "right"),
    ast.List: ("elts",), ast.Tuple: ("elts",), ast.IfExp: ("body", "orelse"), ast.BoolOp: ("values",),
    ast.GeneratorExp: ("elt",), ast.ListComp: ("elt",),
}  # fmt: skip
_TEXTS = {
    "bad", "good", "note", "heading", "say", "text", "lines", "number", "choice", "yes_or_no", "button", "toggle",
    "put", "title",
}  # fmt: skip
_TEXT_KEYWORDS = {"description", "placeholder", "tooltip"}


@dataclass(frozen=True)
class Module:
    """A module of forms: its name, and its code."""

    name: str
    tree: ast.Module

    def calls(self) -> Iterator[ast.Call]:
        """Yield everything that is called."""
        yield from (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def at(self, node: ast.expr) -> str:
        """Return where something stands."""
        return f"{self.name}:{node.lineno}"


def modules() -> list[Module]:
    """Return all modules of forms."""
    return [Module(path.name, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(FORMS.glob("**/*.py"))]


def called(call: ast.Call) -> str:
    """Return the last name of what is called."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def widget_names(module: Module) -> Iterator[str]:
    """Yield what a module takes from ipywidgets."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "ipywidgets":
            yield node.attr
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "ipywidgets":
            yield from (alias.name for alias in node.names)


def unescaped(module: Module) -> Iterator[str]:
    """Yield where something goes into HTML that was not escaped there, or just before."""
    functions = [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
    for node in ast.walk(module.tree):
        if not (_is_text(node) and _TAG.search(_literal(node))):
            continue
        around = [one for one in functions if any(inner is node for inner in ast.walk(one))]
        if not is_safe(node, around):
            yield module.at(node)


def _is_text(node: ast.AST) -> TypeGuard[ast.JoinedStr | ast.BinOp]:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod))


def _literal(node: ast.AST) -> str:
    return "".join(one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def is_safe(node: ast.expr, around: list[ast.FunctionDef | ast.Lambda]) -> bool:
    """Return whether an expression may stand in HTML: a constant, what was escaped, and what is made of them.

    Parameters
    ----------
    node
        The expression.
    around
        The functions that it stands in, whose variables it may use.
    """
    if isinstance(node, ast.Constant | ast.Compare):
        return True
    if isinstance(node, ast.Call):
        return _gives_html(node, around)
    if isinstance(node, ast.Attribute):
        return node.attr.isupper()
    if isinstance(node, ast.Name):
        return node.id.strip("_").isupper() or node.id in OURS or _was_escaped(node.id, around)
    parts = [part for name in _MADE_OF.get(type(node), ()) for part in _listed(getattr(node, name))]
    return bool(parts) and all(is_safe(part, around) for part in parts)


def _listed(found: ast.expr | list[ast.expr]) -> list[ast.expr]:
    return found if isinstance(found, list) else [found]


def _gives_html(call: ast.Call, around: list[ast.FunctionDef | ast.Lambda]) -> bool:
    name = called(call)
    if name == "join":
        return all(is_safe(one, around) for one in call.args)
    # What a function of the module gives is looked at where it is made.
    return name in ESCAPING | HARMLESS or name.strip("_").endswith(("html", "cell", "row_of"))


def _was_escaped(name: str, around: list[ast.FunctionDef | ast.Lambda]) -> bool:
    found = [
        one.value
        for function in around
        for one in ast.walk(function)
        if isinstance(one, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.NamedExpr) and one.value is not None
        for target in (one.targets if isinstance(one, ast.Assign) else [one.target])
        if isinstance(target, ast.Name) and target.id == name
    ]
    return bool(found) and all(is_safe(one, around) for one in found)


def unguarded(module: Module) -> Iterator[str]:
    """Yield where something listens to a widget whose errors nobody would see."""
    for call in module.calls():
        if called(call) not in ("observe", "on_click", "on_submit", "on_displayed", "on_msg") or not call.args:
            continue
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
        is_part = isinstance(receiver, ast.Name) and receiver.id == "self"  # Part.observe takes a widget, and guards
        handler = call.args[0]
        if not is_part and not (isinstance(handler, ast.Call) and called(handler) == "shown"):
            yield module.at(call)


def untranslated(module: Module) -> Iterator[str]:
    """Yield where a person would read English, whatever the language."""
    for call in module.calls():
        given = [keyword.value for keyword in call.keywords if keyword.arg in _TEXT_KEYWORDS]
        if isinstance(call.func, ast.Attribute) and called(call) in _TEXTS:
            given += call.args[:2]
        for text in given:
            if isinstance(text, ast.Constant | ast.JoinedStr) and _LETTERS.search(_TAG.sub("", _literal(text))):
                yield module.at(text)
