"""Writing down whom an export keeps on its list, once a whole run has come to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.runs.departing import kept_by
from ac_notebook.runs.departures import in_sorted
from ac_notebook.storage.members import Members

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from ac_notebook.runs.run import Run
    from ac_notebook.storage.journal import Journal


def remember(run: Run, journal: Journal, *, key: bytes, now: datetime) -> None:
    """Write down who is on the list by this export now, and who is not looked for again.

    Who is to be changed still (it was not sent, or nobody knows what became of it) stays, and is found by the next run.

    Parameters
    ----------
    run
        The run, over but for this.
    journal
        Where it is written down.
    key
        Key of the fingerprints.
    now
        The time.
    """
    plan, departing = run.plan, run.departing
    kept = kept_by(plan.scope, journal.baseline(plan.scope), journal, key=key)
    present = plan.prepared.presence.addresses
    if kept.is_first:
        former = kept.ever[~in_sorted(kept.ever, present)]
    else:
        let_go = departing.addresses[departing.are("kept", "elsewhere") & ~departing.of("withdrawn")]
        former = np.union1d(kept.former, let_go)
        former = former[~in_sorted(former, present) & in_sorted(former, kept.ever)]
    current = ~in_sorted(kept.ever, former)
    addresses, keys = kept.ever[current], kept.keys[current]
    members = Members(addresses=addresses, keys=_keys(run, addresses, keys), former=former)
    if not members.is_same(journal.members(plan.scope)):
        journal.keep_members(plan.scope, members, now=now)


def _keys(run: Run, addresses: NDArray[np.uint64], keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return what each person is known by now: as the frame says it, else as before.

    While a customer's old address waits to be taken off, the key stays with that one, so that the next run finds it.
    """
    plan, departing = run.plan, run.departing
    if plan.people is None or not len(addresses):
        return keys
    prepared = plan.prepared
    at = np.minimum(np.searchsorted(addresses, prepared.addresses), len(addresses) - 1)
    known = addresses[at] == prepared.addresses
    waiting = departing.moved_to[departing.of("moved") & departing.are("not_sent", "accepted", "uncertain")]
    known[waiting] = False
    found = keys.copy()
    found[at[known]] = plan.people[prepared.rows[known]]
    found[at[waiting[addresses[at[waiting]] == prepared.addresses[waiting]]]] = 0
    return found
