from typing import Any

import pytest

from ac_notebook.sandbox import Sandbox
from tests.sandbox.visits import VIP, Clock, Visitor

LIST = {"list": {"name": "Club", "stringid": "club", "sender_url": "https://example.com", "sender_reminder": "x"}}
FORBIDDEN = {"message": "Forbidden"}
NO_ACCESS = {"message": "You don't have permission to access this resource"}
ALL_OF_LISTS = ["pgListAdd", "pgListEdit", "pgListDelete"]


def clerk(box: Sandbox, clock: Clock, *without: str) -> Visitor:
    """Return a client with the key of somebody who may not do some things."""
    name = "without " + ", ".join(without)
    return Visitor(box.add_user(name, without=without), clock)


def no_permission(what: str) -> dict[str, Any]:
    """Return the refusal of lists."""
    detail = f"You do not have permission to {what} lists."
    return {"errors": [{"status": 403, "title": "Forbidden", "detail": detail}]}


def refused(visitor: Visitor, method: str, path: str) -> Any:
    """Ask for something that is refused, and return the body."""
    visitor.clock.advance(0.25)
    answer = visitor.http.request(method, path, json={} if method != "GET" else None)
    assert answer.status_code == 403, (method, path, answer.text)
    return answer.json()


@pytest.mark.parametrize(
    ("method", "path", "permission", "body"),
    [
        ("POST", "lists", "pgListAdd", no_permission("create")),
        ("PUT", "lists/3", "pgListEdit", no_permission("edit")),
        ("PATCH", "lists/3", "pgListEdit", no_permission("edit")),
        ("DELETE", "lists/3", "pgListDelete", no_permission("delete")),
        ("POST", "fields", "pgContactFields", FORBIDDEN),
        ("PUT", "fields/1", "pgContactFields", FORBIDDEN),
        ("DELETE", "fields/1", "pgContactFields", FORBIDDEN),
        ("POST", "fieldRels", "pgContactFields", FORBIDDEN),
        ("DELETE", "fieldRels/1", "pgContactFields", FORBIDDEN),
        ("POST", "fieldOption/bulk", "pgContactFields", FORBIDDEN),
        ("DELETE", "fieldOptions/1", "pgContactFields", FORBIDDEN),
        ("POST", "listGroups", "pgGroupEdit", FORBIDDEN),
        ("POST", "listGroups", "pgListEdit", FORBIDDEN),
        ("DELETE", "listGroups/1", "pgGroupEdit", FORBIDDEN),
        ("DELETE", "listGroups/1", "pgListEdit", FORBIDDEN),
        ("POST", "groups", "pgGroupAdd", FORBIDDEN),
        ("PUT", "groups/3", "pgGroupEdit", FORBIDDEN),
        ("DELETE", "groups/3", "pgGroupDelete", FORBIDDEN),
        ("POST", "tags", "pgTagManage", FORBIDDEN),
        ("PUT", "tags/1", "pgTagManage", FORBIDDEN),
        ("PATCH", "tags/1", "pgTagManage", FORBIDDEN),
        ("DELETE", "tags/1", "pgTagManage", FORBIDDEN),
        ("PUT", "lists/exclusions/1", "pgListEdit", NO_ACCESS),
    ],
)
def test_each_permission_opens_what_it_is_for(
    box: Sandbox, clock: Clock, method: str, path: str, permission: str, body: Any
) -> None:
    """Without its flag a request is refused, in the shape of its resource, before anything is looked at."""
    before = len(box.ledger())
    assert refused(clerk(box, clock, permission), method, path) == body
    others = [other for other in ("pgContactDelete", "pgContactExport") if other != permission]
    clock.advance(1)
    answer = clerk(box, clock, *others).http.request(method, path, json={})
    assert answer.status_code != 403
    assert len(box.ledger()) >= before


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("lists", no_permission("view")),
        ("lists/3", no_permission("view")),
        ("lists/exclusions", NO_ACCESS),
        ("lists/exclusions/1", NO_ACCESS),
    ],
)
def test_who_may_nothing_with_lists_does_not_see_them(box: Sandbox, clock: Clock, path: str, body: Any) -> None:
    """Lists are viewed by those who may add, edit or delete them; one of the three is enough."""
    assert refused(clerk(box, clock, *ALL_OF_LISTS), "GET", path) == body
    for kept in ALL_OF_LISTS:
        others = [name for name in ALL_OF_LISTS if name != kept]
        assert clerk(box, clock, *others).get(path).status_code in {200, 404}


def test_fields_tags_and_groups_are_open_to_read(box: Sandbox, clock: Clock) -> None:
    """No refusal is documented for reading these, so any key reads them."""
    weak = clerk(box, clock, "pgContactFields", "pgTagManage", "pgGroupEdit", *ALL_OF_LISTS)
    for path in ("fields", "fields/1", "fieldRels", "tags", "groups", "groups/3", "listGroups", "groupLimits"):
        assert weak.get(path).status_code == 200


def test_lists_of_a_new_account_are_linked_to_the_built_in_group(visitor: Visitor) -> None:
    """GET /listGroups rows carry fourteen flags, all "0"."""
    content = visitor.get("listGroups").json()
    assert content["meta"] == {"total": "3"}
    row = content["listGroups"][0]
    assert (row["id"], row["list"], row["group"]) == ("1", "3", "3")
    flags = {name: value for name, value in row.items() if name.startswith("p_")}
    assert len(flags) == 14
    assert {"p_list_add", "p_subscriber_import"} <= set(flags)
    assert set(flags.values()) == {"0"}
    assert visitor.get("listGroups/1").json()["listGroup"] == row


def test_a_list_made_through_the_api_is_seen_once_it_is_linked(box: Sandbox, clock: Clock, visitor: Visitor) -> None:
    """An administrator's key reads a new list; others do not until their group is linked to it."""
    other = clerk(box, clock, "pgContactDelete")
    made = visitor.post_to("lists", LIST).json()["list"]["id"]
    assert visitor.get(f"lists/{made}").status_code == 200
    assert refused(other, "GET", f"lists/{made}") == no_permission("view")
    assert refused(other, "PUT", f"lists/{made}") == no_permission("edit")
    assert refused(other, "DELETE", f"lists/{made}") == no_permission("delete")
    assert [row["id"] for row in other.get("lists").json()["lists"]] == ["3", "4", "5"]
    answer = visitor.post_to("listGroups", {"listGroup": {"listid": made, "groupid": 4}})
    assert answer.status_code == 201
    assert [row["id"] for row in other.get("lists").json()["lists"]] == ["3", "4", "5", made]


def test_a_link_is_answered_in_the_short_form(visitor: Visitor) -> None:
    """POST /listGroups is 201 without flags; ids come back as they were sent: texts as texts, numbers as numbers."""
    made = visitor.post_to("lists", LIST).json()["list"]["id"]
    row = visitor.post_to("listGroups", {"listGroup": {"listid": made, "groupid": 3}}).json()["listGroup"]
    assert set(row) == {"list", "group", "links", "id"}
    assert (row["list"], row["group"], row["id"]) == ("6", 3, "4")
    assert set(row["links"]) == {"list", "group"}


def test_a_link_is_made_once_and_deleted_once(visitor: Visitor) -> None:
    """The same link again is refused; deleted it is `200 {}`, again 404."""
    answer = visitor.post_to("listGroups", {"listGroup": {"listid": VIP, "groupid": 3}})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "duplicate")
    answer = visitor.delete("listGroups/3")
    assert (answer.status_code, answer.json()) == (200, {})
    assert visitor.delete("listGroups/3").status_code == 404
    assert visitor.get("listGroups").json()["meta"] == {"total": "2"}


@pytest.mark.parametrize("link", [{"listid": 99, "groupid": 3}, {"listid": 3, "groupid": 99}, {}, {"listid": [3]}])
def test_a_link_to_nothing_is_not_found(visitor: Visitor, link: dict[str, Any]) -> None:
    """Both ends of a link must be there."""
    assert visitor.post_to("listGroups", {"listGroup": link}).status_code == 404


def test_the_built_in_group_has_id_3(visitor: Visitor) -> None:
    """Admin may everything, and every flag is a text."""
    content = visitor.get("groups", limit=100).json()
    (row,) = content["groups"]
    assert (row["id"], row["title"], row["p_admin"]) == ("3", "Admin", "1")
    assert {value for name, value in row.items() if name.startswith("pg")} == {"1"}
    assert row == visitor.get("groups/3").json()["group"]


def test_a_new_group_may_nothing_but_resubscribe(visitor: Visitor) -> None:
    """As recorded: POST is 201 with few keys, and of the flags only pgContactResubscribe is on by itself."""
    answer = visitor.post_to("groups", {"group": {"title": "Awesome", "descript": "Mine", "pgListAdd": 1}})
    assert answer.status_code == 201
    short = answer.json()["group"]
    assert set(short) == {"title", "descript", "pgListAdd", "p_admin", "links", "id"}
    assert (short["p_admin"], short["id"]) == (1, "4")
    row = visitor.get("groups/4").json()["group"]
    assert {name for name, value in row.items() if name.startswith("pg") and value == "1"} == {
        "pgContactResubscribe", "pgListAdd",
    }  # fmt: skip
    assert visitor.get("listGroups").json()["meta"] == {"total": "3"}


def test_flags_of_a_group_decide_at_once(box: Sandbox, clock: Clock, visitor: Visitor) -> None:
    """What PUT /groups/{id} takes away or gives is so for the next request of a member."""
    other = clerk(box, clock, "pgListAdd")
    assert other.post_to("lists", LIST).status_code == 403
    changed = visitor.put("groups/4", {"group": {"pgListAdd": "1", "pgTagManage": False}})
    assert (changed.status_code, changed.json()["group"]["pgListAdd"]) == (200, "1")
    assert changed.json()["group"]["title"] == "Group of without pgListAdd"
    assert other.post_to("lists", LIST).status_code == 201
    assert other.post_to("tags", {"tag": {"tag": "x", "tagType": "contact"}}).status_code == 403


def test_the_built_in_group_stays(visitor: Visitor) -> None:
    """Admin cannot be deleted (`400 {}`), nor can it lose what it may; its words can change."""
    answer = visitor.delete("groups/3")
    assert (answer.status_code, answer.json()) == (400, {})
    row = visitor.put("groups/3", {"group": {"title": "Chiefs", "pgListAdd": 0}}).json()["group"]
    assert (row["title"], row["pgListAdd"]) == ("Chiefs", "1")


def test_a_group_goes_when_nobody_is_in_it(box: Sandbox, clock: Clock, visitor: Visitor) -> None:
    """With users it stays, without it goes with its links; again it is a 404."""
    clerk(box, clock, "pgListAdd")
    assert visitor.delete("groups/4").status_code == 400
    visitor.post_to("groups", {"group": {"title": "Empty"}})
    visitor.post_to("listGroups", {"listGroup": {"listid": 3, "groupid": 5}})
    assert visitor.delete("groups/5").json() == {}
    again = visitor.delete("groups/5")
    assert (again.status_code, again.json()) == (404, {"message": "No Result found for Group with id 5"})
    assert "5" not in {row["group"] for row in visitor.get("listGroups").json()["listGroups"]}


@pytest.mark.parametrize("group", [{}, {"title": ""}, {"title": 3}, {"title": "x", "descript": []}])
def test_a_group_without_a_title_is_refused(visitor: Visitor, group: dict[str, Any]) -> None:
    """A group needs a title, and its description is a text."""
    assert visitor.post_to("groups", {"group": group}).status_code == 400
    assert visitor.get("groups").json()["meta"] == {"total": "1"}
