from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ac_notebook.sandbox.faults import kinds
from tests.sandbox.faults.guest import COUNT

if TYPE_CHECKING:
    from tests.sandbox.faults.guest import Guest

BATCHES = {"stuck_batch": "active", "interrupted_batch": "interrupted", "failed_batch": "failed"}
APPLIED = {"stuck_batch": 0, "interrupted_batch": COUNT // 2, "failed_batch": 0, "contact_limit": 0}

DETAILS: dict[str, dict[str, Any]] = {
    "list_deleted": {"list": "VIP"},
    "list_renamed": {"list": 5, "name": "Very important"},
    "drip": {"bytes": 500},
    "delay": {"seconds": 0.01},
}


def test_every_kind_is_in_the_table() -> None:
    """The table of kinds names each kind once, with all its details."""
    table = (kinds.__doc__ or "").split("=\n")[2]
    assert re.findall(r"^(\w+)", table, re.MULTILINE) == list(kinds.KINDS)
    for made in kinds.KINDS.values():
        for detail in fields(made):
            assert re.search(rf"\b{detail.name}\b", table), detail.name


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_the_service_is_in_order_after_each_fault(guest: Guest, kind: str) -> None:
    """Whatever happened to one import, the next requests are answered, and what happened is written down."""
    guest.box.faults.add(kind=kind, on="import", **DETAILS.get(kind, {}))
    with suppress(httpx.TransportError):
        guest.send()
    if kind == "key_revoked":
        guest.http.headers["Api-Token"] = guest.box.add_user("another").api_key
    guest.held()  # until the import is applied: there may be a limit that it is over
    guest.box.limit_contacts(None)
    assert guest.is_served_well()
    happened = guest.box.faults.happened()
    assert happened.drop(columns="time").to_numpy().tolist() == [
        ["import", kind, "POST", "/api/3/import/bulk_import"]
    ]  # fmt: skip
    assert guest.held() == COUNT * (1 + (guest.box.requests()["contacts"].iloc[0] > 0)) - _not_applied(kind)


def _not_applied(kind: str) -> int:
    return COUNT - APPLIED.get(kind, COUNT)


def test_a_status_with_all_that_belongs_to_it(guest: Guest) -> None:
    """Status, body, type, headers and Retry-After are as asked, and the request had no effect."""
    guest.box.faults.add(
        kind="status", status=429, body="later", content_type="text/plain", headers={"X-Wall": "1"}, retry_after=7
    )
    answer = guest.send()
    assert (answer.status_code, answer.text) == (429, "later")
    assert answer.headers["Content-Type"] == "text/plain"
    assert (answer.headers["X-Wall"], answer.headers["Retry-After"]) == ("1", "7")
    assert guest.held() == 0


@pytest.mark.parametrize("status", [200, 204, 304, 402, 418, 499, 503, 599])
def test_any_status_can_be_asked_for(guest: Guest, status: int) -> None:
    """Also those without a body, and without a name."""
    guest.box.faults.add(kind="status", status=status)
    answer = guest.ask()
    assert answer.status_code == status
    assert (status in (204, 304)) == (not answer.content)
    assert guest.is_served_well()


@pytest.mark.parametrize("taken", [False, True])
@pytest.mark.parametrize("kind", ["status", "login_page", "redirect", "wrong_json"])
def test_another_answer_may_hide_an_effect(guest: Guest, kind: str, taken: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """With `taken` the import is queued and applied although its answer does not say so; without, it is not."""
    guest.box.faults.add(kind=kind, taken=taken)
    assert "batchId" not in guest.send().text
    assert guest.held() == COUNT * taken
    assert guest.box.requests()["contacts"].iloc[0] == COUNT * taken


def test_json_as_a_body(guest: Guest) -> None:
    """A dictionary is sent as JSON."""
    guest.box.faults.add(kind="status", status=400, body={"success": 0, "message": "Rate limit exceeded."})
    answer = guest.send()
    assert answer.json()["message"] == "Rate limit exceeded."
    assert answer.headers["Content-Type"] == "application/json"


def test_a_log_in_page(guest: Guest) -> None:
    """A page with status 200 comes instead of data."""
    guest.box.faults.add(kind="login_page")
    answer = guest.ask()
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<form" in answer.text


@pytest.mark.parametrize("location", ["https://login.example/", "/elsewhere", "http://127.0.0.1:1/?a=b"])
def test_a_redirect(guest: Guest, location: str) -> None:
    """The location is the one that was asked for, word for word."""
    guest.box.faults.add(kind="redirect", location=location, status=307)
    answer = guest.ask()
    assert (answer.status_code, answer.headers["Location"]) == (307, location)


@pytest.mark.parametrize("shape", ["other", "empty", "list", "null", "text", "number", "cut", "not text", "deep"])
def test_wrong_json(guest: Guest, shape: str) -> None:
    """What comes is labelled as JSON, and is no list of lists."""
    guest.box.faults.add(kind="wrong_json", shape=shape)
    answer = guest.ask()
    assert answer.headers["Content-Type"] == "application/json"
    assert b'"lists"' not in answer.content


@pytest.mark.parametrize("held", ["answer", "request"])
def test_a_delay(guest: Guest, held: str) -> None:
    """The answer takes as long as was asked for, and is the service's own."""
    guest.box.faults.add(kind="delay", seconds=0.2, held=held)
    begun = guest.monotonic()
    assert guest.ask().json()["meta"]["total"] == "3"
    assert 0.2 <= guest.monotonic() - begun < 5.0


def test_a_drop_before_has_no_effect(guest: Guest) -> None:
    """The connection breaks, the service has seen nothing."""
    guest.box.faults.add(kind="drop_before")
    with pytest.raises(httpx.TransportError):
        guest.send()
    assert guest.held() == 0
    assert guest.box.requests()["status"].iloc[0] == 0


def test_a_drop_after_has_its_effect(guest: Guest) -> None:
    """The connection breaks, the import was accepted."""
    guest.box.faults.add(kind="drop_after")
    with pytest.raises(httpx.TransportError):
        guest.send()
    assert guest.held() == COUNT
    assert guest.box.requests()[["status", "contacts"]].iloc[0].tolist() == [0, COUNT]


@pytest.mark.parametrize("at", [0, 1, 20, 10_000])
def test_a_cut_comes_as_a_broken_answer(guest: Guest, at: int) -> None:
    """The head promises more than comes, the client is told that the connection broke; the import was accepted."""
    guest.box.faults.add(kind="cut", at=at)
    with pytest.raises(httpx.TransportError):
        guest.send()
    assert guest.held() == COUNT


def test_what_is_cut_off_begins_as_the_answer(guest: Guest) -> None:
    """The bytes before the cut are those of the answer, exactly so many."""
    whole = guest.ask().content
    guest.box.faults.add(kind="cut", at=33)
    received = b""
    guest.sleep(0.25)
    with guest.http.stream("GET", "lists") as answer:
        assert answer.headers["Content-Length"] == str(len(whole))
        parts = answer.iter_raw()
        while len(received) < 33:
            received += next(parts)
        with pytest.raises(httpx.RemoteProtocolError):
            next(parts)
    assert received == whole[:33]


def test_a_drip_is_slow_and_whole(guest: Guest) -> None:
    """Byte by byte with a pause between: all of it arrives, and takes its time."""
    guest.box.faults.add(kind="drip", seconds=0.002, bytes=1)
    begun = guest.monotonic()
    parts = []
    guest.sleep(0.25)
    with guest.http.stream("GET", "import/bulk_import") as answer:
        parts = list(answer.iter_raw())
    took = guest.monotonic() - begun
    assert b"".join(parts) == b'{"outstanding":[],"recentlyCompleted":[]}'
    assert len(parts) > 20
    assert took >= 0.002 * 40


@pytest.mark.parametrize("kind", BATCHES)
def test_what_becomes_of_a_batch(guest: Guest, kind: str) -> None:
    """The import is accepted; what its batch says later, and what was applied, is the fault's."""
    guest.box.faults.add(kind=kind, nth=2)
    guest.ask()
    assert guest.end_of(guest.send("first").json()["batchId"]).json()["status"] == "completed"
    info = guest.end_of(guest.send("second").json()["batchId"]).json()
    assert info["status"] == BATCHES[kind]
    assert guest.held() == COUNT + APPLIED[kind]


def test_a_lost_batch_was_applied(guest: Guest) -> None:
    """Its number is unknown to the service, its people are there."""
    guest.box.faults.add(kind="lost_info")
    assert guest.end_of(guest.send().json()["batchId"]).status_code == 404
    assert guest.held() == COUNT


def test_a_revoked_key_stays_revoked(guest: Guest) -> None:
    """The request and all after it are refused, and clearing the faults does not undo it; another user's key works."""
    other = guest.box.add_user("other").api_key
    guest.box.faults.add(kind="key_revoked", nth=2)
    assert guest.ask().status_code == 200
    answers = [guest.send(), guest.ask()]
    guest.box.faults.clear()
    assert [answer.status_code for answer in (*answers, guest.ask())] == [403, 403, 403]
    assert "Content-Type" not in answers[0].headers
    guest.http.headers["Api-Token"] = other
    assert guest.is_served_well()
    changed = guest.box.ledger(effect="account changed").iloc[-1]
    assert changed[["source", "what", "old"]].tolist() == ["fault", "key", "admin"]


@pytest.mark.parametrize("which", ["VIP", 5])
def test_a_list_that_somebody_deletes(guest: Guest, which: str | int) -> None:
    """It is gone when the request is looked at, with all memberships, and the ledger says that a fault did it."""
    guest.box.unsubscribe("gone@example.org", 5)
    guest.box.faults.add(kind="list_deleted", list=which, on="lists")
    assert [row["name"] for row in guest.ask().json()["lists"]] == ["Master Contact List", "Newsletter"]
    assert guest.box.memberships().empty
    told = guest.box.ledger(last=2)
    assert told["source"].eq("fault").all()
    assert told[["effect", "what", "old"]].iloc[-1].tolist() == ["account changed", "list", "VIP"]


def test_a_list_that_somebody_renames(guest: Guest) -> None:
    """It has its new name when the request is looked at."""
    guest.box.faults.add(kind="list_renamed", list="VIP", name="Friends", on="GET /lists/5")
    assert guest.ask("lists/5").json()["list"]["name"] == "Friends"
    assert guest.box.ledger(last=1)[["source", "old", "new"]].to_numpy().tolist() == [["fault", "VIP", "Friends"]]


@pytest.mark.parametrize("kind", ["list_deleted", "list_renamed"])
def test_a_list_that_is_not_there_changes_nothing(guest: Guest, kind: str) -> None:
    """Somebody else was quicker."""
    before = len(guest.box.ledger())
    details: dict[str, Any] = {"name": "x"} if kind == "list_renamed" else {}
    guest.box.faults.add(kind=kind, list="Nothing", **details)
    assert len(guest.ask().json()["lists"]) == 3
    assert len(guest.box.ledger()) == before


@pytest.mark.parametrize(("details", "held"), [({}, COUNT), ({"most": COUNT + 1}, COUNT + 1)])
def test_a_contact_limit_that_is_reached(guest: Guest, details: dict[str, Any], held: int) -> None:
    """Without a number there is no room for one more; with one, for so many."""
    guest.send("first")
    guest.held()
    guest.box.faults.add(kind="contact_limit", **details)
    info = guest.end_of(guest.send("second").json()["batchId"]).json()
    assert guest.held() == held
    assert len(info["failure"]) == 2 * COUNT - held
