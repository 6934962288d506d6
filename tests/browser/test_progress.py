from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nbformat
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.conftest import NotebookOpener

pytestmark = pytest.mark.browser

CELLS = """\
import ac_notebook as ac
box = ac.sandbox.start(speed=3)
customers = ac.sandbox.sample_customers(n=6_000, seed=1)
ac.export(customers, connection=box.connection, list="VIP", mapping={"email": "E-mail"}, wait=60)
"""


def test_a_bar_is_there_while_it_runs_and_gone_when_it_has(open_notebook: NotebookOpener, tmp_path: Path) -> None:
    """While an export runs, a bar says how many are queued and imported; after it, only the report is left."""
    notebook = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]  # as it is
        cells=[nbformat.v4.new_code_cell(CELLS)],  # type: ignore[no-untyped-call]  # as it is
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    path = tmp_path / "progress.ipynb"
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]  # as it is

    opened = open_notebook(path)
    opened.start_all()
    # The bar's texts have spaces of the width of a digit.
    told = re.compile(r"[1-9]\d*/\d+\squeued,\s[\d,]+\simported")
    bar = opened.panel.locator(".jp-OutputArea-output").filter(has_text=told)
    bar.first.wait_for(timeout=60_000)
    opened.page.wait_for_timeout(1_000)
    opened.screenshot("progress-running")
    assert re.search(r"SANDBOX\s·\sVIP:\s\d+%", bar.first.inner_text())
    opened.await_all()
    opened.screenshot("progress-done")
    assert bar.count() == 0
    assert opened.errors() == []
    assert "widgets" not in str(opened.outputs())
