from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from ac_notebook.frames import convert
from tests.frames.rig import sent

TARGETS = {
    "names": ("first_name", "last_name"), "phone": ("phone",), "text": ("text", "textarea", "hidden"),
    "number": ("number",), "date": ("date",), "datetime": ("datetime",), "choice": ("dropdown", "radio"),
    "multi": ("checkbox", "listbox"), "tags": ("tags",), "unknown": ("unknown",),
}  # fmt: skip
CELLS: dict[str, list[Any]] = {
    "text": ["Anna", "a b"],
    "text of digits": ["20200519", "5"],
    "text in ISO 8601": ["2020-05-19", "2020-05-19T02:45:00+02:00"],
    "text in a stated form": ["20200519"],
    "int, whole float": [20200519, 5.0],
    "int in a stated form": [20200519, 20200519.0],
    "fraction, Decimal": [2.5, Decimal("2.50")],
    "bool": [True],
    "date": [dt.date(2020, 5, 19)],
    "moment": [pd.Timestamp("2020-05-19 02:45"), dt.datetime(2020, 5, 19, 2, 45, tzinfo=dt.UTC)],
    "time, Period": [dt.time(2, 45), pd.Period("2020-05", "M")],
    "UUID": [uuid.UUID(int=5)],
    "Timedelta": [pd.Timedelta("1h"), dt.timedelta(1)],
    "list": [["A", "B"], ("A", "B"), {"A", "B"}],
    "all else": [b"A", 1j, {"A": 1}, pd.Interval(0, 1), object()],
}
CODES = {
    "!digits": "!phone-no-digits", "!number": "!number-invalid", "!date": "!date-invalid",
    "!value": "!value-unsupported",
}  # fmt: skip


def _matrix() -> dict[str, dict[str, str]]:
    lines = str(convert.__doc__).splitlines()
    head = next(number for number, line in enumerate(lines) if line.startswith("a cell of  ") and "phone" in line)
    edges = [len(part) for part in lines[head - 1].split("  ")]
    starts = [sum(edges[:place]) + 2 * place for place in range(len(edges))]
    stop = next(number for number in range(head + 2, len(lines)) if lines[number].startswith("==="))

    def cells(line: str) -> list[str]:
        return [line[start : start + width].strip() for start, width in zip(starts, edges, strict=True)]

    names = cells(lines[head])[1:]
    return {cells(line)[0]: dict(zip(names, cells(line)[1:], strict=True)) for line in lines[head + 2 : stop]}


MATRIX = _matrix()


def test_the_matrix_is_complete() -> None:
    """Every type of cell, and every kind of target."""
    assert list(MATRIX) == list(CELLS)
    assert all(list(row) == list(TARGETS) for row in MATRIX.values())


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("cell", CELLS)
def test_the_matrix_is_what_happens(cell: str, target: str) -> None:
    """Each entry of the documented matrix is what is sent."""
    entry = MATRIX[cell][target]
    stated = {"format": "%Y%m%d"} if "stated" in cell else {}
    for value in CELLS[cell]:
        series = pd.Series([value], dtype=object)
        [same] = sent(series, "unknown")
        for kind in TARGETS[target]:
            if entry == "-":
                continue  # cannot be stated: tests of stated formats
            [found] = sent(series, kind, **stated)
            expected = {"same": same, "||A||": f"||{same}||", '["A"]': f'["{same}"]', **CODES}.get(entry, entry)
            if entry == "day":
                expected = "2020-05-19"
            if entry == "moment":
                assert str(found).startswith("2020-05-19T")
                assert str(found)[-6] in "+-"
            else:
                assert found == expected
