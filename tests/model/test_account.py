"""Looking things up in an account."""

from __future__ import annotations

import pytest

from ac_notebook.errors import ConfigurationError
from ac_notebook.model.account import ContactList, Field, Snapshot

ACCOUNT = Snapshot(
    host="acme.api-us1.com",
    contact_lists=(
        ContactList(id=3, name="Newsletter", subscribers=10), ContactList(id=4, name="VIP"),
        ContactList(id=5, name="VIP", subscribers=7), ContactList(id=6, name="2026"),
    ),
    custom_fields=(
        Field(id=1, title="Birthday", perstag="BIRTHDAY", type="date"), Field(id=2, title="City", perstag="TOWN"),
        Field(id=3, title="City", perstag="TOWN2"),
    ),
)  # fmt: skip


@pytest.mark.parametrize("wanted", ["Newsletter", "newsletter", " Newsletter ", 3, "3"])
def test_lists_are_found_by_name_or_id(wanted: str | int) -> None:
    """A list is found by its name, whatever its case, or by its id."""
    assert ACCOUNT.find_list(wanted).id == 3


def test_a_name_of_digits_is_a_name_first() -> None:
    """A list called 2026 is found by that name."""
    assert ACCOUNT.find_list("2026").id == 6


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("Newsleter", "Did you mean 'Newsletter'"), ("VIP", "2 lists are called 'VIP': 4 .*5 \\(7 subscribers\\)"),
        (99, "no list with the id 99"), (True, "not by True"), (None, "not by None"), ("nothing like it", "There are:"),
    ],
)  # fmt: skip
def test_lists_that_are_not_found_get_the_nearest_match(wanted: object, said: str) -> None:
    """An unknown or ambiguous list is refused with the nearest name or the ids."""
    with pytest.raises(ConfigurationError, match=said) as caught:
        ACCOUNT.find_list(wanted)  # type: ignore[arg-type]  # the point of the test
    assert "Nothing was sent" in str(caught.value) or "list=" in str(caught.value)


@pytest.mark.parametrize("wanted", ["Birthday", "birthday", "BIRTHDAY", "%BIRTHDAY%", 1])
def test_fields_are_found_by_title_tag_or_id(wanted: str | int) -> None:
    """A custom field is found by its title, its personalisation tag or its id."""
    found = ACCOUNT.find_field(wanted)
    assert isinstance(found, Field)
    assert found.id == 1


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("Birtday", "Did you mean 'Birthday'?"),
        ("City", "ids 2, 3"),
        (9, "no custom field with the id 9. It has: 1 ('Birthday'), 2 ('City')"),
        ("%TWN%", "Did you mean '%TOWN%'?"),
        ("Wgn", "There are: 'Birthday', 'City'. An export makes no field"),  # near to TOWN by the signs around it only
    ],
)
def test_fields_that_are_not_found_get_a_sentence(wanted: str | int, said: str) -> None:
    """An unknown or ambiguous field gives the sentence that says so."""
    found = ACCOUNT.find_field(wanted)
    assert isinstance(found, str)
    assert said in found
