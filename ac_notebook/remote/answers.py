"""What an answer means, decided by its parsed body and never by the status code alone.

Shapes and statuses are those of the contract, sections 2 and 7. What ActiveCampaign says is kept word for word, but for
addresses, which are masked.
"""

from __future__ import annotations

import email.utils
import math
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

Meaning = Literal[
    "ok", "wait", "named-rows", "refused", "too-large", "unauthorized", "lapsed", "missing", "moved", "foreign",
    "fault", "not-sent", "lost", "untrusted",
]  # fmt: skip
"""What an answer means for the one who asked:

- ok: as asked
- wait: over a rate limit, nothing was taken
- named-rows: refused, and these contacts are to blame
- refused: refused as a whole; too-large: because of its size
- unauthorized: bad key or missing right; lapsed: the account is not paid
- missing: there is no such thing
- moved: a redirect, which is never followed
- foreign: not ActiveCampaign's API that answered
- fault: the service or something before it failed, perhaps after taking the request
- lost: sent, no answer
- not-sent: no connection, so nothing was taken; untrusted: because of the host's certificate
"""

LONGEST_WAIT = 900.0
"""Seconds that a ``Retry-After`` is obeyed for, at the most."""

_ADDRESS = re.compile(r"[^\s@\"'<>()\[\]{},;:|]+(?:@|%40)[^\s@\"'<>()\[\]{},;:|]+", re.IGNORECASE)
_LONGEST_MESSAGE = 300


@dataclass(frozen=True, kw_only=True)
class Received:
    """What came back over the wire.

    Parameters
    ----------
    status
        HTTP status.
    headers
        Header values by lower-case name.
    content
        The body, whole.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer and what it means.

    Parameters
    ----------
    meaning
        See :data:`Meaning`.
    status
        HTTP status, or None when nothing came.
    body
        The parsed JSON object; empty when there is none.
    message
        ActiveCampaign's own words, with addresses masked; or what went wrong on the way.
    retry_after
        Seconds to wait, where the answer says so.
    failures
        ``{contact index as sent by the service: reason}`` for named rows.
    """

    meaning: Meaning
    status: int | None = None
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)
    message: str = ""
    retry_after: float | None = None
    failures: Mapping[int, str] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        """Return a value of the body by name, letter case aside (the documentation spells ``Success``)."""
        for key, value in self.body.items():
            if key.casefold() == name:
                return value
        return None


def mask_addresses(text: str) -> str:
    """Return a text without the addresses in it.

    Examples
    --------
    >>> mask_addresses("Duplicate entry 'ann@example.org'")
    "Duplicate entry '…@…'"
    """
    return _ADDRESS.sub("…@…", text)


def classify(received: Received, *, now: datetime) -> Answer:  # noqa: PLR0911 - one for each kind of answer
    """Return what an answer means.

    Parameters
    ----------
    received
        What came back.
    now
        Date and time, for a ``Retry-After`` that is a date.

    Examples
    --------
    >>> from datetime import datetime, UTC
    >>> classify(Received(status=402), now=datetime(2026, 1, 1, tzinfo=UTC)).meaning
    'lapsed'
    """
    status = received.status
    body = _parse(received.content)
    message = _message(body) if body else ""
    failures = _failures(body)
    answer = Answer(meaning="ok", status=status, body=body or {}, message=message)

    def as_(meaning: Meaning, **more: Any) -> Answer:
        return Answer(**{**vars(answer), "meaning": meaning, **more})

    if status == 429 or (status == 400 and not failures and _names_a_rate_limit(body)):  # noqa: PLR2004 - HTTP
        return as_("wait", retry_after=retry_after(received.headers.get("retry-after"), now=now))
    if 200 <= status < 300:  # noqa: PLR2004 - HTTP
        return _classify_success(received, body, as_)
    if 300 <= status < 400:  # noqa: PLR2004 - HTTP
        return as_("moved")
    if status in (401, 403):
        return as_("unauthorized")
    if status in (408, 425) or status >= 500:  # noqa: PLR2004 - HTTP
        wait = retry_after(received.headers.get("retry-after"), now=now)
        return as_("fault", retry_after=wait)
    if failures:
        return as_("named-rows", failures=failures)
    meanings: dict[int, Meaning] = {402: "lapsed", 404: "missing", 413: "too-large", 400: "refused", 422: "refused"}
    # An unknown status is never success, and may have been acted on.
    return as_(meanings.get(status, "fault"))


def _classify_success(received: Received, body: dict[str, Any] | None, as_: Any) -> Answer:
    if body is not None:
        return as_("ok")  # type: ignore[no-any-return]  # of Answer
    text = received.content.lstrip()[:200].lower()
    if text.startswith((b"<!doctype", b"<html", b"<")):
        return as_("foreign", message="a web page came instead of data")  # type: ignore[no-any-return]  # of Answer
    return as_("fault", message="the answer is cut off or is not JSON")  # type: ignore[no-any-return]  # of Answer


def retry_after(value: str | None, *, now: datetime) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for, between 0 and 900; None for none or rubbish.

    Examples
    --------
    >>> from datetime import datetime, UTC
    >>> moment = datetime(2026, 1, 1, tzinfo=UTC)
    >>> retry_after("30", now=moment), retry_after("Thu, 01 Jan 2026 00:01:00 GMT", now=moment)
    (30.0, 60.0)
    >>> retry_after("soon", now=moment), retry_after("99999999", now=moment)
    (None, 900.0)
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = email.utils.parsedate_to_datetime(value)
        except (ValueError, TypeError, OverflowError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - now).total_seconds()
    return None if math.isnan(seconds) else min(max(seconds, 0.0), LONGEST_WAIT)


def _parse(content: bytes) -> dict[str, Any] | None:
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _message(body: dict[str, Any]) -> str:
    """Return what the service says, from any of the shapes that it uses (contract section 2.1)."""
    parts = [body[key] for key in ("message", "error") if isinstance(body.get(key), str)]
    errors = body.get("errors")
    if isinstance(errors, str):
        parts.append(errors)
    parts += [
        " ".join(str(entry[key]) for key in ("title", "detail") if entry.get(key))
        for entry in (errors if isinstance(errors, list) else ())
        if isinstance(entry, dict)
    ]
    reasons = body.get("failureReasons")
    parts += [reason for reason in (reasons if isinstance(reasons, list) else ()) if isinstance(reason, str)]
    return mask_addresses(" ".join(dict.fromkeys(part for part in parts if part)))[:_LONGEST_MESSAGE]


def _failures(body: dict[str, Any] | None) -> dict[int, str]:
    """Return the contacts that a refusal names, by the index that the service gives."""
    reasons = (body or {}).get("failureReasons")
    found: dict[int, str] = {}
    for entry in reasons if isinstance(reasons, list) else ():
        if isinstance(entry, dict):
            index = entry.get("contact")
            if isinstance(index, str) and index.isdecimal() and len(index) < 10:  # noqa: PLR2004 - a small number
                index = int(index)
            if isinstance(index, int) and not isinstance(index, bool):
                found[index] = mask_addresses(str(entry.get("failureReason", "")))[:_LONGEST_MESSAGE]
    return found


def _names_a_rate_limit(body: dict[str, Any] | None) -> bool:
    # The documented answer of the bulk limiter is 400 with this message (contract section 2.2).
    return "rate limit" in str((body or {}).get("message", "")).casefold()
