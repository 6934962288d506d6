"""Progress: a bar where a person is, log lines where none is, and frozen data for anybody else."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ac_notebook.runs.keys import can_ask
from ac_notebook.runs.show import duration

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("ac_notebook")

_LOG_EVERY = 10.0


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is. Counts only.

    Parameters
    ----------
    to_send
        Contacts that this run sends.
    accepted
        Of those, queued by ActiveCampaign or further.
    imported
        Of those, confirmed.
    requests, requests_total
        Imports made, and to be made.
    seconds_left
        Until the last import, by the limiter's arithmetic.
    """

    to_send: int
    accepted: int
    imported: int
    requests: int
    requests_total: int
    seconds_left: float


Listener = "Callable[[Progress], None]"


class Display(Protocol):
    """Something that shows progress."""

    def show(self, progress: Progress) -> None:
        """Show how far the run is."""

    def close(self) -> None:
        """End it."""


class Bar:
    """A progress bar, in a notebook or a terminal. It goes away at the end: the report stays."""

    def __init__(self, total: int, title: str) -> None:
        from tqdm.auto import tqdm  # noqa: PLC0415 - in a notebook it loads ipywidgets

        self._bar: Any = tqdm(
            total=total,
            desc=title,
            leave=False,
            dynamic_ncols=True,
            bar_format="{desc}: {percentage:.0f}%|{bar}| {n_fmt}/{total_fmt} queued{postfix}",
        )

    def show(self, progress: Progress) -> None:
        """Move the bar to the contacts that are confirmed, and say how many are queued."""
        left = f", {duration(progress.seconds_left)} left" if progress.seconds_left >= 1 else ""
        self._bar.update(progress.accepted - self._bar.n)
        self._bar.set_postfix_str(f"{progress.imported:,} imported{left}")

    def close(self) -> None:
        """Take the bar away; in a notebook one that is not full would stay."""
        self._bar.total = self._bar.n
        self._bar.close()


class LogLines:
    """A line in the log every ten seconds."""

    def __init__(self, monotonic: Callable[[], float], title: str) -> None:
        self._monotonic = monotonic
        self._title = title
        self._next = monotonic() + _LOG_EVERY

    def show(self, progress: Progress) -> None:
        """Write a line when it is time."""
        if self._monotonic() < self._next:
            return
        self._next = self._monotonic() + _LOG_EVERY
        log.info(
            "%s: %d of %d requests, %d of %d contacts queued, %d imported, %s left",
            self._title, progress.requests, progress.requests_total, progress.accepted, progress.to_send,
            progress.imported, duration(progress.seconds_left),
        )  # fmt: skip

    def close(self) -> None:
        """Nothing to end."""


def display(total: int, title: str, monotonic: Callable[[], float]) -> Display:
    """Return a bar where a person is there to see it, and log lines where none is."""
    return Bar(total, title) if can_ask() else LogLines(monotonic, title)
