"""Who is to be taken off a list, or tagged, because a frame no longer speaks for them: found by fingerprint.

Three causes: somebody *left* (was in the last run of this export, and is in no row of the segment now), *withdrew* (was
imported by this export, and a row of theirs says no to the opt-in now), or *moved* (a customer who is known by a key
has another address now, and the old contact is still on the list). Nobody else is ever looked at: not who was put on
the list by hand, by a form or by another program, and not who is in the frame with a row that is rejected.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.frames.distinct import distinct
from ac_notebook.frames.fingerprints import fingerprints
from ac_notebook.frames.presence import no_prints
from ac_notebook.model.departures import NUMBERED_FROM
from ac_notebook.model.outcome import Outcome
from ac_notebook.runs import moved
from ac_notebook.runs.departures import CAUSES, FATES, Cost, Departing, action_for, in_sorted, places_of
from ac_notebook.storage.members import Members

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ac_notebook.model.export import Options
    from ac_notebook.runs.plan import Plan
    from ac_notebook.storage.baseline import Baseline
    from ac_notebook.storage.journal import Journal, Scope


def action_prints(key: bytes) -> NDArray[np.uint64]:
    """Return what stands in the journal in place of a row's content for who was unsubscribed, and for who was tagged.

    No row has it: what is sent for a row begins with a brace.
    """
    return fingerprints([b"unsubscribed", b"tagged"], key)


@dataclass(frozen=True, kw_only=True, eq=False)
class Kept:
    """Whom an export has on its list, as far as the journal knows.

    Parameters
    ----------
    ever
        Everybody whom it imported and has not unsubscribed or tagged since; sorted.
    keys
        What each of them is known by; 0 for nothing.
    former
        Those of them who were not in the last run any more, and are not looked for again; sorted.
    is_first
        Whether no run has come to its end since this is written down: then nobody can have left.
    """

    ever: NDArray[np.uint64]
    keys: NDArray[np.uint64]
    former: NDArray[np.uint64]
    is_first: bool

    @property
    def current(self) -> NDArray[np.bool_]:
        """Who of ``ever`` was in the last run."""
        return np.zeros(len(self.ever), bool) if self.is_first else ~in_sorted(self.ever, self.former)


def kept_by(scope: Scope, baseline: Baseline, journal: Journal, *, key: bytes) -> Kept:
    """Return whom an export has on its list.

    Parameters
    ----------
    scope
        The export, and its list.
    baseline
        What is known to be on the other side for it.
    journal
        What is remembered.
    key
        Key of the fingerprints.
    """
    record = journal.members(scope)
    is_first = record is None
    if record is None:
        record = Members(addresses=no_prints(), keys=no_prints(), former=no_prints())
    changed = np.isin(baseline.contents, action_prints(key))
    imported = baseline.addresses[(baseline.outcomes == int(Outcome.IMPORTED)) & ~changed]
    # What was written down counts, too: what became of a row that was sent since may not be known.
    ever = distinct(np.concatenate([record.addresses, record.former, imported]))
    ever = ever[~in_sorted(ever, baseline.addresses[changed])]
    at = places_of(record.addresses, ever)
    keys = np.zeros(len(ever), np.uint64)
    keys[at >= 0] = record.keys[at[at >= 0]]
    return Kept(ever=ever, keys=keys, former=record.former, is_first=is_first)


def departing_of(plan: Plan, baseline: Baseline, journal: Journal, *, key: bytes) -> Departing:
    """Return who left, withdrew or moved, by what is known now; nothing is asked.

    Parameters
    ----------
    plan
        The plan.
    baseline
        What is known to be on the other side.
    journal
        What is remembered.
    key
        Key of the fingerprints.
    """
    options, presence = plan.export.options, plan.prepared.presence
    kept = kept_by(plan.scope, baseline, journal, key=key)
    current = kept.current
    absent = current & ~in_sorted(kept.ever, presence.addresses)
    gone = moved.sorted_out(plan, kept.ever[absent], kept.keys[absent], kept.keys)
    says_no = distinct(presence.kept_back_addresses[presence.declined])
    withdrew = np.union1d(says_no[in_sorted(says_no, kept.ever)], gone.withdrew)
    silent = distinct(presence.kept_back_addresses[~presence.declined])
    silent = silent[in_sorted(silent, kept.ever) & ~in_sorted(silent, withdrew)]
    addresses = np.concatenate([gone.left, withdrew, gone.moved])
    causes = np.repeat(np.arange(3, dtype=np.int8), [len(gone.left), len(withdrew), len(gone.moved)])
    moved_to = np.concatenate([np.full(len(gone.left) + len(withdrew), -1), gone.moved_to]).astype(np.int64)
    order = np.argsort(addresses, kind="stable")
    contents = baseline.contents_of(plan.prepared.addresses)
    returning, returning_tagged = (
        int(np.count_nonzero(baseline.find(plan.prepared.addresses, np.full_like(contents, done)) == Outcome.IMPORTED))
        for done in action_prints(key)
    )
    found = Departing(
        addresses=addresses[order], causes=causes[order], moved_to=moved_to[order],
        fates=np.full(len(addresses), FATES.index("not_sent"), np.int8),
        members=int(np.count_nonzero(current)), silent=len(silent), unreadable=gone.unreadable,
        is_first=kept.is_first and bool(len(kept.ever)),
        withdrawn_rows=np.union1d(
            presence.kept_back[in_sorted(presence.kept_back_addresses, withdrew) & presence.declined],
            gone.withdrawn_rows,
        ),
        returning=returning, returning_tagged=returning_tagged,
    )  # fmt: skip
    found = _spared(found, options)
    if found.to_change:
        found = found.without(kept_by_others(plan.scope, journal, key=key))
    new = int(np.count_nonzero((plan.found < 0) & (contents == 0)))
    return replace(found, cost=_cost(plan, found.to_change - _stuck(plan, found), new=new))


def _stuck(plan: Plan, found: Departing) -> int:
    """Return for how many who moved nothing is done, because the new address was refused and is not sent again."""
    known = plan.found[found.moved_to[found.of("moved") & found.are("not_sent")]]
    return int(np.count_nonzero((known >= 0) & (known != int(Outcome.IMPORTED))))


def _spared(found: Departing, options: Options) -> Departing:
    """Return the same people; those whom nothing is done about are kept, or held back."""
    for cause in CAUSES:
        if action_for(cause, options) == "keep":
            found = found.with_fates(found.of(cause), "kept")
    if found.unreadable and "unreadable" not in options.allow:
        found = found.with_fates(found.of("left") & found.are("not_sent"), "held_back")
    return found


def kept_by_others(scope: Scope, journal: Journal, *, key: bytes) -> NDArray[np.uint64]:
    """Return whom other exports keep on the same list: whoever they keep is not this export's alone to take off.

    Whom they have sent without an answer yet is among them.

    Parameters
    ----------
    scope
        The export, and its list.
    journal
        What is remembered.
    key
        Key of the fingerprints.
    """
    parts = [no_prints()]
    for other in journal.others_on(scope):
        kept = kept_by(other, journal.baseline(other), journal, key=key)
        parts.append(kept.ever if kept.is_first else kept.ever[kept.current])
        parts += [batch.addresses for batch in journal.open_batches(other) if batch.number < NUMBERED_FROM]
    return distinct(np.concatenate(parts))


def _cost(plan: Plan, people: int, *, new: int) -> Cost:
    """Return what it costs to find and change people, where nobody is missing on the list."""
    if not people:
        return Cost()
    limits = plan.connection.limits
    shared = limits.shared(plan.export.options.share)
    subscribers = plan.contact_list.subscribers
    # One more than there are pages: that nobody comes after the last is known when it was asked.
    reads = -(-((subscribers or 0) + new) // limits.page_size) + 1
    imports = -(-people // limits.contacts_per_import)
    seconds = reads * shared.request_window / shared.requests_per_window
    seconds += (imports - 1) * shared.seconds_between_imports + 10.0 * limits.time_scale
    return Cost(reads=reads, imports=imports, seconds=seconds, is_known=subscribers is not None)
