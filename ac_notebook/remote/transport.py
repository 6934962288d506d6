"""What carries the requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


Transport = httpx.BaseTransport
"""What carries a request and brings its answer; the seam for tests."""


def in_process(application: WSGIApplication) -> Transport:
    """Return a transport to a WSGI application of this process: no socket, no network."""
    return httpx.WSGITransport(app=application)
