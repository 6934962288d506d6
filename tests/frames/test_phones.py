from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import phonenumbers
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError
from ac_notebook.frames.phones import for_region
from tests.frames.rig import column, converted, prepared, sent

NONE, INVALID = "!phone-no-digits", "!phone-invalid"
DTYPES = ["object", "str", "category", "string[python]", pd.ArrowDtype(pa.string())]


def _script(text: str, zero: int) -> str:
    return text.translate({ord("0") + digit: zero + digit for digit in range(10)})


ARABIC, FULL_WIDTH = _script("070-123 45 67", 0x660), _script("070-123 45 67", 0xFF10)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_without_a_region_phones_travel_as_they_are(dtype: Any) -> None:
    """Whatever has a digit, of any script; what has none is no phone."""
    values = [" 070-1 ", "ext. 5", ARABIC, FULL_WIDTH, "none", "-", "+", "\u00bd", None, ""]
    expected = ["070-1", "ext. 5", ARABIC, FULL_WIDTH, NONE, NONE, NONE, NONE, None, None]
    assert sent(values, "phone", dtype=dtype) == expected


@pytest.mark.parametrize("start", [0, 1, 3])
def test_digits_are_looked_for_in_slices(start: int) -> None:
    """Arrow's slices begin in the middle of their bytes."""
    values = ["1", "none", "é2", "", "x", "9"]
    series = pd.Series(values, dtype=pd.ArrowDtype(pa.large_string()))[start:]
    assert sent(series, "phone") == ["1", NONE, "é2", None, NONE, "9"][start:]


@given(st.lists(st.one_of(st.none(), st.text(alphabet="ab1٣ é\u00bd-", max_size=4)), max_size=12))
def test_what_has_no_digit(values: list[str | None]) -> None:
    """The same as asking each text."""
    expected = [
        None if not (value or "").strip() else NONE if not any(letter.isdecimal() for letter in value or "") else "ok"
        for value in values
    ]
    cells = sent(pd.Series(values, dtype=object), "phone")
    assert [cell if cell in (None, NONE) else "ok" for cell in cells] == expected


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_with_a_region_phones_are_written_internationally(dtype: Any) -> None:
    """National, international and with any prefix: one form."""
    values = [
        "070-123 45 67",
        "(070) 123.45.67",
        "0046701234567",
        "+46 (0)70 123 45 67",
        "46701234567",
        ARABIC,
        FULL_WIDTH,
    ]
    assert sent(values, "phone", dtype=dtype, region="SE") == ["+46701234567"] * len(values)
    others = ["+1 650 253 0000", "+47 22 34 56 78", "none", None]
    assert sent(others, "phone", dtype=dtype, region="SE") == ["+16502530000", "+4722345678", NONE, None]


@pytest.mark.parametrize(
    "text", ["12", "0", "070-123 45 67 89 01 23", "+999 123 456", "++46", "1" * 300, "253-0000", "5"]
)
def test_what_cannot_be_a_number(text: str) -> None:
    """Too short, too long, of no country, or without its area."""
    assert sent([text], "phone", region="US") == [INVALID]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("08-123 456 ext. 12", "extension"), ("08-123 456 x12", "extension"), ("08-123 456#12", "extension"),
        ("0800-FLOWERS", "letters"), ("070-123 45 67 Anna", "letters"), ("mob: 070-123 45 67", "letters"),
    ],
)  # fmt: skip
def test_letters_and_extensions_are_not_dropped(text: str, said: str) -> None:
    """E.164 has no form for them, so what they say would be lost; the hint says so, and nothing of the number."""
    converted_text = converted([text, "070-123 45 67"], "phone", region="SE")
    assert converted_text.bad["phone-invalid"].tolist() == [True, False]
    assert said in converted_text.hints["phone-invalid"][0]
    assert text not in converted_text.hints["phone-invalid"][0]


@pytest.mark.parametrize(
    "series",
    [
        pd.Series([46701234567.0, np.nan]), pd.Series([701234567.0, np.nan]),
        pd.Series([46701234567, None], dtype="Int64"),
        pd.Series([Decimal(46701234567), None], dtype=object), pd.Series([46701234567, None], dtype=object),
        pd.Series([46701234567.0, None], dtype=pd.ArrowDtype(pa.float64())),
    ],
    ids=lambda series: str(series.dtype),
)  # fmt: skip
def test_phones_that_became_numbers(series: pd.Series[Any]) -> None:
    """Also those that lost a leading zero or plus on the way."""
    assert sent(series, "phone", region="SE") == ["+46701234567", None]


def test_other_problems_stay_alone() -> None:
    """What cannot be sent is not besides no phone."""
    text = converted(pd.Series(["\x00", "a\x01b", np.inf, b"1", ["1"]], dtype=object), "phone", region="SE")
    assert set(text.bad) == {"text-unsendable", "control-character", "number-infinite", "value-unsupported"}


def test_what_was_normalised_is_told() -> None:
    """Numbers that were in international form already are not."""
    text = converted(["070-123 45 67", "+46701234567", None, "x"], "phone", region="SE")
    assert text.changes["phone-normalised"].tolist() == [True, False, False, False]


def test_each_distinct_number_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers that many rows share cost one look."""
    seen: list[str] = []
    parse = phonenumbers.parse

    def looked_at(text: str, region: str) -> object:
        seen.append(text)
        return parse(text, region)

    monkeypatch.setattr(phonenumbers, "parse", looked_at)
    sent(["070-123 45 67", "08-12 34 56"] * 500, "phone", region="SE")
    assert sorted(seen) == ["070-123 45 67", "08-12 34 56"]


def test_rows_and_bytes() -> None:
    """The second pass makes the same bytes, and invalid numbers hold their rows back."""
    frame = pd.DataFrame({"m": [f"p{n}@example.org" for n in range(3)], "p": ["070-123 45 67", "12", None]})
    done, contacts = prepared(frame, {"email": "m", "phone": "p"}, region="SE")
    assert [contact.get("phone") for contact in contacts] == ["+46701234567", None]
    assert done.problems[["position", "code", "column"]].to_numpy().tolist() == [[1, "phone-invalid", "p"]]


@pytest.mark.parametrize(
    ("region", "meant"),
    [("UK", "GB"), ("Sweden", "SE"), ("sverige", "SE"), ("Danmrk", "DK"), ("+47", "NO"), ("46", "SE"), ("FIN", "FI")],
)
def test_an_unknown_region(region: str, meant: str) -> None:
    """The nearest is named, whatever the way of saying it."""
    frame = pd.DataFrame({"m": ["a@example.org"]})
    with pytest.raises(ConfigurationError, match=f"Did you mean '{meant}'"):
        ac.validate(frame, {"email": "m"}, phone_region=region)


@pytest.mark.parametrize("region", ["XX", "??", "999999999999999999", "+", "\u0661"])
def test_a_region_that_is_like_none(region: str) -> None:
    """A sentence all the same."""
    with pytest.raises(ConfigurationError, match="no region of phone numbers"):
        for_region([column("phone")], region)


@pytest.mark.parametrize("region", ["", " ", 46, True, b"SE"])
def test_a_region_that_is_no_text(region: Any) -> None:
    """Refused where the options are made."""
    with pytest.raises(ConfigurationError, match="phone_region is the two letters"):
        ac.Options(phone_region=region)


def test_letters_of_a_region_in_any_case() -> None:
    """Se is SE."""
    assert ac.Options(phone_region=" se ").phone_region == "SE"


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what to install; without phone_region nobody needs it."""
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    frame = pd.DataFrame({"m": ["a@example.org"], "p": ["070-123 45 67"]})
    with pytest.raises(ConfigurationError, match=r"pip install 'ac-notebook\[phone\]'"):
        ac.validate(frame, {"email": "m", "phone": "p"}, phone_region="SE")
    assert ac.validate(frame, {"email": "m", "phone": "p"}).problems.empty


def test_the_library_is_loaded_only_when_it_is_needed() -> None:
    """Importing and validating without a region does not load it."""
    code = (
        "import sys, pandas as pd, ac_notebook as ac\n"
        "ac.validate(pd.DataFrame({'m': ['a@example.org'], 'p': ['1']}), {'email': 'm', 'phone': 'p'})\n"
        "print('phonenumbers' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
