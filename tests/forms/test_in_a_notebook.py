"""Forms in a notebook that is executed from top to bottom: unfilled ones, and one in which a key is typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.forms.connecting import HOST, KEY

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

TYPED = [
    """\
import os
import httpx
import ipywidgets
KEY = os.environ["TYPED_KEY"]
def answer(request):
    right = request.headers["Api-Token"] == KEY
    return httpx.Response(200 if right else 403, json={"user": {"id": "1", "username": "admin"}})
typed = ac.forms.connection(transport=httpx.MockTransport(answer), spawn=lambda work: work(), language="en")
shown = lambda widget: [widget, *(one for child in getattr(widget, "children", ()) for one in shown(child))]
field = {one.description.rstrip(" *"): one for one in shown(typed.box) if hasattr(one, "description")}
typed""",
    f"""\
field["Name"].value, field["Host"].value = "Marketing", "{HOST}"
field["Key"].set_state({{"value": KEY[::-1]}})
field["I agree"].value = True
field["Connect"].click()
print(typed.message.text)
typed""",
    """\
field["Key"].set_state({"value": "LITERAL0123456789"})
field["Connect"].click()
print(typed.message.text)""",
    """\
field["Key"].set_state({"value": KEY})
field["Connect"].click()
print(typed.message.text)
typed.value""",
    """\
field["Save"].click()
field["Key"].set_state({"value": KEY})
logging = __import__("logging").basicConfig(level="DEBUG")
field["Key"].comm.handle_msg({"content": {"data": {"method": "update", "state": {"value": KEY}}}, "buffers": []})
%xmode Verbose
typed.code()""",
    "field['Key'].value = KEY",
    "plain = ipywidgets.Password(value='found' + 'out')",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the notebook lies, and all that its kernel writes but for the home."""
    return tmp_path_factory.mktemp("notebook")


@pytest.fixture(scope="module")
def executed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A notebook of all these cells that was executed by one kernel, with the state of its widgets."""
    made: Any = nbformat.v4
    cells = [made.new_code_cell(source) for source in (FORMS, *SHOWN, *READ, *REFUSED, *TYPED)]
    notebook = made.new_notebook(cells=cells)
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", store_widget_state=True, allow_errors=True)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AC_NOTEBOOK_HOME", str(tmp_path_factory.mktemp("homes") / "home"))
        environment.setenv("TYPED_KEY", KEY)
        environment.setenv("IPYTHONDIR", str(folder / "ipython"))
        client.execute(cwd=str(folder))
    return notebook


def test_unfilled_forms_end_in_sentences(executed: Any) -> None:
    """Cells that read an unfilled form say what to do, one short block each, and no cell waits or shows a traceback."""
    by_source = {cell.source: cell.outputs for cell in executed.cells}
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


def test_an_executed_notebook_holds_no_key(executed: Any, folder: Path) -> None:
    """Typed, sent with failure and success, saved, and never sent: with all states of widgets kept, it is not there."""
    text = nbformat.writes(executed)  # type: ignore[no-untyped-call]  # as it is
    assert "widgets" in executed.metadata
    assert "foundout" in text  # what a plain field holds is in it
    assert "Not connected." in text
    assert "stands in a cell of this notebook" in text
    assert f"Connected to {HOST}" in text
    assert "never given in code" in text
    outputs = [output for cell in executed.cells if cell.source in TYPED for output in cell.outputs]
    assert [output.ename for output in outputs if output.output_type == "error"] == ["ConfigurationError"]
    assert KEY not in text
    assert KEY[::-1] not in text
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert kept  # such as IPython's history
    assert not [path for path in kept if KEY.encode() in path.read_bytes()]
