"""The whole story with forms, in a real JupyterLab: by mouse, with the keyboard alone, on other kernels."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.browser.keyboard import Keyboard
from tests.browser.lab import KERNELS

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.desk import Desk
    from tests.browser.notebook import OpenNotebook

pytestmark = pytest.mark.browser

# The sandbox counts minutes of half a minute: a run of 17 requests takes seconds, and can be stopped.
CELLS = (
    """\
import ac_notebook as ac
box = ac.sandbox.start(speed=2)
customers = ac.sandbox.sample_customers(n=5_000, seed=1)""",
    "connection = ac.forms.connection(sandbox=lambda: box.connection)\nconnection",
    "form = customers.activecampaign.form()\nform",
    """\
import json
contacts, members, report = box.contacts(), box.memberships(), form.report
print(json.dumps({
    "counts": report.counts.to_dict(), "contacts": len(contacts), "list": sorted({int(one) for one in members["list"]}),
    "members": len(members), "columns": list(contacts.columns), "plain": form.value.mapping.fields.get("City"),
    "runs": list(ac.runs()["status"]), "cities": sorted({str(one) for one in contacts["City"].dropna()}),
}))""",
)
CONNECTION, EXPORT, LATER = 2, 3, 4


def in_cell(opened: OpenNotebook, index: int) -> Locator:
    """Return a cell of the notebook, with what it shows."""
    return opened.panel.locator(".jp-Cell").nth(index)


def begin(desk: Desk, name: str, kernel: str = "python3") -> OpenNotebook:
    """Return a notebook in which the form of a connection is shown."""
    opened = desk.open(name, *CELLS, kernel=kernel)
    for index in range(CONNECTION + 1):
        opened.run(index)
    return opened


def test_by_mouse(desk: Desk) -> None:
    """From a new connection over a mapping that is mended to a run that is stopped, and one that ends; all by mouse."""
    opened = begin(desk, "by mouse")
    connect = in_cell(opened, CONNECTION)
    connect.get_by_label("Name *").fill("Shop")
    connect.get_by_label("Leads to").select_option(label="Sandbox on this machine (to try it out)")
    assert opened.button("Connect").is_disabled()
    connect.get_by_label("I agree").check()
    opened.button("Connect").click()
    connect.get_by_text("Connected to").wait_for()
    opened.button("Save").click()
    connect.get_by_text("Saved.").first.wait_for()

    opened.run(EXPORT)
    export = in_cell(opened, EXPORT)
    chosen = export.get_by_label("Connection *")
    chosen.locator("option").filter(has_text="Shop").wait_for(state="attached")
    chosen.select_option(index=[text.startswith("Sandbox · Shop") for text in texts_of(chosen)].index(True))
    export.get_by_label("Search lists").press_sequentially("vip")
    export.get_by_text("1 of 3").wait_for()
    export.get_by_label("List *").select_option(index=0)
    export.get_by_text("Checked.").wait_for()
    assert "to send 4,253" in shown(export)
    # City is to be what Tier was: that is said to be wrong until Tier is gone.
    export.get_by_label("City (text)").select_option(label="tier")
    export.get_by_text("map it once").wait_for()
    assert export.get_by_role("button", name="Run", exact=True).is_disabled()
    export.get_by_title("Remove Tier").click()
    export.get_by_text("Checked.").wait_for()
    export.get_by_role("button", name="Save", exact=True).click()
    export.locator("[role=status]").filter(has_text="✔").wait_for()
    export.get_by_text("Checked.").wait_for()
    export.get_by_role("button", name="Run", exact=True).click()
    stop = export.get_by_role("button", name="Stop", exact=True)
    export.get_by_text("rows queued").wait_for()
    stop.click()
    export.get_by_text("The export was stopped.").first.wait_for()
    export.get_by_text("Checked.").wait_for()
    export.get_by_role("button", name="Run", exact=True).click()
    export.get_by_text("The run has ended").wait_for()
    finished(opened, shown(export))


def texts_of(choice: Locator) -> list[str]:
    """Return what a choice offers."""
    return [" ".join(text.split()) for text in choice.locator("option").all_inner_texts()]  # no-break spaces


def shown(cell: Locator) -> str:
    """Return what a cell shows, in one line."""
    return " ".join(cell.locator(".jp-Cell-outputArea").inner_text().split())


def finished(opened: OpenNotebook, seen: str) -> None:
    """Check that the sandbox holds what the form showed, and that the report stays without a kernel and trust."""
    held = json.loads(opened.run(LATER))
    assert opened.errors() == []
    counts = held["counts"]
    assert sum(counts.values()) == 5_000
    assert counts["imported"] + counts["unchanged"] == held["contacts"] == held["members"] == 4_253
    for outcome in ("imported", "unchanged", "duplicate", "rejected"):
        assert f"{outcome} {counts[outcome]:,}" in seen
    assert held["list"] == [5]
    assert held["cities"] == ["Bronze", "Gold", "Silver"]
    assert held["runs"] == ["Successful", "Canceled"]
    alone = stays(opened)
    assert f"imported {counts['imported']:,}" in alone
    assert "run this cell in a notebook to see it" in alone


def stays(opened: OpenNotebook) -> str:
    """Return what the export's cell shows in a copy that nobody trusts, without kernel and state of widgets."""
    notebook = json.loads(opened.save().read_text(encoding="utf-8"))
    notebook["metadata"].pop("widgets")
    name = f"copy of {opened.name}"
    (opened.lab.folder / name).write_text(json.dumps(notebook), encoding="utf-8")
    opened.page.evaluate(
        "path => window.jupyterapp.commands.execute('docmanager:open', { path, kernel: null }).then(() => true)", name
    )
    cell = in_cell(opened, EXPORT)
    cell.get_by_text("imported").first.wait_for()
    assert opened.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session") is None
    return shown(cell)


def test_with_the_keyboard_alone(desk: Desk) -> None:
    """The same with Tab, Space, Enter, arrows and letters; the focus is never lost, and nothing is done to cells."""
    opened = begin(desk, "with the keyboard alone")
    keys = Keyboard(opened)
    connect(opened, keys)
    opened.run(EXPORT)
    export(opened, keys)
    assert len(opened.cells()) == len(CELLS) + 1
    finished(opened, shown(in_cell(opened, EXPORT)))


def connect(opened: OpenNotebook, keys: Keyboard) -> None:
    """Make and save a connection to the sandbox with the keyboard."""
    form = in_cell(opened, CONNECTION)
    keys.start_at(CONNECTION)
    keys.go_to("Name")
    keys.write("Shop")
    keys.go_to("Leads to")
    keys.choose("Sandbox on this machine")
    keys.go_to("I agree")
    keys.press("Space")
    opened.button("Connect").and_(opened.panel.locator(":enabled")).wait_for()
    keys.go_to("Connect")
    keys.press("Enter")
    form.get_by_text("Connected to").wait_for()
    keys.go_to("Save")
    keys.press("Enter")
    form.get_by_text("Saved.").first.wait_for()


def export(opened: OpenNotebook, keys: Keyboard) -> None:
    """Fill in the form of an export, mend a mapping, run, stop and run again with the keyboard."""
    form = in_cell(opened, EXPORT)
    form.get_by_label("Connection *").locator("option").filter(has_text="Shop").wait_for(state="attached")
    keys.start_at(EXPORT)
    keys.go_to("Connection")
    keys.choose("Sandbox · Shop")
    keys.go_to("Search lists")
    keys.write("vip")
    form.get_by_text("1 of 3").wait_for()
    assert keys.focused() == (True, "Search lists")
    keys.go_to("List")
    keys.choose("VIP")
    form.get_by_text("Checked.").wait_for()
    assert keys.focused() == (True, "List")
    keys.go_to("City (text)")
    keys.choose("tier")
    form.get_by_text("map it once").wait_for()
    assert keys.focused() == (True, "City (text)")
    keys.go_to("Tier (dropdown)", back=True)
    keys.press("Tab", "Enter")
    form.get_by_text("Checked.").wait_for()
    keys.go_to("Save")
    keys.press("Enter")
    form.locator("[role=status]").filter(has_text="✔").wait_for()
    form.get_by_text("Checked.").wait_for()
    keys.go_to("Run")
    keys.press("Enter")
    form.get_by_text("rows queued").wait_for()
    keys.go_to("Stop")
    keys.press("Space")
    form.get_by_text("The export was stopped.").first.wait_for()
    form.get_by_text("Checked.").wait_for()
    keys.go_to("Run", back=True)
    keys.press("Enter")
    form.get_by_text("The run has ended").wait_for()


STOPPED = """\
import ipykernel
import ac_notebook as ac
box = ac.sandbox.start(speed=2)
customers = ac.sandbox.sample_customers(n=5_000, seed=1)
value = ac.Export("VIP", connection=box.connection, list="VIP", mapping={"email": "E-mail"})
form = customers.activecampaign.form(value)
form"""


@pytest.mark.parametrize("kernel", list(KERNELS))
def test_stop_on_other_kernels(desk: Desk, kernel: str) -> None:
    """Kernels that run callbacks in other threads than the newest show progress, stop a run, and go on with it."""
    opened = desk.open(f"on {kernel}", STOPPED, "print(ipykernel.__version__, form.report.counts.sum())", kernel=kernel)
    for index in range(2):
        opened.run(index)
    form = in_cell(opened, 1)
    form.get_by_text("Checked.").wait_for()
    form.get_by_role("button", name="Run", exact=True).click()
    form.get_by_text("rows queued").wait_for()
    form.get_by_role("button", name="Stop", exact=True).click()
    form.get_by_text("The export was stopped.").first.wait_for()
    assert opened.run(2) == f"{KERNELS[kernel]} 5000\n"
    assert "not_sent" in shown(form)
    assert opened.errors() == []
