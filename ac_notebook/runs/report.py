"""What became of every row."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from ac_notebook.errors import ConfigurationError
from ac_notebook.model.outcome import MEANINGS, WORDS, Outcome
from ac_notebook.runs import show
from ac_notebook.runs.departures import Departing, Departures, People, departed_counts, departed_facts, departed_so_far
from ac_notebook.runs.progress import shown_of
from ac_notebook.runs.summary import common_dict, headline, plain_counts, problem_counts, problem_line, raise_unmet
from ac_notebook.runs.tracebacks import without_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from ac_notebook.model.past import Failure
    from ac_notebook.runs.plan import Plan
    from ac_notebook.runs.progress import Shown
    from ac_notebook.runs.verify import Verification

_SIGNS = {
    Outcome.IMPORTED: ("✔", show.GOOD),
    Outcome.ACCEPTED: ("…", show.WARN),
    Outcome.UNCHANGED: ("✔", show.GOOD),
    Outcome.DUPLICATE: ("·", show.QUIET),
    Outcome.REJECTED: ("✖", show.WARN),
    Outcome.REFUSED: ("✖", show.BAD),
    Outcome.UNCERTAIN: ("?", show.BAD),
    Outcome.NOT_SENT: ("-", show.WARN),
    Outcome.OUTSIDE_SEGMENT: ("·", show.QUIET),
}


def counts_series(outcome: NDArray[np.int8]) -> pd.Series[int]:
    """Return how many rows have each outcome; the numbers add up to the rows."""
    found = np.bincount(outcome, minlength=len(WORDS))
    return pd.Series(found, index=pd.Index(WORDS, name="outcome"), name="rows", dtype="int64")


def outcome_series(outcome: NDArray[np.int8], index: pd.Index[Any]) -> pd.Series[Any]:
    """Return each row's outcome as a categorical Series aligned with the frame."""
    codes = outcome.copy()  # pandas 2 would hand out the array itself
    return pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(WORDS)), index=index, name="outcome")


def rows_for(
    outcome: NDArray[np.int8], others: Mapping[Outcome, tuple[str, str]] = MappingProxyType({})
) -> list[show.Row]:
    """Return the table of outcomes that occur, and their sum; ``others`` are words and meanings that differ here."""
    return rows_of(plain_counts(counts_series(outcome)), others)


def rows_of(
    counts: Mapping[str, int], others: Mapping[Outcome, tuple[str, str]] = MappingProxyType({})
) -> list[show.Row]:
    """Return the same from rows by outcome; what has a word of its own here comes first."""
    rows = [
        show.Row(
            *_SIGNS[kind],
            others.get(kind, (kind.word, ""))[0],
            f"{counts[kind.word]:,}",
            others.get(kind, ("", MEANINGS[kind]))[1],
        )
        for kind in sorted(Outcome, key=lambda kind: others.get(kind, (kind.word, ""))[0] == kind.word)
        if counts.get(kind.word)
    ]
    return [*rows, show.Row(" ", show.QUIET, "rows", f"{sum(counts.values()):,}")]


def problem_lines(problems: pd.DataFrame) -> list[str]:
    """Return one line for each kind of problem and column: how many rows, and why."""
    if problems.empty:
        return []
    groups = problems.groupby(["outcome", "code", "field"], sort=False, dropna=False, observed=True)
    counted = sorted(((len(rows), key, rows) for key, rows in groups), key=lambda item: -item[0])
    lines = []
    for number, (outcome, code, target), rows in counted:
        labels = ", ".join(show.plain(label) for label in rows.index[:3])
        line = problem_line(number, str(outcome), target=target, reason=rows["reason"].iloc[0], code=str(code))
        lines.append(f"{line}; for example row {labels}")
    return lines


def problem_title(problems: pd.DataFrame) -> str:
    """Return how many problems there are, and in how many rows: a row can have several."""
    rows = problems.index.nunique()
    where = "" if rows == len(problems) else f" in {show.count(rows, 'row')}"
    return show.count(len(problems), "problem") + where


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Report(Departures):
    """What became of every row of an export: counts, outcomes and problems, and never a person's data.

    Parameters
    ----------
    run
        Id of the run.
    title
        Where it went.
    status
        Successful, Skipped (there was nothing to send), Failed or Canceled.
    codes
        Outcome numbers (int8), one per row of the frame.
    index
        The frame's row labels.
    problems
        One row per problem, labelled as in the frame: outcome, code, column, field, reason, hint (text).
    started, ended
        When, in UTC.
    facts
        Times, requests and bytes, as they are shown.
    warnings
        What the plan warned of.
    numbers
        Requests, bytes and seconds, by name, to compute with.
    refreshed
        Asks again about rows that were queued and not confirmed; None when there are none.
    """

    run: str
    title: str
    status: str
    codes: NDArray[np.int8]
    index: pd.Index[Any]
    problems: pd.DataFrame
    started: datetime
    ended: datetime
    facts: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)
    refreshed: Callable[[], Report] | None = None
    departing: Departing = field(default_factory=Departing)
    """People for whom the frame does not speak any more, and what became of them; they are no rows."""
    first: int | None = None
    """How many contacts the run was asked to send at the most."""
    error: Failure | None = None
    """What ended it early."""
    plan: Plan | None = None
    """What was run: it holds the copy of the mapped columns that reading back is compared with."""

    @property
    def counts(self) -> pd.Series[int]:
        """Rows by outcome (int64); ``counts.sum()`` is the number of rows of the frame."""
        return counts_series(self.codes)

    @property
    def outcome(self) -> pd.Series[Any]:
        """Each row's outcome, a categorical aligned with the frame: ``df[report.outcome == "refused"]``."""
        return outcome_series(self.codes, self.index)

    @property
    def people(self) -> People:
        """What became of people for whom the frame does not speak any more, by cause: left, withdrawn, moved."""
        return departed_counts(self.departing)

    def to_dict(self) -> dict[str, Any]:
        """Return what :func:`ac_notebook.report` keeps of the run, as plain values for JSON: no rows, and no labels."""
        return common_dict(self, problems=problem_counts(self.problems))

    def refresh(self) -> Report:
        """Ask again about rows that were queued and not confirmed, and return the report as it is now."""
        return self if self.refreshed is None else self.refreshed()

    @without_frames
    def verify(
        self, sample: int | Literal["all"] = 1_000, *, seed: int = 0, progress: Shown = None
    ) -> Verification:  # fmt: skip
        """Read back what should be in the account now, and compare it field by field with what was sent.

        Says first what it costs, shows how far it is, and can be interrupted. It reads contact by contact (two or
        three requests each), or the whole list where that is cheaper, and changes nothing. White space around a text,
        the zone of a moment, how a number is written and the order of several options are no differences.

        Parameters
        ----------
        sample
            How many contacts, drawn by chance from the rows that are imported or unchanged; ``"all"`` for all.
        seed
            Another one draws other contacts; the same draws the same again.
        progress
            Who shows how far it is, as for :meth:`Plan.run`.

        Returns
        -------
        Verification
            Counts of contacts that are the same, differ (by field) or are missing, and a table by position.

        Raises
        ------
        ConfigurationError
            When the report is not of this kernel, so that nothing is known of what was sent.
        ConsentError
            When nobody agrees to the transfer of data any more: addresses are looked up.
        APIError
            When it cannot be read.
        ExportInterrupted
            When it was interrupted.

        Examples
        --------
        >>> import ac_notebook as ac
        >>> customers = ac.sandbox.sample_customers(n=100, seed=1)
        >>> with ac.sandbox.start(speed=60) as sandbox:
        ...     call = {"connection": sandbox.connection, "list": "VIP", "progress": False}
        ...     report = ac.export(customers, mapping={"email": "E-mail", "City": "city"}, **call)
        ...     verification = report.verify("all", progress=False)
        >>> verification.is_same, bool(verification.verified == report.counts["imported"])
        (True, True)
        """
        from ac_notebook.runs.verify import verify  # noqa: PLC0415 - reading back is of a plan, which knows reports

        if self.plan is None:
            msg = "This report is not of a run in this kernel, so nothing is known of what was sent."
            raise ConfigurationError(
                msg, hint="Plan the export again and compare: df.activecampaign.plan(compare=True)."
            )
        shown = shown_of(self.plan.progress if progress is None else progress)
        return verify(self.plan, self.codes, sample, seed=seed, progress=shown)

    def raise_for_rows(self, *, max_rejected: float = 0.1) -> None:
        """Raise when rows did not arrive that could have been sent, or more than a share were rejected.

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

    @property
    def _headline(self) -> str:
        return headline(self.title, self.status)

    @property
    def _all_facts(self) -> list[tuple[str, str]]:
        return [*self.facts, *departed_facts(self.people)]

    @property
    def _rows(self) -> list[show.Row]:
        kept = {Outcome.NOT_SENT: ("not_sent", f"left for the next run, because of first={self.first}")}
        return rows_for(self.codes, kept if self.first and self.status == "Successful" else {})

    def __repr__(self) -> str:
        return show.text(
            self._headline, self._all_facts, self._rows,
            [("Warnings of the plan", self.warnings), (problem_title(self.problems), problem_lines(self.problems))],
        )  # fmt: skip

    def _repr_html_(self) -> str:
        more = show.details(show.count(len(self.warnings), "warning") + " of the plan", self.warnings)
        more += show.details(
            f"{problem_title(self.problems)}; the table is report.problems",
            problem_lines(self.problems),
            is_open=True,
        )
        return show.page(self._headline, self._all_facts, self._rows, more)


def so_far(report: Report) -> str:
    """Return in a sentence what was sent, for an error that ended a run."""
    counts, people = report.counts, departed_so_far(report.people)
    sent = int(counts[["imported", "accepted", "refused", "uncertain"]].sum())
    if not report.numbers["requests"]:  # what was refused before is only repeated
        return "Nothing was sent."
    if not (sent or people):
        return f"ActiveCampaign took nothing from {show.count(int(report.numbers['requests']), 'request')}."
    words = ("imported", "accepted", "refused", "uncertain", "not_sent")
    rows = ", ".join(f"{counts[word]:,} {word}" for word in words if counts[word]) or "no row was sent"
    return f"So far: {rows}. {people}".strip()
