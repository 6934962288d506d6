import pandas as pd
import pytest

from ac_notebook.sandbox import Sandbox
from tests.sandbox.visits import NEWSLETTER, VIP, Visitor

EMAIL = "anna@example.com"


def test_the_address_is_the_key_whatever_its_case(box: Sandbox, visitor: Visitor) -> None:
    """A second import of an address in other letters changes the contact, and keeps the address as first sent."""
    visitor.settle({"email": "Anna@Example.com", "first_name": "Anna"})
    visitor.settle({"email": "anna@example.COM", "last_name": "Öberg"})
    assert box.contacts()[["email", "first_name", "last_name"]].to_numpy().tolist() == [
        ["Anna@Example.com", "Anna", "Öberg"]
    ]


def test_success_names_new_contacts_only(visitor: Visitor) -> None:
    """A contact that was only changed is in neither list."""
    assert visitor.settle({"email": EMAIL})["success"] == ["1"]
    assert visitor.settle({"email": EMAIL, "phone": "1"}, {"email": "b@example.com"})["success"] == ["2"]


def test_absent_keys_leave_data_alone(visitor: Visitor) -> None:
    """What is not sent stays."""
    full = {"email": EMAIL, "first_name": "A", "last_name": "B", "phone": "C", "fields": [{"id": 2, "value": "Umeå"}]}
    visitor.settle(full)
    before = visitor.values(EMAIL)
    visitor.settle({"email": EMAIL})
    assert visitor.values(EMAIL) == before


def test_blank_strings_clear(visitor: Visitor) -> None:
    """An empty string overwrites what was there."""
    visitor.settle({"email": EMAIL, "first_name": "A", "phone": "C", "fields": [{"id": 2, "value": "Umeå"}]})
    visitor.settle({"email": EMAIL, "first_name": "", "fields": [{"id": 2, "value": ""}]})
    values = visitor.values(EMAIL)
    assert (values["first_name"], values["phone"]) == ("", "C")
    assert pd.isna(values["City"])
    assert visitor.get("contacts/1/fieldValues").json() == {"fieldValues": []}


def test_one_batch_is_applied_in_order(box: Sandbox, visitor: Visitor) -> None:
    """The same address twice in a batch is one contact, with the later values."""
    visitor.settle({"email": EMAIL, "first_name": "First"}, {"email": EMAIL.upper(), "first_name": "Second"})
    assert box.contacts()["first_name"].tolist() == ["Second"]


def test_tags_are_made_and_only_added(box: Sandbox, visitor: Visitor) -> None:
    """Tags are unique without regard to case, keep their first spelling, and are never removed."""
    visitor.settle({"email": EMAIL, "tags": ["Spring", "spring", "  "]}, {"email": "b@example.com", "tags": ["SPRING"]})
    visitor.settle({"email": EMAIL, "tags": ["web"]})
    visitor.settle({"email": EMAIL, "tags": []})
    assert box.contact_tags().to_numpy().tolist() == [[1, "Spring"], [1, "web"], [2, "Spring"]]
    assert [row["subscriber_count"] for row in visitor.get("tags").json()["tags"]] == ["2", "1"]


def test_subscribing_and_unsubscribing(box: Sandbox, visitor: Visitor) -> None:
    """Joining twice is joining once; leaving is remembered, even by who was never there."""
    visitor.settle({"email": EMAIL, "subscribe": [{"listid": VIP}]})
    visitor.settle({"email": EMAIL, "subscribe": [{"listid": str(VIP)}]})
    assert box.lists()["subscribers"].tolist() == [0, 0, 1]
    visitor.settle({"email": EMAIL, "unsubscribe": [{"listid": VIP}, {"listid": NEWSLETTER}]})
    assert box.memberships()["status"].tolist() == [2, 2]
    assert box.lists()["subscribers"].tolist() == [0, 0, 0]
    assert visitor.settle({"email": EMAIL, "subscribe": [{"listid": NEWSLETTER}]})["failure"] == [EMAIL]


def test_leaving_wins_over_joining(box: Sandbox, visitor: Visitor) -> None:
    """A contact that joins and leaves one list at once ends up unsubscribed, and no automation starts."""
    visitor.settle({"email": EMAIL, "subscribe": [{"listid": NEWSLETTER}], "unsubscribe": [{"listid": NEWSLETTER}]})
    assert box.memberships()["status"].tolist() == [2]
    assert box.automations().empty


@pytest.mark.parametrize(
    ("field", "sent", "stored"),
    [
        (1, "sv-SE", "sv-SE"),
        (1, "Swedish", None),
        (1, "SV_se", None),
        (1, "||sv||", None),
        (2, "  Växjö\n", "  Växjö\n"),
        (3, "1980-02-29", "1980-02-29"),
        (3, "1981-02-29", None),
        (3, "19800229", None),
        (3, "1980-2-9", None),
        (3, "1980-02-29T00:00:00", None),
        (3, "\u0662020-01-01", None),
        (3, "2020-W01-1", None),
        (4, "2020-05-19T02:45:00-05:00", "2020-05-19T02:45:00-05:00"),
        (4, "2020-05-19T02:45:00+02:00", "2020-05-18T19:45:00-05:00"),
        (4, "2020-01-19T02:45:00Z", "2020-01-18T20:45:00-06:00"),
        (4, "2020-01-19T02:45:00.123456+00:00", "2020-01-18T20:45:00-06:00"),
        (4, "2020-05-19T02:45:00", None),
        (4, "2020-05-19 02:45:00+02:00", None),
        (4, "2020-05-19", None),
        (4, "0001-01-01T00:00:00+14:00", None),
        (4, "2020-13-19T02:45:00Z", None),
        (4, "2020-01-01T00:00:00+99:99", None),
        (5, "12", "12"),
        (5, "-3.50", "-3.50"),
        (5, "1e5", None),
        (5, "1,000", None),
        (5, "nan", None),
        (5, " 1", None),
        (5, "²", None),
        (5, "inf", None),
        (5, "12.", None),
        (6, "||Travel||Music||", "||Travel||Music||"),
        (6, "||Travel||", "||Travel||"),
        (6, "Travel", "||Travel||"),
        (6, "||Travel||Chess||", None),
        (6, "||travel||", None),
        (6, "Travel||Music", None),
        (6, "||", None),
        (6, "||||", None),
        (6, "|||", None),
        (6, "||Travel", None),
        (6, "Travel,Music", None),
        (6, "||Travel||||", None),
        (7, "Gold", "Gold"),
        (7, "gold", None),
        (7, "Gold ", None),
    ],
)  # fmt: skip - a table
def test_what_is_stored_of_a_field(visitor: Visitor, field: int, sent: str, stored: str | None) -> None:
    """A value that fits its type is stored, any other is dropped silently, while the contact arrives."""
    info = visitor.settle({"email": EMAIL, "first_name": "Anna", "fields": [{"id": field, "value": sent}]})
    assert (info["success"], info["failure"]) == (["1"], [])
    values = visitor.values(EMAIL)
    assert values["first_name"] == "Anna"
    title = list(values)[4 + field]
    assert (None if pd.isna(values[title]) else values[title]) == stored


def test_a_dropped_value_leaves_the_old_one(visitor: Visitor) -> None:
    """A value that does not fit neither replaces nor clears what is stored."""
    visitor.settle({"email": EMAIL, "fields": [{"id": 7, "value": "Gold"}]})
    visitor.settle({"email": EMAIL, "fields": [{"id": 7, "value": "Platinum"}]})
    assert visitor.values(EMAIL)["Tier"] == "Gold"


def test_unknown_fields_are_ignored(visitor: Visitor) -> None:
    """An id that no field has is passed over in silence."""
    fields = [{"id": number, "value": "x"} for number in (0, -1, 99, 2**63)] + [{"id": 2, "value": "Umeå"}]
    visitor.settle({"email": EMAIL, "fields": fields})
    assert visitor.values(EMAIL)["City"] == "Umeå"


def test_fields_added_later_work_for_older_contacts(box: Sandbox, visitor: Visitor) -> None:
    """A contact made before a field gets its value all the same."""
    visitor.settle({"email": EMAIL, "fields": [{"id": 2, "value": "Umeå"}]})
    shoe = box.add_field("Shoe", "number")
    assert pd.isna(visitor.values(EMAIL)["Shoe"])
    assert visitor.get("contacts/1/fieldValues").status_code == 200
    visitor.settle({"email": EMAIL, "fields": [{"id": shoe, "value": "41"}]})
    assert visitor.values(EMAIL)["Shoe"] == "41"
