from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import NotebookOpener
    from tests.browser.lab import Theme

pytestmark = pytest.mark.browser

QUICKSTART = Path(__file__).parents[2] / "notebooks" / "quickstart.ipynb"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_runs_from_top_to_bottom(open_notebook: NotebookOpener, theme: Theme) -> None:
    """The quickstart runs in JupyterLab as it is, and ends with a report that says it was the sandbox."""
    notebook = open_notebook(QUICKSTART, theme=theme)
    notebook.run_all()
    picture = notebook.screenshot(f"quickstart-{theme}")

    assert notebook.errors() == []
    reports = notebook.panel.locator(".jp-OutputArea-output").filter(has_text=re.compile("imported"))
    report = reports.filter(has_text=re.compile("SANDBOX")).last
    report.scroll_into_view_if_needed()
    assert report.is_visible()
    assert picture.stat().st_size > 10_000
