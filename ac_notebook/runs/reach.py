"""What a run would touch, in numbers: the guard rails look at these, and later runs are compared with them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.model.segment import condition_of
from ac_notebook.runs.history import segment_digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ac_notebook.runs.plan import Plan
    from ac_notebook.storage.journal import Journal


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What a run would touch.

    Parameters
    ----------
    list, list_name
        The list's number and name.
    by_name
        Whether the list was given by its name.
    identity
        What the export is remembered under.
    segment
        What its segment is known by.
    export
        The export's name; "" for one that has none.
    inside, frame
        Rows in the segment, and rows of the frame.
    automations
        Whether automations may start.
    first
        Contacts that a rehearsal sends at the most; None for a whole run.
    rows
        Rows that could be sent: in the segment, and every check passed.
    to_send
        Those of them that would be sent now, because they are new or changed.
    new
        Those of these that are not known to be contacts of the account.
    cleared
        By field: blank cells among the rows to send that would overwrite what ActiveCampaign has.
    blank
        By field that clears: blank cells among all rows that could be sent.
    members
        People whom the export kept on the list until now.
    leaving, changing, unsubscribing
        People for whom the frame does not speak any more; those of them who would be unsubscribed or tagged (another
        export may keep the others); and those who would be unsubscribed. Nought where nobody is changed.
    """

    list: int
    list_name: str
    by_name: bool = True
    identity: str = ""
    segment: str = ""
    export: str = ""
    inside: int = 0
    frame: int = 0
    automations: bool = False
    first: int | None = None
    rows: int
    to_send: int
    new: int = 0
    cleared: Mapping[str, int] = field(default_factory=dict)
    blank: Mapping[str, int] = field(default_factory=dict)
    members: int = 0
    leaving: int = 0
    changing: int = 0
    unsubscribing: int = 0


def reach_of(plan: Plan, chosen: NDArray[np.int64], *, key: bytes, new: int, first: int | None = None) -> Reach:
    """Return what a run of a plan would touch.

    Parameters
    ----------
    plan
        The plan.
    chosen
        The rows to send: positions in ``plan.prepared.rows``.
    key
        Key of the fingerprints.
    new
        How many of these are not known to be contacts.
    first
        Contacts that a rehearsal sends at the most.
    """
    cleared, blank = Counter[str](), Counter[str]()
    for place, cells in plan.prepared.cleared.items():
        name = plan.columns[place].target
        cleared[name] += int(np.count_nonzero(cells[chosen]))
        blank[name] += int(np.count_nonzero(cells))
    given = plan.export.list
    return Reach(
        list=plan.contact_list.id,
        list_name=plan.contact_list.name,
        by_name=isinstance(given, str) and _plain(given) == _plain(plan.contact_list.name),
        identity=plan.export.identity,
        # Not its name, which may change: the condition.
        segment=segment_digest(condition_of(plan.export.segment) or plan.segment, key),
        export=plan.export.name or "",
        inside=int(np.count_nonzero(plan.inside)),
        frame=len(plan.inside),
        automations=plan.export.options.run_automations,
        first=first,
        rows=len(plan.prepared.rows),
        to_send=len(chosen),
        new=new,
        cleared=cleared,
        blank=blank,
        members=plan.departing.members,
        leaving=plan.departing.going,
        changing=plan.departing.to_change,
        unsubscribing=plan.departing.to_unsubscribe(plan.export.options),
    )


def not_known(addresses: NDArray[np.uint64], journal: Journal, account: str) -> NDArray[np.int64]:
    """Return which addresses no export is known to have brought into an account: positions in the array."""
    left = np.arange(len(addresses))
    for known in journal.imported(account):
        if len(known) and len(left):
            at = np.minimum(np.searchsorted(known, addresses[left]), len(known) - 1)
            left = left[known[at] != addresses[left]]
    return left


def _plain(name: str) -> str:
    return name.strip().casefold()
