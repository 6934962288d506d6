"""An export as plain dictionaries and lists: what files and the state database hold. Never a key."""

from __future__ import annotations

import math
from dataclasses import fields as dataclass_fields
from typing import TYPE_CHECKING, Any

from ac_notebook.model.export import Options
from ac_notebook.model.mapping import ATTRIBUTES, SPECIAL
from ac_notebook.model.segment import Segment

if TYPE_CHECKING:
    from ac_notebook.model.export import Export
    from ac_notebook.model.mapping import Mapping

FORMAT = "ac_notebook export"
VERSION = 1
"""Of the format; what earlier ones wrote is read, what later ones write is refused."""

RULES = {"format": "formats", "blank": "blank", "separator": "separators"}
"""By what it is called beside a column, what it is called in a mapping."""

FOREVER = "forever"
"""In place of a number of seconds without an end."""


def plain_of(export: Export) -> dict[str, Any]:
    """Return an export as plain dictionaries and lists, in an order that does not change.

    What was left at its default is left out, but for the connection.

    Examples
    --------
    >>> from ac_notebook.model.export import Export
    >>> from ac_notebook.model.mapping import Mapping
    >>> export = Export(name="Weekly", list=4, mapping=Mapping(email="E-mail", fields={"Birthday": "dob"}))
    >>> plain_of(export)["mapping"]
    [{'to': 'email', 'column': 'E-mail'}, {'field': 'Birthday', 'column': 'dob'}]
    """
    plain: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "name": export.name,
        "connection": export.connection or None,
        "list": export.list,
        "mapping": _rows_of(export.mapping),
    }
    if isinstance(export.segment, Segment):
        plain["segment"] = {"name": export.segment.name, "condition": export.segment.condition}
    elif export.segment is not None:
        plain["segment"] = export.segment
    if export.tags:
        plain["tags"] = list(export.tags)
    if export.options != Options():
        plain["options"] = options_of(export.options)
    return plain


def options_of(options: Options) -> dict[str, Any]:
    """Return the options that are not at their default, as plain values."""
    usual, plain = Options(), {}
    for entry in dataclass_fields(Options):
        value = getattr(options, entry.name)
        if value != getattr(usual, entry.name):
            plain[entry.name] = _plain_option(value)
    return plain


def _rows_of(mapping: Mapping) -> list[dict[str, Any]]:
    columns = [("to", name, getattr(mapping, name)) for name in ATTRIBUTES]
    columns += [("field", key, label) for key, label in mapping.fields.items()]
    columns += [("to", name, getattr(mapping, name)) for name in SPECIAL]
    rows = []
    for kind, key, label in columns:
        if kind == "to" and label is None:
            continue
        row = {kind: key, "column": list(label) if isinstance(label, tuple) else label}
        # A field may be called as an attribute is: then the rule is the field's.
        if kind == "field" or key not in mapping.fields:
            row |= {
                short: getattr(mapping, name)[key] for short, name in RULES.items() if key in getattr(mapping, name)
            }
        rows.append(row)
    return rows


def _plain_option(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else FOREVER
    return value
