"""Connecting: host and key are checked, nothing is stored before save, and a new kernel finds it again."""

from __future__ import annotations

import getpass
import io
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.runs.keys import variable_of
from ac_notebook.storage.database import FILE

if TYPE_CHECKING:
    from pathlib import Path

    from ac_notebook.sandbox import Sandbox
    from tests.virtual import VirtualClock

KEY = "k" * 40
HOST = "acme.api-us1.com"


def account(request: httpx.Request) -> httpx.Response:
    """Answer as an account whose key is KEY."""
    if request.headers["Api-Token"] != KEY:
        return httpx.Response(403)
    return httpx.Response(200, json={"user": {"id": "1", "username": "admin"}})


WIRE = httpx.MockTransport(account)


def test_a_connection_is_made_saved_and_found_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is stored before ``save()``; after it the name is enough, and the key comes from where it is kept."""
    monkeypatch.setenv(variable_of("Marketing newsletter"), KEY)
    made = ac.connect("Marketing newsletter", host=HOST, agree_to_data_transfer=True, transport=WIRE)
    assert made.verified is not None
    assert made.consent is not None
    assert made.consent.host == HOST
    assert not (home / FILE).exists() or ac.connections().empty
    made.save()
    table = ac.connections()
    assert table["name"].tolist() == ["Marketing newsletter"]
    assert table["key"].tolist() == ["environment AC_NOTEBOOK_KEY__MARKETING_NEWSLETTER"]
    found = ac.connect("Marketing newsletter")
    assert found == made
    assert found.host == HOST


def typed(monkeypatch: pytest.MonkeyPatch, key: str = KEY) -> None:
    """Let a person be there, who types a key where nothing is shown."""
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: key)


def test_a_key_that_is_typed_is_kept_privately(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that was typed is kept in a file of our own after saving, and is gone with the connection."""
    typed(monkeypatch)
    saved = ac.connect("A", host=HOST, transport=WIRE).save()
    assert saved.key_place == "file"
    again = ac.connect("A", transport=WIRE)
    again.verify()
    assert KEY not in repr(again)
    again.remove()
    assert ac.connections().empty
    assert not any((home / "secrets").iterdir())


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (403, errors.AuthenticationError, "Settings, Developer"),
        (402, errors.PermissionDeniedError, "billing"),
        (404, errors.NotFoundError, "Check the host"),
        (302, errors.UnexpectedAnswerError, "redirect"),
        (500, errors.ServerError, "again"),
    ],
)
def test_what_goes_wrong_has_a_message_of_its_own(
    monkeypatch: pytest.MonkeyPatch, status: int, kind: type[errors.APIError], said: str
) -> None:
    """Wrong key, lapsed account, wrong host, redirect and fault are told apart, each with what to do."""
    monkeypatch.setenv("ACTIVECAMPAIGN_API_KEY", KEY)
    wire = httpx.MockTransport(lambda _: httpx.Response(status, headers={"Location": "https://evil.example/"}))
    with pytest.raises(kind, match=said) as caught:
        # The clock is the machine's here, so a fault that is repeated after a pause is asked about once only.
        ac.connect("A", host=HOST, transport=wire) if status != 500 else _once(wire)
    assert KEY not in str(caught.value)
    assert ac.connections().empty


def _once(wire: httpx.MockTransport) -> None:
    from ac_notebook.remote.client import Client  # noqa: PLC0415 - beside its only use
    from ac_notebook.remote.meaning import error_for  # noqa: PLC0415

    connection = ac.Connection(name="A", host=HOST)
    link = type(connection.link)
    from ac_notebook.model.secret import Secret  # noqa: PLC0415

    with connection.replace(link=link(secret=Secret(KEY), transport=wire)).client() as client:
        assert isinstance(client, Client)
        raise error_for(client.ask("users/me"), "users/me", HOST)


def test_a_redirect_is_never_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No request, and so no key, goes to another place than the host."""
    monkeypatch.setenv("ACTIVECAMPAIGN_API_KEY", KEY)
    asked = []

    def moved(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(307, headers={"Location": "https://evil.example/api/3/users/me"})

    with pytest.raises(errors.UnexpectedAnswerError):
        ac.connect("A", host=HOST, transport=httpx.MockTransport(moved))
    assert asked == [HOST]


def test_a_host_of_another_kind_needs_a_word() -> None:
    """A host that is not one of ActiveCampaign's known ones needs ``allow_other_host=True``."""
    with pytest.raises(errors.ConfigurationError, match="allow_other_host=True"):
        ac.connect("A", host="crm.example.org")


def test_what_was_taken_from_the_host_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """``https://`` and a path are taken away with a notice."""
    monkeypatch.setenv("ACTIVECAMPAIGN_API_KEY", KEY)
    with pytest.warns(UserWarning, match="taken away"):
        connection = ac.connect("A", host=f"https://{HOST}/api/3", transport=WIRE)
    assert connection.host == HOST


def test_without_a_person_nothing_waits_for_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key and nobody to ask: a sentence names the variables to set, and nothing blocks."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(errors.ConfigurationError, match="AC_NOTEBOOK_KEY__A or ACTIVECAMPAIGN_API_KEY"):
        ac.connect("A", host=HOST)


def test_a_bad_key_is_refused_before_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key with a line break in it never becomes a header."""
    monkeypatch.setenv("ACTIVECAMPAIGN_API_KEY", "abc\r\nX-Evil: 1")
    with pytest.raises(errors.ConfigurationError, match="cannot be an API key") as caught:
        ac.connect("A", host=HOST, transport=WIRE)
    assert "abc" not in str(caught.value)


def test_withdrawing_is_one_call_and_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    """After ``withdraw()`` a saved connection has no consent, in this kernel and the next."""
    monkeypatch.setenv("ACTIVECAMPAIGN_API_KEY", KEY)
    saved = ac.connect("A", host=HOST, agree_to_data_transfer=True, transport=WIRE).save()
    saved.require_consent()
    with pytest.raises(errors.ConsentError, match="withdrawn"):
        saved.withdraw().require_consent()
    with pytest.raises(errors.ConsentError, match="withdrawn"):
        ac.connect("A").require_consent()


def test_two_connections_do_not_share_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name in use for another account is refused when saving."""
    monkeypatch.setenv("ACTIVECAMPAIGN_API_KEY", KEY)
    ac.connect("A", host=HOST, transport=WIRE).save()
    with pytest.raises(errors.ConfigurationError, match="Another connection is called 'A'"):
        ac.connect("A", host="other.api-us1.com", transport=WIRE).save()
    ac.connect("A", host=HOST, transport=WIRE).save()


def test_a_withdrawn_agreement_stops_every_copy_of_the_connection(
    monkeypatch: pytest.MonkeyPatch, box: Sandbox, connection: ac.Connection
) -> None:
    """After ``withdraw()`` nothing is sent through a value or a plan that was made before."""
    frame = pd.DataFrame({"e": ["a@example.org"]})
    saved = connection.replace(name="A").save()
    plan = ac.plan(frame, connection=saved, list="VIP", mapping={"email": "e"})
    saved.withdraw()
    with pytest.raises(errors.ConsentError, match="withdrawn"):
        plan.run()
    with pytest.raises(errors.ConsentError, match="withdrawn"):
        ac.export(frame, connection=saved, list="VIP", mapping={"email": "e"})
    assert box.contacts().empty


def test_withdrawing_and_removing_touch_no_other_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that is not saved leaves a saved one of the same name as it is, its key included."""
    monkeypatch.setenv("ACTIVECAMPAIGN_API_KEY", KEY)
    ac.connect("A", host=HOST, agree_to_data_transfer=True, transport=WIRE).save()
    other = ac.connect("A", host="other.api-us1.com", agree_to_data_transfer=True, transport=WIRE)
    other.withdraw()
    other.remove()
    assert ac.connect("A").host == HOST
    ac.connect("A").require_consent()


def test_a_connection_keeps_its_key_under_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Renamed and saved, a connection still has its key; on another host it is another account."""
    typed(monkeypatch)
    ac.connect("Old", host=HOST, transport=WIRE).save()
    ac.connect("Old").replace(name="New").save()
    ac.connect("Old").remove()
    ac.connect("New", transport=WIRE).verify()
    assert ac.connect("New").replace(host="other.api-us1.com").account == "other.api-us1.com"


def test_a_saved_connection_can_be_agreed_to_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """``connect(name, agree_to_data_transfer=True)``, as the hint says, brings the agreement back."""
    monkeypatch.setenv("ACTIVECAMPAIGN_API_KEY", KEY)
    ac.connect("A", host=HOST, agree_to_data_transfer=True, transport=WIRE).save().withdraw()
    ac.connect("A", agree_to_data_transfer=True).save()
    ac.connect("A").require_consent()


def test_an_agreement_after_a_withdrawal_counts_before_it_is_saved(
    box: Sandbox, connection: ac.Connection, clock: VirtualClock
) -> None:
    """Who follows the hint and agrees again can export at once; the older copy still cannot."""
    frame = pd.DataFrame({"e": ["a@example.org"]})
    saved = connection.replace(name="A").save()
    clock.sleep(10)
    saved.withdraw()
    clock.sleep(10)
    call: dict[str, Any] = {"list": "VIP", "mapping": {"email": "e"}}
    assert ac.export(frame, connection=saved.agree(), **call).counts["imported"] == 1
    with pytest.raises(errors.ConsentError, match="withdrawn"):
        ac.export(frame, connection=saved, resend="all", **call)


def test_names_in_other_alphabets_have_variables_of_their_own() -> None:
    """No two of these names share an environment variable, or one account's key would go to another's host."""
    names = ["東京", "日本", "Москва", "A"]
    assert len({variable_of(name) for name in names}) == len(names)
