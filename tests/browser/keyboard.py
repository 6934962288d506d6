"""A person with a keyboard and no mouse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.browser.notebook import OpenNotebook

_FARTHEST = 80
"""Presses of Tab before somebody gives up."""

_FOCUSED = """() => {
    const one = document.activeElement;
    const name = one.labels?.[0]?.innerText || one.getAttribute('aria-label') || one.innerText || '';
    return [one.closest('.jp-OutputArea') !== null, name.trim().replace(/ \\*$/, '')];
}"""
_WAY_TO = """wanted => {
    const one = document.activeElement;
    const texts = [...one.options].map(it => it.text.replaceAll('\\u00a0', ' '));
    const place = texts.findIndex(it => it.startsWith(wanted));
    return one.tagName === 'SELECT' && place >= 0 ? place - one.selectedIndex : null;
}"""
_CHOSEN = "wanted => document.activeElement.selectedOptions[0]?.text.replaceAll('\\u00a0', ' ').startsWith(wanted)"
_TO_CELL = """index => {
    const content = window.jupyterapp.shell.currentWidget.content;
    content.activeCellIndex = index;
    content.mode = 'command';
    content.activeCell.node.focus();
}"""


@dataclass(frozen=True)
class Keyboard:
    """Goes through a notebook with Tab, and answers with keys.

    Parameters
    ----------
    opened
        The notebook.
    """

    opened: OpenNotebook

    def press(self, *keys: str) -> None:
        for key in keys:
            self.opened.page.keyboard.press(key)

    def start_at(self, index: int) -> None:
        """Select a cell, as the arrow keys do."""
        self.opened.page.evaluate(_TO_CELL, index)

    def focused(self) -> tuple[bool, str]:
        """Return whether the focus is in what a cell shows, and the name of what has it."""
        is_shown, name = self.opened.page.evaluate(_FOCUSED)
        return bool(is_shown), str(name)

    def go_to(self, name: str, *, back: bool = False) -> None:
        """Press Tab until something has the focus; that it comes to all others first is part of the story."""
        passed: list[str] = []
        for _ in range(_FARTHEST):
            self.press("Shift+Tab" if back else "Tab")
            is_shown, found = self.focused()
            if is_shown and found == name:
                return
            passed.append(found)
        raise AssertionError(f"Tab did not come to {name!r}, but to {passed}.")

    def write(self, text: str) -> None:
        self.opened.page.keyboard.type(text)

    def choose(self, text: str) -> None:
        """Choose what begins so in the choice that has the focus."""
        steps = self.opened.page.evaluate(_WAY_TO, text)
        assert steps is not None, f"{text!r} is not offered"
        # Closed, JupyterLab takes the arrows for itself.
        self.press("Space", *(["ArrowDown" if steps > 0 else "ArrowUp"] * abs(steps)), "Enter")
        self.opened.page.wait_for_function(_CHOSEN, arg=text)
