"""What carries the requests."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed.wsgi import WSGIApplication


Transport = httpx.BaseTransport
"""What carries a request and brings its answer; the seam for tests."""


def in_process(application: WSGIApplication) -> Transport:
    """Return a transport to a WSGI application of this process: no socket, no network.

    Where the application raises an OSError, the client sees a broken connection, as over a socket.
    """
    return _InProcess(application)


class _InProcess(httpx.BaseTransport):
    def __init__(self, application: WSGIApplication) -> None:
        self._inner = httpx.WSGITransport(app=application)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = None
        with suppress(OSError):  # nothing of it is kept: its frames hold the headers, and with them the key
            response = self._inner.handle_request(request)
        if response is None:
            raise httpx.ReadError("the connection was reset")
        assert isinstance(response.stream, httpx.SyncByteStream)  # noqa: S101 - what this kind of transport gives
        return httpx.Response(
            response.status_code, headers=response.headers, stream=_Body(response.stream),
            extensions=response.extensions,
        )  # fmt: skip


class _Body(httpx.SyncByteStream):
    def __init__(self, inner: httpx.SyncByteStream) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        parts = iter(self._inner)
        while True:
            broken, part = False, b""
            try:
                part = next(parts)
            except StopIteration:
                return
            except OSError:
                broken = True
            if broken:
                raise httpx.RemoteProtocolError("the connection broke within the answer")
            yield part

    def close(self) -> None:
        self._inner.close()
