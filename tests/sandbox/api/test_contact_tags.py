from typing import Any

import httpx
import pytest

from ac_notebook.sandbox import Quirks, Sandbox
from tests.sandbox.visits import Clock, Visitor

EMAIL = "anna@example.com"


@pytest.fixture
def anna(visitor: Visitor) -> Visitor:
    """A visitor of an account with one contact without tags, and one with the tags 1 and 2."""
    visitor.settle({"email": EMAIL}, {"email": "bo@example.com", "tags": ["spring", "2024"]})
    return visitor


def tag(visitor: Visitor, contact: Any = "1", number: Any = "1") -> httpx.Response:
    """Tag a contact."""
    return visitor.post_to("contactTags", {"contactTag": {"contact": contact, "tag": number}})


def test_the_first_time_and_again(box: Sandbox, anna: Visitor) -> None:
    """201 with the contact; then 200 with the same id, a longer row, and no contact."""
    first = tag(anna)
    assert first.status_code == 201
    assert set(first.json()) == {"contacts", "contactTag"}
    row = first.json()["contactTag"]
    assert set(row) == {"contact", "tag", "cdate", "links", "id"}
    assert (row["contact"], row["tag"], isinstance(row["id"], str)) == ("1", "1", True)
    assert first.json()["contacts"][0]["email"] == EMAIL
    anna.clock.advance(60)
    again = tag(anna, 1, 1)
    assert (again.status_code, set(again.json())) == (200, {"contactTag"})
    longer = again.json()["contactTag"]
    assert set(longer) == {
        "contact", "tag", "cdate", "created_timestamp", "updated_timestamp", "created_by", "updated_by", "links", "id",
    }  # fmt: skip
    assert (longer["id"], longer["cdate"], longer["contact"]) == (row["id"], row["cdate"], "1")
    assert box.contact_tags().to_numpy().tolist() == [[1, "spring"], [2, "spring"], [2, "2024"]]
    assert [row["subscriber_count"] for row in anna.get("tags").json()["tags"]] == ["2", "1"]
    assert anna.get("contacts/1/contactTags").json()["contactTags"][0] == longer


def test_a_tag_can_be_taken_off(box: Sandbox, anna: Visitor) -> None:
    """200 with an empty object, then 404; put on again, it is another row."""
    number = tag(anna).json()["contactTag"]["id"]
    answer = anna.delete(f"contactTags/{number}")
    assert (answer.status_code, answer.content) == (200, b"{}")
    again = anna.delete(f"contactTags/{number}")
    assert (again.status_code, again.json()) == (
        404,
        {"message": f"No Result found for SubscriberTag with id {number}"},
    )
    assert tag(anna).json()["contactTag"]["id"] != number
    assert anna.delete(f"contactTags/{number}").status_code == 404
    assert len(box.contact_tags()) == 3


def test_tags_of_all_contacts_come_in_pages(anna: Visitor) -> None:
    """GET /contactTags has a total, and rows as those of one contact."""
    tag(anna)
    everything = anna.get("contactTags").json()
    assert everything["meta"] == {"total": "3"}
    assert [(row["contact"], row["tag"]) for row in everything["contactTags"]] == [("1", "1"), ("2", "1"), ("2", "2")]
    assert anna.get("contactTags", limit=1, offset=1).json()["contactTags"] == everything["contactTags"][1:2]
    assert anna.get("contactTags", offset=3).json()["contactTags"] == []


@pytest.mark.parametrize("content", [{}, {"tag": None}, {"tag": ""}])
@pytest.mark.parametrize("status", [400, 422])
def test_a_tag_must_be_given(clock: Clock, content: dict[str, Any], status: Any) -> None:
    """Without one it is the recorded error; its status is in conflict."""
    box = Sandbox(clock=clock, now=clock.now, quirks=Quirks(tagless_contact_tag=status))
    visitor = Visitor(box, clock)
    visitor.settle({"email": EMAIL})
    answer = visitor.post_to("contactTags", {"contactTag": {"contact": "1", **content}})
    assert answer.status_code == status
    assert answer.json() == {
        "errors": [
            {
                "title": "Invalid value for query parameter contactTag.tag",
                "detail": "No tag id provided",
                "source": {"parameter": "contactTag.tag"},
            }
        ]
    }


@pytest.mark.parametrize("name", ["spring", "Spring 1", "-1", 0, True, [], {}, 1.0, "1.0", 10**30])
def test_a_tag_is_given_by_its_id(box: Sandbox, anna: Visitor, name: object) -> None:
    """A name is a 422, also that of a tag there is, and no tag is made."""
    assert tag(anna, 1, name).status_code == 422
    assert len(box.contact_tags()) == 2
    assert len(anna.get("tags").json()["tags"]) == 2


def test_a_name_of_digits_is_an_id(box: Sandbox, anna: Visitor) -> None:
    """A tag called 2024 is not found by that."""
    answer = tag(anna, 1, "2024")
    assert (answer.status_code, answer.json()) == (404, {"message": "No Result found for Tag with id 2024"})


@pytest.mark.parametrize("contact", [3, "3", None, "x", [], True])
def test_the_contact_must_be_there(anna: Visitor, contact: object) -> None:
    """Otherwise it is the documented 404."""
    answer = tag(anna, contact)
    assert answer.status_code == 404
    assert answer.json() == {"errors": [{"status": 404, "title": "Not Found", "detail": "Contact not found"}]}


@pytest.mark.parametrize("permission", ["pgContactEdit", "pgTagManage"])
def test_a_key_may_not_tag(box: Sandbox, clock: Clock, anna: Visitor, permission: str) -> None:
    """Without the permission, tags are neither put on nor taken off."""
    number = anna.get("contactTags").json()["contactTags"][0]["id"]
    clerk = Visitor(box.add_user("clerk", without=[permission]), clock)
    assert tag(clerk).status_code == 403
    assert clerk.delete(f"contactTags/{number}").status_code == 403
    assert len(box.contact_tags()) == 2


@pytest.mark.parametrize("number", ["0", "-1", "x", "1", "2000009", "1" * 30, "1000000000000002000001"])
def test_what_is_no_link_is_not_found(anna: Visitor, number: str) -> None:
    """Any id that no tagging has is a 404."""
    assert anna.delete(f"contactTags/{number}").status_code == 404
