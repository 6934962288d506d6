"""What carries the requests."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed.wsgi import WSGIApplication


Transport = httpx.BaseTransport
"""What carries a request and brings its answer; the seam for tests."""


def in_process(application: WSGIApplication) -> Transport:
    """Return a transport to a WSGI application of this process: no socket, no network.

    Where the application raises an OSError, the client sees a broken connection, as over a socket.
    """
    return _InProcess(application)


_LEAP = 5.0
"""Seconds by which the calendar's clock moves against the monotonic one when the machine has slept, or was set."""


class FreshAfterSleep(httpx.BaseTransport):
    """Opens new connections after the machine has slept: those of before lead nowhere, and do not know it.

    A request on one of them would be lost without a word, and nobody could tell whether it was taken. Where the
    monotonic clock goes on during sleep, connections that were idle for seconds are not used again anyway.

    Parameters
    ----------
    make
        Makes what carries the requests.
    offset
        The calendar's clock less the monotonic one, in seconds.
    """

    def __init__(self, make: Callable[[], Transport], offset: Callable[[], float]) -> None:
        self._make = make
        self._offset = offset
        self._lock = threading.Lock()
        self._seen = offset()
        self._made = [make()]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request."""
        with self._lock:
            offset = self._offset()
            if abs(offset - self._seen) > _LEAP:
                # The ones of before stay open until the end: answers to requests in flight may still come.
                self._made.append(self._make())
            self._seen = offset
            inner = self._made[-1]
        return inner.handle_request(request)

    def close(self) -> None:
        """Close all connections."""
        for inner in self._made:
            inner.close()


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
