"""Adding an attribute to a mapping: one of those that are not mapped yet, and a column for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.forms.base.choice import Choice, Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from ac_notebook.forms.base.form import Form
    from ac_notebook.forms.mapping.frame_columns import FrameColumns
    from ac_notebook.forms.mapping.mapping_draft import Attribute


class NewAttribute:
    """A choice among what is not mapped, a choice among the columns, and a button; opened by another button.

    Nothing of it is made before it is opened.

    Parameters
    ----------
    form
        Whose controls they are.
    columns
        The frame's columns.
    added
        Called with attribute and column when a person has pressed the button.
    """

    def __init__(
        self, form: Form, columns: FrameColumns, *, added: Callable[[Attribute, Hashable], None]
    ) -> None:  # fmt: skip
        self._form, self._columns, self._added = form, columns, added
        self._entries: Sequence[Entry] = ()
        self._note = ""
        self.toggle = form.controls.toggle(form.words("Add attribute"))
        self.toggle.observe(form.shown(lambda _: self._toggled()), "value")
        self.box = form.controls.column(self.toggle)
        self._is_made = False

    def offer(self, entries: Sequence[Entry], note: str = "") -> None:
        """Replace what is offered: attributes that are not mapped, and why there may be few."""
        self._entries, self._note = entries, note
        if self._is_made:
            self._show()

    def _toggled(self) -> None:
        if not self._is_made:
            self._make()
            self._show()
        self.box.children = [self.toggle, self._panel] if self.toggle.value else [self.toggle]

    def _make(self) -> None:
        words, controls, form = self._form.words, self._form.controls, self._form
        self.attribute = Choice(
            form, words("Attribute"), search=words("Search attributes"), is_required=True, changed=self._changed
        )
        options = [(words("Choose a column …"), -1), *((text, n) for n, text in enumerate(self._columns.texts))]
        self.column = controls.choice(words("From column"), options, -1, is_required=True)
        self.samples, self.few = controls.note(), controls.note()
        self.add = controls.button(words("Add"))
        self.column.observe(form.shown(lambda _: self._changed()), "value")
        self.add.on_click(form.shown(lambda _: self._add()))
        self._panel = controls.column(self.few, self.attribute.box, self.column, self.samples, self.add)
        self._is_made = True

    def _show(self) -> None:
        self.attribute.offer(self._entries)
        self._form.controls.say(self.few, self._note)
        self._changed()

    def _changed(self) -> None:
        number = self.column.value
        self.add.disabled = number < 0 or all(one.key != self.attribute.value for one in self._entries)
        samples = "" if number < 0 else self._columns.samples(self._columns.labels[number])
        self._form.controls.say(self.samples, self._form.words("For example {values}").format(values=samples)
                                if samples else "")  # fmt: skip

    def _add(self) -> None:
        if self.add.disabled:
            return
        chosen, number = self.attribute.value, self.column.value
        self.attribute.choose(None)
        self.attribute.search.value = ""
        self.column.value = -1
        self._added(chosen, self._columns.labels[number])
