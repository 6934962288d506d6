from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING, Any

import httpx
import ipywidgets
import pytest
from hypothesis import HealthCheck, assume, given, settings

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError
from ac_notebook.forms.base.worker import at_once
from ac_notebook.forms.saved.edit_panel import EditPanel
from ac_notebook.forms.saved.export_panels import AttachPanel, DuplicatePanel, RenamePanel
from ac_notebook.forms.saved.exports_form import ExportsForm
from ac_notebook.forms.saved.run_panel import RunPanel
from ac_notebook.forms.saved.schedule_panel import SchedulePanel
from ac_notebook.runs.saying import heard
from ac_notebook.runs.stored import opened
from tests.forms.holder import widgets
from tests.runs.saved.definitions import definitions
from tests.runs.saved.weekly import MAPPING, people
from tests.virtual import through

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pandas as pd

    from ac_notebook.sandbox import Sandbox
    from tests.virtual import VirtualClock


@pytest.fixture
def saved(connection: ac.Connection, capsys: pytest.CaptureFixture[str]) -> ac.Export:
    """A saved export through a saved connection, and another one without any."""
    return _saved(connection, capsys)


@pytest.fixture
def reached(capsys: pytest.CaptureFixture[str]) -> Iterator[ac.Export]:
    """The same, through a connection that is reached as it is saved."""
    with ac.sandbox.start(speed=600) as sandbox:
        yield _saved(sandbox.connection, capsys)


def _saved(connection: ac.Connection, capsys: pytest.CaptureFixture[str]) -> ac.Export:
    shop = connection.replace(name="Marketing").save()
    weekly = ac.Export("Weekly", connection=shop, list="Newsletter", mapping=MAPPING, segment="points > 1").save()
    ac.Export("Daily", list=4, mapping={"email": "E-mail"}).save()
    capsys.readouterr()
    return weekly


def form_of(frame: pd.DataFrame | None = None, *, chosen: str = "Weekly", **more: Any) -> ExportsForm:
    """A form with an export chosen."""
    made = ExportsForm(frame, language="en", **{"spawn": at_once, **more})
    if chosen:
        made.value = chosen
    return made


def press(form: ExportsForm, label: str) -> None:
    """Press a button of the form."""
    assert not form.actions.buttons[label].disabled, label
    form.actions.buttons[label].click()


def panel(form: ExportsForm, kind: type[Any]) -> Any:
    """What is open below the table."""
    assert isinstance(form.panel, kind), form.message.text
    return form.panel


def shown(form: ExportsForm) -> str:
    """The table as it is shown."""
    return "".join(child.value for child in form.table.box.children if isinstance(child, ipywidgets.HTML))


def test_the_table_is_that_of_exports(saved: ac.Export) -> None:
    """The form shows what `ac.exports()` has: name, connection, list, segment, status, times, by whom."""
    form = form_of(chosen="")
    row = dict(zip([column.title for column in form.table._columns], form.table.lines[1].cells, strict=True))
    assert row.pop("Last updated (UTC)").startswith("2026-03-02 09:")
    assert row == {
        "Name": "Weekly", "Type": "ActiveCampaign sandbox", "Connection": "Marketing", "List": "Newsletter",
        "Segment": "points > 1", "Status": "never run", "Refreshed": "", "Schedule": "", "By": row["By"],
    }  # fmt: skip
    assert "no connection" in shown(form)
    assert {label for label, button in form.actions.buttons.items() if not button.disabled} == set()


def test_the_value_is_the_chosen_export(saved: ac.Export) -> None:
    """The value is the chosen export as it is saved; set, by name or as an export, it is chosen. None is a sentence."""
    form = form_of(chosen="")
    with pytest.raises(ConfigurationError, match=r"No export is chosen\.\nChoose one in the form above"):
        _ = form.value
    form.value = saved
    assert form.value == saved
    form.value = "Daily"
    assert form.value.name == "Daily"
    with pytest.raises(ConfigurationError, match="Did you mean 'Daily'"):
        form.value = "Dayly"
    with pytest.raises(ConfigurationError, match="not int"):
        form.value = 3  # type: ignore[assignment]
    assert form.value.name == "Daily"


def test_an_export_is_renamed_and_stays_chosen(saved: ac.Export) -> None:
    """A new name is given, what was done is said, with that nothing was sent; the same export stays chosen."""
    form = form_of()
    press(form, "Rename …")
    opened_panel = panel(form, RenamePanel)
    opened_panel.name.value = "Monthly"
    assert form.code().endswith("export = ac.Export.named('Weekly')\nexport.edit(name='Monthly')")
    opened_panel.go.click()
    assert form.message.text == (
        "Changed the saved export 'Monthly': name. It was called 'Weekly'. Nothing was sent."
    )  # fmt: skip
    assert form.panel is None
    assert form.value == saved.replace(name="Monthly")
    assert form.table.choice.label == "Monthly"


def test_a_name_that_is_taken_is_told(saved: ac.Export) -> None:
    """What cannot be is told in a sentence, and what was typed is still there."""
    form = form_of()
    press(form, "Rename …")
    panel(form, RenamePanel).name.value = "daily"
    panel(form, RenamePanel).go.click()
    assert form.message.text.startswith("Another export is called 'Daily'.")
    assert panel(form, RenamePanel).name.value == "daily"
    panel(form, RenamePanel).cancel.click()
    assert form.panel is None
    assert form.value == saved


def test_an_export_is_duplicated(saved: ac.Export, capsys: pytest.CaptureFixture[str]) -> None:
    """A copy is saved under the name that was asked for, and chosen; what is said is in the form, and not printed."""
    form = form_of(chosen="Daily")
    press(form, "Duplicate …")
    panel(form, DuplicatePanel).name.value = "Copy"
    assert "export.duplicate('Copy')" in form.code()
    panel(form, DuplicatePanel).go.click()
    assert form.message.text == "Saved the export 'Copy', without a connection yet. Nothing was sent."
    assert form.value == ac.Export.named("Daily").replace(name="Copy")
    assert form.value.name == "Copy"
    assert capsys.readouterr().out == ""


def test_a_connection_is_detached_and_attached(capsys: pytest.CaptureFixture[str]) -> None:
    """Detaching says what follows and asks first; another connection is attached from those that can be used."""
    with ac.sandbox.start() as sandbox:
        shop = sandbox.connection.replace(name="Shop").save()
        weekly = ac.Export("Weekly", connection=shop, list="VIP", mapping={"email": "E-mail"}).save()
        form = form_of()
        press(form, "Detach")
        assert "It sends nothing, also not by schedule" in form.actions.question.value
        assert form.value.connection == "Shop"
        form.actions.sure.click()
        assert form.value.connection == ""
        assert form.actions.buttons["Detach"].disabled
        press(form, "Attach …")
        attaching = panel(form, AttachPanel)
        assert attaching.go.disabled
        attaching.choice.select.index = 1
        assert "export.attach('Shop')" in form.code()
        capsys.readouterr()
        attaching.go.click()
    assert "It goes through 'Shop' now. The list is 'VIP'" in form.message.text
    assert form.value == weekly
    assert capsys.readouterr().out == ""


def test_removing_asks_first_and_keeps_the_runs(saved: ac.Export, tmp_path: Path) -> None:
    """What will happen is said before an export is removed; Cancel keeps it."""
    saved.schedule("0 6 * * 1", data=tmp_path / "a.csv")
    form = form_of()
    press(form, "Remove")
    assert "Remove &#x27;Weekly&#x27; and its schedule? Its runs stay in the history" in form.actions.question.value
    form.actions.cancel.click()
    assert form.value == saved
    press(form, "Remove")
    form.actions.sure.click()
    assert form.message.text == (
        "Removed the export 'Weekly' and its schedule. What it sent stays where it is. Nothing was sent."
    )  # fmt: skip
    assert [line.label for line in form.table.lines] == ["Daily"]
    with pytest.raises(ConfigurationError, match="No export is chosen"):
        _ = form.value


def test_a_schedule_is_made_paused_resumed_and_removed(saved: ac.Export, tmp_path: Path) -> None:
    """The schedule's panel saves one and shows when it is due and the line for cron; what can be done follows it."""
    form = form_of()
    press(form, "Schedule …")
    scheduling = panel(form, SchedulePanel)
    assert "There is no schedule yet." in scheduling.now.value
    scheduling.go.click()
    assert form.message.text.startswith("It is not said with which file or notebook it runs.")
    scheduling.part.how_often.value = "weekly"
    scheduling.part.times.value = "06:30"
    scheduling.part.timezone.value = "Europe/Stokholm"
    scheduling.part.path.value = str(tmp_path / "a.csv")
    scheduling.go.click()
    assert "Did you mean 'Europe/Stockholm'?" in form.message.text
    scheduling.part.timezone.value = "Europe/Stockholm"
    assert "export.schedule(\n    cron='30 6 * * 1',\n    timezone='Europe/Stockholm'," in form.code()
    scheduling.go.click()
    assert "It runs next on Monday" in form.message.text
    assert "next: Monday" in scheduling.now.value
    assert scheduling.line.value.endswith("-m ac_notebook run --due")
    scheduling.line.value = "rm"  # it is there to be copied
    assert scheduling.line.value.endswith("-m ac_notebook run --due")
    scheduling.actions.buttons["Pause"].click()
    assert "paused since" in scheduling.now.value
    assert "paused" in shown(form)
    assert scheduling.actions.buttons["Pause"].disabled
    scheduling.actions.buttons["Resume"].click()
    assert "next: Monday" in scheduling.now.value
    scheduling.actions.buttons["Unschedule"].click()
    assert form.value.schedule().schedule.cron == "30 6 * * 1"
    scheduling.actions.sure.click()
    assert "There is no schedule yet." in scheduling.now.value
    assert form.message.text.startswith("Removed the schedule of the export 'Weekly'.")


def test_what_other_kernels_do_meanwhile_is_told(saved: ac.Export) -> None:
    """An export that somebody removed is told of, and goes from the table; what somebody changed stays."""
    form = form_of()
    press(form, "Rename …")
    saved.edit(tags=["spring"])
    panel(form, RenamePanel).name.value = "Monthly"
    panel(form, RenamePanel).go.click()
    assert "had changed tags at" in form.message.text
    assert form.value.tags == ("spring",)
    form.value.remove()
    press(form, "Remove")
    form.actions.sure.click()
    assert form.message.text.startswith("The export 'Monthly' was removed meanwhile.")
    form.value = "Daily"
    press(form, "Rename …")
    form.value.remove()
    press(form, "Duplicate …")  # while another panel is open
    assert form.message.text.startswith("The export 'Daily' was removed meanwhile.")
    assert [line.label for line in form.table.lines] == []
    ac.Export("Daily", list=4, mapping={"email": "E-mail"}).save()
    form.table.again.click()
    assert [line.label for line in form.table.lines] == ["Daily"]


def test_a_damaged_row_is_told(saved: ac.Export) -> None:
    """What is not as it was written is told in a sentence, and the form stays."""
    form = form_of()
    with opened() as database:
        database.execute("UPDATE exports SET definition = '{}' WHERE name = 'Weekly'")
    form.table.again.click()
    assert "the saved export 'Weekly'" in form.message.text
    press(form, "Rename …")
    assert form.panel is None
    assert "the saved export 'Weekly'" in form.message.text


def test_without_a_frame_and_a_file_it_says_how_to_run(saved: ac.Export) -> None:
    """Nothing can be run without rows: the form says how, with the code."""
    form = form_of()
    press(form, "Run …")
    running = panel(form, RunPanel)
    assert running.go.disabled
    said = "".join(widget.value for widget in _all(running.box) if isinstance(widget, ipywidgets.HTML))
    assert "has no frame to run Weekly with" in said
    assert "df.activecampaign.export(&#x27;Weekly&#x27;)" in said


def test_names_that_nobody_trusts_are_text(saved: ac.Export) -> None:
    """A hostile name of an export, list or segment is shown, asked about and written as code as the text that it is."""
    hostile = "<script>alert(1)</script>"
    saved.replace(name=hostile, list=4, segment=ac.Segment(hostile, "points > 2")).save()
    form = form_of(chosen=hostile)
    for label in ("Rename …", "Duplicate …", "Schedule …", "Attach …", "Run …"):
        press(form, label)
    press(form, "Remove")
    markup = "".join(widget.value for widget in _all(form.box) if isinstance(widget, ipywidgets.HTML))
    assert "&lt;script&gt;" in markup
    assert "<script" not in markup
    assert f"ac.Export.named({hostile!r})" in form.code()


def test_nothing_is_done_twice_or_to_another(saved: ac.Export) -> None:
    """While something is done nothing else can be begun, and what was opened for one export is not for another."""
    waiting: list[Callable[[], None]] = []

    def settle() -> None:
        while waiting:
            waiting.pop(0)()

    form = ExportsForm(language="en", spawn=waiting.append)
    settle()
    form.value = "Weekly"
    settle()
    press(form, "Rename …")
    assert all(button.disabled for button in form.actions.buttons.values())
    form.table.chosen = form.table.lines[0].identity
    settle()
    assert form.panel is None
    form.table.chosen = form.table.lines[1].identity
    press(form, "Rename …")
    settle()
    renaming = panel(form, RenamePanel)
    renaming.name.value = "Monthly"
    renaming.go.click()
    renaming.go.click()
    assert len(waiting) == 1
    settle()
    assert form.value.name == "Monthly"


def test_an_export_is_run_with_the_frame_or_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Run shows first what it would do, and sends only when it is pressed again; the report is below the form."""
    customers = ac.sandbox.sample_customers(n=40, seed=1)
    with ac.sandbox.start(speed=600) as sandbox:
        shop = sandbox.connection.replace(name="Shop").save()
        weekly = ac.Export("Weekly", connection=shop, list="VIP", mapping={"email": "E-mail"}).save()
        form = form_of(customers)
        press(form, "Run …")
        running = panel(form, RunPanel)
        assert "to send" in "".join(widget.value for widget in _all(running.box) if isinstance(widget, ipywidgets.HTML))
        assert len(sandbox.contacts()) == 0
        with pytest.raises(ConfigurationError, match="has run nothing yet"):
            _ = form.report
        assert form.code().endswith("report = df.activecampaign.export(export)")
        running.go.click()
        assert form.message.text.startswith("The run has ended; its report is below the form.\nRows: ")
        assert len(sandbox.contacts()) == form.report.counts["imported"] > 30
        assert form.table.lines[0].cells[5] == "Successful"
        customers.iloc[:9].assign(**{"E-mail": [f"x{number}@example.org" for number in range(9)]}).to_csv(
            tmp_path / "a.csv", index=False
        )
        weekly.schedule("0 6 * * 1", data=tmp_path / "a.csv")
        of_file = form_of()
        press(of_file, "Run …")
        panel(of_file, RunPanel).go.click()
        assert of_file.report.counts["imported"] == 9
        customers.to_csv(tmp_path / "a.csv", index=False)
        panel(of_file, RunPanel).go.click()
        assert of_file.message.text.startswith("The data has changed since")
        assert of_file.report.counts["imported"] == 9
    state = str(ipywidgets.Widget.get_manager_state())
    assert not [address for address in customers["E-mail"].dropna() if "@" in address and address in state]


def _all(widget: ipywidgets.Widget) -> list[ipywidgets.Widget]:
    return [widget, *(one for child in getattr(widget, "children", ()) for one in _all(child))]


def test_an_export_is_removed_while_it_runs(saved: ac.Export, box: Sandbox, clock: VirtualClock) -> None:
    """Removing an export whose run is under way says so; the run goes on to its end, and stays in the history."""
    form = form_of()
    asked: list[str] = []

    class Meanwhile(httpx.BaseTransport):
        """Removes the export when its first request is on its way."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/bulk_import") and not asked:
                form.refresh()
                press(form, "Remove")
                asked.append(form.actions.question.value)
                form.actions.sure.click()
            response: httpx.Response = inner.handle_request(request)
            return response

    inner = box.connection.link.transport
    assert isinstance(inner, httpx.BaseTransport)
    connection = through(box, clock, transport=Meanwhile()).replace(name="Marketing")
    given = ac.Export("Weekly", connection=connection, list="Newsletter", mapping=MAPPING)
    report = people(60).activecampaign.export(given, progress=False)
    assert "A run of it is under way, and goes on to its end." in asked[0]
    assert report.status == "Successful"
    assert [line.label for line in form.table.lines] == ["Daily"]
    assert ac.runs()["export"].tolist() == ["Weekly"]


def test_a_form_that_was_closed_is_not_kept(reached: ac.Export) -> None:
    """Of the form in which an export was edited nothing is kept once it is closed; the form around it goes on."""
    form = form_of(people(5))
    press(form, "Edit …")
    editor = weakref.ref(panel(form, EditPanel).editor)
    assert editor() is not None
    panel(form, EditPanel).cancel.click()
    gc.collect()
    assert editor() is None
    assert [one for one in widgets(form.box) if one.comm is None] == []
    press(form, "Edit …")
    assert panel(form, EditPanel).editor.value == reached


def test_an_export_is_edited_in_its_own_form(saved: ac.Export) -> None:
    """With a frame an export is edited in the form of one export; without, the code is shown, and why."""
    form = form_of()
    press(form, "Edit …")
    assert form.message.text.startswith("Columns are chosen from a frame, and this form has none.")
    assert "export.edit(" in form.code()
    form.close()
    form = form_of(people(), chosen="Daily")  # without a connection, that would be asked
    press(form, "Edit …")
    editing = panel(form, EditPanel)
    assert editing.editor.parts.name.value == "Daily"
    boxes = editing.box.children
    editing.cancel.click()
    assert form.panel is None
    assert all(box.comm is None for box in boxes[1:2])


def test_the_actions_come_back_when_the_form_within_has_found_out(reached: ac.Export) -> None:
    """While the form of one export is busy nothing else can be begun, and afterwards all can be."""
    waiting: list[Callable[[], None]] = []
    form = form_of(people(), spawn=waiting.append)

    def finish() -> None:
        while waiting:
            waiting.pop(0)()

    finish()
    press(form, "Edit …")
    waiting.pop(0)()  # the form within is there, and looks at its connection and the rows
    assert panel(form, EditPanel).is_busy
    assert form.actions.buttons["Attach …"].disabled
    finish()
    assert not form.actions.buttons["Attach …"].disabled


@pytest.fixture
def shared() -> ExportsForm:
    """A form for all examples."""
    return ExportsForm(language="en", spawn=at_once)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(definitions())
def test_what_is_chosen_comes_back_as_it_was(shared: ExportsForm, drawn: ac.Export) -> None:
    """Whatever an export is, chosen by itself or by its name it is the value of the form again."""
    with heard():
        try:
            export = drawn.replace(connection=None).save()
        except ConfigurationError:  # it holds what looks like a key
            assume(False)  # noqa: FBT003 - its only argument
        form = shared
        form.value = export
        assert form.value == export
        form.table.chosen = None
        form.value = export.name
        assert form.value == export
        assert eval(form.code().splitlines()[-1].removeprefix("export = "), {"ac": ac}) == export  # noqa: S307 - ours
        export.remove()


def test_every_choice_shows_what_is_chosen(saved: ac.Export) -> None:
    """No choice is blank where nothing was chosen: it says so."""
    form = form_of(chosen="")
    assert form.table.choice.label == "(none chosen)"
    form.value = "Weekly"
    for label in ("Schedule …", "Attach …", "Run …"):
        press(form, label)
        choices = [one for one in _all(form.box) if isinstance(one, ipywidgets.Dropdown)]
        assert [one.description for one in choices if not one.label] == []


def test_what_runs_stays_where_it_can_be_stopped(connection: ac.Connection, saved: ac.Export) -> None:
    """While an export runs from its form in the table's form, that is not closed: its Stop would be gone."""
    waiting: list[Callable[[], None]] = []

    def go_on() -> None:
        while waiting:
            waiting.pop(0)()

    form = form_of(people(), chosen="", spawn=waiting.append)
    form.value = "Daily"  # without a connection, that would be asked
    go_on()
    press(form, "Edit …")
    go_on()
    editing = panel(form, EditPanel)
    assert editing.editor is not None
    editing.editor.value = saved.replace(connection=connection)
    go_on()
    editing.editor.buttons.run.click()
    editing.cancel.click()
    assert panel(form, EditPanel) is editing
    assert form.message.text == "A run is under way: Stop ends it."
    editing.editor.running.stop.click()
    go_on()
    assert "The export was stopped." in editing.editor.message.text
    editing.cancel.click()
    assert form.panel is None
