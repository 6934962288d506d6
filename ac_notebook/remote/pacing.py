"""When the next request may start, so that no limit is ever passed.

A request holds its place in a sliding window from its start until a window's length after its *answer*. It reached the
service somewhere between the two, so however the network delays it, the service never counts more than the limit in
any window. Imports are also spread evenly: one each 0.6 s, with a little slack to catch up after a delay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ac_notebook.model.limits import Limits

Kind = Literal["import", "single", "poll", "read"]
"""A bulk import of several contacts, one of exactly one contact, a question about a batch, and everything else."""

Past = tuple[str, float, float | None, float]
"""A request made before: its kind, when it started, when its answer came (None: not yet), and when the schedule has
the next of its kind; monotonic seconds."""

LONGEST_CALL = 120.0
"""Seconds after which a request without an answer is taken as over: its process is gone (calls end after 90)."""

_SLACK = 20
"""Gaps between imports by which a delay is caught up with; after a longer one (a laptop's sleep) the schedule begins
anew, without a burst."""

_KEPT_FOR_IMPORTS = 2
"""Places among the requests of a second that a question about a batch leaves free for imports."""


class Bookings(Protocol):
    """Where the requests of the last minute are remembered, for all kernels of one user."""

    def book(
        self, kind: str, clock: Callable[[], float], rule: Callable[[list[Past], float], tuple[float, float]]
    ) -> tuple[int | None, float]:
        """Book a request if the rule allows it now; return the booking or None, and when it may start."""

    def finish(self, booking: int, now: float) -> None:
        """Write down that the answer came."""


@dataclass(frozen=True)
class Pacer:
    """Says when a request may start.

    Parameters
    ----------
    limits
        The account's limits.
    bookings
        The requests made lately.
    clock
        The monotonic clock, in seconds.
    """

    limits: Limits
    bookings: Bookings
    clock: Callable[[], float]

    def book(self, kind: Kind, *, importing: bool = False) -> tuple[int | None, float]:
        """Book a request that starts now, if the limits allow it.

        Parameters
        ----------
        kind
            The kind of request.
        importing
            Whether an import waits for its turn: then questions about batches leave it room.

        Returns
        -------
        tuple of int or None and float
            The booking, or None when it may not start yet; and the earliest moment when it may.
        """

        def rule(past: Sequence[Past], now: float) -> tuple[float, float]:
            return (
                earliest(kind, now, past, self.limits, importing=importing),
                next_due(now, past, self.limits.seconds_between_imports),
            )

        return self.bookings.book(kind, self.clock, rule)

    def finish(self, booking: int, now: float) -> None:
        """Write down that the answer to a booked request came."""
        self.bookings.finish(booking, now)


def earliest(kind: Kind, now: float, past: Sequence[Past], limits: Limits, *, importing: bool = False) -> float:
    """Return the earliest moment at which a request may start; ``now`` or before it when it may start now.

    Pure arithmetic over the requests made before. Where requests in flight hold the places, the moment returned is one
    at which it is worth asking again.

    Parameters
    ----------
    kind
        The kind of request.
    now
        The monotonic clock, in seconds.
    past
        Requests made before, in the order of their starts.
    limits
        The account's limits.
    importing
        Whether an import waits for its turn.

    Examples
    --------
    >>> from ac_notebook.model.limits import Limits
    >>> earliest("read", 10.0, [("read", 9.5, 9.5, 9.5)] * 5, Limits())
    10.5
    """
    imports = [entry for entry in past if entry[0] in ("import", "single")]
    if kind == "poll" and importing:
        if imports and _next_import(now, imports, limits) <= now:
            # An import could go: questions wait until it has caught up with its schedule.
            return now + limits.request_window / limits.requests_per_window
        return _window(now, past, limits.requests_per_window - _KEPT_FOR_IMPORTS, limits.request_window)
    moment = _window(now, past, limits.requests_per_window, limits.request_window)
    if kind in ("import", "single"):
        moment = max(moment, _next_import(now, imports, limits))
    if kind == "single":
        singles = [entry for entry in imports if entry[0] == "single"]
        moment = max(moment, _window(now, singles, limits.single_imports_per_window, limits.import_window))
    return moment


def _next_import(now: float, imports: Sequence[Past], limits: Limits) -> float:
    """Return when the import limits alone would let another one start."""
    due = imports[-1][3] if imports else now
    return max(due, _window(now, imports, limits.imports_per_window, limits.import_window))


def next_due(started: float, past: Sequence[Past], gap: float) -> float:
    """Return when the schedule has the import after one that starts now.

    The theoretical arrival time of the generic cell rate algorithm: it moves on by one gap an import, so that a late
    one does not push the others back.

    Examples
    --------
    >>> next_due(10.1, [("import", 9.4, 9.5, 10.0)], 0.6)
    10.6
    >>> next_due(99.0, [("import", 9.4, 9.5, 10.0)], 0.6)
    99.6
    """
    last = [due for kind, _, _, due in past if kind in ("import", "single")]
    on_schedule = bool(last) and started - last[-1] <= _SLACK * gap
    return (last[-1] if on_schedule else started) + gap


def _window(now: float, past: Sequence[Past], places: int, length: float) -> float:
    """Return when fewer than ``places`` requests hold a place in the window."""
    # A request in flight holds its place at least until a window after now; asked again then, it may hold it longer.
    ends = sorted(_over(now, started, finished) + length for _, started, finished, _ in past)
    held = [end for end in ends if end > now]
    return now if len(held) < places else held[len(held) - places]


def _over(now: float, started: float, finished: float | None) -> float:
    if finished is not None:
        return finished
    return now if now - started < LONGEST_CALL else started + LONGEST_CALL
