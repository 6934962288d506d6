"""Labels of columns, and options, that can be written down: in a file, in code, and read back as the same."""

from __future__ import annotations

import math
import operator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ConfigurationError, MappingError
from ac_notebook.model.mapping import ATTRIBUTES, Mapping

if TYPE_CHECKING:
    from ac_notebook.model.export import Options

LARGEST = 2**63
"""Whole numbers from here on are written nowhere."""

Label = str | int | float | bool | None | tuple[Any, ...]


def plain_label(label: object) -> Label:
    """Return a column's label as a text, a number, a truth value, nothing, or several of those.

    Raises
    ------
    ValueError
        With what it is, when it is something else.

    Examples
    --------
    >>> plain_label("E-mail"), plain_label(("address", 1))
    ('E-mail', ('address', 1))
    """
    return tuple(_scalar(part) for part in label) if type(label) is tuple else _scalar(label)


def plain_mapping(mapping: Mapping) -> Mapping:
    """Return a mapping whose labels can be written down.

    Raises
    ------
    MappingError
        When a label cannot, such as a date.

    Examples
    --------
    >>> plain_mapping(Mapping(email="E-mail", fields={"Points": 2.0}))
    Mapping(email='E-mail', fields={'Points': 2.0})
    """
    given = mapping.to_dict()
    problems: list[str] = []
    fields: dict[str | int, Label] = {}
    for name in (*ATTRIBUTES, "tags", "opt_in"):
        if name in given:
            given[name] = _or_problem(name, given[name], problems)
    for key, label in mapping.fields.items():
        fields[_key(key, problems)] = _or_problem(key, label, problems)
    if problems:
        raise MappingError(problems, hint="Rename the column, or map it in the cell that exports. Nothing was sent.")
    # In the order of the columns, so that equal mappings are written alike.
    order = [*ATTRIBUTES, *fields, "tags"]
    rules = {name: {key: given[name][key] for key in order if key in given.get(name, {})} for name in _RULES}
    rules["separators"] = {key: "".join(rule) for key, rule in rules["separators"].items()}
    return Mapping(**{**given, "fields": fields, **rules})


_RULES = ("blank", "formats", "separators")


def plain_options(options: Options) -> Options:
    """Return options that can be written down: of texts and numbers of any kind, those of Python.

    Raises
    ------
    ConfigurationError
        When the column that customers are known by is labelled with something else.

    Examples
    --------
    >>> from ac_notebook.model.export import Options
    >>> plain_options(Options(key=("customer", 1))).key
    ('customer', 1)
    """
    try:
        key = plain_label(options.key)
    except ValueError as error:
        msg = f"The column of key= is labelled with {error}, which an export that is kept cannot name."
        raise ConfigurationError(msg, hint="Rename the column, or export in a cell. Nothing was sent.") from None
    values: dict[str, Any] = {
        name: _scalar(value)
        for name, value in vars(options).items()
        if name != "key" and isinstance(value, str | int | float) and value != math.inf
    }
    return replace(options, **{**values, "allow": frozenset(map(_text, options.allow)), "key": key})


def _or_problem(target: object, label: object, problems: list[str]) -> Label:
    try:
        return plain_label(label)
    except ValueError as error:
        problems.append(f"the column of {target!r} is labelled with {error}, which an export that is kept cannot name.")
        return None


def _key(key: object, problems: list[str]) -> str | int:
    if isinstance(key, str):
        return _text(key)
    number = operator.index(key)  # type: ignore[arg-type]  # a mapping takes texts and whole numbers only
    if not 0 <= number < LARGEST:
        problems.append("the id of a field is a whole number of at most 18 digits.")
    return number


def _scalar(label: object) -> Label:
    if label is None or isinstance(label, bool):
        return label
    if isinstance(label, str):
        return _text(label)
    item = getattr(label, "item", None)  # NumPy's numbers, whose item() is Python's
    if type(label).__module__ == "numpy" and callable(item):
        label = item()
    if isinstance(label, bool):
        return label
    if isinstance(label, int):
        if abs(label) >= LARGEST:
            raise ValueError("a number of more than 18 digits")
        return int(label)
    if isinstance(label, float):
        if not math.isfinite(label):
            raise ValueError("a number that is not finite")
        return float(label)
    raise ValueError(f"a {type(label).__name__}")


def _text(text: str) -> str:
    return "".join(text)  # of a subclass of text, its letters
