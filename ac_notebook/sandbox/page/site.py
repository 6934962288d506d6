"""The page at `/`: read-only; without the server's token, it says nothing about people."""

from __future__ import annotations

import contextlib
import hmac
import secrets
from typing import TYPE_CHECKING

from ac_notebook.sandbox.api.answers import Answer
from ac_notebook.sandbox.api.queries import number
from ac_notebook.sandbox.service import NotKeptError

from .html import Html, link, text
from .look import Look
from .style import STYLE
from .views import VIEWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ac_notebook.sandbox.api.application import Application

_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    # Nothing is loaded, run or framed; forms lead back here.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address holds the token
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_MASKED = (
    "Addresses, names and values are masked, because others may reach this address. "
    "The full address of this page shows them: it is printed where the sandbox was started, and is box.page in Python."
)


class Site:
    """The page of one server.

    Attributes
    ----------
    token
        Makes people's data visible to who has it; new for each server, never shown on the masked page.
    """

    def __init__(self, application: Application) -> None:
        self.token = secrets.token_urlsafe(24)
        self._application = application

    def answer(self, query: Mapping[str, str]) -> Answer:
        """Answer a browser."""
        with contextlib.suppress(NotKeptError):  # the next request to the API is told
            self._application.advance()
        given = query.get("token", "").encode(errors="replace")
        token = self.token if hmac.compare_digest(given, self.token.encode()) else ""
        services = self._application.services
        place = min(max(number(query.get("account"), 1), 1), len(services))
        look = Look(service=services[place - 1], place=place, token=token)
        view = query.get("view", "")
        view = view if view in VIEWS else ""
        content = VIEWS[view][1](look, query)
        return Answer(self._whole(look, view, content).encode(errors="replace"), headers=_HEADERS)

    def _whole(self, look: Look, view: str, content: Html) -> str:
        title = text(look.service.name)
        hint = "" if look.clear else f'<p class="hint">{_MASKED}</p>'
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
            f'<link rel="icon" href="data:,"><title>SANDBOX</title><style>{STYLE}</style></head><body>'
            '<div class="band"><div><h1>SANDBOX</h1><span>Not ActiveCampaign: an account that lives on this machine. '
            "Nothing here was sent to anybody.</span></div></div>"
            f'<div class="bar"><nav aria-label="Views">{_tabs(look, view)}</nav>{self._accounts(look, view)}</div>'
            f"<main>{hint}{content}</main>"
            f"<footer>Account {title}. Times are UTC. Read-only; reload for what is new.</footer></body></html>"
        )

    def _accounts(self, look: Look, view: str) -> str:
        """Return links to the server's accounts, where there are several."""
        if len(self._application.services) == 1:
            return ""
        views = view if view != "contact" else "contacts"
        links = [
            _tab(Look(service=service, place=place, token=look.token).href(views), service.name, place == look.place)
            for place, service in enumerate(self._application.services, start=1)
        ]
        return f'<nav aria-label="Accounts"><span class="label">Account</span>{"".join(links)}</nav>'


def _tabs(look: Look, view: str) -> str:
    chosen = view if view != "contact" else "contacts"
    return "".join(_tab(look.href(name), title, name == chosen) for name, (title, _) in VIEWS.items() if title)


def _tab(address: str, title: str, chosen: bool) -> str:  # noqa: FBT001 - one call site each
    plain = link(address, title)
    return plain.replace("<a ", '<a aria-current="page" ', 1) if chosen else plain
