import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ac_notebook.sandbox import Quirks, Sandbox
from ac_notebook.sandbox.api.endpoints import account, exclusions, fields, groups, lists, tags
from tests.sandbox.visits import Clock, Visitor

ROUTES = [route for module in (account, exclusions, fields, groups, lists, tags) for route in module.ROUTES]
WRITING = [route for route in ROUTES if route.method != "GET"]
READING = [route for route in ROUTES if route.method == "GET"]
OBJECTS = {
    "fieldOption": "fieldOptions", "fieldRels": "fieldRel", "listGroups": "listGroup", "lists": "list",
    "fields": "field", "groups": "group", "tags": "tag",
}  # fmt: skip
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-1, 8),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from(
        ["0", "1", "3", "7", "text", "dropdown", "contact", "City", "sms", "several", "\x00", "\ud800", "9" * 400]
    ),
)
KEYS = st.sampled_from(
    ["name", "stringid", "sender_url", "sender_reminder", "send_last_broadcast", "channel", "user", "userid", "title",
     "descript", "type", "perstag", "defval", "ordernum", "visible", "field", "relid", "value", "label", "orderid",
     "isdefault", "listid", "groupid", "tag", "tagType", "description", "lists", "pgListAdd", "fieldOptions", ""]
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=8), max_leaves=12
)
FLAT = st.dictionaries(KEYS, SCALARS | st.lists(SCALARS, max_size=2), max_size=10)
IDS = st.sampled_from(["1", "3", "7", "0", "-1", "99", "x", "9" * 400, "%00", "1.5"])
QUERY = st.dictionaries(
    st.sampled_from(
        ["limit", "offset", "search", "filters[name]", "filters[name][eq]", "filters[name][", "filters[search][lt]",
         "filters[search][]", "orders[name]", "orders[search]", "orders[matchPhrase]", "orders[lists]", "filters[",
         "filters[lists][]", "filters[matchPhrase]", "filters[perstag]", "filters[lists][x][y]"]
    ),
    st.one_of(st.text(max_size=6), st.sampled_from(["weight", "asc", "DESC", "ASC", "1", "9" * 400])),
    max_size=4,
)  # fmt: skip


def new_visitor() -> Visitor:
    """Return a client of an account of its own; it waits long enough for any limit."""
    clock = Clock()
    quirks = Quirks(duplicate_perstag="accepted", currency_field="accepted", list_update_answer="list")
    box = Sandbox(clock=clock, now=clock.now, quirks=quirks)
    box.exclude("b@example.com")
    visitor = Visitor(box, clock, patience=60.0)
    visitor.settle({"email": "a@example.com", "tags": ["spring"], "subscribe": [{"listid": 3}]})
    return visitor


def check(visitor: Visitor, method: str, path: str, body: bytes | None, query: dict[str, str] | None = None) -> None:
    """Require an answer that is no crash, in JSON or empty, and an account that still works."""
    visitor.clock.advance(60)
    answer = visitor.http.request(method, path, content=body, params=query or None)
    assert answer.status_code < 500, answer.text
    assert answer.content == b"" or answer.json() is not None
    assert answer.headers["content-type"].startswith("application/json")
    for other in ("lists", "fields", "tags", "groups", "listGroups", "lists/exclusions", "contacts/1"):
        assert visitor.get(other).status_code == 200


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(WRITING), IDS, st.one_of(ANYTHING, FLAT), st.sampled_from(["bare", "in its object"]))
def test_any_json_is_answered(route: Any, number: str, content: Any, form: str) -> None:
    """Whatever JSON is sent anywhere, the answer is a success or a client's error."""
    path = route.path.replace("<number>", number)
    name = OBJECTS.get(path.split("/")[0])
    body = {name: content} if form == "in its object" and name is not None else content
    check(new_visitor(), route.method, path, json.dumps(body).encode())


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(WRITING), st.binary(max_size=40))
def test_any_bytes_are_answered(route: Any, body: bytes) -> None:
    """Bytes that are no JSON are a client's error."""
    check(new_visitor(), route.method, route.path.replace("<number>", "1"), body)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(READING), IDS, QUERY)
def test_any_query_is_answered(route: Any, number: str, query: dict[str, str]) -> None:
    """Whatever a query asks for, there is a page or a client's error."""
    check(new_visitor(), "GET", route.path.replace("<number>", number), None, query)
