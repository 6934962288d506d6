"""Progress: how far a run is, as frozen data for a bar, for the log and for anybody's function."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from ac_notebook.errors import ConfigurationError
from ac_notebook.runs.show import duration

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("ac_notebook")

Phase = Literal[
    "beginning", "reading", "recovering", "canary", "sending", "held", "repeating", "confirming", "explaining",
    "leaving", "stopping", "ended",
]  # fmt: skip

PHASES: dict[Phase, str] = {
    "beginning": "looking at what was sent before, and at guard rails",
    "reading": "reading what is there",
    "recovering": "asking what became of an earlier run",
    "canary": "waiting for the first batch before the others go",
    "sending": "sending",
    "held": "the account's limit is used by others",
    "repeating": "no answer from ActiveCampaign; trying again soon",
    "confirming": "waiting for ActiveCampaign's confirmation",
    "explaining": "looking up why rows were refused",
    "leaving": "finding people who left, and unsubscribing or tagging them",
    "stopping": "stopping after the requests in flight",
    "ended": "ended",
}
"""What a run may be doing, in the words that a person reads."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is. Counts only, and never a person's data.

    Parameters
    ----------
    phase
        What it is doing: ``"beginning"`` (nothing is counted yet), ``"recovering"`` (asking about batches of an earlier
        run), ``"canary"`` (waiting for the
        first batch), ``"sending"``, ``"held"`` (a rate limit was met), ``"repeating"`` (no answer came),
        ``"confirming"`` (everything is queued), ``"explaining"`` (looking up reasons), ``"leaving"`` (finding and
        changing people for whom the frame does not speak any more; they are in no number), ``"stopping"`` or
        ``"ended"``.
        ``"reading"`` while a list is read: then ``requests`` are those that read, and nothing is sent.
    opening
        The run's first line: what is resumed or skipped, and why.
    said
        What it has said last since then, such as that others use the account's limits, too.
    to_send
        Contacts that this run sends.
    accepted
        Of those, queued by ActiveCampaign or further.
    imported, refused, uncertain
        Of those, confirmed; not taken; and sent without an answer so far (those in flight not counted).
    requests, requests_total
        Imports made, and to be made as far as is known.
    rate
        Contacts that were queued per second, over the last minute.
    elapsed
        Seconds since the run began.
    seconds_to_send, seconds_left
        Seconds until the last import, and until its confirmation, by the limiter's arithmetic.
    seconds_held
        Seconds until the run goes on, while a rate limit holds it.

    Examples
    --------
    >>> Progress(phase="held", to_send=500, seconds_held=34.0).words
    "the account's limit is used by others; going on in 34 s"

    ``progress=`` of a run takes a function that is given one again and again:

    >>> import ac_notebook as ac
    >>> def show(now: ac.Progress):
    ...     if now.phase == "ended":
    ...         print(now.opening, f"{now.imported:,} of {now.to_send:,} with {now.requests} request;", now.said)
    ...         print(now.accepted, now.refused, now.uncertain, now.requests_total, now.rate >= 0, now.elapsed >= 0)
    ...         print(now.seconds_to_send, now.seconds_left, now.seconds_held)
    >>> customers, there = ac.sandbox.sample_customers(n=40, seed=1), ac.sandbox.Sandbox(speed=60).connection
    >>> report = ac.export(customers, connection=there, list="VIP", mapping={"email": "E-mail"}, progress=show)
    First run of this export: sending 40 rows. 40 of 40 with 1 request;
    40 0 0 1 True True
    0.0 0.0 0.0
    """

    phase: Phase
    opening: str = ""
    said: str = ""
    to_send: int = 0
    accepted: int = 0
    imported: int = 0
    refused: int = 0
    uncertain: int = 0
    requests: int = 0
    requests_total: int = 0
    rate: float = 0.0
    elapsed: float = 0.0
    seconds_to_send: float = 0.0
    seconds_left: float = 0.0
    seconds_held: float = 0.0

    @property
    def words(self) -> str:
        """What the run is doing, in words."""
        if self.phase == "held":
            return f"{PHASES['held']}; going on in {duration(max(self.seconds_held, 1.0))}"
        return PHASES[self.phase]


Shown: TypeAlias = "Callable[[Progress], object] | bool | None"
"""Who shows progress: a function, nobody (False), or a bar where a person is (None, True)."""


def shown_of(progress: Shown) -> Shown:
    """Return what was given as ``progress=``.

    Raises
    ------
    ConfigurationError
        When it is neither a function nor False, True or None.
    """
    if progress is None or isinstance(progress, bool) or callable(progress):
        return progress
    msg = f"progress is a function of a Progress, or False to show nothing, not {type(progress).__name__}."
    raise ConfigurationError(msg, hint="Leave it out for a bar. Nothing was sent.")


class LogLines:
    """The same for a log: a line every ten seconds, and one when the run begins to do something else.

    Parameters
    ----------
    title
        Where the run goes.
    """

    EVERY = 10.0

    def __init__(self, title: str) -> None:
        self._title = title
        self._next = 0.0
        self._phase: Phase = "sending"

    def show(self, progress: Progress) -> None:
        """Write a line when it is time."""
        is_new = progress.phase != self._phase
        if progress.elapsed < self._next and not is_new:
            return
        self._next = progress.elapsed + self.EVERY
        self._phase = progress.phase
        log.info(
            "%s: %s; %d of %d requests, %d of %d contacts queued, %d imported, %d refused, %d uncertain, "
            "%.0f contacts a second%s",
            self._title, progress.words, progress.requests, progress.requests_total, progress.accepted,
            progress.to_send, progress.imported, progress.refused, progress.uncertain, progress.rate,
            f", {duration(progress.seconds_left)} left" if progress.seconds_left >= 1 else "",
        )  # fmt: skip
