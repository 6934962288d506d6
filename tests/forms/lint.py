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

_TAG = re.compile(r"</?[a-z][^>]*>?")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
ESCAPING = {"h", "notice_of", "markup"}
"""Functions whose result is HTML in which everything was escaped, of which tests tell so elsewhere."""
HARMLESS = {"len", "int", "round"}
OURS = {"sign", "colour", "markup"}
"""Names of constants, and of what is HTML already, where they are given."""
_MADE_OF: dict[type[ast.expr], tuple[str, ...]] = {
    ast.JoinedStr: ("values",), ast.FormattedValue: ("value",), ast.Starred: ("value",), ast.BinOp: ("left", "right"),
    ast.List: ("elts",), ast.Tuple: ("elts",), ast.IfExp: ("body", "orelse"), ast.BoolOp: ("values",),
    ast.GeneratorExp: ("elt",), ast.ListComp: ("elt",), ast.Subscript: ("value",),
}  # fmt: skip
_EXAMPLE = re.compile(r"\S*[\d/_@-]\S*")
"""Paths, variables and the like, which are the same in every language."""
_TEXTS = {
    "bad", "good", "note", "heading", "say", "text", "lines", "number", "choice", "yes_or_no", "button", "toggle",
    "put", "title",
}  # fmt: skip
_TEXT_KEYWORDS = {"description", "placeholder", "tooltip"}


@dataclass(frozen=True)
class Module:
    """A module of forms: its place among them, and its code."""

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
    paths = sorted(FORMS.glob("**/*.py"))
    return [Module(path.relative_to(FORMS).as_posix(), ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


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
    """Yield where something goes into HTML that was not escaped there, or in the functions of the module it is from."""
    for node in ast.walk(module.tree):
        if _is_text(node) and _TAG.search(_literal(node)) and not Scope(module.tree, node).is_safe(node):
            yield module.at(node)


def _is_text(node: ast.AST) -> TypeGuard[ast.JoinedStr | ast.BinOp]:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod))


def _literal(node: ast.AST) -> str:
    return "".join(one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


class Scope:
    """What the names within an expression stand for.

    Parameters
    ----------
    tree
        The module.
    node
        The expression, or a function.
    seen
        Functions that are looked into already.
    """

    def __init__(self, tree: ast.Module, node: ast.AST, seen: frozenset[str] = frozenset()) -> None:
        self._tree, self._seen = tree, seen
        self._functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]
        self._around = [one for one in self._functions if any(inner is node for inner in ast.walk(one))]

    def is_safe(self, node: ast.expr) -> bool:
        """Return whether an expression may stand in HTML: a constant, what was escaped, and what is made of them."""
        if isinstance(node, ast.Constant | ast.Compare):
            return True
        if isinstance(node, ast.Call):
            return self._gives_html(node)
        if isinstance(node, ast.Attribute):
            return node.attr.strip("_").isupper() or node.attr in OURS
        if isinstance(node, ast.Name):
            return node.id.strip("_").isupper() or node.id in OURS or self._was_escaped(node.id)
        parts = (part for name in _MADE_OF.get(type(node), ()) for part in _listed(getattr(node, name)))
        return type(node) in _MADE_OF and all(map(self.is_safe, parts))

    def _gives_html(self, call: ast.Call) -> bool:
        name = called(call)
        if name == "join":
            return all(map(self.is_safe, call.args))
        return name in ESCAPING | HARMLESS or (name not in self._seen and self._returns_html(name))

    def _returns_html(self, name: str) -> bool:
        """Return whether a function of the module gives nothing else."""
        made = [one for one in self._functions if one.name == name]
        given = [
            (Scope(self._tree, one, self._seen | {name}), node.value)
            for one in made
            for node in ast.walk(one)
            if isinstance(node, ast.Return) and node.value is not None
        ]
        return bool(given) and all(scope.is_safe(value) for scope, value in given)

    def _was_escaped(self, name: str) -> bool:
        """Return whether all that is put into a variable may stand in HTML."""
        found = [value for function in self._around for node in ast.walk(function) for value in _put_into(name, node)]
        return bool(found) and all(map(self.is_safe, found))


def _put_into(name: str, node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            yield node.value
    elif isinstance(node, ast.Call) and ast.unparse(node.func) in (f"{name}.append", f"{name}.extend"):
        yield from node.args


def _listed(found: ast.expr | list[ast.expr]) -> list[ast.expr]:
    return found if isinstance(found, list) else [found]


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
            if any(_LETTERS.search(_TAG.sub("", part)) and not _EXAMPLE.fullmatch(part) for part in _constants(text)):
                yield module.at(text)


def _constants(text: ast.expr) -> Iterator[str]:
    """Yield the parts of a text that are written there."""
    for part in text.values if isinstance(text, ast.JoinedStr) else [text]:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
