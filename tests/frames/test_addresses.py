from __future__ import annotations

import unicodedata

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ac_notebook.errors import MappingError
from ac_notebook.frames.cells import TEXT
from ac_notebook.frames.checks import address_key, plausible
from ac_notebook.frames.columns import resolve

GOOD = [
    "a@example.org", "A.B+c_d-e@Mail.Example.ORG", "åsa@example.org", "x!#$%&*/=?^`{|}~@example.org", "1@2.example.com",
    f"{'a' * 64}@example.org", "a@" + ".".join(["d" * 63] * 2) + ".example.org", "a@xn--bcher-kva.example.com",
]  # fmt: skip
BAD = [
    "", "a", "a@", "@example.org", "a@b", "a@example", "a@example.o", "a@example.o1", "a b@example.org",
    "a@@example.org", "a@b@example.org", ".a@example.org", "a.@example.org", "a..b@example.org", "a@.example.org",
    "a@example..org", "a@example.org.", "a@-example.org", "a@example-.org", "a@exa_mple.org", "a@bücher.example.org",
    "a\u00a0b@example.org", "a\u200bb@example.org", "a\ufeff@example.org", "a\nb@example.org", "a@example.org\n",
    f"{'a' * 65}@example.org", f"{'å' * 33}@example.org", "a@" + "d" * 64 + ".example.org",
    "a@" + ".".join(["d" * 60] * 4) + ".example.org", "a@127.0.0.1", "a@[127.0.0.1]",
    *(f"a{sign}b@example.org" for sign in "\"(),:;<>[]'"),
]  # fmt: skip


def test_what_the_importer_takes() -> None:
    """Addresses of the documented form pass."""
    assert plausible(pa.array(GOOD, TEXT)).tolist() == [True] * len(GOOD)


@pytest.mark.parametrize("address", BAD)
def test_what_the_importer_drops(address: str) -> None:
    """Addresses that are known to be dropped, or that cannot be, do not."""
    assert plausible(pa.array([address, "a@example.org", None], TEXT)).tolist() == [False, True, False]


def test_the_longest_address() -> None:
    """254 bytes are an address, 255 are not."""
    domain = ".".join(["d" * 61] * 3) + ".org"
    fits = "a" * (254 - len(domain) - 1) + "@" + domain
    assert plausible(pa.array([fits, "a" + fits], TEXT)).tolist() == [True, False]


@given(st.text(), st.text())
def test_one_key_for_one_person(left: str, right: str) -> None:
    """The key is NFC, trimmed, with ASCII letters in lower case; nothing else makes two addresses one."""

    def expected(text: str) -> str:
        composed = unicodedata.normalize("NFC", text).strip()
        return "".join(letter.lower() if letter.isascii() else letter for letter in composed)

    assert address_key(pa.array([left, right], TEXT)).to_pylist() == [expected(left), expected(right)]


def test_letters_whose_lower_case_grows_stay() -> None:
    """İ and the Kelvin sign do not meet other letters by way of lower case, but NFC makes the latter a K."""
    assert address_key(pa.array(["İ@Example.org", "\u212a@x", None, "E\u0301@x"])).to_pylist() == [
        "İ@example.org", "k@x", None, "É@x",
    ]  # fmt: skip


def test_a_column_without_addresses_is_refused() -> None:
    """With the counts, the column that has them, and without any value."""
    frame = pd.DataFrame({"E-mail": ["call Anna", None, "x"] * 30_000})
    with pytest.raises(MappingError, match=r"0 of 60,000 values in column 'E-mail'.*map the one that holds") as caught:
        resolve(frame, {"email": "E-mail"})
    assert "Anna" not in str(caught.value)
    frame["Kontakt"] = "a@example.org"
    with pytest.raises(MappingError, match="did you mean 'Kontakt'\\? 1,000 of 1,000 values looked at there do"):
        resolve(frame, {"email": "E-mail"})


@pytest.mark.parametrize(
    "values", [[], [None, " "], ["x", "y"] * 40_000 + ["a@example.org"]], ids=["0", "blank", "one"]
)
def test_a_column_with_one_address_or_without_values_is_not_refused(values: list[str | None]) -> None:
    """Blank rows and bad addresses are rows' problems."""
    frame = pd.DataFrame({"E-mail": pd.Series(values, dtype=object)})
    assert len(resolve(frame, {"email": "E-mail"})) == 1
