"""Laws of the routes about people, held against rubbish and against any sequence of calls."""

import json
from typing import Any

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import create_environ, run_wsgi_app

from ac_notebook.sandbox import Quirks, Sandbox
from tests.sandbox import replay
from tests.sandbox.visits import Clock, Visitor

EMAILS = ("a@example.com", "A@Example.com", "b@example.com", "c@example.com", "nobody", "")
NAMES = (
    "contact", "contactList", "contactTag", "fieldValue", "email", "firstName", "phone", "fieldValues", "field",
    "value", "list", "tag", "status", "sourceid", "useDefaults",
)  # fmt: skip
ROUTES = (
    ("POST", "contacts"), ("POST", "contacts/sync"), ("PUT", "contacts/1"), ("PATCH", "contacts/1"),
    ("POST", "contact/sync"), ("POST", "contactLists"), ("POST", "contactTags"), ("POST", "fieldValues"),
    ("PUT", "fieldValues/1000002"), ("DELETE", "fieldValues/1000002"), ("DELETE", "contactTags/1000001"),
    ("DELETE", "contacts/1"),
)  # fmt: skip
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from([*EMAILS, "1", "2", "4", 1, 2, 4, "Gold", "||Travel||", "2020-01-01"]),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner),
    max_leaves=12,
)
ENTRIES = st.lists(st.fixed_dictionaries({}, optional={"field": SCALARS, "value": SCALARS}) | ANYTHING, max_size=3)
OBJECTS = st.fixed_dictionaries(
    {},
    optional={
        "email": SCALARS, "firstName": SCALARS, "phone": SCALARS, "fieldValues": ENTRIES | ANYTHING,
        "contact": st.just("1") | SCALARS, "list": SCALARS, "tag": SCALARS, "status": SCALARS, "sourceid": SCALARS,
        "field": SCALARS, "value": SCALARS,
    },
)  # fmt: skip
BODIES = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("contact", "contactList", "contactTag", "fieldValue"), OBJECTS | ANYTHING)
)
QUIRKS = st.sampled_from(
    [
        Quirks(),
        Quirks(contact_list_statuses="0 to 3", deleted_contact="restored", unfit_value="refused"),
        Quirks(contact_list_answer="flat", sync_field_values="all", unknown_option="refused", address_case="matters"),
        Quirks(unfit_value="kept", unknown_option="kept", limit_counts="active", contact_limit_reached="adds"),
    ]
)


def new_visitor(quirks: Quirks | None = None) -> Visitor:
    """Return a visitor of an account of its own with one contact that has everything; it never meets a limit."""
    clock = Clock()
    box = Sandbox(clock=clock, now=clock.now, quirks=quirks)
    visitor = Visitor(box, clock, patience=60.0)
    visitor.settle(
        {"email": EMAILS[0], "tags": ["x", "y"], "fields": [{"id": 2, "value": "Umeå"}], "subscribe": [{"listid": 4}]}
    )
    return visitor


def check(answer: httpx.Response) -> None:
    """Require JSON or nothing, and no error of the server's."""
    assert answer.status_code < 500
    if answer.content:
        answer.json()


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(ROUTES), BODIES | ANYTHING, QUIRKS)
def test_any_json_is_answered(route: tuple[str, str], content: Any, quirks: Quirks) -> None:
    """Whatever JSON is sent to a route about people, the answer is JSON, and the account is still whole."""
    visitor = new_visitor(quirks)
    check(visitor.http.request(*route, content=json.dumps(content).encode()))
    visitor.clock.advance(60)
    for path in ("contacts", "contacts/1", "fieldValues", "contactTags", "contacts/1/contactLists"):
        check(visitor.get(path))
    replay.check(visitor.box)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ROUTES), st.binary(max_size=40))
def test_any_bytes_are_answered(route: tuple[str, str], content: bytes) -> None:
    """Bytes that are no JSON are refused, or not looked at."""
    check(new_visitor().http.request(*route, content=content))


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["contacts", "contactTags", "fieldValues", "contactLists"]),
    st.binary(max_size=12) | st.integers().map(lambda number: str(number).encode()) | st.just(b"9" * 5000),
    st.sampled_from(["GET", "PUT", "PATCH", "DELETE", "POST"]),
)
def test_any_id_is_answered(resource: str, number: bytes, method: str) -> None:
    """Whatever bytes stand where an id should, the answer is JSON, or nothing."""
    visitor = new_visitor()
    headers = {"Api-Token": visitor.box.api_key}
    body = b'{"contact": {}, "fieldValue": {"value": "x"}}'
    environ = create_environ(base_url=visitor.box.url, method=method, headers=headers, data=body)
    environ["PATH_INFO"] = f"/api/3/{resource}/" + number.decode("latin1")  # as servers hand it on, decoded
    chunks, status, _ = run_wsgi_app(visitor.box.app, environ)
    content = b"".join(chunks)
    assert int(status[:3]) < 500
    assert content == b"" or json.loads(content) is not None


def calls() -> st.SearchStrategy[tuple[str, Any]]:
    """Return calls that are mostly right: a path, or a verb of the sandbox, and what is sent there."""
    contact, email = st.integers(1, 4), st.sampled_from(EMAILS)
    values = st.lists(
        st.fixed_dictionaries(
            {"field": st.integers(1, 8).map(str), "value": st.sampled_from(["", "Gold", "Umeå", "7", "||Travel||"])}
        ),
        max_size=3,
    )
    person = st.fixed_dictionaries(
        {"email": email}, optional={"firstName": st.sampled_from(["", "Anna"]), "fieldValues": values}
    ).map(lambda content: {"contact": content})
    record = st.fixed_dictionaries(
        {"email": email.filter(bool)},
        optional={
            "tags": st.lists(st.sampled_from(["x", "X", "z"]), max_size=2),
            "subscribe": st.lists(st.fixed_dictionaries({"listid": st.integers(3, 6)}), max_size=2),
            "unsubscribe": st.lists(st.fixed_dictionaries({"listid": st.integers(3, 6)}), max_size=2),
        },
    )
    place = st.fixed_dictionaries({"contact": contact, "list": st.integers(3, 6), "status": st.integers(0, 3)})
    tagging = st.fixed_dictionaries({"contact": contact, "tag": st.integers(1, 4)})
    value = st.fixed_dictionaries(
        {"contact": contact, "field": st.integers(1, 8), "value": st.sampled_from(["", "Gold", "Umeå", "7"])}
    )
    links = st.builds("{}00000{}".format, contact, st.integers(1, 7))
    return st.one_of(
        st.tuples(st.sampled_from(["POST contacts", "POST contact/sync"]), person),
        st.tuples(contact.map("PUT contacts/{}".format), person),
        st.tuples(contact.map("DELETE contacts/{}".format), st.none()),
        st.tuples(st.just("POST contactLists"), place.map(lambda content: {"contactList": content})),
        st.tuples(st.just("POST contactTags"), tagging.map(lambda content: {"contactTag": content})),
        st.tuples(links.map("DELETE contactTags/{}".format), st.none()),
        st.tuples(st.just("POST fieldValues"), value.map(lambda content: {"fieldValue": content})),
        st.tuples(links.map("DELETE fieldValues/{}".format), st.none()),
        st.tuples(
            st.just("POST import/bulk_import"),
            st.lists(record, min_size=1, max_size=3).map(lambda records: {"contacts": records}),
        ),
        st.tuples(st.sampled_from(["unsubscribe", "bounce", "delete", "exclude"]), email.filter(bool)),
        st.tuples(st.sampled_from(["DELETE lists/5", "DELETE tags/1", "DELETE fields/2"]), st.none()),
    )


def test_the_ledger_tells_each_kind_of_effect() -> None:
    """One call of each kind, on contacts that are there already: the ledger has all of it."""
    visitor = new_visitor()
    for path, content in (
        ("contacts", {"contact": {"email": "b@example.com", "firstName": "Bo"}}),
        ("contact/sync", {"contact": {"email": "b@example.com", "fieldValues": [{"field": 7, "value": "Gold"}]}}),
        ("contactLists", {"contactList": {"contact": 2, "list": 4, "status": 1}}),
        ("contactLists", {"contactList": {"contact": 1, "list": 4, "status": 2}}),
        ("contactTags", {"contactTag": {"contact": 2, "tag": 1}}),
        ("fieldValues", {"fieldValue": {"contact": 2, "field": 2, "value": "Umeå"}}),
        ("fieldValues", {"fieldValue": {"contact": 2, "field": 7, "value": ""}}),
    ):
        assert visitor.post_to(path, content).status_code in (200, 201)
        replay.check(visitor.box)
    assert visitor.put("contacts/2", {"contact": {"email": "c@example.com", "phone": "070"}}).status_code == 200
    replay.check(visitor.box)
    for path in ("contactTags/2000001", "fieldValues/2000002", "contacts/1"):
        assert visitor.delete(path).status_code == 200
        replay.check(visitor.box)


@settings(max_examples=80, deadline=None)
@given(st.lists(calls(), min_size=4, max_size=25), QUIRKS)
def test_the_ledger_tells_all_that_happened(sequence: list[tuple[str, Any]], quirks: Quirks) -> None:
    """After any calls, lists and tags count who is there, and the ledger alone makes the same people."""
    visitor = new_visitor(quirks)
    box = visitor.box
    visitor.settle({"email": EMAILS[2], "tags": ["z"]})
    for call, content in sequence:
        method, _, path = call.partition(" ")
        if path:
            check(visitor.http.request(method, path, json=content))
            visitor.clock.advance(60)
        elif call == "unsubscribe":
            box.unsubscribe(content, 4)
        else:
            getattr(box, call)(content)
    replay.check(box)
    counts = box.contact_tags()["tag"].value_counts().to_dict()
    rows = visitor.get("tags", limit=100).json()["tags"]
    assert {row["tag"]: int(row["subscriber_count"]) for row in rows if row["subscriber_count"] != "0"} == counts
    ledger = box.ledger()
    assert ledger["number"].tolist() == list(range(1, len(ledger) + 1))
