from typing import Any

import pytest

from ac_notebook.sandbox import Quirks, Sandbox
from tests.sandbox.visits import NEWSLETTER, VIP, Clock, Visitor

CLUB = {
    "name": "Club", "stringid": "club", "sender_url": "https://example.com", "sender_reminder": "You joined.",
}  # fmt: skip


def names(visitor: Visitor, **query: Any) -> list[str]:
    """Return the names of the lists of a query, in order."""
    answer = visitor.get("lists", **query)
    assert answer.status_code == 200, answer.text
    return [row["name"] for row in answer.json()["lists"]]


def with_quirks(clock: Clock, **quirks: Any) -> Visitor:
    """Return a client of an account with some switches set."""
    return Visitor(Sandbox(clock=clock, now=clock.now, quirks=Quirks(**quirks)), clock)


def test_a_new_list_is_answered_in_the_short_form(visitor: Visitor) -> None:
    """POST /lists is 201; user ids and send_last_broadcast are numbers there, texts in GET."""
    answer = visitor.post_to("lists", {"list": {**CLUB, "send_last_broadcast": 0, "user": 1}})
    assert answer.status_code == 201
    row = answer.json()["list"]
    links = row.pop("links")
    assert set(links) == {"contactGoalLists", "user", "addressLists"}
    assert row == {
        **CLUB, "channel": "email", "description": "", "send_last_broadcast": 0, "carboncopy": "",
        "subscription_notify": "", "unsubscription_notify": "", "userid": 1, "user": 1, "id": "6",
        "cdate": "2026-03-02T06:00:00-06:00", "udate": "2026-03-02T06:00:00-06:00",
    }  # fmt: skip
    alone = visitor.get("lists/6").json()["list"]
    assert (alone["user"], alone["userid"], alone["send_last_broadcast"]) == ("1", "1", "0")
    assert {name: alone[name] for name in CLUB} == CLUB
    assert set(alone) == set(visitor.get("lists/3").json()["list"])


def test_the_documented_status_can_be_had(clock: Clock) -> None:
    """The reference says 200 where recordings say 201."""
    assert with_quirks(clock, list_created_status=200).post_to("lists", {"list": CLUB}).status_code == 200


def test_names_need_not_be_unique(visitor: Visitor) -> None:
    """Two lists of one name and stringid live side by side."""
    ids = [visitor.post_to("lists", {"list": CLUB}).json()["list"]["id"] for _ in range(2)]
    assert ids == ["6", "7"]
    assert names(visitor, **{"filters[name]": "club"}) == ["Club", "Club"]


@pytest.mark.parametrize("missing", sorted(CLUB))
@pytest.mark.parametrize("value", [None, "", "  ", 7, ["x"]])
def test_an_incomplete_list_is_refused(visitor: Visitor, missing: str, value: Any) -> None:
    """Each of four texts is needed; without one the answer is `400 {}`, and there is no list."""
    answer = visitor.post_to("lists", {"list": CLUB | {missing: value}})
    assert (answer.status_code, answer.json()) == (400, {})
    assert len(names(visitor)) == 3


def test_an_incomplete_list_may_be_a_422(clock: Clock) -> None:
    """The other reading of the quirk `incomplete_list` points at what is missing."""
    answer = with_quirks(clock, incomplete_list=422).post_to("lists", {"list": {"name": "Club"}})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["source"] == {"pointer": "/data/attributes/stringid"}


@pytest.mark.parametrize("more", [{"channel": "post"}, {"user": 99}, {"carboncopy": ["a@example.com"]}])
def test_a_list_with_something_unknown_is_refused(visitor: Visitor, more: dict[str, Any]) -> None:
    """A channel or a user that there is not, or an object for a text, makes no list."""
    assert visitor.post_to("lists", {"list": CLUB | more}).status_code == 400
    assert len(names(visitor)) == 3


def test_the_owner_may_be_called_userid(box: Sandbox, visitor: Visitor) -> None:
    """Both names of the owner are taken; `user` counts where they differ."""
    box.add_user("clerk")
    assert visitor.post_to("lists", {"list": {**CLUB, "userid": "2"}}).json()["list"]["user"] == 2
    assert visitor.post_to("lists", {"list": {**CLUB, "userid": 2, "user": 1}}).json()["list"]["userid"] == 1


@pytest.mark.parametrize(("sent", "told"), [(1, 1), ("1", 1), (True, 1), (0, 0), ("0", 0), (False, 0)])
def test_a_list_that_mails_its_last_campaign_is_written_down(
    box: Sandbox, visitor: Visitor, sent: object, told: int
) -> None:
    """`send_last_broadcast` mails people as they join: the ledger says which lists do."""
    answer = visitor.post_to("lists", {"list": {**CLUB, "send_last_broadcast": sent}})
    assert answer.json()["list"]["send_last_broadcast"] == told
    warned = box.ledger(effect="account changed")["what"] == "list that mails its last campaign to whoever joins"
    assert warned.sum() == told
    assert visitor.get("lists/6").json()["list"]["send_last_broadcast"] == str(told)


def test_an_update_is_answered_with_nothing(visitor: Visitor) -> None:
    """PUT and PATCH change what is sent and leave the rest; the answer is empty, as in 2021."""
    visitor.clock.advance(60)
    answer = visitor.put(f"lists/{VIP}", {"list": {"name": "Very important", "sender_name": "We"}})
    assert (answer.status_code, answer.content) == (200, b"")
    answer = visitor.http.patch(f"lists/{VIP}", json={"list": {"sender_reminder": "You did."}})
    assert (answer.status_code, answer.content) == (200, b"")
    row = visitor.get(f"lists/{VIP}").json()["list"]
    assert (row["name"], row["stringid"], row["sender_name"]) == ("Very important", "vip", "We")
    assert row["sender_reminder"] == "You did."
    assert row["udate"] > row["cdate"]


def test_an_update_may_be_answered_with_the_list(clock: Clock) -> None:
    """In 2026 the whole list came back."""
    visitor = with_quirks(clock, list_update_answer="list")
    row = visitor.put("lists/3", {"list": {"name": "Master"}}).json()["list"]
    assert row == visitor.get("lists/3").json()["list"]
    assert row["name"] == "Master"


@pytest.mark.parametrize("content", [{"name": ""}, {"name": None}, {"sender_url": 3}, {"to_name": []}, {"user": "x"}])
def test_an_update_with_rubbish_changes_nothing(visitor: Visitor, content: dict[str, Any]) -> None:
    """What could not be created cannot be changed to."""
    before = visitor.get("lists/3").json()
    assert visitor.put("lists/3", {"list": {"stringid": "new"} | content}).status_code == 400
    assert visitor.get("lists/3").json() == before


def test_a_deleted_list_is_gone(box: Sandbox, visitor: Visitor) -> None:
    """DELETE is `200 {}`, again 404; people stay, without the membership."""
    visitor.settle({"email": "a@example.com", "subscribe": [{"listid": NEWSLETTER}]})
    answer = visitor.delete(f"lists/{NEWSLETTER}")
    assert (answer.status_code, answer.json()) == (200, {})
    gone = {"message": f"No Result found for _List with id {NEWSLETTER}"}
    for again in (visitor.delete(f"lists/{NEWSLETTER}"), visitor.get(f"lists/{NEWSLETTER}")):
        assert (again.status_code, again.json()) == (404, gone)
    assert names(visitor) == ["Master Contact List", "VIP"]
    assert len(box.contacts()) == 1
    assert box.memberships().empty
    assert "4" not in {row["list"] for row in visitor.get("listGroups").json()["listGroups"]}


def test_an_id_is_never_used_twice(visitor: Visitor) -> None:
    """A list made after one was deleted has an id of its own."""
    visitor.delete("lists/5")
    assert visitor.post_to("lists", {"list": CLUB}).json()["list"]["id"] == "6"


@pytest.mark.parametrize(
    ("operator", "text", "expected"),
    [
        ("eq", "vip", ["VIP"]),
        ("neq", "vip", ["Master Contact List", "Newsletter"]),
        ("contains", "LETTER", ["Newsletter"]),
        ("starts_with", "new", ["Newsletter"]),
        ("lt", "newsletter", ["Master Contact List"]),
        ("lte", "newsletter", ["Master Contact List", "Newsletter"]),
        ("gt", "newsletter", ["VIP"]),
        ("gte", "newsletter", ["Newsletter", "VIP"]),
    ],
)
def test_lists_are_found_by_operator(visitor: Visitor, operator: str, text: str, expected: list[str]) -> None:
    """Eight comparisons of names, whatever the case."""
    assert names(visitor, **{f"filters[name][{operator}]": text}) == expected


def test_an_unknown_operator_is_refused(visitor: Visitor) -> None:
    """A comparison that there is not is no reason to show everything."""
    assert visitor.get("lists", **{"filters[name][like]": "x"}).status_code == 400


def test_lists_are_ordered_by_name_or_weight(box: Sandbox, visitor: Visitor) -> None:
    """Ascending, descending, or exact matches first and then what begins alike."""
    for name in ("A new letter", "Letter", "Letter of May"):
        box.add_list(name)
    found = ["Newsletter", "A new letter", "Letter", "Letter of May"]
    query = {"filters[name]": "letter"}
    assert names(visitor, **query) == found
    assert names(visitor, **query, **{"orders[name]": "asc"}) == sorted(found)
    assert names(visitor, **query, **{"orders[name]": "DESC"}) == sorted(found, reverse=True)
    weighed = ["Letter", "Letter of May", "Newsletter", "A new letter"]
    assert names(visitor, **query, **{"orders[name]": "weight"}) == weighed


@pytest.mark.parametrize(("reading", "expected"), [("contains", ["Newsletter"]), ("equals", [])])
def test_the_plain_filter_has_two_readings(clock: Clock, reading: str, expected: list[str]) -> None:
    """A filter without operator contains, or equals: the reference says both."""
    assert names(with_quirks(clock, list_name_filter=reading), **{"filters[name]": "letter"}) == expected
