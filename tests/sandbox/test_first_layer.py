import json
from typing import Any

import pytest

from ac_notebook.sandbox import Sandbox
from tests.sandbox.visits import Visitor

GOOD = {"email": "good@example.com"}


def refused(visitor: Visitor, contact: Any) -> list[dict[str, Any]]:
    """Send a wrong contact after a right one, and return the reasons; nothing may be queued."""
    answer = visitor.post({"contacts": [GOOD, contact]})
    content = answer.json()
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/json"
    assert content["success"] == 0
    assert "batchId" not in content
    visitor.clock.advance(60)
    assert visitor.box.contacts().empty
    reasons: list[dict[str, Any]] = content["failureReasons"]
    return reasons


@pytest.mark.parametrize(
    "contact",
    [
        None,
        [],
        "a@example.com",
        7,
        {},
        {"email": None},
        {"email": 7},
        {"email": ""},
        {"email": ["a@example.com"]},
        {"email": "no at sign.example.com"},
        {"email": "nobody"},
        {"email": "@example.com"},
        {"email": " a@example.com"},
        {"email": "a@example.com "},
        {"email": "a b@example.com"},
        {"email": "a@example.com\n"},
        {**GOOD, "first_name": None},
        {**GOOD, "last_name": 7},
        {**GOOD, "phone": 46701740605},
        {**GOOD, "customer_acct_name": {}},
        {**GOOD, "fields": {}},
        {**GOOD, "fields": None},
        {**GOOD, "fields": ["2"]},
        {**GOOD, "fields": [[]]},
        {**GOOD, "fields": [{"id": "2", "value": "x"}]},
        {**GOOD, "fields": [{"id": True, "value": "x"}]},
        {**GOOD, "fields": [{"id": 2.0, "value": "x"}]},
        {**GOOD, "fields": [{"value": "x"}]},
        {**GOOD, "fields": [{"id": 2}]},
        {**GOOD, "fields": [{"id": 2, "value": 3}]},
        {**GOOD, "fields": [{"id": 2, "value": None}]},
        {**GOOD, "fields": [{"id": 2, "value": ["x"]}]},
        {**GOOD, "tags": "spring"},
        {**GOOD, "tags": [7]},
        {**GOOD, "tags": None},
        {**GOOD, "tags": [["spring"]]},
        {**GOOD, "subscribe": 4},
        {**GOOD, "subscribe": None},
        {**GOOD, "subscribe": [4]},
        {**GOOD, "subscribe": [{}]},
        {**GOOD, "subscribe": [{"listid": "four"}]},
        {**GOOD, "subscribe": [{"listid": 4.0}]},
        {**GOOD, "subscribe": [{"listid": True}]},
        {**GOOD, "subscribe": [{"listid": "٤"}]},
        {**GOOD, "subscribe": [{"listid": "9" * 5000}]},
        {**GOOD, "unsubscribe": [{"list": 4}]},
        {**GOOD, "first_name": "a\0b"},
        {**GOOD, "tags": ["a\0"]},
        {**GOOD, "fields": [{"id": 2, "value": "\0"}]},
    ],
    ids=repr,
)  # fmt: skip - a table
def test_a_wrong_contact_refuses_the_batch(visitor: Visitor, contact: Any) -> None:
    """One wrong contact refuses all, is named by its number from 1, and nothing is queued."""
    reasons = refused(visitor, contact)
    assert [reason["contact"] for reason in reasons] == [2]
    assert isinstance(reasons[0]["failureReason"], str)


def test_all_wrong_contacts_are_named(visitor: Visitor) -> None:
    """Every wrong contact is listed, not only the first."""
    contacts = [GOOD, {"email": "x"}, GOOD, {}, {**GOOD, "phone": 1}]
    content = visitor.post({"contacts": contacts}).json()
    assert [reason["contact"] for reason in content["failureReasons"]] == [2, 4, 5]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b"\xff\xfe",
        b'{"contacts":[{"email":"\\ud800@example.com"}]}',
        b"[" * 5000,
        b"NaN",
    ],
)
def test_what_is_no_json_object_is_unparsable(visitor: Visitor, body: bytes) -> None:
    """A body that cannot be read is refused with a sentence; so is a lone surrogate."""
    answer = visitor.post_bytes(body)
    assert answer.status_code == 400
    assert answer.json()["failureReasons"] == ["Invalid or unparsable json"]


@pytest.mark.parametrize("content", [{}, {"contacts": []}, {"contacts": {}}, {"contacts": None}, {"contact": [GOOD]}])
def test_an_import_of_nobody_is_refused(visitor: Visitor, content: object) -> None:
    """There must be contacts, in a list."""
    answer = visitor.post(content)
    assert answer.status_code == 400
    assert all(isinstance(reason, str) for reason in answer.json()["failureReasons"])


@pytest.mark.parametrize(
    "callback", [None, "http://127.0.0.1/", {}, {"url": 7, "requestType": "POST"}, {"url": "x", "requestType": "PUT"}]
)
def test_a_callback_needs_its_parts(visitor: Visitor, callback: object) -> None:
    """A callback without an address or a method refuses the import."""
    assert visitor.post({"contacts": [GOOD], "callback": callback}).status_code == 400


def test_success_is_labelled_as_html(visitor: Visitor) -> None:
    """The successful answer is JSON called text/html, and says how many are queued."""
    answer = visitor.post({"contacts": [GOOD, {"email": "other@example.com"}]})
    assert answer.headers["content-type"] == "text/html; charset=UTF-8"
    content = answer.json()
    assert content.pop("batchId").count("-") == 4
    assert content == {"success": 1, "queued_contacts": 2, "message": "Contact import queued"}


def test_unknown_keys_are_dropped_silently(visitor: Visitor) -> None:
    """Names in camelCase, and anything else unknown, vanish without a word."""
    visitor.settle({**GOOD, "firstName": "Anna", "list": 4, "tag": "x"}, list=4, tag="x")
    assert visitor.values("good@example.com")["first_name"] == ""
    assert visitor.box.contact_tags().empty
    assert visitor.box.memberships().empty


def test_a_backslash_is_not_a_nul(visitor: Visitor) -> None:
    r"""The six characters \u0000 as text are text."""
    visitor.settle({**GOOD, "first_name": "\\u0000"})
    assert visitor.values("good@example.com")["first_name"] == "\\u0000"


def test_a_nul_in_depth_is_found(box: Sandbox, visitor: Visitor) -> None:
    """A NUL under hundreds of levels is refused like any other, and breaks nothing."""
    deep = '{"email":"a@example.com","x":' + "[" * 600 + '"\\u0000"' + "]" * 600 + "}"
    answer = visitor.post_bytes(f'{{"contacts":[{deep}]}}'.encode())
    assert answer.status_code == 400
    assert answer.json()["failureReasons"][0]["contact"] == 1


def test_the_size_is_counted_in_bytes(visitor: Visitor) -> None:
    """200,000 letters of two bytes each are too many."""
    body = json.dumps({"contacts": [{**GOOD, "first_name": "å" * 200_000}]}, ensure_ascii=False).encode()
    assert visitor.post_bytes(body).status_code == 400
