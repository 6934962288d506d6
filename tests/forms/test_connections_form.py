"""The form over the saved connections: what it shows, changes, asks first, and keeps to itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import ipywidgets
import pytest

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError
from ac_notebook.forms.base.worker import at_once
from ac_notebook.forms.connecting.connections_form import ConnectionsForm
from ac_notebook.model.secret import Secret
from ac_notebook.runs.connect import find_connection
from tests.forms.connecting import HOST, KEY, account, enter_key, labelled, parts, press, seen, type_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook import Connection

NEW_KEY = "CANARYnew123456789abcdef01234567"
OTHER_HOST = "other.api-us1.com"


def _saved(name: str = "Marketing", host: str = HOST, **given: Any) -> Connection:
    link = ac.Connection(name="x", host=HOST).link
    made = ac.Connection(name=name, host=host, owner="Ann", **given)
    wire = httpx.MockTransport(account)
    return made.replace(link=type(link)(secret=Secret(KEY), transport=wire)).agree().save()


def _found(answer: Callable[[httpx.Request], httpx.Response]) -> Callable[[str], Connection]:
    def find(name: str) -> Connection:
        return ac.connect(name, transport=httpx.MockTransport(answer))

    return find


def _form(answer: Callable[[httpx.Request], httpx.Response] = account, **given: Any) -> ConnectionsForm:
    return ConnectionsForm(language="en", spawn=at_once, find=_found(answer), **given)


def _accepting(*keys: str) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers["Api-Token"] not in keys:
            return httpx.Response(403)
        return httpx.Response(200, json={"user": {"id": "1", "username": "admin"}})

    return answer


def test_all_saved_connections_are_shown(connection: Connection) -> None:
    """The table has name, type, host, created, owner, last verified, consent; without any it says how to make one."""
    form = _form()
    assert "ac.forms.connection() makes one" in seen(form)
    _saved()
    connection.replace(name="Trial <b>").save()
    press(form, "Read again")
    for word in ("Marketing", HOST, "Ann", "Trial <b>", "SANDBOX", "Last verified (UTC)", "Consent", "Created (UTC)"):
        assert word in seen(form)
    assert "<b>\n" not in "".join(one.value for one in parts(form.box) if isinstance(one, ipywidgets.HTML))
    with pytest.raises(ConfigurationError, match="Choose one in the form above, then run this cell again"):
        _ = form.value
    assert form.code() == "import ac_notebook as ac\n\nac.connections()"
    form.value = "Marketing"
    assert form.value == find_connection("Marketing")
    form.value = find_connection("Trial <b>")
    assert form.value == find_connection("Trial <b>")


def test_a_connection_is_edited() -> None:
    """Name and owner change at once, exports follow, and the chosen one stays chosen; what is wrong is said."""
    _saved()
    _saved("Sales", OTHER_HOST)
    form = _form()
    form.value = "Marketing"
    press(form, "Edit …")
    press(form, "Save")  # it brings along what was typed last; here nothing was
    assert form.message.text == "Nothing is changed yet."
    labelled(form, "New name").value = "sales"
    press(form, "Save")
    assert "Another connection is called 'Sales'" in form.message.text
    labelled(form, "New name").value = "Newsletter"
    labelled(form, "Owner").value = "Bo"
    assert form.code().endswith("connection = connection.edit(name='Newsletter', owner='Bo')")
    press(form, "Save")
    assert form.message.text.startswith("Saved: Newsletter")
    assert (form.value.name, form.value.owner) == ("Newsletter", "Bo")
    assert ac.connections()["name"].tolist() == ["Newsletter", "Sales"]


def test_another_host_is_the_same_account_or_needs_its_key() -> None:
    """Another host that does not take the key is another account: its key is asked for in the form, by no prompt."""
    _saved()
    form = _form(_accepting(NEW_KEY))
    form.value = "Marketing"
    press(form, "Edit …")
    labelled(form, "Host").value = f"https://{OTHER_HOST}/"
    labelled(form, "I agree").value = True
    press(form, "Save")
    assert "so it is another account" in form.message.text
    type_key(form, NEW_KEY)
    press(form, "Save")
    assert form.message.text.startswith("Saved: Marketing")
    changed = find_connection("Marketing")
    assert (changed.host, changed.is_agreed, changed.secret()) == (OTHER_HOST, True, Secret(NEW_KEY))


def test_a_new_key_replaces_the_old_one_when_it_works() -> None:
    """A new key is verified first; after a failure the old one stays and the typed one is forgotten."""
    _saved()
    form = _form(_accepting(NEW_KEY))
    form.value = "Marketing"
    press(form, "New key …")
    assert "The key is missing." in seen(form)
    type_key(form, "CANARYwrong")
    press(form, "Replace the key")
    assert "The old key stays." in form.message.text
    assert find_connection("Marketing").secret() == Secret(KEY)
    press(form, "Replace the key")  # it brings along what was typed last; here nothing was
    assert form.message.text == "The key is missing."
    enter_key(form, NEW_KEY)
    assert form.message.text == "The new key was accepted, and has replaced the old one."
    assert find_connection("Marketing").secret() == Secret(NEW_KEY)
    shown = json.dumps(ipywidgets.Widget.get_manager_state(), default=str) + seen(form) + repr(vars(form)) + form.code()
    assert "CANARY" not in shown


def test_withdrawing_is_as_easy_as_agreeing() -> None:
    """One press withdraws; agreeing again shows the notice, and takes "I agree"."""
    _saved()
    form = _form()
    form.value = "Marketing"
    assert labelled(form, "Agree again …").disabled
    press(form, "Withdraw the agreement")
    assert not find_connection("Marketing").is_agreed
    assert "nothing is sent" in form.message.text
    assert "withdrawn 2" in seen(form)
    press(form, "Agree again …")
    assert "legal/privacy-policy" in seen(form)
    assert labelled(form, "Save").disabled
    labelled(form, "I agree").value = True
    press(form, "Save")
    assert find_connection("Marketing").is_agreed


def test_removing_asks_first_and_names_the_exports(connection: Connection) -> None:
    """Before a connection is removed, the exports that depend on it are listed; Cancel leaves all as it is."""
    saved = connection.replace(name="Trial").save()
    ac.Export("Weekly <i>", connection=saved, list="VIP", mapping={"email": "e"}).save()
    form = _form()
    form.value = "Trial"
    press(form, "Remove …")
    assert "Weekly <i>" in seen(form)
    press(form, "Cancel")
    assert ac.connections()["name"].tolist() == ["Trial"]
    press(form, "Remove …")
    press(form, "Remove it and its key")
    assert "was removed" in form.message.text or "were removed" in form.message.text
    assert ac.connections().empty
    assert ac.exports()["connection"].tolist() == ["no connection"]
    assert all(labelled(form, label).disabled for label in ("Edit …", "Remove …", "Verify"))


def test_a_connection_that_is_gone_is_said() -> None:
    """What another kernel removed meanwhile is told in words, and is not in the table any more."""
    saved = _saved()
    form = _form()
    form.value = "Marketing"
    saved.remove()
    press(form, "Edit …")
    assert "There is no saved connection called 'Marketing'" in form.message.text
    assert form.table.chosen is None
    assert [line.label for line in form.table.lines] == []


def test_verifying_shows_whose_key_it_is() -> None:
    """Verify asks the account, and shows whose key it is; a key that is not accepted any more is told in words."""
    _saved()
    form = _form()
    form.value = "Marketing"
    press(form, "Verify")
    assert form.message.text.startswith(f"{HOST} accepts the key: admin")
    refused = _form(_accepting())
    refused.value = "Marketing"
    press(refused, "Verify")
    assert "did not accept the API key" in refused.message.text


def test_nobody_agrees_for_a_host_that_was_not_read() -> None:
    """Where another kernel has moved the connection since the notice was shown, its agreement is not written down."""
    _saved()
    form = _form(_accepting(KEY))
    form.value = "Marketing"
    press(form, "Withdraw the agreement")
    press(form, "Agree again …")
    labelled(form, "I agree").value = True
    form.find("Marketing").edit(host=OTHER_HOST)
    press(form, "Save")
    assert form.message.text.startswith(f"The connection leads to {OTHER_HOST} now.")
    saved = find_connection("Marketing")
    assert (saved.host, saved.is_agreed) == (OTHER_HOST, False)


@pytest.mark.parametrize("ends", ["Cancel", "Replace the key"])
def test_a_key_is_forgotten_when_its_panel_is_closed(ends: str) -> None:
    """A key that was typed for a connection is held by nothing of the form once it was used, or nobody wants it."""
    _saved()
    form = _form(_accepting(KEY, NEW_KEY))
    form.value = "Marketing"
    press(form, "New key …")
    field = labelled(form, "Key")
    type_key(form, NEW_KEY)
    press(form, ends)
    assert not field.has_key
