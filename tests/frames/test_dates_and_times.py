from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ac_notebook.frames.zones import offsets
from tests.frames.rig import converted, sent, texts_of

BAD = "!date-invalid"
OUTSIDE = "!date-out-of-range"
ZONES = ["Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "UTC"]


@pytest.mark.parametrize("dtype", ["object", "str", "category", pd.ArrowDtype(pa.string())], ids=str)
def test_text_to_a_date_field(dtype: Any) -> None:
    """Only YYYY-MM-DD is a date in text, and only days of the calendar are."""
    values = [
        "2024-02-29",
        " 2023-02-29",
        "2023-12-31 ",
        "1900-02-29",
        "29.2.2024",
        "02/03/2024",
        "20240229",
        "2024-2-9",
    ]
    expected = ["2024-02-29", BAD, "2023-12-31", BAD, BAD, BAD, BAD, BAD]
    assert sent(values, "date", dtype=dtype) == expected
    assert sent(["0000-01-01", "2024-13-01", "2024-00-10", "2024-01-32", None, ""], "date", dtype=dtype) == [
        OUTSIDE, BAD, BAD, BAD, None, None,
    ]  # fmt: skip


def test_a_date_field_drops_the_time_and_says_so() -> None:
    """The date is that of the moment's own clock; rows that had a time are marked."""
    text = converted(["2024-01-01T23:30:00-05:00", "2024-01-01 00:00", "2024-01-01"], "date")
    assert texts_of(text) == ["2024-01-01"] * 3
    assert text.changes["time-dropped"].tolist() == [True, False, False]
    aware = pd.Series(pd.to_datetime(["2024-01-01 23:30"]).tz_localize("Europe/Stockholm"))
    assert sent(aware, "date", timezone="Asia/Tokyo") == ["2024-01-01"]


def test_text_to_a_date_and_time_field() -> None:
    """ISO 8601 with or without time and offset; what says no offset is in the given zone."""
    values = ["2020-05-19T02:45:00-05:00", "2020-05-19 02:45:00Z", "2020-05-19T02:45+0530", "2020-05-19 02:45:01.25"]
    assert sent(values, "datetime", timezone="Europe/Stockholm") == [
        "2020-05-19T02:45:00-05:00",
        "2020-05-19T02:45:00+00:00",
        "2020-05-19T02:45:00+05:30",
        "2020-05-19T02:45:01+02:00",
    ]
    assert sent(["2020-05-19"], "datetime", timezone="America/New_York") == ["2020-05-19T00:00:00-04:00"]
    wrong = ["2020-05-19T24:00:00", "2020-05-19T02:60", "2020-05-19T02:00:60", "2020-05-19T02:00+24:00", "2 May 2020"]
    assert sent(wrong, "datetime") == [BAD] * 5


def test_what_was_assumed_and_dropped_is_told() -> None:
    """Zones that were assumed and fractions that were dropped are marked row by row."""
    text = converted(["2020-05-19 02:45:00.5", "2020-05-19T02:45:00Z", None], "datetime")
    assert text.changes["zone-assumed"].tolist() == [True, False, False]
    assert text.changes["fraction-dropped"].tolist() == [True, False, False]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_every_unit_of_datetime64(unit: str) -> None:
    """The unit of a column does not change what is sent."""
    series = pd.Series(np.array(["2020-05-19T02:45:00", "NaT", "1965-01-01T00:00:01"], dtype=f"datetime64[{unit}]"))
    assert sent(series, "datetime") == ["2020-05-19T02:45:00+00:00", None, "1965-01-01T00:00:01+00:00"]
    assert sent(series, "date") == ["2020-05-19", None, "1965-01-01"]
    assert sent(series.dt.tz_localize("Asia/Tokyo"), "datetime")[0] == "2020-05-19T02:45:00+09:00"


def test_fractions_before_1970_are_dropped_downward() -> None:
    """The second that a moment lies in is the same before and after 1970."""
    series = pd.Series(np.array(["1969-12-31T23:59:58.750"], dtype="datetime64[ms]"))
    assert sent(series, "datetime") == ["1969-12-31T23:59:58+00:00"]


def test_offsets_from_before_standard_time_keep_the_instant() -> None:
    """An offset with seconds has no ISO 8601 form; the instant is the same in whole minutes."""
    series = pd.Series(np.array(["1850-01-01T12:00:00"], dtype="datetime64[s]")).dt.tz_localize("UTC")
    [text] = sent(series.dt.tz_convert("Europe/Stockholm"), "datetime")
    assert dt.datetime.fromisoformat(str(text)) == dt.datetime(1850, 1, 1, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize("values", [[20200519], [1.5], [True], [dt.timedelta(1)], [["2020-01-01"]]], ids=str)
@pytest.mark.parametrize("kind", ["date", "datetime"])
def test_what_is_neither_text_nor_a_moment_is_no_date(values: list[Any], kind: str) -> None:
    """A number that looks like a date may be anything."""
    assert sent(pd.Series(values, dtype=object), kind)[0] in (BAD, "!value-unsupported")
    if not isinstance(values[0], list):
        assert sent(values, kind) == [BAD]


def test_edges_of_the_calendar() -> None:
    """Years 1 and 9999 are sent; what an offset, here or in the account, pushes over the edge is a problem."""
    series = pd.Series(np.array(["0001-01-01T00:00:00", "9999-12-31T23:59:59"], dtype="datetime64[s]"))
    assert sent(series, "date") == ["0001-01-01", "9999-12-31"]
    assert sent(series, "datetime") == [OUTSIDE, OUTSIDE]
    inner = pd.Series(np.array(["0001-01-02T00:00:00", "9999-12-30T23:59:59"], dtype="datetime64[s]"))
    assert sent(inner, "datetime") == ["0001-01-02T00:00:00+00:00", "9999-12-30T23:59:59+00:00"]
    moments = pa.array([253_402_300_799], pa.timestamp("s", "Asia/Tokyo"))
    assert sent(pd.Series(moments, dtype=pd.ArrowDtype(moments.type)), "datetime") == [OUTSIDE]


@given(
    st.lists(st.integers(-5_000_000_000, 9_000_000_000), min_size=1, max_size=30), st.sampled_from(ZONES), st.booleans()
)
def test_offsets_are_those_of_the_zone(seconds: list[int], zone: str, wall: bool) -> None:  # noqa: FBT001 - an example, not an argument
    """Columns get the offsets that zoneinfo gives for each moment, also on days on which clocks change."""
    clock = ZoneInfo(zone)
    epoch = dt.datetime(1970, 1, 1)  # noqa: DTZ001
    moments = [epoch + dt.timedelta(seconds=second) for second in seconds]
    if wall:
        expected = [moment.replace(tzinfo=clock).utcoffset() for moment in moments]
    else:
        expected = [moment.replace(tzinfo=dt.UTC).astimezone(clock).utcoffset() for moment in moments]
    found = offsets(np.array(seconds), clock, wall=wall)
    assert [dt.timedelta(seconds=int(one)) for one in found] == expected


@given(st.integers(0, 24 * 60 - 1), st.sampled_from(["2024-03-31", "2024-10-27"]))
def test_the_days_on_which_clocks_change(minute: int, day: str) -> None:
    """A time that does not exist, or exists twice, keeps its wall clock and has the offset from before."""
    wall = dt.datetime.fromisoformat(day) + dt.timedelta(minutes=minute)
    [text] = sent(pd.Series([wall]), "datetime", timezone="Europe/Stockholm")
    assert text == wall.replace(tzinfo=ZoneInfo("Europe/Stockholm")).isoformat()


@given(st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30)))  # noqa: DTZ001
def test_text_and_moments_agree(moment: dt.datetime) -> None:
    """A moment and its ISO text are sent as the same text."""
    values: list[Any] = [moment, moment.isoformat(), moment.isoformat(" ")]
    cells = [sent(pd.Series([value], dtype=object), "datetime", timezone="Asia/Kathmandu") for value in values]
    assert cells[0] == cells[1] == cells[2]
    assert sent(pd.Series([moment], dtype=object), "date") == [moment.date().isoformat()]


class _NoZone(dt.tzinfo):
    def utcoffset(self, moment: dt.datetime | None) -> dt.timedelta:
        raise RuntimeError

    def dst(self, moment: dt.datetime | None) -> None:
        return None

    def tzname(self, moment: dt.datetime | None) -> None:
        return None


@pytest.mark.parametrize("kind", ["date", "datetime"])
def test_years_outside_the_calendar_have_a_code_of_their_own(kind: str) -> None:
    """By type and in text alike; what is no date at all, or of a zone that cannot say its offset, is not meant."""
    texts = ["20000-01-01", "0000-01-01", "-0044-03-15", "+12024-01-01T00:00:00Z", "99999", "20000-1-1", "2024-02-30"]
    assert sent(texts, kind) == [OUTSIDE, OUTSIDE, OUTSIDE, OUTSIDE, BAD, BAD, BAD]
    typed = [pd.Timestamp(np.datetime64("20000-01-01", "s")), np.datetime64("20000", "Y")]
    assert sent(pd.Series(typed, dtype=object), kind) == [OUTSIDE] * 2
    assert sent(pd.Series(pa.array([10**7], pa.date32()), dtype=pd.ArrowDtype(pa.date32())), kind) == [OUTSIDE]
    far = pa.array([10**12], pa.timestamp("s", "Europe/Stockholm"))
    assert sent(pd.Series(far, dtype=pd.ArrowDtype(far.type)), kind) == [OUTSIDE]
    zones: list[Any] = [dt.datetime(2024, 1, 1, tzinfo=_NoZone())]
    assert sent(pd.Series(zones, dtype=object), kind) == [BAD]
