"""How long forms take in a real JupyterLab: to open, to answer a search, and to let the kernel go on meanwhile."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.benchmarks.table import Line, seconds
from tests.browser import chromium
from tests.browser.conftest import ARGUMENTS
from tests.browser.desk import Desk
from tests.browser.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator

    from tests.browser.notebook import OpenNotebook

LISTS, FIELDS, COLUMNS = 2_000, 300, 50
TIMES = 3
"""How often each form is opened again; once, where it has to be quick."""
PATIENCE = 120_000  # milliseconds

_FRAME = """\
import pandas as pd
import ac_notebook as ac
box = ac.sandbox.start(speed=60)
base = ac.sandbox.sample_customers(n=10_000, seed=1)
customers = pd.concat([base] * ({rows} // len(base)), ignore_index=True)
customers["E-mail"] = [f"person{{number}}@example.org" for number in range(len(customers))]
for number in range({columns} - len(customers.columns)):
    customers[f"more {{number}}"] = range(len(customers)) if number % 2 else customers["city"]
for number in range({lists}):
    box.add_list(f"List {{number}} of many")
for number in range({fields}):
    box.add_field(f"Field {{number}} of many", "text")
connection = box.connection.save()
value = ac.Export("Many", connection=connection, list="VIP", mapping={{"email": "E-mail", "first_name": "Given name"}})
len(customers), len(customers.columns), len(box.lists())"""
_FORM = "form = customers.activecampaign.form({value})\nform"

# How late the kernel's own loop is, which takes in all messages.
_BEAT = """\
import asyncio, time
late = []
async def beat():
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(0.01)
        late.append(time.perf_counter() - begun - 0.01)
beating = asyncio.ensure_future(beat())"""
_LATE = "import json; print(json.dumps([len(late), *sorted(late)[-5:]])); late.clear()"

# From the moment in which the cell is started to the frame in which something holds.
_OPENED = """async ([index, holds]) => {
    const panel = window.jupyterapp.shell.currentWidget;
    panel.content.activeCellIndex = index;
    const cell = () => panel.node.querySelectorAll('.jp-Cell')[index];
    const check = new Function('cell', `return ${holds}`);
    const begun = performance.now();
    window.jupyterapp.commands.execute('notebook:run-cell');
    while (!check(cell())) await new Promise(requestAnimationFrame);
    return (performance.now() - begun) / 1000;
}"""
# From a letter to the frame in which the choice has changed.
_SEARCHED = """async ([index, letters]) => {
    const cell = window.jupyterapp.shell.currentWidget.node.querySelectorAll('.jp-Cell')[index];
    const field = [...cell.querySelectorAll('input')].find(it => it.labels?.[0]?.innerText === 'Search lists');
    const choice = [...cell.querySelectorAll('select')].find(it => it.labels?.[0]?.innerText.startsWith('List'));
    const taken = [];
    for (let end = 1; end <= letters.length; end++) {
        const before = [...choice.options].map(it => it.text).join();
        field.value = letters.slice(0, end);
        const begun = performance.now();
        field.dispatchEvent(new Event('input', { bubbles: true }));
        while ([...choice.options].map(it => it.text).join() === before) {
            if (performance.now() - begun > 3000) break;
            await new Promise(requestAnimationFrame);
        }
        taken.push((performance.now() - begun) / 1000);
    }
    return taken;
}"""
_UNTIL = """async ([index, holds]) => {
    const cell = window.jupyterapp.shell.currentWidget.node.querySelectorAll('.jp-Cell')[index];
    const check = new Function('cell', `return ${holds}`);
    const begun = performance.now();
    while (!check(cell)) await new Promise(requestAnimationFrame);
    return (performance.now() - begun) / 1000;
}"""
_IS_OPEN = "[...cell.querySelectorAll('button')].some(it => it.innerText === 'Show as code')"
_HAS_LISTS = "[...cell.querySelectorAll('select option')].some(it => it.text.includes('many'))"


def measure(*, quick: bool) -> list[Line]:
    """Return the lines about forms; one that says why where there is no browser."""
    path = chromium.find()
    if path is None:
        return [Line(name="forms", measured="-", note="there is no Chromium here")]
    rows = 100_000 if quick else 1_000_000
    with _desk(path) as desk:
        cells = (_FORM.format(value=""), _FORM.format(value="value"), _BEAT, _LATE)
        frame = _FRAME.format(rows=rows, columns=COLUMNS, lists=LISTS, fields=FIELDS)
        opened = desk.open("measured", frame, *cells)
        for index in range(2):
            opened.run(index)
        return _lines(opened, f"{rows:,} x {COLUMNS}", quick=quick)


def _lines(opened: OpenNotebook, size: str, *, quick: bool) -> list[Line]:
    page, many, times = opened.page, f"{LISTS:,} lists, {FIELDS} fields", 1 if quick else TIMES
    first = page.evaluate(_OPENED, [2, _IS_OPEN])
    blank = [page.evaluate(_OPENED, [2, _IS_OPEN]) for _ in range(times)]
    cell = opened.panel.locator(".jp-Cell").nth(3)
    filled, listed = [], []
    for _ in range(times):
        filled.append(page.evaluate(_OPENED, [3, _IS_OPEN]))
        listed.append(filled[-1] + page.evaluate(_UNTIL, [3, _HAS_LISTS]))
        cell.get_by_text("Checked.").wait_for(timeout=PATIENCE)
    taken = page.evaluate(_SEARCHED, [3, "1999"])
    return [
        seconds(f"A form opens on {size}, for the first time in a kernel", [first], wanted="< 1 s"),
        seconds("  and again", blank, wanted="< 1 s"),
        seconds(f"  with a value, {many}", filled, wanted="< 1 s"),
        seconds("    until they are offered", listed, note="read in two dozen requests"),
        seconds(f"A letter in the search of {LISTS:,} lists is answered", taken, wanted="< 0.2 s"),
        *_silences(opened, cell, watched=2_000 if quick else 10_000),
    ]


def _silences(opened: OpenNotebook, cell: Locator, watched: int) -> Iterator[Line]:
    # Watched for so many milliseconds, in which an export of these rows cannot end: it goes on until it is stopped.
    opened.run(4)
    opened.run(3)
    opened.run(5)  # the cell's own work is not what is looked for
    cell.get_by_text("Checked.").wait_for(timeout=PATIENCE)
    yield _longest("The kernel's longest silence while a plan is made", opened.run(5))
    opened.page.wait_for_timeout(watched)
    yield _longest("  while nothing is done, for comparison", opened.run(5))
    cell.get_by_role("button", name="Run", exact=True).click()
    opened.page.wait_for_timeout(watched)
    cell.get_by_role("button", name="Stop", exact=True).click()
    cell.get_by_text("The export was stopped.").first.wait_for(timeout=PATIENCE)
    yield _longest("  while an export runs, and is stopped", opened.run(5))


def _longest(name: str, said: str) -> Line:
    beats, *longest = json.loads(said)
    note = f"of {beats:,} beats; the longest: {[round(one, 3) for one in longest]}"
    return Line(name=name, measured=f"{longest[-1]:.3f} s", wanted="< 0.1 s", note=note)


@contextmanager
def _desk(path: str) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(prefix="ac_notebook-forms-") as folder:
        private = Path(folder)
        (private / "work").mkdir()
        with Lab(private / "work", private=private, theme="light") as lab, sync_playwright() as playwright:
            running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            page = running.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(PATIENCE)
            yield Desk(page=page, lab=lab, artefacts=private)
            running.close()
