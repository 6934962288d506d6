"""What is known of a call while it lasts: how much of its time is left, and whether anything of it was sent."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import httpcore
import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

FAILURES = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)
"""What httpcore raises for the network and for what comes over it."""


class CallFailed(httpx.TransportError):
    """A call that brought no answer.

    Parameters
    ----------
    meaning
        ``not-sent``: not a byte of it left; ``untrusted``: likewise, because of who answered; ``lost``: perhaps taken.
    words
        Why, in words that name nobody.
    """

    def __init__(self, meaning: Literal["not-sent", "untrusted", "lost"], words: str) -> None:
        super().__init__(words)
        self.meaning = meaning
        self.words = words


@dataclass
class Call:
    """What is known of a call while it lasts."""

    until: float
    clock: Callable[[], float]
    is_sent: bool = False
    """Whether a byte of it may have left."""
    is_cut: bool = False
    """Whether it could not be written whole."""
    received: int = 0
    refusal: CallFailed | None = None
    """Why there is no connection."""

    def left(self, timeout: float | None, late: type[Exception]) -> float:
        """Return the seconds that a step may take; raise when the call's time is over."""
        left = self.until - self.clock()
        if left <= 0:
            raise late("the call took too long")
        return left if timeout is None else min(timeout, left)

    def failure(self, error: Exception) -> CallFailed:
        """Return what the failure of a step makes of the call."""
        if self.is_sent:
            return CallFailed("lost", _in_words(error))
        if isinstance(error, httpcore.PoolTimeout):
            return CallFailed("not-sent", "no connection was free in time")
        return self.refusal or CallFailed("not-sent", "the connection was closed before anything was sent")


class Calls(threading.local):
    """The call of each thread: a connection serves one after another, and the steps are made by the call's thread."""

    current: Call


def _in_words(error: Exception) -> str:
    # Words of our own: the text of a library's error can hold what was sent.
    if isinstance(error, httpcore.WriteTimeout):
        return "the request could not be sent in time"
    if isinstance(error, httpcore.TimeoutException):
        return "no answer in time"
    return "what came is not HTTP" if _is_garbled(error) else "the connection broke"


def _is_garbled(error: Exception) -> bool:
    text = str(error)
    broken = ("disconnected" in text, "peer closed" in text)
    return isinstance(error, httpcore.RemoteProtocolError) and not any(broken)
