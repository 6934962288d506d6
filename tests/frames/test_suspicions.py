from __future__ import annotations

import hashlib
import re
import uuid
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ac_notebook.demo import MAPPING
from ac_notebook.frames.columns import Column, resolve, snapshot
from ac_notebook.frames.samples import MOST_ROWS, sample, spread
from ac_notebook.frames.sensitive_names import PASSWORDS, PERSONAL_NUMBERS, is_called
from ac_notebook.frames.suspicions import suspicions
from ac_notebook.model.problems import CODES
from ac_notebook.sandbox import sample_customers
from tests.frames.rig import column
from tests.people import MAPPING as PEOPLES_MAPPING
from tests.people import messy_people, people

SWEDES = ["19811228-9874", "670919-9530", "640823-3234", "880320-0016", "811228-9841", "890102-3286"]
SWEDES_AS_INTEGERS = [int(text.replace("-", "")[-10:]) for text in SWEDES]
CARDS = ["4111111111111111", "5555 5555 5555 4444", "378282246310005", "6011-1111-1111-1117", "3530111333300000"]
MORE_CARDS = ["4012888888881881", "5105105105105100", "371449635398431", "6011000990139424", "3566002020360505",
              "30569309025904"]  # fmt: skip
IBANS = ["DE89370400440532013000", "GB82 WEST 1234 5698 7654 32", "FR1420041010050500013M02606", "NL91ABNA0417164300",
         "BE68539007547034"]  # fmt: skip
BCRYPT = [f"$2b$12${'abcdefghijklmnopqrstu'}{'v' * 31}{number}" for number in range(5)]
MD5 = [hashlib.md5(f"{number}".encode(), usedforsecurity=False).hexdigest() for number in range(5)]
NAMES = [f"Name{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXY"]


def said(values: Any, kind: str, *, label: Any = "column", dtype: Any = None, inside: Any = None) -> list[str]:
    """Return the sentences about one column."""
    series = values if isinstance(values, pd.Series) else pd.Series(values, dtype=dtype)
    one = column(kind)
    mapped = Column(target=one.target, label=label, position=0, is_field=one.is_field, field=one.field)
    frame = pd.DataFrame({0: series.reset_index(drop=True)})
    rows = np.ones(len(frame), dtype=bool) if inside is None else np.asarray(inside)
    return list(suspicions(frame, [mapped], rows))


def codes(values: Any, kind: str, **more: Any) -> list[str]:
    """Return the codes of the sentences about one column."""
    found = [re.search(r"\[([a-z-]+)\]$", sentence) for sentence in said(values, kind, **more)]
    assert all(found)
    return [match[1] for match in found if match]


DOUBTFUL: dict[str, tuple[Any, str, str]] = {
    "name-holds-address": ([*NAMES, "ann@example.org"], "first_name", "Name"),
    "looks-like-other": (["ann@example.org"] * 3 + ["+46 70", "1"], "phone", "Mobile"),
    "phone-as-number": ([701234567, 707654321], "phone", "Telefon"),
    "one-value": (["Customer"] * 11 + NAMES[:9], "first_name", "Name"),
    "personal-number": (SWEDES, "text", "number"),
    "card-number": (CARDS, "text", "number"),
    "account-number": (IBANS, "text", "number"),
    "password": (["hunter2", "letmein"], "text", "Lösenord"),
}
"""By code a column that has it: its values, what it is mapped to, its label."""


@pytest.mark.parametrize("code", [code for code, entry in CODES.items() if entry.kind == "column"])
def test_each_code_has_its_sentence(code: str) -> None:
    """The sentence names the column, what it is mapped to, a number, what to do and the code, and no value."""
    values, kind, label = DOUBTFUL[code]
    (sentence,) = said(values, kind, label=label)
    target = column(kind).target
    assert sentence.startswith(f"{label!r}, mapped to {target!r}: ")
    assert sentence.endswith(f"; {CODES[code].hint} [{code}]")
    assert re.search(r"\d", sentence.removeprefix(f"{label!r}"))
    assert not [value for value in values if str(value) in sentence and len(str(value)) > 1]


@pytest.mark.parametrize(
    ("values", "dtype", "count"),
    [
        ([701234567, 707654321], "int64", 2),
        ([701234567, None], "float64", 1),
        ([701234567, None], "Int64", 1),
        ([701234567, None, "+46 70 765 43 21"], object, 1),
        ([701234567, 701234567], "category", 2),
        ([701234567, None], "int64[pyarrow]", 1),
        (["0701234567", "+46707654321"], object, 0),
        (["0701234567", None], "category", 0),
        ([None, None], "float64", 0),
    ],
)
def test_phones_that_are_numbers_are_told(values: Any, dtype: Any, count: int) -> None:
    """Phones that were read as numbers begin with neither + nor 0: that is said, unless a region completes them."""
    sentences = said(values, "phone", dtype=dtype)
    assert len(sentences) == (count > 0)
    assert all(f": {count} of " in one and one.endswith("[phone-as-number]") for one in sentences)
    frame = pd.DataFrame({0: pd.Series(values, dtype=dtype)})
    of_sweden = Column(target="phone", label="Telefon", position=0, region="SE")
    assert suspicions(frame, [of_sweden], np.ones(len(frame), dtype=bool)) == ()


def test_the_numbers_are_right() -> None:
    """Rows are counted, not distinct values; blanks are not."""
    values = ["a@example.org", "a@example.org", None, "", "Bo", *NAMES]
    assert "2 of 28 values looked at hold an @" in said(values, "last_name")[0]
    assert "11 of 20 values looked at are one and the same" in said(["x"] * 11 + NAMES[:9], "first_name")[0]
    assert "92% of its distinct values looked at" in said([*CARDS, *CARDS, *MORE_CARDS, "none"], "text")[0]


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([*NAMES, "@nna"], "first_name", ["name-holds-address"]),  # one in 26 is more than one in a hundred
        ([f"Name {number}" for number in range(99)] + ["@nna"], "first_name", ["name-holds-address"]),
        ([f"Name {number}" for number in range(100)] + ["@nna"], "first_name", []),
        ([f"Name {number}" for number in range(101)] + ["ann@example.org"], "first_name", ["name-holds-address"]),
        ([*NAMES, "ann@example.org"], "text", []),
        (["ann@example.org"] * 3 + ["Bo", "Al"], "first_name", ["looks-like-other"]),
        (["ann@example.org", "Bo"], "first_name", ["name-holds-address"]),
        (["ann@example.org", "Bo"], "phone", []),  # too few to say
        (["Ann", "Bo", "Cia", "+46 70", "1"], "phone", ["looks-like-other"]),
        (["Ann", "Bo", "070 1", "+46 70", "1"], "phone", []),
        (["٠١٢٣٤٥"] * 5, "phone", []),
        (["+46 70 123 45 6" + str(number) for number in range(5)], "last_name", ["looks-like-other"]),
        ([7_000_000 + number for number in range(5)], "last_name", ["looks-like-other"]),
        ([f"{number}" for number in range(5)], "last_name", []),  # short numbers may be anything
        (["Ann 3rd", "X Æ A-12", "渡辺", "Bo", "12345"], "first_name", []),
        (pd.date_range("1970-01-01", periods=5), "text", []),  # a mapping of dates to a name or phone is refused before
    ],
    ids=str,
)
def test_what_looks_like_something_else(values: Any, kind: str, expected: list[str]) -> None:
    """Addresses, dates, words and numbers are seen where they should not be, and names and phones left alone."""
    assert codes(values, kind) == expected


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (["000"] * 11 + list("123456789"), "phone", True),
        (["000"] * 10 + list("1234567890"), "phone", False),  # half is not most
        (["Customer"] * 10 + NAMES[:9], "first_name", False),  # fewer than twenty
        (["Customer"] * 20 + [None] * 80, "first_name", True),
        (["Oslo"] * 19 + ["Bergen"], "text", True),
        (["Oslo"] * 18 + ["Bergen"] * 2, "text", False),
        (["Oslo"] * 19 + ["Bergen"], "unknown", True),
        (["1900-01-01"] * 19 + ["1987-01-02"], "date", True),
        ([99] * 19 + [1], "number", True),
        ([0] * 19 + [7], "number", False),  # most people bring nothing back
        (["0"] * 19 + ["7"], "phone", True),
        (["yes"] * 19 + ["No"], "text", False),
        ([True] * 20, "text", False),
        ([True] * 20, "unknown", False),
        (["gold"] * 20, "dropdown", False),
        (["gold"] * 20, "radio", False),
        ([["gold"]] * 20, "checkbox", False),
        ([["gold"]] * 20, "unknown", False),
        (["vip"] * 20, "tags", False),
        (["no"] * 20, "opt_in", False),
        (["ann@example.org"] * 20, "email", False),
        (pd.Categorical(["a"] * 30 + ["b"]), "text", False),
        (pd.Categorical(["a"] * 58 + ["b", "c"]), "text", True),
        (pd.Categorical(["Customer"] * 20, categories=["Customer", "Ann"]), "first_name", True),
        ([f"{'x' * 300}{number}" for number in range(20)], "text", False),  # only how long texts begin is looked at
    ],
    ids=str,
)
def test_one_value_in_most_rows(values: Any, kind: str, *, expected: bool) -> None:
    """More than half of names and phones, nine tenths of fields; answers, categories and noughts are left alone."""
    assert codes(values, kind) == ["one-value"] * expected


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (SWEDES, object), (SWEDES, "string[python]"), (SWEDES, pd.ArrowDtype(pa.string())), (SWEDES, "category"),
        (SWEDES_AS_INTEGERS, "int64"), (SWEDES_AS_INTEGERS, "Int64"), (SWEDES_AS_INTEGERS, object),
        ([*SWEDES_AS_INTEGERS, None], "float64"), (SWEDES_AS_INTEGERS, pd.ArrowDtype(pa.int64())),
        (SWEDES_AS_INTEGERS, pd.ArrowDtype(pa.decimal128(12, 0))),
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("kind", ["text", "number", "unknown", "phone", "last_name"])
def test_personal_numbers_are_found_in_any_dtype(values: list[Any], dtype: Any, kind: str) -> None:
    """Text or integers, with or without a gap, and whatever they are mapped to."""
    if kind == "number" and not isinstance(values[0], int):
        values = [text.replace("-", "") for text in values]
    series = pd.Series(values, dtype=dtype)
    assert "personal-number" in codes(series, kind)


@pytest.mark.parametrize(
    ("values", "label", "expected"),
    [
        (["7012319876", "7012319877"], "Personnummer", True),  # not valid, but called so
        (["070-123 45 67"], "customer_ssn", True),
        ([7012319876], ("person", "CPR-nr"), True),
        (["***-**-6789"], "SSN", False),
        (["Ann", "Bo"], "Personnummer", False),
        (["1987-01-02"], "personnummer", False),
        (["7012319876"], "International ID", False),
        (["7012319876"], "Kundnummer", False),
        ([3, 14], "liczba dni", False),
        ([True, False], "has_ssn", False),
        ([7012319876] * 3, 7, False),
    ],
    ids=str,
)
def test_a_column_called_as_personal_numbers_are(values: list[Any], label: Any, *, expected: bool) -> None:
    """A name that says so is enough where the values may be such numbers, and is not where they cannot."""
    assert codes(values, "text", label=label) == ["personal-number"] * expected


@pytest.mark.parametrize(
    ("values", "label", "expected"),
    [
        (["hunter2"], "Password", True),
        ([123456, 111111], "pwd", True),
        (["yes", "no"], "password set", False),
        ([True, False], "has_password", False),
        (["2024-01-02", None], "password_changed", False),
        (pd.to_datetime(["2024-01-02"]), "password_changed", False),
        ([None, ""], "password", False),
        (["x"], "Passport", False),
        (BCRYPT, "x", True),
        (["$argon2id$v=19$m=65536,t=3,p=4$c29t$ZQ" + letter for letter in "abcde"], "x", True),
        (["pbkdf2_sha256$600000$salt$hash" + letter for letter in "abcde"], "x", True),
        (["$6$rounds=5000$salt$" + letter for letter in "abcde"], "x", True),
        (["{SSHA}" + letter * 28 for letter in "abcde"], "x", True),
        (MD5, "x", True),
        ([text.upper() for text in MD5], "x", True),
        ([*MD5[:4], *MD5[:4], "", None, "no"], "x", True),
        (MD5[:4], "x", False),
        ([*MD5[:3], "a", "b"], "x", False),
        ([uuid.UUID(text, version=4).hex for text in MD5], "customer id", False),
        ([str(uuid.UUID(text, version=5)) for text in MD5], "customer id", False),
        (["$5 off", "$6.50", "$1", "$2", "$3"], "voucher", False),
    ],
    ids=str,
)
def test_passwords_by_name_or_form(values: Any, label: str, *, expected: bool) -> None:
    """A name that says so is enough where the values are no answers or dates; hashes are known by their form."""
    assert codes(values, "text", label=label) == ["password"] * expected


@pytest.mark.parametrize(
    "label",
    ["Password", "user_passwd", "PWD", "Lösenord", "Losenord", "Passwort", "Kennwort", "Mot de passe", "Contraseña",
     "Senha", "palavra-passe", "Wachtwoord", "passord", "Adgangskode", "kodeord", "Salasana", "Hasło",
     "userPassword", "Benutzerpasswort", ("login", "password")],
    ids=str,
)  # fmt: skip
def test_passwords_in_the_projects_languages(label: Any) -> None:
    """Each language's word is known, also within a longer name."""
    assert is_called(label, PASSWORDS)
    assert not is_called(label, PERSONAL_NUMBERS)


@pytest.mark.parametrize(
    "label",
    ["Personnummer", "pers.nr", "PNR", "SSN", "Social Security Number", "NationalInsuranceNumber", "CPR-nummer", "CPR",
     "PESEL", "BSN", "Burgerservicenummer", "Fødselsnummer", "fodselsnummer", "hetu", "Henkilötunnus", "DNI", "NIE",
     "NIF", "Steuer-ID", "steuer_id", "customerSSN", "kundpersonnummer", "Numéro de sécurité sociale", "CPF"],
)  # fmt: skip
def test_personal_numbers_in_the_projects_languages(label: str) -> None:
    """Each country's word is known, also within a longer name."""
    assert is_called(label, PERSONAL_NUMBERS)
    assert not is_called(label, PASSWORDS)


@pytest.mark.parametrize("label", ["Passport", "Personal number plate", "Lesson", "Brief", "dnice", 7, None, ""])
def test_other_names_are_none(label: Any) -> None:
    """Words that only look similar are left alone."""
    assert not is_called(label, PASSWORDS)
    assert not is_called(label, PERSONAL_NUMBERS)


def test_only_the_segment_is_looked_at() -> None:
    """Rows outside it do not leave, so nothing is said about them; without rows nothing is said at all."""
    values = ["ann@example.org", *NAMES]
    assert codes(values, "first_name", inside=[False] + [True] * len(NAMES)) == []
    assert codes(values, "first_name", inside=[False] * len(values)) == []
    assert codes([], "first_name") == []
    assert codes([None, "", np.nan], "first_name", label="password") == []


def test_the_whole_length_is_looked_at() -> None:
    """What only stands at the end of a long frame is seen."""
    values = np.array([f"Name {number}" for number in range(29_000)] + ["ann@example.org"] * 1_000, dtype=object)
    assert codes(values, "first_name") == ["name-holds-address"]
    assert codes(values, "first_name", inside=np.arange(30_000) < 29_000) == []


@pytest.mark.parametrize("count", [0, 1, 9_999, 10_000, 10_001, 12_345, 1_000_000])
def test_the_rows_looked_at_are_spread(count: int) -> None:
    """At most 10,000, each once, in order, from the whole length."""
    rows = spread(count)
    assert len(rows) == min(count, MOST_ROWS)
    assert (np.diff(rows) > 0).all()
    assert not count or (rows[0] == 0 and rows[-1] < count and rows[-1] >= count - 2 * max(1, count // MOST_ROWS) - 2)


@pytest.mark.parametrize("period", [2, 3, 5, 7, 10, 50, 64, 100, 128])
def test_a_frame_that_repeats_itself_is_seen_as_it_is(period: int) -> None:
    """Each row of the pattern is looked at about as often as it is there."""
    shares = np.bincount(spread(1_000_000) % period, minlength=period) / MOST_ROWS * period
    assert shares.min() > 0.6
    assert shares.max() < 1.6


def test_long_texts_are_cut_and_counted() -> None:
    """Of long texts only the beginning is held."""
    cells = pd.Series([f"{number}{'x' * 20_000}" for number in range(2_000)])
    seen = sample(cells, spread(len(cells)), column("text"))
    assert (seen.filled, len(seen.distinct)) == (2_000, 2_000)
    assert pc.sum(pc.binary_length(seen.distinct)).as_py() < 2_000 * 300
    assert "x" not in repr(seen)


@pytest.mark.parametrize(
    ("frame", "mapping"),
    [
        (sample_customers(n=5_000, seed=2026), MAPPING),
        (sample_customers(n=30_000), MAPPING),
        (people(1_000), PEOPLES_MAPPING),
        (people(20), PEOPLES_MAPPING),
    ],
    ids=["demo", "customers", "people", "few"],
)
def test_the_samples_give_no_warning(frame: pd.DataFrame, mapping: Any) -> None:
    """Neither the sample of customers nor the people of the tests are suspicious."""
    columns = resolve(frame, mapping)
    assert suspicions(snapshot(frame, columns), columns, np.ones(len(frame), dtype=bool)) == ()


class Odd:
    """An object that does not want to be looked at."""

    def __repr__(self) -> str:
        msg = "nobody calls this"
        raise AssertionError(msg)

    __str__ = __repr__


ODD: dict[str, Any] = {
    "everything": messy_people()["odd"],
    "objects": pd.Series([Odd(), "a", b"x", {"a": 1}, ["a", Odd()]] * 5, dtype=object),
    "sparse": pd.Series(pd.arrays.SparseArray([0.0] * 24 + [7.0])),
    "intervals": pd.Series(pd.interval_range(0, 25)),
    "categories of intervals": pd.Series(pd.Categorical(pd.interval_range(0, 25))),
    "categories of dates": pd.Series(pd.Categorical(pd.date_range("2020-01-01", periods=25))),
    "no category": pd.Series(pd.Categorical([None] * 25)),
    "complex": pd.Series([1j] * 25),
    "periods": pd.Series(pd.period_range("2020-01", periods=25, freq="M")),
    "durations": pd.Series(pd.to_timedelta(range(25), unit="h")),
    "zones": pd.Series(pd.date_range("2020-01-01", periods=25, tz="Europe/Stockholm")),
    "structs": pd.Series([{"a": 1}] * 25, dtype=pd.ArrowDtype(pa.struct({"a": pa.int64()}))),
    "Arrow lists": pd.Series([["a", "b"]] * 25, dtype=pd.ArrowDtype(pa.list_(pa.string()))),
    "Arrow dictionary": pd.Series(["a"] * 25, dtype=pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string()))),
    "broken text": pd.Series(["\ud800", "\x00", "a"] * 9, dtype=object),
    "nothing": pd.Series([None] * 25, dtype=object),
    "Arrow nulls": pd.Series([None] * 25, dtype=pd.ArrowDtype(pa.null())),
    "infinite": pd.Series([np.inf, -np.inf, np.nan] * 9),
    "long": pd.Series(["\u0301" * 100_000] * 25),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("kind", ["first_name", "phone", "text", "number", "date", "datetime", "unknown"])
def test_odd_columns_are_looked_at_without_harm(name: str, kind: str) -> None:
    """Whatever a column is made of, no exception comes of looking at it, and it is as it was."""
    series = ODD[name]
    before = series.copy(deep=True)
    for sentence in said(series, kind, label="password"):
        assert re.search(r"\[[a-z-]+\]$", sentence)
    assert series.dtype == before.dtype
    assert len(series) == len(before)


CELL = st.sampled_from(
    ["{0}", "{0}@example.org", "Ann {0}", "{0}{0}", "811228-98{0}", "$2b$12${0}", "{0}@", "||{0}||A||", "", None]
)


@given(
    cells=st.lists(CELL, min_size=1, max_size=60),
    repeated=st.booleans(),
    kind=st.sampled_from(["email", "first_name", "phone", "text", "number", "date", "dropdown", "checkbox", "unknown"]),
    label=st.sampled_from(["Name", "password", "personnummer", ("a", "ssn"), 7]),
)
def test_no_value_is_ever_in_a_sentence(cells: list[str | None], *, repeated: bool, kind: str, label: Any) -> None:
    """Whatever the cells hold, no part of one that could be recognised is said."""
    values = [
        None if cell is None else cell.format(f"74{1 if repeated else row:04}9391zq") for row, cell in enumerate(cells)
    ]
    sentences = said(values, kind, label=label)
    assert not [sentence for sentence in sentences if "9391" in sentence or "zq" in sentence or "example" in sentence]
    for sentence in sentences:
        assert not [value for value in values if value and value in sentence]
