"""Who shows progress may stop a run: also one that has nothing to report yet."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from tests.virtual import VirtualClock, through
from tests.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from ac_notebook.sandbox import Sandbox


def test_a_run_is_stopped_before_it_counts_anything(box: Sandbox, clock: VirtualClock) -> None:
    """While a run looks whether the list is there, it tells that it begins, and an interrupt from there ends it."""
    told: list[ac.Progress] = []
    heard = threading.Event()
    is_running = False

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if is_running:
            heard.wait(20)
        return pass_on()

    def show(progress: ac.Progress) -> None:
        told.append(progress)
        if len(told) == 1:
            heard.set()
            raise KeyboardInterrupt

    inner = box.connection.link.transport
    assert inner is not None
    connection = through(box, clock, transport=Wire(inner, "/api/3/lists/5", treat))
    people = pd.DataFrame({"E-mail": [f"p{n}@example.org" for n in range(300)]})
    plan = ac.plan(people, connection=connection, list="VIP", mapping={"email": "E-mail"}, progress=show)
    is_running = True
    with pytest.raises(errors.ExportInterrupted) as caught:
        plan.run()
    assert told[0].phase == "beginning"
    assert told[-1].phase == "ended"
    assert caught.value.report.counts["not_sent"] == 300
    assert len(box.contacts()) == 0
    assert plan.run(progress=False).counts["imported"] == 300


def test_what_a_run_says_is_told_to_the_function(box: Sandbox, clock: VirtualClock) -> None:
    """What a bar would print above itself is in the progress from then on; the first line is not repeated."""
    told: list[ac.Progress] = []
    held = threading.Event()

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        held.wait(20)
        return pass_on()

    def show(progress: ac.Progress) -> None:
        told.append(progress)
        if progress.phase not in ("beginning", "ended") and not held.is_set():
            held.set()
            raise KeyboardInterrupt

    inner = box.connection.link.transport
    assert inner is not None
    connection = through(box, clock, transport=Wire(inner, "/api/3/import/bulk_import", treat))
    people = pd.DataFrame({"E-mail": [f"p{n}@example.org" for n in range(1_500)]})
    plan = ac.plan(people, connection=connection, list="VIP", mapping={"email": "E-mail"}, progress=show)
    with pytest.raises(errors.ExportInterrupted):
        plan.run()
    assert told[0].said == ""
    assert told[-1].said.startswith("Stopping after the requests in flight")
    assert told[-1].opening == "First run of this export: sending 1,500 rows."
