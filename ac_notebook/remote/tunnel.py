"""A way through a proxy: it is told host and port, and carries bytes; TLS to the host is inside, so it reads none.

Only a connection that says so goes through one. What the environment names (``HTTPS_PROXY``) is not looked at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpcore

from ac_notebook.remote.calls import CallFailed

if TYPE_CHECKING:
    from ac_notebook.remote.calls import Call

_LONGEST_HEAD = 16_384
_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})(?: [^\r\n]*)?\r\n")
_ASKS_FOR_LOGIN = 407


def dig(stream: httpcore.NetworkStream, host: str, port: int, call: Call, timeout: float | None) -> None:
    """Have a proxy connect to a host (CONNECT, RFC 9110 section 9.3.6); afterwards the stream leads there.

    Raises
    ------
    httpcore.ConnectError, httpcore.ConnectTimeout
        When it does not; ``call.refusal`` then says why in our words.
    """
    call.refusal = CallFailed("not-sent", "the proxy did not answer in time")
    target = f"{host}:{port}"
    head = b""
    try:
        stream.write(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode("ascii"), _left(call, timeout))
        while b"\r\n\r\n" not in head:
            part = stream.read(4_096, _left(call, timeout))
            head += part
            if not part or len(head) > _LONGEST_HEAD:
                raise _failed(call, "the proxy broke the connection off")
    except (httpcore.ReadTimeout, httpcore.WriteTimeout) as error:
        raise httpcore.ConnectTimeout(str(error)) from error
    except (httpcore.ReadError, httpcore.WriteError) as error:
        raise _failed(call, "the proxy broke the connection off") from error
    found = _STATUS.match(head)
    if found is None or not head.endswith(b"\r\n\r\n"):  # nobody speaks before TLS is begun from here
        raise _failed(call, "what answers at the proxy's address is no proxy")
    status = int(found[1])
    if status == _ASKS_FOR_LOGIN:
        raise _failed(call, "the proxy asks for a log-in")
    if not 200 <= status < 300:  # noqa: PLR2004 - HTTP
        raise _failed(call, f"the proxy does not let it through (status {status})")
    call.refusal = None


def _left(call: Call, timeout: float | None) -> float:
    return call.left(timeout, httpcore.ConnectTimeout)


def _failed(call: Call, words: str) -> httpcore.ConnectError:
    call.refusal = CallFailed("not-sent", words)
    return httpcore.ConnectError(words)
