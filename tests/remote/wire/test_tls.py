"""Who cannot be trusted gets nothing: not a byte of a request leaves before TLS stands."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from ac_notebook.errors import UnreachableError
from ac_notebook.remote.network import Network
from ac_notebook.remote.trust import strict
from tests.remote.wire.calls import CALLS, KEY, SHORT, Call, client_of
from tests.remote.wire.certificates import HOST, Authority, by_itself
from tests.remote.wire.faults import whole
from tests.remote.wire.hostile import Hostile, Talk
from tests.remote.wire.served import Served, to_host

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    from ac_notebook.remote.answers import Answer

OLD = b"\x15\x03\x01\x00\x02\x02\x46"
"""TLS's alert 70: the version is not supported."""


def asked(port: int, context: ssl.SSLContext, call: Call = CALLS[0]) -> Answer:
    """Make a call over TLS and return what it was taken for."""
    network = Network(context=context, resolve=to_host(port), longest_call=SHORT * 10)
    with client_of(port, host=HOST, transport=network) as client:
        return client.send_once(call.method, call.path, params=call.params, body=call.body)


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Somebody who is trusted."""
    return Authority.new("Authority")


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_a_host_that_is_what_it_says_is_served(authority: Authority, tmp_path: Path, call: Call) -> None:
    """With a certificate for its name, of an authority that is trusted, a request goes out and its answer counts."""
    with Served(authority.server(tmp_path), whole(call.answer)) as server:
        assert asked(server.port, authority.trusted(), call).meaning == "ok"
    assert KEY.encode() in server.read


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("expired", "has expired"), ("early", "not valid yet"), ("another name", "for another name"),
        ("a name above", "for another name"), ("by itself", "signed by itself"), ("unknown", "not known here"),
    ],
)  # fmt: skip
def test_a_certificate_that_is_not_right_gets_nothing(
    authority: Authority, tmp_path: Path, kind: str, words: str
) -> None:
    """Expired, not valid yet, for another name, signed by itself or by nobody known: untrusted, nothing is sent."""
    context = {
        "expired": lambda: authority.server(tmp_path, begin=-20, end=-1),
        "early": lambda: authority.server(tmp_path, begin=1),
        "another name": lambda: authority.server(tmp_path, host="evil.example.com"),
        "a name above": lambda: authority.server(tmp_path, host="*.com"),
        "by itself": lambda: by_itself(tmp_path),
        "unknown": lambda: Authority.new("Nobody").server(tmp_path),
    }[kind]()
    with Served(context, whole(b"{}")) as server:
        answer = asked(server.port, authority.trusted())
    assert answer.meaning == "untrusted"
    assert words in answer.message
    assert server.read == b""
    assert server.connections == 1


@pytest.mark.parametrize(
    ("said", "meaning"),
    [(OLD, "untrusted"), (whole(b"{}"), "untrusted"), (b"", "not-sent"), (b"\x16\x03\x03\x00\x7a\x02", "not-sent")],
    ids=["old version", "plain HTTP", "cut", "cut within"],
)
def test_without_tls_nothing_is_sent(authority: Authority, said: bytes, meaning: str) -> None:
    """An old version, no TLS at all, or a handshake that is cut off: not a byte of the request leaves."""

    def act(talk: Talk) -> None:
        talk.take(1)
        talk.say(said)

    with Hostile(act) as server:
        assert asked(server.port, authority.trusted()).meaning == meaning


def test_a_handshake_without_an_end_ends(authority: Authority) -> None:
    """A server that says nothing to the handshake: given up when the call's time is over, and nothing was sent."""
    with Hostile(lambda talk: talk.hang()) as server:
        network = Network(context=authority.trusted(), resolve=to_host(server.port), longest_call=SHORT)
        with client_of(server.port, host=HOST, transport=network) as client:
            answer = client.send_once("GET", "users/me")
    assert (answer.meaning, answer.message) == ("not-sent", "no TLS connection in time")


def test_a_connection_that_cannot_be_trusted_is_not_tried_again(authority: Authority, tmp_path: Path) -> None:
    """No retry: one connection, one error that says what was wrong, and that nothing was sent."""
    with Served(authority.server(tmp_path, begin=-20, end=-1), whole(b"{}")) as server:
        network = Network(context=authority.trusted(), resolve=to_host(server.port))
        with (
            client_of(server.port, host=HOST, transport=network) as client,
            pytest.raises(UnreachableError, match=r"nothing was sent.*has expired"),
        ):
            client.me()
    assert server.connections == 1


def test_the_keys_of_a_session_are_not_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``SSLKEYLOGFILE`` would let a reader of the traffic read the key: it is not looked at."""
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    assert strict().keylog_filename is None
    assert not (tmp_path / "keys").exists()


def test_the_name_is_looked_up_for_each_connection() -> None:
    """A name that is not known, one that cannot be looked up now, and one that takes too long: nothing was sent."""
    codes = {socket.EAI_NONAME: "no host has this name", socket.EAI_AGAIN: "cannot be looked up now"}
    looked_up: list[str] = []
    for code, words in codes.items():

        def resolve(host: str, _: int, __: float, code: int = code) -> list[tuple[str, int]]:
            looked_up.append(host)
            raise socket.gaierror(code, "x")

        with client_of(1, host=HOST, transport=Network(context=strict(), resolve=resolve)) as client:
            answers = [client.send_once("POST", "import/bulk_import", body=b"{}") for _ in range(2)]
        assert [answer.meaning for answer in answers] == ["not-sent", "not-sent"]
        assert words in answers[0].message
    assert looked_up == [HOST] * 4

    def slow(_: str, __: int, ___: float) -> list[tuple[str, int]]:
        raise TimeoutError

    with client_of(1, host=HOST, transport=Network(context=strict(), resolve=slow)) as client:
        assert "not looked up in time" in client.send_once("GET", "users/me").message
