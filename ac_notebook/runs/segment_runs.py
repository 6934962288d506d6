"""Earlier runs with a segment: how many rows it chose then."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ac_notebook.model.guards import REHEARSAL
from ac_notebook.runs.history import number, segment_digest
from ac_notebook.storage.earlier_runs import all_earlier_runs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ac_notebook.runs.plan import Plan
    from ac_notebook.storage.database import StateDatabase
    from ac_notebook.storage.earlier_runs import EarlierRun

TREND = ("when", "export", "list", "rows", "of", "share", "status")
_LOOKED_AT = 1_000
_TINY = 0.5
"""Share of the rows of the last run below which a segment is told to be suddenly tiny."""


@dataclass(frozen=True, kw_only=True)
class SegmentRun:
    """A run with a segment.

    Parameters
    ----------
    started, state
        When it began, and how it ended.
    export, list_name
        What ran: the export's name, "" for one that has none, and the list.
    rows, of
        How many rows the segment chose, of how many.
    """

    started: datetime
    state: str
    export: str
    list_name: str
    rows: int
    of: int


def runs_of(database: StateDatabase, condition: str, *, key: bytes) -> tuple[SegmentRun, ...]:
    """Return earlier runs with a condition, of any export and account, the latest first.

    Parameters
    ----------
    database
        The open state database.
    condition
        The segment's condition: what it is called does not count.
    key
        Key of the fingerprints, under which conditions are remembered.
    """
    return tuple(runs_by_segment(database)[segment_digest(condition, key)])


def runs_by_segment(database: StateDatabase) -> defaultdict[str, list[SegmentRun]]:
    """Return earlier runs by what their segment is known by (:func:`segment_digest`), the latest first."""
    found: defaultdict[str, list[SegmentRun]] = defaultdict(list)
    for run in all_earlier_runs(database, most=_LOOKED_AT):
        if "inside" in run.facts:
            found[str(run.facts.get("segment"))].append(_of(run))
    return found


def tiny(count: int, runs: Sequence[SegmentRun]) -> tuple[str, ...]:
    """Return what to know when a segment chooses far fewer rows than in the last run with it.

    Examples
    --------
    >>> tiny(12, [])
    ()
    """
    before = next((run for run in runs if run.rows >= REHEARSAL), None)
    if before is None or count >= _TINY * before.rows:
        return ()
    of = f" of {before.export!r}" if before.export else ""
    said = (
        f"The segment chooses {count:,} rows; in the last run with it{of} ({before.started:%Y-%m-%d}) there were "
        f"{before.rows:,} of {before.of:,}. A column or a filter may have changed its meaning."
    )
    return (said,)


def segment_warning(plan: Plan, *, key: bytes) -> tuple[str, ...]:
    """Return what to know of a plan's segment from runs of other exports, where its own tell nothing.

    Parameters
    ----------
    plan
        The plan.
    key
        Key of the fingerprints.
    """
    if not plan.segment or plan.export.segment is None:
        return ()
    digest = segment_digest(getattr(plan.export.segment, "condition", plan.segment), key)
    if any(run.facts.get("segment") == digest for run in plan.history.of_scope):
        return ()  # which a guard rail compares with
    alike = [run for run in plan.history.of_account if "inside" in run.facts and run.facts.get("segment") == digest]
    return tiny(int(plan.inside.sum()), [_of(run) for run in alike])


def _of(run: EarlierRun) -> SegmentRun:
    return SegmentRun(
        started=run.started, state=run.state, export=str(run.facts.get("export", "")),
        list_name=str(run.facts.get("list_name", "")), rows=number(run, "inside"), of=number(run, "frame"),
    )  # fmt: skip
