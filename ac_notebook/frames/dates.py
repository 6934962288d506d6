"""Dates: text that has to be one, and moments in the form that a column's target takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from ac_notebook.frames import date_hints, formats, moments
from ac_notebook.frames.cells import Text, as_mask, blanks, present, unsendable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column


def is_date(column: Column) -> bool:
    """Return whether text has to be a date; where no account is given, a stated form says so."""
    return column.kind in ("date", "datetime") or column.format is not None


def written(found: moments.Moments, column: Column, timezone: str) -> Text:
    """Return moments as text for a column; names and phone numbers are none."""
    if column.kind in ("name", "phone"):
        return unsendable(found.present, "value-unsupported")
    form = column.kind if column.kind in ("date", "datetime") else "shortest"
    return moments.as_text(found, form=form, timezone=timezone)


def from_text(text: Text, column: Column, timezone: str, *, typed: bool = False) -> Text:
    """Return text as dates.

    Parameters
    ----------
    text
        Trimmed.
    column
        Where it goes; its stated form is the only one that is taken, without one it is ISO 8601.
    timezone
        Zone of moments that say none, where one is needed.
    typed
        Whether it was no text, but a number: without a stated form that is no date, as 20200519 may be anything.
    """
    flawed = np.zeros(len(text), dtype=bool)
    for mask in text.bad.values():
        flawed |= mask
    if column.format is not None:
        found, wrong = formats.parsed(text.values, column.format)
    elif typed:
        found, wrong = moments.parsed(blanks(len(text)).values)[0], present(text.values)
    else:
        found, wrong = moments.parsed(text.values)
    wrong = wrong & ~flawed
    done = written(found, column, timezone).with_masks(bad=text.bad, changes=text.changes)
    if column.format is not None:
        done = done.with_masks(changes={"date-parsed": as_mask(pc.not_equal(done.values, text.values))})
    return _with_problems(done, text, wrong, column) if wrong.any() else done


def _with_problems(done: Text, text: Text, wrong: NDArray[np.bool_], column: Column) -> Text:
    outside = wrong & moments.beyond_the_calendar(text.values)
    wrong = wrong & ~outside
    hints = date_hints.hints_for(text.values, wrong, column) if wrong.any() else None
    return done.with_masks(
        bad={"date-invalid": wrong, "date-out-of-range": outside},
        hints={} if hints is None else {"date-invalid": hints},
    )
