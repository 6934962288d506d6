"""A JupyterLab that is opened once, and notebooks of cells in it, one after another: a page costs seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import nbformat

from tests.browser.notebook import OpenNotebook

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.lab import Lab, Theme

_OPEN = "path => window.jupyterapp.commands.execute('docmanager:open', { path }).then(() => true)"
_PUT_AWAY = """async () => {
    for (const panel of [...window.jupyterapp.shell.widgets('main')]) {
        await panel.sessionContext?.shutdown();
        panel.dispose();
    }
}"""
_HOME = "import os\nos.environ['AC_NOTEBOOK_HOME'] = {home!r}"


@dataclass(frozen=True)
class Desk:
    """A page with JupyterLab, on which one notebook lies at a time.

    Parameters
    ----------
    page
        The page.
    lab
        Whose it is.
    artefacts
        Where pictures go.
    """

    page: Page
    lab: Lab
    artefacts: Path

    def open(self, name: str, *cells: str, kernel: str = "python3") -> OpenNotebook:
        """Open a new notebook of these cells, with a home of its own; what lay here before is put away."""
        opened = self._written(name, *cells, kernel=kernel)
        if "/lab/" not in self.page.url:
            opened.open()
        else:
            self.put_away()
            self.page.evaluate(_OPEN, opened.name)
            opened.await_open(self.theme)
        return opened

    def open_in_notebook_7(self, name: str, *cells: str) -> OpenNotebook:
        """Open a new notebook of these cells in Notebook 7, in place of JupyterLab."""
        opened = self._written(name, *cells, kernel="python3")
        opened.open(application="notebooks")
        return opened

    def _written(self, name: str, *cells: str, kernel: str) -> OpenNotebook:
        home = self.lab.private / "homes" / name
        write(self.lab.folder / f"{name}.ipynb", _HOME.format(home=str(home)), *cells, kernel=kernel)
        return OpenNotebook(page=self.page, lab=self.lab, name=f"{name}.ipynb", artefacts=self.artefacts)

    @property
    def theme(self) -> Theme:
        """The theme that is shown."""
        return "light" if self.page.evaluate("document.body.dataset.jpThemeLight") == "true" else "dark"

    def put_away(self) -> None:
        """Close what is open, and end its kernel."""
        self.page.evaluate(_PUT_AWAY)


def write(path: Path, *cells: str, kernel: str = "python3") -> None:
    """Write a notebook of these cells; those that begin with "# " and a space are words."""
    made = [
        nbformat.v4.new_markdown_cell(cell) if cell.startswith("# ") else nbformat.v4.new_code_cell(cell)  # type: ignore[no-untyped-call]  # as it is
        for cell in cells
    ]
    spec = {"name": kernel, "display_name": kernel, "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": spec})  # type: ignore[no-untyped-call]  # as it is
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]  # as it is
