from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import NotebookOpener

pytestmark = pytest.mark.browser

QUICKSTART = Path(__file__).parents[2] / "notebooks" / "quickstart.ipynb"


def test_runs_from_top_to_bottom(open_notebook: NotebookOpener) -> None:
    """The quickstart runs in JupyterLab as it is, and ends with a report that says it was the sandbox."""
    notebook = open_notebook(QUICKSTART)
    notebook.run_all()
    assert notebook.errors() == []
    pictures = [notebook.screenshot("quickstart-light")]
    notebook.change_theme("dark")
    pictures.append(notebook.screenshot("quickstart-dark"))
    reports = notebook.panel.locator(".jp-OutputArea-output").filter(has_text=re.compile("imported"))
    report = reports.filter(has_text=re.compile("SANDBOX")).last
    report.scroll_into_view_if_needed()
    assert report.is_visible()
    assert all(picture.stat().st_size > 10_000 for picture in pictures)
