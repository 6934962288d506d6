"""What the examples use: which public functions, and which members of which public classes, told from their source.

An example is a docstring's, a notebook's cell or a Python block of the README; other tests run them. What a name in one
stands for is followed through assignments, calls and the annotations of what is called, so that ``report.problems`` is
known to be a report's, and ``check.problems`` a validation's. What cannot be followed counts for nothing.
"""

from __future__ import annotations

import ast
import dataclasses
import doctest
import importlib
import inspect
import pkgutil
import re
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ac_notebook as ac
from ac_notebook.accessor import ActiveCampaignAccessor
from ac_notebook.forms.base.form import Form
from ac_notebook.sandbox.faults.plan import Faults
from ac_notebook.sandbox.served import ServedFaults
from tests.notebook_runs import FOLDER, read

if TYPE_CHECKING:
    from collections.abc import Iterator

README = FOLDER.parent / "README.md"

MODULES: dict[str, types.ModuleType] = {
    "ac": ac,
    "ac.errors": ac.errors,
    "ac.forms": ac.forms,
    "ac.sandbox": ac.sandbox,
}
"""By the name under which examples have them: the modules whose names are public."""

FORMS: dict[str, type] = {name: getattr(ac.forms, name) for name in ac.forms.__all__}

CLASSES: dict[str, type] = {
    **{name: thing for name, thing in vars(ac.errors).items() if isinstance(thing, type) and name in ac.errors.__all__},
    **{name: getattr(ac.sandbox, name) for name in ac.sandbox.__all__ if inspect.isclass(getattr(ac.sandbox, name))},
    **{name: getattr(ac, name) for name in ac.__all__ if inspect.isclass(getattr(ac, name))},
    **{kind.__name__: kind for kind in (Form, *FORMS.values(), ActiveCampaignAccessor, Faults, ServedFaults)},
}
"""The public classes, those of forms and what ``df.activecampaign`` and ``sandbox.faults`` are included, by name."""

_SANDBOXES = {"connection": "Connection"}
"""What a sandbox does not annotate, since it shares no code with the client."""

Use = tuple[str, str]
"""A public name: of a module (``("ac", "plan")``), or of a class (``("Plan", "run")``)."""


@dataclass(frozen=True)
class Instance:
    """A value of a public class."""

    kind: type


@dataclass(frozen=True)
class Bound:
    """A method or a classmethod, and the class that it was asked for on."""

    function: Any
    kind: type


def owner(kind: type, name: str) -> str:
    """Return the public class that a member belongs to: of those that have it, the one that is nearest to the root."""
    known = [cls.__name__ for cls in kind.__mro__ if CLASSES.get(cls.__name__) is cls and _has(cls, name)]
    found = known[-1] if known else kind.__name__
    return {"ServedSandbox": "Sandbox", "ServedFaults": "Faults"}.get(found, found)


def members(kind: type) -> set[str]:
    """Return what can be asked of a value of a public class: methods, properties, attributes; none of Python's."""
    ours = [cls for cls in kind.__mro__ if cls.__module__.startswith("ac_notebook")]
    fields = {one.name for one in dataclasses.fields(kind)} if dataclasses.is_dataclass(kind) else set()
    described = {name for cls in ours for name in _described(cls)}
    return {name for name in fields | described | {n for cls in ours for n in vars(cls)} if not name.startswith("_")}


def _described(cls: type) -> Iterator[str]:
    """Yield the attributes that a docstring describes, and those that an error gets when it is made."""
    section = re.search(r"Attributes\n-+\n(.*?)(?=\n\n\w+\n-+\n|\Z)", inspect.cleandoc(cls.__doc__ or ""), re.DOTALL)
    for line in re.findall(r"^\w+(?:, \w+)*$", section[1] if section else "", re.MULTILINE):
        yield from line.split(", ")
    if issubclass(cls, BaseException) and "__init__" in vars(cls):
        yield from re.findall(r"self\.(\w+)\b[^=\n]* = ", inspect.getsource(vars(cls)["__init__"]))


def _has(kind: type, name: str) -> bool:
    return name in members(kind)


@dataclass
class Reader(ast.NodeVisitor):
    """Reads one example after the other; what one has named, the next knows.

    Parameters
    ----------
    module
        Where the example stands, whose names it has without importing them.
    """

    module: Any = None
    names: dict[str, Any] = field(default_factory=dict)
    uses: set[Use] = field(default_factory=set)

    def read(self, source: str) -> set[Use]:
        """Read an example, and return what was used so far."""
        lines = [line for line in source.splitlines() if not line.startswith(("%", "!"))]
        self.visit(ast.parse("\n".join(lines)))
        return self.uses

    def meaning(self, node: ast.AST) -> Any:
        """Return what an expression is: a module, a class, a function, an :class:`Instance`; None for not known."""
        if isinstance(node, ast.Name):
            found = self.names.get(node.id, vars(self.module).get(node.id) if self.module else None)
            if isinstance(found, type | types.FunctionType):
                self.uses |= {
                    (known, node.id) for known, module in MODULES.items() if _public(module, node.id) is found
                }
            return found
        if isinstance(node, ast.Attribute):
            return self._member(node)
        if isinstance(node, ast.Call):
            return self._result(self.meaning(node.func))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            found = self.meaning(node.left)
            return Instance(ac.Mapping) if isinstance(found, Instance) and issubclass(found.kind, ac.Mapping) else None
        return None

    def _member(self, node: ast.Attribute) -> Any:
        name, of = node.attr, self.meaning(node.value)
        if name == "activecampaign":
            return Instance(ActiveCampaignAccessor)
        for known, module in MODULES.items():
            if of is module:
                self.uses.add((known, name))
                return getattr(module, name, None)
        kind = of.kind if isinstance(of, Instance) else of
        if not isinstance(kind, type) or CLASSES.get(kind.__name__) is not kind or not _has(kind, name):
            return getattr(of, name, None) if isinstance(of, types.ModuleType) else None
        self.uses.add((owner(kind, name), name))
        member = inspect.getattr_static(kind, name, None)
        if isinstance(member, property):
            said = member.fget.__annotations__.get("return", "") if member.fget else ""
            return _instance(_SANDBOXES.get(name, said) if said == "Any" else said, kind)
        if inspect.isfunction(member) or isinstance(member, classmethod):
            return Bound(getattr(member, "__func__", member), kind)
        said = next((vars(cls)["__annotations__"][name] for cls in kind.__mro__
                     if name in vars(cls).get("__annotations__", {})), "")  # fmt: skip
        return _instance(said, kind)

    def _result(self, called: Any) -> Any:
        if isinstance(called, type):
            return Instance(called)
        function = called.function if isinstance(called, Bound) else called
        if not inspect.isfunction(function):
            return None
        return _instance(function.__annotations__.get("return", ""), called.kind if isinstance(called, Bound) else None)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Note a member that is used."""
        self.meaning(node)
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        """Note a function or a class that is used by its name alone; one that gets a new meaning is not used."""
        if isinstance(node.ctx, ast.Load):
            self.meaning(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Note what the parameters of a function are said to be."""
        for argument in node.args.args:
            kind = self.meaning(argument.annotation) if argument.annotation is not None else None
            self.names[argument.arg] = Instance(kind) if isinstance(kind, type) else None
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Note what a name stands for from here on."""
        self.generic_visit(node)
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=True))
            for name, value in pairs:
                self._name(name, self.meaning(value))

    def visit_With(self, node: ast.With) -> None:
        """Note what a context manager is called: each of ours returns itself."""
        for item in node.items:
            if item.optional_vars is not None:
                self._name(item.optional_vars, self.meaning(item.context_expr))
        self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        """Note what a caught error is called."""
        caught = self.meaning(node.type) if node.type is not None else None
        if node.name is not None:
            self.names[node.name] = Instance(caught) if isinstance(caught, type) else None
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        """Note under which name the package is known."""
        for alias in node.names:
            if alias.name == "ac_notebook":
                self.names[alias.asname or alias.name] = ac

    def _name(self, target: ast.AST, meaning: Any) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] = meaning


def _public(module: types.ModuleType, name: str) -> Any:
    return getattr(module, name) if name in module.__all__ else None


def _instance(annotation: Any, kind: type | None) -> Instance | None:
    """Return what an annotation promises, as far as it is of a public class."""
    for word in re.findall(r"\w+", annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")):
        if word == "Self" and kind is not None:
            return Instance(kind)
        if word in CLASSES:
            return Instance(CLASSES[word])
    return None


def of_docstrings() -> Iterator[tuple[str, set[Use]]]:
    """Yield each docstring that has examples, by what it documents, with what is used in them."""
    finder = doctest.DocTestFinder()
    for info in [*pkgutil.walk_packages(ac.__path__, "ac_notebook."), None]:
        if info is not None and info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name) if info is not None else ac
        for found in finder.find(module, module.__name__):
            if found.examples:
                reader = Reader(module)
                for example in found.examples:
                    reader.read(example.source)
                yield found.name, reader.uses


def of_pages() -> set[Use]:
    """Return what is used in the notebooks and in the README."""
    uses: set[Use] = set()
    for path in sorted(FOLDER.glob("*.ipynb")):
        reader = Reader()
        for cell in read(path).cells:
            if cell.cell_type == "code":
                reader.read(cell.source)
        uses |= reader.uses
    reader = Reader()
    for block in re.findall(
        r"^```python\n(.*?)^```", Path(README).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    ):
        reader.read(block)
    return uses | reader.uses
