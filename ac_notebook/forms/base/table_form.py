"""Forms over a table of what is saved: one line is chosen, and what can be done below the table is about that."""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from ac_notebook.forms.base.actions import Action, Actions
from ac_notebook.forms.base.form import Form
from ac_notebook.forms.base.worker import Spawn, in_thread

if TYPE_CHECKING:
    from ac_notebook.forms.base.table import ChosenTable


class Refreshed(Protocol):
    """What opens below a table."""

    def refresh(self) -> None:
        """Show what can be done now."""


Opened = TypeVar("Opened", bound=Refreshed)


class TableForm(Form, Generic[Opened]):
    """A form over a table, with actions on its chosen line, and room for what one of them opens.

    What is read, what is done and what is opened go on beside each other: reading anew drops none of the others.
    """

    table: ChosenTable
    panel: Opened | None = None
    """What is open below the table."""

    def __init__(self, *, language: str | None = None, spawn: Spawn = in_thread) -> None:
        super().__init__(language=language, spawn=spawn)
        self._acting, self._opening = self.new_worker(), self.new_worker()
        self._place = self.controls.column()

    def begin(self, title: str, table: ChosenTable, actions: list[Action]) -> None:
        """Show the table with the actions on what is chosen in it, and read what is saved."""
        self.table = table
        table.again.on_click(self.shown(lambda _: self.refresh()))
        self.actions = Actions(self, actions)
        self.put(title, table.box, self.actions.box, self._place)
        self.refresh()

    @abc.abstractmethod
    def refresh(self) -> None:
        """Read what is saved, as this and other kernels have left it."""

    @property
    def is_busy(self) -> bool:
        """Whether something is read, opened or done."""
        return self.worker.is_busy or self._acting.is_busy or self._opening.is_busy

    def busy_changed(self) -> None:
        """Show that work began or ended."""
        super().busy_changed()
        self.actions.refresh()
        if self.panel is not None:
            self.panel.refresh()
