"""What stands for a real account where examples are run: an address of ActiveCampaign's, and a sandbox behind it."""

from __future__ import annotations

import getpass
import io
import sys
from typing import TYPE_CHECKING, Any

import httpx

from ac_notebook.sandbox import Sandbox

if TYPE_CHECKING:
    import pytest

HOST = "acme.api-us1.com"
KEY = "sandbox-" + "k" * 40


class RealAccount(httpx.WSGITransport):
    """A real account, as far as the code can tell."""

    def __init__(self) -> None:
        self.box = Sandbox(api_key=KEY, speed=60)
        super().__init__(app=self.box.app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert request.url.host == HOST
        request.headers["Host"] = self.box.host
        return super().handle_request(request)


def type_key(patch: pytest.MonkeyPatch) -> None:
    """Let a person be there, who types the key where nothing is shown."""
    terminal = io.StringIO()
    patch.setattr(terminal, "isatty", lambda: True)
    patch.setattr(sys, "stdin", terminal)
    patch.setattr(getpass, "getpass", lambda prompt: KEY)


def follow(code: str, names: dict[str, Any], account: RealAccount) -> None:
    """Run an example with these names; what it connects to at ActiveCampaign's address is the account."""
    there = f'host="{HOST}"'
    names["account"] = account
    exec(compile(code.replace(there, f"{there}, transport=account"), "example", "exec"), names)  # noqa: S102 - ours
