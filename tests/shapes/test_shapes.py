"""Any frame: every row has one outcome, the caller's frame stays as it was, and only our errors are raised."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import ac_notebook as ac
from ac_notebook.errors import ActiveCampaignError, MappingError
from ac_notebook.model.outcome import WORDS
from ac_notebook.model.problems import CODES
from ac_notebook.sandbox import Sandbox
from tests.shapes.dtypes import ARROW, NUMPY, PANDAS
from tests.shapes.labels import COLUMNS, ROWS
from tests.shapes.objects import OBJECTS
from tests.shapes.shape import Shape, state
from tests.shapes.sizes import SIZES
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from ac_notebook import Connection, Plan, Report, Validation

SHAPES = {**COLUMNS, **ROWS, **SIZES, **NUMPY, **PANDAS, **ARROW, **OBJECTS}
NEVER_SENT = (
    "complex64", "complex128", "Interval", "Interval of moments", "categories of intervals", "Arrow binary",
    "Arrow large_binary", "Arrow binary of a size", "Arrow list of lists", "Arrow struct", "Arrow map",
    "Arrow month_day_nano",
)  # fmt: skip
"""Frames whose column is of a dtype that no field takes: the mapping is refused."""

TYPED = {**NUMPY, **PANDAS, **ARROW, **OBJECTS}

EVERY_TARGET = (
    "first_name", "phone", "tags", "opt_in", "City", "Points", "Birthday", "Last visit", "Interests", "Tier",
)  # fmt: skip


@pytest.fixture(scope="module")
def server() -> tuple[VirtualClock, Sandbox]:
    """Return one server for all: making one takes longer than a test."""
    clock = VirtualClock()
    return clock, Sandbox(clock=clock.monotonic, now=clock.now)


@pytest.fixture
def account(server: tuple[VirtualClock, Sandbox], request: pytest.FixtureRequest) -> tuple[Sandbox, Connection]:
    """Return an account of the test's own on it, and its connection."""
    clock, box = server
    own = box.add_account(request.node.name)
    return own, through(own, clock)


def _law(found: Validation | Plan | Report, frame: pd.DataFrame) -> None:
    counts = found.counts
    assert counts.sum() == len(frame)
    assert list(counts.index) == list(WORDS)
    outcome = found.outcome
    assert len(outcome) == len(frame)
    assert outcome.index is frame.index
    assert outcome.notna().all()
    assert outcome.value_counts().reindex(counts.index, fill_value=0).tolist() == counts.tolist()
    problems = found.problems
    assert set(problems["code"]) <= CODES.keys()
    assert repr(found)
    assert found._repr_html_()
    assert repr(problems)


def _refusal(call: Callable[[], Any]) -> ActiveCampaignError:
    with pytest.raises(ActiveCampaignError) as caught:
        call()
    error = caught.value
    assert str(error)
    assert error.hint
    return error


def _validated(shape: Shape, mapping: Any, connection: Connection | None = None) -> None:
    frame = shape.frame
    if shape.refused:
        error = _refusal(lambda: ac.validate(frame, mapping, connection=connection))
        assert shape.refused in f"{error} {error.hint}"
    else:
        _law(ac.validate(frame, mapping, connection=connection), frame)


def _sent(shape: Shape, connection: Connection) -> None:
    frame = shape.frame

    def plan() -> Plan:
        return ac.plan(frame, connection=connection, list="VIP", mapping=shape.mapping)

    if shape.refused or shape.not_planned:
        error = _refusal(plan)
        assert (shape.not_planned or shape.refused) in f"{error} {error.hint}"
        return
    made = plan()
    _law(made, frame)
    made.preview()
    assert made.changes is not None
    assert made.warnings is not None
    report = made.run()
    _law(report, frame)
    assert report.counts["imported"] == made.counts["not_sent"]
    again = plan()
    assert again.counts["not_sent"] == 0


def test_there_are_enough_of_them() -> None:
    """At least 120, under names of their own."""
    assert len(SHAPES) == sum(map(len, (COLUMNS, ROWS, SIZES, NUMPY, PANDAS, ARROW, OBJECTS))) >= 120


@pytest.mark.parametrize("name", SHAPES)
def test_any_frame(account: tuple[Sandbox, Connection], name: str) -> None:
    """Checked and exported, or refused in a sentence; nothing of it is changed, and no request is refused."""
    box, connection = account
    shape = SHAPES[name]()
    if name in NEVER_SENT:
        shape = replace(shape, refused="cannot take; make it text")
    before = state(shape.frame)
    _validated(shape, shape.mapping)
    _sent(shape, connection)
    assert state(shape.frame) == before
    requests = box.requests()
    assert not requests["status"].ge(400).any()


def _misfits(frame: pd.DataFrame, mapping: dict[str, str], connection: Connection | None) -> set[str]:
    """Return the columns that are refused for their dtype, all in one error."""
    problems: Sequence[str] = ()
    try:
        ac.validate(frame, {"email": "mail", **mapping}, connection=connection)
    except MappingError as error:
        problems = error.problems
    refused = {
        column
        for column in mapping.values()
        for problem in problems
        if problem.startswith(f"column {column!r} (") or f"in column {column!r}, mapped to 'tags'" in problem
    }
    assert len(refused) == len(problems)
    return refused


@pytest.mark.parametrize("name", TYPED)
def test_any_dtype_to_any_target(account: tuple[Sandbox, Connection], name: str) -> None:
    """A column of any dtype becomes text, a problem, or a refusal of the mapping in every target."""
    frame = SHAPES[name]().frame
    for target in EVERY_TARGET:
        frame[target] = frame["value"]
    before = state(frame)
    for mapping, connection in (
        ({target: target for target in EVERY_TARGET}, account[1]),
        ({"opt_in": "opt_in", "Anything": "value"}, None),
    ):
        refused = _misfits(frame, mapping, connection)
        left = {target: column for target, column in mapping.items() if column not in refused}
        _law(ac.validate(frame, {"email": "mail", **left}, connection=connection), frame)
    assert state(frame) == before
