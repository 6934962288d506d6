"""What is shown of a frame of naughty values shows none of them."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.runs import show
from tests.naughty.rig import diagonal, naughty

if TYPE_CHECKING:
    from ac_notebook import Connection, Plan, Report, Validation

MAPPING = {
    "email": "mail",
    "first_name": "first_name",
    "phone": "phone",
    "City": "Line",
    "Points": "Count",
    "Birthday": "Day",
    "Last visit": "Moment",
    "Tier": "Drop",
    "Interests": "Check",
}
TARGETS = ("first_name", "phone", "Line", "Count", "Day", "Moment", "Drop", "Check")


def _frame(values: list[str]) -> pd.DataFrame:
    frame, cells = diagonal(values, lambda column: pd.Series(column, dtype=object), TARGETS)
    bare = pd.DataFrame({"mail": pd.Series(values, dtype=object)})
    frame = pd.concat([frame, bare], ignore_index=True).astype(object)
    return frame.set_axis(pd.Index([value for _, value in cells] + values, dtype=object))


def _rendered(thing: Plan | Report | Validation) -> str:
    parts = [repr(thing), str(thing), thing._repr_html_(), str(thing.outcome.head(0)), str(thing.counts)]
    parts += [_written(table) for table in (thing.problems, getattr(thing, "changes", pd.DataFrame()))]
    return "\n".join(parts)


def _written(table: pd.DataFrame) -> str:
    """Return a table's labels and its lines, equal ones once."""
    lines = dict.fromkeys(table.to_csv(index=False).splitlines())
    return "\n".join([repr(table), " ".join(map(str, table.index)), *lines])


def _shown(connection: Connection, values: list[str]) -> str:
    frame = _frame(values)
    plan = ac.plan(frame, connection=connection, list="VIP", mapping=MAPPING)
    preview = plan.preview(len(frame))
    texts = [_rendered(plan), _written(preview), "\n".join(plan.warnings)]
    texts.append(_rendered(ac.validate(frame, MAPPING)))
    report = plan.run()
    return "\n".join([*texts, _rendered(report), str(getattr(report, "warnings", ""))])


def _forms(value: str) -> set[str]:
    """Return a value as it might be written down, where it is long enough to be recognised."""
    written = {value, value.strip(), repr(value)[1:-1], json.dumps(value)[1:-1], html.escape(value), show.plain(value)}
    return {form for form in written if len(form) > 6}


@pytest.mark.filterwarnings("error")
def test_no_value_is_shown(connection: Connection) -> None:
    """Not in a table, a repr, a page, a preview or a warning, even if the rows are labelled by the values."""
    known = _shown(connection, ["harmless", "x@y", "2024-01-01T10:00:00", "12"])
    said = _shown(connection, [value for value in naughty() if len(value) < 1_000])
    found = [value for value in naughty() if any(form in said and form not in known for form in _forms(value))]
    assert not found, f"{len(found)} values are shown, such as {found[0]!a}"
