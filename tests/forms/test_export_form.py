"""The export form: fill, look, save, run, stop, run again."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from IPython.core.interactiveshell import InteractiveShell

import ac_notebook as ac
from ac_notebook.forms.base.worker import in_thread
from ac_notebook.forms.exporting.running import Ended
from ac_notebook.model.outcome import Outcome
from ac_notebook.runs.link import Link
from ac_notebook.runs.waiting import STOPPING
from ac_notebook.sandbox import Sandbox
from tests.forms.export_forms import MAPPING, customers, form_of, states, weekly
from tests.forms.holder import widgets
from tests.people import people
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from ac_notebook.forms.exporting.export_form import ExportForm
    from tests.virtual import VirtualClock


def _text(form: ExportForm) -> str:
    return re.sub(r"<[^>]*>", " ", form.summary.markup)


def test_a_form_from_nothing_to_a_report(connection: ac.Connection, box: Sandbox) -> None:
    """An empty form falls back on the sandbox, proposes a mapping and a name, and shows, runs and reports all rows."""
    frame = customers()
    before = frame.copy(deep=True)
    form = form_of(frame, connection)
    assert form.parts.target.value.connection == connection.name
    assert "SANDBOX" in form.box.children[0].value
    assert form.buttons.run.disabled
    assert list(form.problems) == ["Give the export a name.", "Choose a list."]
    form.parts.target.lists.select.index = 1
    assert not form.problems
    assert form.parts.name.value == "Newsletter"
    assert form.value == ac.Export(
        "Newsletter", connection=connection, list="Newsletter", mapping=frame.activecampaign.suggest_mapping(connection)
    )
    findings = form.summary.findings
    assert findings is not None
    assert findings.plan.counts.sum() == len(frame)
    assert "Nothing was sent" in form.summary.state
    assert len(box.contacts()) == 0
    form.buttons.run.click()
    assert form.report.status == "Successful", form.message.text
    assert form.report.counts.sum() == len(frame)
    assert form.report.counts["imported"] == len(box.contacts()) == 299
    assert "unchanged" in _text(form)
    form.buttons.run.click()
    assert form.report.status == "Skipped"
    assert frame.equals(before)


def test_a_form_does_what_code_does(connection: ac.Connection, clock: VirtualClock) -> None:
    """What a form shows and reports is what the plan and the run of its value give."""
    frame = customers()
    export = weekly(connection, segment="points > 500 or points != points", tags=["spring"], duplicates="last")
    form = form_of(frame, connection, export)
    findings = form.summary.findings
    assert findings is not None
    plan = frame.activecampaign.plan(export)
    assert findings.plan.counts.equals(plan.counts)
    for warning in plan.warnings:
        assert warning[:40].replace("'", "&#x27;").replace('"', "&quot;") in form.summary.markup
    form.buttons.run.click()
    again = frame.activecampaign.export(form.value)
    assert again.counts["unchanged"] == form.report.counts["imported"] > 0


def test_the_code_of_a_form_makes_its_value(connection: ac.Connection) -> None:
    """The code that a form shows, run, gives an equal export; a sandbox that is not saved is started in it."""
    saved = connection.replace(name="Marketing").save()
    form = form_of(customers(), connection, weekly(saved, segment=ac.Segment("Gold", "points > 500"), tags=["a", "b"]))
    names: dict[str, object] = {"ac": ac}
    exec(form.code().rpartition("\n# df is")[0], names)  # noqa: S102 - as somebody would who pastes it
    assert names["export"] == form.value
    other = form_of(customers(), connection, weekly(connection))
    first, _, second, *_ = other.code().splitlines()
    assert (first, second) == ("import ac_notebook as ac", "sandbox = ac.sandbox.start()")
    assert "    'Weekly',\n    connection=sandbox.connection,\n" in other.code()


def test_save_says_that_nothing_was_sent(connection: ac.Connection, box: Sandbox) -> None:
    """Save keeps the export, says so and that nothing was sent; its name opens it again."""
    saved = connection.replace(name="Marketing").save()
    form = form_of(customers(), connection, weekly(saved, segment="points > 500"))
    form.buttons.save.click()
    assert re.match(r"Saved the export 'Weekly'[\s\S]*Nothing was sent\.", form.message.text)
    assert len(box.contacts()) == 0
    again = form_of(customers(), connection, ac.Export.named("Weekly").replace(connection=saved))
    assert again.value == form.value
    assert again.value.saved is not None
    again.parts.tags.field.value = "spring"
    again.buttons.save.click()
    assert again.message.text.startswith("Changed the saved export 'Weekly': tags.")
    assert ac.Export.named("Weekly").tags == ("spring",)


def test_an_unsaved_connection_is_told_at_save(connection: ac.Connection, box: Sandbox) -> None:
    """What stands against saving is told in the form, with a button that saves both; nothing is sent."""
    form = form_of(customers(), connection, weekly(connection))
    assert form.buttons.both not in widgets(form.box)
    form.buttons.save.click()
    assert "is not saved" in form.message.text
    assert "connection.save()" not in form.message.text
    assert form.buttons.both in widgets(form.box)
    assert "sandbox = ac.sandbox.start()" in form.code()
    form.buttons.both.click()
    assert re.match(r"Saved the export 'Weekly'[\s\S]*Nothing was sent\.", form.message.text)
    assert form.buttons.both not in widgets(form.box)
    assert "sandbox = " not in form.code()
    assert ac.Export.named("Weekly").connection == connection.name
    assert len(box.contacts()) == 0


def test_the_code_names_the_variable_of_the_frame(connection: ac.Connection) -> None:
    """Code is ready to paste: it names the notebook's variable; where none holds the frame, it says what df is."""
    frame = customers(5)
    shell = InteractiveShell.instance()
    try:
        shell.user_ns["people"] = frame
        named = form_of(frame, connection, weekly(connection)).code()
        unnamed = form_of(frame.copy(), connection, weekly(connection)).code()
    finally:
        InteractiveShell.clear_instance()
    assert named.endswith("\n)\nreport = people.activecampaign.export(export)")
    assert unnamed.endswith(
        "# df is the DataFrame that the form was made of.\nreport = df.activecampaign.export(export)"
    )


def test_what_is_said_after_a_run_is_of_another_one(connection: ac.Connection) -> None:
    """After a run the summary does not say that nothing was sent, but that it is about another run."""
    form = form_of(customers(), connection, weekly(connection))
    assert form.summary.state == "Checked. Nothing was sent."
    states_seen = []
    form.running.said.observe(lambda _: states_seen.append(form.summary.state), "value")
    form.buttons.run.click()
    assert states_seen[0] == "This is being run now."
    assert form.summary.state.startswith("Checked. This is what another run would do")
    assert form.message.text.endswith("Rows: 299 imported, 1 duplicate, 1 rejected.")
    form.parts.tags.field.value = "spring"
    assert form.summary.state == "Checked. Nothing was sent."
    assert (form.message.text, form.running.box.children) == ("", ())
    form.buttons.save.click()
    assert form.message.text
    form.parts.tags.field.value = "summer"
    assert form.message.text


def test_what_cannot_be_run_again_was_not_unsent(connection: ac.Connection, box: Sandbox) -> None:
    """After a run that sent something, nothing says that nothing was sent, also where the next cannot be planned."""
    form = form_of(customers(), connection, weekly(connection))

    def revoked(_: object) -> None:
        if len(box.contacts()):
            box.faults.add(kind="key_revoked")

    form.running.said.observe(revoked, "value")
    form.buttons.run.click()
    assert len(box.contacts()) == 299
    assert form.summary.state == "This cannot be run again as it is."
    assert form.buttons.run.disabled


def test_a_look_at_the_first_rows_leaves_the_report(connection: ac.Connection) -> None:
    """Below the form stays the report of the last run, whatever is looked at after it; a new run has its own place."""
    form = form_of(customers(), connection, weekly(connection))
    form.buttons.preview.click()
    assert list(form.outcome.now.columns) == ["email", "first_name"]
    form.buttons.run.click()
    assert form.outcome.now is form.report
    form.parts.options.fields["resend"].value = form.parts.options.fields["resend"].options[1][1]
    form.buttons.preview.click()
    shown = form.outcome.now._repr_html_()
    assert shown.index(form.report._repr_html_()) < shown.index("first_name")
    assert form.report.run in repr(form.outcome.now)
    form.buttons.run.click()
    assert form.outcome.now is form.report


def test_rows_that_did_not_arrive_are_told(connection: ac.Connection) -> None:
    """A run that ended, of which rows were refused, is not told as if all were well."""
    report = form_of(customers(), connection, weekly(connection))
    report.buttons.run.click()
    codes = report.report.codes.copy()
    codes[:3] = Outcome.REFUSED
    said, is_well = Ended(report=replace(report.report, codes=codes)).told(report.words)
    assert not is_well
    assert said.startswith("The run has ended, but not every row is known to have arrived")
    assert "3 refused" in said


def test_a_form_takes_no_room_for_what_is_not_there(connection: ac.Connection) -> None:
    """The summary is low until it has numbers, and the progress of a run is not there before there is one."""
    form = form_of(customers(), connection)
    assert "height:480px;overflow" in form.summary.box.children[-1].value
    assert "min-height:80px" in form.summary.box.children[-1].value
    assert form.running.box.children == ()
    form.value = weekly(connection)
    assert "min-height" not in form.summary.box.children[-1].value
    form.parts.segment.choice.value = "own"
    assert "Not complete" in form.summary.state
    assert "min-height" not in form.summary.box.children[-1].value
    form.parts.segment.condition.value = "nope > 3"
    assert not any("\n" in problem for problem in form.problems)


def test_an_incomplete_form_says_what_is_missing(connection: ac.Connection) -> None:
    """A cell below a form that is not filled in yet ends in sentences."""
    form = form_of(customers().drop(columns="E-mail"), connection)
    with pytest.raises(ac.errors.ConfigurationError) as caught:
        _ = form.value
    assert "Choose a list." in caught.value.message
    assert caught.value.hint == "Fill in the form above, then run this cell again."
    with pytest.raises(ac.errors.ConfigurationError, match="has run nothing yet"):
        _ = form.report
    with pytest.raises(ac.errors.ConfigurationError, match="not int"):
        form.value = 3  # type: ignore[assignment]  # on purpose
    assert form.buttons.save.disabled


def test_a_changed_frame_is_looked_at_again(connection: ac.Connection, box: Sandbox) -> None:
    """What is sent is what was shown: rows that were changed in place since are shown before anything is sent."""
    frame = customers()
    form = form_of(frame, connection, weekly(connection))
    frame.loc[1:10, "E-mail"] = None
    form.buttons.run.click()
    assert "The frame has changed since" in form.message.text
    assert len(box.contacts()) == 0
    form.buttons.run.click()
    assert form.report.counts["imported"] == len(box.contacts()) == 289


def test_a_hint_in_code_is_told_by_its_button(connection: ac.Connection) -> None:
    """Who clicks learns where dates' form is stated, as soon as dates in another form are rejected, and only then."""
    frame = customers().assign(born="31.12.1999")
    form = form_of(frame, connection, weekly(connection))
    told = "What ac.Mapping(…) states in code is set under “Rules” here."
    assert form.summary.findings is not None
    assert told not in form.summary.findings.markup
    form.value = weekly(connection, mapping={**MAPPING, "Birthday": "born"})
    assert "ac.Mapping(…, formats=" in form.summary.findings.markup
    assert told in form.summary.findings.markup


def test_a_guard_rail_is_shown_with_a_box_that_allows_it(connection: ac.Connection) -> None:
    """A run that a guard rail would stop is stopped, in words; ticked, it may pass."""
    frame = customers()
    form = form_of(frame, connection, weekly(connection))
    form.buttons.run.click()
    gone = form_of(frame.head(120), connection, weekly(connection, leavers="unsubscribe"))
    rails = gone.parts.options.rails
    assert {*rails.boxes} == {"unreadable"}  # who has no address may be one of those who left
    rails.boxes["unreadable"].value = True
    assert {*rails.boxes} == {"unreadable", "leavers", "unsubscribing"}
    gone.buttons.run.click()
    assert "guard rails stop this run" in gone.message.text
    for one in rails.boxes.values():
        one.value = True
    assert gone.value.options.allow == {*rails.boxes}
    gone.buttons.run.click()
    assert gone.report.status == "Successful", gone.message.text
    assert int(gone.report.people["left"]["unsubscribed"]) == 180


def test_a_guard_rail_that_acts_during_a_run_can_be_allowed(connection: ac.Connection, box: Sandbox) -> None:
    """A run that is stopped in the middle shows its report, why it was stopped, and the box that allows going on."""
    frame = people(1_100)
    for address in frame["E-mail"][:200:5]:
        box.unsubscribe(address, 4)
    form = form_of(frame, connection, weekly(connection))
    form.buttons.run.click()
    assert "ActiveCampaign refused 40, so the export was stopped" in form.message.text
    assert form.message.text.endswith("To allow it here, tick its box under Guard rails.")
    assert form.report.status == "Failed"
    assert form.report.counts.sum() == len(frame)
    form.parts.options.rails.boxes["canary"].value = True
    form.buttons.run.click()
    assert form.report.counts["not_sent"] == 0, form.message.text


def test_only_what_changed_is_planned_anew(connection: ac.Connection) -> None:
    """Another list, tag or option keeps what was checked of the rows, and gives what planning anew gives."""
    frame = customers()
    form = form_of(frame, connection, weekly(connection))
    before = form.summary.findings
    form.parts.options.value = ac.Options(run_automations=True)
    form.parts.tags.field.value = "spring"
    after = form.summary.findings
    assert before is not None
    assert after is not None
    assert after.plan.frozen is before.plan.frozen
    assert "run_automations=True" in form.summary.markup
    assert "spring" in form.summary.markup
    form.parts.segment.value = "points > 500"
    form.changed()
    assert form.summary.findings is not None
    assert form.summary.findings.plan.frozen is not before.plan.frozen


def test_what_is_shown_is_not_planned_again(connection: ac.Connection) -> None:
    """What a form finds out of other things, with its export as it was, plans nothing anew; another list does."""
    form = form_of(customers(), connection, weekly(connection))
    before = form.summary.findings
    form.changed()
    form.parts.touched()
    assert form.summary.findings is before
    assert not form.buttons.run.disabled
    form.parts.tags.field.value = "spring"
    assert form.summary.findings is not before


def test_a_list_that_was_made_since_can_be_chosen(connection: ac.Connection, box: Sandbox) -> None:
    """A list that somebody made in the account meanwhile is there after "Read again", and an export can go to it."""
    form = form_of(customers(), connection, weekly(connection))
    box.add_list("Made since")
    form.parts.target.again.click()
    lists = form.parts.target.lists
    lists.search.value = "made since"
    lists.select.index = 0
    assert form.value.list == "Made since"
    assert form.summary.is_current, _text(form)
    assert "Made since" in _text(form)


def test_no_person_and_no_key_is_in_a_widget(connection: ac.Connection) -> None:
    """Whatever a form shows, before, during and after a run, no widget's state holds a cell's value or the key."""
    frame = customers(60)
    secret = connection.secret().reveal()
    seen = [states()]
    form = form_of(frame, connection, weekly(connection, tags=["spring"]))
    seen.append(states())
    form.parts.segment.value = "points > 100"
    form.parts.options.more.value = True
    form.buttons.preview.click()
    seen.append(states())
    form.buttons.run.click()
    seen.append(states())
    values = {
        str(value) for name in ("E-mail", "Given name", "Family name", "Mobile") for value in frame[name].dropna()
    }
    for state in seen:
        assert secret not in state
        assert [value for value in values if len(value) > 3 and value in state] == []


def test_a_frame_gives_its_form() -> None:
    """`df.activecampaign.form()` is the form of `ac.forms.export(df)`, filled with an export if one is given."""
    export = ac.Export("Weekly", list="Newsletter", mapping=MAPPING)
    form = customers(5).activecampaign.form(export, language="sv")
    assert type(form) is ac.forms.export
    assert form.value == export
    assert form.buttons.save.description == "Spara"
    with pytest.raises(ac.errors.ConfigurationError, match="DataFrame"):
        ac.forms.export([1, 2])


def test_stop_ends_a_run_in_threads() -> None:
    """Stop is heard while nothing is reported: the run ends, says what was sent, and Run carries on."""
    held, reached = threading.Event(), threading.Event()

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        answer = pass_on()
        if number >= 2:
            reached.set()
            held.wait(20)
        return answer

    sandbox = Sandbox(speed=600)
    plain: ac.Connection = sandbox.connection
    inner = plain.link.transport
    assert inner is not None
    connection = plain.replace(link=Link(secret=plain.link.secret, transport=Wire(inner, IMPORT, treat)))
    frame = customers(4_000)
    form = form_of(frame, connection, weekly(connection), spawn=in_thread)
    shown = threading.Event()
    form.buttons.run.observe(lambda change: None if change["new"] else shown.set(), "disabled")
    if not form.buttons.run.disabled:
        shown.set()
    assert shown.wait(30)
    stopped = threading.Event()
    form.running.stop.observe(lambda change: stopped.set() if change["new"] == "Stop" else None, "description")
    form.buttons.run.click()
    assert reached.wait(30)
    form.running.stop.click()
    assert form.running.stop.description == "Stopping …"
    assert form.running.stop.disabled
    told = threading.Event()
    form.running.said.observe(lambda change: told.set() if STOPPING in change["new"] else None, "value")
    assert STOPPING in form.running.said.value or told.wait(30)
    held.set()  # what is in flight then ends
    assert stopped.wait(30)
    report = ac.last_report()
    assert report.status == "Canceled"
    assert report.counts.sum() == len(frame)
    assert report.counts["not_sent"] > 0
