"""What carries the requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def in_process(application: WSGIApplication) -> httpx.BaseTransport:
    """Return a transport to a WSGI application of this process: no socket, no network."""
    return httpx.WSGITransport(app=application)
