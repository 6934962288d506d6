"""Run All over a notebook whose forms nobody has filled in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import nbformat
from nbclient import NotebookClient

if TYPE_CHECKING:
    from pathlib import Path

FORMS = """
import ac_notebook as ac
customers = ac.sandbox.sample_customers(n=20, seed=1)
%load_ext ac_notebook
connecting = ac.forms.connection()
form = customers.activecampaign.form()
saved, ran, connections = ac.forms.exports(customers), ac.forms.runs(), ac.forms.connections()
"""
SHOWN = ("connecting", "form", "saved", "ran", "connections", "%activecampaign connect")
READ = ("connecting.value", "form.value", "form.report", "saved.value", "saved.report", "ran.value")
REFUSED = ("%activecampaign export custmers", "form.value = 3", "ac.forms.language = 'swedish'")


def test_unfilled_forms_end_in_sentences(tmp_path: Path) -> None:
    """Cells that read an unfilled form say what to do, one short block each, and no cell waits or shows a traceback."""
    made: Any = nbformat.v4
    cells = [made.new_code_cell(source) for source in (FORMS, *SHOWN, *READ, *REFUSED)]
    notebook = made.new_notebook(cells=cells)
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", allow_errors=True, store_widget_state=False,
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()  # fmt: skip
    by_source = {cell.source: cell.outputs for cell in notebook.cells}
    for source in (FORMS, *SHOWN):
        assert [one for one in by_source[source] if one.output_type in ("error", "stream")] == [], source
    for source in SHOWN:
        assert "run this cell in a notebook" in by_source[source][0].data["text/plain"], source
    for source in (*READ, *REFUSED):
        [error] = by_source[source]
        assert error.output_type == "error", source
        assert error.ename == "ConfigurationError", source
        [said] = error.traceback
        assert "Traceback" not in said, source
        assert not re.search(r"\bFile\b|line \d", said), source
    for source in READ:
        assert "run this cell again" in by_source[source][0].evalue, source
