"""A plan: what an export would do with a frame. Nothing is sent."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ac_notebook.errors import ConfigurationError, did_you_mean, quoted
from ac_notebook.frames.phones import for_region
from ac_notebook.model.capacity import Capacity
from ac_notebook.model.changes import WORDS
from ac_notebook.model.export import Options
from ac_notebook.model.outcome import Outcome
from ac_notebook.runs import show
from ac_notebook.runs.batches import Batches, packed_for
from ac_notebook.runs.changes import changes_table
from ac_notebook.runs.comparison import Comparable
from ac_notebook.runs.departures import Departing, Departures
from ac_notebook.runs.estimate import Estimate
from ac_notebook.runs.history import History
from ac_notebook.runs.known import codes_for, known_problems
from ac_notebook.runs.leaving_words import departing_facts
from ac_notebook.runs.preparing import checked_by, prepare_for
from ac_notebook.runs.problems import problems_table
from ac_notebook.runs.progress import shown_of
from ac_notebook.runs.report import counts_series, outcome_series, problem_lines, problem_title, rows_for
from ac_notebook.runs.tracebacks import without_frames
from ac_notebook.runs.warnings import warnings_of
from ac_notebook.storage.fingerprint_key import digest, fingerprint_key
from ac_notebook.storage.home import find_home
from ac_notebook.storage.journal import Scope

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column
    from ac_notebook.frames.prepare import Prepared
    from ac_notebook.model.account import ContactList, Snapshot
    from ac_notebook.model.export import Export
    from ac_notebook.model.rights import Right
    from ac_notebook.runs.connection import Connection
    from ac_notebook.runs.overtaken import Standing
    from ac_notebook.runs.progress import Shown
from ac_notebook.runs.report import Report

_PLANNED = {Outcome.NOT_SENT: ("to send", "plan.run() sends these; not_sent in plan.counts")}


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Plan(Comparable, Departures):
    """What an export would do with a frame: an outcome for every row, the requests, warnings. Nothing was sent.

    Made by ``df.activecampaign.plan(…)``; ``plan.run()`` sends it. It holds a copy of the mapped columns: what is
    changed in the frame afterwards needs a new plan.

    Parameters
    ----------
    connection
        Where it would go, a :class:`Connection`.
    account
        What the account had when the plan was made.
    contact_list
        The list, with ``id`` and ``name``.
    export
        The definition, an :class:`Export`.
    frozen, columns, index, inside
        The plan's own copy of the mapped columns, what they are mapped to, the frame's row labels, and which rows
        are in the segment (bool, one per row).
    prepared
        What the checks found.
    segment
        The segment in words, "" for all rows.
    """

    connection: Connection
    account: Snapshot
    contact_list: ContactList
    export: Export
    frozen: pd.DataFrame
    columns: tuple[Column, ...]
    index: pd.Index[Any]
    inside: NDArray[np.bool_]
    prepared: Prepared
    segment: str
    found: NDArray[np.int16]
    """What the journal knew of each row to be sent when the plan was made: a settled outcome, or -1."""
    key_digest: str
    """Which key the fingerprints were made with."""
    notices: tuple[str, ...] = ()
    """What may have been overlooked in the frame: doubts about mapped columns, and columns that are not mapped."""
    unsettled: int = 0
    """Contacts that earlier runs queued and that were not confirmed when the plan was made."""
    unanswered: int = 0
    """Contacts that earlier runs sent without an answer, as far as was known when the plan was made."""
    capacity: Capacity = field(default_factory=Capacity)
    """How many contacts the account may have, and had when the plan was made."""
    may: dict[Right, bool | None] = field(default_factory=dict)
    """What the key may do, as far as that was told."""
    history: History = field(default_factory=History)
    """Earlier runs, for guard rails to compare with."""
    maybe_new: int = 0
    """Rows to send that are not known to be contacts, where the account may have too little room for them."""
    progress: Shown = None
    """Who shows the progress of its runs."""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    """What its own runs are known by."""
    people: NDArray[np.uint64] | None = None
    """What each row's customer is known by beside the address: keyed fingerprints, 0 for nothing."""
    departing: Departing = field(default_factory=Departing)
    """People for whom the frame does not speak any more."""
    standing: Standing | None = None
    """What was known to be on the other side when the plan was made: its data is as old as that."""

    @property
    def scope(self) -> Scope:
        """What sent rows are remembered under."""
        return Scope(account=self.connection.account, list=self.contact_list.id, identity=self.export.identity)

    @property
    def codes(self) -> NDArray[np.int8]:
        """Outcome numbers, one per row of the frame; ``not_sent`` are those that would be sent."""
        return codes_for(self.prepared, self.found)

    @property
    def counts(self) -> pd.Series[int]:
        """Rows by outcome (int64); ``not_sent`` would be sent by ``run()``. They add up to the rows of the frame."""
        return counts_series(self.codes)

    @property
    def outcome(self) -> pd.Series[Any]:
        """Each row's outcome so far, a categorical of words, aligned with the frame."""
        return outcome_series(self.codes, self.index)

    @property
    def problems(self) -> pd.DataFrame:
        """Each problem, labelled as in the frame: outcome, code, column, field, reason, hint (text). No cell values."""
        known = known_problems(self.prepared, self.found, self.departing.withdrawn_rows)
        return problems_table(self.prepared, self.index, known, self.codes)

    @property
    def changes(self) -> pd.DataFrame:
        """How many values each normalisation touched: field, change, values (int), examples by row, meaning."""
        return changes_table(self.prepared, self.index)

    @property
    def estimate(self) -> Estimate:
        """Requests, bytes and seconds that a run would take."""
        batches = self.batches(self.found)
        limits = self.connection.limits
        confirming = 10.0 * limits.time_scale if len(batches) else 0.0
        return Estimate(
            requests=len(batches),
            bytes=batches.size,
            seconds=max(len(batches) - 1, 0) * limits.shared(self.export.options.share).seconds_between_imports
            + confirming,
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What you should know before running it."""
        return warnings_of(self, key=fingerprint_key(find_home()))

    def preview(self, rows: int = 10, *, clear: bool = False) -> pd.DataFrame:
        """Return the first contacts as they would be sent.

        Parameters
        ----------
        rows
            How many.
        clear
            Show the values. Otherwise they are masked, because what a cell shows is saved with the notebook.
        """
        from ac_notebook.runs.preview import preview  # noqa: PLC0415 - a preview is of a plan, so it imports this

        return preview(self, rows, clear=clear)

    def replace(self, **changes: Any) -> Plan:
        """Return a plan with another list, other tags or options; what was checked is kept.

        Parameters
        ----------
        **changes
            ``list``, ``tags``, or any of :class:`Options`.
        """
        others = {name: value for name, value in changes.items() if name not in ("list", "tags")}
        for name in others:
            if name not in vars(self.export.options) or name == "key":
                msg = f"A plan cannot be given another {name!r}."
                raise ConfigurationError(
                    msg, hint=f"{did_you_mean(name, ['list', 'tags', *vars(self.export.options)])} Else plan anew."
                )
        export = self.export.replace(options=Options(**{**vars(self.export.options), **others}))
        contact_list = self.contact_list
        if "list" in changes:
            contact_list = self.account.find_list(changes["list"])
            export = export.replace(list=changes["list"])
        if "tags" in changes:
            export = export.replace(tags=changes["tags"])
        changed = replace(self, export=export, contact_list=contact_list, compared=None)
        key = fingerprint_key(find_home())
        if checked_by(export) != checked_by(self.export):
            columns = for_region(self.columns, export.options.phone_region)
            prepared = prepare_for(self.frozen, columns, self.inside, export, self.connection.limits, key=key)
            changed = replace(changed, columns=columns, prepared=prepared, key_digest=digest(key))
        from ac_notebook.runs.looking_up import look_up  # noqa: PLC0415 - what is looked up is a plan, so it imports this

        return look_up(changed, key=key)

    def batches(self, found: NDArray[np.int16], *, first: int | None = None) -> Batches:
        """Return the requests for the rows that are not settled.

        Parameters
        ----------
        found
            What the journal knows of each row: a settled outcome, or -1.
        first
            How many rows at the most.
        """
        chosen = np.flatnonzero(found < 0)[:first]
        return Batches(
            frozen=self.frozen,
            columns=self.columns,
            prepared=self.prepared,
            chosen=chosen,
            packed=packed_for(self.prepared, chosen, self.export, self.contact_list.id, self.connection.limits),
            export=self.export,
            list_id=self.contact_list.id,
        )

    @without_frames
    def run(self, *, first: int | None = None, progress: Shown = None) -> Report:
        """Send what the plan says, wait for ActiveCampaign's confirmation, and report what became of every row.

        Parameters
        ----------
        first
            Send only so many contacts: a rehearsal, real and small. The next run sends the others.
        progress
            Who shows how far it is: a function that is called with a :class:`Progress` a few times a second and once
            at the end, in this thread (raise KeyboardInterrupt in it to stop the run), or False for nobody. As the
            plan was told if left out: a bar where a person is, else lines in the log ``ac_notebook``.

        Raises
        ------
        ExportInterrupted
            When it was stopped; running again carries on. Its ``report`` says what was sent.
        APIError
            When it could not go on. Its ``report`` says what was sent.
        ConsentError, PermissionDeniedError
            When nobody agreed to the transfer of data, or the key's user may not do what it takes; nothing was sent.
        GuardError
            When a guard rail stops it (``ac.guard_rails()``); nothing was sent, and its hint says how to allow it.
        StateError
            When another run of the export is under way, or has sent other values of the same people since this plan
            was made; nothing was sent.
        """
        from ac_notebook.runs.run import execute  # noqa: PLC0415 - a run is made of a plan, so it imports this

        if first is not None and (isinstance(first, bool) or not isinstance(first, int) or first < 1):
            msg = f"first= is a number of contacts, one or more, not {first!r}."
            raise ConfigurationError(msg, hint="Nothing was sent.")
        return execute(self, first=first, progress=shown_of(self.progress if progress is None else progress))

    @property
    def title(self) -> str:
        """Where it goes, in words."""
        mark = "SANDBOX · " if self.connection.is_sandbox else ""
        to = quoted(self.connection.name)
        return f"{mark}Export to {quoted(self.contact_list.name)} (list {self.contact_list.id}) at {to}"

    @property
    def short_title(self) -> str:
        """Where it goes, in a few words."""
        return f"{'SANDBOX · ' if self.connection.is_sandbox else ''}{show.name(self.contact_list.name)}"

    def _facts(self) -> list[tuple[str, str]]:
        facts = [("To send", str(self.estimate))]
        if self.segment:
            facts.append(("Segment", f"{self.segment} ({int(self.inside.sum()):,} of {len(self.inside):,} rows)"))
        return [*facts, *self._comparison_facts, *departing_facts(self.departing)]

    def __repr__(self) -> str:
        problems = self.problems
        return show.text(
            f"{self.title}: plan, nothing was sent", self._facts(), rows_for(self.codes, _PLANNED),
            [
                ("Warnings", self.warnings),
                (problem_title(problems), problem_lines(problems)),
                ("Changes", self._changed()),
            ],
        )  # fmt: skip

    def _repr_html_(self) -> str:
        problems = self.problems
        more = show.details(show.count(len(self.warnings), "warning"), self.warnings, is_open=True)
        more += show.details(
            f"{problem_title(problems)}; the table is plan.problems", problem_lines(problems), is_open=True
        )
        more += show.details("What was changed on the way; the table is plan.changes", self._changed())
        return show.page(f"{self.title}: plan, nothing was sent", self._facts(), rows_for(self.codes, _PLANNED), more)

    def _changed(self) -> list[str]:
        return [
            f"{show.count(change.count, 'value')} of {show.name(change.target)}: {WORDS[change.kind]}"
            for change in self.prepared.changes
        ]
