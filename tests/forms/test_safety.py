"""What forms never let happen: a secret in a wrong field, a run that nobody saw, a sandbox that nobody meant."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import ipywidgets
import pytest

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError
from ac_notebook.forms.base.worker import Worker, at_once
from ac_notebook.forms.exporting.export_form import ExportForm
from ac_notebook.forms.exporting.summary import findings_of
from ac_notebook.forms.exporting.tags_part import TagsPart
from ac_notebook.runs.key_source import holds_secret
from ac_notebook.sandbox import Sandbox
from ac_notebook.storage.home import find_home
from ac_notebook.storage.lease import lease
from tests.forms import connecting
from tests.forms.export_forms import MAPPING, customers, form_of, states, weekly
from tests.forms.holder import Holder, widgets
from tests.people import people
from tests.virtual import through

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.virtual import VirtualClock

KEY = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "pasted",
    [
        KEY,
        f" {KEY}\n",
        f"acme.api-us1.com {KEY}",
        f"https://acme.api-us1.com/admin/api.php?api_key={KEY}",
        f"curl -H 'Api-Token: {KEY}'",
        "http://ann:pass-word@proxy.example.org:3128",
    ],
)
def test_a_secret_in_any_field_is_taken_out(connection: ac.Connection, pasted: str) -> None:
    """A key or a password that was pasted anywhere in a form stays in no widget, and in nothing that any is sent."""
    form = form_of(customers(5), connection, weekly(connection))
    form.parts.segment.choice.value = "own"
    form.parts.options.more.value = True
    fields: list[Any] = [
        one for one in widgets(form.box) if isinstance(one, ipywidgets.Text | ipywidgets.Textarea | ipywidgets.Combobox)
    ]
    assert len(fields) >= 6
    fields += [ac.forms.exports().table.search, ac.forms.runs().table.search]
    for field in fields:
        sent: list[Any] = []
        field._send = lambda message, sent=sent, **_: sent.append(message)
        message = {"value": pasted}
        field.set_state(message)
        assert pasted.strip() not in states() + str(sent) + str(message) + repr(form)
        assert sent  # the field in the page is made blank, too
    assert form.message.text.startswith("That looks like a key or a password, so it was taken out.")


@pytest.mark.parametrize(
    "typed",
    [
        f"customer == '{KEY}'", f"customer_key=='{KEY}'", f"/data/{KEY}/customers.csv", "points > 500", "Weekly 2026",
        "http://a.example.org/x@y", "",
    ],
)  # fmt: skip
def test_what_is_no_secret_stays(typed: str) -> None:
    """A long number that a condition or a path is about is no key."""
    assert not holds_secret(typed)


def test_no_variable_of_an_error_is_the_frame() -> None:
    """A form that cannot be made shows no frame in whose variables people are (``%xmode Verbose``)."""
    frame = people(3)
    makes: list[Callable[[], object]] = [
        lambda: ac.forms.export(frame, "Nothing"), lambda: frame.activecampaign.form("Nothing"),
    ]  # fmt: skip
    for make in makes:
        with pytest.raises(ConfigurationError) as caught:
            make()
        shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True).stack
        assert not [one for one in shown if "person.0" in str(one.locals) and "ac_notebook/" in one.filename]


def test_no_sandbox_is_taken_where_connections_are_saved(connection: ac.Connection) -> None:
    """A person who has a connection that cannot be used now means that one: no sandbox is started for it."""
    connection.replace(name="Marketing").save()
    ac.connect("Marketing").withdraw()
    form = form_of(customers(5), connection)
    assert form.parts.target.value.connection == ""
    assert "SANDBOX" not in form.box.children[0].value
    assert "Choose a connection." in form.problems


def test_a_sandbox_never_replaces_what_was_chosen_meanwhile(connection: ac.Connection) -> None:
    """While a sandbox is started for a form from nothing, a value that is set stays what goes where it says."""
    waiting: list[Callable[[], None]] = []

    def start() -> ac.Connection:
        form.value = ac.Export("Weekly", connection="Marketing", list="Newsletter", mapping=MAPPING)
        return connection

    form = ExportForm(customers(5), language="en", spawn=waiting.append, sandbox=start)
    while waiting:
        waiting.pop(0)()
    assert form.value.connection == "Marketing"
    assert not form.parts.is_sandbox


def test_another_account_under_the_same_name_is_shown_first(
    connection: ac.Connection, box: Sandbox, clock: VirtualClock
) -> None:
    """A connection that leads elsewhere since is not run through before a person has seen the new plan."""
    other = Sandbox(clock=clock.monotonic, now=clock.now)
    form = form_of(customers(), connection, weekly(connection))
    elsewhere = through(other, clock).replace(name=connection.name)
    shown, moved = form.summary.findings, weekly(elsewhere)
    assert shown is not None
    form.running.begin(
        moved, lambda: ac.plan(customers(), moved), shown, lambda made: findings_of(made, moved, form.words)
    )
    assert "Nothing was sent" in form.message.text
    assert len(other.contacts()) == len(box.contacts()) == 0


def test_people_who_would_be_unsubscribed_are_seen_first(connection: ac.Connection) -> None:
    """Where another form's run has made people leavers since, nobody is unsubscribed before that was seen."""
    frame = people(81)
    some = frame.head(79)
    unsubscribing = weekly(connection, leavers="unsubscribe", allow={"unsubscribing"})
    form_of(frame.head(80), connection, weekly(connection)).buttons.run.click()
    form = form_of(some, connection, unsubscribing)
    form.buttons.run.click()
    assert int(form.report.people["left"]["unsubscribed"]) == 1  # an earlier run was allowed to, from here on
    form_of(frame.drop(index=79), connection, weekly(connection)).buttons.run.click()
    report = form.report
    form.buttons.run.click()
    assert "look at the new numbers" in form.message.text
    assert "1 will be unsubscribed" in form.summary.markup
    assert form.report is report
    form.buttons.run.click()
    assert int(form.report.people["left"]["unsubscribed"]) == 1
    assert form.report is not report


def test_hostile_tags_are_not_offered() -> None:
    """Tags that hold what nobody sees, half letters, or pages of letters, are in no widget as they are."""
    part = TagsPart(Holder())
    part.offer(["a" * 100_000, "left\u202eright", "half \ud800", "plain", "<b>"])
    assert part.field.options == ("plain", "<b>")


def test_a_form_whose_error_cannot_be_told_is_not_busy_for_ever() -> None:
    """Work whose failure cannot be shown, or that cannot be begun, ends all the same."""
    form = Holder()

    def broken(*_: object) -> None:
        raise ValueError

    worker = Worker(spawn=at_once, failed=broken)
    worker.do(lambda: 1 / 0, broken)
    assert not worker.is_busy
    worker = Worker(spawn=broken, failed=form.failed)
    form.shown(lambda: worker.do(lambda: None, lambda _: None))()
    assert not worker.is_busy
    assert form.errors


def test_who_goes_to_another_host_and_back_has_not_agreed() -> None:
    """What the form shows of the agreement is that of its value, also for a host that somebody comes back to."""
    form = connecting.form_of()
    connecting.fill(form)
    connecting.press(form, "Connect")
    assert form.value.is_agreed
    host, agree = connecting.labelled(form, "Host"), connecting.labelled(form, "I agree")
    host.value = "other.api-us1.com"
    host.value = connecting.HOST
    assert not agree.value
    assert not form.value.is_agreed
    agree.value = True
    assert form.value.is_agreed


def test_guard_rails_that_are_saved_are_told(connection: ac.Connection) -> None:
    """Who ticked a box for one run, and saves, reads that all later runs may pass that guard rail, too."""
    saved = connection.replace(name="Marketing").save()
    form = form_of(customers(5), connection, weekly(saved))
    form.buttons.save.click()
    assert "Guard rails" not in form.message.text
    form.parts.options.rails.meet(["leavers", "canary"])
    for box in form.parts.options.rails.boxes.values():
        box.value = True
    form.buttons.save.click()
    assert "may pass from now on, also by schedule: canary, leavers." in form.message.text


def test_a_run_in_a_form_that_is_gone_can_be_ended(connection: ac.Connection, clock: VirtualClock) -> None:
    """Who ran a form's cell again while it was running reads how that run, which has no Stop any more, is ended."""
    form = form_of(customers(5), connection, weekly(connection))
    assert form.summary.findings is not None
    with lease(find_home(), form.summary.findings.plan.scope, run="abcd", now=clock.now()):
        form.buttons.run.click()
    assert form.message.text.startswith("This export is running already (run abcd")
    assert "restarting the kernel ends it" in form.message.text
