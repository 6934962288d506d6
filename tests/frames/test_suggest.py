"""Suggested mappings: names and values, how sure, and why."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ac_notebook.errors import MappingError
from ac_notebook.frames.columns import resolve
from ac_notebook.frames.suggest import suggest
from ac_notebook.model.mapping import Mapping
from tests.frames.rig import account, field
from tests.people import people

if TYPE_CHECKING:
    from ac_notebook.model.suggestion import Suggestion

MAILS = ["a@example.org", "b@example.net", None]
PHONES = ["+46 70 123 45 67", "070-1234567", None]
NAMES = ["Åsa", "Bo", None]


def sureness(found: Suggestion) -> dict[str | int, str]:
    """Return how sure each target is."""
    return {reason.target: reason.confidence for reason in found.because}


def why(found: Suggestion, target: str | int) -> str:
    """Return the reason for a target."""
    return next(reason.reason for reason in found.because if reason.target == target)


HEADINGS = {
    "English": ("E-mail address", "First Name", "Surname", "Mobile phone"),
    "Swedish": ("E-postadress", "Förnamn", "Efternamn", "Telefonnummer"),
    "German": ("E-Mail-Adresse", "Vorname", "Nachname", "Handynummer"),
    "French": ("Courriel", "Prénom", "Nom de famille", "Téléphone"),
    "Spanish": ("Correo electrónico", "Nombre", "Apellidos", "Teléfono móvil"),
    "Portuguese": ("Endereço de e-mail", "Primeiro nome", "Sobrenome", "Telemóvel"),
    "Dutch": ("E-mailadres", "Voornaam", "Achternaam", "Telefoonnummer"),
    "Norwegian": ("E-post", "Fornavn", "Etternavn", "Mobilnummer"),
    "Danish": ("Mail", "Fornavn", "Efternavn", "Tlf."),
    "Finnish": ("Sähköposti", "Etunimi", "Sukunimi", "Puhelin"),
    "Polish": ("Adres e-mail", "Imię", "Nazwisko", "Numer telefonu"),
}


@pytest.mark.parametrize("language", HEADINGS)
def test_headings_of_many_languages(language: str) -> None:
    """The four attributes are recognised by their names, and it is sure where the values agree."""
    email, first, last, phone = HEADINGS[language]
    frame = pd.DataFrame({phone: PHONES, last: NAMES, email: MAILS, first: NAMES, "other": 1})
    found = suggest(frame)
    assert found == Mapping(email=email, first_name=first, last_name=last, phone=phone)
    assert set(sureness(found).values()) <= {"sure", "likely"}
    assert sureness(found)["email"] == "sure"


@pytest.mark.parametrize("spelling", ["FIRST_NAME", "firstName", "First-Name", " first  name ", "first.name"])
def test_spelling_does_not_matter(spelling: str) -> None:
    """Case, blanks and punctuation are passed over."""
    assert suggest(pd.DataFrame({"mail": MAILS, spelling: "x"})).first_name == spelling


def test_addresses_under_any_name() -> None:
    """The column that holds addresses is the e-mail, also where another one is called so."""
    frame = pd.DataFrame({"email": ["yes", "no", "yes"], "Kontakt": MAILS, "n": [1, 2, 3]})
    found = suggest(frame)
    assert found.email == "Kontakt"
    assert sureness(found) == {"email": "likely"}
    assert why(found, "email") == "all of 2 values looked at are addresses, and the name does not say so"
    assert found.notes == ("'email' was passed over for e-mail: 0 of 3 values looked at are addresses.",)
    both = suggest(pd.DataFrame({"Referrer": MAILS, "E-Mail": ["bad", *MAILS[:2]]}))
    assert both.email == "E-Mail"
    assert sureness(both) == {"email": "likely"}
    assert why(both, "email") == "2 of 3 values looked at are addresses, and the name says e-mail"
    assert both.notes == ("'Referrer' holds addresses too; 'E-Mail' was taken.",)
    few = suggest(pd.DataFrame({"email": ["bad", "worse", "b@example.org"]}))
    assert few.email == "email"
    assert sureness(few) == {"email": "possible"}
    two = suggest(pd.DataFrame({"a": MAILS, "b": MAILS}))
    assert two.email == "a"
    assert sureness(two) == {"email": "possible"}


@pytest.mark.parametrize("dtype", ["object", "str", "category"])
def test_addresses_in_every_dtype(dtype: str) -> None:
    """Text is text."""
    assert suggest(pd.DataFrame({"x": pd.Series(MAILS, dtype=dtype)})).email == "x"


@pytest.mark.parametrize(
    ("label", "values", "expected"),
    [
        ("Mobil", PHONES, "sure"), ("Mobil", [46701234567.0, None, 46701234568.0], "sure"),
        ("Mobil", [None, None, None], "likely"), ("Mobil", ["070-1234567", "no", "none"], "possible"),
        ("Mobil", ["070-1234567", "0701234568", "none"], "likely"), ("Mobil", ["iPhone", "Android", None], None),
        ("Mobil", [True, False, True], None), ("Mobil", [dt.date(2024, 1, 2)] * 3, None),
        ("tfn", PHONES, "likely"), ("kund_telefon", PHONES, "likely"), ("kund_telefon", [None] * 3, "possible"),
        ("Vorname", NAMES, "sure"), ("Vorname", [1, 2, 3], None), ("Vorname", MAILS, None),
        ("Vorname", ["Åsa", "Bo", "7"], "likely"), ("Vorname", ["Åsa", "8", "7"], "possible"),
        ("Vorname (Kunde)", NAMES, "likely"), ("vn", NAMES, "likely"), ("Taggar", ["a, b"] * 3, "sure"),
        ("Taggar", [["a"]] * 3, "sure"), ("Taggar", [1, 2, 3], None),
    ],
    ids=str,
)  # fmt: skip
def test_names_and_values_make_it_sure_together(label: str, values: list[Any], expected: str | None) -> None:
    """Name and values: sure. One of them: likely or possible. A name that no value fits: passed over, and said."""
    found = suggest(pd.DataFrame({"mail": MAILS, label: values}))
    if expected is None:
        assert found == Mapping(email="mail")
        assert found.notes[-1].startswith(f"{label!r} was passed over for ")
        assert ": 0 of " in found.notes[-1]
    else:
        assert label in found.to_dict().values()
        assert list(sureness(found).values())[1:] == [expected]


def test_reasons_are_words_with_counts() -> None:
    """What the name says and in which language, and how many values fit."""
    frame = pd.DataFrame({"E-post": [*MAILS[:2], "x"], "förnamn": NAMES, "tlf": PHONES, "mob": PHONES, "Namn": "Bo"})
    found = suggest(frame)
    assert why(found, "email").startswith("2 of 3 values looked at are addresses, and the name means e-mail (Swedish ")
    expected = "the name means first name (Swedish: förnamn), and all of 2 values looked at can be names"
    assert why(found, "first_name") == expected
    assert why(found, "phone").startswith("the name can mean phone (")
    assert found.notes == (
        "'mob' may be phone too; 'tlf' was taken.",
        "'Namn' was passed over: it seems to hold full names; split them into first and last name.",
    )


FIELDS = (
    field("text", number=1, title="Favourite colour"), field("date", number=2, title="Date of birth"),
    field("text", number=3, title="City"), field("text", number=4, title="City"),
    field("text", number=5, title="Phone"), field("number", number=6, title="Points"),
    field("dropdown", number=7, title="Tier", options=["gold", ("s", "silver")]),
)  # fmt: skip


def test_custom_fields_by_title_and_tag() -> None:
    """Punctuation and case aside; each is used once; a title that two fields share is nobody's guess."""
    frame = pd.DataFrame(
        {
            "favourite_colour": "x", "%FAVOURITE_COLOUR%": "y", "date-of-birth": "1970-01-02", "city": "c",
            "E-mail": MAILS, "phone": PHONES, "7": "gold",
        }
    )  # fmt: skip
    found = suggest(frame, account(*FIELDS))
    assert dict(found.fields) == {"Favourite colour": "favourite_colour", "Date of birth": "date-of-birth"}
    assert found.phone == "phone"
    assert why(found, "Date of birth") == (
        "the same as the title of custom field 'Date of birth' (date), and all of 3 values looked at are dates"
    )
    assert found.notes == (
        "'%FAVOURITE_COLOUR%' may be custom field 'Favourite colour' (text) too; 'favourite_colour' was taken.",
        "'city' was passed over: 2 custom fields are called 'City' (ids 3, 4); name the one you mean by its id.",
    )
    tagged = suggest(frame[["E-mail", "%FAVOURITE_COLOUR%"]], account(*FIELDS))
    assert "the personalisation tag of custom field" in why(tagged, "Favourite colour")


@pytest.mark.parametrize(
    ("label", "values", "expected"),
    [
        ("points", [1, 2.5, None], "sure"), ("points", ["7", "8", "x"], "likely"), ("points", ["many", "x", "y"], None),
        ("points", [True, False, None], None), ("points", [None, None, None], "likely"),
        ("date of birth", pd.Series(pd.to_datetime(["2000-01-01"] * 3)), "sure"),
        ("date of birth", ["2000-01-01", "1.1.2000", "x"], "possible"), ("date of birth", [20000101] * 3, None),
        ("TIER", ["gold", "silver", "gold"], "sure"), ("TIER", ["gold", "x", "y"], "possible"),
        ("TIER", ["Gold", "x", None], None),
    ],
    ids=str,
)  # fmt: skip
def test_a_field_is_as_sure_as_its_values_fit(label: str, values: Any, expected: str | None) -> None:
    """Dates for a date field, numbers for a number field, options for a dropdown; else it is passed over."""
    found = suggest(pd.DataFrame({"E-mail": MAILS, label: values}), account(*FIELDS))
    if expected is None:
        assert found == Mapping(email="E-mail")
        assert "was passed over for custom field" in found.notes[0]
    else:
        assert list(found.fields.values()) == [label]
        assert list(sureness(found).values()) == ["sure", expected]


def test_what_was_passed_over_and_could_be_taken_says_how() -> None:
    """Dates in another form, and several options with something between them: the note says what to state."""
    born = pd.Series(["29.02.1984", "1.12.1990", "x"])
    frame = pd.DataFrame({"E-mail": MAILS, "date of birth": born, "Hobbies": "a; b", "TIER": "x"})
    hobbies = field("checkbox", number=9, title="Hobbies", options=["a", "b"])
    notes = suggest(frame, account(*FIELDS, hobbies)).notes
    for note, said in zip(notes, ("formats={'Date of birth': '%d.%m.%Y'}", "separators={'Hobbies': ';'}", "'gold'"),
                          strict=True):  # fmt: skip
        assert said in note


def test_a_field_of_just_that_title_is_better_than_part_of_a_name() -> None:
    """An attribute is recognised by the whole of a name; a part of it gives way to a field."""
    known = account(field("text", number=1, title="Billing phone"), field("text", number=2, title="Mobile"))
    frame = pd.DataFrame({"E-mail": MAILS, "billing_phone": PHONES})
    assert suggest(frame).phone == "billing_phone"
    assert suggest(frame, known) == Mapping(email="E-mail", fields={"Billing phone": "billing_phone"})
    both = pd.DataFrame({"E-mail": MAILS, "Phone": PHONES, "Mobile": PHONES})
    assert suggest(both, known) == Mapping(email="E-mail", phone="Phone", fields={"Mobile": "Mobile"})
    assert suggest(both, known).notes == ()
    assert suggest(both[["E-mail", "Mobile"]], known) == Mapping(email="E-mail", phone="Mobile")


def test_tags_and_opt_in() -> None:
    """Opt-in only where the column holds answers."""
    frame = pd.DataFrame({"E-mail": MAILS, "Taggar": "a", "newsletter": ["ja", "nej", None]})
    assert suggest(frame) == Mapping(email="E-mail", tags="Taggar", opt_in="newsletter")
    frame["newsletter"] = ["weekly", "monthly", "ja"]
    assert suggest(frame).opt_in is None
    assert suggest(frame).notes == ("'newsletter' was passed over for opt-in: 1 of 3 values looked at are yes or no.",)
    frame["newsletter"] = pd.array([True, None, False], dtype="boolean")
    assert suggest(frame).opt_in == "newsletter"


def test_the_surer_of_two_columns_with_one_meaning() -> None:
    """Each attribute once, each column once; of two that are as sure, the first."""
    frame = pd.DataFrame({"mail": MAILS, "Phone": PHONES, "Mobile": PHONES})
    assert suggest(frame) == Mapping(email="mail", phone="Phone")
    assert suggest(frame).notes == ("'Mobile' may be phone too; 'Phone' was taken.",)
    frame["Phone"] = ["070-1234567", "at home", "none"]
    assert suggest(frame).phone == "Mobile"


def test_people_are_recognised() -> None:
    """The usual frame."""
    frame = people(30)
    assert suggest(frame) == Mapping(
        email="E-mail", first_name="Given name", last_name="Family name", phone="Mobile", tags="tags"
    )


def test_a_suggestion_is_a_mapping() -> None:
    """It can be used, compared and changed as one; what is shown is code that builds it."""
    odd = "a'\n\r\x00\u2028# b"
    frame = pd.DataFrame({odd: MAILS, ("x", 1): 1, "Name": 1, "points": [1, 2, 3]})
    known = account(field("number", title="Points"))
    found = suggest(frame, known)
    same = Mapping(email=odd, fields={"Points": "points"})
    assert found == same
    assert same == found
    assert found == suggest(frame, known)
    assert found != Mapping(email="points")
    assert found != {"email": odd}
    assert eval(repr(found), {"Mapping": Mapping}) == same  # noqa: S307 - the promise is that it is code
    assert repr(found).count("  # ") == 2
    assert found.to_dict() == same.to_dict()
    for plain in (Mapping.of(found), found | {}, found.replace()):
        assert type(plain) is Mapping
        assert plain == same
    assert found.replace(tags="Name") == Mapping(email=odd, fields={"Points": "points"}, tags="Name")
    assert found | {"Points": None} == Mapping(email=odd)
    assert [column.label for column in resolve(frame, found, known)] == [odd, "points"]


@pytest.mark.parametrize("separator", [";", "\t", "|", ","])
def test_a_file_that_was_read_as_one_column(separator: str) -> None:
    """Where a file's columns were read as one, the error says how to read them, whether or not a column was named."""
    frame = pd.DataFrame({f"E-mail{separator}Vorname": [f"anna@example.org{separator}Anna"]})
    said = f"read the file with pandas.read_csv(…, sep={separator!r})."
    with pytest.raises(MappingError) as nothing_found:
        suggest(frame)
    assert said in str(nothing_found.value)
    with pytest.raises(MappingError) as not_there:
        resolve(frame, Mapping(email="E-mail"))
    assert said in str(not_there.value)


def test_labels_of_every_kind() -> None:
    """Tuples are read by their last level; numbers and labels that stand twice are passed over."""
    frame = pd.DataFrame(
        [[1, 2, "a@example.org", "x"]], columns=pd.Index([0, 0, ("p", "m"), ("p", "Vorname")], tupleize_cols=False)
    )
    assert suggest(frame) == Mapping(email=("p", "m"), first_name=("p", "Vorname"))


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (
            pd.DataFrame({"a": [1, 2], "email": ["x", "y"]}),
            "2 rows of 'a', 'email' were looked at: 0 of 2 values in 'email' look like an address.",
        ),
        (pd.DataFrame(), "the frame has no columns"),
        (pd.DataFrame({"email": []}), "the frame has no rows"),
        (pd.DataFrame([["a@example.org"] * 2], columns=["m", "m"]), "'m' was not looked at: it stands 2 times"),
        (pd.DataFrame({"note": ["x"] * 9 + ["a@example.org"]}), "1 of 10 values in 'note' look like an address"),
        (pd.DataFrame({"n": np.arange(5)}), "5 rows of 'n'"),
    ],
    ids=str,
)
def test_no_addresses_at_all(frame: pd.DataFrame, said: str) -> None:
    """An error that says what was looked at."""
    with pytest.raises(MappingError, match=said):
        suggest(frame)


def test_few_rows_of_many_are_looked_at() -> None:
    """A sample from the whole length of the frame decides."""
    frame = pd.DataFrame({"x": [None] * 9_000 + ["a@example.org"] * 1_000})
    assert suggest(frame).email == "x"


def test_odd_columns_do_no_harm() -> None:
    """Lists, bytes, dictionaries and hostile objects are no addresses."""

    class Odd:
        def __repr__(self) -> str:
            raise AssertionError

    values: list[Any] = [["a"], b"x", {"a": 1}]
    frame = pd.DataFrame({"odd": pd.Series([*values[:2], Odd()], dtype=object), "m": MAILS, "list": values})
    assert suggest(frame) == Mapping(email="m")


def test_of_many_rows_a_thousand_are_looked_at() -> None:
    """A sample is looked at, whatever the length."""
    count = 100_000
    frame = pd.DataFrame({"mail": ["a@example.org"] * count, "n": np.arange(count), "Phone": ["070 12345"] * count})
    found = suggest(frame)
    assert why(found, "email") == "all of 1,000 values looked at are addresses, and the name says e-mail"


class _Label:
    """A label that resists."""

    def __repr__(self) -> str:
        raise AssertionError

    def __hash__(self) -> int:
        return 1


class _NoHash:
    """A label that cannot be hashed."""

    __hash__ = None  # type: ignore[assignment]  # the point


PART = st.one_of(
    st.text(max_size=3), st.sampled_from(["email", "phone", "Name", "first_name", "", "7", "Points"]),
    st.integers(0, 3), st.none(), st.just(float("nan")), st.just(pd.NaT), st.booleans(),
    st.just(pd.Timestamp("2024-01-01")),
    st.just(dt.date(2024, 1, 1)), st.builds(_Label), st.just(np.float64("nan")), st.just(b"x"),
)  # fmt: skip
CELLS = st.one_of(
    st.none(), st.text(max_size=4), st.integers(), st.floats(), st.just("a@example.org"), st.just(b"x"),
    st.just([1]), st.dates(), st.builds(_Label), st.just(pd.NA),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    labels=st.lists(st.one_of(PART, st.tuples(PART, PART)), max_size=5),
    rows=st.integers(0, 3),
    data=st.data(),
)
def test_any_frame_gives_a_suggestion_or_our_error(labels: list[Any], rows: int, data: st.DataObject) -> None:
    """Labels that stand twice, of every kind and of no kind, cells of every kind, no rows, no columns."""
    cells = np.empty((rows, len(labels)), dtype=object)
    for place in np.ndindex(cells.shape):
        cells[place] = data.draw(CELLS)
    frame = pd.DataFrame(cells, columns=pd.Index(labels, dtype=object, tupleize_cols=False))
    try:
        found = suggest(frame, account(*FIELDS))
    except MappingError:
        return
    assert repr(found).startswith("Mapping(")
    assert repr(suggest(frame, account(*FIELDS))) == repr(found)
    columns = resolve(frame, found, account(*FIELDS))
    assert len({column.position for column in columns}) == len(columns)


def test_labels_of_other_shapes() -> None:
    """Several levels are read by the last; labels that cannot be hashed are passed over, and refused in words."""
    columns = pd.MultiIndex.from_tuples([("kund", "email"), ("kund", "Förnamn"), ("order", "email")])
    frame = pd.DataFrame([["a@example.org", "Bo", 7]], columns=columns)
    assert suggest(frame) == Mapping(email=("kund", "email"), first_name=("kund", "Förnamn"))
    odd = pd.DataFrame([[1, "a@example.org"]], columns=pd.Index([_NoHash(), "m"], dtype=object))
    assert suggest(odd) == Mapping(email="m")
    assert len(resolve(odd, {"email": "m"})) == 1
