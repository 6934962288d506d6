"""The first line of a run: what is resumed or skipped, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.model.outcome import Outcome
from ac_notebook.model.refusal import LEAST
from ac_notebook.runs.known import find
from ac_notebook.runs.show import count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from ac_notebook.runs.plan import Plan
    from ac_notebook.storage.earlier_runs import EarlierRun
    from ac_notebook.storage.journal import Journal, OpenBatch

_ENDED = {"Canceled": "was stopped", "Failed": "failed", "Processing": "was broken off"}
"""How a run may have ended before its end; the last one has written nothing down about it."""


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """What a run finds when it begins. Rows are those that can be sent.

    Parameters
    ----------
    now
        The time.
    last
        The last run of the export; None when there is none.
    rows
        Rows that can be sent.
    unchanged, refused, uncertain
        Of those, imported before, refused before, and uncertain since; all of them as they were then.
    queued
        Of those, queued by an earlier run and not confirmed: asked about first.
    unanswered
        Of those, sent by an earlier run without an answer.
    elsewhere
        Contacts that an earlier run queued and that are none of the rows: asked about first, too.
    resend_all
        Whether everything is sent, whatever was sent before.
    automations
        Whether automations run, so that nothing is sent twice.
    first
        How many are sent at the most; None for all.
    """

    now: datetime
    last: EarlierRun | None = None
    rows: int
    unchanged: int = 0
    refused: int = 0
    uncertain: int = 0
    queued: int = 0
    unanswered: int = 0
    elsewhere: int = 0
    resend_all: bool = False
    automations: bool = False
    first: int | None = None

    @property
    def to_send(self) -> int:
        """Rows that are sent, whatever the answers about those that were queued."""
        if self.resend_all:
            return self.rows
        kept = self.unchanged + self.refused + self.uncertain + self.queued
        return self.rows - kept - (self.unanswered if self.automations else 0)


def opening(beginning: Beginning) -> str:
    """Return a run's first line.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> opening(Beginning(now=datetime(2026, 3, 2, 9, 14, tzinfo=UTC), rows=5_000))
    'First run of this export: sending 5,000 rows.'
    """
    line = _of_rows(beginning)
    asked = beginning.elsewhere + (beginning.queued if beginning.resend_all else 0)
    if not asked:
        return line
    other = "" if beginning.resend_all else "other "
    contacts = "contact of an earlier run is" if asked == 1 else "contacts of an earlier run are"
    return f"{line} {asked:,} {other}{contacts} asked about first."


def _of_rows(it: Beginning) -> str:
    if not it.rows:
        return "Nothing to send: no row passed the checks."
    if it.last is None:
        return f"First run of this export: {_sending(it, it.rows)}."
    if it.resend_all:
        return _everything(it)
    ended_well = it.last.state not in _ENDED
    not_again, open_ones = _not_again(it), _open(it)
    way = _WAY if not_again else ""
    if ended_well and not it.to_send and not open_ones:
        rest = not_again[1:] if it.unchanged else not_again
        more = f" {_and(rest)}." if rest else ""
        return f"Nothing has changed since {_moment(it.last.started, it.now)}: nothing to send{way}.{more}"
    head = (
        "" if ended_well else f"Resuming the run of {_moment(it.last.started, it.now)} that {_ENDED[it.last.state]}: "
    )
    parts = [*not_again, *open_ones]
    once_more = ""
    if it.unanswered and not it.automations:
        once_more = f", {it.unanswered:,} of them once more because no answer came"
    if not parts:
        return f"{head or 'No row was imported before as it is now: '}{_sending(it, it.to_send)}{once_more}."
    then = _sending(it, it.to_send, other=True) if it.to_send else "nothing else to send"
    return f"{head}{_and(parts)}; {then}{once_more}{way}."


def begin(plan: Plan, journal: Journal, *, first: int | None, now: datetime) -> Beginning:
    """Return what a run of a plan finds when it begins.

    Parameters
    ----------
    plan
        The plan.
    journal
        What is remembered of earlier runs.
    first
        How many rows are sent at the most.
    now
        The time.
    """
    last = next(iter(journal.earlier_runs(plan.connection.account, scope=plan.scope, most=1)), None)
    addresses = plan.prepared.addresses
    if last is None:
        return Beginning(now=now, rows=len(addresses), first=first)
    found = find(plan.prepared, journal.baseline(plan.scope), resend="changed")
    found = np.where(found >= LEAST, int(Outcome.REFUSED), found)
    left_open = journal.open_batches(plan.scope)
    asked = [item for item in left_open if item.state == "accepted"]
    queued = _among(addresses, asked)
    unanswered = _among(addresses, [item for item in left_open if item.state != "accepted"]) & ~queued
    known = {kind: int(np.count_nonzero(found == int(kind))) for kind in (Outcome.IMPORTED, *_KEPT)}
    return Beginning(
        now=now, last=last, rows=len(addresses), unchanged=known[Outcome.IMPORTED], refused=known[Outcome.REFUSED],
        uncertain=known[Outcome.UNCERTAIN], queued=int(np.count_nonzero(queued)),
        unanswered=int(np.count_nonzero(unanswered)), elsewhere=_not_among(asked, addresses),
        resend_all=plan.export.options.resend == "all", automations=plan.export.options.run_automations, first=first,
    )  # fmt: skip


_KEPT = (Outcome.REFUSED, Outcome.UNCERTAIN)


def _among(addresses: NDArray[np.uint64], batches: Sequence[OpenBatch]) -> NDArray[np.bool_]:
    """Return which rows are in some batches."""
    if not batches:
        return np.zeros(len(addresses), dtype=np.bool_)
    return np.isin(addresses, np.concatenate([item.addresses for item in batches]))


def _not_among(batches: Sequence[OpenBatch], addresses: NDArray[np.uint64]) -> int:
    """Return how many contacts of some batches are none of the rows."""
    if not batches:
        return 0
    return int(np.count_nonzero(~np.isin(np.concatenate([item.addresses for item in batches]), addresses)))


_WAY = ' (resend="all" sends everything)'


def _everything(it: Beginning) -> str:
    parts = []
    if it.unchanged:
        parts.append(f"{it.unchanged:,} that have not changed since they were imported")
    if it.refused:
        parts.append(f"{it.refused:,} that were refused before")
    if it.uncertain:
        parts.append(f"{it.uncertain:,} that are uncertain since an earlier run")
    return f'resend="all": {_sending(it, it.rows)}{f", also {_and(parts)}" if parts else ""}.'


def _not_again(it: Beginning) -> list[str]:
    """Return what is skipped, and why."""
    parts = []
    if it.unchanged:
        share = "all" if it.unchanged == it.rows > 1 else f"{it.unchanged:,} of"
        parts.append(f"{share} {count(it.rows, 'row')} {_is(it.rows)} imported and not sent again")
    if it.refused:
        parts.append(f"{it.refused:,} that {_was(it.refused)} refused before {_is(it.refused)} not sent again")
    if it.uncertain:
        parts.append(
            f"{it.uncertain:,} {_is(it.uncertain)} uncertain since an earlier run and not sent again, because that "
            "could start automations twice"
        )
    return parts


def _open(it: Beginning) -> list[str]:
    """Return what earlier runs left open, and what becomes of it."""
    parts = []
    if it.queued:
        parts.append(f"{it.queued:,} {_is(it.queued)} asked about first")
    if it.unanswered and it.automations:
        parts.append(f"{it.unanswered:,} got no answer and {_is(it.unanswered)} uncertain, because automations run")
    return parts


def _sending(it: Beginning, rows: int, *, other: bool = False) -> str:
    if it.first is not None and it.first < rows:
        return f"sending {it.first:,} of {'the other ' if other else ''}{count(rows, 'row')} (first={it.first})"
    return f"sending the other {rows:,}" if other else f"sending {count(rows, 'row')}"


def _moment(then: datetime, now: datetime) -> str:
    return f"{then:%H:%M} UTC" if then.date() == now.date() else f"{then:%Y-%m-%d %H:%M} UTC"


def _and(parts: Sequence[str]) -> str:
    return ", ".join(parts)


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"
