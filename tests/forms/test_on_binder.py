"""Forms on Binder: the sandbox is what they begin with, and where a real key could be typed they warn of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from ac_notebook import Connection
from ac_notebook.forms.base.worker import at_once
from ac_notebook.forms.connecting.connections_form import ConnectionsForm
from ac_notebook.forms.magic.magics import told
from ac_notebook.model.secret import Secret
from ac_notebook.runs.link import Link
from tests.forms import export_forms
from tests.forms.connecting import HOST, KEY, account, fill, form_of, labelled, press, seen

if TYPE_CHECKING:
    from ac_notebook.forms.connecting.connection_form import ConnectionForm

WARNING = "This is Binder, a public machine: no place for a real key, nor for real people's data."
COMMANDS = ("git clone https://example.org/them/theirs", "make -C theirs lab")


@pytest.fixture
def on_binder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment that BinderHub starts a notebook in."""
    monkeypatch.setenv("BINDER_LAUNCH_HOST", "https://mybinder.org/")
    monkeypatch.setenv("BINDER_REPO_URL", "https://example.org/them/theirs")


def test_a_new_connection_leads_to_a_sandbox(on_binder: None, connection: Connection) -> None:
    """The form begins with the sandbox, has no field for a key then, and a name is all that it takes."""
    form = form_of(sandbox=lambda: connection)
    assert labelled(form, "Leads to").value is True
    assert WARNING not in seen(form)
    labelled(form, "Name").value = "Trying"
    labelled(form, "I agree").value = True
    press(form, "Connect")
    assert form.value.is_sandbox


def test_a_real_account_is_warned_of_and_not_refused(on_binder: None) -> None:
    """Whoever chooses the account reads why not and what to do instead, above host and key; and can go on."""
    form = form_of()
    labelled(form, "Leads to").value = False
    shown = seen(form)
    assert WARNING in shown
    assert all(command in shown for command in COMMANDS)
    fill(form)
    press(form, "Connect")
    assert form.value.host == HOST


def test_the_warning_is_there_in_swedish(on_binder: None) -> None:
    """A form in Swedish warns in Swedish, with the same commands."""
    form = form_of(language="sv")
    labelled(form, "Leder till").value = False
    shown = seen(form)
    assert "Det här är Binder, en offentlig dator: ingen plats för en riktig nyckel" in shown
    assert all(command in shown for command in COMMANDS)
    assert "Others run it" not in shown


@pytest.mark.parametrize("opens", ["Edit …", "New key …"])
def test_another_host_or_key_of_a_saved_connection_is_warned_of(on_binder: None, opens: str) -> None:
    """A saved connection to an account is warned of where its host or its key can be typed."""
    link = Link(secret=Secret(KEY), transport=httpx.MockTransport(account))
    Connection(name="Marketing", host=HOST, owner="Ann", link=link).agree().save()
    form = ConnectionsForm(language="en", spawn=at_once)
    form.value = "Marketing"
    assert WARNING not in seen(form)
    press(form, opens)
    assert WARNING in seen(form)


def test_elsewhere_a_form_begins_with_the_account_and_warns_of_nothing() -> None:
    """On a machine of one's own the form is as it always was."""
    form = form_of()
    assert labelled(form, "Leads to").value is False
    assert "Binder" not in seen(form)


def test_the_magic_and_the_form_of_a_table_take_the_sandbox(on_binder: None, connection: Connection) -> None:
    """``%activecampaign connect`` begins with the sandbox; an export's form with nothing saved is headed SANDBOX."""
    connecting: ConnectionForm = told("connect", {})
    assert labelled(connecting, "Leads to").value is True
    exporting = export_forms.form_of(export_forms.customers(), connection)
    assert "SANDBOX" in seen(exporting)
