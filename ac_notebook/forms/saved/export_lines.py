"""The saved exports as lines of a table in a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ac_notebook.forms.base.lines import Column, Line

if TYPE_CHECKING:
    from ac_notebook.forms.base.texts import Words
    from ac_notebook.runs.tables import Table

_SHOWN = (
    "name", "type", "connection", "list", "segment", "status", "refreshed", "schedule", "last updated", "by",
)  # fmt: skip
_ORDERED_BY = {"refreshed": "refreshed at"}


def columns_of(words: Words) -> list[Column]:
    """Return the columns, in the form's language."""
    titles = (
        words("Name"), words("Type"), words("Connection"), words("List"), words("Segment"), words("Status"),
        words("Refreshed"), words("Schedule"), words("Last updated (UTC)"), words("By"),
    )  # fmt: skip
    optional = ("segment", "schedule")
    return [Column(title=title, is_optional=name in optional) for name, title in zip(_SHOWN, titles, strict=True)]


def lines_of(table: Table, identities: tuple[str, ...]) -> list[Line]:
    """Return a line for each saved export, known by what it is remembered under."""
    rows = table.to_dict("records")
    return [_line(row, identity) for row, identity in zip(rows, identities, strict=True)]


def _line(row: dict[Any, Any], identity: str) -> Line:
    cells = tuple(_cell(row[name]) for name in _SHOWN)
    keys = tuple(_key(row[_ORDERED_BY.get(name, name)]) for name in _SHOWN)
    # Not moments: almost every number is in one.
    words = tuple(cell for name, cell in zip(_SHOWN, cells, strict=True) if name not in ("refreshed", "last updated"))
    return Line(identity, cells, str(row["name"]), keys, words)


def _cell(value: Any) -> str:
    if value is None or value is pd.NaT:
        return ""
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, pd.Timestamp) else str(value)


def _key(value: Any) -> Any:
    """Return what a cell is ordered by: a list may be named by a text or a number."""
    if isinstance(value, pd.Timestamp):
        return value
    return None if value is None or value is pd.NaT or value == "" else str(value)
