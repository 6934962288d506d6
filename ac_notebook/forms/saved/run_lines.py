"""Runs as lines of a table in a form, and two of them beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ac_notebook.forms.base.lines import Column, Line
from ac_notebook.model.outcome import WORDS
from ac_notebook.runs.show import duration, h

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ac_notebook.forms.base.texts import Words
    from ac_notebook.runs.tables import Table

_BEFORE = ("id", "export", "connection", "list", "status", "started", "took", "rows")
_SHOWN = (*_BEFORE, *WORDS, "requests", "by")
_NUMBERS = ("rows", *WORDS, "requests")


def columns_of(words: Words) -> list[Column]:
    """Return the columns, in the form's language; outcomes are called as they are in code."""
    titles = {
        "id": words("Run id"), "export": words("Export"), "connection": words("Connection"), "list": words("List"),
        "status": words("Status"), "started": words("Started (UTC)"), "took": words("Took"), "rows": words("Rows"),
        "requests": words("Requests"), "by": words("By"),
    }  # fmt: skip
    return [
        Column(title=titles.get(name, name), is_number=name in _NUMBERS, is_optional=name in WORDS) for name in _SHOWN
    ]


def lines_of(table: Table) -> list[Line]:
    """Return a line for each run, known by its id."""
    return [_line(row) for row in table.to_dict("records")]


def compared(one: Mapping[Any, Any], other: Mapping[Any, Any], words: Words) -> str:
    """Return the counts of two runs beside each other, and the difference, as HTML.

    Parameters
    ----------
    one, other
        Rows of the table of runs.
    words
        The form's.
    """
    heads = (words("Outcome"), _called(one), _called(other), words("Difference"))
    head = "".join(f'<th scope="col" style="text-align:left;padding:1px 8px">{h(text)}</th>' for text in heads)
    body = ""
    for name in _NUMBERS:
        left, right = one[name], other[name]
        if {_cell(left), _cell(right)} <= {"", "0"}:
            continue
        known = not pd.isna(left) and not pd.isna(right)
        difference = f"{left - right:+,}" if known and left != right else "0" if known else ""
        numbers = (_cell(left), _cell(right), difference)
        cells = "".join(f'<td style="text-align:right;padding:1px 8px">{h(number)}</td>' for number in numbers)
        body += f'<tr><th scope="row" style="text-align:left;font-weight:normal">{h(name)}</th>{cells}</tr>'
    return f"<table style='line-height:1.4'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _line(row: dict[Any, Any]) -> Line:
    cells = tuple(_cell(row[name]) for name in _SHOWN)
    keys = tuple(_key(row[name]) for name in _SHOWN)
    words = tuple(cell for name, cell in zip(_SHOWN, cells, strict=True) if name not in (*_NUMBERS, "took"))
    return Line(row["id"], cells, label_of(row), keys, words)


def label_of(row: Mapping[Any, Any]) -> str:
    """Return what a run is called where it is chosen."""
    return " · ".join(filter(None, (_cell(row["started"]), row["export"], row["status"], row["id"])))


def _called(row: Mapping[Any, Any]) -> str:
    return f"{_cell(row['started'])} ({row['id']})"


def _cell(value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, pd.Timedelta):
        return duration(value.total_seconds())
    return value if isinstance(value, str) else f"{value:,}"


def _key(value: Any) -> Any:
    return None if pd.isna(value) or value == "" else value
