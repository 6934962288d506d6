"""What carries the requests over sockets: each call has one deadline, and it is known whether anything of it left.

httpx and httpcore time each read and write apart, so that a byte now and then keeps a call alive for ever. Here every
look-up, connect, handshake, write and read gets what is left of the call's time (hazards F9, F17). And a call that
brings no answer says whether a byte of it was written: only then can it have been taken (F7, F15).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpcore
import httpx

from ac_notebook.model.hosts import proxy_address
from ac_notebook.remote.addresses import outside
from ac_notebook.remote.calls import FAILURES, Call, CallFailed, Calls
from ac_notebook.remote.sockets import Sockets, look_up
from ac_notebook.remote.trust import strict

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from ac_notebook.model.connection import Connection
    from ac_notebook.remote.sockets import Resolve

LONGEST_CALL = 90.0
"""Seconds for one call, however slowly its bytes come."""


class Network(httpx.BaseTransport):
    """Carries requests over sockets.

    Parameters
    ----------
    context
        How TLS is spoken: :func:`~ac_notebook.remote.trust.strict`, but for tests. Plain HTTP needs none.
    longest_call
        Seconds for one call, from the look-up of the name to the last byte of the answer.
    resolve
        Looks up the addresses of a host.
    proxy
        Host and port of the proxy that all connections go through, or None. It gets nothing but the host's name.
    clock
        Seconds that only ever grow. Sockets wait in real time, so this is no argument for virtual time.
    """

    def __init__(
        self, *, context: ssl.SSLContext | None = None, longest_call: float = LONGEST_CALL,
        resolve: Resolve = look_up, proxy: tuple[str, int] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._longest_call = longest_call
        self._clock = clock
        self._calls = Calls()
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=32,
            keepalive_expiry=5.0,
            network_backend=Sockets(self._calls, resolve, proxy),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its answer, whose body is still to be read, by the same thread.

        Raises
        ------
        CallFailed
            When no answer came; so does reading its body.
        """
        call = self._calls.current = Call(self._clock() + self._longest_call, self._clock)
        response, failure = None, None
        try:
            response = self._pool.handle_request(_plain(request))
        except FAILURES as error:
            failure = call.failure(error)
        if response is None:
            assert failure is not None  # noqa: S101 - one of the two
            raise failure
        wrong = _why_not_ours(response, call)
        if wrong is not None:
            response.close()
            raise wrong
        return httpx.Response(response.status, headers=response.headers, stream=_Content(response, call))

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


def network_of(connection: Connection, *, resolve: Resolve = look_up) -> Network:
    """Return what carries a connection's requests: over TLS, to where its host may be, through its proxy if it has one.

    Parameters
    ----------
    connection
        Says what is allowed and trusted; nothing is taken from the environment.
    resolve
        Looks up the addresses of a host.

    Raises
    ------
    ConfigurationError
        When its file of authorities cannot be used.
    """
    if connection.is_sandbox:
        return Network(resolve=resolve)
    context = strict(connection.ca_file)
    if connection.proxy:
        # Where the host is, is then looked up by the proxy; the proxy itself is wherever it was said to be.
        return Network(context=context, resolve=resolve, proxy=proxy_address(connection.proxy))
    return Network(context=context, resolve=outside(resolve, or_inside=connection.allow_other_host))


def _why_not_ours(response: httpcore.Response, call: Call) -> CallFailed | None:
    """Return why an answer that came cannot be the one to this request."""
    if not call.is_sent:
        return CallFailed("not-sent", "the connection was closed before anything was sent")
    if not call.received:
        # It lay there since the answer before it: two came for one request, and no later one can be believed.
        return CallFailed("lost", "the answer belongs to another request")
    if call.is_cut and 200 <= response.status < 300:  # noqa: PLR2004 - HTTP
        return CallFailed("lost", "the answer came before the request was sent whole")
    return None


class _Content(httpx.SyncByteStream):
    """The body of an answer."""

    def __init__(self, response: httpcore.Response, call: Call) -> None:
        self._response = response
        self._call = call

    def __iter__(self) -> Iterator[bytes]:
        parts = iter(self._response.iter_stream())
        while True:
            failure, part = None, b""
            try:
                part = next(parts)
            except StopIteration:
                return
            except FAILURES as error:
                failure = self._call.failure(error)
            if failure is not None:
                raise failure
            yield part

    def close(self) -> None:
        self._response.close()


def _plain(request: httpx.Request) -> httpcore.Request:
    """Return a request as httpcore takes it."""
    url = request.url
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )
