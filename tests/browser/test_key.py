"""A key that a person types into the prompt of a cell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

PART = "fedcba9876543210"  # no other test of this JupyterLab has it
KEY = f"sandbox-{PART * 4}"

CELLS = [
    f"""\
import httpx
import ac_notebook as ac
from ac_notebook.sandbox import Sandbox

box = Sandbox(api_key="sandbox-" + "{PART}" * 4)


class Elsewhere(httpx.WSGITransport):
    def handle_request(self, request):
        request.headers["Host"] = box.host
        return super().handle_request(request)


conn = ac.connect("Shop", host="acme.api-us1.com", transport=Elsewhere(app=box.app))
conn""",
    """\
history = get_ipython().history_manager
kept = [In, Out, _, __, history.input_hist_raw, history.output_hist, list(history.get_range(output=True))]
repr(kept)""",
]


def test_a_typed_key_is_nowhere(desk: Desk) -> None:
    """A key that is typed into the prompt of a cell is nowhere in the page, the saved notebook or the history."""
    opened = desk.open("typed", *CELLS)
    opened.start_all()
    prompt = opened.panel.locator(".jp-Stdin-input")
    prompt.wait_for(timeout=30_000)
    assert prompt.get_attribute("type") == "password"
    prompt.fill(KEY)
    prompt.press("Enter")
    opened.await_all()
    assert opened.errors() == []
    assert "Connection &#x27;Shop&#x27;" in json.dumps(opened.outputs())  # it was accepted
    assert "of this kernel only" in opened.panel.inner_text()
    seen = [opened.page.content(), opened.panel.inner_text(), json.dumps(opened.cells())]
    assert not any(KEY in text for text in seen)
    saved = opened.save()
    opened.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    assert "Shop" in saved.read_text(encoding="utf-8")
    # The notebook, its checkpoint, IPython's history, JupyterLab's settings, workspace and log.
    files = [file for file in opened.lab.private.rglob("*") if file.is_file()]
    assert saved in files
    assert [file.name for file in files if KEY.encode() in file.read_bytes()] == []
