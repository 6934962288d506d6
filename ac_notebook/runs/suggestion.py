"""A proposed mapping, as a user sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.model import suggestion as model
from ac_notebook.model.suggestion import CONFIDENCES
from ac_notebook.runs.show import BAD, GOOD, WARN, details, h
from ac_notebook.runs.tables import Table

if TYPE_CHECKING:
    import pandas as pd

_COLOURS = {"sure": GOOD, "likely": WARN, "possible": BAD}
_CELL = '<td style="text-align:left">'
_HEADINGS = ("target", "column", "confidence", "reason")


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Suggestion(model.Suggestion):
    """A mapping that was proposed, and says how sure it is. Made by ``df.activecampaign.suggest_mapping``.

    It is a :class:`Mapping` and can be used as one; ``|`` and ``replace`` give a plain one. What it shows is code that
    builds the mapping, with the reasons as comments.

    Parameters
    ----------
    email, first_name, last_name, phone, fields, tags, opt_in, blank, formats, separators
        As in :class:`Mapping`.
    because
        Why, for everything that is mapped: the rows of ``reasons``.
    notes
        Sentences about columns that were considered and left out.
    """

    @classmethod
    def showing(cls, suggestion: model.Suggestion) -> Suggestion:
        """Return a proposal with the tables."""
        return cls(**suggestion.to_dict(), because=suggestion.because, notes=suggestion.notes)

    @property
    def reasons(self) -> pd.DataFrame:
        """One row for each thing that is mapped: target, column, confidence and reason; dtype object."""
        columns = {heading: np.empty(len(self.because), dtype=object) for heading in _HEADINGS}
        for row, reason in enumerate(self.because):
            # Cell by cell: labels may be tuples, which would be taken for lists of cells.
            for heading, cells in columns.items():
                cells[row] = getattr(reason, heading)
        return Table(columns, dtype=object)  # no string dtype has room for a lone surrogate

    def _repr_html_(self) -> str:
        head = "".join(f"{_CELL}<b>{heading}</b></td>" for heading in _HEADINGS)
        rows = "".join(
            f"<tr>{_CELL}{h(one.target)}</td>{_CELL}{h(repr(one.column))}</td>"
            f'{_CELL}<span style="color:{_COLOURS[one.confidence]}">{h(one.confidence)}</span></td>'
            f"{_CELL}{h(one.reason)}</td></tr>"
            for one in self.because
        )
        meaning = "; ".join(f"{word}: {what}" for word, what in CONFIDENCES.items())
        more = details("Passed over", self.notes, is_open=True) + details("As code", repr(self).splitlines())
        return (
            f"<div><p><b>Suggested mapping</b></p><table><tbody><tr>{head}</tr>{rows}</tbody></table>"
            f"<p>{h(meaning)}</p>{more}</div>"
        )
