"""The documented limits, and the sliding windows that enforce them."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .quirks import Quirks


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What ActiveCampaign allows; the section numbers are those of the contract notes."""

    requests: int = 5  # section 2.2: per second, all requests of the account together, imports included
    requests_window: float = 1.0
    imports: int = 100  # section 2.2: per minute
    single_imports: int = 20  # section 2.2: per minute, imports of exactly one contact; they count in both (harsher)
    imports_window: float = 60.0
    contacts: int = 250  # section 7.1: per import
    body: int = 399_999  # section 7.1: bytes of an import, "less than 400,000"

    def faster(self, speed: float) -> Limits:
        """Return the limits of an account whose time runs `speed` times faster."""
        return Limits(
            requests_window=self.requests_window / speed,
            imports_window=self.imports_window / speed,
        )


class SlidingWindow:
    """Counts arrivals: never more than `most` in any `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most = most
        self.seconds = seconds
        self._arrivals: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Return how long until there is room for one more, 0.0 if there is."""
        arrivals = self._arrivals
        while arrivals and now - arrivals[0] >= self.seconds:
            arrivals.popleft()
        if len(arrivals) < self.most:
            return 0.0
        return max(self.seconds - (now - arrivals[0]), 1e-9)

    def room(self, now: float) -> int:
        """Return how many more there is room for."""
        self.wait(now)
        return max(self.most - len(self._arrivals), 0)

    def take(self, now: float) -> None:
        """Count one arrival."""
        self._arrivals.append(now)


class FixedWindow(SlidingWindow):
    """Counts arrivals by the clock's own windows: twice as many may pass around the turn of one."""

    def wait(self, now: float) -> float:
        """Return how long until there is room for one more, 0.0 if there is."""
        turn = math.floor(now / self.seconds) * self.seconds
        while self._arrivals and self._arrivals[0] < turn:
            self._arrivals.popleft()
        return 0.0 if len(self._arrivals) < self.most else max(turn + self.seconds - now, 1e-9)


class Traffic:
    """What has arrived lately, against the limits. A request that is refused takes no place in the window it met.

    Parameters
    ----------
    limits
        How much may arrive.
    quirks
        How the minute of the imports is counted, and whether imports of one contact count twice.
    """

    def __init__(self, limits: Limits, quirks: Quirks) -> None:
        self.limits = limits
        window = SlidingWindow if quirks.import_window == "sliding" else FixedWindow
        self._requests = SlidingWindow(limits.requests, limits.requests_window)
        self._imports = window(limits.imports, limits.imports_window)
        self._single_imports = window(limits.single_imports, limits.imports_window)
        self._in_both = quirks.single_imports == "in both"

    def remaining(self, now: float) -> int:
        """Return how many more requests there is room for now."""
        return self._requests.room(now)

    def refuse_request(self, now: float) -> int:
        """Count a request, or return the whole seconds after which to come back (`Retry-After`)."""
        wait = self._requests.wait(now)
        if wait > 0.0:
            return max(1, math.ceil(wait))
        self._requests.take(now)
        return 0

    def refuse_import(self, now: float, contacts: int) -> str:
        """Count an import, or return the sentence that refuses it (section 7.1: a 400, not a 429)."""
        single = contacts == 1
        counted = self._in_both or not single
        if counted and self._imports.wait(now) > 0.0:
            return (
                f"Up to {self.limits.imports} imports may be requested per minute."
                "Please batch contacts into larger requests, or retry this request in a minute."
            )
        if single:
            if self._single_imports.wait(now) > 0.0:
                return (
                    f"Up to {self.limits.single_imports} imports of a single contact may be requested per minute."
                    "Please batch contacts into larger requests, or retry this request in a minute."
                )
            self._single_imports.take(now)
        if counted:
            self._imports.take(now)
        return ""
