from typing import Any

import httpx
import pandas as pd
import pytest

from ac_notebook.sandbox import Quirks, Sandbox
from tests.sandbox.visits import Clock, Visitor

EMAIL = "anna@example.com"
CITY, BIRTHDAY, POINTS, TIER = 2, 3, 5, 7


def sync(visitor: Visitor, email: str = EMAIL, **more: Any) -> httpx.Response:
    """Sync one contact."""
    return visitor.post_to("contact/sync", {"contact": {"email": email, **more}})


def values(*pairs: tuple[object, object]) -> list[dict[str, object]]:
    """Return field values as they are sent."""
    return [{"field": field, "value": value} for field, value in pairs]


def test_a_new_contact_is_made_and_a_known_one_changed(box: Sandbox, clock: Clock, visitor: Visitor) -> None:
    """201 in the short form, then 200 in the long one, without scores; only of a new one are both dates the same."""
    first = sync(visitor, firstName="Anna", phone="070")
    assert first.status_code == 201
    assert "hash" not in first.json()["contact"]
    assert first.json()["contact"]["cdate"] == first.json()["contact"]["udate"]
    clock.advance(60)
    second = sync(visitor, EMAIL.upper(), lastName="Ek", phone="")
    assert second.status_code == 200
    contact = second.json()["contact"]
    assert set(second.json()) == {"contact"}
    assert contact["cdate"] < contact["udate"]
    assert "hash" in contact
    assert "scoreValues" not in contact
    assert (contact["id"], contact["email"]) == ("1", EMAIL)
    assert box.contacts()[["first_name", "last_name", "phone"]].to_numpy().tolist() == [["Anna", "Ek", ""]]


def test_the_mixed_shape_of_field_values(visitor: Visitor) -> None:
    """Objects at the top, but texts with ids in the contact; only those that were set in this call."""
    sync(visitor, fieldValues=values((CITY, "Umeå")))
    answer = sync(visitor, fieldValues=values((str(TIER), "Gold"))).json()
    (row,) = answer["fieldValues"]
    assert (row["contact"], row["field"], row["value"]) == ("1", "7", "Gold")
    assert answer["contact"]["fieldValues"] == [row["id"]]
    assert isinstance(row["id"], str)
    assert visitor.get(f"fieldValues/{row['id']}").json()["fieldValue"] == row


def test_all_field_values_where_that_is_the_reading(clock: Clock) -> None:
    """The other source shows all values of the contact."""
    visitor = Visitor(Sandbox(clock=clock, now=clock.now, quirks=Quirks(sync_field_values="all")), clock)
    sync(visitor, fieldValues=values((CITY, "Umeå")))
    answer = sync(visitor, fieldValues=values((TIER, "Gold"))).json()
    assert [row["field"] for row in answer["fieldValues"]] == ["2", "7"]
    assert answer["contact"]["fieldValues"] == [row["id"] for row in answer["fieldValues"]]


def test_an_empty_value_clears(visitor: Visitor) -> None:
    """An empty text removes what was stored; what is not sent stays."""
    sync(visitor, firstName="Anna", fieldValues=values((CITY, "Umeå"), (TIER, "Gold")))
    answer = sync(visitor, firstName="", fieldValues=values((CITY, ""))).json()
    assert (answer["contact"]["firstName"], answer["fieldValues"], answer["contact"]["fieldValues"]) == ("", [], [])
    stored = visitor.values(EMAIL)
    assert pd.isna(stored["City"])
    assert stored["Tier"] == "Gold"


def test_what_is_no_field_is_ignored_in_silence(visitor: Visitor) -> None:
    """Unknown ids and personalisation tags do nothing, and nothing says so."""
    sent = values((99, "x"), ("CITY", "x"), ("%CITY%", "x"), (None, "x"), (True, "x"), ([], "x"), (10**30, "x"))
    answer = sync(visitor, fieldValues=[*sent, {"value": "x"}, *values((CITY, "Umeå"))])
    assert answer.status_code == 201
    assert [row["field"] for row in answer.json()["fieldValues"]] == ["2"]
    assert visitor.values(EMAIL)["City"] == "Umeå"


def test_what_a_field_cannot_hold_is_dropped_in_silence(visitor: Visitor) -> None:
    """An unfit value leaves the old one, and is not among those that were set."""
    sync(visitor, fieldValues=values((TIER, "Gold"), (BIRTHDAY, "1980-02-29")))
    answer = sync(visitor, fieldValues=values((TIER, "gold"), (BIRTHDAY, "29.2.1980")))
    assert (answer.status_code, answer.json()["fieldValues"]) == (200, [])
    stored = visitor.values(EMAIL)
    assert (stored["Tier"], stored["Birthday"]) == ("Gold", "1980-02-29")


def test_unfit_values_can_be_errors(box: Sandbox, clock: Clock) -> None:
    """Where they are refused, nothing at all of the request is done."""
    quirks = Quirks(unfit_value="refused", unknown_option="refused")
    strict = Sandbox(clock=clock, now=clock.now, quirks=quirks)
    visitor = Visitor(strict, clock)
    for field, value in ((TIER, "gold"), (POINTS, "many")):
        answer = sync(visitor, firstName="Anna", fieldValues=values((CITY, "Umeå"), (field, value)))
        assert answer.status_code == 422
    assert strict.contacts().empty
    assert sync(visitor).json()["contact"]["id"] == "1"


@pytest.mark.parametrize(
    "sent", [None, "x", 5, {}, [5], [None], [[]], values((2, 5)), values((2, None)), values((2, "\0")), [{"field": 2}]]
)
def test_field_values_are_a_list_of_objects_with_texts(box: Sandbox, visitor: Visitor, sent: object) -> None:
    """Anything else is refused, and nobody is made."""
    assert sync(visitor, fieldValues=sent).status_code == 422
    assert box.contacts().empty


@pytest.mark.parametrize("content", [{}, {"email": None}, {"email": ""}])
def test_sync_needs_an_address(visitor: Visitor, content: dict[str, object]) -> None:
    """Without one it is the recorded 400."""
    answer = visitor.post_to("contact/sync", {"contact": {"firstName": "Anna", **content}})
    assert answer.status_code == 400
    assert answer.json() == {
        "errors": [{"status": 400, "title": "Bad Request", "detail": "Contact email must be provided for sync"}]
    }


@pytest.mark.parametrize("email", ["anna", "anna@example", 5, [], "a@b@example.com"])
def test_sync_needs_a_right_address(box: Sandbox, visitor: Visitor, email: Any) -> None:
    """A wrong one is a 422, and nothing is stored."""
    answer = sync(visitor, email)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "email_invalid")
    assert box.contacts().empty


@pytest.mark.parametrize(
    ("permission", "known", "status"),
    [
        ("pgContactSync", True, 403),
        ("pgContactSync", False, 403),
        ("pgContactAdd", False, 403),
        ("pgContactAdd", True, 200),
        ("pgContactEdit", True, 403),
        ("pgContactEdit", False, 201),
        ("pgContactFields", True, 403),
    ],
)
def test_sync_asks_for_permissions(
    box: Sandbox, clock: Clock, visitor: Visitor, permission: str, *, known: bool, status: int
) -> None:
    """For syncing as such, and for what it comes to: adding, changing, writing custom fields."""
    if known:
        sync(visitor)
    clerk = Visitor(box.add_user("clerk", without=[permission]), clock)
    assert sync(clerk, fieldValues=values((CITY, "x"))).status_code == status


def test_a_field_that_was_deleted_is_unknown(box: Sandbox, visitor: Visitor) -> None:
    """Its values are out of sight, and new ones are ignored."""
    sync(visitor, fieldValues=values((CITY, "Umeå")))
    box._state.delete_field(box._state.fields[CITY])
    assert sync(visitor, fieldValues=values((CITY, "Luleå"))).json()["fieldValues"] == []
    assert visitor.get("contacts/1").json()["fieldValues"] == []
    assert visitor.get("fieldValues").json()["fieldValues"] == []
