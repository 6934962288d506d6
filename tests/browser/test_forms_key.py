"""A key that a person types into a form: in nothing that is kept or sent, whatever becomes of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.canary.search import everywhere, files, places_of

if TYPE_CHECKING:
    from tests.browser.desk import Desk
    from tests.browser.notebook import OpenNotebook

pytestmark = pytest.mark.browser

PART, OTHER = "0123456789abcdef", "fedcba9876543210"
KEY, WRONG, UNSENT = f"sandbox-{PART * 4}", f"{OTHER * 4}ab", f"{OTHER[::-1] * 2}{PART * 2}cd"
KEYS = (KEY, WRONG, UNSENT)

FORM = f"""\
import httpx
import ac_notebook as ac
from ac_notebook.sandbox import Sandbox

box = Sandbox(api_key="sandbox-" + "{PART}" * 4)


class Elsewhere(httpx.WSGITransport):
    def handle_request(self, request):
        request.headers["Host"] = box.host
        return super().handle_request(request)


form = ac.forms.connection(transport=Elsewhere(app=box.app))
form"""
LATER = "form.value"
HISTORY = """\
import ipywidgets
from ipywidgets.embed import embed_data
history = get_ipython().history_manager
kept = [In, Out, _, __, history.input_hist_raw, history.output_hist, list(history.get_range(output=True))]
print(repr(kept), ipywidgets.Widget.get_manager_state(), embed_data([form.box]))"""

_LISTEN = """kernel => {
    window.heard = [];
    const at = `${location.origin.replace('http', 'ws')}/api/kernels/${kernel}/channels?session_id=somebody-else`;
    window.elsewhere = new WebSocket(at);
    window.elsewhere.onmessage = message => window.heard.push(message.data);
    return new Promise(resolve => { window.elsewhere.onopen = () => resolve(true); });
}"""
_KERNEL = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.id"


class Watch:
    """Looks for keys in all that is kept, and in all that the kernel tells its clients."""

    def __init__(self, opened: OpenNotebook) -> None:
        self._opened = opened
        self.found: list[str] = []
        opened.page.evaluate(_LISTEN, opened.page.evaluate(_KERNEL))

    @property
    def heard(self) -> str:
        """What another client of the kernel was sent."""
        return str(self._opened.page.evaluate("JSON.stringify(window.heard)"))

    def look(self, moment: str) -> None:
        """Save the notebook, and look everywhere."""
        saved = self._opened.save()
        assert "application/vnd.jupyter.widget-state+json" in saved.read_text(encoding="utf-8")
        # The notebook, its checkpoint, IPython's history, JupyterLab's settings, workspace and log.
        where = everywhere(files(self._opened.lab.private)) | {
            "another client": self.heard.encode(),
            "cells": json.dumps(self._opened.cells()).encode(),
            "page": self._opened.page.content().encode(),
        }
        where = {place: content for place, content in where.items() if "secrets" not in Path(place).parts}
        self.found += [f"{moment}: {place}" for place in places_of(KEYS, where)]


def type_key(opened: OpenNotebook, key: str) -> None:
    """Type a key into the form, and stay in the field."""
    field = opened.labelled("Key")
    assert field.get_attribute("type") == "password"
    field.click()
    opened.page.keyboard.type(key)


def test_a_typed_key_is_nowhere(desk: Desk) -> None:
    """Typed and left there, typed and refused, typed and taken, saved: no key is in what is kept, sent or exported."""
    opened = desk.open("typed key", FORM, LATER, HISTORY)
    opened.run_all()
    (error,) = opened.errors()  # "Run All" over a form that is not filled in
    assert error.startswith("ConfigurationError: This form is not filled in.")
    watch = Watch(opened)
    opened.labelled("Name").fill("Shop")
    opened.labelled("Host").fill("acme.api-us1.com")
    opened.labelled("Host").press("Tab")
    opened.says("privacy").first.wait_for()
    type_key(opened, UNSENT)
    watch.look("typed")
    opened.labelled("I agree").check()
    opened.button("Connect").and_(opened.panel.locator(":enabled")).wait_for()
    watch.look("left")
    type_key(opened, WRONG)
    opened.page.keyboard.press("Enter")
    opened.says("Not connected.").wait_for()
    watch.look("refused")
    assert opened.labelled("Name").input_value() == "Shop"
    type_key(opened, KEY)
    opened.page.keyboard.press("Tab")
    opened.button("Connect").click()
    opened.says("Connected to acme.api-us1.com").wait_for()
    watch.look("taken")
    opened.button("Save").click()
    opened.says("Saved.").first.wait_for()
    watch.look("saved")
    opened.run(len(opened.cells()) - 2)
    assert opened.errors() == []
    opened.run(len(opened.cells()) - 1)
    watch.look("at the end")
    assert watch.found == []
    assert "Shop" in watch.heard
    assert exported(opened) == []


def exported(opened: OpenNotebook) -> list[str]:
    """Return where a key is in what other programs make of the saved notebook."""
    page, saved = opened.page, opened.lab.folder / opened.name
    shown = page.request.get(opened.lab.url(opened.name, application="nbconvert/html"))
    assert shown.ok
    folder = opened.lab.private / "exported"
    folder.mkdir()
    commands = [
        [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", str(folder), str(saved)],
        [sys.executable, "-m", "papermill", str(saved), str(folder / "papermill.ipynb"), "--log-output"],
        [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--allow-errors",
         "--output-dir", str(folder), str(saved)],
    ]  # fmt: skip
    said = [subprocess.run(command, capture_output=True, timeout=120, check=False) for command in commands]
    where = {f"said {number}": one.stdout + one.stderr for number, one in enumerate(said)}
    assert len(list(folder.iterdir())) == 3
    return places_of(KEYS, everywhere(files(folder) | where | {"HTML": shown.body()}))
