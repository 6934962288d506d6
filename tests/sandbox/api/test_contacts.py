from typing import Any

import pytest

from ac_notebook.sandbox import Quirks, Sandbox
from tests.sandbox.visits import NEWSLETTER, Clock, Visitor

EMAIL = "anna@example.com"
CITY, BIRTHDAY, VISIT, TIER = 2, 3, 4, 7
SHORT = {
    "email", "firstName", "lastName", "cdate", "udate", "phone", "orgid", "orgname", "links", "id", "organization",
}  # fmt: skip


def errors(answer: Any) -> Any:
    """Return the only error of a refusal."""
    (error,) = answer.json()["errors"]
    return error


def create(visitor: Visitor, email: str = EMAIL, **more: Any) -> str:
    """Create a contact and return its id."""
    answer = visitor.post_to("contacts", {"contact": {"email": email, **more}})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["contact"]["id"])


def test_a_new_contact_is_answered_in_the_short_form(box: Sandbox, visitor: Visitor) -> None:
    """POST /contacts is 201 with eleven keys, and the contact is there."""
    content = {"email": "Anna@Example.com", "firstName": "Åsa", "lastName": "Öberg", "phone": "070/1"}
    answer = visitor.post_to("contacts", {"contact": content})
    assert answer.status_code == 201
    assert set(answer.json()) == {"contact"}
    contact = answer.json()["contact"]
    assert set(contact) == SHORT
    assert {name: contact[name] for name in content} == content
    assert (contact["id"], contact["orgid"], contact["organization"]) == ("1", "0", None)
    assert contact["cdate"] == contact["udate"] == "2026-03-02T06:00:00-06:00"
    assert len(contact["links"]) == 18
    assert box.contacts()[["email", "first_name", "last_name", "phone"]].to_numpy().tolist() == [
        ["Anna@Example.com", "Åsa", "Öberg", "070/1"]
    ]


@pytest.mark.parametrize("path", ["contacts", "contacts/sync"])
def test_an_address_that_exists_is_refused(box: Sandbox, visitor: Visitor, path: str) -> None:
    """POST /contacts of a known address is the documented 422, and so is the plural sync, which is no sync."""
    assert visitor.post_to(path, {"contact": {"email": EMAIL}}).status_code == 201
    answer = visitor.post_to(path, {"contact": {"email": EMAIL.upper(), "firstName": "Other"}})
    assert answer.status_code == 422
    assert answer.json() == {
        "errors": [
            {
                "title": "Email address already exists in the system",
                "detail": "",
                "code": "duplicate",
                "source": {"pointer": "/data/attributes/email"},
            }
        ]
    }
    assert box.contacts()["first_name"].tolist() == [""]


def test_the_wordings_that_are_in_conflict(clock: Clock) -> None:
    """The refusals of an address can be had as the other source has them."""
    quirks = Quirks(duplicate_email_title="full stop", invalid_email_keys="error")
    visitor = Visitor(Sandbox(clock=clock, now=clock.now, quirks=quirks), clock)
    create(visitor)
    source = {"pointer": "/data/attributes/email"}
    assert errors(visitor.post_to("contacts", {"contact": {"email": EMAIL}})) == {
        "title": "Email address already exists in the system.",
        "code": "duplicate",
        "source": source,
    }
    assert errors(visitor.post_to("contacts", {"contact": {"email": "anna"}})) == {
        "title": "Contact Email Address is not valid.",
        "code": "email_invalid",
        "error": "must_be_valid_email_address",
        "source": source,
    }


@pytest.mark.parametrize(
    "email",
    ["", "anna", "anna@", "@example.com", "anna@example", "o'brien@example.com", "a b@example.com", None, 7, []],
)
def test_an_address_must_be_one(box: Sandbox, visitor: Visitor, email: object) -> None:
    """What bulk import would fail is email_invalid, and nothing is stored."""
    answer = visitor.post_to("contacts", {"contact": {"email": email}})
    assert (answer.status_code, errors(answer)["code"]) == (422, "email_invalid")
    assert errors(answer)["title"] == "Contact Email Address is not valid."
    assert visitor.post_to("contacts", {"contact": {"phone": "070"}}).status_code == 422
    assert box.contacts().empty


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"contact": 5}', b'{"contact": []}', b"\xff", b"null"])
def test_a_body_without_a_contact_is_refused(visitor: Visitor, content: bytes) -> None:
    """What is no JSON, or has no such object, is a 400."""
    for method, path in (("POST", "contacts"), ("POST", "contact/sync"), ("POST", "contacts/sync")):
        assert visitor.http.request(method, path, content=content).status_code == 400
        visitor.clock.advance(1)


@pytest.mark.parametrize("name", ["firstName", "lastName", "phone"])
@pytest.mark.parametrize("value", [None, 7, 1.5, True, ["x"], {"x": "y"}, "nul\0"])
def test_names_and_phones_are_texts(box: Sandbox, visitor: Visitor, name: str, value: object) -> None:
    """Numbers, null and such are refused, and nothing is stored."""
    for path in ("contacts", "contact/sync"):
        answer = visitor.post_to(path, {"contact": {"email": EMAIL, name: value}})
        assert (answer.status_code, errors(answer)["source"]) == (422, {"pointer": f"/data/attributes/{name}"})
    assert box.contacts().empty


def test_unknown_keys_are_ignored(box: Sandbox, visitor: Visitor) -> None:
    """Names in snake case, which bulk import has, get lost here without a word."""
    create(visitor, first_name="Anna", list=4, tags=["x"])
    assert box.contacts()["first_name"].tolist() == [""]
    assert box.memberships().empty
    assert box.contact_tags().empty


def test_values_may_come_with_the_contact(visitor: Visitor) -> None:
    """Field values are written as in sync: objects at the top, ids in the contact, unknown fields ignored."""
    values = [{"field": str(CITY), "value": "Umeå"}, {"field": TIER, "value": "Gold"}, {"field": "CITY", "value": "x"}]
    answer = visitor.post_to("contacts", {"contact": {"email": EMAIL, "fieldValues": values}}).json()
    assert {row["field"]: row["value"] for row in answer["fieldValues"]} == {"2": "Umeå", "7": "Gold"}
    assert answer["contact"]["fieldValues"] == [row["id"] for row in answer["fieldValues"]]
    assert set(answer["contact"]) == SHORT | {"fieldValues"}
    stored = visitor.get("contacts/1").json()["fieldValues"]
    assert {row["field"]: row["value"] for row in stored} == {"2": "Umeå", "7": "Gold"}


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_contact_can_be_changed(box: Sandbox, clock: Clock, visitor: Visitor, method: str) -> None:
    """What is sent is written, what is not stays; the answer is the long form."""
    create(visitor, firstName="Anna", lastName="Ek")
    clock.advance(60)
    content = {"lastName": "Öberg", "phone": "070", "fieldValues": [{"field": "2", "value": "Umeå"}]}
    answer = visitor.http.request(method, "contacts/1", json={"contact": content})
    assert answer.status_code == 200
    contact = answer.json()["contact"]
    assert (contact["id"], contact["firstName"], contact["lastName"], contact["phone"]) == ("1", "Anna", "Öberg", "070")
    assert contact["udate"] > contact["cdate"]
    assert {"hash", "email_local", "created_utc_timestamp"} < set(contact)
    assert visitor.values(EMAIL)["City"] == "Umeå"
    assert len(box.contacts()) == 1


def test_an_address_can_be_changed(box: Sandbox, visitor: Visitor) -> None:
    """To a free one, or to other letters of its own; not to that of somebody else, nor to none."""
    create(visitor)
    create(visitor, "bo@example.com")
    for email in ("ANNA@example.com", "anna.ek@example.com"):
        answer = visitor.put("contacts/1", {"contact": {"email": email}})
        assert (answer.status_code, answer.json()["contact"]["email"]) == (200, email)
    assert visitor.get("contacts", email=EMAIL).json()["contacts"] == []
    refused = visitor.put("contacts/1", {"contact": {"email": "BO@example.com", "firstName": "x"}})
    assert (refused.status_code, errors(refused)["code"]) == (422, "duplicate")
    for wrong in ("", "x", None, 5):
        refused = visitor.put("contacts/1", {"contact": {"email": wrong, "firstName": "x"}})
        assert (refused.status_code, errors(refused)["code"]) == (422, "email_invalid")
    assert box.contacts()[["email", "first_name"]].to_numpy().tolist() == [
        ["anna.ek@example.com", ""],
        ["bo@example.com", ""],
    ]
    create(visitor)  # the address that was given up is free


def test_deleting(box: Sandbox, visitor: Visitor) -> None:
    """DELETE is 200 with an empty object, then 404; lists and tags count without it."""
    visitor.settle({"email": EMAIL, "subscribe": [{"listid": NEWSLETTER}], "tags": ["x"]})
    answer = visitor.delete("contacts/1")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"{}", "application/json")
    missing = {"message": "No Result found for Subscriber with id 1"}
    for again in (visitor.delete("contacts/1"), visitor.get("contacts/1"), visitor.put("contacts/1", {"contact": {}})):
        assert (again.status_code, again.json()) == (404, missing)
    assert box.contacts().empty
    assert box.lists()["subscribers"].sum() == 0
    assert visitor.get("tags").json()["tags"][0]["subscriber_count"] == "0"
    assert create(visitor) == "2"


def test_a_restored_contact_is_on_no_list_that_is_gone(box: Sandbox, clock: Clock) -> None:
    """Where an address that comes back is the old contact, lists deleted meanwhile stay gone."""
    restoring = Sandbox(clock=clock, now=clock.now, quirks=Quirks(deleted_contact="restored"))
    visitor = Visitor(restoring, clock)
    visitor.settle({"email": EMAIL, "subscribe": [{"listid": NEWSLETTER}, {"listid": 5}]})
    visitor.delete("contacts/1")
    restoring._state.delete_list(restoring._state.lists[5])
    assert create(visitor) == "1"
    assert restoring.memberships()["list"].tolist() == [NEWSLETTER]


@pytest.mark.parametrize(
    ("permission", "method", "path"),
    [
        ("pgContactAdd", "POST", "contacts"),
        ("pgContactAdd", "POST", "contacts/sync"),
        ("pgContactEdit", "PUT", "contacts/1"),
        ("pgContactEdit", "PATCH", "contacts/1"),
        ("pgContactDelete", "DELETE", "contacts/1"),
        ("pgContactFields", "PUT", "contacts/1"),
    ],
)
def test_a_key_may_not_do_everything(
    box: Sandbox, clock: Clock, visitor: Visitor, permission: str, method: str, path: str
) -> None:
    """Who lacks the permission gets a 403 in JSON, and nothing happens."""
    create(visitor)
    clerk = Visitor(box.add_user("clerk", without=[permission]), clock)
    content = {"contact": {"email": "bo@example.com", "fieldValues": [{"field": "2", "value": "x"}]}}
    answer = clerk.http.request(method, path, json=content)
    assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"})
    assert box.contacts()["email"].tolist() == [EMAIL]
    assert clerk.get("contacts/1").status_code == 200


def test_the_contact_limit(box: Sandbox, clock: Clock, visitor: Visitor) -> None:
    """At its limit the account takes changes, and nobody new; or takes them all the same, as help says."""
    create(visitor)
    box.limit_contacts(1)
    for path in ("contacts", "contact/sync"):
        answer = visitor.post_to(path, {"contact": {"email": "bo@example.com"}})
        assert (answer.status_code, errors(answer)["title"]) == (403, "Forbidden")
    assert visitor.put("contacts/1", {"contact": {"firstName": "Anna"}}).status_code == 200
    assert visitor.post_to("contact/sync", {"contact": {"email": EMAIL}}).status_code == 200
    assert len(box.contacts()) == 1
    lax = Sandbox(clock=clock, now=clock.now, contact_limit=0, quirks=Quirks(contact_limit_reached="adds"))
    create(Visitor(lax, clock))


def test_an_address_that_mail_must_not_reach_is_no_new_contact(box: Sandbox, visitor: Visitor) -> None:
    """Excluded and bounced addresses are refused; a contact that is excluded later can still be changed."""
    create(visitor)
    box.exclude("example.com", match="end")
    box.bounce("bo@example.org")
    for email in ("bo@example.com", "bo@example.org"):
        for path in ("contacts", "contact/sync"):
            assert visitor.post_to(path, {"contact": {"email": email}}).status_code == 422
        assert visitor.put("contacts/1", {"contact": {"email": email}}).status_code == 422
    assert visitor.put("contacts/1", {"contact": {"firstName": "Anna"}}).status_code == 200
    assert box.contacts()["email"].tolist() == [EMAIL]


def test_automations_have_ids_of_their_own(visitor: Visitor) -> None:
    """An automation that started twice is two rows."""
    for _ in range(2):
        visitor.settle({"email": EMAIL, "subscribe": [{"listid": NEWSLETTER}]})
    rows = visitor.get("contacts/1/contactAutomations").json()["contactAutomations"]
    assert [row["automation"] for row in rows] == ["4", "4"]
    assert len({row["id"] for row in rows}) == 2
    assert visitor.get("contacts/1").json()["contactAutomations"] == rows


def test_methods_that_are_not_there(visitor: Visitor) -> None:
    """A wrong method is a 405, and sync by GET is a contact of that name."""
    assert visitor.http.put("contacts", json={}).status_code == 405
    assert visitor.get("contacts/sync").status_code == 404
    assert visitor.put("contacts/sync", {"contact": {}}).json() == {
        "message": "No Result found for Subscriber with id sync"
    }
