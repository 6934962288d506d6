"""What a segment chooses of a frame, what it chose in earlier runs, and which exports use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ac_notebook.errors import ConfigurationError
from ac_notebook.frames.select import inside
from ac_notebook.model import segment as model
from ac_notebook.model.segment import condition_of
from ac_notebook.runs import show
from ac_notebook.runs.given import require_frame
from ac_notebook.runs.history import segment_digest
from ac_notebook.runs.labels import mask, shown_index
from ac_notebook.runs.segment import Segment
from ac_notebook.runs.segment_runs import TREND, SegmentRun, runs_by_segment, runs_of, tiny
from ac_notebook.runs.stored import opened
from ac_notebook.runs.tables import Table
from ac_notebook.runs.tracebacks import without_frames
from ac_notebook.storage import exports
from ac_notebook.storage import segments as kept
from ac_notebook.storage.fingerprint_key import fingerprint_key
from ac_notebook.storage.home import find_home

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = 100
"""Rows that are kept for a preview."""

_TOLD = 10
"""Runs of a trend that are shown."""


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Selection:
    """What a segment chooses of a frame: how many rows, the first of them, the trend over runs, who uses it.

    Made by ``df.activecampaign.segment("Gold")``. Nothing is sent.

    Parameters
    ----------
    segment
        The segment; a condition alone when it has no name.
    count, rows
        How many rows it chooses, of how many.
    exports
        The names of the saved exports that use it.
    runs
        Earlier runs with this condition, the latest first.
    first, index
        A copy of the first rows that it chooses (100 at the most), and their labels or positions as they may be shown.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> chosen = ac.segment(ac.sandbox.sample_customers(n=100, seed=1), "points > 500")
    >>> chosen.segment, chosen.count, chosen.rows, chosen.exports, len(chosen.trend), chosen.warnings
    ('points > 500', 17, 100, (), 0, ())
    """

    segment: Segment | str
    count: int
    rows: int
    exports: tuple[str, ...]
    runs: tuple[SegmentRun, ...]
    first: pd.DataFrame
    index: pd.Index[Any]

    @property
    def trend(self) -> pd.DataFrame:
        """How many rows it chose in earlier runs, the oldest first: when (UTC), export, list, rows, of, share, status.

        ``share`` is rows / of, from 0 to 1.
        """
        return trend_table(self.runs)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What you should know: that it chooses nothing, or suddenly very few."""
        if not self.count:
            before = f"; in the last run with it there were {self.runs[0].rows:,}" if self.runs else ""
            return (f"No row is in the segment{before}. An export with it stops before anything is sent.",)
        return tiny(self.count, self.runs)

    def preview(self, rows: int = 10, *, clear: bool = False) -> pd.DataFrame:
        """Return the first rows that it chooses, of your own frame.

        Parameters
        ----------
        rows
            How many, up to a hundred.
        clear
            Show the values. Otherwise they are masked, because what a cell shows is saved with the notebook.
        """
        if isinstance(rows, bool) or not isinstance(rows, int) or rows < 0:
            msg = f"A preview has a number of rows, zero or more, not {rows!r}."
            raise ConfigurationError(msg, hint="Write preview(20). Nothing was sent.")
        first = self.first.iloc[:rows]
        if clear:
            return first.copy()
        masked = {place: [_masked(cell) for cell in first.iloc[:, place]] for place in range(first.shape[1])}
        table = Table(masked, index=self.index[: len(first)], dtype=object)
        return table.set_axis(self.first.columns, axis=1)

    @property
    def title(self) -> str:
        """What it is, in words."""
        named = isinstance(self.segment, model.Segment)
        return f"Segment {show.name(self.segment.name)}" if named else "Segment"  # type: ignore[union-attr]  # as asked

    def _facts(self) -> list[tuple[str, str]]:
        share = f"{self.count / max(self.rows, 1):.1%}"
        facts = [
            ("Condition", condition_of(self.segment)),
            ("Rows", f"{self.count:,} of {self.rows:,} ({share})"),
            ("Exports", ", ".join(map(show.name, self.exports)) or "none"),
        ]
        if self.runs:
            facts.append(("In the last runs", f"{_in_arrows(self.runs)} → now {self.count:,}"))
        return facts

    def __repr__(self) -> str:
        return show.text(self.title, self._facts(), [], [("Warnings", self.warnings)])

    def _repr_html_(self) -> str:
        more = show.details(show.count(len(self.warnings), "warning"), self.warnings, is_open=True)
        return show.page(self.title, self._facts(), [], more)


@without_frames
def segment(df: pd.DataFrame, segment: Segment | str) -> Selection:
    """Say what a segment chooses of a frame: count, first rows, the trend over runs, the exports that use it.

    Parameters
    ----------
    df
        The customers. Never changed.
    segment
        The name of a saved segment, a :class:`Segment`, or a condition.

    Returns
    -------
    Selection
        ``count``, ``trend``, ``exports``, ``warnings``, and ``preview()``.

    Raises
    ------
    ConfigurationError
        When its condition does not fit the frame.

    Examples
    --------
    >>> import pandas as pd
    >>> import ac_notebook as ac
    >>> df = pd.DataFrame({"E-mail": ["ann@example.org", "bob@example.org"], "points": [10, 600]})
    >>> df.activecampaign.segment(ac.Segment("Gold", "points > 500"))
    Segment Gold
      Condition: points > 500
      Rows: 1 of 2 (50.0%)
      Exports: none
    """
    require_frame(df)
    with opened() as database:
        found = _found(kept.read(database), segment)
        condition = condition_of(found)
        saved = exports.read(database)
        runs = runs_of(database, condition, key=fingerprint_key(find_home()))
    try:
        rows = inside(df, condition)
    except ConfigurationError as error:
        if found is segment and isinstance(segment, str) and segment.isidentifier():
            error.hint = f"There is no saved segment of that name either: ac.segments(). {error.hint}"
        raise
    positions = np.flatnonzero(rows)[:_MOST]
    first = df.iloc[positions]
    return Selection(
        segment=Segment(found.name, found.condition) if isinstance(found, model.Segment) else found,
        count=int(np.count_nonzero(rows)), rows=len(df), runs=runs,
        exports=tuple(one.export.name or "" for one in saved if condition_of(one.export.segment) == condition),
        first=first.copy(), index=shown_index(df.index, positions),
    )  # fmt: skip


def segments() -> pd.DataFrame:
    """Return the saved segments as a table.

    Returns
    -------
    pandas.DataFrame
        name, condition, exports (that use it), rows (that it chose in the last run), of (how many), last run (when
        that began, in UTC), trend (rows in the last runs, the oldest first).

    Examples
    --------
    >>> import ac_notebook as ac
    >>> _ = ac.Segment("Gold", "points > 500").save()
    Saved the segment 'Gold'. Nothing was sent.
    >>> ac.segments()[["name", "condition", "exports"]]
       name     condition exports
    0  Gold  points > 500
    """
    key = fingerprint_key(find_home())
    with opened() as database:
        known, saved, ran = kept.read(database), exports.read(database), runs_by_segment(database)
    rows = []
    for one in known:
        users = ", ".join(used.export.name or "" for used in saved if used.export.segment == one)
        runs = ran[segment_digest(one.condition, key)]
        last = (runs[0].rows, runs[0].of, runs[0].started) if runs else (None, None, None)
        rows.append((one.name, one.condition, users, *last, _in_arrows(runs)))
    made = Table(rows, columns=["name", "condition", "exports", "rows", "of", "last run", "trend"], dtype=object)
    return made.assign(**{"last run": pd.to_datetime(made["last run"], utc=True)})


def trend_table(runs: Sequence[SegmentRun]) -> pd.DataFrame:
    """Return runs with a segment as a table, the oldest first."""
    rows = [
        (run.started, run.export, run.list_name, run.rows, run.of, run.rows / run.of if run.of else None, run.state)
        for run in reversed(runs)
    ]
    table = Table(rows, columns=list(TREND), dtype=object)
    return table.assign(when=pd.to_datetime(table["when"], utc=True))


def _in_arrows(runs: Sequence[SegmentRun]) -> str:
    """Return how many rows the last runs had, the oldest of them first."""
    return " → ".join(f"{run.rows:,}" for run in runs[:_TOLD][::-1])


def _found(known: Sequence[model.Segment], given: object) -> model.Segment | str:
    if isinstance(given, model.Segment):
        return given
    if not isinstance(given, str):
        msg = f"A segment is given by its name, as ac.Segment or as a condition, not as a {type(given).__name__}."
        raise ConfigurationError(msg, hint='Write df.activecampaign.segment("Gold"). Nothing was sent.')
    return next((one for one in known if one.name == given), given)


def _masked(cell: object) -> str:
    """Return what a cell shows masked; of another type than text and numbers its name, since its words are its own."""
    if type(cell) in (str, int, float, bool, pd.Timestamp) or type(cell).__module__ == "numpy":
        return mask(str(cell))
    return "" if cell is None or cell is pd.NA or cell is pd.NaT else f"<{type(cell).__name__}>"
