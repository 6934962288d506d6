"""Requests that no client would make, and what becomes of a defect of the sandbox's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest
from werkzeug.test import create_environ, run_wsgi_app

from ac_notebook.sandbox import Sandbox
from ac_notebook.sandbox.api import contact_writes
from ac_notebook.sandbox.server import serve
from tests.openapi import hostile

if TYPE_CHECKING:
    from typing import Any

SECRET = "anna@example.com"
CONTACT = {"contact": {"email": SECRET, "firstName": "Anna"}}


@pytest.mark.parametrize("seed", range(4))
def test_nothing_that_is_sent_breaks_the_sandbox(seed: int) -> None:
    """Any JSON, any bytes, odd paths, queries, headers and methods: no 500, only JSON, and ledgers that are right."""
    outcome = hostile.run(2_500, seed)
    assert outcome.wrong == []
    assert outcome.requests == 2_500
    assert {200, 201, 400, 403, 404, 405, 422} <= outcome.statuses.keys()


@pytest.fixture
def defect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Break the sandbox: reading a name out of a body raises, and says whose."""

    def fail(content: dict[str, Any], name: str) -> str:
        message = f"{name} of {content}"
        raise RuntimeError(message)

    monkeypatch.setattr(contact_writes, "text_in", fail)


def test_hostile_requests_find_a_defect(defect: None, capsys: pytest.CaptureFixture[str]) -> None:
    """The requests are such that a defect in one place is met, and counted."""
    outcome = hostile.run(500)
    assert outcome.statuses[500] > 0
    assert len(outcome.wrong) == outcome.statuses[500] + 1  # each of them, and that the sandbox remembers them


def test_a_defect_is_a_500_that_says_so_and_nothing_else(defect: None, capsys: pytest.CaptureFixture[str]) -> None:
    """The client is told by a JSON message, the list of requests shows it, and nobody's data is in answer or log."""
    box = Sandbox()
    transport = httpx.WSGITransport(app=box.app)
    with httpx.Client(transport=transport, base_url=box.url, headers={"Api-Token": box.api_key}) as http:
        answer = http.post("/api/3/contact/sync", json=CONTACT)
        assert http.get("/api/3/contacts").status_code == 200
    assert answer.status_code == 500
    assert answer.json() == {
        "message": "The sandbox failed with RuntimeError: a defect of its own, not an answer of the service."
    }
    assert box.requests()["status"].tolist() == [500, 200]
    logged = capsys.readouterr().err
    assert "contact_writes.py" in logged
    assert SECRET not in logged


def test_a_defect_is_a_500_over_http_too(defect: None, capsys: pytest.CaptureFixture[str]) -> None:
    """A served sandbox does not break the connection, as a fault would; the connection serves the next request."""
    with serve(speed=1_000) as box, httpx.Client(base_url=box.url, headers={"Api-Token": box.api_key}) as http:
        assert http.post("/api/3/contact/sync", json=CONTACT).status_code == 500
        assert http.get("/api/3/users/me").status_code == 200
        assert box.requests()["status"].tolist() == [500, 200]


@pytest.mark.parametrize("query", ["search=%ff%fe", "search=\xff\xfe", "\xff=1&&%=%"])
def test_a_query_of_any_bytes_is_read(query: str) -> None:
    """Bytes that are no UTF-8 in a query are characters like others, as they are in a path."""
    box = Sandbox()
    environ = create_environ("/api/3/tags", box.url, headers={"Api-Token": box.api_key})
    content, status, _ = run_wsgi_app(box.app, environ | {"QUERY_STRING": query})
    assert status == "200 OK"
    assert "tags" in json.loads(b"".join(content))
