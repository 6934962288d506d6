"""What a result hands out is the caller's to change, and what the result knows stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import ac_notebook as ac

if TYPE_CHECKING:
    from ac_notebook import Connection

MAPPING = {"email": "m"}


@pytest.fixture(params=["validation", "plan", "report"])
def result(request: pytest.FixtureRequest, connection: Connection) -> Any:
    """What there is at each step of an export of one row that can be sent and two that cannot."""
    frame = pd.DataFrame({"m": ["a@example.org", "not one", "A@example.org"]})
    if request.param == "validation":
        return ac.validate(frame, MAPPING)
    plan = ac.plan(frame, connection=connection, list="VIP", mapping=MAPPING)
    return plan if request.param == "plan" else plan.run()


def test_outcomes_and_counts_can_be_changed(result: Any) -> None:
    """With every pandas: through the Series, and through the array beneath."""
    outcome, counts = result.outcome.tolist(), result.counts.tolist()
    mine, numbers = result.outcome, result.counts
    mine.iloc[0] = "refused"
    mine.array[1] = "uncertain"
    numbers.iloc[:] = 7
    assert mine.tolist() == ["refused", "uncertain", outcome[2]]
    assert result.outcome.tolist() == outcome
    assert result.counts.tolist() == counts
