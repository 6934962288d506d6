"""What an answer means, decided by its parsed body and never by the status code alone.

Shapes and statuses are those of the contract, sections 2 and 7. What ActiveCampaign says is kept word for word, but for
addresses, which are masked.
"""

from __future__ import annotations

import email.utils
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from ac_notebook.remote.parsing import folded, named, parse, said, says_limit, says_nothing_taken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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

_PART = r"[^\s@\"'<>()\[\]{},;:|]"
# It begins where a word begins, so that a long word without an address is read once and not once for each letter.
_ADDRESS = re.compile(rf"(?<!{_PART}){_PART}+(?:@|%40){_PART}+", re.IGNORECASE)
_LONGEST_MESSAGE = 300
_NUMBER = re.compile(r"[+-]?[0-9]{1,300}(?:\.[0-9]{0,300})?")


@dataclass(frozen=True, kw_only=True)
class Received:
    """What came back over the wire.

    Parameters
    ----------
    status
        HTTP status.
    content
        The body, whole.
    retry_after
        Each header of this name.
    content_type
        How the body is labelled; nothing is decided by it.
    tells_rate
        Whether there is a header that tells how many requests are left.
    """

    status: int
    content: bytes = b""
    retry_after: Sequence[str] = ()
    content_type: str = ""
    tells_rate: bool = False


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
    content_type, tells_rate
        As received.
    """

    meaning: Meaning
    status: int | None = None
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)
    message: str = ""
    retry_after: float | None = None
    failures: Mapping[int, str] = field(default_factory=dict)
    content_type: str = ""
    tells_rate: bool = False

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value of the body by its name in lower case, however it is spelled (documented: ``Success``).

        The default also where two spellings of the name stand beside each other with different values.
        """
        return folded(self.body).get(name, default)


def mask_addresses(text: str) -> str:
    """Return a text without the addresses in it.

    Examples
    --------
    >>> mask_addresses("Duplicate entry 'ann@example.org'")
    "Duplicate entry '…@…'"
    """
    return _ADDRESS.sub("…@…", text)


_SUCCESS = (200, 201, 202)
"""Statuses of a request that was taken, where the body says so too; any other is not known from this service."""

_LIMITED = (400, 422, 503)
"""Statuses with which a rate limit is said in words: 400 as documented, 503 as seen in 2021 (contract section 2.2)."""

_BARRIERS = {407: "a proxy asks for a log-in", 511: "the network asks for a log-in"}

PAGE = "a web page came instead of data"
"""Our words for an answer that is none of ActiveCampaign's."""

_REFUSED = (400, 413, 422)

_MEANINGS: dict[int, Meaning] = {
    400: "refused", 401: "unauthorized", 402: "lapsed", 403: "unauthorized", 404: "missing", 413: "too-large",
    422: "refused",
}  # fmt: skip

_BY_OTHERS: tuple[Meaning, ...] = ("unauthorized", "missing", "refused")
"""What a web page with such a status does not say, because ActiveCampaign says it with data or with nothing."""


def classify(received: Received, *, now: datetime) -> Answer:
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
    body = parse(received.content)
    words = said(body) if body else ""
    failures = named(body) if body else {}
    meaning, ours = _meaning(received, body, words, is_named=bool(failures))
    told = retry_after(received.retry_after, now=now) if meaning in ("wait", "fault") else None
    shown = {index: _shown(reason) for index, reason in failures.items()} if meaning == "named-rows" else {}
    return Answer(
        meaning=meaning, status=received.status, body=body or {}, message=ours or _shown(words), retry_after=told,
        failures=shown, content_type=received.content_type, tells_rate=received.tells_rate,
    )  # fmt: skip


def _meaning(received: Received, body: dict[str, Any] | None, words: str, *, is_named: bool) -> tuple[Meaning, str]:
    """Return what an answer means, and words of our own where the service's do not say it."""
    status = received.status
    if status in _SUCCESS:
        return _meaning_of_success(received, body, words, is_named=is_named)
    if status == 429 or (status in _LIMITED and not is_named and says_limit(words)):  # noqa: PLR2004 - HTTP
        return "wait", ""
    if status in _BARRIERS:
        return "foreign", _BARRIERS[status]
    if is_named and status in _REFUSED:
        return "named-rows", ""
    # An unknown status is never success, and may have been acted on.
    meaning = _MEANINGS.get(status, "moved" if 300 <= status < 400 else "fault")  # noqa: PLR2004 - HTTP
    if meaning in _BY_OTHERS and body is None and _is_page(received.content):
        # Of a proxy or a firewall, which knows nothing of keys, lists and batches: what it lacks is not gone there.
        return ("foreign" if meaning == "missing" else meaning), PAGE
    return meaning, ""


def _meaning_of_success(
    received: Received, body: dict[str, Any] | None, words: str, *, is_named: bool
) -> tuple[Meaning, str]:
    if body is None:
        if _is_page(received.content):
            return "foreign", PAGE
        return "fault", "the answer is cut off or is not JSON"
    known = folded(body)
    success = known.get("success")
    denied = success is False or (isinstance(success, int) and success == 0) or success in ("0", "false")
    if not denied or "batchid" in known:
        return "ok", ""
    # It says that it failed: only where it also says that nothing was taken is that known.
    if says_limit(words) and not is_named:
        return "wait", ""
    if says_nothing_taken(words):
        return ("named-rows" if is_named else "refused"), ""
    return "fault", ""


def _is_page(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def retry_after(values: Sequence[str], *, now: datetime) -> float | None:
    """Return the seconds that ``Retry-After`` headers ask for, between 0 and 900; None for none or rubbish.

    Of several the longest is taken.

    Examples
    --------
    >>> from datetime import datetime, UTC
    >>> moment = datetime(2026, 1, 1, tzinfo=UTC)
    >>> retry_after(["30"], now=moment), retry_after(["Thu, 01 Jan 2026 00:01:00 GMT"], now=moment)
    (30.0, 60.0)
    >>> retry_after(["soon"], now=moment), retry_after(["99999999"], now=moment), retry_after(["5", "7"], now=moment)
    (None, 900.0, 7.0)
    """
    told = [seconds for value in values if (seconds := _seconds(value.strip(), now)) is not None]
    return min(max(*told, 0.0), LONGEST_WAIT) if told else None


def _seconds(value: str, now: datetime) -> float | None:
    if _NUMBER.fullmatch(value):
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - now).total_seconds()


def _shown(text: str) -> str:
    """Return the service's words as they may be shown: no addresses, no control characters, not too long."""
    masked = mask_addresses(text)
    if len(masked) > _LONGEST_MESSAGE:
        masked = f"{masked[: _LONGEST_MESSAGE - 1]}…"
    return "".join(letter if letter.isprintable() else " " for letter in masked)
