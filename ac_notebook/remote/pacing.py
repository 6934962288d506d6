"""When the next request may start, so that no limit is ever passed.

Each request holds a place in the windows of the account's limits (``remote.windows``). Imports are also spread evenly,
one each 0.6 s, with some slack to catch up after a delay; questions about batches take what they leave.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from ac_notebook.remote.windows import UNTIL_THE_ANSWER, Margins, Past, Usual, arrived, expected, free
from ac_notebook.remote.yielding import State, Yielding

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ac_notebook.model.limits import Limits

Kind = Literal["import", "single", "poll", "read"]
"""A bulk import of several contacts, one of exactly one contact, a question about a batch, and everything else."""

Row = tuple[str, float, float | None, float, bool]
"""A request as it is remembered: the values of :class:`Past`."""

SLACK = 34
"""Gaps between imports (20 s) by which a delay is caught up with; after a longer one (a laptop's sleep) the schedule
begins anew, without a burst."""

_SLACK_BESIDE_OTHERS = 2

_LONGEST_SILENCE = 3
"""Gaps between imports for which questions about batches may have to wait."""

_OTHERS_IMPORT = 10
"""Gaps between imports after which another process is no longer thought to be sending."""


class Bookings(Protocol):
    """Where the requests of the last minute are remembered, for all kernels of one user."""

    def book(
        self, kind: str, clock: Callable[[], float],
        rule: Callable[[list[Row], State | None, float], tuple[float, float]],
    ) -> tuple[int | None, float]:  # fmt: skip
        """Book a request if the rule allows it now; return the booking or None, and when it may start."""

    def finish(self, booking: int, now: float) -> None:
        """Write down that the answer came."""

    def give_way(self, booking: int, rule: Callable[[float, State | None], State]) -> None:
        """Change how much is left to others, from when a request was started and what was so far."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """The rules of a moment.

    Parameters
    ----------
    limits
        What may be used: the account's limits, or a part of them.
    margins
        How long places are held.
    slack
        Gaps between imports by which a delay is caught up with.
    """

    limits: Limits
    margins: Margins = field(default_factory=Margins)
    slack: int = SLACK


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
    share
        Which part of the limits may be used, above 0 and up to 1.
    """

    limits: Limits
    bookings: Bookings
    clock: Callable[[], float]
    share: float = 1.0

    @property
    def seconds_between_imports(self) -> float:
        """Seconds from one import to the next, when nobody else uses the account."""
        return self.limits.shared(self.share).seconds_between_imports

    def pace(self, yielding: Yielding, now: float) -> Pace:
        """Return the rules of now."""
        scale = self.limits.time_scale
        left = yielding.share(now, scale)
        limits = self.limits.shared(self.share * left)
        if left < 1.0:
            # A limit was met: by others, or because the way to the service varies by more than the margins.
            return Pace(limits=limits, margins=UNTIL_THE_ANSWER, slack=_SLACK_BESIDE_OTHERS)
        return Pace(limits=limits, margins=Margins.scaled(scale))

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

        def rule(rows: Sequence[Row], state: State | None, now: float) -> tuple[float, float]:
            past = [Past(*row) for row in rows]
            pace = self.pace(Yielding.of(state, now), now)
            return earliest(kind, now, past, pace, importing=importing), next_due(now, past, pace)

        return self.bookings.book(kind, self.clock, rule)

    def finish(self, booking: int, now: float) -> None:
        """Write down that the answer to a booked request came."""
        self.bookings.finish(booking, now)

    def give_way(self, booking: int) -> float | None:
        """Slow down, because a booked request met a limit; return the part that is left, None when it was known."""
        left: list[float] = []

        def rule(started: float, state: State | None) -> State:
            now, scale = self.clock(), self.limits.time_scale
            before = Yielding.of(state, now)
            after = before.after_limit(started, now, scale)
            if after is not before:
                left.append(after.level)
            return after.state

        self.bookings.give_way(booking, rule)
        return left[0] if left else None


def earliest(kind: Kind, now: float, past: Sequence[Past], pace: Pace, *, importing: bool = False) -> float:
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
    pace
        The rules.
    importing
        Whether an import waits for its turn.

    Examples
    --------
    >>> from ac_notebook.model.limits import Limits
    >>> earliest("read", 10.0, [Past("read", 9.5, 9.5, 9.5)] * 5, Pace(limits=Limits()))
    10.5
    """
    limits, margin, usual = pace.limits, pace.margins.request, Usual.of(past)
    ends = [arrived(entry, now, usual.for_one(entry), margin) + limits.request_window for entry in past]
    moment = free(now, ends, limits.requests_per_window)
    if kind == "read":
        return moment
    imports = [entry for entry in past if entry.is_import]
    if kind == "poll":
        patience = _LONGEST_SILENCE * limits.seconds_between_imports
        if not (importing or _others_import(now, imports, limits)) or now - _last_asked(past, now) > patience:
            return moment
        return max(moment, _between_imports(now, past, pace, usual, _next_import(now, imports, pace, usual)))
    moment = max(moment, _next_import(now, imports, pace, usual))
    if kind == "single":
        singles = [entry for entry in imports if entry.kind == "single"]
        moment = max(moment, free(now, _ends_of_imports(now, singles, pace, usual), limits.single_imports_per_window))
    return moment


def next_due(started: float, past: Sequence[Past], pace: Pace) -> float:
    """Return when the schedule has the import after one that starts now.

    The theoretical arrival time of the generic cell rate algorithm: it moves on by one gap an import, so that a late
    one does not push the others back.

    Examples
    --------
    >>> from ac_notebook.model.limits import Limits
    >>> pace = Pace(limits=Limits())
    >>> next_due(10.1, [Past("import", 9.4, 9.4, 10.0)], pace)
    10.6
    >>> next_due(99.0, [Past("import", 9.4, 9.4, 10.0)], pace)
    99.6

    A place is held for a little longer than a window, so in the long run the window allows a little less than its
    places: the schedule is one that can be kept, or it would be late by a second more each minute.
    """
    window = pace.limits.import_window
    gap = (window + min(Usual.of(past).imports, pace.margins.imports)) / pace.limits.imports_per_window
    last = next((entry.due for entry in reversed(past) if entry.is_import), None)
    on_schedule = last is not None and started - last <= pace.slack * gap
    return (last if on_schedule and last is not None else started) + gap


def _next_import(now: float, imports: Sequence[Past], pace: Pace, usual: Usual) -> float:
    """Return when the import limits alone would let another one start."""
    due = imports[-1].due if imports else now
    return max(due, free(now, _ends_of_imports(now, imports, pace, usual), pace.limits.imports_per_window))


def _ends_of_imports(now: float, imports: Sequence[Past], pace: Pace, usual: Usual) -> list[float]:
    window = pace.limits.import_window
    return [arrived(entry, now, usual.imports, pace.margins.imports) + window for entry in imports]


def _between_imports(now: float, past: Sequence[Past], pace: Pace, usual: Usual, following: float) -> float:
    """Return when a question about a batch may start so that it takes no place that an import will need."""
    limits, margin = pace.limits, pace.margins.request
    if following <= now:
        # An import could go: questions wait until it has caught up with its schedule.
        return now + limits.request_window / limits.requests_per_window
    held = [expected(entry, now, usual.for_one(entry), margin) + limits.request_window for entry in past]
    until = now + min(usual.others, margin) + limits.request_window
    moment = following
    while moment < until:
        if sum(end > moment for end in held) + 1 >= limits.requests_per_window:
            return following
        held.append(moment + min(usual.imports, margin) + limits.request_window)
        moment += limits.seconds_between_imports
    return now


def _last_asked(past: Sequence[Past], now: float) -> float:
    """Return when a question was asked last; if none was, when the first request was made."""
    first = past[0].started if past else now
    return next((entry.started for entry in reversed(past) if entry.kind == "poll"), first)


def _others_import(now: float, imports: Sequence[Past], limits: Limits) -> bool:
    """Return whether another process is sending."""
    lately = now - _OTHERS_IMPORT * limits.seconds_between_imports
    return any(entry.started > lately for entry in imports if not entry.is_ours)
