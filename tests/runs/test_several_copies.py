"""Several copies of a connection, in this kernel and in others: none sends after a withdrawal, none undoes a change."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.model.secret import Secret
from ac_notebook.runs.connect import as_saved, require_consent
from ac_notebook.runs.keys import entry_of
from tests.runs.accounts import HOST, KEY, NEW_KEY, OTHER_HOST, OTHER_KEY, SAME_ACCOUNT, Accounts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ac_notebook.sandbox import Sandbox
    from tests.virtual import VirtualClock

FRAME = pd.DataFrame({"e": ["a@example.org", "b@example.org"]})
CALL: dict[str, Any] = {"list": "VIP", "mapping": {"email": "e"}}


def elsewhere(name: str = "Shop", accounts: Accounts | None = None) -> ac.Connection:
    """Return a saved connection as another kernel finds it."""
    return ac.connect(name, transport=accounts)


ENDS: dict[str, Callable[[], object]] = {
    "withdrawn": lambda: elsewhere().withdraw(),
    "removed": lambda: elsewhere().remove(),
    "withdrawn and removed": lambda: (elsewhere().withdraw(), elsewhere().remove()),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_copy_from_before_it_was_saved_sends_nothing(box: Sandbox, connection: ac.Connection, end: str) -> None:
    """Who calls ``conn.save()`` and goes on with ``conn`` is stopped by another kernel, too; who agrees anew is not."""
    copy = connection.replace(name="Shop")
    copy.save()
    ENDS[end]()
    before = len(box.requests())
    with pytest.raises((errors.ConsentError, errors.ConnectionNotFoundError)):
        ac.export(FRAME, connection=copy, **CALL)
    assert not box.requests().iloc[before:]["method"].eq("POST").any()


def test_agreeing_anew_after_a_removal_counts(connection: ac.Connection) -> None:
    """Removed by this kernel or another, a connection that somebody agrees to again, and saves, works again."""
    copy = connection.replace(name="Shop")
    copy.save().remove()
    again = copy.agree().save()
    assert ac.export(FRAME, connection=again, **CALL).counts["imported"] == 2


def test_an_agreement_counts_however_coarse_the_clock(connection: ac.Connection) -> None:
    """Withdrawn and agreed to within one tick of the clock, the last word counts, also when it was set back."""
    saved = connection.replace(name="Shop").save()
    saved.withdraw()
    again = saved.agree().save()
    assert ac.export(FRAME, connection=again, **CALL).counts["imported"] == 2
    elsewhere().withdraw()  # by a clock that is far ahead
    once_more = ac.connect("Shop", agree_to_data_transfer=True).save()
    require_consent(as_saved(once_more))
    assert ac.connect("Shop").is_agreed


@pytest.mark.parametrize("how", ["the copy from before", "under another name", "agreed to before, saved after"])
def test_saving_does_not_bring_an_agreement_back(connection: ac.Connection, clock: VirtualClock, how: str) -> None:
    """What was agreed to before the withdrawal is saved as withdrawn, under whatever name and whenever it is saved."""
    saved = connection.replace(name="Shop").save()
    clock.sleep(5)
    later = saved.agree()
    clock.sleep(5)
    elsewhere().withdraw()
    match how:
        case "the copy from before":
            saved.save()
        case "under another name":
            saved.replace(name="Other").save()
        case _:
            later.save()
    assert not any(ac.connect(name).is_agreed for name in ac.connections()["name"])


def test_what_was_withdrawn_before_it_was_saved_is_saved_so(connection: ac.Connection) -> None:
    """A connection that only this kernel knew is withdrawn: saving a copy does not make it agreed to."""
    copy = connection.replace(name="Shop")
    copy.withdraw()
    copy.save()
    assert not ac.connect("Shop").is_agreed


def test_a_withdrawal_outlives_an_agreement_for_another_host(saved: ac.Connection, accounts: Accounts) -> None:
    """Withdrawn, moved and agreed to for the new host: a copy from before all that sends nothing to the old one."""
    old = elsewhere(accounts=accounts)
    saved.withdraw()
    elsewhere(accounts=accounts).edit(host=SAME_ACCOUNT, agree_to_data_transfer=True)
    require_consent(as_saved(elsewhere()))
    with pytest.raises(errors.ConsentError, match="was withdrawn"):
        require_consent(as_saved(old))


MEANWHILE: dict[str, Callable[[Accounts], object]] = {
    "withdrawn": lambda accounts: elsewhere(accounts=accounts).withdraw(),
    "removed": lambda accounts: elsewhere(accounts=accounts).remove(),
    "edited": lambda accounts: elsewhere(accounts=accounts).edit(owner="Zoe"),
    "renamed": lambda accounts: elsewhere(accounts=accounts).edit(name="New"),
}


@pytest.mark.parametrize("what", MEANWHILE)
@pytest.mark.parametrize("act", ["rotate", "move"])
def test_what_another_kernel_does_meanwhile_stays(
    saved: ac.Connection, accounts: Accounts, home: Path, monkeypatch: pytest.MonkeyPatch, what: str, act: str
) -> None:
    """While a key is typed, another kernel withdraws, removes, edits, renames: none of it is undone, no key is left."""
    new = NEW_KEY if act == "rotate" else OTHER_KEY

    def ask(prompt: str) -> str:
        MEANWHILE[what](accounts)
        return new

    monkeypatch.setattr(getpass, "getpass", ask)
    is_over = what in ("removed", "renamed")
    if is_over:
        with pytest.raises(errors.ConnectionNotFoundError, match=r"removed|another name"):
            saved.rotate_key() if act == "rotate" else saved.edit(host=OTHER_HOST)
    else:
        kept = saved.rotate_key() if act == "rotate" else saved.edit(host=OTHER_HOST)
        assert elsewhere() == kept
        assert elsewhere().secret() == Secret(new)
    table = ac.connections()
    assert table["name"].tolist() == {"removed": [], "renamed": ["New"]}.get(what, ["Shop"])
    assert what != "edited" or table["owner"].tolist() == ["Zoe"]
    assert what != "withdrawn" or not elsewhere().is_agreed
    assert len(list((home / "secrets").iterdir())) == len(table)
    assert what != "renamed" or elsewhere("New").secret() == Secret(KEY)


def test_a_check_does_not_bring_an_agreement_back(saved: ac.Connection, accounts: Accounts) -> None:
    """Withdrawn by another kernel while this one verifies, it stays withdrawn."""

    class Withdrawing(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            elsewhere(accounts=accounts).withdraw()
            return accounts.handle_request(request)

    ac.connect("Shop", transport=Withdrawing()).verify()
    assert not elsewhere().is_agreed


def test_a_second_connection_to_an_account_stands_for_itself(
    connection: ac.Connection, clock: VirtualClock, box: Sandbox
) -> None:
    """Saved under a second name, one is removed and withdrawn by itself, and has a history of its own."""
    first = connection.replace(name="Shop").save()
    clock.sleep(5)
    first.replace(name="Second").save()
    elsewhere().remove()
    before = len(box.requests())
    with pytest.raises(errors.ConnectionNotFoundError, match="was removed"):
        ac.export(FRAME, connection=first, **CALL)
    assert not box.requests().iloc[before:]["method"].eq("POST").any()
    assert ac.connect("Second").is_agreed
    assert ac.history("Second")["event"].tolist() == ["connected", "agreed"]


def test_a_copy_with_an_old_name_is_not_saved_beside_the_new_one(saved: ac.Connection, accounts: Accounts) -> None:
    """Renamed elsewhere, saving the copy says what it is called now; removing it removes that, with its key."""
    copy = elsewhere(accounts=accounts)
    elsewhere(accounts=accounts).edit(name="New")
    with pytest.raises(errors.ConfigurationError, match="another name meanwhile: 'New'"):
        copy.save()
    assert ac.connections()["name"].tolist() == ["New"]
    copy.remove()
    assert ac.connections().empty


def test_no_connection_is_saved_without_its_key(saved: ac.Connection, home: Path) -> None:
    """A copy of one that was removed, whose key is gone, is not saved."""
    copy = elsewhere()
    copy.remove()
    with pytest.raises(errors.ConnectionNotFoundError, match="was removed"):
        copy.save()
    assert ac.connections().empty
    assert list((home / "secrets").iterdir()) == []


def test_a_key_is_kept_for_its_account(saved: ac.Connection, accounts: Accounts) -> None:
    """A change that a power cut ends in the middle shows no account another one's key: it is kept by account, too."""
    other = saved.replace(host=OTHER_HOST)
    assert entry_of(other) != entry_of(saved)
    with pytest.raises(errors.StateError, match="not there any more"):
        elsewhere().replace(host=OTHER_HOST, link=ac.Connection.of(other).link).verify()
    assert accounts.asked(KEY) == {HOST}
