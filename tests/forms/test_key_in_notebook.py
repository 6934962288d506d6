"""A notebook that is executed and kept with the state of its widgets holds no key that was typed in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nbformat
from nbclient import NotebookClient

from tests.forms.connecting import HOST, KEY

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

CELLS = [
    """\
import os
import httpx
import ipywidgets
import ac_notebook as ac
KEY = os.environ["TYPED_KEY"]
def answer(request):
    right = request.headers["Api-Token"] == KEY
    return httpx.Response(200 if right else 403, json={"user": {"id": "1", "username": "admin"}})
form = ac.forms.connection(transport=httpx.MockTransport(answer), spawn=lambda work: work(), language="en")
shown = lambda widget: [widget, *(one for child in getattr(widget, "children", ()) for one in shown(child))]
field = {one.description.rstrip(" *"): one for one in shown(form.box) if hasattr(one, "description")}
form""",
    f"""\
field["Name"].value, field["Host"].value = "Marketing", "{HOST}"
field["Key"].set_state({{"value": KEY[::-1]}})
field["I agree"].value = True
field["Connect"].click()
print(form.message.text)
form""",
    """\
field["Key"].set_state({"value": "LITERAL0123456789"})
field["Connect"].click()
print(form.message.text)""",
    """\
field["Key"].set_state({"value": KEY})
field["Connect"].click()
print(form.message.text)
form.value""",
    """\
field["Save"].click()
field["Key"].set_state({"value": KEY})
logging = __import__("logging").basicConfig(level="DEBUG")
field["Key"].comm.handle_msg({"content": {"data": {"method": "update", "state": {"value": KEY}}}, "buffers": []})
%xmode Verbose
form.code()""",
    "field['Key'].value = KEY",
    "plain = ipywidgets.Password(value='found' + 'out')",
]  # fmt: skip


def test_an_executed_notebook_holds_no_key(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typed, sent with failure and success, saved, and never sent: with all states of widgets kept, it is not there."""
    monkeypatch.setenv("TYPED_KEY", KEY)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    cells: list[Any] = [nbformat.v4.new_code_cell(cell) for cell in CELLS]  # type: ignore[no-untyped-call]  # as it is
    notebook = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]  # as it is
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", store_widget_state=True, allow_errors=True)
    client.execute(cwd=str(tmp_path))
    text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]  # as it is
    assert "widgets" in notebook.metadata
    assert "foundout" in text  # what a plain field holds is in it
    assert "Not connected." in text
    assert "stands in a cell of this notebook" in text
    assert f"Connected to {HOST}" in text
    assert "never given in code" in text
    errors = [output for cell in notebook.cells for output in cell.outputs if output.output_type == "error"]
    assert [error.ename for error in errors] == ["ConfigurationError"]
    assert KEY not in text
    assert KEY[::-1] not in text
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and home not in path.parents]
    assert not [path for path in kept if KEY.encode() in path.read_bytes()]
