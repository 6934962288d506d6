"""When a schedule is due, above all where clocks are changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ac_notebook.runs.schedules.cron import coming, latest, moments
from tests.runs.schedules.walked import RANGES, utc, walked

CHANGES = {
    "Europe/Stockholm": ("2026-03-29 01:00", "2026-10-25 01:00"),
    "America/New_York": ("2026-03-08 07:00", "2026-11-01 06:00"),
    "Australia/Lord_Howe": ("2026-10-03 15:30", "2026-04-04 15:00"),
}
"""When clocks are set forward and back, in UTC."""

CRONS = (
    "0 6 * * *", "30 2 * * *", "0 2 * * *", "0 3 * * *", "45 1 * * *", "30 1 * * *", "0,30 1,2,3 * * *",
    "*/5 * * * *", "15 * * * *", "45 * * * *", "0 */2 * * *", "0 2 * * 0", "15 2 29 * *", "30 2 1 * 0",
    "*/7 1-3 * * *", "0 0 * * *", "59 1 * * *",
)  # fmt: skip


@pytest.mark.parametrize("timezone", CHANGES)
@pytest.mark.parametrize("way", [0, 1], ids=["forward", "back"])
@pytest.mark.parametrize("cron", CRONS)
def test_no_run_is_skipped_or_doubled_where_clocks_are_changed(timezone: str, way: int, cron: str) -> None:
    """In three zones and both ways, what is due in the days around is what a minute-by-minute walk finds."""
    change = utc(CHANGES[timezone][way])
    around = {"after": change - timedelta(hours=20), "until": change + timedelta(hours=28)}
    found = moments(cron, timezone, **around)
    assert found == walked(cron, timezone, **around)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("timezone", CHANGES)
def test_a_daily_run_takes_place_once_on_each_day_of_a_year(timezone: str) -> None:
    """At whatever time of the night, there is one run for each of the 365 days, none on another day."""
    zone = ZoneInfo(timezone)
    begin, end = datetime(2026, 1, 1, tzinfo=zone), datetime(2027, 1, 1, tzinfo=zone)
    for minute in range(75, 195, 15):
        found = moments(f"{minute % 60} {minute // 60} * * *", timezone, after=begin - timedelta(seconds=1), until=end)
        days = [moment.astimezone(zone).date() for moment in found if moment < end]
        assert len(days) == len(set(days)) == 365, minute


@pytest.mark.parametrize("timezone", CHANGES)
def test_runs_of_every_half_hour_are_half_an_hour_apart(timezone: str) -> None:
    """A schedule of every hour leaves no hour out, and has none twice, whatever the wall clock shows meanwhile."""
    for change in map(utc, CHANGES[timezone]):
        week = timedelta(days=7)
        found = moments("*/30 * * * *", timezone, after=change - week, until=change + week)
        assert {late - early for early, late in pairwise(found)} == {timedelta(minutes=30)}


def fields(least: int, most: int) -> st.SearchStrategy[str]:
    """Fields of a cron text."""
    numbers = st.integers(least, most)
    return st.one_of(
        st.just("*"),
        numbers.map(str),
        st.lists(numbers, min_size=1, max_size=4, unique=True).map(lambda found: ",".join(map(str, sorted(found)))),
        st.tuples(numbers, numbers).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: f"{pair[0]}-{pair[1]}"),
        st.integers(2, max(2, most // 2)).map(lambda step: f"*/{step}"),
    )


# Weekdays up to Friday: croniter takes "0-6" for "*", with which days of the month count alone.
texts = st.tuples(fields(*RANGES[0]), fields(*RANGES[1]), fields(1, 28), fields(1, 12), fields(0, 5)).map(" ".join)
near_changes = st.sampled_from([(zone, utc(each)) for zone, both in CHANGES.items() for each in both])


@settings(max_examples=25, deadline=None)
@given(cron=texts, near=near_changes, seconds=st.integers(-90_000, 90_000))
@example(cron="30 2 * * *", near=("Europe/Stockholm", utc("2026-03-29 01:00")), seconds=0)
@example(cron="0 3 * * *", near=("Europe/Stockholm", utc("2026-10-25 01:00")), seconds=-1)
def test_last_and_next_are_among_what_is_due(cron: str, near: tuple[str, datetime], seconds: int) -> None:
    """For any text and moment, the last due moment and the next one are those that the walk finds."""
    timezone, change = near
    now = change + timedelta(seconds=seconds)
    day = timedelta(days=1)
    due = walked(cron, timezone, after=now - day, until=now + day)
    before, behind = [each for each in due if each <= now], [each for each in due if each > now]
    last, following = latest(cron, timezone, until=now), coming(cron, timezone, after=now)
    assert last == before[-1] if before else last is None or last <= now - day
    assert following == behind[0] if behind else following is None or following > now + day
    assert moments(cron, timezone, after=now - day, until=now + day) == due


@pytest.mark.parametrize("timezone", CHANGES)
@pytest.mark.parametrize("way", [0, 1], ids=["forward", "back"])
def test_last_and_next_around_a_change(timezone: str, way: int) -> None:
    """Every ten minutes around a change, also while an hour comes a second time, both are what the walk finds."""
    change, hours = utc(CHANGES[timezone][way]), timedelta(hours=30)
    for cron in ("45 1 * * *", "45 2 * * *", "50 * * * *"):
        due = walked(cron, timezone, after=change - hours, until=change + hours)
        for minutes in range(-120, 130, 10):
            now = change + timedelta(minutes=minutes)
            assert latest(cron, timezone, until=now) == max(each for each in due if each <= now), (cron, minutes)
            assert coming(cron, timezone, after=now) == min(each for each in due if each > now), (cron, minutes)


def test_a_day_that_was_left_out_is_one_moment() -> None:
    """Samoa had no 30 December 2011: what was due that day is the first moment of the next one."""
    found = moments("0 6,12 * * *", "Pacific/Apia", after=utc("2011-12-29 17:00"), until=utc("2011-12-31 00:00"))
    assert found == [utc("2011-12-29 22:00"), utc("2011-12-30 10:00"), utc("2011-12-30 16:00"), utc("2011-12-30 22:00")]


def test_zones_that_set_their_clock_back_by_two_hours() -> None:
    """At Troll, two hours come twice: a run of then takes place once, one of every hour in each."""
    begin, end = utc("2026-10-24 12:00"), utc("2026-10-25 12:00")
    for cron in ("30 1 * * *", "0 2 * * *", "0 * * * *"):
        found = moments(cron, "Antarctica/Troll", after=begin, until=end)
        assert found == walked(cron, "Antarctica/Troll", after=begin, until=end)
    assert len(moments("30 1 * * *", "Antarctica/Troll", after=begin, until=end)) == 1
    assert len(moments("0 * * * *", "Antarctica/Troll", after=begin, until=end)) == 24


def test_what_never_comes_has_no_moments() -> None:
    """There is no 31 February, and nothing is searched for ever."""
    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert latest("0 0 31 2 *", "UTC", until=now) is None
    assert coming("0 0 31 2 *", "UTC", after=now) is None
