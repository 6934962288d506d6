"""Who is no host of ActiveCampaign's is not looked up, not connected to, and no key is asked for."""

from __future__ import annotations

import getpass
import socket
from typing import Any, NoReturn

import pytest

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError
from tests.hosts import GOOD, HOSTILE, KINDS, OTHERS

KEY = "0123456789abcdef" * 4


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was looked up, connected to, or asked of the user: refused, and noted."""
    noted: list[object] = []

    def refuse(*given: object, **_: object) -> NoReturn:
        noted.append(given)
        raise OSError(socket.EAI_NONAME, "nobody")

    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    for name in ("connect", "connect_ex", "sendto", "sendmsg", "bind"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(getpass, "getpass", refuse)
    return noted


@pytest.mark.filterwarnings("ignore:.*taken away")
def test_no_hostile_host_is_connected_to(reached: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    """150 and more texts, with another host allowed or not: each is refused before the network, and before the key."""
    monkeypatch.setenv("ACTIVECAMPAIGN_API_KEY", KEY)
    assert len(HOSTILE) >= 150
    for host in (*HOSTILE, *KINDS[1:]):
        for allowed in (False, True):
            given: Any = host
            with pytest.raises(ConfigurationError):
                ac.connect("A", host=given, allow_other_host=allowed, agree_to_data_transfer=True)
    for host in OTHERS:
        with pytest.raises(ConfigurationError, match="allow_other_host=True"):
            ac.connect("A", host=host, agree_to_data_transfer=True)
    assert reached == []
    assert ac.connections().empty


def test_the_guard_of_these_tests_sees_a_connection(reached: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that is one is looked up: else the test above would prove nothing."""
    monkeypatch.setenv("ACTIVECAMPAIGN_API_KEY", KEY)
    connection: Any = ac.Connection(name="A", host=GOOD)
    from ac_notebook.remote.network import network_of  # noqa: PLC0415 - beside its only use

    request = __import__("httpx").Request("GET", connection.base_url + "users/me")
    with pytest.raises(Exception, match="no host has this name"):
        network_of(connection).handle_request(request)
    assert len(reached) == 1


def test_nor_by_changing_a_connection(reached: list[object]) -> None:
    """``replace(host=…)`` refuses what ``connect`` refuses; what was allowed for one host is not for the next."""
    allowed: Any = ac.Connection(name="A", host="crm.example.org", allow_other_host=True)
    for host in (*HOSTILE, *OTHERS):
        with pytest.raises(ConfigurationError):
            allowed.replace(host=host)
    assert allowed.replace(host=GOOD).allow_other_host is False
    assert allowed.replace(name="B").allow_other_host is True
    assert reached == []


def test_a_key_is_not_asked_for_before_the_host_is_right(reached: list[object]) -> None:
    """Host, proxy and what is allowed are looked at first: nobody types a key for what is refused anyway."""
    for host, proxy in (("evil.example.com", None), (GOOD, "socks5://a:1"), ("acme", None)):
        with pytest.raises(ConfigurationError):
            ac.connect("A", host=host, proxy=proxy)
    assert reached == []
