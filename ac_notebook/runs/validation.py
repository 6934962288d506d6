"""What the checks found in a frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ac_notebook.model.outcome import Outcome
from ac_notebook.runs import show
from ac_notebook.runs.changes import changes_table
from ac_notebook.runs.problems import problems_table
from ac_notebook.runs.report import counts_series, outcome_series, problem_lines, problem_title, rows_for

if TYPE_CHECKING:
    import pandas as pd

    from ac_notebook.frames.prepare import Prepared

_CHECKED = {Outcome.NOT_SENT: ("passed", "every check; not_sent in check.counts")}


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Validation:
    """What the checks found in a frame; nothing was sent.

    Parameters
    ----------
    prepared
        What was found.
    index
        The frame's row labels.
    unchecked
        What could not be checked, and why: a sentence each.
    title
        What it is.
    warnings
        What may have been overlooked: columns that do not look like what they are mapped to, or that should perhaps
        not leave at all (each with its code in ``ac.problem_codes()``), and columns that are not mapped.
    """

    prepared: Prepared
    index: pd.Index[Any]
    unchecked: tuple[str, ...] = ()
    title: str = "Validation, nothing was sent"
    warnings: tuple[str, ...] = ()

    @property
    def counts(self) -> pd.Series[int]:
        """Rows by outcome (int64); ``not_sent`` passed every check. They add up to the rows of the frame."""
        return counts_series(self.prepared.outcome)

    @property
    def outcome(self) -> pd.Series[Any]:
        """Each row's outcome, a categorical aligned with the frame; ``not_sent`` passed every check."""
        return outcome_series(self.prepared.outcome, self.index)

    @property
    def problems(self) -> pd.DataFrame:
        """Each problem, labelled as in the frame: outcome, code, column, field, reason, hint (text). No cell values."""
        return problems_table(self.prepared, self.index)

    @property
    def changes(self) -> pd.DataFrame:
        """How many values each normalisation would touch: field, change, values (int), examples by row, meaning."""
        return changes_table(self.prepared, self.index)

    def __repr__(self) -> str:
        return show.text(
            self.title, [], rows_for(self.prepared.outcome, _CHECKED),
            [
                ("Not checked", self.unchecked),
                ("Warnings", self.warnings),
                (problem_title(self.problems), problem_lines(self.problems)),
            ],
        )  # fmt: skip

    def _repr_html_(self) -> str:
        more = show.details("Not checked", self.unchecked, is_open=True)
        more += show.details(show.count(len(self.warnings), "warning"), self.warnings, is_open=True)
        more += show.details(problem_title(self.problems), problem_lines(self.problems), is_open=True)
        return show.page(self.title, [], rows_for(self.prepared.outcome, _CHECKED), more)
