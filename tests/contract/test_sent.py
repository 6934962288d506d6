"""Every request that leaves is as described, and every description is of a request that leaves."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import ac_notebook as ac
from ac_notebook.model.limits import Limits
from tests.contract import uses
from tests.contract.bodies import MOST_BYTES, MOST_CONTACTS, import_body
from tests.contract.checking import Recorder, names_described, names_in, operation_of, problems
from tests.contract.description import NOT_SENT, OPERATIONS
from tests.contract.uses import EVERY_TYPE, HOST, USES, Scene
from tests.virtual import through

if TYPE_CHECKING:
    from pathlib import Path

    from tests.contract.checking import Sent


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """An account, and what is sent to it."""
    return Scene(tmp_path)


Use = Callable[[Scene], None]
Used = Callable[[Use], Scene]


@pytest.fixture(scope="module")
def scenes() -> dict[Use, Scene]:
    """What was used so far, each with an account of its own."""
    return {}


@pytest.fixture
def used(scenes: dict[Use, Scene], tmp_path: Path) -> Used:
    """Give the scene after a use, which happens once for all tests that look at what it sent."""

    def after(use: Use) -> Scene:
        if use not in scenes:
            scene = Scene(tmp_path)
            use(scene)
            scenes[use] = scene
        return scenes[use]

    return after


@pytest.fixture
def everything(used: Used) -> list[Sent]:
    """What all uses send."""
    return [sent for use in USES for sent in used(use).recorder.sent]


@pytest.fixture
def rehearsed(used: Used) -> list[Sent]:
    """What rehearsals send."""
    return used(uses.rehearsing).recorder.sent


ON_PURPOSE = (
    "$.body.contacts[1]: 'email' is a required property",
    "$.body.contacts[1].email: 'ac-notebook-rehearsal' does not match",
    "$.body.contacts[1].email: 'ac-notebook-rehearsal@invalid' does not match",
    "$.body.contacts[0]: 'subscribe' is a required property",
    "$.body.contacts[1]: 'subscribe' is a required property",
    "$.bytes: 400000 is greater than the maximum",
    "$.query: 'limit' is a required property",
    "$.query: 'offset' is a required property",
    "$.query.limit[0]: '101' does not match",
    "$.query: Additional properties are not allowed ('filters[name]'",
)
"""What rehearsals send that is not as described, to see what becomes of it."""


def wrong(requests: list[Sent]) -> list[str]:
    """Return what is wrong with requests."""
    return [problem for sent in requests for problem in problems(sent)]


def bodies(requests: list[Sent]) -> list[dict[str, Any]]:
    """Return the parsed bodies of the imports."""
    return [json.loads(sent.content) for sent in requests if sent.path.endswith("import/bulk_import") and sent.content]


@pytest.mark.parametrize("use", USES, ids=lambda use: use.__name__)
def test_each_request_is_as_described(used: Used, use: Use) -> None:
    """Whatever is done with an account, each request has the method, path, query, headers and body that are known."""
    sent = used(use).recorder.sent
    assert sent
    assert wrong(sent) == []


def test_a_rehearsal_breaks_the_description_on_purpose_only(rehearsed: list[Sent]) -> None:
    """What rehearsals send is as described, too, but for the questions that they put by sending something else."""
    found = wrong(rehearsed)
    assert [problem for problem in found if not problem.startswith(ON_PURPOSE)] == []
    assert [form for form in ON_PURPOSE if not any(problem.startswith(form) for problem in found)] == []


def test_what_is_sent_and_what_is_described_are_the_same(everything: list[Sent], rehearsed: list[Sent]) -> None:
    """No kind of request, parameter or key leaves that is not described, and none is described that never leaves."""
    found = [(operation_of(sent), sent) for sent in (*everything, *rehearsed)]
    seen = {operation[0].name for operation, _ in found if operation is not None}
    assert all(operation is not None for operation, _ in found)
    assert seen == {operation.name for operation in OPERATIONS}
    parameters = {(kind[0].name, name) for kind, sent in found if kind is not None for name, _ in sent.query}
    described = {(operation.name, name) for operation in OPERATIONS for name in operation.query}
    assert parameters - described == {("GET lists", "filters[name]")}
    assert described <= parameters
    sent_names = {name for body in bodies(everything) for name in names_in(body)}
    assert sent_names == names_described(import_body()) - set(NOT_SENT)
    assert set(NOT_SENT) <= names_described(import_body())


def test_the_uses_reach_both_ends(everything: list[Sent]) -> None:
    """Among them are imports of one contact, of as many as may be, and of as many bytes as may be."""
    counts = {len(body["contacts"]) for body in bodies(everything)}
    assert {1, MOST_CONTACTS} <= counts
    assert max(len(sent.content) for sent in everything) > 0.98 * MOST_BYTES
    assert {body["exclude_automations"] for body in bodies(everything)} == {True, False}


def test_a_real_host_is_reached_over_tls_and_no_other_host_is(used: Used) -> None:
    """Every request of a connection goes to its host, by https."""
    assert {(sent.scheme, sent.host) for sent in used(uses.connecting).recorder.sent} == {("https", HOST)}


@pytest.mark.parametrize("use", [uses.every_type, uses.without_blanks])
def test_values_have_the_form_of_their_field(used: Used, use: Use) -> None:
    """Each value is sent to a field of the account, and written as that field's type asks for."""
    scene = used(use)
    fields = ac.describe(through(scene.box, scene.clock)).custom_fields
    types = {field.id: field.type for field in fields}
    known = [
        replace(operation, body=import_body(types)) if operation.body is not None else operation
        for operation in OPERATIONS
    ]
    assert [problem for sent in scene.recorder.sent for problem in problems(sent, known)] == []
    contacts = [contact for body in bodies(scene.recorder.sent) for contact in body["contacts"]]
    written = {entry["id"] for contact in contacts for entry in contact.get("fields", ())}
    assert {types[number] for number in written} == set(EVERY_TYPE.values())


def test_nothing_empty_is_sent_unless_it_was_asked_for(used: Used) -> None:
    """Without a rule for blanks no value is empty; with one, some are, which is what clears."""
    plain, clearing = (
        b"".join(sent.content for sent in used(use).recorder.sent) for use in (uses.without_blanks, uses.every_type)
    )
    assert b'":""' not in plain
    assert b'"phone":""' in clearing


def test_our_limits_are_those_described() -> None:
    """The client's own limits are the documented ones."""
    assert (Limits().contacts_per_import, Limits().bytes_per_import) == (MOST_CONTACTS, MOST_BYTES)


def test_the_service_gets_its_cookies_not_back(scene: Scene) -> None:
    """The service sets cookies of a log-in (contract section 2.1); the key is all that we ever show."""

    class Cookies(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = scene.inner.handle_request(request)
            answer.headers["Set-Cookie"] = "PHPSESSID=0123456789abcdef; path=/"
            return answer

    recorder = Recorder(Cookies())
    ac.describe(through(scene.box, scene.clock, transport=recorder))
    assert wrong(recorder.sent) == []
