"""A wire that can be cut: a transport around the sandbox's that fails on demand."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

IMPORT = "/api/3/import/bulk_import"
INFO = "/api/3/import/info"


class Wire(httpx.BaseTransport):
    """Passes requests on, but for those that a test treats otherwise.

    Parameters
    ----------
    inner
        The sandbox's transport.
    path
        Requests to this path are counted and may be treated otherwise.
    treat
        ``treat(n, request, pass_on)`` for the n-th such request, from 1: what it returns or raises is what the client
        gets; ``pass_on()`` gives the sandbox's answer.
    """

    def __init__(
        self, inner: httpx.BaseTransport, path: str,
        treat: Callable[[int, httpx.Request, Callable[[], httpx.Response]], httpx.Response],
    ) -> None:  # fmt: skip
        self._inner = inner
        self._path = path
        self._treat = treat
        self._lock = threading.Lock()
        self.count = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        # A plan asks for the totals at the path of imports, to see whether it may: no import.
        if request.url.path != self._path or (self._path == IMPORT and request.method != "POST"):
            return self._inner.handle_request(request)
        with self._lock:
            self.count += 1
            number = self.count
        return self._treat(number, request, lambda: self._inner.handle_request(request))
