"""The check can fail: each rule of the description is broken by some request, and that request is refused for it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.contract.bodies import MOST_BYTES, MOST_CONTACTS, VALUES, Schema, import_body
from tests.contract.broken import a_read, an_import, body, breaks, heavy, right, too_many
from tests.contract.checking import Sent, operation_of, problems, value_of
from tests.contract.description import OPERATIONS, Operation

Change = Callable[[dict[str, Any]], object]

OF_CONTACTS: dict[str, tuple[Change, str]] = {
    "misspelled": (lambda one: one.update(frist_name="Ann"), "frist_name"),
    "camel case": (lambda one: one.update(firstName=one.pop("first_name")), "firstName"),
    "singular": (lambda one: one.update(tag=one.pop("tags")), "'tag'"),
    "list beside the contact's": (lambda one: one.update(list=4), "'list'"),
    "value as number": (lambda one: one["fields"][0].update(value=7), "$.body.contacts[1].fields[0].value"),
    "value as array": (lambda one: one["fields"][0].update(value=["a"]), "$.body.contacts[1].fields[0].value"),
    "value null": (lambda one: one["fields"][0].update(value=None), "$.body.contacts[1].fields[0].value"),
    "field by tag": (lambda one: one["fields"][0].update(id="CITY"), "$.body.contacts[1].fields[0].id"),
    "field as text": (lambda one: one["fields"][0].update(id="1"), "$.body.contacts[1].fields[0].id"),
    "field as float": (lambda one: one["fields"][0].update(id=1.0), "$.body.contacts[1].fields[0].id"),
    "field without value": (lambda one: one["fields"][0].pop("value"), "'value' is a required"),
    "field named otherwise": (lambda one: one["fields"][0].update(field=1), "'field'"),
    "list as float": (lambda one: one["subscribe"][0].update(listid=4.0), "$.body.contacts[1].subscribe[0].listid"),
    "list by name": (lambda one: one["subscribe"][0].update(listid="VIP"), "$.body.contacts[1].subscribe[0].listid"),
    "list as truth": (lambda one: one["subscribe"][0].update(listid=True), "$.body.contacts[1].subscribe[0].listid"),
    "list in camel case": (lambda one: one["subscribe"][0].update(listId=4), "listId"),
    "no list": (lambda one: one.pop("subscribe"), "'subscribe' is a required"),
    "tags as text": (lambda one: one.update(tags="a,b"), "$.body.contacts[1].tags"),
    "no address": (lambda one: one.pop("email"), "'email' is a required"),
    "no at sign": (lambda one: one.update(email="person.example.org"), "$.body.contacts[1].email"),
    "no top-level domain": (lambda one: one.update(email="person@example"), "$.body.contacts[1].email"),
    "a line break after": (lambda one: one.update(email="person@example.org\n"), "$.body.contacts[1].email"),
    "automations not told": (lambda one: one.pop("exclude_automations"), "'exclude_automations' is a required"),
    "automations as number": (lambda one: one.update(exclude_automations=1), "$.body.contacts[1].exclude_automations"),
    "automations on inside": (lambda one: one.update(exclude_automations=False), "$.body.contacts[1].exclude_automat"),
}  # fmt: skip

OF_REQUESTS: dict[str, tuple[Callable[[], Sent], str]] = {
    "one contact too many": (lambda: an_import(too_many()), "$.body.contacts"),
    "no contact": (lambda: an_import({**body(), "contacts": []}), "$.body.contacts"),
    "one byte too many": (lambda: an_import(content=heavy(MOST_BYTES + 1)), "$.bytes"),
    "automations on above": (lambda: an_import({**body(), "exclude_automations": False}), "$.body.contacts[0].exclude"),
    "automations not told": (lambda: an_import({"contacts": body()["contacts"]}), "'exclude_automations' is a"),
    "an array": (lambda: an_import([body()]), "$.body"),
    "not JSON": (lambda: an_import(content=b"contacts=1"), "not JSON"),
    "not UTF-8": (lambda: an_import(content=json.dumps(body(), ensure_ascii=False).encode("latin-1")), "not JSON"),
    "NaN": (lambda: an_import(content=json.dumps(body()).replace("4", "NaN").encode()), "NaN is not JSON"),
    "half a letter": (lambda: an_import(content=json.dumps(body()).replace("spring", r"\ud800").encode()), "not JSON"),
    "a name twice": (lambda: an_import(content=b'{"contacts":[],"contacts":[]}'), "twice"),
    "no body": (lambda: an_import(content=b""), "'body' is a required"),
    "no key": (lambda: without("Api-Token", a_read("lists")), "'api-token' is a required"),
    "key masked": (lambda: headed("Api-Token", "", a_read("lists")), "$.headers"),
    "two keys": (lambda: also("Api-Token", "x", a_read("lists")), "$.headers"),
    "cookie": (lambda: also("Cookie", "PHPSESSID=1", a_read("lists")), "cookie"),
    "form": (lambda: headed("Content-Type", "application/x-www-form-urlencoded", an_import()), "$.headers"),
    "no content type": (lambda: without("Content-Type", an_import()), "'content-type' is a required"),
    "any answer": (lambda: headed("Accept", "*/*", a_read("tags")), "$.headers.accept[0]"),
    "body of a GET": (lambda: replace(a_read("tags"), content=b"{}"), "$.bytes"),
    "unknown parameter": (lambda: a_read("lists", {"limit": "9", "offset": "0", "page": "2"}), "'page'"),
    "no limit": (lambda: a_read("tags", {}), "'limit' is a required"),
    "limit too high": (lambda: a_read("tags", {"limit": "101", "offset": "0"}), "$.query.limit"),
    "camel-case parameter": (lambda: a_read("import/info", {"batchid": "x"}), "batchid"),
    "everybody at once": (lambda: a_read("contacts", {}), "'limit' is a required"),
    "not an address": (lambda: a_read("contacts", {"email": "ann", "limit": "1"}), "$.query.email"),
    "no batch": (lambda: a_read("import/info", {"batchId": ""}), "$.query.batchId"),
    "query of an import": (lambda: replace(an_import(), query=(("dry", "1"),)), "'dry'"),
    "list by name": (lambda: a_read("lists/VIP"), "$.path.id"),
    "unknown path": (lambda: a_read("campaigns"), "nobody described"),
    "camel-case path": (lambda: replace(an_import(), path="/api/3/import/bulkImport"), "nobody described"),
    "old API": (lambda: replace(a_read("lists"), path="/admin/api.php"), "nobody described"),
    "slash after": (lambda: a_read("tags/"), "nobody described"),
    "write": (lambda: replace(a_read("lists/4"), method="DELETE"), "nobody described"),
}  # fmt: skip


def without(name: str, sent: Sent) -> Sent:
    """Return a request without a header."""
    return replace(sent, headers=tuple(pair for pair in sent.headers if pair[0] != name))


def also(name: str, text: str, sent: Sent) -> Sent:
    """Return a request with a header more."""
    return replace(sent, headers=(*sent.headers, (name, text)))


def headed(name: str, text: str, sent: Sent) -> Sent:
    """Return a request with another value of a header."""
    return also(name, text, without(name, sent))


@pytest.mark.parametrize("sent", right(), ids=lambda sent: f"{sent.method} {sent.path}")
def test_what_is_right_is_taken(sent: Sent) -> None:
    """The requests that are broken below are taken while they are whole."""
    assert problems(sent) == []


def test_the_limits_themselves_are_taken() -> None:
    """250 contacts, and 399,999 bytes, are right."""
    assert problems(an_import(body(MOST_CONTACTS))) == []
    assert problems(an_import(content=heavy(MOST_BYTES))) == []


@pytest.mark.parametrize("kind", OF_CONTACTS)
def test_a_contact_with_one_thing_wrong_is_refused(kind: str) -> None:
    """Each mistake in one of two contacts is found, nothing else is, and it is said where."""
    change, place = OF_CONTACTS[kind]
    value = body()
    change(value["contacts"][1])
    found = problems(an_import(value))
    assert found
    assert all(place in problem for problem in found)


@pytest.mark.parametrize("kind", OF_REQUESTS)
def test_a_request_with_one_thing_wrong_is_refused(kind: str) -> None:
    """Each mistake in method, path, query, headers, size or body is found, and where it is."""
    make, place = OF_REQUESTS[kind]
    assert place in "\n".join(problems(make()))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_each_rule_refuses_something(operation: Operation) -> None:
    """There is no rule that never refuses: each one is broken in every way that is known for it, and says so."""
    sent = next(sent for sent in right() if operation_of(sent) == (operation, {"id": "4"} if operation.parts else {}))
    validator = Draft202012Validator(operation.schema)
    for broken in breaks(operation.schema, value_of(sent, {"id": "4"} if operation.parts else {})):
        named = {tuple(error.absolute_schema_path) for error in validator.iter_errors(broken.value)}
        assert broken.rule in named, str(broken)


@settings(deadline=None)
@given(name=st.text(max_size=12), place=st.sampled_from(["body", "contact", "field", "list"]))
def test_an_unknown_name_is_refused_anywhere(name: str, place: str) -> None:
    """Whatever name is added to a body, a contact, a field or a list: it is refused, unless it is known there."""
    value = body()
    one = value["contacts"][0]
    where = {"body": value, "contact": one, "field": one["fields"][0], "list": one["subscribe"][0]}[place]
    known = name in where
    where.setdefault(name, "x")
    assert (problems(an_import(value)) == []) == known


GOOD: dict[str, list[str]] = {
    "date": ["2024-02-29"], "datetime": ["2020-05-19T02:45:00-05:00", "2020-05-19T02:45:00+00:00"],
    "number": ["0", "-1.5", "1234"], "dropdown": ["Gold", "a|b"], "radio": ["Gold"],
    "checkbox": ["||A||", "||A||C||"], "listbox": ["||A||"],
}  # fmt: skip
BAD: dict[str, list[str]] = {
    "date": ["29.02.2024", "2024-2-9", "2024-02-29T00:00:00"], "number": ["1,5", "1e3", "NaN", " 1", "7.", "1\n"],
    "datetime": ["2020-05-19 02:45:00-05:00", "2020-05-19T02:45:00", "2020-05-19"],
    "dropdown": ["||Gold||"], "radio": ["a||b"],
    "checkbox": ["A", "||A", "A||", "||", "||||", "||A||||B||", "A||B"], "listbox": ["||A||\n", "||"],
}  # fmt: skip


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_of_another_form_is_refused(kind: str) -> None:
    """Each type of field takes values of its form, the empty one that clears, and no other."""

    def taken(text: str, number: int = 9) -> bool:
        value = body()
        value["contacts"][1]["fields"] = [{"id": number, "value": text}]
        value["contacts"][0].pop("fields")
        return not list(Draft202012Validator(import_body({9: kind})).iter_errors(value))

    assert all(taken(text) for text in ["", *GOOD[kind]])
    assert not any(taken(text) for text in BAD[kind])
    assert not taken("", number=8)


def test_each_rule_names_its_source() -> None:
    """A section of the contract, a page of the vendor, or "ours"."""
    named = re.compile(r"contract sections? [0-9]|https://developers\.activecampaign\.com/reference/[a-z]|ours: [a-z]")

    def nameless(schema: Schema, at: str) -> list[str]:
        inner = [*schema.get("properties", {}).items(), *([("[]", schema["items"])] if "items" in schema else [])]
        here = [] if named.match(schema.get("$comment", "")) else [at]
        return here + [place for name, one in inner for place in nameless(one, f"{at}.{name}")]

    assert [place for operation in OPERATIONS for place in nameless(operation.schema, operation.name)] == []
    assert all(named.match(operation.source) for operation in OPERATIONS)
