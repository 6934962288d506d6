"""Plans that were overtaken: an old one must not overwrite what was sent since, nor take off who came since.

Hazards I6 and H19.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.errors import StateError
from ac_notebook.runs.history import number
from ac_notebook.runs.show import count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ac_notebook.runs.plan import Plan
    from ac_notebook.storage.baseline import Baseline
    from ac_notebook.storage.earlier_runs import EarlierRun
    from ac_notebook.storage.journal import Journal, Scope

_LOOKED_AT = 1_000
"""Runs that are looked at; a plan that is older than so many cannot be told to be the newest."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Standing:
    """What was known of an export at a moment.

    Parameters
    ----------
    scope
        Of which export, to which list.
    run
        The account's last run until then, of whatever export; empty when there was none.
    baseline
        What was known to be on the other side.
    """

    scope: Scope
    run: str
    baseline: Baseline


def standing_of(plan: Plan, baseline: Baseline, journal: Journal) -> Standing:
    """Return what is known of a plan's export now; what the plan was made with stays, for its data is as old."""
    if plan.standing is not None:
        same = plan.standing.scope == plan.scope
        return plan.standing if same else replace(plan.standing, scope=plan.scope, baseline=baseline)
    last = journal.earlier_runs(plan.scope.account, most=1)
    return Standing(scope=plan.scope, run=last[0].id if last else "", baseline=baseline)


def require_newest(
    plan: Plan, chosen: NDArray[np.int64], *, leaving: int, baseline: Baseline, journal: Journal
) -> None:  # fmt: skip
    """Raise when other runs have sent something else of the same people since a plan was made.

    Its own runs do not count, nor do those that sent other people, or the same values. But where somebody is to be
    unsubscribed or tagged, any run of another plan counts: its data may hold them.

    Parameters
    ----------
    plan
        The plan.
    chosen
        The rows to send: positions in ``plan.prepared.rows``.
    leaving
        How many people are to be unsubscribed or tagged.
    baseline
        What is known to be on the other side now.
    journal
        Where runs are remembered.

    Raises
    ------
    StateError
        With when that was, and for how many rows.
    """
    if plan.standing is None:
        return
    others = _others_since(plan, plan.standing.run, journal)
    if others and leaving:
        msg = (
            f"This plan is older than the run of {others[0].started:%Y-%m-%d %H:%M} UTC, and would unsubscribe or tag "
            f"{count(leaving, 'contact')} whom newer data may hold."
        )
        raise StateError(msg, hint="Plan again, with the newest data. Nothing was sent.")
    since = [run for run in others if number(run, "to_send")]
    if not since:
        return
    addresses = plan.prepared.addresses[chosen]
    now = baseline.contents_of(addresses)
    overtaken = now != plan.standing.baseline.contents_of(addresses)
    if not all(_is_clear(run) for run in since):
        overtaken |= now == 0  # sent then, perhaps, and never confirmed
    overtaken &= now != plan.prepared.contents[chosen]
    rows = int(np.count_nonzero(overtaken))
    if rows:
        msg = (
            f"This plan is older than the run of {since[0].started:%Y-%m-%d %H:%M} UTC, which sent other values of "
            f"{count(rows, 'row')}: it would overwrite them."
        )
        raise StateError(msg, hint="Plan again, with the data that is to be there in the end. Nothing was sent.")


def _others_since(plan: Plan, last: str, journal: Journal) -> list[EarlierRun]:
    """Return the runs since the last one before a plan that are not its own, the latest first."""
    newer = takewhile(lambda run: run.id != last, journal.earlier_runs(plan.scope.account, most=_LOOKED_AT))
    here = (plan.scope.list, plan.scope.identity)
    return [run for run in newer if (run.list, run.identity) == here and run.facts.get("plan") != plan.id]


def _is_clear(run: EarlierRun) -> bool:
    """Return whether it is known what became of everything that a run sent; of one that was killed it is not."""
    return bool(run.counts) and not run.counts.get("uncertain") and not run.counts.get("accepted")
