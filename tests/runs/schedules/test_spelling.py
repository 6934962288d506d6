"""Cron texts and time zones as somebody types them."""

from __future__ import annotations

import pytest

from ac_notebook.errors import ConfigurationError
from ac_notebook.runs.schedules.spelling import checked_cron, checked_zone

WRONG = {
    "0 6 * * mom": ("'mom' is no day of the week", "Did you mean 'mon'?"),
    "0 6 * febr *": ("'febr' is no month", "Did you mean 'feb'?"),
    "0 24 * * *": ("24 is no hour, which goes from 0 to 23", "Did you mean 23?"),
    "60 6 * * *": ("60 is no minute", "Did you mean 59?"),
    "0 6 0 * *": ("0 is no day of the month", "Did you mean 1?"),
    "0 6 * 13 *": ("13 is no month", "Did you mean 12?"),
    "0 6 * * 8": ("8 is no day of the week", "Did you mean 7?"),
    "0 6 * *": ("4 fields, and five are needed", "minute, hour, day of the month"),
    "0 0 6 * * *": ("6 fields, and five are needed", "minute, hour, day of the month"),
    "": ("no fields", 'cron="0 6 * * 1"'),
    "dayly": ("one field", "Did you mean '@daily'?"),
    "@weakly": ("one field", "Did you mean '@weekly'?"),
    "*/0 * * * *": ("'*/0' is no minute", "from 0 to 59"),
    "30-10 * * * *": ("'30-10' is no minute", "from 0 to 59"),
    "0 6 * * fri-sun": ("'fri-sun' is no day of the week", "two ranges"),
    "-1 * * * *": ("'-1' is no minute", "from 0 to 59"),
    "1,,2 * * * *": ("'1,,2' is no minute", "from 0 to 59"),
    "H 6 * * *": ("'h' is no minute", "numbers only"),
    "r * * * *": ("'r' is no minute", "numbers only"),
    "٣ * * * *": ("is no minute", 'cron="0 6 * * 1"'),
    "0 6 * * $(id)": ("is no day of the week", 'cron="0 6 * * 1"'),
    "0 0 31 2 *": ("there is no such day", 'cron="0 6 * * 1"'),
    "0 0 30 feb *": ("there is no such day", 'cron="0 6 * * 1"'),
}


@pytest.mark.parametrize("typed", WRONG)
def test_what_is_wrong_is_said_in_a_sentence_with_the_nearest_match(typed: str) -> None:
    """The field is named, and what was probably meant; nothing random is taken for a time."""
    why, near = WRONG[typed]
    with pytest.raises(ConfigurationError) as caught:
        checked_cron(typed)
    assert why in caught.value.message
    assert near in caught.value.hint
    assert caught.value.hint.endswith("Nothing was sent.")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("typed", [None, 6, ["0 6 * * *"], b"0 6 * * *"])
def test_what_is_no_text_is_refused(typed: object) -> None:
    """Neither a cron text nor a zone is anything but a text."""
    for checked in (checked_cron, checked_zone):
        with pytest.raises(ConfigurationError, match="text, not"):
            checked(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0 6 * * 1", "0 6 * * 1"),
        ("  0   6 *\t* MON-Fri ", "0 6 * * mon-fri"),
        ("*/15 8-18/2 1,15 jan,dec 0-5", "*/15 8-18/2 1,15 jan,dec 0-5"),
        ("@daily", "0 0 * * *"),
        ("0 0 l * *", "0 0 l * *"),
        ("0 6 * * sat#1", "0 6 * * sat#1"),
        ("0 0 29 2 *", "0 0 29 2 *"),
    ],
)
def test_what_is_right_is_kept_with_single_spaces(typed: str, kept: str) -> None:
    """Names of days and months, steps, lists, ranges, the last day of a month and short forms are understood."""
    assert checked_cron(typed) == kept == checked_cron(kept)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Europe/Stokholm", "'Europe/Stockholm'"),
        ("europe/stockholm", "'Europe/Stockholm'"),
        ("Stockholm", "'Europe/Stockholm'"),
        ("New York", "'America/New_York'"),
        ("", 'timezone="Europe/Stockholm"'),
        ("../../etc/passwd", 'timezone="Europe/Stockholm"'),
        ("/etc/localtime", 'timezone="Europe/Stockholm"'),
        ("Factory", "Nothing was sent."),
        ("zzzzzz", 'timezone="Europe/Stockholm"'),
    ],
)
def test_a_zone_that_there_is_not(typed: str, near: str) -> None:
    """The nearest name is told, also of a city alone; no file of the machine is taken for a zone."""
    with pytest.raises(ConfigurationError) as caught:
        checked_zone(typed)
    assert near in caught.value.hint
    assert checked_zone("Australia/Lord_Howe") == "Australia/Lord_Howe"
