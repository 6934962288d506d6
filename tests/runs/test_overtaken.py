"""An old plan does not overwrite what was sent since it was made (hazards I6, H19)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from tests.virtual import VirtualClock, through
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.sandbox import Sandbox

ROWS = 600


def people(name: str, rows: int = ROWS) -> pd.DataFrame:
    """Return customers who all have one name."""
    return pd.DataFrame({"E-mail": [f"p{n:04}@example.org" for n in range(rows)], "n": name, "number": range(rows)})


def plan_of(frame: pd.DataFrame, connection: ac.Connection, **options: Any) -> ac.Plan:
    """Return a plan with names."""
    return ac.plan(frame, connection=connection, list="VIP", mapping={"email": "E-mail", "first_name": "n"}, **options)


def names(box: Sandbox) -> set[str]:
    """Return the names that the account holds."""
    return set(box.contacts()["first_name"])


@pytest.mark.parametrize("changes", [{}, {"resend": "all"}, {"duplicates": "last"}])
def test_an_old_plan_is_refused(box: Sandbox, connection: ac.Connection, changes: dict[str, Any]) -> None:
    """Made before newer values were sent, whatever it is given afterwards: nothing of it is sent, and it says why."""
    plan_of(people("Before"), connection).run()
    old = plan_of(people("Old"), connection)
    plan_of(people("New").head(400), connection).run()
    if changes:
        old = old.replace(**changes)
    with pytest.raises(errors.StateError) as caught:
        old.run()
    assert "sent other values of 400 rows: it would overwrite them" in caught.value.message
    assert "Plan again" in caught.value.hint
    assert caught.value.report.counts["not_sent"] == ROWS
    assert names(box) == {"New", "Before"}


def test_a_plan_made_for_the_first_run_is_refused_too(box: Sandbox, connection: ac.Connection) -> None:
    """Also where nothing was known when it was made."""
    old = plan_of(people("Old"), connection)
    plan_of(people("New"), connection).run()
    with pytest.raises(errors.StateError, match="other values of 600 rows"):
        old.run()
    assert names(box) == {"New"}


def test_what_is_not_confirmed_is_not_overwritten(box: Sandbox, clock: VirtualClock) -> None:
    """A newer run that was stopped may have arrived: an old plan does not go over that either."""
    stop = threading.Event()

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        pass_on()
        stop.set()
        raise httpx.ReadTimeout("")

    inner = box.connection.link.transport
    assert inner is not None
    old = plan_of(people("Old"), through(box, clock))
    newer = plan_of(people("New"), through(box, clock, transport=Wire(inner, IMPORT, treat)))

    def interrupt(_: ac.Progress) -> None:
        if stop.is_set():
            raise KeyboardInterrupt

    with pytest.raises(errors.ActiveCampaignError):
        newer.run(progress=interrupt)
    with pytest.raises(errors.StateError, match="would overwrite"):
        old.run()
    clock.sleep(60)
    assert names(box) == {"New"}
    assert plan_of(people("New"), through(box, clock)).run().counts["imported"] == ROWS


def test_its_own_runs_are_no_others(box: Sandbox, connection: ac.Connection) -> None:
    """A rehearsal, the rest, and everything once more are all the same plan's."""
    plan = plan_of(people("Ann"), connection)
    plan.run(first=20)
    assert plan.run().counts["imported"] == ROWS - 20
    assert plan.run().counts["unchanged"] == ROWS
    assert plan.replace(resend="all").run().counts["imported"] == ROWS
    assert names(box) == {"Ann"}


def test_other_people_and_the_same_values_are_no_reason(box: Sandbox, connection: ac.Connection) -> None:
    """Plans of two segments run in any order, and one whose values were sent by another run has less to send."""
    frame = people("Ann")
    upper = plan_of(frame, connection, segment="number >= 300", allow={"row-count"})
    lower = plan_of(frame, connection, segment="number < 300", allow={"row-count"})
    assert lower.run().counts["imported"] == 300
    assert upper.run().counts["imported"] == 300
    again = plan_of(people("Bea"), connection)
    plan_of(people("Bea").head(100), connection).run()
    assert again.run().counts["unchanged"] == 100
    assert names(box) == {"Bea"}
