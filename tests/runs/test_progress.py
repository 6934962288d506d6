"""Progress: what a bar, a function and the log are told, and that none of them can harm the run."""

from __future__ import annotations

import logging
import threading
from dataclasses import FrozenInstanceError, replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.remote.answers import Answer
from ac_notebook.runs.bar_text import bar_text, width
from ac_notebook.runs.display import Bar, Calls, Nothing, Sentences, display_for
from ac_notebook.runs.progress import PHASES, Progress
from tests.runs.estimate import foretell
from tests.virtual import VirtualClock, VirtualFlights, through
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from ac_notebook.sandbox import Sandbox

ROWS = 1_000


def people(rows: int = ROWS) -> pd.DataFrame:
    """Return customers."""
    return pd.DataFrame({"E-mail": [f"p{n:04}@example.org" for n in range(rows)]})


def plan_of(connection: ac.Connection, rows: int = ROWS, **options: Any) -> ac.Plan:
    """Return the plan of an export of two contacts per request."""
    small = connection.replace(limits=replace(connection.limits, contacts_per_import=2))
    return ac.plan(people(rows), connection=small, list="VIP", mapping={"email": "E-mail"}, **options)


@pytest.mark.parametrize("answer", [0.0, 0.8])
def test_the_remaining_time_is_honest_from_the_first_minute_on(answer: float) -> None:
    """At every progress event after the first minute, the time left until all is confirmed is right within 10 %."""
    foretold, report = foretell(300, answer=answer)
    assert report.counts["imported"] == 600
    assert len(foretold) > 100
    assert max(it.error for it in foretold) <= 0.1


def test_a_function_is_told_in_the_calling_thread(connection: ac.Connection) -> None:
    """It gets frozen numbers that grow, in the thread that called, and the final ones at the end."""
    told: list[tuple[ac.Progress, int]] = []
    report = plan_of(connection).run(progress=lambda progress: told.append((progress, threading.get_ident())))
    assert {thread for _, thread in told} == {threading.get_ident()}
    last = told[-1][0]
    assert (last.phase, last.to_send, last.accepted, last.imported) == ("ended", ROWS, ROWS, ROWS)
    assert (last.requests, last.requests_total, last.seconds_left) == (500, 500, 0.0)
    assert last.imported == report.counts["imported"]
    assert last.opening == "First run of this export: sending 1,000 rows."
    assert [progress.phase for progress, _ in told].count("ended") == 1
    imported = [progress.imported for progress, _ in told]
    assert imported == sorted(imported)
    with pytest.raises(FrozenInstanceError):
        last.imported = 0  # type: ignore[misc]  # frozen


def test_looking_up_reasons_is_a_phase_of_its_own(box: Sandbox, clock: VirtualClock) -> None:
    """While it is looked up why rows were refused, progress says so, and the end is said once, after it."""
    told: list[Progress] = []
    seen = threading.Event()

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        seen.wait(10)  # the first question for reasons: until the one who waits has said what goes on
        return pass_on()

    def show(progress: Progress) -> None:
        told.append(progress)
        if progress.phase in ("explaining", "ended"):
            seen.set()

    frame = people(20)
    box.unsubscribe(frame["E-mail"][3], 4)
    inner = box.connection.link.transport
    assert inner is not None
    connection = through(box, clock, transport=Wire(inner, "/api/3/lists/exclusions", treat))
    report = ac.export(frame, connection=connection, list=4, mapping={"email": "E-mail"}, progress=show)
    assert report.problems["code"].tolist() == ["refused-unsubscribed"]
    assert "explaining" in [progress.phase for progress in told]
    assert [progress.phase for progress in told].count("ended") == 1
    assert told[-1].phase == "ended"


def test_a_function_given_to_plan_and_export_is_used(connection: ac.Connection) -> None:
    """``plan(…, progress=f).run()`` and ``export(…, progress=f)`` tell ``f``, also when there is nothing to send."""
    told: list[ac.Progress] = []
    plan_of(connection, 20, progress=told.append).run()
    assert told[-1].imported == 20
    told.clear()
    people(20).activecampaign.export(
        connection=connection, list="VIP", mapping={"email": "E-mail"}, progress=told.append
    )
    assert (told[-1].phase, told[-1].to_send) == ("ended", 0)
    assert told[-1].opening.startswith("Nothing has changed since")


def test_a_function_that_fails_does_not_harm_the_run(
    connection: ac.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    """An exception in it is logged once, by its type only, and the export goes on."""

    def fail(_: Progress) -> None:
        message = "p0001@example.org"
        raise KeyError(message)

    with caplog.at_level(logging.WARNING, logger="ac_notebook"):
        assert plan_of(connection).run(progress=fail).counts["imported"] == ROWS
    assert [record.getMessage() for record in caplog.records] == ["Progress cannot be shown: KeyError"]


def test_a_function_can_stop_the_run(box: Sandbox, clock: VirtualClock) -> None:
    """KeyboardInterrupt raised in it stops the run as an interrupt does, in whichever thread."""
    reached, stopped = threading.Event(), threading.Event()

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if number == 5:
            reached.set()
            stopped.wait(10)
        return pass_on()

    def stop(_: Progress) -> None:
        if reached.is_set() and not stopped.is_set():
            stopped.set()
            raise KeyboardInterrupt

    inner = box.connection.link.transport
    assert inner is not None
    plan = plan_of(through(box, clock, transport=Wire(inner, IMPORT, treat)))
    caught: list[errors.ExportInterrupted] = []

    def work() -> None:
        try:
            plan.run(progress=stop)
        except errors.ExportInterrupted as error:
            caught.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)
    assert caught[0].report.status == "Canceled"
    assert caught[0].report.counts["not_sent"] > 0
    assert ac.last_report() is caught[0].report


def test_what_is_no_function_is_refused(connection: ac.Connection) -> None:
    """A progress= that is neither a function nor a boolean is refused before anything is read or sent."""
    for wrong in ("bar", 1, [print]):
        with pytest.raises(errors.ConfigurationError, match="progress is a function"):
            plan_of(connection, 20, progress=wrong)


def test_false_shows_nothing(connection: ac.Connection, capfd: pytest.CaptureFixture[str]) -> None:
    """With progress=False not a line is printed, and without it the first line says what is sent."""
    plan = plan_of(connection, 20)
    plan.run(progress=False)
    assert capfd.readouterr() == ("", "")
    plan.run()
    out, err = capfd.readouterr()
    assert out.startswith("Nothing has changed since 09:00 UTC: nothing to send")
    assert err == ""


def test_who_shows_is_chosen_by_what_was_given() -> None:
    """A function is called, False is silence, and without a person (as here) there are sentences and log lines."""
    assert isinstance(display_for(print, "VIP"), Calls)
    assert type(display_for(False, "VIP")) is Nothing  # noqa: FBT003 - the value of a keyword
    assert isinstance(display_for(None, "VIP"), Sentences)


def test_the_log_has_a_line_every_ten_seconds(
    connection: ac.Connection, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Beginning, a line every ten seconds of the run's clock, what it waits for, and the end; counts only."""
    begun = clock.monotonic()
    with caplog.at_level(logging.INFO, logger="ac_notebook"):
        plan_of(connection, 400).run()
    lines = [record.getMessage() for record in caplog.records]
    assert "First run of this export: sending 400 rows." in lines[0]
    assert "Successful, 400 imported" in lines[-1]
    told = [line for line in lines if "requests," in line]
    assert len(told) == pytest.approx((clock.monotonic() - begun) / 10, abs=3)
    assert any("waiting for ActiveCampaign's confirmation; 200 of 200 requests" in line for line in told)
    assert "ended; 200 of 200 requests, 400 of 400 contacts queued, 400 imported" in told[-1]
    assert "@" not in "".join(lines)


def test_a_hold_is_said_in_words(box: Sandbox, clock: VirtualClock, caplog: pytest.LogCaptureFixture) -> None:
    """While a rate limit holds the run, the log says so and when it goes on."""

    class Used(VirtualFlights):
        used = 0

        def start(self, token: object, call: Callable[[], Answer]) -> None:
            Used.used += 1
            limited = Answer(meaning="wait", status=429, retry_after=34.0)
            super().start(token, (lambda: limited) if Used.used == 4 else call)

    plain = through(box, clock)
    link = replace(plain.link, flights=lambda _: Used(clock))
    with caplog.at_level(logging.INFO, logger="ac_notebook"):
        assert plan_of(plain.replace(link=link), 40).run().counts["imported"] == 40
    assert "the account's limit is used by others; going on in 34 s" in caplog.text


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("title", ["VIP", "SANDBOX · A list with a very long name indeed", "顧客" * 30, "{}{bar}"])
def test_the_text_fits_eighty_columns(phase: str, title: str) -> None:
    """Whatever the numbers, the title and the phase: one line that is no longer than the terminal is wide."""
    for columns in (20, 40, 80, 100, 200):
        for contacts, requests in ((0, 0), (1, 1), (999, 4), (999_999, 3_999), (1_000_000, 4_000)):
            progress = Progress(
                phase=phase,  # type: ignore[arg-type]  # one of them
                to_send=1_000_000, accepted=contacts, imported=contacts, requests=requests, requests_total=4_000,
                rate=416.6, seconds_left=9_000.0, seconds_held=59.0,
            )  # fmt: skip
            left, right = bar_text(progress, title, columns)
            assert width(left) + width(right) + (3 if right else 0) <= columns
            assert "\n" not in left + right
            if columns == 80 and phase in ("sending", "held", "confirming"):
                words = {"sending": "2 h 30 min left", "held": "going on in 59 s", "confirming": "confirmation"}
                assert words[phase] in left + right


def test_a_bar_in_a_terminal_goes_away(capsys: pytest.CaptureFixture[str]) -> None:
    """A bar writes to one line, says sentences above it, takes a smaller number of contacts, and is gone at the end."""
    bar = Bar("VIP {x}")
    bar.say("First run.")
    recovering = Progress(phase="recovering", to_send=0)
    sending = Progress(phase="sending", to_send=10, accepted=4, imported=2, requests=2, requests_total=5, rate=2.0)
    for progress in (recovering, sending, replace(sending, accepted=10, phase="confirming")):
        bar.show(progress)
    bar.say("Stopping.")
    bar.close()
    out, err = capsys.readouterr()
    assert out == "First run.\nStopping.\n"
    assert "\n" not in err.rstrip("\n")
    assert "VIP {x} 40%" in err
    assert "4/10 queued, 2 imported, 2/5 requests, 120/min" in err
    assert "waiting for ActiveCampaign's confirmation" in err
    assert err.split("\r")[-1].strip() == ""
