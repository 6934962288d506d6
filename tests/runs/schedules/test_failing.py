"""Exports that keep failing: paused where repeating does not mend it, told once, and told once when they recover."""

from __future__ import annotations

import json
import logging
import sys
from typing import TYPE_CHECKING

import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.runs.keys import KeyGoneError
from ac_notebook.runs.schedules.failures import kind_of, lasts
from ac_notebook.runs.schedules.running import run_due
from ac_notebook.runs.schedules.telling import Command, Told, tell
from tests.runs.schedules.scene import DAY, Runs, daily, occasions
from tests.runs.schedules.test_at_once import BEGIN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.virtual import VirtualClock

LASTING = {
    "key": errors.AuthenticationError("The key was not accepted."),
    "consent": errors.ConsentError("Nobody has agreed."),
    "connection": errors.ConnectionNotFoundError("There is none."),
    "guard rail": errors.GuardError("Too many rows.", rails=["row-count"]),
    "mapping": errors.MappingError(["no column."]),
    "configuration": errors.ConfigurationError("Wrong."),
    "rights": errors.PermissionDeniedError("May not."),
    "not found": errors.NotFoundError("No such list."),
}


def days(runs: Runs, number: int) -> list[str]:
    """What becomes of an export on so many days, each called at twice."""
    found: list[str] = []
    for _ in range(number):
        runs.clock.sleep(DAY)
        found += [ran.result for ran in runs.call()]
        runs.call()
    return found


def test_kinds_that_last_are_those_that_somebody_has_to_mend() -> None:
    """Each error of the configuration, the agreement, the key and its rights lasts; no fault of the way does."""
    assert {kind_of(error): lasts(kind_of(error)) for error in LASTING.values()} == dict.fromkeys(LASTING, True)
    assert kind_of(KeyGoneError("The key is not there any more.")) == "key"
    passing = (
        errors.ServerError, errors.UnreachableError, errors.RateLimitError, errors.UnexpectedAnswerError,
        errors.StateError, errors.RefusedError, ZeroDivisionError,
    )  # fmt: skip
    assert not any(lasts(kind_of(error("Wrong."))) for error in passing)


@pytest.mark.parametrize("kind", ["key", "guard rail"])
def test_two_failures_that_last_pause_an_export(
    connection: ac.Connection, clock: VirtualClock, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    """It is run no more, stands so in the table and in the log, and somebody is told once."""
    export = daily(connection)
    runs = Runs(clock, LASTING[kind])
    assert days(runs, 2) == ["failed"] * 2
    assert f"paused (2 failures in a row: {kind})" in ac.exports()["schedule"].tolist()[0]
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        assert days(runs, 4) == []
    assert len(runs.asked) == 2
    assert [record.message.count("is not run: paused since") for record in caplog.records] == [1] * 4
    assert [(told.event, told.kind, told.failures, told.is_paused) for told in runs.told] == [("failed", kind, 2, True)]
    assert "paused since 2026-03-04 09:0" in repr(export.schedule())


def test_it_goes_on_after_somebody_has_mended_it(connection: ac.Connection, clock: VirtualClock) -> None:
    """Resumed, it runs at the next moment, what was due meanwhile is left out, and the recovery is told once."""
    export = daily(connection)
    runs = Runs(clock, *[LASTING["key"]] * 2, 0)
    days(runs, 5)
    export.resume()
    assert runs.call() == []
    assert days(runs, 3) == ["done"] * 3
    assert [told.event for told in runs.told] == ["failed", "recovered"]
    assert runs.told[1].failures == 2
    assert "paused" not in ac.exports()["schedule"].tolist()[0]


def test_resumed_and_not_mended_it_is_paused_again(connection: ac.Connection, clock: VirtualClock) -> None:
    """Two more failures pause it again; it is the same trouble, so nobody is told a second time."""
    export = daily(connection)
    runs = Runs(clock, LASTING["key"])
    days(runs, 4)
    export.resume()
    assert days(runs, 4) == ["failed"] * 2
    assert [told.event for told in runs.told] == ["failed"]


def test_what_repeating_may_mend_is_told_and_not_paused(connection: ac.Connection, clock: VirtualClock) -> None:
    """An unreachable service is told after three failures in a row, once, and tried for as long as it takes."""
    daily(connection)
    runs = Runs(clock, *[errors.UnreachableError("No way.")] * 6, 0)
    assert days(runs, 8) == [*["failed"] * 6, "done", "done"]
    assert [(told.event, told.failures, told.is_paused) for told in runs.told] == [
        ("failed", 3, False),
        ("recovered", 6, False),
    ]


def test_failures_of_different_kinds_do_not_pause(connection: ac.Connection, clock: VirtualClock) -> None:
    """Only two of one kind in a row do: a fault of the service between them begins the count anew."""
    daily(connection)
    key, fault = LASTING["key"], errors.ServerError("A fault.")
    runs = Runs(clock, key, fault, key, key, 0)
    assert days(runs, 4) == ["failed"] * 4
    assert days(runs, 1) == []


def test_a_success_between_begins_the_count_anew(connection: ac.Connection, clock: VirtualClock) -> None:
    """A failure, a run that went well, and a failure are nothing to tell."""
    daily(connection)
    key = LASTING["key"]
    runs = Runs(clock, key, 0, key, 0)
    assert days(runs, 4) == ["failed", "done", "failed", "done"]
    assert runs.told == []


def test_a_command_is_told_the_facts_and_no_key(
    connection: ac.Connection, clock: VirtualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The saved command runs without a shell, once for the failure and once for the recovery; no key is handed on."""
    monkeypatch.setenv("ACTIVECAMPAIGN_API_KEY", "secret-of-the-account")
    monkeypatch.setenv("AC_NOTEBOOK_KEY__DEMO", "secret-of-the-account")
    monkeypatch.setenv("OUR_OWN", "secret-of-the-account")
    connection.replace(name="Elsewhere", key_place="environment OUR_OWN").save()
    log = tmp_path / "told.txt"
    code = (
        "import json, os, sys\n"
        "with open(sys.argv[1], 'a') as log:\n"
        "    kept = {name: value for name, value in os.environ.items() if name.startswith(('AC_', 'ACT', 'OUR'))}\n"
        "    print(json.dumps([sys.argv[2], kept]), file=log)"
    )
    daily(connection, on_failure=[sys.executable, "-c", code, str(log), "$HOME; echo `id`"])
    days(Runs(clock, LASTING["consent"], *[errors.ServerError("A fault.")] * 2, 0), 5)
    told = [json.loads(line) for line in log.read_text().splitlines()]
    assert [argument for argument, _ in told] == ["$HOME; echo `id`"] * 2
    wanted = {"EVENT": "failed", "EXPORT": "Weekly", "KIND": "server", "FAILURES": "3", "PAUSED": "no"}
    first = told[0][1]
    assert {name: first[f"AC_NOTEBOOK_{name}"] for name in wanted} == wanted
    assert first["AC_NOTEBOOK_DUE"] == "2026-03-05T05:00:00+00:00"
    assert told[1][1]["AC_NOTEBOOK_EVENT"] == "recovered"
    assert "secret-of-the-account" not in log.read_text()


def test_a_command_that_fails_ends_nothing(
    connection: ac.Connection, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """One that ends badly, and a function that raises, are in the log, and the runs go on."""
    daily(connection, on_failure=[sys.executable, "-c", "raise SystemExit(4)"])
    runs = Runs(clock, errors.ServerError("A fault."))
    runs.told = None  # type: ignore[assignment]  # no function to be called

    def raising(_: object) -> None:
        raise ValueError("ann@example.org")

    with caplog.at_level(logging.WARNING):
        for _ in range(4):
            clock.sleep(DAY)
            run_due(runs, clock=clock, on_failure=raising)
    assert caplog.text.count("ended with 4") == 1
    assert caplog.text.count("raised ValueError") == 1
    assert "example.org" not in caplog.text


def test_a_command_that_hangs_is_ended(caplog: pytest.LogCaptureFixture) -> None:
    """It is waited for so long and no longer, and in the log without its arguments, which may be secrets."""
    told = Told(event="failed", export="Weekly", kind="key", due=BEGIN, failures=3, is_paused=True)
    words = (sys.executable, "-c", "import signal; signal.pause()", "hush")
    tell(told, Command(words=words, patience=0.01), None)
    tell(told, Command(words=("/no/such/program", "hush")), None)
    assert [record.message for record in caplog.records] == [
        "The command of on_failure= of 'Weekly' took more than 0.01 s and was ended. Run it by hand to see why.",
        "The command of on_failure= of 'Weekly' cannot be run. Give another: export.schedule(…, on_failure=…).",
    ]


def test_paused_by_hand(connection: ac.Connection, clock: VirtualClock) -> None:
    """Who pauses says why; nothing runs until it is resumed, and then from the next moment on."""
    export = daily(connection)
    export.pause("holidays")
    runs = Runs(clock)
    assert days(runs, 3) == []
    assert ac.exports()["schedule"].tolist()[0] == "paused (holidays): 0 6 * * * Europe/Stockholm"
    assert [(each.result, each.kind) for each in occasions(export)] == [("left", "paused")] * 3
    export.resume()
    assert days(runs, 2) == ["done"] * 2
