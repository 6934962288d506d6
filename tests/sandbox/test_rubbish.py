import json
from typing import Any

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from ac_notebook.sandbox import Sandbox
from tests.sandbox.visits import Clock, Visitor

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(["a@example.com", "B@EXAMPLE.com", "||Travel||", "2020-01-01", "4", "Gold", ""]),
)
KEYS = st.one_of(
    st.sampled_from(
        ["email", "first_name", "phone", "fields", "tags", "subscribe", "unsubscribe", "id", "value", "listid",
         "exclude_automations", "contacts", "callback"]
    ),
    st.text(max_size=4),
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=20
)
NEARLY = st.fixed_dictionaries(
    {"email": st.one_of(st.emails(), SCALARS)},
    optional={
        "first_name": SCALARS,
        "fields": st.lists(
            st.fixed_dictionaries({"id": st.one_of(st.integers(), st.integers(1, 7)), "value": SCALARS}), max_size=3
        ),
        "tags": st.lists(SCALARS, max_size=3),
        "subscribe": st.lists(st.fixed_dictionaries({"listid": SCALARS}), max_size=3),
        "unsubscribe": ANYTHING,
    },
)  # fmt: skip


def new_visitor() -> Visitor:
    """Return a visitor of an account of its own; it waits long enough for any limit."""
    clock = Clock()
    return Visitor(Sandbox(clock=clock, now=clock.now), clock, patience=60.0)


def check(visitor: Visitor, answer: httpx.Response) -> None:
    """Require a client's error or a success, and an account that still works afterwards."""
    assert answer.status_code in {200, 400}
    content = answer.json()
    assert bool(content["success"]) == (answer.status_code == 200)
    if answer.status_code == 200:
        info = visitor.get("import/info", batchId=content["batchId"]).json()
        assert info["status"] == "completed"
        assert len(info["success"]) + len(info["failure"]) <= content["queued_contacts"]
        assert visitor.get("contacts/1").status_code in {200, 404}
    assert visitor.get("contacts", limit=100).status_code == 200


@settings(max_examples=150, deadline=None)
@given(ANYTHING)
def test_any_json_is_answered(content: Any) -> None:
    """Whatever JSON is posted, the answer is 200 or 400, never a crash."""
    visitor = new_visitor()
    check(visitor, visitor.post_bytes(json.dumps(content).encode()))


@settings(max_examples=250, deadline=None)
@given(st.lists(st.one_of(NEARLY, ANYTHING), max_size=4), ANYTHING)
def test_any_contacts_are_answered(contacts: list[Any], excluded: Any) -> None:
    """Contacts that are nearly right are imported, failed or refused, never a crash."""
    visitor = new_visitor()
    body = json.dumps({"contacts": contacts, "exclude_automations": excluded}).encode()
    check(visitor, visitor.post_bytes(body))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_answered(body: bytes) -> None:
    """Bytes that are no JSON are refused."""
    visitor = new_visitor()
    check(visitor, visitor.post_bytes(body))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["contacts", "lists", "fields", "tags", "import/info", "contacts/1", "contacts/x", "users/me"]),
    st.dictionaries(
        st.one_of(
            st.text(max_size=5),
            st.sampled_from(
                ["limit", "offset", "id_greater", "id_less", "orders[id]", "orders[email]", "orders[x]", "orders[",
                 "email", "search", "listid", "status", "tagid", "ids[]", "batchId", "filters[name]", "phone"]
            ),
        ),
        st.one_of(st.text(max_size=8), st.integers().map(str), st.just("9" * 6000)),
        max_size=4,
    ),
)  # fmt: skip
def test_any_query_is_answered(path: str, query: dict[str, str]) -> None:
    """Whatever a query says, the answer is a page or a client's error."""
    visitor = new_visitor()
    visitor.settle({"email": "a@example.com"}, {"email": "b@example.com"})
    assert visitor.get(path, **query).status_code in {200, 400, 404}
