"""What opens below a table for what is chosen in it: some controls, a button that does something, and Cancel."""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ipywidgets

    from ac_notebook.forms.saved.exports_form import ExportsForm
    from ac_notebook.runs.export import Export


class Panel(abc.ABC):
    """Something that is asked of a saved export before it is done.

    Parameters
    ----------
    form
        The form below whose table it opens.
    does
        What its button does, in a word or two.
    """

    def __init__(self, form: ExportsForm, does: str) -> None:
        self.form, self.words, self.controls = form, form.words, form.controls
        self.export: Export | None = None
        self.heading = self.controls.note()
        self.go, self.cancel = self.controls.button(does, is_main=True), self.controls.button(form.words("Cancel"))
        self.go.on_click(form.shown(lambda _: self._went()))
        self.cancel.on_click(form.shown(lambda _: self._cancelled()))
        self.box = self.controls.column()

    def put(self, *children: ipywidgets.Widget) -> None:
        """Show what it is made of, with its buttons below."""
        self.box.children = [self.heading, *children, self.controls.row(self.go, self.cancel)]

    def say(self, said: str) -> None:
        """Say what it is about, above its controls."""
        self.controls.say(self.heading, said)

    @property
    def is_busy(self) -> bool:
        """Whether something of it is under way."""
        return False

    @property
    def is_running(self) -> bool:
        """Whether an export runs there: then it stays open, for Stop is in it."""
        return False

    def left(self) -> None:
        """Let go of what is only needed while it is open."""
        self.export = None

    def open_for(self, export: Export) -> None:
        """Show what there is of an export."""
        self.export = export
        self.opened(export)

    @abc.abstractmethod
    def opened(self, export: Export) -> None:
        """Fill the controls."""

    @abc.abstractmethod
    def done(self, export: Export) -> None:
        """Do what its button does."""

    @abc.abstractmethod
    def code(self) -> str:
        """Return the code that does the same with ``export``."""

    def refresh(self) -> None:
        """Show what can be done now."""
        self.go.disabled = self.form.is_busy

    def _cancelled(self) -> None:
        if self.is_running:
            self.form.message.note(self.words("A run is under way: Stop ends it."))
        else:
            self.form.close()

    def _went(self) -> None:
        if self.export is not None and not self.form.is_busy:
            self.done(self.export)
