"""Sliding windows: which places requests hold, and how long. Pure arithmetic over the requests made lately.

The service counts a request when it arrives, which is somewhere between its start and its answer. So a request holds
its place from its start until a window's length after its answer, or after its start and a margin, whichever comes
first: the margin is by how much the way there may vary. A request that takes much longer than others of its kind is
stuck somewhere, and holds its place until a window after its answer, whatever the margin.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

IMPORTS = ("import", "single")

LONGEST_CALL = 120.0
"""Seconds after which a request without an answer is taken as over: its process is gone (calls end after 90)."""

_LATEST = 20
"""Answers of a kind that say how long they usually take."""

_LATE = 0.5
"""Seconds that threads of a busy machine may be late, however fast a sandbox's time runs."""


class Past(NamedTuple):
    """A request made before; monotonic seconds.

    Parameters
    ----------
    kind
        ``"import"``, ``"single"``, ``"poll"`` or ``"read"``.
    started, finished
        When it started, and when its answer came (None: not yet).
    due
        When the schedule has the next import.
    is_ours
        Whether this process made it.
    is_known
        Whether it was answered, or its answer is waited for. One that was given up says nothing of how long answers
        take, and may have arrived until then.
    """

    kind: str
    started: float
    finished: float | None
    due: float
    is_ours: bool = True
    is_known: bool = True

    @property
    def is_import(self) -> bool:
        """Whether it counts among the imports of a minute."""
        return self.kind in IMPORTS


@dataclass(frozen=True, kw_only=True)
class Margins:
    """By how many seconds the way to the service may vary from one request to another, in each of the two windows.

    Measured: with half a second of jitter on the way, 0.6 s were enough.
    """

    request: float = 0.75
    imports: float = 1.0

    @classmethod
    def scaled(cls, time_scale: float) -> Margins:
        """Return the margins where a second of the service takes ``time_scale``.

        Where they would be shorter than threads may be late, nothing is taken for granted.

        Examples
        --------
        >>> Margins.scaled(1.0)
        Margins(request=0.75, imports=1.0)
        >>> Margins.scaled(1 / 60) == UNTIL_THE_ANSWER
        True
        """
        plain = cls()
        if plain.request * time_scale < _LATE:
            return UNTIL_THE_ANSWER
        return cls(request=plain.request * time_scale, imports=plain.imports * time_scale)


UNTIL_THE_ANSWER = Margins(request=math.inf, imports=math.inf)
"""No assumption about the way: each place is held until a window after the answer."""


@dataclass(frozen=True, kw_only=True)
class Usual:
    """How many seconds answers take: the median of the latest, 0.0 where none came."""

    imports: float
    others: float

    @classmethod
    def of(cls, past: Sequence[Past]) -> Self:
        """Return what is usual among some requests, given in the order of their starts."""
        imports: list[float] = []
        others: list[float] = []
        for kind, started, finished, _, _, is_known in reversed(past):
            took = imports if kind in IMPORTS else others
            if finished is not None and is_known and len(took) < _LATEST:
                took.append(finished - started)
                if len(imports) + len(others) == 2 * _LATEST:
                    break
        return cls(imports=_median(imports), others=_median(others))

    def for_one(self, entry: Past) -> float:
        """Return what is usual for such a request."""
        return self.imports if entry.is_import else self.others


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0


def arrived(entry: Past, now: float, usual: float, margin: float) -> float:
    """Return the latest moment at which the service may have counted a request; now for one of which nobody knows.

    Examples
    --------
    >>> arrived(Past("import", 10.0, 10.2, 0.0), 11.0, 0.2, 0.75)  # answered soon: until the answer
    10.2
    >>> arrived(Past("import", 10.0, 12.2, 0.0), 13.0, 2.0, 0.75)  # answers are slow: the start and a margin
    10.75
    >>> arrived(Past("import", 10.0, 16.0, 0.0), 16.5, 2.0, 0.75)  # it was stuck somewhere
    16.0
    >>> arrived(Past("import", 10.0, None, 0.0), 16.5, 2.0, 0.75)  # and this one is
    16.5
    """
    if not entry.is_known and entry.finished is not None:
        return entry.finished  # it may have arrived at any time until it was given up
    took = (now if entry.finished is None else entry.finished) - entry.started
    if entry.finished is None and took >= LONGEST_CALL:
        return entry.started + LONGEST_CALL
    if took < margin or took > usual + margin:
        return entry.started + took
    return entry.started + margin


def expected(entry: Past, now: float, usual: float, margin: float) -> float:
    """Return the same as :func:`arrived`, for a request in flight as if its answer came when it usually does."""
    if entry.finished is None and now - entry.started < usual:
        return entry.started + min(usual, margin)
    return arrived(entry, now, usual, margin)


def free(now: float, ends: Sequence[float], places: int) -> float:
    """Return when fewer than so many places are held, if each is held until one of some moments.

    Examples
    --------
    >>> free(10.0, [9.0, 10.5, 11.0], 2), free(10.0, [9.0, 10.5, 11.0], 3)
    (10.5, 10.0)
    """
    held = sorted(end for end in ends if end > now)
    return now if len(held) < places else held[len(held) - places]
