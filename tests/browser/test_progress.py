from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.desk import Desk
    from tests.browser.notebook import OpenNotebook

pytestmark = pytest.mark.browser

CELLS = """\
import ac_notebook as ac
box = ac.sandbox.start(speed=2)
customers = ac.sandbox.sample_customers(n=6_000, seed=1)
ac.export(customers, connection=box.connection, list="VIP", mapping={"email": "E-mail"}, wait=60)
"""


# The bar's texts have spaces of the width of a digit.
TOLD = re.compile(r"SANDBOX\s·\sVIP\s\d+%.*[1-9][\d,]*/[\d,]+\squeued,\s[\d,]+\simported,\s\d+/\d+\srequests")


def running(desk: Desk, name: str) -> tuple[OpenNotebook, Locator]:
    """Return a notebook whose export is under way, and its bar."""
    opened = desk.open(name, CELLS)
    opened.start_all()
    bar = opened.panel.locator(".jp-OutputArea-output").filter(has_text=TOLD)
    bar.first.wait_for(timeout=60_000)
    return opened, bar


def test_a_bar_is_there_while_it_runs_and_gone_when_it_has(desk: Desk) -> None:
    """While an export runs, a bar says how many are queued and imported; after it, only the report is left."""
    opened, bar = running(desk, "progress")
    opened.screenshot("progress-running")
    opened.await_all()
    opened.screenshot("progress-done")
    assert bar.count() == 0
    assert opened.errors() == []
    assert "widgets" not in str(opened.outputs())


def test_the_stop_button_ends_the_run_with_a_sentence(desk: Desk) -> None:
    """Interrupting the kernel stops the export: one short block says what was sent and how to go on, no traceback."""
    opened, bar = running(desk, "interrupted")
    opened.page.evaluate("() => window.jupyterapp.commands.execute('notebook:interrupt-kernel')")
    opened.panel.get_by_text("ExportInterrupted").first.wait_for(timeout=20_000)
    opened.screenshot("interrupted")
    assert bar.count() == 0
    (error,) = opened.errors()
    assert error.startswith("ExportInterrupted: The export was stopped.")
    assert "carry on where it stopped" in error
    shown = [line for output in opened.outputs() for line in output.get("traceback", [])]
    assert len(shown) == 1
    assert "File" not in shown[0]
