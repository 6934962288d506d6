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
from ac_notebook.sandbox.imports.addresses import deliverable_by, well_formed_by
from ac_notebook.sandbox.quirks import Quirks
from tests.frames.rig import prepared

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
    *(f"a{sign}b@example.org" for sign in "\"(),:;<>[]'\\"),
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


_LABELS = st.text(alphabet="abYZ09-_é.", min_size=1, max_size=6)
_WRITTEN = st.builds(
    lambda local, labels, ending, around: f"{around}{local}@{'.'.join(labels)}.{ending}{around[::-1]}",
    st.text(alphabet=st.one_of(st.characters(max_codepoint=0x17F), st.sampled_from("ab.+'\\\"@\u200b")), max_size=8),
    st.lists(_LABELS, max_size=3), st.text(alphabet="abcXY1é-", max_size=4), st.sampled_from(["", " ", "<", "\n"]),
)  # fmt: skip


_ODD_LOCAL = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=3).map(
    "{}@example.org".format
)


@given(st.one_of(_ODD_LOCAL, _WRITTEN, st.text(max_size=30), st.emails()))
def test_what_is_let_through_is_neither_refused_nor_dropped(address: str) -> None:
    """The sandbox's harshest reading takes every address of ASCII that we send, and its split reading every other.

    So no address that we let through refuses a request, and only letters outside ASCII, which the service's
    documentation does not name, may fail: alone, and later.
    """
    done, contacts = prepared(pd.DataFrame({"m": [address, "a@example.org"]}), {"email": "m"})
    assert len(contacts) in (1, 2)
    harsh, documented = Quirks(address_layer="first"), Quirks(special_addresses="pass")
    for contact in contacts:
        email = contact["email"]
        assert well_formed_by(Quirks())(email)
        assert deliverable_by(documented)(email)
        if email.isascii():
            assert well_formed_by(harsh)(email)
            assert deliverable_by(Quirks())(email)
        else:
            assert [(one.kind, one.count) for one in done.changes if one.kind == "not-ascii"] == [("not-ascii", 1)]


def test_addresses_that_are_too_long_say_so() -> None:
    """Too long is another slip than a wrong form, and has a code of its own."""
    domain = ".".join(["d" * 61] * 3) + ".org"
    values = [
        "a" * 65 + "@example.org",
        "a" * 64 + "@d." + domain,
        "a" * 300,
        "å" * 33 + "@example.org",
        "a@example.org",
    ]
    done, contacts = prepared(pd.DataFrame({"m": values}), {"email": "m"})
    assert done.problems["code"].tolist() == ["email-too-long", "email-too-long", "email-syntax", "email-too-long"]
    assert len(contacts) == 1


def test_letters_outside_ascii() -> None:
    """Before the @ they are sent, and told; in a domain they cannot be, and the hint says how it is written."""
    values = ["åsa@example.org", "a@bücher.example.org", "a b@example.org", "a@example.org"]
    done, contacts = prepared(pd.DataFrame({"m": values}), {"email": "m"})
    assert [contact["email"] for contact in contacts] == ["åsa@example.org", "a@example.org"]
    assert [(one.kind, one.examples) for one in done.changes] == [("not-ascii", (0,))]
    domain, blank = done.problems["hint"]
    assert "xn--" in domain
    assert "xn--" not in blank
    assert done.problems["code"].tolist() == ["email-syntax"] * 2


def test_every_sign_of_ascii_is_taken_as_the_sandbox_takes_it() -> None:
    """Before the @, alone and at either side of a letter; neither more nor less than its harshest reading."""
    taken = deliverable_by(Quirks())
    signs = [chr(code) for code in range(1, 128)]
    values = [f"{form.format(sign)}@example.org" for sign in signs for form in ("{}", "a{}", "{}a", "a{}a")]
    assert plausible(pa.array(values, TEXT)).tolist() == [taken(value) is not None for value in values]
