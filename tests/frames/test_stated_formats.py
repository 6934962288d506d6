from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ac_notebook.errors import MappingError
from ac_notebook.frames.cells import TEXT
from ac_notebook.frames.columns import resolve
from ac_notebook.frames.formats import parsed
from ac_notebook.frames.moments import NAIVE
from ac_notebook.model.mapping import Mapping
from tests.frames.rig import account, converted, field, prepared, sent, texts_of

BAD = "!date-invalid"
GERMAN = "%d.%m.%Y"
TEXT_DTYPES = ["object", "str", "category", "string[python]", pd.ArrowDtype(pa.string())]


@pytest.mark.parametrize("dtype", TEXT_DTYPES, ids=str)
def test_only_the_stated_form_is_taken(dtype: Any) -> None:
    """Text in the stated form is a date; everything else is none, ISO 8601 included."""
    values = [
        "19.05.2020",
        " 1.2.2020 ",
        "31.02.2020",
        "2020-05-19",
        "05/19/2020",
        "19.05.20",
        "19.05.2020 x",
        None,
        "",
    ]
    expected = ["2020-05-19", "2020-02-01", BAD, BAD, BAD, BAD, BAD, None, None]
    assert sent(values, "date", dtype=dtype, format=GERMAN) == expected
    assert sent(values, "unknown", dtype=dtype, format=GERMAN) == expected


def test_to_a_date_and_time_field() -> None:
    """The time goes along, in the export's zone unless the text says one; a date field drops it and says so."""
    values = ["19.05.2020 02:45", "1.1.2020 23:59"]
    form = "%d.%m.%Y %H:%M"
    assert sent(values, "datetime", format=form, timezone="Europe/Stockholm") == [
        "2020-05-19T02:45:00+02:00", "2020-01-01T23:59:00+01:00",
    ]  # fmt: skip
    text = converted(values, "date", format=form)
    assert texts_of(text) == ["2020-05-19", "2020-01-01"]
    assert set(text.changes) == {"time-dropped", "date-parsed"}
    assert sent(values, "unknown", format=form) == ["2020-05-19T02:45:00", "2020-01-01T23:59:00"]


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("2020-05-19 02:45+0530", "%Y-%m-%d %H:%M%z", "2020-05-19T02:45:00+05:30"),
        ("19 May 2020 02:45 -05:00", "%d %b %Y %H:%M %z", "2020-05-19T02:45:00-05:00"),
        ("2020-05-19 02:45 UTC", "%Y-%m-%d %H:%M %Z", "2020-05-19T02:45:00+00:00"),
        ("2020-05-19 02:45 gmt", "%Y-%m-%d %H:%M %Z", "2020-05-19T02:45:00+00:00"),
        ("2020-05-19 02:45 CET", "%Y-%m-%d %H:%M %Z", BAD),
        ("2020-05-19 02:45 +9900", "%Y-%m-%d %H:%M %z", BAD),
        ("5/19/20 2:45 PM", "%m/%d/%y %I:%M %p", "2020-05-19T14:45:00+09:00"),
        ("19-Dec-1999", "%d-%b-%Y", "1999-12-19T00:00:00+09:00"),
        ("140/2020", "%j/%Y", "2020-05-19T00:00:00+09:00"),
        ("2020-W21-2", "%G-W%V-%u", "2020-05-19T00:00:00+09:00"),
        ("100% 19.05.2020", "100%% %d.%m.%Y", "2020-05-19T00:00:00+09:00"),
        ("31.12.9999", GERMAN, "9999-12-31T00:00:00+09:00"),
        ("20200519024501250", "%Y%m%d%H%M%S%f", "2020-05-19T02:45:01+09:00"),
    ],
)
def test_forms(text: str, form: str, expected: str) -> None:
    """Names of months, zones, twelve hours, days of the year, years that pandas does not know: as strptime has them."""
    assert sent([text], "datetime", format=form, timezone="Asia/Tokyo") == [expected]


def test_two_numbers_side_by_side_have_their_full_width() -> None:
    """1112024 could be two days; strptime would take the first."""
    assert sent(["1112024", "01112024"], "date", format="%d%m%Y") == [BAD, "2024-11-01"]
    assert sent(["1 Jan 2020 135 PM", "1 Jan 2020 0135 PM"], "date", format="%d %b %Y %I%M %p") == [BAD, "2020-01-01"]


def test_two_digits_of_a_year() -> None:
    """As the mapping's documentation says: 1969 to 2068."""
    assert sent(["1.1.69", "1.1.68"], "date", format="%d.%m.%y") == ["1969-01-01", "2068-01-01"]


def test_years_that_pandas_does_not_know() -> None:
    """From 1 to 9999, whichever library could not hold them."""
    assert sent(["19.05.0001", "14.10.1066"], "date", format=GERMAN) == ["0001-05-19", "1066-10-14"]
    assert sent(["19 May 0001"], "date", format="%d %b %Y") == ["0001-05-19"]


def test_digits_are_those_of_ascii() -> None:
    """In any way of reading."""
    for form, text in ((GERMAN, "19.05.2020"), ("%d %b %Y", "19 May 2020")):
        arabic = text.translate({ord("0") + digit: 0x660 + digit for digit in range(10)})
        assert sent([text, arabic], "date", format=form) == ["2020-05-19", BAD]


_FORMS = [
    GERMAN,
    "%m/%d/%y",
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M:%S",
    "%d %m %Y %H.%M",
    "%Y/%m/%d %H:%M:%S.%f",
    "%d %b %Y",
    "%H:%M %d.%m.%Y",
]
_ODD = st.text(alphabet="0123456789.:/- \t\u00a0TtJan", max_size=20)
_NEAR = st.builds(
    lambda moment, form, pad: (moment.strftime(form).replace("0", pad, 1), form),
    st.datetimes(dt.datetime(1000, 1, 1)), st.sampled_from(_FORMS), st.sampled_from(["0", "", " ", "9"]),  # noqa: DTZ001
)  # fmt: skip


@given(st.one_of(_NEAR, st.tuples(_ODD, st.sampled_from(_FORMS))))
def test_what_strptime_says(example: tuple[str, str]) -> None:
    """A column gives what datetime.strptime gives for each text, whichever way it was read."""
    text, form = example[0].strip(), example[1]
    try:
        expected = dt.datetime.strptime(text, form).replace(microsecond=0)  # noqa: DTZ007
    except ValueError:
        expected = None
    moments, wrong = parsed(pa.array([text], TEXT), form)
    assert wrong.tolist() == [expected is None]
    if expected is not None:
        assert dt.datetime(1970, 1, 1) + dt.timedelta(seconds=int(moments.wall[0])) == expected  # noqa: DTZ001
        assert moments.offset.tolist() == [NAIVE]


def test_what_a_form_changed_is_told() -> None:
    """Values that are already written as they are sent are not changed."""
    text = converted(["2020-05-19", "19.05.2020", None], "date", format="%Y-%m-%d")
    assert not text.changes
    text = converted(["2020-05-19", "19.05.2020", None], "date", format=GERMAN)
    assert text.changes["date-parsed"].tolist() == [False, True, False]


def test_numbers_are_read_by_their_digits() -> None:
    """A form takes the guessing out of 20200519, and a float with gaps is a whole number."""
    for dtype in ("int64", "float64", "Int64", "object", pd.ArrowDtype(pa.int32())):
        assert sent([20200519, 20200230], "date", dtype=dtype, format="%Y%m%d") == ["2020-05-19", BAD]
    assert sent([20200519.0, np.nan, 2.5, np.inf], "date", format="%Y%m%d") == [
        "2020-05-19", None, BAD, "!number-infinite",
    ]  # fmt: skip
    assert sent([1112024], "date", format="%d%m%Y") == [BAD]  # a zero was lost, or was there none?


def test_dates_by_type_need_no_form() -> None:
    """A form is about text; dates and moments are what they are."""
    values = pd.Series([dt.date(2020, 5, 19), pd.Timestamp("2020-05-20"), "21.05.2020", None], dtype=object)
    assert sent(values, "date", format=GERMAN) == ["2020-05-19", "2020-05-20", "2020-05-21", None]
    assert sent(pd.to_datetime(pd.Series(["2020-05-19"])), "date", format=GERMAN) == ["2020-05-19"]


def test_unsendable_text_has_one_problem() -> None:
    """Not that it is no date besides."""
    assert set(converted(["\x00", "19.\x0105.2020"], "date", format=GERMAN).bad) == {
        "text-unsendable", "control-character",
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------- the hint


def _hints(values: list[Any], **stated: Any) -> list[Any]:
    frame = pd.DataFrame(
        {"m": [f"p{number}@example.org" for number in range(len(values))], "d": pd.Series(values, dtype=object)}
    )
    mapping = Mapping(email="m", fields={"Born": "d"}, **stated)
    done, _ = prepared(frame, mapping, known=account(field("date", title="Born")))
    assert set(done.problems["code"]) <= {"date-invalid"}
    return list(done.problems["hint"])


@pytest.mark.parametrize(
    ("values", "named"),
    [
        (["19.05.2020", "1.2.2020", "x"], "formats={'Born': '%d.%m.%Y'}"),
        (["05/19/2020", "01/02/2020"], "formats={'Born': '%m/%d/%Y'}"),
        (["19/05/2020", "01/02/2020"], "formats={'Born': '%d/%m/%Y'}"),
        ([20200519, 20200520], "formats={'Born': '%Y%m%d'}"),
        (["19.05.2020 10:00", "1.2.2020 10:00"], "%d.%m.%Y %H:%M"),
        (["1 May 2020", "2 June 2020"], "%d %B %Y"),
    ],
)
def test_the_hint_names_the_form_that_most_values_have(values: list[Any], named: str) -> None:
    """Ready to be copied, without any value."""
    for hint in _hints(values):
        assert named in hint
        assert "2020" not in hint


def test_the_hint_names_both_orders_when_both_fit() -> None:
    """01/02/2020 may be either; nothing is guessed, also not in a hint."""
    [hint] = set(_hints(["01/02/2020", "03/04/2020"]))
    assert "%d/%m/%Y" in hint
    assert "%m/%d/%Y" in hint


def test_the_hint_when_a_form_was_stated() -> None:
    """It repeats the form, or names the one that the values have."""
    [hint] = set(_hints(["19.05.2020", "31.02.2020"], formats={"Born": GERMAN}))
    assert "only the stated form" in hint
    [hint] = set(_hints(["2020-05-19", "2020-05-20"], formats={"Born": GERMAN}))
    assert "%Y-%m-%d" in hint


def test_no_form_is_proposed_for_what_has_none() -> None:
    """A few dates among words are slips of the pen."""
    assert not any("formats={'Born'" in hint for hint in _hints(["x", "y", "19.05.2020", "z"]))


# ------------------------------------------------------------------------------------------------ mistakes


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("DD.MM.YYYY", '"%d.%m.%Y"'), ("dd/mm/yy", '"%d/%m/%y"'), ("yyyy-mm-dd hh:mm:ss", '"%Y-%m-%d %H:%M:%S"'),
        ("%d.%m.", "no whole day"), ("%Y-%m", "no whole day"), ("%H:%M", "no whole day"), ("%m/%Y", "no whole day"),
        ("%d.%q.%Y", "'%q'"), ("%d.%m.%Y %", "'%'"), ("%x", "'%x'"), ("%c", "'%c'"), ("", "no text"), (5, "no text"),
        (None, "no text"), ("%d.%d.%Y", "%d twice"), ("%d.%m.%Y %y", "year twice"), ("%d.%m.%b.%Y", "month twice"),
        ("%d.%m.%Y %I:%M", "%I and %p"), ("%d.%m.%Y %H:%M %p", "%I and %p"), ("%d.%m.%Y %z %Z", "zone twice"),
    ],
)  # fmt: skip
def test_forms_that_cannot_be_used(form: Any, said: str) -> None:
    """They are refused with a sentence before any row is looked at."""
    with pytest.raises(MappingError) as caught:
        Mapping(email="m", fields={"Born": "d"}, formats={"Born": form})
    assert said in str(caught.value)
    assert "Nothing was sent." in str(caught.value)


@pytest.mark.parametrize("key", ["Borm", "email", "d", 7])
def test_a_form_for_something_that_is_no_mapped_field(key: Any) -> None:
    """The nearest field is named."""
    with pytest.raises(MappingError, match="no custom field of the mapping") as caught:
        Mapping(email="m", fields={"Born": "d"}, formats={key: GERMAN})
    assert "'Born'" in str(caught.value)


def test_a_form_for_a_field_of_another_type() -> None:
    """Together with everything else that is wrong."""
    frame = pd.DataFrame({"m": ["a@example.org"], "d": ["x"]})
    mapping = Mapping(email="m", fields={"City": "d", "Zip": "zip"}, formats={"City": GERMAN})
    known = account(field("text", title="City"), field("text", title="Zip", number=8))
    with pytest.raises(MappingError, match="only dates have formats") as caught:
        resolve(frame, mapping, known)
    assert len(caught.value.problems) == 2


def test_no_dictionary_of_forms() -> None:
    """A sentence, not an exception of Python's."""
    with pytest.raises(MappingError, match="formats is a dictionary"):
        Mapping(email="m", fields={"Born": "d"}, formats=GERMAN)  # type: ignore[arg-type]
