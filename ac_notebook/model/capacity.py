"""How many contacts an account may have."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """How many contacts an account may have, and how many it has.

    Parameters
    ----------
    limit
        How many it may have; None where it says none, or does not say.
    total
        How many it has, of those that count against the limit.
    unknown
        Why the limit could not be read, in a few words; empty where it could be, or nobody asked.
    is_administrator
        Whether the key's user is an administrator, which shows when the limit is read; None where it did not.
    """

    limit: int | None = None
    total: int = 0
    unknown: str = ""
    is_administrator: bool | None = None

    def room(self) -> int | None:
        """Return how many contacts can be added, zero or more; None for any number, as far as is known.

        Examples
        --------
        >>> Capacity(limit=1_000, total=990).room(), Capacity().room()
        (10, None)
        """
        return None if self.limit is None else max(self.limit - self.total, 0)
