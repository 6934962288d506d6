"""Which texts are host names of accounts, and addresses of proxies."""

from __future__ import annotations

from typing import Any

import pytest

from ac_notebook.errors import ConfigurationError
from ac_notebook.model.connection import Connection
from ac_notebook.model.hosts import clean_host, proxy_address
from tests.hosts import GOOD, HOSTILE, OTHERS


def test_what_is_no_host_is_refused() -> None:
    """What is not a bare host name is refused with a sentence that says what to type, and does not repeat it."""
    for typed in HOSTILE:
        with pytest.raises(ConfigurationError, match=r"Type .*Settings, Developer") as caught:
            clean_host(typed)
        assert "Nothing was sent." in caught.value.hint
        assert str(caught.value).replace("\n", " ").isprintable()
        assert "evil" not in str(caught.value), typed
        assert "pw" not in str(caught.value), typed


def test_there_are_enough_of_them() -> None:
    """The issue asks for 150."""
    assert len(HOSTILE) >= 150


def test_a_connection_has_no_such_host_however_it_is_made() -> None:
    """Not made, not changed to it: the value itself refuses, also where another host is allowed."""
    for host in (*HOSTILE, *OTHERS):
        with pytest.raises(ConfigurationError):
            Connection(name="A", host=host, allow_other_host=host in HOSTILE)


def test_only_a_sandbox_on_this_machine_is_plain_http() -> None:
    """A connection that says it is a sandbox's leads to 127.0.0.1, or is none."""
    assert Connection(name="A", host="127.0.0.1:8080", is_sandbox=True).base_url == "http://127.0.0.1:8080/api/3/"
    for host in (GOOD, "127.0.0.2:80", "localhost:80", "127.0.0.1@evil.example", "127.0.0.1:80@evil.example", ""):
        with pytest.raises(ConfigurationError, match="sandbox is on this machine"):
            Connection(name="A", host=host, is_sandbox=True)


@pytest.mark.parametrize(
    ("typed", "host", "taken"),
    [
        (GOOD, GOOD, ""),
        ("  ACME.api-us1.com\r\n", GOOD, ""),
        (f"https://{GOOD}", GOOD, "'https://' was taken away"),
        (f"HTTPS://{GOOD}/", GOOD, "'HTTPS://' and '/' were taken away"),
        ("acme.activehosted.com/api/3/", "acme.activehosted.com", "'/api/3/' was taken away"),
        (f"{GOOD}/0123456789abcdef", GOOD, "What follows the host was taken away"),
        ("a.b.api-us1.com", "a.b.api-us1.com", ""),
        ("a" * 63 + ".api-us1.com", "a" * 63 + ".api-us1.com", ""),
        ("8888.activehosted.com", "8888.activehosted.com", ""),
    ],
)
def test_scheme_and_path_are_taken_away_with_a_notice(typed: str, host: str, taken: str) -> None:
    """``https://`` and a path are taken away, and the user is told, without what may be a key."""
    found, notice = clean_host(typed)
    assert found == host
    assert notice.startswith(taken)
    assert bool(notice) == bool(taken)
    assert "0123456789abcdef" not in notice


@pytest.mark.parametrize("typed", [f"http://{GOOD}", f"{GOOD}:443", f"{GOOD}.", f"https://{GOOD}:443/x", f"//{GOOD}"])
def test_what_is_nearly_right_is_told_how_it_is_right(typed: str) -> None:
    """Where what was meant is plain, the hint says it."""
    with pytest.raises(ConfigurationError) as caught:
        clean_host(typed)
    assert caught.value.hint.startswith(f"Type {GOOD}, if that is") or typed.startswith("//")


def test_a_key_in_an_address_is_not_repeated() -> None:
    """A pasted address of the old API holds the key: no word of it is in the error."""
    with pytest.raises(ConfigurationError) as caught:
        clean_host(f"https://{GOOD}/admin/api.php?api_key=0123456789abcdef&api_action=x")
    assert "0123456789abcdef" not in str(caught.value)


NO_PROXIES = [
    "proxy", "proxy.example.org:3128", "https://proxy.example.org:3128", "socks5://proxy.example.org:1080",
    "http://proxy", "http://user:pw@proxy.example.org:3128", "http://proxy.example.org:0", "http://:3128",
    "http://proxy.example.org:99999", "http://proxy.example.org:3128/x", "http://proxy.example.org:3128?x",
    "http://pro_xy:1", "http://-a:1", "http://a..b:1", "http://a b:1", "http://a:1\r\nX: 1", "http://a:1\n",
    "http://pr\u043exy:1", "http://0x7f000001:1", "http://xn--a:1", "http://[x]:1", " http://a:1", "http://[::1:1",
    "http://127.0.0.1:1:2",
]  # fmt: skip


@pytest.mark.parametrize("proxy", NO_PROXIES)
def test_what_is_no_proxy_is_refused(proxy: str) -> None:
    """Scheme, host and port of a proxy and nothing else: above all no password, which would be saved and shown."""
    with pytest.raises(ConfigurationError, match="proxy=") as caught:
        Connection(name="A", host=GOOD, proxy=proxy)
    assert "pw" not in str(caught.value)


def test_a_proxy_is_kept_as_it_is() -> None:
    """A proxy is a name or an address, and a port; a sandbox has none."""
    for proxy in ("http://proxy:3128", "http://proxy.example.org:8080/", "http://10.0.0.1:1", "http://[::1]:3128"):
        assert Connection(name="A", host=GOOD, proxy=proxy).proxy == proxy
        assert proxy_address(proxy) is not None
    with pytest.raises(ConfigurationError, match="no proxy leads"):
        Connection(name="A", host="127.0.0.1:80", is_sandbox=True, proxy="http://proxy:3128")
    other: Any = 5
    with pytest.raises(ConfigurationError, match="proxy="):
        Connection(name="A", host=GOOD, proxy=other)
