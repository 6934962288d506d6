"""A part of a form: some controls that show and change one piece of its value."""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING, Generic, TypeVar

from ac_notebook.forms.base.filling import Filling

if TYPE_CHECKING:
    from collections.abc import Callable

    import ipywidgets

    from ac_notebook.forms.base.form import Form

Piece = TypeVar("Piece")


class Part(abc.ABC, Generic[Piece]):
    """Some controls over one piece of a form's value: setting it fills them, and a person changes it with them.

    Parameters
    ----------
    form
        Whose part it is: gives words, controls, and ``shown`` for handlers.
    changed
        Called after a person has changed the piece; not when it is set.
    """

    box: ipywidgets.Box
    """What is shown."""

    def __init__(self, form: Form, *, changed: Callable[[], None] = lambda: None) -> None:
        self.words = form.words
        self.controls = form.controls
        self.shown = form.shown
        self.new_worker = form.new_worker
        self._changed = changed
        self.filling = Filling()

    @property
    @abc.abstractmethod
    def value(self) -> Piece:
        """The piece, as far as it can be made of what is there; :attr:`problems` says what is missing."""

    @value.setter
    def value(self, piece: Piece) -> None:
        with self.filling():
            self.fill(piece)

    @property
    def is_filling(self) -> bool:
        """Whether what changes in this thread is changed by the form; a person may change something meanwhile."""
        return self.filling.is_here

    @abc.abstractmethod
    def fill(self, piece: Piece) -> None:
        """Show a piece. Changes of controls meanwhile are no changes by a person."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What is missing or wrong in it, in sentences of the form's language."""
        return ()

    def observe(self, widget: ipywidgets.Widget, name: str = "value") -> None:
        """Have a change of a control count as a change of the piece."""
        widget.observe(self.shown(lambda _: self.touched()), name)

    def touched(self) -> None:
        """Tell that a person has changed something."""
        if not self.is_filling:
            self._changed()
