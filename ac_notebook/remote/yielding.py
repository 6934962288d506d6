"""Giving way: others use the account too, which shows when a limit is met although it was kept to here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

_LESS = 0.7
"""What is left of our part of the limits each time one is met."""

_LEAST = 0.1
_MINUTE = 60.0
_BACK = 0.1
"""By how much our part grows in a quiet minute."""

_LONGEST_QUIET = 16
"""Minutes of quiet, at the most, before it grows."""

_SKEW = 5.0
"""Seconds by which the clocks of two processes may differ; more is another start of the machine."""

State = tuple[float, float, int]
"""Part of the limits, since when (monotonic seconds), and how many times in a row a limit was met."""


@dataclass(frozen=True, kw_only=True)
class Yielding:
    """Which part of an account's limits its kernels leave themselves, for the sake of others who use the account.

    Each limit that is met takes three tenths of the part. After some quiet it comes back by a tenth of the limits a
    minute; where the same happens again and again, the quiet is twice as long each time, so that somebody who goes on
    for hours is bothered, and stops us, only a few times.

    Parameters
    ----------
    level
        The part, when a limit was met last.
    since
        When that was, in monotonic seconds.
    times
        How many times in a row, each before the part had come back.
    """

    level: float = 1.0
    since: float = float("-inf")
    times: int = 0

    @classmethod
    def of(cls, state: State | None, now: float) -> Self:
        """Return what was remembered; nothing, if it is from before the machine was started anew."""
        if state is None or state[1] > now + _SKEW:
            return cls()
        return cls(level=state[0], since=state[1], times=state[2])

    @property
    def state(self) -> State:
        """What is to be remembered."""
        return self.level, self.since, self.times

    def share(self, now: float, time_scale: float) -> float:
        """Return the part of the limits that may be used now.

        Parameters
        ----------
        now
            The monotonic clock, in seconds.
        time_scale
            How long a second of the service takes here.

        Examples
        --------
        >>> met = Yielding().after_limit(1_000.0, 1_000.5, 1.0)
        >>> [round(met.share(1_000.0 + 60 * minutes, 1.0), 2) for minutes in (0.5, 1, 2, 3, 5)]
        [0.7, 0.7, 0.8, 0.9, 1.0]
        """
        if not self.times:
            return 1.0
        quiet = min(2.0 ** (self.times - 1), _LONGEST_QUIET)
        minutes = (now - self.since) / (_MINUTE * time_scale) - quiet
        return float(min(self.level + _BACK * max(minutes, 0.0), 1.0))

    def after_limit(self, started: float, now: float, time_scale: float) -> Self:
        """Return what is left after a limit was met.

        Parameters
        ----------
        started
            When the request that met it was started. One that was on its way when we slowed down changes nothing.
        now, time_scale
            As for :meth:`share`.
        """
        if started <= self.since:
            return self
        share = self.share(now, time_scale)
        times = self.times + 1 if share < 1.0 else 1
        return type(self)(level=max(share * _LESS, _LEAST), since=now, times=times)
