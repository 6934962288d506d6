"""Waiting out a rate limit that was met: as told, for everything, and not for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.errors import RateLimitError

if TYPE_CHECKING:
    from ac_notebook.model.limits import Limits
    from ac_notebook.remote.answers import Answer
    from ac_notebook.remote.clock import Clock

_MINUTE = 60.0
_MOST_WAITED = 15 * 60.0
_LONGEST = 60.0


class Patience:
    """How long nothing is sent, because the account's rate limit was met.

    Parameters
    ----------
    limits
        The account's limits.
    clock
        Time.
    """

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._scale = limits.time_scale
        self._clock = clock
        self._waited = 0.0
        self._holds = 0
        self.held_until = 0.0

    @property
    def is_held(self) -> bool:
        """Whether a rate limit was met that is not over."""
        return self._clock.monotonic() < self.held_until

    def hold(self, answer: Answer) -> RateLimitError | None:
        """Send nothing until a rate limit that was met is over; return an error after a quarter of an hour of that.

        Parameters
        ----------
        answer
            The answer that says so. Without a time in it, a minute is waited, as ActiveCampaign's own text has it.
        """
        seconds = answer.retry_after if answer.retry_after is not None else _MINUTE * self._scale
        # At least a second, and longer each time: "0" again and again is no reason to go on asking.
        seconds = max(seconds, min(2.0**self._holds, _LONGEST) * self._scale)
        if not self.is_held:  # several that were on their way at once count as one
            self._holds += 1
        now = self._clock.monotonic()
        if now + seconds > self.held_until:
            self._waited += now + seconds - max(self.held_until, now)
            self.held_until = now + seconds
        if self._waited <= _MOST_WAITED:
            return None
        return RateLimitError(
            "The account's rate limit has been used up by others for a quarter of an hour.",
            hint="Run again later to carry on where this stopped.",
        )

    def went_well(self) -> None:
        """Note that the account answers as asked, so that waiting for it is not counted any longer."""
        self._waited = 0.0
        self._holds = 0
