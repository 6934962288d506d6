"""What can be done with what is chosen in a form: buttons, of which those that take something away ask first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import ipywidgets

    from ac_notebook.forms.base.form import Form


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something that can be done.

    Parameters
    ----------
    label
        What it is, in a word or two of the form's language.
    do
        Does it, or begins to: work that takes time goes to a worker.
    can
        Whether it can be done now.
    asks
        What will happen, in a sentence, where somebody is to be asked first.
    tooltip
        What more there is to say about it.
    is_main
        Whether it is what most people press.
    """

    label: str
    do: Callable[[], Any]
    can: Callable[[], bool] = lambda: True
    asks: Callable[[], str] | None = None
    tooltip: str = ""
    is_main: bool = False


class Actions:
    """Buttons for actions, and below them the question of one that asks first.

    Parameters
    ----------
    form
        Whose actions they are; while it is busy, none can be begun.
    actions
        In the order in which they are shown.
    """

    def __init__(self, form: Form, actions: list[Action]) -> None:
        self._form = form
        self._asked: tuple[Action, ipywidgets.Button] | None = None
        self.buttons = {
            action.label: form.controls.button(action.label, is_main=action.is_main, tooltip=action.tooltip)
            for action in actions
        }
        self._actions = {action.label: action for action in actions}
        for action in actions:
            self.buttons[action.label].on_click(form.shown(lambda _, action=action: self._pressed(action)))
        self.question = form.controls.note()
        self.sure, self.cancel = form.controls.button("", is_risky=True), form.controls.button(form.words("Cancel"))
        self.sure.on_click(form.shown(lambda _: self._is_sure()))
        self.cancel.on_click(form.shown(lambda _: self.forget(gives_back=True)))
        self._asking = form.controls.column(self.question, form.controls.row(self.sure, self.cancel))
        self.box = form.controls.column(form.controls.row(*self.buttons.values()))
        self.refresh()

    @property
    def is_asking(self) -> bool:
        """Whether somebody is asked whether to go on."""
        return self._asked is not None

    def refresh(self) -> None:
        """Show what can be done now."""
        is_busy = self._form.is_busy
        for label, button in self.buttons.items():
            button.disabled = is_busy or not self._actions[label].can()
        self.sure.disabled = is_busy

    def forget(self, *, gives_back: bool = False) -> None:
        """Ask no more, as what is chosen has changed, or nobody wants it.

        Parameters
        ----------
        gives_back
            Whether the keyboard goes back to the button that was pressed.
        """
        asked, self._asked = self._asked, None
        self.box.children = self.box.children[:1]
        if asked is not None and gives_back:
            asked[1].focus()

    def _pressed(self, action: Action) -> None:
        self.forget()
        if not action.can() or self._form.is_busy:
            self.refresh()
            return
        if action.asks is None:
            action.do()
            return
        self._form.controls.say(self.question, action.asks())
        self.sure.description = self.sure.tooltip = action.label
        self._asked = (action, self.buttons[action.label])
        self.box.children = [self.box.children[0], self._asking]
        self.cancel.focus()

    def _is_sure(self) -> None:
        if self._asked is None:
            return
        action, _ = self._asked
        self.forget(gives_back=True)
        if action.can():
            action.do()
