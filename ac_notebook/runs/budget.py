"""How often and when requests are repeated: a few times each, and with a quota for the whole run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_ATTEMPTS = 6
_LONGEST_PAUSE = 60.0
_START = 500.0
_REPETITION = 5.0
_AFTER_SILENCE = 10.0
_REWARD = 1.0


class Budget:
    """The repetitions of one run: each costs, each success pays a little back, so that a broken service is left alone.

    Parameters
    ----------
    chance
        Spreads the repetitions of several kernels.

    Examples
    --------
    >>> from random import Random
    >>> budget = Budget(Random(1))
    >>> [budget.take(attempts, silent=True) for attempts in (1, 5, 6)]
    [True, True, False]
    >>> sum(budget.take(1, silent=True) for _ in range(1_000))
    48
    """

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._left = _START

    def take(self, attempts: int, *, silent: bool) -> bool:
        """Pay for one repetition; return whether there may be one.

        Parameters
        ----------
        attempts
            How often this request was tried.
        silent
            Whether no answer came at all, which is dearer: the request may be doing its work still.
        """
        price = _AFTER_SILENCE if silent else _REPETITION
        if attempts >= _ATTEMPTS or self._left < price:
            return False
        self._left -= price
        return True

    def pause(self, attempts: int) -> float:
        """Return how many seconds to wait before a request is tried again: longer each time, two minutes in all."""
        return min(2.0 * 3.0 ** (attempts - 1), _LONGEST_PAUSE) * self._chance.uniform(0.5, 1.0)

    def went_well(self) -> None:
        """Pay back for a request that was answered as asked."""
        self._left = min(self._left + _REWARD, _START)
