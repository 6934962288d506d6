"""What the journal knows of a plan's rows and people now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.runs.departing import departing_of
from ac_notebook.runs.guards import maybe_new
from ac_notebook.runs.history import history_of
from ac_notebook.runs.known import find
from ac_notebook.runs.overtaken import standing_of
from ac_notebook.storage.database import open_database
from ac_notebook.storage.home import find_home
from ac_notebook.storage.journal import Journal

if TYPE_CHECKING:
    from ac_notebook.runs.plan import Plan


def look_up(plan: Plan, *, key: bytes) -> Plan:
    """Return the plan with what the journal knows now.

    Parameters
    ----------
    plan
        The plan.
    key
        Of the fingerprints: whoever plans has it, and each look at it opens the database.
    """
    database = open_database(find_home())
    try:
        journal = Journal(database)
        baseline = journal.baseline(plan.scope)
        found = find(plan.prepared, baseline, resend=plan.export.options.resend)
        left_open = journal.open_batches(plan.scope)
        queued = sum(item.contacts for item in left_open if item.state == "accepted")
        unanswered = sum(item.contacts for item in left_open) - queued
        new = len(maybe_new(plan, np.flatnonzero(found < 0), plan.capacity, journal))
        history = history_of(journal, plan.scope)
        standing = standing_of(plan, baseline, journal)
        departing = departing_of(replace(plan, found=found), baseline, journal, key=key)
    finally:
        database.close()
    return replace(
        plan, found=found, unsettled=queued, unanswered=unanswered, history=history, maybe_new=new, standing=standing,
        departing=departing,
    )  # fmt: skip
