"""Editing a connection, exchanging its key: what exports remember stays with the account, and nothing is half done."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.model.secret import Secret
from ac_notebook.storage.database import FILE
from tests.runs.accounts import (
    HOST,
    KEY,
    NEW_KEY,
    OTHER_HOST,
    OTHER_KEY,
    SAME_ACCOUNT,
    WRONG_KEY,
    Accounts,
    typed,
)  # fmt: skip

if TYPE_CHECKING:
    from ac_notebook.sandbox import Sandbox
    from tests.virtual import VirtualClock

FRAME = pd.DataFrame({"e": ["a@example.org", "b@example.org"]})
CALL: dict[str, Any] = {"list": "VIP", "mapping": {"email": "e"}}


def found(name: str, accounts: Accounts) -> ac.Connection:
    """Return a saved connection as another kernel finds it."""
    return ac.connect(name, transport=accounts)


def test_another_name_keeps_what_exports_remember(connection: ac.Connection) -> None:
    """Renamed, a connection has its key and agreement, and the next export sends only what changed."""
    saved = connection.replace(name="Old").save()
    assert ac.export(FRAME, connection=saved, **CALL).counts["imported"] == 2
    renamed = saved.edit(name="  New  ")
    assert renamed.name == "New"
    assert ac.connections()["name"].tolist() == ["New"]
    assert ac.export(FRAME, connection=renamed, **CALL).counts["unchanged"] == 2
    again = ac.connect("New")
    assert again == renamed
    assert again.secret() == connection.secret()
    with pytest.raises(errors.ConnectionNotFoundError, match="'Old'"):
        ac.connect("Old")


def test_a_copy_with_the_old_name_knows_what_became_of_it(connection: ac.Connection, clock: VirtualClock) -> None:
    """Renamed elsewhere, a connection goes on under its old name; withdrawn after that, nothing is sent through it."""
    old = connection.replace(name="Old").save()
    new = ac.connect("Old").edit(name="New")
    assert ac.export(FRAME, connection=old, **CALL).counts["imported"] == 2
    clock.sleep(5)
    ac.connect("New").withdraw()
    with pytest.raises(errors.ConsentError, match="withdrawn"):
        ac.export(FRAME, connection=old, resend="all", **CALL)
    new.remove()
    with pytest.raises(errors.ConnectionNotFoundError, match="was removed"):
        ac.export(FRAME, connection=old, resend="all", **CALL)


def test_another_way_there_is_kept_and_can_be_taken_back(saved: ac.Connection, accounts: Accounts) -> None:
    """Proxy and authorities are changed without a new agreement, kept with the connection, and emptied by ""."""
    changed = saved.edit(proxy="http://proxy.example.org:3128", ca_file="authorities.pem")
    assert changed.proxy == "http://proxy.example.org:3128"
    assert Path(changed.ca_file) == Path("authorities.pem").absolute()
    assert changed.is_agreed
    assert found("Shop", accounts) == changed
    back = changed.edit(proxy="", ca_file="")
    assert (back.proxy, back.ca_file) == ("", "")
    with pytest.raises(errors.ConfigurationError, match="proxy"):
        saved.edit(proxy="socks://proxy.example.org")


@pytest.mark.parametrize("name", ["Other", "other", " OTHER ", "\uff2fther"])
def test_a_name_that_is_taken_is_refused(saved: ac.Connection, accounts: Accounts, name: str) -> None:
    """A name that another connection has, or that a reader would take for it, is refused; nothing was changed."""
    accounts.names[KEY] = "acme"
    accounts.keys[OTHER_HOST].add(KEY)
    ac.connect("Other", host=OTHER_HOST, transport=accounts).save()
    with pytest.raises(errors.ConfigurationError, match="Another connection is called 'Other'"):
        saved.edit(name=name)
    with pytest.raises(errors.ConfigurationError, match="Another connection is called 'Other'"):
        saved.replace(name=name).save()
    assert ac.connections()["name"].tolist() == ["Other", "Shop"]
    assert saved.edit(name="SHOP").name == "SHOP"


def test_another_host_of_the_same_account(saved: ac.Connection, accounts: Accounts) -> None:
    """A host that takes the same key is the same account: the memory stays, and somebody has to agree anew."""
    moved = saved.edit(host=SAME_ACCOUNT)
    assert (moved.host, moved.account) == (SAME_ACCOUNT, HOST)
    with pytest.raises(errors.ConsentError, match=f"for {HOST}, not for {SAME_ACCOUNT}"):
        found("Shop", accounts).require_consent()
    again = found("Shop", accounts).edit(host=HOST).edit(host=SAME_ACCOUNT, agree_to_data_transfer=True)
    again.require_consent()
    found("Shop", accounts).require_consent()


def test_another_account_needs_its_own_key_and_agreement(
    saved: ac.Connection, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host that does not take the key is another account: it asks for that one's, and remembers nothing of this."""
    typed(monkeypatch, OTHER_KEY)
    moved = saved.edit(host=OTHER_HOST)
    assert (moved.host, moved.account) == (OTHER_HOST, OTHER_HOST)
    with pytest.raises(errors.ConsentError):
        moved.require_consent()
    assert found("Shop", accounts).secret() == Secret(OTHER_KEY)


def test_without_a_person_another_account_changes_nothing(
    saved: ac.Connection, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody can type the other account's key, a sentence says how to give it, and all stays as it was."""
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(errors.ConfigurationError, match="another account"):
        saved.edit(host=OTHER_HOST, name="Moved")
    assert found("Shop", accounts).host == HOST
    found("Shop", accounts).verify()


def test_a_key_is_not_shown_to_a_host_of_another_kind(
    saved: ac.Connection, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host outside ActiveCampaign's needs a word and a key of its own: the kept one never goes there."""
    with pytest.raises(errors.ConfigurationError, match="allow_other_host=True"):
        saved.edit(host="crm.example.org")
    accounts.keys["crm.example.org"] = {NEW_KEY}
    typed(monkeypatch, NEW_KEY)
    saved.edit(host="crm.example.org", allow_other_host=True)
    assert accounts.asked(KEY) == {HOST}


@pytest.mark.parametrize("host", [None, HOST], ids=["alone", "with the host it has"])
def test_a_saved_connection_is_allowed_an_address_inside(
    saved: ac.Connection, accounts: Accounts, host: str | None
) -> None:
    """The word that a hint advises is kept with the connection: no new key, no new agreement, and it stays."""
    asked = len(accounts.seen)
    changed = saved.edit(host=host, allow_other_host=True)
    assert changed.allow_other_host
    assert changed.is_agreed
    assert len(accounts.seen) == asked
    again = found("Shop", accounts)
    assert again.allow_other_host
    assert again.is_agreed
    assert again.secret() == Secret(KEY)
    assert again.edit(owner="Bob").allow_other_host
    assert "allow_other_host" in ac.history("Shop").set_index("event")["details"]["edited"].iloc[0]


def test_editing_says_what_cannot_be(saved: ac.Connection, connection: ac.Connection) -> None:
    """Nothing to change, an owner without a name, a sandbox elsewhere: each is refused."""
    changes: list[tuple[dict[str, Any], str]] = [({}, "nothing to change"), ({"owner": " "}, "An owner has a name")]
    for change, said in changes:
        with pytest.raises(errors.ConfigurationError, match=said):
            saved.edit(**change)
    for change in ({"host": HOST}, {"allow_other_host": True}):
        with pytest.raises(errors.ConfigurationError, match="A sandbox is where it is"):
            connection.edit(**change)


def test_what_is_not_saved_is_not_stored_by_editing(connection: ac.Connection) -> None:
    """Editing a connection that is not saved gives another value, and stores nothing."""
    assert connection.edit(name="New", owner="Ann").owner == "Ann"
    assert ac.connections().empty


def test_a_new_key_takes_the_place_of_the_old(
    saved: ac.Connection, accounts: Accounts, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A typed key that opens the same account is kept in place of the old one, which is nowhere any more."""
    typed(monkeypatch, NEW_KEY)
    rotated = saved.rotate_key()
    assert rotated.verified is not None
    assert found("Shop", accounts).secret() == Secret(NEW_KEY)
    assert [path.read_text() for path in (home / "secrets").iterdir()] == [NEW_KEY]
    found("Shop", accounts).verify()
    assert list(ac.history("Shop")["event"])[-1] == "rotated"


@pytest.mark.parametrize("old_key", ["works", "is revoked"])
def test_a_key_of_another_account_is_refused(
    saved: ac.Connection, accounts: Accounts, monkeypatch: pytest.MonkeyPatch, old_key: str
) -> None:
    """A key of another account behind the same address is refused, and the old one stays."""
    accounts.keys[HOST].add(OTHER_KEY)
    if old_key == "is revoked":
        accounts.keys[HOST].discard(KEY)
    typed(monkeypatch, OTHER_KEY)
    with pytest.raises(errors.ConfigurationError, match="belongs to another account") as caught:
        saved.rotate_key()
    assert "The old key stays" in caught.value.hint
    assert OTHER_KEY not in str(caught.value)
    assert found("Shop", accounts).secret() == Secret(KEY)
    assert list(ac.history("Shop")["event"])[-1] == "rotation failed"


def test_a_revoked_key_is_exchanged(saved: ac.Connection, accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old key need not work any more: that is why it is exchanged."""
    accounts.keys[HOST].discard(KEY)
    with pytest.raises(errors.AuthenticationError):
        found("Shop", accounts).verify()
    typed(monkeypatch, NEW_KEY)
    found("Shop", accounts).rotate_key().verify()
    assert list(ac.history("Shop")["event"])[-2:] == ["verification failed", "rotated"]


FAILURES = {
    "wrong key": (WRONG_KEY, errors.AuthenticationError),
    "the same key": (KEY, errors.ConfigurationError),
    "no key": ("", errors.ConfigurationError),
    "no key at all": ("two words", errors.ConfigurationError),
}


@pytest.mark.parametrize("why", FAILURES)
def test_the_old_key_stays_if_anything_fails(
    saved: ac.Connection, accounts: Accounts, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """A key that is wrong, the same, or none leaves the old one in its place and working."""
    key, kind = FAILURES[why]
    typed(monkeypatch, key)
    with pytest.raises(kind) as caught:
        saved.rotate_key()
    assert not key or key not in str(caught.value)
    assert found("Shop", accounts).secret() == Secret(KEY)
    found("Shop", accounts).verify()


@pytest.mark.parametrize("act", ["rotate_key", "edit"])
def test_a_disk_that_refuses_leaves_all_as_it_was(
    saved: ac.Connection, accounts: Accounts, home: Path, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """When the connection cannot be stored, its key and its name are those from before."""
    with closing(sqlite3.connect(home / FILE)) as raw:
        raw.execute(
            "CREATE TRIGGER full BEFORE INSERT ON connections BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
        raw.commit()
    typed(monkeypatch, NEW_KEY)
    with pytest.raises(errors.StateError):
        saved.rotate_key() if act == "rotate_key" else saved.edit(name="New")
    assert found("Shop", accounts).secret() == Secret(KEY)
    assert [path.read_text() for path in (home / "secrets").iterdir()] == [KEY]


def test_removing_lists_the_exports_and_leaves_the_history(connection: ac.Connection, home: Path) -> None:
    """What ran on it is listed and stays in the journal; the key is gone, and the copy in this kernel is dead."""
    saved = connection.replace(name="Shop").save()
    ac.export(FRAME, connection=saved, **CALL)
    ac.export(FRAME, connection=saved, **{**CALL, "list": "Newsletter"})
    assert saved.exports["list name"].tolist() == ["Newsletter", "VIP"]
    table = saved.remove()
    assert table["runs"].tolist() == [1, 1]
    assert table["last state"].tolist() == ["Successful", "Successful"]
    assert not any((home / "secrets").iterdir())
    for act in (saved.verify, lambda: ac.describe(saved), lambda: ac.export(FRAME, connection=saved, **CALL)):
        with pytest.raises(errors.ConnectionNotFoundError, match="was removed"):
            act()
    assert list(ac.history(saved)["event"]) == [
        "connected", "agreed", *["export started", "export ended"] * 2, "removed",
    ]  # fmt: skip
    assert saved.save().exports.shape[0] == 2


def test_removing_what_is_not_saved_does_nothing(connection: ac.Connection) -> None:
    """A connection that is not saved is not removed, and works on."""
    assert connection.remove().empty
    assert ac.export(FRAME, connection=connection, **CALL).counts["imported"] == 2


def test_the_history_names_who_did_what_and_no_contact(
    box: Sandbox, connection: ac.Connection, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connected, agreed, exported, edited, rotated, withdrew: with when and who, counts, and no value of a contact."""
    monkeypatch.setenv("LOGNAME", "ann")
    saved = connection.replace(name="Shop").agree(by="Ann Lee").save()
    ac.export(FRAME, connection=saved, **CALL)
    other = box.add_user("Bob")
    monkeypatch.setenv("SHOP_KEY", other.api_key)
    saved = saved.edit(name="Shop 2", owner="Bob").rotate_key(key_variable="SHOP_KEY")
    saved.withdraw()
    table = ac.history("Shop 2")
    assert table["event"].tolist() == [
        "connected", "agreed", "export started", "export ended", "edited", "rotated", "withdrew",
    ]  # fmt: skip
    assert set(table["user"]) == {"ann"}
    assert str(table["when"].dt.tz) == "UTC"
    told = table.set_index("event")["details"]
    assert "by: Ann Lee" in told["agreed"]
    assert "text: 1" in told["agreed"]
    assert "rows: 2" in told["export started"]
    assert "counts: 2 imported" in told["export ended"]
    assert "name: Shop → Shop 2" in told["edited"]
    assert "environment SHOP_KEY" in told["rotated"]
    assert saved.history.equals(table)
    everything = table.to_string() + repr((home / FILE).read_bytes())
    assert not [text for text in (*FRAME["e"], other.api_key) if text in everything]


def test_an_agreement_that_was_never_saved_is_proved_all_the_same(connection: ac.Connection) -> None:
    """Who exports through a connection that is not saved is in the history with what was agreed to, once."""
    ac.export(FRAME, connection=connection, **CALL)
    ac.export(FRAME, connection=connection, resend="all", **CALL)
    assert ac.history("Sandbox")["event"].tolist() == ["agreed", *["export started", "export ended"] * 2]


def test_a_check_updates_the_table(saved: ac.Connection, accounts: Accounts) -> None:
    """``verify()`` of a saved connection is seen in the table; a failed one in the history."""
    before = ac.connections()["last verified"].iloc[0]
    found("Shop", accounts).verify()
    assert ac.connections()["last verified"].iloc[0] > before
    accounts.down = httpx.Response(402)
    with pytest.raises(errors.PermissionDeniedError):
        found("Shop", accounts).verify()
    assert ac.history("Shop")["details"].iloc[-1] == "error: PermissionDeniedError"


def test_a_stale_copy_does_not_bring_an_agreement_back(connection: ac.Connection, clock: VirtualClock) -> None:
    """Saving a copy from before a withdrawal, or editing it, leaves the agreement withdrawn."""
    stale = connection.replace(name="Shop").save()
    clock.sleep(5)
    ac.connect("Shop").withdraw()
    stale.save()
    stale.edit(owner="Ann")
    with pytest.raises(errors.ConsentError, match="withdrawn"):
        ac.connect("Shop").require_consent()
    assert replace(stale, owner="x").link is stale.link
