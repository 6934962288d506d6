from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ac_notebook.errors import ConfigurationError
from ac_notebook.forms.base.form import Form
from ac_notebook.forms.base.worker import at_once
from ac_notebook.forms.saved.schedule_part import SchedulePart
from ac_notebook.model.schedule import Schedule
from ac_notebook.runs.schedules.rhythm import Rhythm, local_zone, rhythm_of, times_in

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
NUMBERS = st.integers(0, 59)
CRONS = st.one_of(
    st.builds("{} {} * * {}".format, NUMBERS, st.integers(0, 23), st.sampled_from(["*", "1-5", *map(str, range(8))])),
    st.builds("{} {},{} * * {}".format, NUMBERS, NUMBERS, NUMBERS, st.sampled_from(["*", "1", "1-5"])),
    st.sampled_from(["*/10 * * * *", "00 06 * * *", "0 6 1 * *", "0 18,6 * * *", "0 6 * * mon", "0 6,6 * * *", ""]),
)
READING = st.fixed_dictionaries(
    {},
    optional={
        "format": st.sampled_from(["parquet", "feather", "csv", "jsonl"]), "separator": TEXT, "encoding": TEXT,
        "decimal": st.sampled_from([".", ","]), "dtype": st.dictionaries(TEXT, st.just("int64"), max_size=2),
        "max_rejected": st.floats(0, 1),
    },
)  # fmt: skip


class Timetable(Form):
    """A form with a schedule, and nothing else."""

    def __init__(self) -> None:
        super().__init__(language="en", spawn=at_once)
        self.told = 0
        self.part = SchedulePart(self, changed=self._count)
        self.put("Schedule", self.part.box)

    def _count(self) -> None:
        self.told += 1

    def code(self) -> str:
        return ""


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """A schedule of any kind."""
    common: dict[str, Any] = {
        "cron": draw(CRONS), "timezone": draw(st.sampled_from(["UTC", "Europe/Stockholm"])),
    }  # fmt: skip
    if draw(st.booleans()):
        return Schedule(**common, notebook=draw(TEXT), job=draw(TEXT))
    command = tuple(draw(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=3)))
    return Schedule(**common, data=draw(st.just("") | TEXT), reading=draw(READING), on_failure=command)


@settings(max_examples=60, deadline=None)
@given(st.lists(schedules(), min_size=1, max_size=3))
def test_a_schedule_comes_back_as_it_was_put_in(made: list[Schedule]) -> None:
    """Whatever schedule is shown, also one after the other, it is the value again; showing it is no change."""
    form = Timetable()
    for schedule in made:
        form.part.value = schedule
        assert form.part.value == schedule
    assert form.told == 0


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 6))
def test_a_rhythm_is_known_again(hour: int, minute: int, day: int) -> None:
    """What is said as people say it is found again in its cron text."""
    for made in (
        Rhythm(times=((hour, minute),)),
        Rhythm(kind="weekdays", times=((hour, minute),)),
        Rhythm(kind="weekly", times=((hour, minute),), day=day),
    ):
        assert rhythm_of(made.text) == made
    several = Rhythm(kind="several", times=tuple(sorted({(hour, minute), ((hour + 5) % 24, minute)})))
    assert rhythm_of(several.text) == several


@pytest.mark.parametrize("typed", ["", "6", "24:00", "06:60", "06:00 and", "noon", "06:00\x00"])
def test_what_is_no_time_is_told(typed: str) -> None:
    """A time that is none is a sentence, and no schedule."""
    with pytest.raises(ConfigurationError, match=r"Write one such as 06:00"):
        times_in(typed)
    form = Timetable()
    form.part.path.value = "a.csv"
    form.part.times.value = typed
    assert len(form.part.problems) == 1
    assert form.part.problems[0].endswith("Write one such as 06:00.")
    assert form.part.value.cron == ""


def test_times_that_no_schedule_has_are_told() -> None:
    """Two times of a day are more than one, unless several were chosen; those share their minute."""
    form = Timetable()
    form.part.path.value = "a.csv"
    form.part.times.value = "06:00, 12:00"
    assert [*form.part.problems] == [
        "That is more than one time. Write one such as 06:00; or choose several times a day for more."
    ]
    form.part.how_often.value = "several"
    assert [*form.part.problems] == []
    assert form.part.value.cron == "0 6,12 * * *"
    form.part.times.value = "06:00, 12:30"
    assert [*form.part.problems] == [
        "One schedule runs at the same minute of each of its hours. Write such as 06:30, 12:30, 18:30."
    ]


def test_what_belongs_to_a_file_is_not_asked_of_a_notebook() -> None:
    """How a file is read and who is told of failures is only asked, and kept, where a file is read."""
    form = Timetable()
    form.part.value = Schedule(
        cron="0 6 * * *", timezone="UTC", data="a.csv", reading={"separator": ";", "dtype": {"n": "int64"}},
        on_failure=("tell", "me now"),
    )  # fmt: skip
    assert "dtype" in form.part.box.children[-1].value
    assert form.part.arguments() == {
        "cron": "0 6 * * *", "timezone": "UTC", "data": "a.csv", "on_failure": ["tell", "me now"], "separator": ";",
        "dtype": {"n": "int64"},
    }  # fmt: skip
    form.part.what.value = "notebook"
    form.part.path.value = "weekly.ipynb"
    assert form.part.arguments() == {"cron": "0 6 * * *", "timezone": "UTC", "notebook": "weekly.ipynb"}
    assert form.part.on_failure not in form.part.box.children
    assert form.told == 2
    form.part.what.value = "data"
    form.part.on_failure.value = "tell 'me"
    assert "A quote in the command is not closed: add the other one." in form.part.problems


def test_the_time_zone_is_that_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The zone that is proposed is the machine's own, where it tells it."""
    monkeypatch.setenv("TZ", "Europe/Stockholm")
    assert local_zone() == "Europe/Stockholm"
    monkeypatch.setenv("TZ", "../../etc/passwd")
    assert local_zone() == "UTC"
