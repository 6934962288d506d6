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

Row = tuple[str, float, float | None, float, bool, bool]
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

    def finish(self, booking: int, now: float, *, answered: bool = True) -> None:
        """Write down that the answer came, or was given up."""

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
            view = View(list(map(Past._make, rows)), now, self.pace(Yielding.of(state, now), now))
            return view.earliest(kind, importing=importing), view.next_due()

        return self.bookings.book(kind, self.clock, rule)

    def finish(self, booking: int, now: float, *, answered: bool = True) -> None:
        """Write down that the answer to a booked request came, or was given up."""
        self.bookings.finish(booking, now, answered=answered)

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


class View:
    """What can be told at a moment from the requests made before: pure arithmetic.

    Parameters
    ----------
    past
        Requests made before, in the order of their starts.
    now
        The monotonic clock, in seconds.
    pace
        The rules.

    Examples
    --------
    >>> from ac_notebook.model.limits import Limits
    >>> view = View([Past("read", 9.5, 9.5, 9.5)] * 5, 10.0, Pace(limits=Limits()))
    >>> view.earliest("read")
    10.5
    """

    def __init__(self, past: Sequence[Past], now: float, pace: Pace) -> None:
        self._past = past
        self._now = now
        self._limits = pace.limits
        self._margins = pace.margins
        self._slack = pace.slack
        self._usual = Usual.of(past)
        self._imports = [entry for entry in past if entry.is_import]
        # A request holds its place until a window after its answer at the latest: these are the ones that can hold one.
        begun = now - self._limits.request_window
        self._recent = [entry for entry in past if entry.finished is None or entry.finished > begun]

    def earliest(self, kind: Kind, *, importing: bool = False) -> float:
        """Return the earliest moment at which a request may start; ``now`` or before it when it may start now.

        Where requests in flight hold the places, the moment returned is one at which it is worth asking again.

        Parameters
        ----------
        kind
            The kind of request.
        importing
            Whether an import waits for its turn.
        """
        moment = self._free()
        if kind == "poll" and (importing or self._others_import()) and not self._long_silent():
            moment = max(moment, self._between_imports())
        elif kind == "import":
            moment = max(moment, self._next_import())
        elif kind == "single":
            singles = [entry for entry in self._imports if entry.kind == "single"]
            free_again = self._free_of(singles, self._limits.single_imports_per_window)
            moment = max(moment, self._next_import(), free_again)
        return moment

    def next_due(self) -> float:
        """Return when the schedule has the import after one that starts now.

        The theoretical arrival time of the generic cell rate algorithm: it moves on by one gap an import, so that a
        late one does not push the others back. A place is held for a little longer than a window, so in the long run
        the window allows a little less than its places: the schedule is one that can be kept, or it would be late by a
        second more each minute.

        Examples
        --------
        >>> from ac_notebook.model.limits import Limits
        >>> [View([Past("import", 9.4, 9.4, 10.0)], now, Pace(limits=Limits())).next_due() for now in (10.1, 99.0)]
        [10.6, 99.6]
        """
        held = self._limits.import_window + min(self._usual.imports, self._margins.imports)
        gap = held / self._limits.imports_per_window
        due = self._imports[-1].due if self._imports else self._now
        return (due if self._now - due <= self._slack * gap else self._now) + gap

    def _free(self) -> float:
        """Return when there is a place among the requests of a second."""
        margin, window = self._margins.request, self._limits.request_window
        ends = [arrived(entry, self._now, self._usual.for_one(entry), margin) + window for entry in self._recent]
        return free(self._now, ends, self._limits.requests_per_window)

    def _free_of(self, imports: Sequence[Past], places: int) -> float:
        """Return when there is a place among the imports of a minute."""
        if len(imports) < places:
            return self._now
        usual, margin, window = self._usual.imports, self._margins.imports, self._limits.import_window
        return free(self._now, [arrived(entry, self._now, usual, margin) + window for entry in imports], places)

    def _next_import(self) -> float:
        """Return when the import limits alone would let another one start."""
        due = self._imports[-1].due if self._imports else self._now
        return max(due, self._free_of(self._imports, self._limits.imports_per_window))

    def _between_imports(self) -> float:
        """Return when a question about a batch may start so that it takes no place that an import will need."""
        now, limits, margin, usual = self._now, self._limits, self._margins.request, self._usual
        following = self._next_import()
        if following <= now:
            # An import could go: questions wait until it has caught up with its schedule.
            return now + limits.request_window / limits.requests_per_window
        window = limits.request_window
        held = [expected(entry, now, usual.for_one(entry), margin) + window for entry in self._recent]
        until = now + min(usual.others, margin) + window
        moment = following
        while moment < until:
            if sum(end > moment for end in held) + 1 >= limits.requests_per_window:
                return following
            held.append(moment + min(usual.imports, margin) + window)
            moment += limits.seconds_between_imports
        return now

    def _long_silent(self) -> bool:
        """Return whether no question was asked for so long that one may go before an import."""
        first = self._past[0].started if self._past else self._now
        last = next((entry.started for entry in reversed(self._past) if entry.kind == "poll"), first)
        return self._now - last > _LONGEST_SILENCE * self._limits.seconds_between_imports

    def _others_import(self) -> bool:
        """Return whether another process is sending."""
        lately = self._now - _OTHERS_IMPORT * self._limits.seconds_between_imports
        return any(entry.started > lately for entry in self._imports if not entry.is_ours)
