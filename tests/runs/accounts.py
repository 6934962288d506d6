"""Accounts at hosts that are no sandboxes, as far as connecting needs them; and a keyring that keeps things."""

from __future__ import annotations

import getpass
import io
import sys
from typing import TYPE_CHECKING

import httpx
import keyring
import keyring.backend
import keyring.backends.null
import keyring.errors

if TYPE_CHECKING:
    import pytest

HOST, OTHER_HOST = "acme.api-us1.com", "other.api-us1.com"
SAME_ACCOUNT = "acme.activehosted.com"
KEY, NEW_KEY, OTHER_KEY, WRONG_KEY = ("k" * 40, "n" * 40, "o" * 40, "w" * 40)


class Accounts(httpx.BaseTransport):
    """Two accounts: one at two hosts with some keys, another at a host of its own; both say who they are."""

    def __init__(self) -> None:
        self.keys = {HOST: {KEY, NEW_KEY}, SAME_ACCOUNT: {KEY, NEW_KEY}, OTHER_HOST: {OTHER_KEY}}
        self.names = {KEY: "acme", NEW_KEY: "acme", OTHER_KEY: "other"}
        self.seen: list[tuple[str, str, str]] = []
        """Host, path and key of each request."""
        self.down: httpx.Response | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host, key = request.url.host, request.headers["Api-Token"]
        path = request.url.path.removeprefix("/api/3/")
        self.seen.append((host, path, key))
        if self.down is not None:
            return self.down
        if key not in self.keys.get(host, ()):
            return httpx.Response(403, text="")
        name = self.names[key]
        bodies: dict[str, object] = {
            "users/me": {"user": {"id": "1", "username": "admin", "links": {"lists": f"https://{host}/api/3/x"}}},
            "lists": {"lists": [{"id": "1", "name": "Newsletter", "cdate": f"20{len(name)}0-03-02T09:00:00-06:00"}]},
            "fields": {"fields": []},
            "import/bulk_import": {"outstanding": [], "recentlyCompleted": []},
            "settings/account": {"account": name, "subscriber_limit": 0, "subscriber_total": 0},
        }
        if not name:  # a key that is told as little as can be
            bodies["lists"] = {"lists": []}
            del bodies["settings/account"]
        return httpx.Response(200, json=bodies[path]) if path in bodies else httpx.Response(404, json={})

    def asked(self, key: str) -> set[str]:
        """Return the hosts that were shown a key."""
        return {host for host, _, shown in self.seen if shown == key}


def typed(monkeypatch: pytest.MonkeyPatch, key: str = KEY) -> None:
    """Let a person be there, who types a key where nothing is shown."""
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: key)


class KeptKeyring(keyring.backend.KeyringBackend):
    """A keyring that keeps things, as a system's does; it can be locked."""

    priority = 5.0

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._open()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._open()
        del self.entries[service, username]

    def _open(self) -> None:
        if self.is_locked:
            raise keyring.errors.KeyringLocked("locked")


def use(monkeypatch: pytest.MonkeyPatch, backend: keyring.backend.KeyringBackend) -> None:
    """Have the system's keyring be this one, until the test ends."""
    before = keyring.get_keyring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    assert keyring.get_keyring() is backend is not before
