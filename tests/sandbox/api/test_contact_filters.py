import pytest

from ac_notebook.sandbox import Sandbox
from ac_notebook.sandbox.state.places import ADMIN_GROUP
from tests.sandbox.visits import NEWSLETTER, VIP, Clock, Visitor

PEOPLE = [
    {"email": "Dora@example.com", "first_name": "dora", "last_name": "Ek", "phone": "+46 70", "tags": ["even"]},
    {"email": "anna@example.org", "first_name": "Anna", "last_name": "Öberg", "subscribe": [{"listid": NEWSLETTER}]},
    {"email": "carl@example.com", "first_name": "Carl", "last_name": "Ek", "customer_acct_name": "Acme"},
    {"email": "bo@example.net", "first_name": "Anna", "last_name": "Ek", "subscribe": [{"listid": VIP}]},
]


@pytest.fixture
def people(box: Sandbox, clock: Clock, visitor: Visitor) -> Visitor:
    """A visitor of an account with four contacts, made an hour after each other from noon on."""
    for number, person in enumerate(PEOPLE):
        clock.seconds = 1000.0 + 3600 * number
        visitor.settle(person)
    box.unsubscribe("anna@example.org", VIP)
    box.bounce("bo@example.net")
    visitor.post_to("contactTags", {"contactTag": {"contact": "4", "tag": "1"}})
    return visitor


def ids(visitor: Visitor, **query: object) -> list[int]:
    """Return the ids that a query gives, and require that the total says the same."""
    content = visitor.get("contacts", **query).json()
    found = [int(row["id"]) for row in content["contacts"]]
    if not {"limit", "offset"} & query.keys():
        assert content["meta"]["total"] == str(len(found))
    return found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"ids[]": [4, 1, 1, 99, "x"]}, [1, 4]),
        ({"email": "DORA@example.com"}, [1]),
        ({"email": "dora"}, []),
        ({"email": ""}, []),
        ({"email_like": "EXAMPLE.com"}, [1, 3]),
        ({"email_like": ""}, [1, 2, 3, 4]),
        ({"search": "anna"}, [2, 4]),
        ({"search": "acme"}, [3]),
        ({"search": "öberg"}, [2]),
        ({"search": "anna", "listid": VIP}, [2, 4]),
        ({"phone": "+46"}, [1]),
        ({"phone": "70"}, []),
        ({"listid": NEWSLETTER}, [2]),
        ({"listid": VIP}, [2, 4]),
        ({"listid": VIP, "status": 1}, []),
        ({"listid": VIP, "status": 2}, [2]),
        ({"listid": VIP, "status": 3}, [4]),
        ({"listid": VIP, "status": -1}, [2, 4]),
        ({"listid": VIP, "status": 0}, []),
        ({"listid": 99}, []),
        ({"listid": VIP, "tagid": 1}, [4]),
        ({"listid": VIP, "email": "anna@example.org"}, [2]),
        ({"listid": VIP, "ids[]": [1, 2]}, [2]),
        ({"listid": VIP, "id_greater": 2}, [4]),
        ({"status": 1}, [2]),
        ({"status": 2}, [2]),
        ({"status": -1}, [1, 2, 3, 4]),
        ({"tagid": 1}, [1, 4]),
        ({"tagid": 99}, []),
        ({"segmentid": 1}, []),
        ({"segmentid": 1, "forceQuery": 1, "async": 1}, []),
        ({"formid": 1}, []),
        ({"seriesid": NEWSLETTER}, [2]),
        ({"seriesid": VIP}, []),
        ({"exclude": 2}, [1, 3, 4]),
        ({"id_greater": 2}, [3, 4]),
        ({"id_less": 3}, [1, 2]),
        ({"id_greater": 1, "id_less": 4}, [2, 3]),
        ({"id_greater": 3, "id_less": 2}, []),
        ({"id_greater": "x"}, [1, 2, 3, 4]),
        ({"sortId": 1, "unknown": "x"}, [1, 2, 3, 4]),
    ],
)  # fmt: skip - a table
def test_documented_filters(people: Visitor, query: dict[str, object], found: list[int]) -> None:
    """Contacts can be found by all that is documented; several filters all hold."""
    assert ids(people, **query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"filters[created_before]": "2026-03-02T07:30:00-06:00"}, [1, 2]),
        ({"filters[created_after]": "2026-03-02T13:30:00Z"}, [3, 4]),
        ({"filters[created_after]": "2026-03-02 06:30:00", "filters[created_before]": "2026-03-02 08:30:00"}, [2, 3]),
        ({"filters[created_after]": "2026-03-02"}, [1, 2, 3, 4]),
        ({"filters[created_before]": "2026-03-02"}, []),
        ({"filters[updated_after]": "2026-03-02 09:30:00"}, [1]),
        ({"filters[updated_before]": "2026-03-02 06:30:00"}, []),
        ({"filters[created_after]": "yesterday"}, [1, 2, 3, 4]),
        ({"filters[created_after]": "0001-01-01T00:00:00+14:00"}, [1, 2, 3, 4]),
    ],
)  # fmt: skip - a table
def test_filters_by_time(people: Visitor, clock: Clock, query: dict[str, object], found: list[int]) -> None:
    """Without an offset, a moment is in the account's zone; what is no moment does nothing."""
    clock.seconds = 1000.0 + 4 * 3600
    people.put("contacts/1", {"contact": {"phone": "1"}})
    assert ids(people, **query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"orders[id]": "ASC"}, [1, 2, 3, 4]),
        ({"orders[id]": "desc"}, [4, 3, 2, 1]),
        ({"orders[cdate]": "DESC"}, [4, 3, 2, 1]),
        ({"orders[email]": "ASC"}, [2, 4, 3, 1]),
        ({"orders[first_name]": "ASC"}, [2, 4, 3, 1]),
        ({"orders[first_name]": "ASC", "orders[id]": "DESC"}, [4, 2, 3, 1]),
        ({"orders[last_name]": "ASC", "orders[first_name]": "DESC"}, [1, 3, 4, 2]),
        ({"orders[first_name]": "DESC", "orders[last_name]": "ASC"}, [1, 3, 4, 2]),
        ({"orders[name]": "ASC"}, [4, 2, 3, 1]),
        ({"orders[score]": "DESC"}, [1, 2, 3, 4]),
        ({"orders[phone]": "DESC"}, [1, 2, 3, 4]),
        ({"orders[id]": "DESC", "listid": VIP}, [4, 2]),
        ({"orders[id]": "DESC", "id_less": 4, "limit": 2}, [3, 2]),
        ({"orders[id]": "DESC", "tagid": 1, "offset": 1}, [1]),
    ],
)  # fmt: skip - a table
def test_documented_orders(people: Visitor, query: dict[str, object], found: list[int]) -> None:
    """Contacts come in any of the documented orders, the first in the query weighing most."""
    assert ids(people, **query) == found


def test_lists_that_the_user_sees(people: Visitor, box: Sandbox, clock: Clock) -> None:
    """`in_group_lists` leaves only those on lists that the user's group was given."""
    clerk = Visitor(box.add_user("clerk", without=["pgListAdd"]), clock)
    assert ids(clerk, in_group_lists="true") == [2, 4]
    link = next(row for row in box._state.list_groups.values() if row.list == VIP and row.group != ADMIN_GROUP)
    people.delete(f"listGroups/{link.id}")
    assert ids(clerk, in_group_lists="true") == [2]
    assert ids(clerk, in_group_lists="1", status=3) == []
    assert ids(clerk, in_group_lists="false") == [1, 2, 3, 4]
    assert ids(people, in_group_lists="true") == [2, 4]


def test_deleted_contacts_are_found_by_nothing(people: Visitor) -> None:
    """Whatever the query, who was deleted is not there, and does not count."""
    people.delete("contacts/2")
    queries: list[dict[str, object]] = [
        {"email": "anna@example.org"}, {"listid": NEWSLETTER}, {"status": 2}, {"ids[]": 2}, {"seriesid": NEWSLETTER},
        {"listid": VIP, "status": 2},
    ]  # fmt: skip
    for query in queries:
        assert ids(people, **query) == []
    assert ids(people) == [1, 3, 4]
    assert ids(people, listid=VIP) == [4]
    assert ids(people, id_greater=1) == [3, 4]
    assert ids(people, limit=1, offset=1) == [3]


def test_the_page_says_how_it_was_asked_for(people: Visitor) -> None:
    """`meta.page_input` has the recorded keys."""
    meta = people.get("contacts", listid=VIP, limit=500, offset="1", search="a", status=2, tagid=1).json()["meta"]
    asked = meta.pop("page_input")
    assert meta == {"total": "0", "sortable": True}
    assert len(asked.pop("cacheid")) == 32
    assert asked == {
        "segmentid": None, "formid": 0, "listid": VIP, "tagid": 1, "limit": 100, "offset": 1, "search": "a",
        "sort": None, "seriesid": 0, "waitid": 0, "status": 2, "forceQuery": 0,
    }  # fmt: skip
