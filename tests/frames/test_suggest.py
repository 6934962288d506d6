from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ac_notebook.errors import MappingError
from ac_notebook.frames.suggest import suggest
from ac_notebook.model.mapping import Mapping
from tests.frames.rig import account, field
from tests.people import people

MAILS = ["a@example.org", "b@example.net", None]

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
    """The four attributes are recognised by their names."""
    email, first, last, phone = HEADINGS[language]
    frame = pd.DataFrame({phone: ["1", "2", "3"], last: "x", email: MAILS, first: "y", "other": 1})
    assert suggest(frame) == Mapping(email=email, first_name=first, last_name=last, phone=phone)


@pytest.mark.parametrize("spelling", ["FIRST_NAME", "firstName", "First-Name", " first  name ", "first.name"])
def test_spelling_does_not_matter(spelling: str) -> None:
    """Case, blanks and punctuation are passed over."""
    assert suggest(pd.DataFrame({"mail": MAILS, spelling: "x"})).first_name == spelling


def test_addresses_under_any_name() -> None:
    """The column that holds addresses is the e-mail, also where another one is called so."""
    frame = pd.DataFrame({"email": ["yes", "no", "yes"], "Kontakt": MAILS, "n": [1, 2, 3]})
    assert suggest(frame).email == "Kontakt"
    both = pd.DataFrame({"Referrer": MAILS, "E-Mail": ["bad", *MAILS[:2]]})
    assert suggest(both).email == "E-Mail"
    few = pd.DataFrame({"email": ["bad", "worse", "b@example.org"]})
    assert suggest(few).email == "email"


@pytest.mark.parametrize("dtype", ["object", "str", "category"])
def test_addresses_in_every_dtype(dtype: str) -> None:
    """Text is text."""
    assert suggest(pd.DataFrame({"x": pd.Series(MAILS, dtype=dtype)})).email == "x"


def test_custom_fields_by_title_and_tag() -> None:
    """Punctuation and case aside; a title that two fields share is named by id; each is used once."""
    known = account(
        field("text", number=1, title="Favourite colour"),
        field("date", number=2, title="Date of birth"),
        field("text", number=3, title="City"),
        field("text", number=4, title="City"),
        field("text", number=5, title="Phone"),
    )
    frame = pd.DataFrame(
        {
            "favourite_colour": "x",
            "FAVOURITE COLOUR": "y",
            "date-of-birth": "z",
            "city": "c",
            "E-mail": MAILS,
            "phone": "1",
        }
    )
    found = suggest(frame, known)
    assert dict(found.fields) == {"Favourite colour": "favourite_colour", "Date of birth": "date-of-birth", 4: "city"}
    assert found.phone == "phone"


def test_tags_and_opt_in() -> None:
    """Opt-in only where the column holds answers."""
    frame = pd.DataFrame({"E-mail": MAILS, "Taggar": "a", "newsletter": ["ja", "nej", None]})
    assert suggest(frame) == Mapping(email="E-mail", tags="Taggar", opt_in="newsletter")
    frame["newsletter"] = ["weekly", "monthly", "ja"]
    assert suggest(frame).opt_in is None
    frame["newsletter"] = pd.array([True, None, False], dtype="boolean")
    assert suggest(frame).opt_in == "newsletter"


def test_the_first_of_two_columns_with_one_meaning() -> None:
    """Each attribute once, each column once."""
    frame = pd.DataFrame({"mail": MAILS, "Phone": "1", "Mobile": "2"})
    assert suggest(frame) == Mapping(email="mail", phone="Phone")


def test_people_are_recognised() -> None:
    """The usual frame."""
    frame = people(30)
    assert suggest(frame) == Mapping(
        email="E-mail", first_name="Given name", last_name="Family name", phone="Mobile", tags="tags"
    )


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
            "no column holds addresses; 2 rows of 'a', 'email' were looked at",
        ),
        (pd.DataFrame(), "the frame has no columns"),
        (pd.DataFrame({"email": []}), "the frame has no rows"),
        (pd.DataFrame([["a@example.org"] * 2], columns=["m", "m"]), "no column holds addresses"),
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
