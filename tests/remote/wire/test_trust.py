"""Through ``ac.connect``: whoever cannot be trusted gets no request, and nobody else is reached on the way."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.model.connection import Connection
from ac_notebook.remote.network import Network, network_of
from ac_notebook.remote.trust import strict
from tests.remote.wire.calls import CALLS, KEY, QUEUED, client_of
from tests.remote.wire.certificates import HOST, Authority, by_itself
from tests.remote.wire.faults import whole
from tests.remote.wire.hostile import Hostile, Talk, nobody
from tests.remote.wire.proxies import Proxy
from tests.remote.wire.served import Served, to_host

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.remote.wire.calls import Call

ME = b'{"user":{"id":"1","username":"admin"}}'

CERTIFICATES: dict[str, tuple[Callable[[Authority, Path], ssl.SSLContext], str]] = {
    "expired": (lambda authority, folder: authority.server(folder, begin=-20, end=-1), "has expired"),
    "not valid yet": (lambda authority, folder: authority.server(folder, begin=1), "not valid yet"),
    "for another name": (lambda authority, folder: authority.server(folder, host="evil.example.com"), "another name"),
    "for all names": (lambda authority, folder: authority.server(folder, host="*.com"), "another name"),
    "for a name below": (lambda authority, folder: authority.server(folder, host=f"www.{HOST}"), "another name"),
    "for an address": (lambda authority, folder: authority.odd(folder, "for an address"), "another name"),
    "name in the subject only": (
        lambda authority, folder: authority.odd(folder, "name in the subject only"),
        "another name",
    ),
    "signed by itself": (lambda _, folder: by_itself(folder), "signed by itself"),
    "of nobody known": (lambda _, folder: Authority.new("Nobody").server(folder), "not known here"),
    "of somebody who calls himself so": (lambda _, folder: Authority.new("Authority").server(folder), "not valid"),
    "of one who may not sign": (
        lambda authority, folder: authority.below(may_sign=False).server(folder),
        "not known here",
    ),
    "weak key": (lambda authority, folder: authority.odd(folder, "weak key"), "not valid"),
    "for users, not servers": (lambda authority, folder: authority.odd(folder, "for users"), "not valid"),
}


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Somebody who is trusted."""
    return Authority.new("Authority")


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACTIVECAMPAIGN_API_KEY", KEY)


@pytest.mark.parametrize("kind", CERTIFICATES)
def test_a_broken_certificate_gets_no_request(authority: Authority, tmp_path: Path, kind: str) -> None:
    """One connection, no request, no second try; the error says what is wrong with the certificate."""
    make, words = CERTIFICATES[kind]
    with Served(make(authority, tmp_path), whole(ME)) as server:
        network = Network(context=authority.trusted(), resolve=to_host(server.port))
        with pytest.raises(errors.UnreachableError, match="cannot be trusted") as caught:
            ac.connect("A", host=HOST, agree_to_data_transfer=True, transport=network)
    assert words in caught.value.message
    assert server.read == b""
    assert server.connections == 1
    assert ac.connections().empty


def test_there_is_no_word_that_switches_it_off() -> None:
    """Whatever a connection says, its TLS looks at certificate and name."""
    with pytest.raises(errors.ConfigurationError, match="no argument 'verify'"):
        ac.connect("A", host=HOST, verify=False)  # type: ignore[arg-type]  # there is no such word
    for context in (strict(), strict("")):
        assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)
        assert context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_authorities_of_the_environment_are_not_trusted(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight variables that other programs obey change neither who is trusted nor where requests go."""
    with Served(authority.server(tmp_path), whole(ME)) as server, Proxy(server.port) as proxy:
        for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            monkeypatch.setenv(name, str(authority.file(tmp_path)))
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert ssl.create_default_context().get_ca_certs()  # who obeys them trusts it
        monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
        network = Network(context=strict(), resolve=to_host(server.port))
        with pytest.raises(errors.UnreachableError, match="not known here"):
            ac.connect("A", host=HOST, transport=network)
        assert (server.read, server.connections, proxy.connections) == (b"", 1, 0)
    assert not (tmp_path / "keys").exists()


def test_a_proxy_and_authorities_that_are_said_are_used_and_remembered(authority: Authority, tmp_path: Path) -> None:
    """With both on the connection it works without a transport of the test's; saved, a new kernel uses them too."""
    with Served(authority.server(tmp_path), whole(ME)) as server, Proxy(server.port) as proxy:
        made = ac.connect(
            "A", host=HOST, proxy=f"http://127.0.0.1:{proxy.port}", ca_file=authority.file(tmp_path)
        ).save()  # fmt: skip
        before = proxy.connections
        again = ac.connect("A")
        assert (again.proxy, again.ca_file) == (made.proxy, made.ca_file)
        with again.client() as client:
            assert client.me()["username"] == "admin"
        assert proxy.connections == before + 1
    assert set(proxy.heads) == {f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443".encode()}
    assert KEY.encode() in server.read
    assert KEY.encode() not in proxy.carried
    assert b"users/me" not in proxy.carried


def test_other_authorities_take_the_place_of_the_machines(authority: Authority, tmp_path: Path) -> None:
    """With ``ca_file=`` only those of the file are trusted."""
    with Served(authority.server(tmp_path), whole(ME)) as server, Proxy(server.port) as proxy:
        other = Authority.new("Other").file(tmp_path)
        with pytest.raises(errors.UnreachableError, match=r"not known here\nCheck.*ca_file="):
            ac.connect("A", host=HOST, proxy=f"http://127.0.0.1:{proxy.port}", ca_file=other)
    assert server.read == b""
    assert len(strict(str(authority.file(tmp_path))).get_ca_certs()) == 1


@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"\x00\xff", b"-----BEGIN CERTIFICATE-----\nx\n"])
def test_a_file_of_authorities_that_is_none_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """A file that is not there, or holds something else: a sentence, and no connection with the machine's instead."""
    file = tmp_path / "authorities.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(errors.ConfigurationError, match=r"authorities\.pem cannot be used.*\n.*Nothing was sent"):
        ac.connect("A", host=HOST, ca_file=file)
    with pytest.raises(errors.ConfigurationError, match="cannot be used"):
        ac.connect("A", host=HOST, ca_file=tmp_path)


def test_a_file_of_authorities_that_anybody_can_write_is_refused(authority: Authority, tmp_path: Path) -> None:
    """Who can write the file can name whom he likes: it is not used, and the command that mends it is said."""
    file = authority.file(tmp_path)
    file.chmod(0o666)
    with pytest.raises(errors.ConfigurationError, match="chmod o-w "):
        ac.connect("A", host=HOST, ca_file=file)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "the proxy asks for a log-in"),
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "does not let it through (status 502)"),
        (b"HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\n\r\n", "status 302"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "status 100"),
        (b"HTTP/1.1 200 OK\r\n\r\nand more", "is no proxy"),
        (b"SSH-2.0-x\r\n\r\n", "is no proxy"),
        (b"", "broke the connection off"),
        (b"HTTP/1.1 200 OK\r\n", "broke the connection off"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 40_000, "broke the connection off"),
    ],
    ids=["407", "502", "302", "100", "more", "none", "nothing", "cut", "long"],
)  # fmt: skip
def test_a_proxy_that_does_not_let_through_gets_nothing(answer: bytes, words: str) -> None:
    """Whatever it says, it is told the host and not a byte of a request, and the call is known not to be sent."""

    def act(talk: Talk) -> None:
        talk.head()
        talk.say(answer)

    with Hostile(act) as proxy:
        network = Network(context=strict(), resolve=_here, proxy=("proxy.example.org", proxy.port))
        with client_of(0, host=HOST, transport=network) as client:
            result = client.send_once("POST", "import/bulk_import", body=b"{}")
    assert result.meaning == "not-sent"
    assert words in result.message


def test_a_proxy_that_is_not_there_is_said() -> None:
    """Nobody at the proxy's address: not sent, and the words are about the proxy."""
    network = Network(context=strict(), resolve=_here, proxy=("proxy.example.org", nobody()))
    with client_of(0, host=HOST, transport=network) as client:
        result = client.send_once("POST", "import/bulk_import", body=b"{}")
    assert (result.meaning, result.message) == ("not-sent", "the proxy: the connection was refused")


@pytest.mark.parametrize("call", CALLS[:3], ids=lambda call: call.name)
def test_requests_through_a_proxy_are_those_without(authority: Authority, tmp_path: Path, call: Call) -> None:
    """An import and a question through a proxy: taken, and known to be."""
    with Served(authority.server(tmp_path), whole(call.answer)) as server, Proxy(server.port) as proxy:
        network = Network(context=authority.trusted(), resolve=_here, proxy=("proxy.example.org", proxy.port))
        with client_of(0, host=HOST, transport=network) as client:
            assert client.send_once(call.method, call.path, params=call.params, body=call.body).meaning == "ok"
    assert b"bulk_import" not in proxy.carried
    assert b"example.org" not in proxy.carried


def test_a_proxy_that_cuts_in_the_answer_leaves_the_request_lost(authority: Authority, tmp_path: Path) -> None:
    """Once TLS stands, a request through a proxy may have been taken: without an answer it is lost, not unsent."""
    with Served(authority.server(tmp_path), QUEUED[:0]) as server, Proxy(server.port) as proxy:
        network = Network(context=authority.trusted(), resolve=_here, proxy=("proxy.example.org", proxy.port))
        with client_of(0, host=HOST, transport=network) as client:
            assert client.send_once("POST", "import/bulk_import", body=b"{}").meaning == "lost"


def test_a_sandbox_needs_none_of_it() -> None:
    """On this machine there is plain HTTP, and no authority is read."""

    def act(talk: Talk) -> None:
        talk.request()
        talk.say(whole(ME))

    with Hostile(act) as server:
        sandbox = Connection(name="A", host=f"127.0.0.1:{server.port}", is_sandbox=True)
        with client_of(server.port, transport=network_of(sandbox)) as client:
            assert client.me()["id"] == "1"


def _here(host: str, port: int, _: float) -> list[tuple[str, int]]:
    assert host == "proxy.example.org"
    return [("127.0.0.1", port)]
