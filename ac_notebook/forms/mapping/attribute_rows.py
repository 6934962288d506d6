"""The rows of a mapping: what a column is for, which column it is, and what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets

from ac_notebook.forms.base.choice import distinct
from ac_notebook.forms.base.controls import as_label
from ac_notebook.forms.mapping.mapping_draft import EMAIL, Attribute

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from ac_notebook.forms.base.form import Form
    from ac_notebook.forms.base.part import Part
    from ac_notebook.forms.mapping.frame_columns import FrameColumns

STEP = 25
"""Rows that are shown at first, and more when somebody asks for them: each is several objects in the page."""


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
    more
        Called when a person wants to see more of them, to show them again.
    """

    def __init__(
        self, form: Form, part: Part[Any], columns: FrameColumns, *,
        picked: Callable[[Attribute, Hashable], None], removed: Callable[[Attribute], None],
        more: Callable[[], None],
    ) -> None:  # fmt: skip
        self._form, self._part, self._columns = form, part, columns
        self._picked, self._removed = picked, removed
        self._rows: dict[Attribute, _Row] = {}
        self._texts: Mapping[Attribute, RowText] = {}
        self._count, self._more = STEP, more
        self._look = _Look()
        self.all = form.controls.button("")
        self.all.on_click(form.shown(lambda _: self._show_more()))
        self.box = ipywidgets.VBox(layout=self._look.column)

    @property
    def shown(self) -> list[Attribute]:
        """The attributes that have a row now."""
        return list(self._texts)[: self._count]

    def fold(self) -> None:
        """Show the first rows only, next time."""
        self._count = STEP

    def show(self, texts: Mapping[Attribute, RowText]) -> None:
        """Show these rows, in this order."""
        self._texts = texts
        self._rows = {one: row for one, row in self._rows.items() if one in texts}
        for one in self.shown:
            if one not in self._rows:
                self._rows[one] = _Row(self._form, self._look, self._columns, texts[one], is_required=one == EMAIL)
                self._listen(one, self._rows[one])
            else:
                with self._part.filling():
                    self._rows[one].show(texts[one])
        left = len(texts) - len(self.shown)
        if left:
            more = self._form.words("Show {count:,} more of {left:,}")
            self.all.description = more.format(count=min(STEP, left), left=left)
        children = [*(self._rows[one].box for one in self.shown), *([self.all] if left else [])]
        if tuple(children) != self.box.children:
            self.box.children = children

    def _show_more(self) -> None:
        self._count += STEP
        self._more()

    def _listen(self, one: Attribute, row: _Row) -> None:
        def picked() -> None:
            if not self._part.is_filling and row.choice.index is not None:
                self._picked(one, row.labels[row.choice.index])

        row.choice.observe(self._form.shown(lambda _: picked()), "index")
        if one != EMAIL:
            row.remove.on_click(self._form.shown(lambda _: self._removed(one)))


class _Look:
    """Layouts and styles of all rows: one of each, for each is an object in the page."""

    def __init__(self) -> None:
        self.column = ipywidgets.Layout(width="100%", margin="0")
        self.row = ipywidgets.Layout(width="100%", flex_flow="row wrap", align_items="center")
        # As wide in every row, whatever stands beside it.
        self.choice = ipywidgets.Layout(flex="0 1 400px", margin="2px 8px 2px 0")
        self.notes = ipywidgets.Layout(flex="1 1 260px", margin="2px 8px 2px 0")
        self.button = ipywidgets.Layout(width="auto")
        self.beside = ipywidgets.Dropdown(style={"description_width": "170px"}).style
        self.of_notes, self.of_button = ipywidgets.HTML().style, ipywidgets.Button().style


class _Row:
    """The widgets of a row."""

    def __init__(
        self, form: Form, look: _Look, columns: FrameColumns, text: RowText, *, is_required: bool
    ) -> None:  # fmt: skip
        self._form, self._columns, self._is_required = form, columns, is_required
        self.labels, texts, index = self._offered(text.column)
        # Made with all that they show: each thing that is set later is a message of its own.
        self.choice = ipywidgets.Dropdown(options=texts, index=index, layout=look.choice, style=look.beside,
                                          **self._named(text))  # fmt: skip
        self.notes = ipywidgets.HTML(text.notes, layout=look.notes, style=look.of_notes)
        children = [self.choice, self.notes]
        if not is_required:
            self.remove = ipywidgets.Button(
                description=form.words("Remove"), tooltip=self._remove(text), layout=look.button, style=look.of_button
            )
            children.append(self.remove)
        self.box = ipywidgets.HBox(children, layout=look.row)
        self._text = text

    def show(self, text: RowText) -> None:
        """Show what the row says; nothing is sent to the page of what it shows already."""
        before, self._text = self._text, text
        if before.label != text.label:
            for name, said in self._named(text).items():
                setattr(self.choice, name, said)
            if not self._is_required:
                self.remove.tooltip = self._remove(text)
        labels, texts, index = self._offered(text.column)
        with self.choice.hold_sync():
            if self.choice.options != texts:
                self.choice.options = texts
            self.labels = labels
            self.choice.index = index
        self.notes.value = text.notes

    def _named(self, text: RowText) -> dict[str, str]:
        label = as_label(text.label)
        return {
            "description": self._form.controls.marked(label, is_required=self._is_required), "tooltip": label,
        }  # fmt: skip

    def _remove(self, text: RowText) -> str:
        return self._form.words("Remove {name}").format(name=as_label(text.label))

    def _offered(self, column: Hashable) -> tuple[list[Hashable], tuple[str, ...], int]:
        """Return the columns to choose from, their texts, and which it is now."""
        number = self._columns.number(column)
        if number is not None:
            return self._columns.labels, tuple(self._columns.texts), number
        is_none = column is None and self._is_required
        first = self._form.words("Choose a column …") if is_none else self._columns.said(column)
        return [column, *self._columns.labels], tuple(distinct([first, *self._columns.texts])), 0
