"""What was kept of a run: its report without rows, as any kernel can show it later."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from ac_notebook.model.outcome import WORDS, Outcome
from ac_notebook.runs import chart, show
from ac_notebook.runs.departures import departed_facts
from ac_notebook.runs.report import rows_of
from ac_notebook.runs.summary import common_dict, facts_of, headline, plain_counts, problem_line, raise_unmet
from ac_notebook.runs.tables import Table
from ac_notebook.storage.run_entries import UNDER_WAY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ac_notebook.model.past import Failure, MappedColumn, ProblemCount
    from ac_notebook.runs.departures import People
    from ac_notebook.storage.run_entries import RunEntry

PROBLEM_COLUMNS = ("outcome", "code", "column", "field", "rows", "reason", "hint")
MAPPING_COLUMNS = ("target", "column", "dtype", "blank", "format", "separator")

_CHOSEN = {"query": "a condition, whose words are not kept", "mask": "a mask", "function": "a function"}


@dataclass(frozen=True, kw_only=True)
class Data:
    """What the data of a run is known by: never a value.

    Parameters
    ----------
    rows, in_segment
        Rows of the frame, and those of them in the segment; None where that was not kept.
    digest
        Keyed digest of the rows that passed the checks, in any order: equal where the same people had the same values.
    before
        Id of the run of this export before that one; "" where none is kept.
    is_same
        Whether the data was the same then; None where that is not known.
    """

    rows: int | None = None
    in_segment: int | None = None
    digest: str = ""
    before: str = ""
    is_same: bool | None = None

    def __str__(self) -> str:
        if self.rows is None:
            return "not kept"
        inside = "" if self.in_segment in (None, self.rows) else f", {self.in_segment:,} of them in the segment"
        said = f"{show.count(self.rows, 'row')}{inside}, known as {self.digest}"
        if self.is_same is None:
            return said
        return f"{said}: {'the same' if self.is_same else 'not the same'} as in the run {self.before} before it"


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class PastReport:
    """What was kept of a run of an export: counts, problems by kind, the error, what it was made with. No rows.

    Made by :func:`ac_notebook.report`. Of a run of an older version of this package there is less to tell: then counts
    and numbers may be missing.

    Parameters
    ----------
    run, export, title
        Id of the run, the export's name ("" for one that was not saved), and where it went.
    status
        Queued, Processing, Successful, Skipped, Failed or Canceled.
    was_broken_off
        Whether its process was killed: then ``counts`` are what it had sent and heard by then.
    started, ended
        When, in UTC; None for the end of a run that is under way or was broken off.
    known
        Rows by outcome, as far as they are known.
    people
        What became of people for whom the frame did not speak any more, by cause: left, withdrawn, moved.
    problem_counts
        How many rows had each kind of problem.
    warnings, opening
        What the plan warned of, and the run's first line.
    numbers
        Requests, bytes and seconds, by name.
    error
        What ended it early, or None.
    data
        What its data is known by.
    columns
        The mapping, with each column's dtype.
    tags, options
        Of the definition; options that differ from what they are by themselves.
    segment
        Its name, or how it was chosen (its words are not kept); "" for the whole frame.
    list, list_name
        Where the rows went; 0 where it came to no plan.
    connection, host, account_name, owner, user
        The connection's name then, where it led, whose it was, and who ran it on this machine.
    versions
        Of Python and the packages it was made with.
    first
        How many contacts it was asked to send at the most.
    runs
        The last runs of the export, the newest first, this one among them.
    """

    run: str
    export: str = ""
    title: str
    status: str
    was_broken_off: bool = False
    started: datetime
    ended: datetime | None = None
    known: Mapping[str, int] = field(default_factory=dict)
    people: People = field(default_factory=dict)
    problem_counts: tuple[ProblemCount, ...] = ()
    warnings: tuple[str, ...] = ()
    opening: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)
    error: Failure | None = None
    data: Data = field(default_factory=Data)
    columns: tuple[MappedColumn, ...] = ()
    tags: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    segment: str = ""
    list: int
    list_name: str = ""
    connection: str = ""
    host: str = ""
    account_name: str = ""
    owner: str = ""
    user: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    first: int | None = None
    runs: tuple[RunEntry, ...] = ()

    @property
    def counts(self) -> pd.Series[int]:
        """Rows by outcome (int64); they add up to the rows of the frame. Blanks (Int64) where they were not kept."""
        index = pd.Index(WORDS, name="outcome")
        if not self.known:
            return pd.Series([pd.NA] * len(WORDS), index=index, name="rows", dtype="Int64")
        return pd.Series([self.known.get(word, 0) for word in WORDS], index=index, name="rows", dtype="int64")

    @property
    def problems(self) -> pd.DataFrame:
        """Problems by kind, the most frequent first: outcome, code, column, field, rows (int64), reason, hint."""
        rows = [[getattr(entry, name) for name in PROBLEM_COLUMNS] for entry in self.problem_counts]
        return Table(rows, columns=list(PROBLEM_COLUMNS), dtype=object).astype({"rows": "int64"})

    @property
    def mapping(self) -> pd.DataFrame:
        """What went where, as text: target, column (as it is written in code), dtype, blank, format, separator."""
        rows = [[getattr(entry, name) for name in MAPPING_COLUMNS] for entry in self.columns]
        return Table(rows, columns=list(MAPPING_COLUMNS), dtype=object)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Times, requests and bytes, as they are shown."""
        facts = facts_of(self.run, started=self.started, numbers=self.numbers, by=self.owner)
        said = f"{self.error.kind}: {self.error.message}".removesuffix(": ") if self.error is not None else ""
        people = departed_facts(self.people)
        return (*facts, *people, *((("Error", said),) if said else ()), ("Data", str(self.data)))

    def raise_for_rows(self, *, max_rejected: float = 0.1) -> None:
        """Raise when rows did not arrive that could have been sent, more than a share were rejected, or nobody knows.

        Rows that a rehearsal (``first=``) left for the next run were not to arrive.

        Parameters
        ----------
        max_rejected
            Share of the rows in the segment that may be rejected by our checks, from 0 to 1.

        Raises
        ------
        ActiveCampaignError
            With the numbers; the report is its ``report``.
        ConfigurationError
            When ``max_rejected`` is no share.
        """
        raise_unmet(self, max_rejected=max_rejected)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values for JSON."""
        return {
            **common_dict(self, problems=self.problem_counts),
            "export": self.export, "was_broken_off": self.was_broken_off, "opening": self.opening,
            "list": {"id": self.list, "name": self.list_name},
            "connection": {
                "name": self.connection, "host": self.host, "account": self.account_name, "owner": self.owner,
                "user": self.user,
            },
            "data": {
                "rows": self.data.rows, "in_segment": self.data.in_segment, "digest": self.data.digest,
                "run_before": self.data.before, "same_as_before": self.data.is_same,
            },
            "mapping": [column.to_dict() for column in self.columns], "tags": [*self.tags],
            "options": dict(self.options), "segment": self.segment, "versions": dict(self.versions),
        }  # fmt: skip

    @property
    def _headline(self) -> str:
        return headline(self.title, self.status, was_broken_off=self.was_broken_off)

    @property
    def _rows(self) -> Sequence[show.Row]:
        if not self.known:
            return []
        meant = {Outcome.ACCEPTED: "queued by ActiveCampaign, not confirmed when the run ended"}
        if self.status in UNDER_WAY:
            meant = {Outcome.NOT_SENT: "not sent yet", Outcome.ACCEPTED: "queued by ActiveCampaign, not confirmed yet"}
        elif self.first and self.status == "Successful":
            meant[Outcome.NOT_SENT] = f"left for the next run, because of first={self.first}"
        return rows_of(plain_counts(self.counts), {kind: (kind.word, words) for kind, words in meant.items()})

    @property
    def _lists(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        problems = tuple(
            problem_line(entry.rows, entry.outcome, target=entry.field, reason=entry.reason, code=entry.code)
            for entry in self.problem_counts
        )
        told = (self.error.hint,) if self.error is not None and self.error.hint else ()
        return (
            ("What to do about the error", told),
            (show.count(sum(entry.rows for entry in self.problem_counts), "problem"), problems),
            (show.count(len(self.warnings), "warning") + " of the plan", self.warnings),
            ("What was sent where, and with what", self._made_with()),
        )

    def _made_with(self) -> tuple[str, ...]:
        where = f"{show.name(self.connection)} ({self.host or 'host not kept'}), owner {show.name(self.owner)}"
        said = [
            f"Export: {show.name(self.export) or 'not saved'}",
            f"Connection: {where}{f', run by {show.name(self.user)}' if self.user else ''}",
            f"List: {show.name(self.list_name) or 'name not kept'}{f' (list {self.list})' if self.list else ''}",
        ]
        said += [f"{entry.target} from {entry.column} ({entry.dtype})" for entry in self.columns]
        said += [f"Tags: {', '.join(map(show.name, self.tags))}"] if self.tags else []
        said += [f"Segment: {_CHOSEN.get(self.segment) or show.name(self.segment)}"] if self.segment else []
        said += [f"{name}={value!r}" for name, value in self.options.items()]
        said += [", ".join(f"{name} {number}" for name, number in self.versions.items())] if self.versions else []
        return tuple(said)

    def __repr__(self) -> str:
        drawn = chart.lines(self.runs, marked=self.run)
        return show.text(
            self._headline, self.facts, self._rows, [*self._lists, (chart.title(self.runs), drawn)] if drawn else
            self._lists,
        )  # fmt: skip

    def _repr_html_(self) -> str:
        error, *others = (
            show.details(name, entries, is_open=opened)
            for (name, entries), opened in zip(self._lists, (True, True, False, False), strict=True)
        )
        more = error + chart.html(self.runs, marked=self.run) + "".join(others)
        return show.page(self._headline, self.facts, self._rows, more)
