from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import ipywidgets
import pytest

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError
from ac_notebook.forms.base.worker import at_once
from ac_notebook.forms.saved.runs_form import RunsForm
from ac_notebook.runs.stored import opened
from tests.people import people

if TYPE_CHECKING:
    from ac_notebook.runs.past_report import PastReport
    from tests.virtual import VirtualClock


@pytest.fixture
def ran(connection: ac.Connection, clock: VirtualClock, capsys: pytest.CaptureFixture[str]) -> list[ac.Report]:
    """Two runs of one export, and one of another."""
    shop = connection.replace(name="Shop").save()
    weekly = ac.Export("Weekly", connection=shop, list="Newsletter", mapping={"email": "E-mail"}).save()
    frame = people(30)
    found = []
    for rows in (frame.iloc[:20], frame):
        found.append(ac.export(rows, weekly, progress=False))
        clock.sleep(3_600)
    found.append(ac.export(frame, connection=shop, list="VIP", mapping={"email": "E-mail"}, progress=False))
    capsys.readouterr()
    return found


def form_of() -> RunsForm:
    """The form, with everything read."""
    return RunsForm(language="en", spawn=at_once)


def kept(form: RunsForm) -> Any:
    """What is shown below the form."""
    return form.outcome._value


def test_the_table_is_that_of_runs(ran: list[ac.Report]) -> None:
    """The form shows what `ac.runs()` has, the newest first, without outcomes that no run has."""
    form = form_of()
    assert [line.identity for line in form.table.lines] == ac.runs()["id"].tolist()
    markup = "".join(one.value for one in form.table.box.children if isinstance(one, ipywidgets.HTML))
    assert markup.index(ran[2].run) < markup.index(ran[1].run) < markup.index(ran[0].run)
    assert ">imported<" in markup
    assert ">uncertain<" not in markup


def test_the_value_is_what_became_of_the_chosen_run(ran: list[ac.Report]) -> None:
    """The value is the report of the chosen run; set, by id or report, it is chosen and shown. None is a sentence."""
    form = form_of()
    with pytest.raises(ConfigurationError, match=r"No run is chosen\.\nChoose one in the form above"):
        _ = form.value
    for report in ran:
        form.value = report.run[:-2]
        assert _as_told(form.value) == _as_told(ac.report(report.run))
        assert kept(form).run == report.run
    form.value = form.value
    assert form.value.run == ran[2].run
    with pytest.raises(ConfigurationError, match="There is no run 'nothing'"):
        form.value = "nothing"
    with pytest.raises(ConfigurationError, match="not float"):
        form.value = 1.5  # type: ignore[assignment]
    assert form.value.run == ran[2].run


def test_a_filter_that_is_chosen_while_the_form_is_filled_counts(ran: list[ac.Report]) -> None:
    """What a person chooses while a thread shows what it has read is no change by the form: it is not passed over."""
    form = form_of()

    def choose(_: object) -> None:
        form.other.unobserve_all()
        person = threading.Thread(target=setattr, args=(form.filters["status"], "value", "Failed"))
        person.start()
        person.join(30)

    form.other.observe(choose, "_options_labels")
    form.table.chosen = ran[0].run
    assert form.filters["status"].value == "Failed"
    assert form.table.lines == ()


def test_runs_are_filtered(ran: list[ac.Report]) -> None:
    """Only runs of an export, through a connection and with a status are shown; the code says so."""
    form = form_of()
    assert [value for _, value in form.filters["export"].options][-1] == "Weekly"
    form.filters["export"].value = "Weekly"
    form.filters["status"].value = "Successful"
    assert [line.identity for line in form.table.lines] == [ran[1].run, ran[0].run]
    assert form.code() == "import ac_notebook as ac\n\nac.runs(export='Weekly', status='Successful')"
    form.filters["status"].value = "Failed"
    assert form.table.lines == ()
    form.value = ran[2].run  # which the filters had left out
    assert form.value.run == ran[2].run
    assert form.chosen_filters == {}
    assert form.code() == f"import ac_notebook as ac\n\nac.report({ran[2].run!r})"


def test_two_runs_are_compared(ran: list[ac.Report]) -> None:
    """The counts of another run of the same export stand beside those of the chosen one, with the difference."""
    form = form_of()
    form.value = ran[1].run
    assert [value for _, value in form.other.options] == ["", ran[0].run]
    form.other.value = ran[0].run
    assert '<td style="text-align:right;padding:1px 8px">+10</td>' in form._comparison.value
    form.table.again.click()
    assert form.other.value == ran[0].run
    form.value = ran[2].run
    assert form.other.value == ""
    assert form._comparison.value == ""


def test_what_happened_meanwhile_is_read_again(ran: list[ac.Report], connection: ac.Connection) -> None:
    """New runs are there after reading again; the chosen one stays chosen."""
    form = form_of()
    form.value = ran[0].run
    new = ac.export(people(3), connection=connection, list="VIP", mapping={"email": "E-mail"}, progress=False)
    form.table.again.click()
    assert form.table.lines[0].identity == new.run
    assert form.value.run == ran[0].run


def test_a_damaged_record_is_told(ran: list[ac.Report]) -> None:
    """A run whose record is not as it was written is shown as damaged, and choosing it is a sentence."""
    with opened() as database:
        database.execute("UPDATE run_records SET state = 'Failed' WHERE run = ?", (ran[1].run,))
    form = form_of()
    assert [line.cells[4] for line in form.table.lines if line.identity == ran[1].run] == ["damaged"]
    form.table.chosen = ran[1].run
    assert ran[1].run in form.message.text
    assert kept(form) is None
    form.table.descending.value = False
    form.table.order.value = 7
    assert form.table.lines


def test_nobody_is_in_the_state_of_the_page(ran: list[ac.Report]) -> None:
    """Neither the table nor what is told of a run holds anybody's address."""
    form = form_of()
    form.value = ran[1].run
    state = str(ipywidgets.Widget.get_manager_state()) + kept(form)._repr_html_()
    assert not [address for address in people(30)["E-mail"] if address in state]


def _as_told(report: PastReport) -> dict[str, Any]:
    return report.to_dict()


def test_every_choice_shows_what_is_chosen(ran: list[ac.Report]) -> None:
    """No choice is blank where nothing was chosen: it says so."""
    form = form_of()
    choices = [form.table.choice, form.other, *form.filters.values()]
    assert [choice.label for choice in choices] == [
        "(none chosen)", "(none chosen)", "(all exports)", "(all connections)", "(any status)",
    ]  # fmt: skip
