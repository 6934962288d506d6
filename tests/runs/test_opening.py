"""The first line of a run: in words, what is resumed or skipped, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.runs.opening import Beginning, opening
from ac_notebook.runs.run import Run
from ac_notebook.storage.earlier_runs import EarlierRun
from tests.virtual import VirtualClock, through
from tests.wire import IMPORT, INFO, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.sandbox import Sandbox

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
THEN = NOW - timedelta(minutes=16)


def line(state: str = "Successful", *, days: int = 0, **found: Any) -> str:
    """Return the line of a run after one that ended in a state."""
    last = EarlierRun(id="1f", list=4, identity="", automations=False, started=THEN - timedelta(days=days), state=state)
    return opening(replace(Beginning(now=NOW, last=last, rows=5_000), **found))


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (
            line("Canceled", unchanged=3_210, queued=250),
            (
                "Resuming the run of 09:14 UTC that was stopped: 3,210 of 5,000 rows are imported and not sent again, "
                '250 are asked about first; sending the other 1,540 (resend="all" sends everything).'
            ),
        ),
        (
            line("Processing", days=1, unchanged=4_000, unanswered=1),
            (
                "Resuming the run of 2026-03-01 09:14 UTC that was broken off: 4,000 of 5,000 rows are imported and "
                "not sent again; sending the other 1,000, 1 of them once more because no answer came "
                '(resend="all" sends everything).'
            ),
        ),
        (
            line("Failed", unchanged=4_750, queued=250),
            (
                "Resuming the run of 09:14 UTC that failed: 4,750 of 5,000 rows are imported and not sent again, 250 "
                'are asked about first; nothing else to send (resend="all" sends everything).'
            ),
        ),
        (
            line("Canceled", unanswered=250, automations=True),
            (
                "Resuming the run of 09:14 UTC that was stopped: 250 got no answer and are uncertain, because "
                "automations run; sending the other 4,750."
            ),
        ),
        (line("Failed"), "Resuming the run of 09:14 UTC that failed: sending 5,000 rows."),
        (
            line("Canceled", unchanged=5_000),
            (
                "Resuming the run of 09:14 UTC that was stopped: all 5,000 rows are imported and not sent again; "
                'nothing else to send (resend="all" sends everything).'
            ),
        ),
        (
            line("Failed", rows=1, unchanged=1),
            (
                "Resuming the run of 09:14 UTC that failed: 1 of 1 row is imported and not sent again; nothing else to "
                'send (resend="all" sends everything).'
            ),
        ),
        (
            line(unchanged=5_000),
            'Nothing has changed since 09:14 UTC: nothing to send (resend="all" sends everything).',
        ),
        (
            line(days=1, unchanged=4_988, refused=12),
            (
                'Nothing has changed since 2026-03-01 09:14 UTC: nothing to send (resend="all" sends everything). '
                "12 that were refused before are not sent again."
            ),
        ),
        (
            line(refused=5_000),
            (
                'Nothing has changed since 09:14 UTC: nothing to send (resend="all" sends everything). '
                "5,000 that were refused before are not sent again."
            ),
        ),
        (
            line(unchanged=4_900),
            (
                "4,900 of 5,000 rows are imported and not sent again; sending the other 100 "
                '(resend="all" sends everything).'
            ),
        ),
        (
            line(unchanged=4_900, first=20),
            (
                "4,900 of 5,000 rows are imported and not sent again; sending 20 of the other 100 rows (first=20) "
                '(resend="all" sends everything).'
            ),
        ),
        (line(), "No row was imported before as it is now: sending 5,000 rows."),
        (
            line(unchanged=4_900, refused=60, resend_all=True),
            (
                'resend="all": sending 5,000 rows, also 4,900 that have not changed since they were imported, 60 that '
                "were refused before."
            ),
        ),
        (
            line("Canceled", unchanged=1_000, queued=250, elsewhere=50, resend_all=True),
            (
                'resend="all": sending 5,000 rows, also 1,000 that have not changed since they were imported. '
                "300 contacts of an earlier run are asked about first."
            ),
        ),
        (opening(Beginning(now=NOW, rows=5_000)), "First run of this export: sending 5,000 rows."),
        (opening(Beginning(now=NOW, rows=1)), "First run of this export: sending 1 row."),
        (opening(Beginning(now=NOW, rows=50, first=20)), "First run of this export: sending 20 of 50 rows (first=20)."),
        (opening(Beginning(now=NOW, rows=0)), "Nothing to send: no row passed the checks."),
    ],
)
def test_the_line_says_what_and_why(said: str, wanted: str) -> None:
    """One sentence or two, with the numbers, the time of the run that is resumed, and how to send everything."""
    assert said == wanted


def people(rows: int, name: str = "Ann") -> pd.DataFrame:
    """Return customers."""
    return pd.DataFrame({"E-mail": [f"p{n:04}@example.org" for n in range(rows)], "Name": name})


def first_line(frame: pd.DataFrame, connection: ac.Connection, **options: Any) -> str:
    """Export, and return the first line."""
    told: list[ac.Progress] = []
    mapping = {"email": "E-mail", "first_name": "Name"}
    try:
        ac.export(frame, connection=connection, list="VIP", mapping=mapping, progress=told.append, **options)
    except errors.APIError:
        told.append(ac.Progress(phase="ended", opening=told[-1].opening))
    return told[-1].opening


def test_runs_one_after_the_other(connection: ac.Connection, clock: VirtualClock) -> None:
    """First all, then nothing, then what changed, then everything again because that was asked for."""
    assert first_line(people(600), connection) == "First run of this export: sending 600 rows."
    clock.sleep(86_400)
    assert first_line(people(600), connection).startswith("Nothing has changed since 2026-03-02 09:00 UTC")
    changed = pd.concat([people(590), people(600, "Bob").tail(10)], ignore_index=True)
    assert first_line(changed, connection).startswith(
        "590 of 600 rows are imported and not sent again; sending the other 10"
    )
    assert first_line(changed, connection, resend="all") == (
        'resend="all": sending 600 rows, also 600 that have not changed since they were imported.'
    )


def test_after_a_run_that_failed(box: Sandbox, clock: VirtualClock) -> None:
    """Rows that were queued are asked about first, those without an answer sent again: first line and plan say both."""
    broken = True

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if broken and number > 1:
            message = "cut"
            raise httpx.ReadError(message)
        return pass_on()

    def unanswered(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if broken:
            message = "cut"
            raise httpx.ReadError(message)
        return pass_on()

    inner = box.connection.link.transport
    assert inner is not None
    connection = through(box, clock, transport=Wire(Wire(inner, INFO, unanswered), IMPORT, treat))
    assert first_line(people(900), connection) == "First run of this export: sending 900 rows."
    broken = False
    plan = ac.plan(people(900), connection=connection, list="VIP", mapping={"email": "E-mail", "first_name": "Name"})
    assert plan.warnings[:2] == (
        "250 contacts of an earlier run are not confirmed; the run asks about them first.",
        (
            "650 contacts of an earlier run got no answer; the run sends them once more, unless automations ran: then "
            "they are uncertain."
        ),
    )
    said = first_line(people(900), connection)
    assert said == (
        "Resuming the run of 09:00 UTC that failed: 250 are asked about first; "
        "sending the other 650, 650 of them once more because no answer came."
    )
    assert len(box.contacts()) == 900


def test_the_line_is_printed_before_anything_else(
    connection: ac.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is the first line of output, also of a first run."""
    ac.export(people(3), connection=connection, list="VIP", mapping={"email": "E-mail"})
    assert capsys.readouterr().out.splitlines()[0] == "First run of this export: sending 3 rows."


def test_contacts_that_are_none_of_the_rows_are_asked_about_too(box: Sandbox, clock: VirtualClock) -> None:
    """What another segment's run left open takes its time, and is said and shown from the beginning."""
    inner = box.connection.link.transport
    assert inner is not None
    busy = Wire(inner, INFO, lambda *_: httpx.Response(200, json={"status": "waiting"}))
    assert first_line(people(600), through(box, clock, transport=busy), wait=0).startswith("First run")
    phases: list[str] = []

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        assert run.progress is not None
        phases.append(run.progress.phase)
        return pass_on()

    connection = through(box, clock, transport=Wire(inner, INFO, treat))
    mapping = {"email": "E-mail", "first_name": "Name"}
    run = Run(plan=ac.plan(people(700).tail(100), connection=connection, list="VIP", mapping=mapping))
    run.work()
    assert run.report().counts["imported"] == 100
    assert phases[:3] == ["recovering"] * 3
    assert run.opening == (
        "No row was imported before as it is now: sending 100 rows. "
        "600 other contacts of an earlier run are asked about first."
    )
