import pytest

from ac_notebook.sandbox import Sandbox
from tests.sandbox.visits import NEWSLETTER, VIP, Clock, Visitor


@pytest.fixture
def many(visitor: Visitor) -> Visitor:
    """Return a visitor of an account with 250 contacts, every tenth of them on the newsletter."""
    visitor.settle(
        *[
            {
                "email": f"Person{number}@example.com",
                "first_name": f"P{number % 7}",
                "phone": f"+46{number}",
                "subscribe": [{"listid": NEWSLETTER}] if number % 10 == 0 else [],
                "tags": ["even"] if number % 2 == 0 else [],
            }
            for number in range(1, 251)
        ]
    )
    return visitor


def ids(visitor: Visitor, **query: object) -> list[int]:
    """Return the ids on one page."""
    return [int(row["id"]) for row in visitor.get("contacts", **query).json()["contacts"]]


def test_twenty_rows_unless_said_otherwise(many: Visitor) -> None:
    """A page has 20 rows, and the total is a string."""
    content = many.get("contacts").json()
    assert len(content["contacts"]) == 20
    assert content["meta"]["total"] == "250"
    assert content["meta"]["page_input"]["limit"] == 20


@pytest.mark.parametrize(("limit", "rows"), [(1, 1), (100, 100), (101, 100), (5000, 100), (0, 20), (-5, 20), ("x", 20)])
def test_a_page_has_a_hundred_rows_at_most(many: Visitor, limit: object, rows: int) -> None:
    """A larger limit is cut to 100, a senseless one is the default."""
    assert len(ids(many, limit=limit)) == rows


def test_offset(many: Visitor) -> None:
    """Offsets count from zero, and past the end there is nothing."""
    assert ids(many, limit=3, offset=248) == [249, 250]
    assert ids(many, offset=250) == []
    assert ids(many, limit=2, offset=-4) == [1, 2]


def test_every_contact_is_met_once_by_id(many: Visitor) -> None:
    """Following id_greater meets everyone once, and `total` then counts what is left."""
    met: list[int] = []
    while page := ids(many, limit=100, id_greater=met[-1] if met else 0, **{"orders[id]": "ASC"}):
        met += page
    assert met == list(range(1, 251))
    assert many.get("contacts", id_greater=240).json()["meta"]["total"] == "10"


def test_orders(many: Visitor) -> None:
    """Contacts can be had backwards, and by name."""
    assert ids(many, limit=3, **{"orders[id]": "DESC"}) == [250, 249, 248]
    assert ids(many, limit=2, offset=1, id_less=100, **{"orders[id]": "DESC"}) == [98, 97]
    assert ids(many, limit=3, **{"orders[first_name]": "ASC"}) == [7, 14, 21]


def test_filters(many: Visitor) -> None:
    """Contacts can be found by address, part of it, text, list, status and tag."""
    assert ids(many, email="person7@EXAMPLE.com") == [7]
    assert ids(many, email="person7@example.co") == []
    assert many.get("contacts", email="nobody@example.com").json()["meta"]["total"] == "0"
    assert ids(many, email_like="person25") == [25, 250]
    assert ids(many, search="+46250") == [250]
    assert ids(many, phone="+4625") == [25, 250]
    assert ids(many, listid=NEWSLETTER, limit=100) == list(range(10, 251, 10))
    assert ids(many, listid=VIP) == []
    assert ids(many, listid=NEWSLETTER, status=2) == []
    assert ids(many, status=1, limit=2) == [10, 20]
    assert ids(many, tagid=1, limit=2) == [2, 4]
    assert ids(many, **{"ids[]": [5, 3, 999]}) == [3, 5]
    assert ids(many, segmentid=1) == []


def test_unsubscribed_are_found_by_status(many: Visitor, box: Sandbox) -> None:
    """The opted-out of a list can be told from the active ones."""
    box.unsubscribe("PERSON20@example.com", NEWSLETTER)
    assert ids(many, listid=NEWSLETTER, status=2) == [20]
    assert many.get("contacts", listid=NEWSLETTER, status=1).json()["meta"]["total"] == "24"
    assert many.get("lists").json()["lists"][1]["active_subscribers"] == "24"


@pytest.mark.parametrize("resource", ["fields", "lists", "tags"])
def test_other_collections_are_cut_at_twenty_too(resource: str, clock: Clock, box: Sandbox, visitor: Visitor) -> None:
    """Fields, lists and tags come 20 at a time, so that a client which does not page misses some."""
    for number in range(30):
        box.add_list(f"List {number}")
        box.add_field(f"Field {number}", "text")
    visitor.settle({"email": "a@example.com", "tags": [f"tag {number}" for number in range(30)]})
    first = visitor.get(resource).json()
    everything = visitor.get(resource, limit=100).json()
    assert len(first[resource]) == 20
    assert str(len(everything[resource])) == first["meta"]["total"]
    rest = visitor.get(resource, limit=100, offset=20).json()[resource]
    assert first[resource] + rest == everything[resource]


def test_lists_fields_and_tags_can_be_searched(visitor: Visitor) -> None:
    """Lists by name, fields by personalisation tag, tags by text."""
    visitor.settle({"email": "a@example.com", "tags": ["Spring", "autumn"]})
    assert [row["id"] for row in visitor.get("lists", **{"filters[name]": "news"}).json()["lists"]] == ["4"]
    assert [row["id"] for row in visitor.get("fields", **{"filters[perstag]": "TIER"}).json()["fields"]] == ["7"]
    assert [row["tag"] for row in visitor.get("tags", search="spri").json()["tags"]] == ["Spring"]


@pytest.mark.parametrize("path", ["contacts", "fieldValues"])
def test_a_page_is_of_what_is_there_when_it_is_asked_for(visitor: Visitor, box: Sandbox, path: str) -> None:
    """Pages of one query are found together, but never out of date: who comes and goes counts at once."""
    field = int(box.fields().set_index("title")["id"]["City"])
    query: dict[str, object] = {"listid": VIP, "status": 1, "id_greater": 0}
    query = query if path == "contacts" else {"filters[fieldid]": field}
    people = [
        {"email": f"p{n}@example.com", "subscribe": [{"listid": VIP}], "fields": [{"id": field, "value": "Lund"}]}
        for n in range(5)
    ]

    def total() -> int:
        content = visitor.get(path, **query).json()
        assert len(content[path]) == int(content["meta"]["total"])
        return len(content[path])

    visitor.settle(*people[:4])
    assert (total(), total()) == (4, 4)
    visitor.settle(people[4])
    assert total() == 5
    box.delete("p1@example.com")
    assert total() == 4
    if path == "contacts":
        box.unsubscribe("p2@example.com", VIP)
        assert total() == 3
