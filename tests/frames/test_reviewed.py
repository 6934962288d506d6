"""What a review broke: each with the value that broke it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import ac_notebook as ac
from ac_notebook.errors import MappingError
from ac_notebook.frames.columns import resolve
from ac_notebook.frames.zones import offsets
from ac_notebook.model.mapping import Mapping
from tests.frames.rig import account, field, prepared, sent


def test_what_is_no_phone_number_stays_a_problem_with_a_region() -> None:
    """It is not left blank, and so clears nothing."""
    phones = pd.Series([dt.timedelta(1), "070-123 45 67", dt.time(8, 30, 5, 7)], dtype=object)
    frame = pd.DataFrame({"m": ["a@example.org", "b@example.org", "c@example.org"], "p": phones})
    mapping = Mapping(email="m", phone="p", blank={"phone": "clear"})
    done, contacts = prepared(frame, mapping, region="SE")
    assert done.problems[["position", "code"]].to_numpy().tolist() == [
        [0, "value-unsupported"],
        [2, "value-unsupported"],
    ]
    assert [contact["phone"] for contact in contacts] == ["+46701234567"]


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Africa/Monrovia", "Europe/Stockholm"])
@pytest.mark.parametrize("dtype", ["native", "object"])
def test_a_date_is_that_of_the_moment_s_own_clock(zone: str, dtype: str) -> None:
    """Also where its offset had seconds."""
    moments = pd.Series([pd.Timestamp("1905-05-19 00:00", tz=zone), pd.Timestamp("1878-01-01 00:00", tz=zone)])
    assert sent(moments if dtype == "native" else moments.astype(object), "date") == ["1905-05-19", "1878-01-01"]


@pytest.mark.parametrize(
    "number",
    ["08-123 456/57", "0701234567 (2)", "08-123456 (57)", "0701234567*3", "+46 70 123 45 67 / 2", "070-1234567#1"],
)
def test_what_stands_behind_a_number_is_not_taken_for_its_digits(number: str) -> None:
    """Such a row is rejected, with what to do."""
    frame = pd.DataFrame({"m": ["a@example.org"], "p": [number]})
    done, contacts = prepared(frame, {"email": "m", "phone": "p"}, region="SE")
    assert done.problems["code"].tolist() == ["phone-invalid"]
    assert contacts == []


class _Unhashable(dt.tzinfo):
    """A zone like those of dateutil, which cannot be the key of a cache."""

    __hash__ = None  # type: ignore[assignment]  # the point of it

    def utcoffset(self, moment: dt.datetime | None) -> dt.timedelta:
        return dt.timedelta(hours=2)

    def dst(self, moment: dt.datetime | None) -> dt.timedelta:
        return dt.timedelta(0)

    def tzname(self, moment: dt.datetime | None) -> str:
        return "two hours"


def test_zones_that_cannot_be_hashed() -> None:
    """They have their offsets like others."""
    assert offsets(np.array([0, 10**9]), _Unhashable(), wall=True).tolist() == [7_200, 7_200]


def test_dictionaries_in_chunks() -> None:
    """More values together than the indices can count, nulls among the values, and lists."""
    for chunks in (
        [pa.array([f"{start + row}" for row in range(100)]) for start in (0, 100)],
        [pa.array(["0", None, "2"]), pa.array(["3"])],
        [pa.array([["0"], ["1"]]), pa.array([["2"]])],
    ):
        encoded = [pa.DictionaryArray.from_arrays(pa.array(range(len(chunk)), pa.int8()), chunk) for chunk in chunks]
        series = pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array(encoded)))
        count = sum(map(len, chunks))
        expected: list[Any] = [str(row) for row in range(count)]
        if count == 4:
            expected[1] = None
        assert sent(series, "text") == expected


@pytest.mark.parametrize(("count", "index"), [(128, pa.int8())])
def test_a_full_dictionary_of_tags_takes_one_more(count: int, index: pa.DataType) -> None:
    """The indices of a dictionary may have no room for another value."""
    tags = pa.DictionaryArray.from_arrays(pa.array(range(count), index), pa.array([f"t{row}" for row in range(count)]))
    frame = pd.DataFrame({"m": [f"p{row}@example.org" for row in range(count)]})
    frame["t"] = pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([tags])))
    _, contacts = prepared(frame, {"email": "m", "tags": "t"}, tags=("spring",))
    assert [contact["tags"] for contact in contacts] == [[f"t{row}", "spring"] for row in range(count)]


def test_short_floats_are_inexact_sooner() -> None:
    """A float of 32 bits has lost digits of a phone number; one of 16 bits even of 2,049."""
    for dtype, sound, lost in (("float32", 2**24, 46_701_234_567), ("float16", 2**11, 2_050)):
        assert sent(np.array([sound, lost], dtype=dtype), "phone") == [str(sound), "!number-inexact"]
    assert sent(pd.Series([np.float32(46_701_234_567)], dtype=object), "phone") == ["!number-inexact"]


def test_times_of_day_are_the_same_in_every_type() -> None:
    """Written as Python does; what is no time of day is a problem, and shows no number."""
    times = [dt.time(8, 30), dt.time(8, 30, 5, 7)]
    for kind in (pa.time64("us"), pa.time64("ns")):
        assert sent(pd.Series(pa.array(times, kind), dtype=pd.ArrowDtype(kind)), "text") == [
            "08:30:00",
            "08:30:05.000007",
        ]
    assert sent(pd.Series(times, dtype=object), "text") == ["08:30:00", "08:30:05.000007"]
    wrong = pa.array([1_000_000_000], pa.int32()).cast(pa.time32("s"), safe=False)
    assert sent(pd.Series(wrong, dtype=pd.ArrowDtype(wrong.type)), "text") == ["!value-unsupported"]


def test_views_of_text() -> None:
    """Many rows of Arrow's string_view go the whole way."""
    texts = pa.array([f"t{row % 7}" for row in range(3_000)], pa.string_view())
    frame = pd.DataFrame({"m": [f"p{row}@example.org" for row in range(3_000)]})
    frame["t"] = pd.Series(texts, dtype=pd.ArrowDtype(texts.type))
    done, contacts = prepared(frame, {"email": "m", "Note": "t"})
    assert len(done.rows) == 3_000
    assert contacts[8]["fields"][0]["value"] == "t1"
    assert ac.validate(frame, {"email": "m", "Note": "t"}).counts["not_sent"] == 3_000


@pytest.mark.parametrize("value", [np.datetime64(2**60, "h"), np.datetime64(-(2**60), "W"), np.datetime64(5, "as")])
def test_moments_beyond_counting(value: np.datetime64) -> None:
    """They are no moment of 1970."""
    assert sent(pd.Series([value], dtype=object), "date") == ["!date-out-of-range"]


def test_dates_of_milliseconds_need_not_be_midnights() -> None:
    """The day is what counts, also before 1970."""
    days = pa.array([86_400_000 + 5, -5], pa.int64()).cast(pa.date64(), safe=False)
    assert sent(pd.Series(days, dtype=pd.ArrowDtype(pa.date64())), "date")[0] == "1970-01-02"


def test_a_dtype_is_named_without_what_is_in_it() -> None:
    """The gap of a sparse column is a cell's value, and the parts of a structure may be called after people."""
    frame = pd.DataFrame({"m": ["a@example.org"]})
    frame["s"] = pd.Series(pd.arrays.SparseArray([197005121234], fill_value=197005121234))
    frame["t"] = pd.Series([{"ann@example.org": 1}], dtype=pd.ArrowDtype(pa.struct([("ann@example.org", pa.int64())])))
    with pytest.raises(MappingError) as caught:
        resolve(
            frame,
            {"email": "m", "Born": "s", "Note": "t"},
            account(field("date", title="Born", number=1), field("text", title="Note", number=2)),
        )
    assert len(caught.value.problems) == 2
    assert "1970" not in str(caught.value)
    assert "ann@" not in str(caught.value)
