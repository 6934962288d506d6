"""Which addresses a name may lead to."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any, NoReturn

import httpx
import pytest

from ac_notebook.model.connection import Connection
from ac_notebook.remote.addresses import AddressRefusedError, outside, why_refused
from ac_notebook.remote.calls import CallFailed
from ac_notebook.remote.network import network_of
from tests.hosts import GOOD
from tests.remote.wire.hostile import Hostile

if TYPE_CHECKING:
    from ac_notebook.remote.sockets import Resolve

NEVER = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "0.1.2.3", "::1", "::", "::ffff:127.0.0.1", "169.254.169.254", "fe80::1",  # noqa: S104 - refused
    "fe80::1%eth0", "::ffff:169.254.169.254", "224.0.0.1", "239.255.255.250", "ff02::1", "240.0.0.1",
    "255.255.255.255", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "", "x",
]  # fmt: skip
INSIDE = [
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.127.255.255", "198.18.0.1",
    "192.0.2.1", "fd00::1", "fc00::1", "fec0::1", "2001:db8::1", "::ffff:10.0.0.1", "::ffff:100.64.0.1",
    "64:ff9b::a00:1", "2002:a00:1::", "198.51.100.1",
]  # fmt: skip
OUTSIDE = [
    "8.8.8.8",
    "104.18.1.1",
    "100.63.255.255",
    "100.128.0.1",
    "172.32.0.1",
    "2606:4700::1",
    "64:ff9b::808:808",
    "::ffff:8.8.8.8",
]


@pytest.mark.parametrize("address", [*NEVER, *INSIDE, *OUTSIDE])
def test_addresses_are_told_apart(address: str) -> None:
    """Of this machine, its neighbours and nobody: never. Inside a network: where allowed. In the internet: always."""
    assert bool(why_refused(address)) == (address not in OUTSIDE)
    assert bool(why_refused(address, or_inside=True)) == (address in NEVER)


def to(*addresses: str, port: int = 443) -> Resolve:
    """Return a look-up that finds these addresses, whatever it is asked for."""
    return lambda host, _, __: [(address, port) for address in addresses]


def test_what_may_be_connected_to_is_kept() -> None:
    """Of several addresses those in the internet are used, and with none of them nothing is."""
    assert outside(to("10.0.0.1", "8.8.8.8", "::1"))(GOOD, 443, 1.0) == [("8.8.8.8", 443)]
    with pytest.raises(AddressRefusedError, match="this machine"):
        outside(to("127.0.0.1", "10.0.0.1"))(GOOD, 443, 1.0)
    assert outside(to("127.0.0.1", "10.0.0.1"), or_inside=True)(GOOD, 443, 1.0) == [("10.0.0.1", 443)]


@pytest.mark.parametrize("allowed", [{}, {"allow_other_host": True}], ids=["not allowed", "allowed"])
def test_a_name_that_leads_to_this_machine_is_not_followed(allowed: dict[str, Any]) -> None:
    """No connection is made, whatever was allowed, and the call says that nothing was sent, and why."""
    with Hostile(lambda talk: talk.hang()) as server:
        connection = Connection(name="A", host=GOOD, **allowed)
        network = network_of(connection, resolve=to("127.0.0.1", port=server.port))
        with pytest.raises(CallFailed) as caught:
            network.handle_request(httpx.Request("GET", connection.base_url + "users/me"))
        assert server.connections == 0
    assert caught.value.meaning == "untrusted"
    assert caught.value.words == "its name leads to this machine"


def test_a_name_that_leads_inside_is_followed_where_that_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address inside a network is refused, and tried where somebody allowed it; the name is looked up once."""
    asked, tried = [], []

    def resolve(host: str, port: int, _: float) -> list[tuple[str, int]]:
        asked.append((host, port))
        return [("10.0.0.1", port)]

    def connect(_: object, address: object) -> NoReturn:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    request = httpx.Request("GET", f"https://{GOOD}/api/3/users/me")
    with pytest.raises(CallFailed, match="an address inside a network"):
        network_of(Connection(name="A", host=GOOD), resolve=resolve).handle_request(request)
    assert tried == []
    with pytest.raises(CallFailed, match="the connection was refused"):
        network_of(Connection(name="A", host=GOOD, allow_other_host=True), resolve=resolve).handle_request(request)
    assert tried == [("10.0.0.1", 443)]
    assert asked == [(GOOD, 443)] * 2


@pytest.mark.parametrize("address", [
    "::127.0.0.1", "::10.0.0.1", "64:ff9b:1::7f00:1", "64:ff9b:1::a9fe:a9fe", "::ffff:0:127.0.0.1", "192.0.0.192",
    "5f00::1", "4000::1",
])  # fmt: skip
def test_what_old_versions_of_python_call_global_is_not(address: str) -> None:
    """IPv4 inside any form of IPv6, a cloud's metadata, and what nobody uses on the internet: not connected to."""
    assert why_refused(address)
