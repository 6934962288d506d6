"""The documented limits, and the sliding windows that enforce them."""

import math
from collections import deque
from dataclasses import dataclass


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

    def faster(self, speed: float) -> "Limits":
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

    def take(self, now: float) -> None:
        """Count one arrival."""
        self._arrivals.append(now)


class Traffic:
    """What has arrived lately, against the limits. A request that is refused takes no place in the window it met."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._requests = SlidingWindow(limits.requests, limits.requests_window)
        self._imports = SlidingWindow(limits.imports, limits.imports_window)
        self._single_imports = SlidingWindow(limits.single_imports, limits.imports_window)

    def refuse_request(self, now: float) -> int:
        """Count a request, or return the whole seconds after which to come back (`Retry-After`)."""
        wait = self._requests.wait(now)
        if wait > 0.0:
            return max(1, math.ceil(wait))
        self._requests.take(now)
        return 0

    def refuse_import(self, now: float, contacts: int) -> str:
        """Count an import, or return the sentence that refuses it (section 7.1: a 400, not a 429)."""
        if self._imports.wait(now) > 0.0:
            return (
                f"Up to {self.limits.imports} imports may be requested per minute."
                "Please batch contacts into larger requests, or retry this request in a minute."
            )
        if contacts == 1:
            if self._single_imports.wait(now) > 0.0:
                return (
                    f"Up to {self.limits.single_imports} imports of a single contact may be requested per minute."
                    "Please batch contacts into larger requests, or retry this request in a minute."
                )
            self._single_imports.take(now)
        self._imports.take(now)
        return ""
