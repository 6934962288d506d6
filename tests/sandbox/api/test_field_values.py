from typing import Any

import httpx
import pandas as pd
import pytest

from ac_notebook.sandbox import Quirks, Sandbox
from tests.sandbox.visits import Clock, Visitor

EMAIL = "anna@example.com"
CITY, BIRTHDAY, VISIT, POINTS, TIER = 2, 3, 4, 5, 7
WRITTEN = {"contact", "field", "value", "cdate", "udate", "links", "owner", "id"}


@pytest.fixture
def anna(visitor: Visitor) -> Visitor:
    """A visitor of an account with two contacts without field values."""
    visitor.settle({"email": EMAIL}, {"email": "bo@example.com"})
    return visitor


def write(visitor: Visitor, field: Any, value: Any, contact: Any = "1", **top: Any) -> httpx.Response:
    """Write one value."""
    content = {"contact": contact, "field": field, "value": value}
    return visitor.post_to("fieldValues", {"fieldValue": content, **top})


def test_creating_and_changing_is_the_same_call(clock: Clock, anna: Visitor) -> None:
    """201, then 200 with the same id and a later udate; `useDefaults` means nothing."""
    clock.advance(60)
    first = write(anna, "2", "Umeå", useDefaults=False)
    assert first.status_code == 201
    assert [row["email"] for row in first.json()["contacts"]] == [EMAIL]
    row = first.json()["fieldValue"]
    assert set(row) == WRITTEN
    assert (row["contact"], row["field"], row["value"], row["owner"]) == ("1", "2", "Umeå", "1")
    assert set(row["links"]) == {"owner", "field"}
    assert row["cdate"] == row["udate"]
    clock.advance(60)
    again = write(anna, 2, "Luleå", 1, useDefaults=True)
    assert again.status_code == 200
    changed = again.json()["fieldValue"]
    assert (changed["id"], changed["value"], changed["cdate"]) == (row["id"], "Luleå", row["cdate"])
    assert changed["udate"] > row["udate"]
    assert anna.values(EMAIL)["City"] == "Luleå"


def test_the_status_of_a_first_write_is_in_conflict(clock: Clock) -> None:
    """It may be 200 too."""
    visitor = Visitor(Sandbox(clock=clock, now=clock.now, quirks=Quirks(field_value_created_status=200)), clock)
    visitor.settle({"email": EMAIL})
    assert write(visitor, CITY, "Umeå").status_code == 200


@pytest.mark.parametrize("field", ["CITY", "%CITY%", 99, "99", None, 0, -2, True, [], {}, 2.0, 10**30])
def test_a_field_is_given_by_its_id(anna: Visitor, field: object) -> None:
    """A personalisation tag, or an id that no field has, is a 422."""
    answer = write(anna, field, "x")
    assert (answer.status_code, answer.json()["errors"][0]["title"]) == (422, "Field id not valid")


@pytest.mark.parametrize("contact", [3, "x", None, [], True])
def test_the_contact_must_be_there(anna: Visitor, contact: object) -> None:
    """Otherwise it is a 404."""
    answer = write(anna, CITY, "x", contact)
    assert (answer.status_code, answer.json()["message"][:30]) == (404, "No Result found for Subscriber")


@pytest.mark.parametrize("value", [None, 5, 1.5, True, ["x"], {}, "\0"])
def test_a_value_is_a_text(anna: Visitor, value: object) -> None:
    """Anything else is a 422, and nothing is stored."""
    assert write(anna, CITY, value).status_code == 422
    assert pd.isna(anna.values(EMAIL)["City"])


def test_a_moment_reads_back_in_the_zone_of_the_account(anna: Visitor) -> None:
    """A datetime is converted when it is saved."""
    answer = write(anna, VISIT, "2020-05-19T02:45:00+02:00")
    assert answer.json()["fieldValue"]["value"] == "2020-05-18T19:45:00-05:00"


def test_what_the_field_cannot_hold_is_dropped_in_silence(anna: Visitor) -> None:
    """The answer shows what was sent, but it was not stored, and what was there stays."""
    answer = write(anna, TIER, "gold")
    assert (answer.status_code, answer.json()["fieldValue"]["value"]) == (201, "gold")
    assert anna.get(f"fieldValues/{answer.json()['fieldValue']['id']}").status_code == 404
    write(anna, TIER, "Gold")
    assert write(anna, TIER, "gold").status_code == 200
    assert anna.values(EMAIL)["Tier"] == "Gold"


def test_unfit_values_can_be_errors(clock: Clock) -> None:
    """Where they are refused, they are a 422."""
    quirks = Quirks(unfit_value="refused", unknown_option="refused")
    visitor = Visitor(Sandbox(clock=clock, now=clock.now, quirks=quirks), clock)
    visitor.settle({"email": EMAIL})
    for field, value in ((TIER, "gold"), (BIRTHDAY, "1.1.1980"), (POINTS, "x")):
        assert write(visitor, field, value).status_code == 422


def test_an_empty_value_clears(anna: Visitor) -> None:
    """An empty text removes the row, as in sync; a value that comes later is another row."""
    number = write(anna, CITY, "Umeå").json()["fieldValue"]["id"]
    answer = write(anna, CITY, "")
    assert (answer.status_code, answer.json()["fieldValue"]["value"]) == (200, "")
    assert anna.get("contacts/1/fieldValues").json() == {"fieldValues": []}
    assert anna.get(f"fieldValues/{number}").status_code == 404
    assert write(anna, CITY, "Luleå").json()["fieldValue"]["id"] != number


def test_one_value_can_be_read_changed_and_deleted(anna: Visitor) -> None:
    """GET, PUT and DELETE of a value; the second DELETE is a 404."""
    path = f"fieldValues/{write(anna, CITY, 'Umeå').json()['fieldValue']['id']}"
    assert anna.get(path).json()["fieldValue"]["value"] == "Umeå"
    changed = anna.put(path, {"fieldValue": {"contact": "1", "field": "2", "value": "Luleå"}})
    assert (changed.status_code, changed.json()["fieldValue"]["value"]) == (200, "Luleå")
    assert anna.put(path, {"fieldValue": {"value": "Kiruna"}}).status_code == 200
    for other in ({"contact": "2"}, {"field": "7"}, {"field": "CITY"}, {"field": None}, {"value": 5}):
        assert anna.put(path, {"fieldValue": {"value": "x", **other}}).status_code == 422
    assert anna.values(EMAIL)["City"] == "Kiruna"
    gone = anna.delete(path)
    assert (gone.status_code, gone.content) == (200, b"{}")
    for again in (anna.delete(path), anna.get(path), anna.put(path, {"fieldValue": {"value": "x"}})):
        number = path.partition("/")[2]
        assert (again.status_code, again.json()["message"]) == (404, f"No Result found for FieldValue with id {number}")


def test_values_of_all_contacts_come_in_pages(anna: Visitor) -> None:
    """By field and by value, with a total; other filters are not known and do nothing."""
    for contact, field, value in (("1", CITY, "Umeå"), ("1", TIER, "Gold"), ("2", CITY, "Luleå"), ("2", TIER, "Gold")):
        write(anna, field, value, contact)

    def found(**query: Any) -> list[tuple[str, str]]:
        content = anna.get("fieldValues", **query).json()
        assert query.get("limit") or content["meta"] == {"total": str(len(content["fieldValues"]))}
        return [(row["contact"], row["value"]) for row in content["fieldValues"]]

    everything = [("1", "Umeå"), ("1", "Gold"), ("2", "Luleå"), ("2", "Gold")]
    assert found() == everything
    assert found(**{"filters[fieldid]": 2}) == [("1", "Umeå"), ("2", "Luleå")]
    assert found(**{"filters[val]": "Gold"}) == [("1", "Gold"), ("2", "Gold")]
    assert found(**{"filters[fieldid]": 2, "filters[val]": "Gold"}) == []
    assert found(**{"filters[fieldid]": "CITY"}) == []
    assert found(**{"filters[contactid]": 1}) == everything
    assert found(limit=1, offset=1) == everything[1:2]
    assert anna.get("fieldValues", limit=1).json()["meta"] == {"total": "4"}


def test_a_key_may_not_write_values(box: Sandbox, clock: Clock, anna: Visitor) -> None:
    """Without pgContactFields, values can be read only."""
    path = f"fieldValues/{write(anna, CITY, 'Umeå').json()['fieldValue']['id']}"
    clerk = Visitor(box.add_user("clerk", without=["pgContactFields"]), clock)
    forbidden = {"message": "Forbidden"}
    for answer in (write(clerk, CITY, "x"), clerk.put(path, {"fieldValue": {"value": "x"}}), clerk.delete(path)):
        assert (answer.status_code, answer.json()) == (403, forbidden)
    assert clerk.get(path).status_code == 200
    assert anna.values(EMAIL)["City"] == "Umeå"
