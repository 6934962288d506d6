"""Sockets, and TLS over them: every look-up, connect, handshake, write and read within the time of its call."""

from __future__ import annotations

import ipaddress
import queue
import socket
import ssl
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpcore

from ac_notebook.remote.addresses import AddressRefusedError
from ac_notebook.remote.calls import CallFailed
from ac_notebook.remote.tunnel import dig

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ac_notebook.remote.calls import Call, Calls

LARGEST_RECEIVED = 5 * 2**20
"""Bytes of a whole answer, with headers, interim answers and the framing of chunks."""

Resolve = Callable[[str, int, float], list[tuple[str, int]]]
"""``resolve(host, port, timeout)`` gives the addresses of a host; raises OSError, TimeoutError among them."""

_MOST_WRITTEN_AT_ONCE = 2**16

_NO_TRUST = {
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    18: "its certificate is signed by itself",
    19: "its certificate is signed by an authority of its own",
    20: "its certificate is signed by an authority that is not known here",
    62: "its certificate is for another name",
    64: "its certificate is for another address",
}
"""OpenSSL's codes of a certificate that is refused, in words."""


class Sockets(httpcore.NetworkBackend):
    """Opens connections.

    Parameters
    ----------
    calls
        The call of each thread.
    resolve
        Looks up the addresses of a host, or of the proxy.
    proxy
        Host and port of the proxy that all go through, or None.
    """

    def __init__(self, calls: Calls, resolve: Resolve, proxy: tuple[str, int] | None = None) -> None:
        self._calls = calls
        self._resolve = resolve
        self._proxy = proxy
        self._who = "" if proxy is None else "the proxy: "
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        """Connect to the first address of a host that answers, or to the host through the proxy."""
        call = self._calls.current
        if self._proxy is not None:
            stream = self._connect(call, *self._proxy, timeout, local_address, socket_options)
            try:
                dig(stream, host, port, call, timeout)
            except BaseException:
                stream.close()
                raise
        else:
            stream = self._connect(call, host, port, timeout, local_address, socket_options)
        return _Stream(stream, self._calls)

    def _connect(
        self, call: Call, host: str, port: int, timeout: float | None, local_address: str | None,
        socket_options: Iterable[Any] | None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        failure: Exception = httpcore.ConnectError("no address")
        for address, number in self._addresses(call, host, port, timeout):
            seconds = call.left(timeout, httpcore.ConnectTimeout)
            try:
                stream = self._inner.connect_tcp(address, number, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                call.refusal = None
                return stream
            call.refusal = CallFailed("not-sent", self._who + _why_not_connected(failure))
        raise failure

    def _addresses(self, call: Call, host: str, port: int, timeout: float | None) -> list[tuple[str, int]]:
        """Look a host up anew for each connection: a name server may have failed only once."""
        call.refusal = CallFailed("not-sent", "its name was not looked up in time")
        seconds = call.left(timeout, httpcore.ConnectTimeout)
        try:
            return self._resolve(host, port, seconds)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except AddressRefusedError as error:
            call.refusal = CallFailed("untrusted", error.words)
            raise httpcore.ConnectError(error.words) from error
        except OSError as error:
            unknown = error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
            words = "no host has this name" if unknown else "its name cannot be looked up now"
            call.refusal = CallFailed("not-sent", self._who + words)
            raise httpcore.ConnectError(words) from error


class _Stream(httpcore.NetworkStream):
    """One connection."""

    def __init__(self, inner: httpcore.NetworkStream, calls: Calls) -> None:
        self._inner = inner
        self._calls = calls

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        call = self._calls.current
        data = self._inner.read(max_bytes, call.left(timeout, httpcore.ReadTimeout))
        call.received += len(data)
        if call.received > LARGEST_RECEIVED:
            raise httpcore.RemoteProtocolError("the answer is too long")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        call, rest = self._calls.current, memoryview(buffer)
        connection: socket.socket = self._inner.get_extra_info("socket")
        while rest:
            try:
                connection.settimeout(call.left(timeout, httpcore.WriteTimeout))
                count = connection.send(rest[:_MOST_WRITTEN_AT_ONCE])
            except TimeoutError as error:
                call.is_sent = call.is_cut = True  # TLS may have written a part of what was handed to it
                raise httpcore.WriteTimeout(str(error)) from error
            except OSError as error:
                call.is_cut = True
                raise httpcore.WriteError(str(error)) from error
            call.is_sent = True
            rest = rest[count:]

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        call = self._calls.current
        call.refusal = CallFailed("not-sent", "no TLS connection in time")
        try:
            seconds = call.left(timeout, httpcore.ConnectTimeout)
            stream = self._inner.start_tls(ssl_context, server_hostname, seconds)
        except httpcore.ConnectError as error:
            call.refusal = _why_no_tls(error.__cause__)
            raise
        call.refusal = None
        return _Stream(stream, self._calls)

    def close(self) -> None:
        self._inner.close()

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def look_up(host: str, port: int, timeout: float) -> list[tuple[str, int]]:
    """Return the addresses of a host.

    Parameters
    ----------
    timeout
        Seconds; the system's own look-up knows no limit, so it is left behind when it takes longer.

    Raises
    ------
    OSError
        When there are none; TimeoutError when nobody answered in time.

    Examples
    --------
    >>> look_up("127.0.0.1", 80, 1.0)
    [('127.0.0.1', 80)]
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return [(host, port)]
    found: queue.SimpleQueue[list[tuple[str, int]] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            found.put(error)
        else:
            found.put(list(dict.fromkeys((str(row[4][0]), port) for row in rows)))

    threading.Thread(target=ask, name="ac_notebook-look-up", daemon=True).start()
    try:
        answer = found.get(timeout=timeout)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _why_not_connected(error: Exception) -> str:
    if isinstance(error, httpcore.ConnectTimeout):
        return "no connection in time"
    return "the connection was refused" if isinstance(error.__cause__, ConnectionRefusedError) else "no connection"


def _why_no_tls(error: BaseException | None) -> CallFailed:
    """Return why there is no TLS connection: one that was cut may come about next time, one refused may not."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return CallFailed("untrusted", _NO_TRUST.get(error.verify_code, "its certificate is not valid"))
    if isinstance(error, ssl.SSLError) and not isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return CallFailed("untrusted", "it speaks no TLS, or no version of it that is safe")
    return CallFailed("not-sent", "the connection was closed while TLS was agreed on")
