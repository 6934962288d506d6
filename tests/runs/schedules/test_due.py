"""What is run when somebody asks what is due, and what becomes of it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.runs.schedules.due import due
from ac_notebook.runs.schedules.running import exit_code
from ac_notebook.runs.stored import opened
from ac_notebook.storage import schedules
from ac_notebook.storage.database import transaction
from ac_notebook.storage.lease import RunningError
from ac_notebook.storage.schedules import Occasion
from tests.runs.schedules.scene import DAY, Runs, daily, go_to, occasions, saved
from tests.runs.schedules.test_due_times import CHANGES
from tests.runs.schedules.walked import utc, walked

if TYPE_CHECKING:
    from pathlib import Path

    from tests.virtual import VirtualClock


def test_due_once_when_its_time_has_come(connection: ac.Connection, clock: VirtualClock) -> None:
    """Nothing is due before, each moment is run once, and asking does not run anything."""
    daily(connection)
    runs = Runs(clock)
    assert runs.call() == []
    go_to(clock, "2026-03-03 04:59")
    assert runs.call() == []
    clock.sleep(120)
    assert [one.name for one in due(clock.now())] == ["Weekly"] == [one.name for one in due(clock.now())]
    assert [ran.result for ran in runs.call()] == ["done"]
    assert runs.call() == []
    assert due(clock.now()) == []
    clock.sleep(DAY)
    runs.call()
    assert runs.moments == ["2026-03-03 05:00", "2026-03-04 05:00"]


def test_a_week_off_is_one_run(connection: ac.Connection, clock: VirtualClock) -> None:
    """After a week in which nothing called, the last moment is run, once, and none of the others."""
    daily(connection)
    runs = Runs(clock)
    clock.sleep(7 * DAY)
    for _ in range(5):
        runs.call()
        clock.sleep(60)
    assert runs.moments == ["2026-03-09 05:00"]


@pytest.mark.parametrize("timezone", CHANGES)
@pytest.mark.parametrize("way", [0, 1], ids=["forward", "back"])
def test_a_night_in_which_the_clock_is_changed(
    connection: ac.Connection, clock: VirtualClock, timezone: str, way: int
) -> None:
    """Called again and again through such a night, its run takes place once, in three zones, both ways."""
    change = utc(CHANGES[timezone][way])
    if change < clock.now():
        change = utc("2027-04-03 15:00" if "Lord" in timezone else "2027-03-14 07:00")
    clock.sleep((change - timedelta(hours=4) - clock.now()).total_seconds())
    daily(connection, cron="45 1 * * *", timezone=timezone)
    runs = Runs(clock)
    for _ in range(16):
        runs.call()
        clock.sleep(1800)
    (moment,) = [one.moment for one in runs.asked]
    assert moment == walked("45 1 * * *", timezone, after=change - timedelta(hours=4), until=clock.now())[0]


def test_the_longest_waiting_is_first(connection: ac.Connection, clock: VirtualClock) -> None:
    """Several that are due are run one after the other, by the time since when they are."""
    for name, cron in (("Late", "0 9 * * *"), ("Early", "0 6 * * *"), ("Middle", "0 7 * * *")):
        daily(connection, name, cron)
    runs = Runs(clock)
    clock.sleep(DAY)
    runs.call()
    assert [one.name for one in runs.asked] == ["Early", "Middle", "Late"]


def test_a_clock_that_is_set_back_makes_nothing_due_again(connection: ac.Connection, clock: VirtualClock) -> None:
    """A date that jumps back by a day runs nothing twice; one that was a year ahead does not stop everything since."""
    daily(connection)
    runs = Runs(clock)
    clock.sleep(DAY)
    runs.call()
    clock.fast = timedelta(hours=-23)
    assert runs.call() == []
    clock.fast = timedelta(days=365)
    assert [ran.result for ran in runs.call()] == ["done"]
    clock.fast = timedelta()
    assert runs.call() == []
    clock.sleep(DAY)
    assert len(runs.call()) == 1


def test_a_schedule_that_was_made_by_a_clock_far_ahead(connection: ac.Connection, clock: VirtualClock) -> None:
    """Made while the date was a year ahead, it is due from when the date is right, and not in a year; so is a pause."""
    clock.fast = timedelta(days=365)
    export = daily(connection)
    clock.fast = timedelta()
    runs = Runs(clock, errors.AuthenticationError("The key was not accepted."))
    for _ in range(3):
        clock.sleep(DAY)
        runs.call()
    assert len(runs.asked) == 2
    assert "paused" in ac.exports()["schedule"].tolist()[0]
    assert [each.result for each in occasions(export)] == ["left", "failed", "failed"]


def test_a_failure_is_not_repeated_before_the_next_moment(
    connection: ac.Connection, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """A run that failed is over; the next call does nothing, the next moment is run."""
    export = daily(connection)
    runs = Runs(clock, errors.ServerError("A fault.", hint="Look at its status page."), 0)
    clock.sleep(DAY)
    with caplog.at_level(logging.INFO):
        (ran,) = runs.call()
    assert "'Weekly' has failed (server): A fault. Look at its status page." in caplog.text
    assert (ran.result, ran.kind, ran.message, ran.code) == ("failed", "server", "A fault.", 1)
    assert runs.call() == []
    clock.sleep(DAY)
    assert [ran.result for ran in runs.call()] == ["done"]
    assert [each.result for each in occasions(export)] == ["done", "failed"]


@pytest.mark.parametrize(
    "end",
    [errors.ExportInterrupted("Stopped."), RunningError("This export is running already."), 75],
    ids=["stopped", "by hand", "code"],
)
def test_what_was_interrupted_is_repeated_by_the_next_call(
    connection: ac.Connection, clock: VirtualClock, end: int | Exception
) -> None:
    """A run that was stopped, or kept from beginning by one by hand, stays due, as often as that happens."""
    export = daily(connection)
    runs = Runs(clock, end, end, end, end, 0)
    clock.sleep(DAY)
    assert [[ran.result for ran in runs.call()] for _ in range(6)] == [*([["open"]] * 4), ["done"], []]
    assert [(each.result, each.attempts) for each in occasions(export)] == [("done", 1)]


def test_a_stop_ends_the_whole_call(connection: ac.Connection, clock: VirtualClock) -> None:
    """Who stops a run of several does not get the next one: both are due at the next call."""
    daily(connection, "One")
    daily(connection, "Two", cron="0 7 * * *")
    runs = Runs(clock, errors.ExportInterrupted("Stopped."), 0)
    clock.sleep(DAY)
    assert exit_code(runs.call()) == 75
    assert [ran.name for ran in runs.call()] == ["One", "Two"]


def test_ctrl_c_between_leaves_it_due(connection: ac.Connection, clock: VirtualClock) -> None:
    """An interrupt that no run has caught goes on upwards, and the moment is run by the next call."""
    daily(connection)
    runs = Runs(clock, KeyboardInterrupt(), 0)
    clock.sleep(DAY)
    with pytest.raises(KeyboardInterrupt):
        runs.call()
    assert [ran.result for ran in runs.call()] == ["done"]


def test_what_was_interrupted_gives_way_to_the_next_moment(connection: ac.Connection, clock: VirtualClock) -> None:
    """A moment that could not be run for a day is left for the next one, which is run once."""
    export = daily(connection)
    runs = Runs(clock, 75, 0)
    clock.sleep(DAY)
    runs.call()
    clock.sleep(DAY)
    assert [ran.result for ran in runs.call()] == ["done"]
    assert [(each.result, each.kind) for each in occasions(export)] == [("done", ""), ("left", "interrupted")]


def test_a_missing_file_is_a_failure_without_a_run(
    connection: ac.Connection, clock: VirtualClock, tmp_path: Path
) -> None:
    """Where there is no file to read nothing is begun, and it is not taken for a fault that lasts."""
    daily(connection, data=tmp_path / "later.parquet")
    runs = Runs(clock)
    for _ in range(5):
        clock.sleep(DAY)
        assert [(ran.result, ran.kind) for ran in runs.call()] == [("failed", "data")]
    assert runs.asked == []
    assert [told.event for told in runs.told] == ["failed"]
    assert ac.exports()["schedule"].tolist() == ["failing: 0 6 * * * Europe/Stockholm"]
    (tmp_path / "later.parquet").touch()
    clock.sleep(DAY)
    runs.call()
    assert [told.event for told in runs.told] == ["failed", "recovered"]


def test_a_bug_in_one_does_not_cost_the_others_their_run(
    connection: ac.Connection, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Anything that is raised is a failure of that export alone, and its words are told nowhere."""
    daily(connection, "One")
    daily(connection, "Two", cron="0 7 * * *")
    runs = Runs(clock, ZeroDivisionError("ann@example.org"), 0)
    clock.sleep(DAY)
    with caplog.at_level(logging.INFO):
        ran = runs.call()
    assert [(each.result, each.kind) for each in ran] == [("failed", "ZeroDivisionError"), ("done", "")]
    assert "example.org" not in caplog.text + repr(ran)


def test_rows_that_did_not_arrive_are_no_failure(connection: ac.Connection, clock: VirtualClock) -> None:
    """An exit code of 3 is a run that has ended: it is told, and neither repeated nor counted as a failure."""
    daily(connection)
    runs = Runs(clock, 3)
    for _ in range(4):
        clock.sleep(DAY)
        ran = runs.call()
        assert [(each.result, each.kind) for each in ran] == [("done", "rows")]
        assert exit_code(ran) == 3
    assert runs.told == []


def test_renamed_exports_go_on_and_removed_ones_do_not(connection: ac.Connection, clock: VirtualClock) -> None:
    """A schedule stays with its export under a new name; it is gone with it, also for one that is saved anew."""
    export = daily(connection)
    runs = Runs(clock)
    export = export.edit(name="Monthly")
    clock.sleep(DAY)
    assert [ran.name for ran in runs.call()] == ["Monthly"]
    clock.sleep(DAY)
    export.remove()
    assert runs.call() == []
    again = saved(connection, "Monthly")
    assert runs.call() == []
    with pytest.raises(errors.ConfigurationError, match="has no schedule"):
        again.schedule()


def test_a_schedule_that_is_changed_begins_anew(connection: ac.Connection, clock: VirtualClock) -> None:
    """What was due before a change is not run after it."""
    export = daily(connection)
    clock.sleep(DAY)
    export.schedule("0 12 * * *", timezone="UTC", data=__file__, format="csv")
    runs = Runs(clock)
    assert runs.call() == []
    go_to(clock, "2026-03-03 12:00")
    runs.call()
    assert runs.moments == ["2026-03-03 12:00"]


def test_only_the_last_occasions_are_kept(connection: ac.Connection, clock: VirtualClock) -> None:
    """Of an export that is run every minute, fifty moments are remembered, the last ones."""
    export = daily(connection)
    assert export.saved is not None
    identity = export.saved.export.identity
    moments = [clock.now() + timedelta(minutes=number) for number in range(60)]
    with opened() as database, transaction(database):
        for moment in moments:
            schedules.note(database, identity, Occasion(moment=moment, begun=moment))
    assert [each.moment for each in occasions(export)] == moments[:9:-1]
