from typing import Any

import httpx
import pytest

from ac_notebook.sandbox import Quirks, Sandbox
from tests.sandbox.visits import NEWSLETTER, VIP, Clock, Visitor

EMAIL = "anna@example.com"
FIRST = {
    "status", "list", "contact", "sdate", "udate", "unsubreason", "campaign", "message", "first_name", "last_name",
    "sourceid", "unsubscribeAutomation", "links", "id",
}  # fmt: skip


@pytest.fixture
def anna(visitor: Visitor) -> Visitor:
    """A visitor of an account with one contact, on no list."""
    visitor.settle({"email": EMAIL, "first_name": "Anna"})
    return visitor


def put(visitor: Visitor, list_id: Any, status: Any, contact: Any = 1, **more: Any) -> httpx.Response:
    """Give a contact a status on a list."""
    content = {"list": list_id, "contact": contact, "status": status, **more}
    return visitor.post_to("contactLists", {"contactList": content})


def test_the_first_time_and_again(box: Sandbox, clock: Clock, anna: Visitor) -> None:
    """201 with the contact and numbers as sent; then 200, the same id, a longer row and no contact."""
    first = put(anna, "5", 1, "1")
    assert first.status_code == 201
    assert set(first.json()) == {"contacts", "contactList"}
    assert [row["email"] for row in first.json()["contacts"]] == [EMAIL]
    row = first.json()["contactList"]
    assert set(row) == FIRST
    assert (row["status"], row["list"], row["contact"], row["sourceid"]) == (1, "5", "1", 3)
    assert (row["first_name"], row["udate"], isinstance(row["id"], str)) == ("Anna", None, True)
    clock.advance(60)
    again = put(anna, 5, "1")
    assert (again.status_code, set(again.json())) == (200, {"contactList"})
    longer = again.json()["contactList"]
    assert set(longer) > FIRST
    assert (longer["status"], longer["list"], longer["contact"], longer["sourceid"]) == (1, "5", "1", "3")
    assert (longer["id"], longer["sdate"]) == (row["id"], row["sdate"])
    assert box.memberships().to_numpy().tolist() == [[VIP, 1, 1]]
    assert put(anna, NEWSLETTER, 1).json()["contactList"]["list"] == NEWSLETTER


def test_the_flat_answer(clock: Clock) -> None:
    """The other source has 200 always, with the contact, and numbers."""
    box = Sandbox(clock=clock, now=clock.now, quirks=Quirks(contact_list_answer="flat"))
    visitor = Visitor(box, clock)
    visitor.settle({"email": EMAIL})
    for _ in range(2):
        answer = put(visitor, str(VIP), "1", "1")
        assert (answer.status_code, set(answer.json())) == (200, {"contacts", "contactList"})
        row = answer.json()["contactList"]
        assert (row["contact"], row["list"], row["sourceid"], row["status"]) == (1, VIP, 3, 1)


def test_leaving_and_coming_back(box: Sandbox, clock: Clock, anna: Visitor) -> None:
    """Status 2 opts out, also who was never there; status 1 after it re-subscribes, with sourceid 4."""
    assert put(anna, VIP, 2).status_code == 201
    assert box.memberships()["status"].tolist() == [2]
    clock.advance(60)
    back = put(anna, VIP, 1)
    assert (back.status_code, back.json()["contactList"]["sourceid"]) == (200, "4")
    assert back.json()["contactList"]["udate"] > back.json()["contactList"]["sdate"]
    assert box.lists()["subscribers"].tolist() == [0, 0, 1]
    put(anna, VIP, "2")
    assert box.lists()["subscribers"].tolist() == [0, 0, 0]
    assert anna.get("contacts", listid=VIP, status=2).json()["meta"]["total"] == "1"


@pytest.mark.parametrize(("sent", "kept"), [(4, "4"), ("4", "4"), (99, "99")])
def test_the_source_may_be_a_number_or_a_text(anna: Visitor, sent: object, kept: str) -> None:
    """What is sent as sourceid is kept."""
    assert put(anna, VIP, 1, sourceid=sent).json()["contactList"]["sourceid"] == int(kept)
    assert anna.get("contacts/1/contactLists").json()["contactLists"][0]["sourceid"] == kept


@pytest.mark.parametrize("source", [None, "x", 0, -1, [], 1.5, True])
def test_a_source_that_is_none_is_refused(box: Sandbox, anna: Visitor, source: object) -> None:
    """Nothing happens then."""
    assert put(anna, VIP, 1, sourceid=source).status_code == 422
    assert box.memberships().empty


@pytest.mark.parametrize("status", [0, 3, "0", "3", -1, 4, 91, "x", "", None, True, 1.0, [1], {}, "01", 10**30])
def test_only_two_statuses_are_documented(box: Sandbox, anna: Visitor, status: object) -> None:
    """Any other is a 422 with the text that was seen."""
    answer = put(anna, VIP, status)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["title"] == "The value you selected is not a valid choice."
    assert box.memberships().empty
    assert anna.post_to("contactLists", {"contactList": {"list": VIP, "contact": 1}}).status_code == 422


@pytest.mark.parametrize("status", [0, 3, "0", "3"])
def test_four_statuses_where_that_is_the_reading(clock: Clock, status: object) -> None:
    """The other source has 0 to 3."""
    box = Sandbox(clock=clock, now=clock.now, quirks=Quirks(contact_list_statuses="0 to 3"))
    visitor = Visitor(box, clock)
    visitor.settle({"email": EMAIL})
    assert put(visitor, VIP, status).json()["contactList"]["status"] == int(str(status))
    assert box.memberships()["status"].tolist() == [int(str(status))]
    assert put(visitor, VIP, 4).status_code == 422


@pytest.mark.parametrize(("refused", "status"), [(403, 403), (422, 422), ("ignored", 200)])
def test_a_key_may_lack_the_right_to_resubscribe(clock: Clock, refused: Any, status: int) -> None:
    """Then who opted out stays so, also by a detour over another status; anybody else may join."""
    quirks = Quirks(resubscribe_refused=refused, contact_list_statuses="0 to 3")
    box = Sandbox(clock=clock, now=clock.now, quirks=quirks)
    box.unsubscribe(EMAIL, VIP)
    clerk = Visitor(box.add_user("clerk", without=["pgContactResubscribe"]), clock)
    for wanted in (1, 0, 3):
        answer = put(clerk, VIP, wanted)
        assert answer.status_code == status
        assert status != 200 or answer.json()["contactList"]["status"] == 2
    assert box.memberships()["status"].tolist() == [2]
    assert put(clerk, VIP, 2).status_code == 200
    assert put(clerk, NEWSLETTER, 1).status_code == 201


def test_becoming_active_starts_the_automation(box: Sandbox, anna: Visitor) -> None:
    """Leaving starts nothing, joining and coming back do."""
    put(anna, NEWSLETTER, 2)
    assert box.automations().empty
    put(anna, NEWSLETTER, 1)
    put(anna, VIP, 1)
    assert box.automations()["list"].tolist() == [NEWSLETTER]
    put(anna, NEWSLETTER, 2)
    put(anna, NEWSLETTER, 1)
    assert len(box.automations()) == 2


def test_who_mail_must_not_reach_does_not_become_active(box: Sandbox, clock: Clock, anna: Visitor) -> None:
    """A bounced contact, and one that is excluded from the list, can leave it, but not join."""
    box.exclude(EMAIL, lists=[VIP])
    assert put(anna, VIP, 1).status_code == 422
    assert put(anna, NEWSLETTER, 1).status_code == 201
    assert put(anna, VIP, 2).status_code == 201
    box.bounce(EMAIL)
    assert put(anna, NEWSLETTER, 1).status_code == 422
    assert sorted(box.memberships()["status"]) == [2, 3]


def test_the_limit_of_active_contacts(clock: Clock) -> None:
    """Where only active contacts count, somebody who joins a list may be one too many."""
    box = Sandbox(clock=clock, now=clock.now, quirks=Quirks(limit_counts="active"), contact_limit=1)
    visitor = Visitor(box, clock)
    visitor.settle({"email": EMAIL}, {"email": "bo@example.com"})
    assert put(visitor, VIP, 1).status_code == 201
    assert put(visitor, NEWSLETTER, 1).status_code == 201
    assert put(visitor, VIP, 1, 2).status_code == 403
    assert put(visitor, VIP, 2, 2).status_code == 201
    assert box.lists()["subscribers"].tolist() == [0, 1, 1]


@pytest.mark.parametrize("wrong", [99, "99", 0, -1, None, "x", [], {}, True, 1.5, 10**30, "9" * 5000])
def test_contact_and_list_must_be_there(box: Sandbox, anna: Visitor, wrong: object) -> None:
    """Otherwise it is a 404 that names the service's class."""
    answer = put(anna, VIP, 1, wrong)
    assert (answer.status_code, answer.json()["message"][:31]) == (404, "No Result found for Subscriber ")
    answer = put(anna, wrong, 1)
    assert (answer.status_code, answer.json()["message"][:26]) == (404, "No Result found for _List ")
    assert box.memberships().empty


def test_a_key_may_not_change_contacts(box: Sandbox, clock: Clock, anna: Visitor) -> None:
    """Without pgContactEdit nobody is put on a list."""
    clerk = Visitor(box.add_user("clerk", without=["pgContactEdit"]), clock)
    assert put(clerk, VIP, 1).status_code == 403
    assert box.memberships().empty


def test_a_list_that_the_group_does_not_see(box: Sandbox, clock: Clock, anna: Visitor) -> None:
    """Nobody is put on it with a key of that group."""
    clerk = Visitor(box.add_user("clerk", without=["pgListAdd"]), clock)
    box._state.list_groups.clear()
    answer = put(clerk, VIP, 1)
    assert (answer.status_code, answer.json()["errors"][0]["title"]) == (403, "Forbidden")
    assert box.memberships().empty


@pytest.mark.parametrize(("reading", "starts"), [("again", 2), ("once", 1)])
def test_whether_an_automation_starts_again_is_not_known(clock: Clock, reading: Any, starts: int) -> None:
    """Status 1 for somebody who is active already starts it again or not, as in an import."""
    box = Sandbox(clock=clock, now=clock.now, quirks=Quirks(repeat_automations=reading))
    visitor = Visitor(box, clock)
    visitor.settle({"email": EMAIL})
    for _ in range(2):
        put(visitor, NEWSLETTER, 1)
    assert len(box.automations()) == starts
