"""Calling back when an import is done. Its body is UNKNOWN (section 7.5): this shape is provisional, poll instead."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import orjson

if TYPE_CHECKING:
    from ac_notebook.sandbox.quirks import Quirks

    from .applying import Applied
    from .queue import Batch

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_PATIENCE = 5.0  # seconds
_REASON = "Contact could not be imported"
_SUCCESSFUL = range(200, 300)


@dataclass(frozen=True, kw_only=True)
class Callback:
    """A request to be sent to whom the import named."""

    url: str
    method: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    repeats: int

    @property
    def allowed(self) -> bool:
        """Whether it stays on this machine; nothing else is ever called."""
        try:
            parts = urlsplit(self.url)
            return parts.scheme == "http" and parts.hostname in LOOPBACK and parts.port is not None
        except ValueError:
            return False


def callback_of(asked: dict[str, Any] | None, batch: Batch, result: Applied, quirks: Quirks) -> Callback | None:
    """Return whom to tell of a batch, and what; None when nobody is to be told."""
    if asked is None:
        return None
    pairs = [(entry["key"], entry["value"]) for entry in asked.get("params", [])]
    headers = [(entry["key"], entry["value"]) for entry in asked.get("headers", [])]
    repeats = int(quirks.callback_repeats)
    if asked["requestType"] == "GET":
        separator = "&" if "?" in asked["url"] else "?"
        url = asked["url"] + (separator + urlencode(pairs) if pairs else "")
        return Callback(url=url, method="GET", headers=tuple(headers), body=b"", repeats=repeats)
    content: dict[str, Any] = {"batchId": batch.id, "status": batch.fate, **dict(pairs)}
    if asked.get("detailed_results") == "true":
        content |= {
            "success_count": len(result.success),
            "failure_count": len(result.failure),
            "failures": [{"email": email, "errors": [_REASON]} for email in result.failure],
        }
    if quirks.callback_encoding == "json":
        body, kind = orjson.dumps(content), "application/json"
    else:
        flat = {
            name: value if isinstance(value, str) else orjson.dumps(value).decode() for name, value in content.items()
        }
        body, kind = urlencode(flat).encode(), "application/x-www-form-urlencoded"
    headers = [("Content-Type", kind), *headers]
    return Callback(url=asked["url"], method="POST", headers=tuple(headers), body=body, repeats=repeats)


def call(callback: Callback) -> bool:
    """Send a callback, as often as it is to be repeated until an answer says it arrived; tell whether one did."""
    if not callback.allowed:
        return False
    parts = urlsplit(callback.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    for _ in range(1 + callback.repeats):
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=_PATIENCE)
        try:
            connection.request(callback.method, path, callback.body, dict(callback.headers))
            if connection.getresponse().status in _SUCCESSFUL:
                return True
        except (OSError, http.client.HTTPException, ValueError):
            continue  # nobody there, or no answer that could be read; the next attempt, if there is one
        finally:
            connection.close()
    return False
