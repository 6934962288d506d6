"""Which requests meet a fault."""

from __future__ import annotations

import random
import threading
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ac_notebook.sandbox.frames import MOMENTS, Table, table_of

from .fault import ANY, require_number, require_whole
from .kinds import PASSING, fault_of, happens_to, kind_of
from .target import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from .fault import Fault

__all__ = ["Faults"]

_MOST_REMEMBERED = 100_000
_MOST = 10**9


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Met(NamedTuple):
    """A fault that a request met."""

    time: datetime
    on: str
    kind: str
    method: str
    path: str


@dataclass(kw_only=True)
class _Planned:
    """A fault with its place among the requests, counted from the moment it was asked for."""

    fault: Fault
    target: Target
    nth: int
    left: int | None
    seen: int = 0

    def met_by(self, group: str, method: str, path: str) -> Fault | None:
        """Count a request, and return the fault if it is due."""
        if not self.target.holds(group, method, path):
            return None
        self.seen += 1
        return self.fault if self.seen >= self.nth and self.left != 0 else None

    def taken(self) -> None:
        """Count that it happened."""
        if self.left is not None:
            self.left -= 1


@dataclass(kw_only=True)
class _Chance:
    """Faults by chance: the same for the same seed and the same requests in the same order."""

    share: float
    chance: random.Random
    kinds: tuple[type[Fault], ...]
    target: Target

    def met_by(self, group: str, method: str, path: str) -> Fault | None:
        """Draw whether a request meets a fault, and which."""
        if not self.target.holds(group, method, path) or self.chance.random() >= self.share:
            return None
        kinds = [kind for kind in self.kinds if happens_to(kind, group)]
        return self.chance.choice(kinds).by_chance(self.chance) if kinds else None

    def taken(self) -> None:
        """Do nothing: chance has no memory."""


class Faults:
    """The faults that were asked for.

    Parameters
    ----------
    now
        The moment, for `happened`.
    sleep
        Lets seconds pass; None for a real wait, which `stop` ends.

    Examples
    --------
    >>> faults = Faults()  # `sandbox.faults` has those of a sandbox
    >>> faults.add(on="import", nth=3, kind="drop_after")
    >>> faults.randomly(share=0.1, seed=7)
    >>> faults.clear()
    >>> len(faults.happened())
    0
    """

    def __init__(
        self, *, now: Callable[[], datetime] = _utc_now, sleep: Callable[[float], None] | None = None
    ) -> None:  # fmt: skip
        self._now = now
        self._sleep = sleep
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._entries: list[_Planned | _Chance] = []
        self._met: deque[Met] = deque(maxlen=_MOST_REMEMBERED)

    def add(self, *, kind: str, on: str = ANY, nth: int = 1, times: int | None = 1, **details: Any) -> None:
        """Have something go wrong with the nth of some requests.

        Of several faults that are due at one request, the first that was asked for happens; each other waits for the
        next request that it is for.

        Parameters
        ----------
        kind
            What happens; :mod:`ac_notebook.sandbox.faults.kinds` has the table.
        on
            Which requests are counted: those to a group of endpoints ("import", "info", "lists", …), "any", or a
            method and the beginning of a path ("GET /contacts/").
        nth
            At which of them it happens, counted from 1 and from now.
        times
            At how many in a row; None for all from then on.
        **details
            Of the kind.

        Raises
        ------
        ValueError
            When there is no such kind, detail or endpoint, with the nearest there is; or when one does not fit.

        Examples
        --------
        >>> faults = Faults()
        >>> faults.add(on="import", nth=3, kind="drop_after")
        >>> faults.add(on="info", kind="status", status=503, retry_after=7, times=2)
        """
        fault = fault_of(kind, details)
        target = self._target(on, type(fault))
        require_whole("nth", nth, 1, _MOST)
        if times is not None:
            require_whole("times", times, 1, _MOST)
        with self._lock:
            self._entries.append(_Planned(fault=fault, target=target, nth=nth, left=times))

    def randomly(
        self, *, share: float = 0.05, seed: int = 0, kinds: Sequence[str] = PASSING, on: str = ANY
    ) -> None:  # fmt: skip
        """Have something go wrong by chance, the same for the same seed and the same requests in the same order.

        Parameters
        ----------
        share
            Of the requests, between 0 and 1.
        seed
            Of the chance.
        kinds
            What may happen; those that leave the account as it is, unless others are named.
        on
            Which requests, as for `add`.

        Raises
        ------
        ValueError
            When something of it does not fit, or a kind cannot happen without being told more.
        """
        require_number("share", share, 1)
        require_whole("seed", seed, -_MOST, _MOST)
        chosen = tuple(kind_of(kind) for kind in ([kinds] if isinstance(kinds, str) else kinds))
        if not chosen:
            message = "kinds is empty: nothing could happen"
            raise ValueError(message)
        for kind in chosen:
            fault_of(kind.kind, {})  # without details, or not by chance
        target = Target.of(on)
        if not any(happens_to(kind, group) for kind in chosen for group in target.reach):
            self._target(on, chosen[0])
        chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
        with self._lock:
            self._entries.append(_Chance(share=share, chance=chance, kinds=chosen, target=target))

    def clear(self) -> None:
        """Have nothing go wrong any more; what has happened to the account stays."""
        with self._lock:
            self._entries.clear()

    def happened(self) -> pd.DataFrame:
        """Return one row per fault that a request met: time, on (the group), kind, method, path without addresses."""
        return self.table().frame()

    def table(self) -> Table:
        """Return the same, before it is a DataFrame."""
        with self._lock:
            return table_of(list(self._met), **{**dict.fromkeys(Met._fields, "object"), "time": MOMENTS})

    def meet(self, group: str, method: str, path: str) -> Fault | None:
        """Count a request, and return the fault that it meets; the group is empty where there is no endpoint."""
        with self._lock:
            if not self._entries:
                return None
            # All of them count the request, also those that come too late.
            due = [(entry, fault) for entry in self._entries if (fault := entry.met_by(group, method, path))]
            if not due:
                return None
            entry, fault = due[0]
            entry.taken()
            self._entries = [entry for entry in self._entries if not isinstance(entry, _Planned) or entry.left != 0]
            self._met.append(Met(self._now(), group, fault.kind, method, _without_addresses(path)))
            return fault

    def sleep(self, seconds: float) -> None:
        """Let seconds pass, with no lock held; raises ConnectionResetError when the server is stopped meanwhile."""
        if self._sleep is not None:
            self._sleep(seconds)
        elif self._stopped.wait(seconds):
            message = "the sandbox was stopped"
            raise ConnectionResetError(message)

    def stop(self) -> None:
        """End all waits, now and for ever: the server stops."""
        self._stopped.set()

    def _target(self, on: str, kind: type[Fault]) -> Target:
        """Return which requests are counted: only those that the kind can happen to."""
        target = Target.of(on)
        if kind.happens_to == ANY:
            return target
        if kind.happens_to not in target.reach:
            message = f"{kind.kind} happens to requests of the group {kind.happens_to!r}, not to {on!r}"
            raise ValueError(message)
        return target if target.method else Target(group=kind.happens_to)


def _without_addresses(path: str) -> str:
    return "/".join("…" if "@" in part else part for part in path.split("/"))
