"""A frame that is changed while its export runs: what arrives is what the plan saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import ac_notebook as ac
from tests.virtual import VirtualClock, through
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from ac_notebook.sandbox import Sandbox

pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")

ROWS = 300
LONG = "x" * 20_000
"""In each row, so that the run goes through the frame in several pieces, most of them after the first request."""
MAPPING = {
    "email": "mail", "first_name": "name", "Points": "points", "City": "city", "Interests": "interests",
    "Tier": "tier", "Birthday": "born", "phone": "phone", "tags": "tags",
}  # fmt: skip


def _frame() -> tuple[pd.DataFrame, np.ndarray[Any, Any]]:
    """Return customers, and the array of numbers that their points may lie in."""
    each = range(ROWS)
    points = np.arange(ROWS)
    frame = pd.DataFrame(
        {
            "mail": [f"p{number}@example.org" for number in each],
            "points": pd.Series(points, copy=False),
            "city": pd.Series([f"city {number % 7} {LONG}" for number in each], dtype=object),
            "name": pd.Series([f"Name {number}" for number in each], dtype=pd.ArrowDtype(pa.large_string())),
            "interests": pd.Series([["Travel"] for _ in each], dtype=object),
            "tier": pd.Categorical(["Gold" if number % 2 else "Silver" for number in each]),
            "born": pd.to_datetime(np.full(ROWS, "2000-02-29", dtype="datetime64[s]")),
            "phone": pd.array(points + 46_701_000_000, dtype="Int64"),
            "tags": pd.Series([["vip"] for _ in each], dtype=object),
        },
        copy=False,
    )
    return frame, points


def _lists(frame: pd.DataFrame, _: Any) -> None:
    for name in ("interests", "tags"):
        for cell in frame[name].tolist():
            cell[0] = "changed"
            cell.append("Music")


def _array(_: pd.DataFrame, points: np.ndarray[Any, Any]) -> None:
    points[:] = 77


def _own_arrays(frame: pd.DataFrame, _: Any) -> None:
    for name in ("phone", "born", "points"):
        array = frame[name].array
        for part in ("_data", "_ndarray"):
            raw = getattr(array, part, None)
            if isinstance(raw, np.ndarray):
                raw = raw.view()
                # As an extension written in C would: pandas hands out read-only views where it can.
                if raw.base is not None and raw.base.flags.writeable:
                    raw.flags.writeable = True
                if raw.flags.writeable:
                    raw[:] = raw[::-1].copy()


def _enlarge(frame: pd.DataFrame, _: Any) -> None:
    frame.loc[ROWS] = frame.iloc[0]


def _blank(frame: pd.DataFrame, _: Any) -> None:
    for place in range(frame.shape[1]):
        frame.isetitem(place, np.full(ROWS, None, dtype=object))


CHANGES: dict[str, Callable[[pd.DataFrame, Any], Any]] = {
    "cells by loc": lambda frame, _: frame.loc.__setitem__((slice(None), "city"), "changed"),
    "cells by iloc": lambda frame, _: frame.iloc.__setitem__((slice(None), 0), "changed@example.net"),
    "a cell by at": lambda frame, _: [frame.at.__setitem__((row, "mail"), "x@example.net") for row in range(ROWS)],
    "a cell by iat": lambda frame, _: [frame.iat.__setitem__((row, 2), "changed") for row in range(0, ROWS, 7)],
    "the array under the frame": _array,
    "the arrays of columns": _own_arrays,
    "lists in cells": _lists,
    "dtypes": lambda frame, _: frame.__setitem__("points", frame["points"].astype("float32") + 0.5),
    "a column dropped": lambda frame, _: frame.drop(columns=["city", "tier"], inplace=True),  # noqa: PD002 - in place
    "a column in another's place": lambda frame, _: frame.insert(0, "new", "x"),
    "columns renamed": lambda frame, _: frame.__setattr__("columns", list("abcdefghi")[: frame.shape[1]]),
    "columns swapped": lambda frame, _: frame.__setitem__(["city", "mail"], frame[["mail", "city"]].to_numpy()),
    "the index": lambda frame, _: frame.__setattr__("index", range(ROWS, 0, -1)),
    "sorted in place": lambda frame, _: frame.sort_values("points", ascending=False, inplace=True),  # noqa: PD002
    "rows dropped": lambda frame, _: frame.drop(index=range(ROWS - 1), inplace=True),  # noqa: PD002 - in place
    "a row more": _enlarge,
    "attrs": lambda frame, _: frame.attrs.update(changed=True),
    "flags": lambda frame, _: setattr(frame.flags, "allows_duplicate_labels", False),
    "categories renamed": lambda frame, _: frame.__setitem__(
        "tier", frame["tier"].cat.rename_categories({"Gold": "Bronze", "Silver": "Gold"})
    ),
    "everything blank": _blank,
}
"""What people do to a frame while something else reads it."""


def _arrived(box: Sandbox) -> list[dict[Any, Any]]:
    tags = box.contact_tags().groupby("contact")["tag"].agg(list).to_dict()
    rows: list[dict[Any, Any]] = box.contacts().sort_values("email").to_dict("records")
    return [{**row, "id": 0, "tags": tags.get(row["id"])} for row in rows]


def _export(
    box: Sandbox, clock: VirtualClock, change: Callable[[pd.DataFrame, Any], Any] | None
) -> tuple[list[dict[Any, Any]], ac.Report]:  # fmt: skip
    frame, points = _frame()
    inner = box.connection.link.transport
    assert inner is not None
    done: list[int] = []

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        # Before the first request arrives, when most of the others have not been made.
        if number == 1 and change is not None:
            change(frame, points)
            done.append(number)
        return pass_on()

    report = ac.export(
        frame, connection=through(box, clock, transport=Wire(inner, IMPORT, treat)), list="VIP", mapping=MAPPING
    )
    assert change is None or done == [1]
    return _arrived(box), report


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> list[dict[Any, Any]]:
    """What arrives of the frame when nobody changes it."""
    from ac_notebook.sandbox import Sandbox  # noqa: PLC0415 - here only

    clock = VirtualClock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AC_NOTEBOOK_HOME", str(tmp_path_factory.mktemp("home")))
        arrived, report = _export(Sandbox(clock=clock.monotonic, now=clock.now), clock, None)
    assert report.counts["imported"] == ROWS
    return arrived


@pytest.mark.parametrize("name", CHANGES)
def test_what_arrives_is_what_the_plan_saw(
    box: Sandbox, clock: VirtualClock, untouched: list[dict[Any, Any]], name: str
) -> None:
    """Whatever is done to the frame between two requests, all rows arrive as they were when the plan was made."""
    arrived, report = _export(box, clock, CHANGES[name])
    assert report.counts["imported"] == report.counts.sum() == ROWS
    assert report.outcome.index.equals(pd.RangeIndex(ROWS))
    assert not box.requests()["status"].ge(400).any()
    assert arrived == untouched


def test_there_are_enough_changes() -> None:
    """Ten at least, and each of them does change something."""
    assert len(CHANGES) >= 10
    silent = []
    for name, change in CHANGES.items():
        frame, points = _frame()
        before = (repr(frame.to_dict("list")), list(frame.index), dict(frame.attrs), str(frame.flags), points.tolist())
        change(frame, points)
        after = (repr(frame.to_dict("list")), list(frame.index), dict(frame.attrs), str(frame.flags), points.tolist())
        silent += [name] if before == after else []
    assert silent == []
