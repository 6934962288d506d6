"""A redirect is never followed: nobody else gets a byte of a key or of people, wherever it leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.remote.network import Network
from tests.remote.wire.calls import KEY, client_of, contacts
from tests.remote.wire.certificates import HOST, Authority
from tests.remote.wire.hostile import Hostile, Talk
from tests.remote.wire.served import Served

if TYPE_CHECKING:
    from pathlib import Path

STATUSES = (301, 302, 303, 307, 308)

TARGETS = (
    "https://evil.example/api/3/users/me", "http://acme.api-us1.com/api/3/users/me", "//evil.example/api/3/users/me",
    "https://acme.api-us1.com:8443/", "https://sub.acme.api-us1.com/", "https://other.api-us1.com/api/3/users/me",
    "https://acme.api-us1.com@evil.example/", "https://acme.api-us1.com.evil.example/", "https://{trap}/api/3/users/me",
    "http://{trap}/api/3/users/me", "https:\\\\evil.example/", "/admin/login.php", "https://acme.api-us1.com/api/3/users/me",
)  # fmt: skip
"""To another host, port or scheme, to a look-alike, to a listener on this machine, and to where it came from."""


class Trap(Hostile):
    """Whoever connects is noted, with what is said first."""

    def __init__(self) -> None:
        super().__init__(self._talk)
        self.read = b""

    def _talk(self, talk: Talk) -> None:
        talk.connection.settimeout(1.0)
        self.read += talk.connection.recv(65_536) or b"?"


@pytest.mark.parametrize("status", STATUSES)
def test_a_redirect_leads_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """Connecting and importing: one request each to the host, an error that names the redirect, nobody else asked."""
    monkeypatch.setenv("ACTIVECAMPAIGN_API_KEY", KEY)
    authority = Authority.new("Authority")
    looked_up = []
    with Trap() as trap, Served(authority.server(tmp_path), b"") as server:

        def resolve(host: str, _: int, __: float) -> list[tuple[str, int]]:
            looked_up.append(host)
            return [("127.0.0.1", server.port if host == HOST else trap.port)]

        network = Network(context=authority.trusted(), resolve=resolve)
        with client_of(0, host=HOST, transport=network) as client:
            for target in TARGETS:
                place = target.format(trap=f"127.0.0.1:{trap.port}")
                head = f"HTTP/1.1 {status} Moved\r\nLocation: {place}\r\nConnection: close\r\nContent-Length: 0"
                server.answer = f"{head}\r\n\r\n".encode()
                answers = [
                    client.send_once("GET", "users/me"),
                    client.send_once("POST", "import/bulk_import", body=contacts(3)),
                ]
                assert [(answer.meaning, answer.status) for answer in answers] == [("moved", status)] * 2, place
            with pytest.raises(errors.UnexpectedAnswerError, match="redirect, which is never followed"):
                ac.connect("A", host=HOST, transport=network)
        assert (trap.connections, trap.read) == (0, b"")
        assert server.connections == 2 * len(TARGETS) + 1
    assert server.read.count(b"Api-Token: ") == 2 * len(TARGETS) + 1
    assert set(looked_up) == {HOST}
