"""The rows of a mapping: what a column is for, which column it is, and what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets

from ac_notebook.forms.controls import as_label
from ac_notebook.forms.mapping_draft import EMAIL, Attribute

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from ac_notebook.forms.form import Form
    from ac_notebook.forms.frame_columns import FrameColumns
    from ac_notebook.forms.part import Part

FIRST = 25
"""Rows that are shown until somebody asks for all: each is several objects in the page."""


@dataclass(frozen=True, kw_only=True)
class RowText:
    """What a row says.

    Parameters
    ----------
    label
        What the column is for.
    column
        The column's label; None for none yet.
    notes
        Markup beside it, in which everything is escaped.
    """

    label: str
    column: Hashable
    notes: str = ""


class AttributeRows:
    """One row for each attribute that is mapped: a choice of columns, notes beside it, and a button to remove it.

    Parameters
    ----------
    form
        Whose rows they are.
    part
        The part that knows when it is the form that changes something.
    columns
        The frame's columns.
    picked
        Called with attribute and column when a person has chosen another.
    removed
        Called with the attribute when a person has pressed the button.
    """

    def __init__(
        self, form: Form, part: Part[Any], columns: FrameColumns, *,
        picked: Callable[[Attribute, Hashable], None], removed: Callable[[Attribute], None],
    ) -> None:  # fmt: skip
        self._form, self._part, self._columns = form, part, columns
        self._picked, self._removed = picked, removed
        self._rows: dict[Attribute, _Row] = {}
        self._texts: Mapping[Attribute, RowText] = {}
        self._shows_all = False
        self._look = _Look()
        self._all = form.controls.button("")
        self._all.on_click(form.shown(lambda _: self._show_all()))
        self.box = ipywidgets.VBox(layout=self._look.column)

    @property
    def shown(self) -> list[Attribute]:
        """The attributes that have a row now."""
        every = list(self._texts)
        return every if self._shows_all else every[:FIRST]

    def show(self, texts: Mapping[Attribute, RowText]) -> None:
        """Show these rows, in this order."""
        self._texts = texts
        self._rows = {one: row for one, row in self._rows.items() if one in texts}
        for one in self.shown:
            if one not in self._rows:
                self._rows[one] = _Row(self._form, self._look, self._columns, is_required=one == EMAIL)
                self._listen(one, self._rows[one])
            with self._part.filling():
                self._rows[one].show(texts[one])
        left = len(texts) - len(self.shown)
        if left:
            self._all.description = self._form.words("Show all {count:,} rows").format(count=len(texts))
        children = [*(self._rows[one].box for one in self.shown), *([self._all] if left else [])]
        if tuple(children) != self.box.children:
            self.box.children = children

    def _show_all(self) -> None:
        self._shows_all = True
        self.show(self._texts)

    def _listen(self, one: Attribute, row: _Row) -> None:
        def picked() -> None:
            if not self._part.is_filling and row.choice.index is not None:
                self._picked(one, row.labels[row.choice.index])

        row.choice.observe(self._form.shown(lambda _: picked()), "index")
        row.remove.on_click(self._form.shown(lambda _: self._removed(one)))


class _Look:
    """Layouts and styles of all rows: one of each, for each is an object in the page."""

    def __init__(self) -> None:
        self.column = ipywidgets.Layout(width="100%", margin="0")
        self.row = ipywidgets.Layout(width="100%", flex_flow="row wrap", align_items="center")
        self.choice = ipywidgets.Layout(flex="1 1 360px", max_width="460px", margin="2px 8px 2px 0")
        self.notes = ipywidgets.Layout(flex="1 1 260px", margin="2px 8px 2px 0")
        self.button = ipywidgets.Layout(width="auto")
        self.beside = ipywidgets.Dropdown(style={"description_width": "170px"}).style
        self.of_notes, self.of_button = ipywidgets.HTML().style, ipywidgets.Button().style


class _Row:
    """The widgets of a row."""

    def __init__(self, form: Form, look: _Look, columns: FrameColumns, *, is_required: bool) -> None:
        self._form, self._columns, self._is_required = form, columns, is_required
        self._text: RowText | None = None
        self.labels: list[Hashable] = []
        self.choice = ipywidgets.Dropdown(layout=look.choice, style=look.beside)
        self.notes = ipywidgets.HTML(layout=look.notes, style=look.of_notes)
        self.remove = ipywidgets.Button(description=form.words("Remove"), layout=look.button, style=look.of_button)
        beside = [] if is_required else [self.remove]
        self.box = ipywidgets.HBox([self.choice, self.notes, *beside], layout=look.row)

    def show(self, text: RowText) -> None:
        """Show what the row says; nothing is sent to the page of what it shows already."""
        before, self._text = self._text, text
        if before is None or before.label != text.label:
            label = as_label(text.label)
            self.choice.description = self._form.controls.marked(label, is_required=self._is_required)
            self.choice.tooltip = label
            self.remove.tooltip = self._form.words("Remove {name}").format(name=label)
        self._offer(text.column)
        self.notes.value = text.notes

    def _offer(self, column: Hashable) -> None:
        number = self._columns.number(column)
        first: list[tuple[str, Hashable]] = []
        if column is None and self._is_required:
            first = [(self._form.words("Choose a column …"), None)]
        elif number is None:
            first = [(self._columns.said(column), column)]
        labels = [*(label for _, label in first), *self._columns.labels]
        texts = (*(text for text, _ in first), *self._columns.texts)
        with self.choice.hold_sync():
            if self.labels != labels or self.choice.options != texts:
                self.labels, self.choice.options = labels, texts
            self.choice.index = 0 if number is None else number + len(first)
