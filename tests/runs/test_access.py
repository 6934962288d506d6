"""Verifying: five messages for what can be wrong, and whose key it is and what it may do where nothing is."""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING, Any, NoReturn

import httpx
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.model.rights import ADD, ADVICE, EDIT, IMPORT, LOOK, READ_FIELDS, SEE_LISTS, TAGS
from ac_notebook.sandbox import Sandbox
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from ac_notebook import Connection

KEY = "0123456789abcdef" * 4
HOST = "acme.api-us1.com"
FORBIDDEN = {"errors": [{"status": 403, "title": "Forbidden", "detail": "You do not have permission to view lists."}]}


def answering(paths: dict[str, httpx.Response], clock: VirtualClock) -> Connection:
    """Return a connection to a service that answers so, and to whose key is asked as to one of ann's."""
    base = through(Sandbox(clock=clock.monotonic, now=clock.now), clock)

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/3/")
        if path in paths:
            return paths[path]
        if path == "users/me":
            return httpx.Response(200, json={"user": {"id": "7", "username": "ann"}})
        return httpx.Response(200 if path in ("lists", "fields") else 404, json={"message": "No Result found"})

    link = type(base.link)(secret=base.link.secret, transport=httpx.MockTransport(answer), clock=clock)
    return base.replace(is_sandbox=False, host=HOST, link=link)


WRONG: dict[str, tuple[dict[str, httpx.Response], type[errors.APIError], str]] = {
    "wrong key": ({"users/me": httpx.Response(403)}, errors.AuthenticationError, "did not accept the API key"),
    "not ActiveCampaign": (
        {"users/me": httpx.Response(200, text="<html>Welcome</html>")}, errors.UnexpectedAnswerError,
        "not ActiveCampaign's API",
    ),
    "another API": ({"users/me": httpx.Response(404, json={})}, errors.NotFoundError, "Check the host"),
    "missing right": (
        {"lists": httpx.Response(403, json=FORBIDDEN)}, errors.PermissionDeniedError, "its user may not see lists",
    ),
    "lapsed": ({"users/me": httpx.Response(402)}, errors.PermissionDeniedError, "has lapsed or is not paid"),
}  # fmt: skip


def test_what_is_wrong_has_a_message_of_its_own(clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong key, wrong host, missing right, lapsed account, no network: each another message, with what to do."""
    said = set()
    for paths, kind, words in WRONG.values():
        with pytest.raises(kind, match=words) as caught:
            answering(paths, clock).verify()
        assert caught.value.hint
        said.add((caught.value.message, caught.value.hint))
    monkeypatch.setenv("ACTIVECAMPAIGN_API_KEY", KEY)
    for error in (OSError(errno.ENETUNREACH, "x"), socket.gaierror(socket.EAI_NONAME, "x")):
        with pytest.raises(errors.UnreachableError, match="cannot be reached") as unreached:
            _without_network(clock, monkeypatch, error).verify()
        assert "HTTPS_PROXY" in unreached.value.hint
        said.add((unreached.value.message, unreached.value.hint))
    assert len(said) == len(WRONG) + 2
    assert not any(KEY in text for pair in said for text in pair)


def _without_network(clock: VirtualClock, monkeypatch: pytest.MonkeyPatch, error: OSError) -> Connection:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    connection = answering({}, clock)
    return connection.replace(link=type(connection.link)(secret=connection.link.secret, clock=clock))


def test_account_user_and_rights_are_shown(box: Sandbox, connection: Connection) -> None:
    """After ``verify()``: whose key it is, how many lists and fields there are, what it may do; nothing is written."""
    before = box.requests()
    verified = connection.verify()
    asked = box.requests().iloc[len(before) :]
    access = verified.access
    assert access is not None
    assert set(asked["method"]) == {"GET"}
    assert len(asked) <= 5
    assert (access.account, access.user_id, access.is_administrator) == ("Sandbox", 1, True)
    assert access.lists == len(box.lists())
    assert access.fields == len(box.fields())
    assert set(access.may.values()) == {True}
    for text in (repr(access), access._repr_html_()):
        assert "SANDBOX" in text
        assert "import contacts" in text
        assert "@" not in text
    assert verified.replace(host="127.0.0.1:1").access is None


def test_an_address_is_no_name(clock: VirtualClock) -> None:
    """A user whose name is an address is shown by number; a name that is hostile is shown as text."""
    user = {"id": "7", "username": "ann@example.org", "email": "ann@example.org", "firstName": "", "lastName": None}
    answer = {"users/me": httpx.Response(200, json={"user": user})}
    access = answering(answer, clock).verify().access
    assert access is not None
    assert access.user == "user 7"
    assert "@" not in repr(access)
    user |= {"firstName": "<img src=x onerror=alert(1)>", "lastName": "\u202eB"}
    access = answering({"users/me": httpx.Response(200, json={"user": user})}, clock).verify().access
    assert access is not None
    assert "<img" not in access._repr_html_()
    assert "\u202e" not in access._repr_html_() + repr(access)


def test_what_is_not_told_is_said_so(clock: VirtualClock) -> None:
    """Where the service does not tell, nothing is made up: "not told", and no refusal."""
    access = answering({}, clock).verify().access
    assert access is not None
    assert (access.lists, access.fields, access.is_administrator, access.missing) == (None, None, None, ())
    assert access.may == dict.fromkeys((SEE_LISTS, READ_FIELDS, LOOK, IMPORT, ADD, EDIT, TAGS))
    assert "not told" in repr(access)
    assert "shows only with the first import" in repr(access)


def test_an_administrators_key_gets_advice(clock: VirtualClock) -> None:
    """A key that may do everything is told how to be one that may not; the text is that of ``ac.connect``."""
    settings = {"account": "acme", "subscriber_limit": 500, "subscriber_total": 20}
    access = answering({"settings/account": httpx.Response(200, json=settings)}, clock).verify().access
    assert access is not None
    assert ADVICE in repr(access)
    assert "Make a user for this notebook alone" in access._repr_html_()
    assert " ".join(ADVICE.split()) in " ".join((ac.connect.__doc__ or "").split())
    assert "20 are there" in repr(access)


def test_a_key_that_may_not_import_is_told_what_to_ask_for(box: Sandbox, clock: VirtualClock) -> None:
    """A user without the right to import: refused when verifying, naming the right as ActiveCampaign does."""
    user = box.add_user("Ann", without=["pgContactImport"])
    with pytest.raises(errors.PermissionDeniedError, match=r"import contacts.*\n.*administrator.*pgContactImport"):
        through(user, clock).verify()


@pytest.mark.parametrize(
    ("without", "may"),
    [
        ((), {IMPORT: True, ADD: True, EDIT: True, TAGS: True}),
        (("pgContactDelete",), {IMPORT: True, ADD: True, EDIT: True, TAGS: True}),
        (("pgContactAdd", "pgTagManage"), {IMPORT: True, ADD: False, EDIT: True, TAGS: False}),
    ],
)
def test_rights_are_read_from_the_groups(
    box: Sandbox, clock: VirtualClock, without: tuple[str, ...], may: dict[Any, bool]
) -> None:
    """An administrator may everything; else what all other groups agree on is known."""
    access = through(box.add_user("Ann", without=without), clock).verify().access
    assert access is not None
    assert {right: access.may[right] for right in may} == may
    assert access.user == "Sandbox Ann"
    if without:
        assert (access.is_administrator, access.advice) == (False, "")


def test_one_sign_of_a_missing_right_is_no_proof(clock: VirtualClock) -> None:
    """Who may not look at imports may perhaps import: such a key can be connected with, and what it may is open."""
    refused = {"import/bulk_import": httpx.Response(403, json={"message": "Forbidden"})}
    access = answering(refused, clock).verify().access
    assert access is not None
    assert (access.may[LOOK], access.may[IMPORT]) == (False, None)
    settings = httpx.Response(200, json={"account": "acme", "subscriber_limit": 0, "subscriber_total": 20})
    access = answering({**refused, "settings/account": settings}, clock).verify().access
    assert access is not None
    assert access.missing == ()  # an administrator may everything


@pytest.mark.parametrize("answer", [
    httpx.Response(403, json={"message": "Forbidden"}), httpx.Response(401, json={"message": "Unauthorized"}),
])  # fmt: skip
def test_a_wrong_key_is_no_missing_right(answer: httpx.Response, clock: VirtualClock) -> None:
    """Whose key it is, every key may ask: a refusal of that is about the key, whatever words come with it."""
    with pytest.raises(errors.AuthenticationError, match="did not accept the API key") as caught:
        answering({"users/me": answer}, clock).verify()
    assert "Copy the key anew" in caught.value.hint


def test_groups_that_differ_tell_nothing(box: Sandbox, clock: VirtualClock) -> None:
    """Which group a key's user is in is not told: where two differ, nothing is known, and nothing refused."""
    box.add_user("Bob", without=["pgContactDelete"])
    access = through(box.add_user("Ann", without=["pgTagManage"]), clock).verify().access
    assert access is not None
    assert access.may[TAGS] is None
    assert access.may[ADD] is True
