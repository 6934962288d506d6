"""A notebook as a person has it: open in JupyterLab, in a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from tests.browser.lab import Lab, Theme

OPEN_PATIENCE = 90  # seconds until the notebook is shown and its kernel is idle
RUN_PATIENCE = 240  # seconds for all cells
WIDTH, HEIGHT, TALLEST = 1280, 900, 12_000

_IS_READY = """([theme, name]) => {
    const panel = window.jupyterapp?.shell.currentWidget;
    return panel?.context?.path === name
        && document.body.dataset.jpThemeLight === (theme === 'light' ? 'true' : 'false')
        && panel?.context?.isReady === true
        && panel.sessionContext?.session?.kernel?.status === 'idle';
}"""
_CHANGE_THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
_RUN_ALL = """() => {
    window.everyCellRan = undefined;
    window.jupyterapp.commands.execute('notebook:run-all-cells').then(
        () => { window.everyCellRan = true; }, error => { window.everyCellRan = String(error); });
}"""
_RUN_ONE = """index => {
    window.everyCellRan = undefined;
    window.jupyterapp.shell.currentWidget.content.activeCellIndex = index;
    window.jupyterapp.commands.execute('notebook:run-cell').then(
        () => { window.everyCellRan = true; }, error => { window.everyCellRan = String(error); });
}"""
_HAS_RUN = """() => {
    const panel = window.jupyterapp.shell.currentWidget;
    const pending = [...panel.node.querySelectorAll('.jp-InputPrompt')].some(it => it.textContent.includes('*'));
    return window.everyCellRan !== undefined && !pending && panel.sessionContext.session.kernel.status === 'idle';
}"""
_CELLS = "() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON().cells"
_HEIGHT_OF_CELLS = """() => {
    const panel = window.jupyterapp.shell.currentWidget;
    const cells = [...panel.node.querySelectorAll('.jp-Cell')];
    return cells.reduce((sum, cell) => sum + cell.offsetHeight + 10, 0);
}"""


@dataclass(frozen=True)
class OpenNotebook:
    """A notebook in a browser: what a test does with it, and what it then shows."""

    page: Page
    lab: Lab
    name: str
    artefacts: Path

    @property
    def panel(self) -> Locator:
        """The notebook's part of the page; the rest of JupyterLab has labels of its own."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def labelled(self, label: str) -> Locator:
        """Return the control with a label, whether or not it is marked as one that has to be filled in."""
        return self.panel.get_by_label(re.compile(rf"^{re.escape(label)}( \*)?$"))

    def button(self, name: str) -> Locator:
        """Return the button with a name."""
        return self.panel.locator(".jp-OutputArea").get_by_role("button", name=name, exact=True)

    def says(self, text: str) -> Locator:
        """Return what the notebook's cells show that holds some text."""
        return self.panel.locator(".jp-OutputArea").get_by_text(text)

    def open(self, *, application: str = "lab/tree") -> None:
        """Open it and wait until it could be worked with."""
        self.page.goto(self.lab.url(self.name, application=application), timeout=OPEN_PATIENCE * 1000)
        self.await_open(self.lab.theme)

    def await_open(self, theme: Theme) -> None:
        """Wait until it could be worked with."""
        self.page.wait_for_function(_IS_READY, arg=[theme, self.name], timeout=OPEN_PATIENCE * 1000)

    def change_theme(self, theme: Theme) -> None:
        """Give JupyterLab another theme, and wait until it has it."""
        self.page.evaluate(_CHANGE_THEME, f"JupyterLab {theme.capitalize()}")
        self.await_open(theme)

    def run(self, index: int, patience: float = RUN_PATIENCE) -> str:
        """Run one cell, and return its output as text."""
        self.page.evaluate(_RUN_ONE, index)
        self.await_all(patience)
        return texts(self.cells()[index])

    def start_all(self) -> None:
        """Start all cells."""
        self.page.evaluate(_RUN_ALL)

    def run_all(self, patience: float = RUN_PATIENCE) -> None:
        """Run all cells and wait until the kernel is idle again."""
        self.start_all()
        self.await_all(patience)

    def await_all(self, patience: float = RUN_PATIENCE) -> None:
        """Wait until all cells that were started have run and the kernel is idle again."""
        self.page.wait_for_function(_HAS_RUN, timeout=patience * 1000)
        outcome = self.page.evaluate("window.everyCellRan")
        if outcome is not True:
            raise RuntimeError(f"JupyterLab could not run the cells: {outcome}")
        self.page.wait_for_timeout(500)  # the page draws the last output

    def save(self) -> Path:
        """Save it as a person does, and return its file."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
        self.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
        return self.lab.folder / self.name

    def cells(self) -> list[dict[str, Any]]:
        """Return the cells with their outputs, as they would be saved."""
        cells: list[dict[str, Any]] = self.page.evaluate(_CELLS)
        return cells

    def outputs(self) -> list[dict[str, Any]]:
        """Return the outputs of all cells, from top to bottom."""
        return [output for cell in self.cells() for output in cell.get("outputs", [])]

    def errors(self) -> list[str]:
        """Return what stopped cells: one line for each."""
        found = (output for output in self.outputs() if output["output_type"] == "error")
        return [f"{error['ename']}: {error['evalue']}" for error in found]

    def screenshot(self, name: str, *, width: int = WIDTH) -> Path:
        """Save a picture of the whole notebook among the artefacts, in a window of some width."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        height = min(int(self.page.evaluate(_HEIGHT_OF_CELLS)) + 250, TALLEST)
        self.page.set_viewport_size({"width": width, "height": max(height, HEIGHT)})
        # Running scrolled to the last cell; the window is tall enough for all of them now.
        self.panel.locator(".jp-WindowedPanel-outer").evaluate("node => node.scrollTo(0, 0)")
        self.page.wait_for_timeout(300)
        path = self.artefacts / f"{name}.png"
        self.page.screenshot(path=path)
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        return path


def texts(cell: dict[str, Any]) -> str:
    """Return what a cell printed and showed, as text."""
    parts: list[str] = []
    for output in cell.get("outputs", ()):
        parts.extend(("".join(output.get("text", "")), "".join(output.get("data", {}).get("text/plain", ""))))
    return "\n".join(part for part in parts if part)
