"""What stands beside a mapped column: masked values, why it was proposed, and doubts about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ac_notebook.forms.mapping.mapping_draft import AFTER_FIELDS, BEFORE_FIELDS, Attribute, Draft
from ac_notebook.frames.columns import Column
from ac_notebook.frames.labels import shown
from ac_notebook.runs import show
from ac_notebook.runs.column_doubts import Doubts, doubts

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    import pandas as pd

    from ac_notebook.forms.base.form import Form
    from ac_notebook.forms.mapping.attribute_names import AttributeNames
    from ac_notebook.forms.mapping.frame_columns import FrameColumns
    from ac_notebook.model.suggestion import Reason


class _Changed(Protocol):
    def __call__(self, *, is_unfit: bool) -> None: ...


_LONGEST = 300
_COLOURS = {"sure": show.GOOD, "likely": show.WARN, "possible": show.BAD}


class ColumnNotes:
    """Notes on columns. Values are masked when a note is asked for, and looked at in a worker.

    Parameters
    ----------
    form
        Whose notes they are.
    columns
        The frame's columns.
    changed
        Called with whether any cannot be what it is mapped to, when more is known; in the worker's thread.
    """

    def __init__(self, form: Form, columns: FrameColumns, *, changed: _Changed) -> None:
        self.words, self._columns, self._changed = form.words, columns, changed
        self._worker = form.new_worker()
        self._because: dict[Attribute, Reason] = {}
        self._samples: dict[int, str] = {}
        self._known: dict[Column, Doubts] = {}
        self._asked: tuple[Column, ...] = ()

    @property
    def is_busy(self) -> bool:
        """Whether columns are being looked at."""
        return self._worker.is_busy

    def because(self, reasons: Iterable[Reason]) -> None:
        """Take the reasons of a proposal."""
        named = {one.name: one for one in (*BEFORE_FIELDS, *AFTER_FIELDS)}
        self._because = {named.get(one.target, Attribute(one.target, is_field=True)): one for one in reasons}

    def column(self, names: AttributeNames, attribute: Attribute, draft: Draft) -> Column | None:
        """Return a mapped column as it is checked; None where it is not in the frame."""
        place = self._columns.place(draft.columns[attribute])
        if place is None:
            return None
        field = names.field(attribute)
        return Column(
            target=str(attribute.name) if field is None else field.title, label=self._columns.frame.columns[place],
            position=place, is_field=attribute.is_field, field=field,
            format=draft.rule("formats", attribute) or None, separator=draft.rule("separators", attribute) or None,
        )  # fmt: skip

    def look(self, *, frame: pd.DataFrame, columns: Sequence[Column]) -> None:
        """Look at columns that have not been looked at, and tell when that is done."""
        new = tuple(one for one in columns if one not in self._known)
        if not new or new == self._asked:
            return
        self._asked = new
        self._worker.do(lambda: {one: doubts(frame, one) for one in new}, self._know)

    def unfit(self, columns: dict[Attribute, Column]) -> tuple[str, ...]:
        """Return why columns cannot be what they are mapped to, as far as that is known."""
        known = (self._known.get(one) for one in columns.values())
        return tuple(one.unfit for one in known if one is not None and one.unfit)

    def markup(self, attribute: Attribute, label: Hashable, column: Column | None) -> str:
        """Return what stands beside a row, as markup in which everything is escaped."""
        if column is None:
            return ""
        samples = self._masked(column.position) or self.words("no values")
        lines = [f"<span>{show.h(samples)}</span>"]
        reason = self._because.get(attribute)
        if reason is not None and reason.column is label:
            said = _cut(f"{self._sureness(reason.confidence)}: {reason.reason}")
            lines.append(f'<span style="color:{_COLOURS[reason.confidence]}">●</span> <small>{show.h(said)}</small>')
        known = self._known.get(column, Doubts())
        wrong = [(show.BAD, "✖", known.unfit)] if known.unfit else []
        wrong += [(show.WARN, "⚠", _short(one, column)) for one in known.suspicions]
        lines += [f'<span style="color:{colour}">{sign}</span> {show.h(_cut(said))}' for colour, sign, said in wrong]
        return f"<div style='line-height:1.3'>{'<br>'.join(lines)}</div>"

    def _know(self, found: dict[Column, Doubts]) -> None:
        self._known |= found
        self._asked = ()
        self._changed(is_unfit=any(one.unfit for one in found.values()))

    def _masked(self, place: int) -> str:
        if place not in self._samples:
            self._samples[place] = self._columns.samples(self._columns.frame.columns[place])
        return self._samples[place]

    def _sureness(self, confidence: str) -> str:
        words = {"sure": self.words("sure"), "likely": self.words("likely"), "possible": self.words("possible")}
        return words[confidence]


def _short(sentence: str, column: Column) -> str:
    """Return a doubt without what the row says already, and without its code."""
    bare = sentence.removeprefix(f"{shown(column.label)}, mapped to {column.target!r}: ")
    return bare.rpartition(" [")[0] or bare


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
