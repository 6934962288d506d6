"""Several accounts on one server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import ac_notebook as ac
from ac_notebook.sandbox import Quirks, Sandbox, sample_customers
from tests.sandbox.visits import Clock, Visitor

if TYPE_CHECKING:
    from pathlib import Path


def test_accounts_know_nothing_of_each_other(box: Sandbox, clock: Clock) -> None:
    """Contacts, lists, limits and requests of one account are not those of another; the key says which is meant."""
    other = box.add_account("Other", contact_limit=1)
    Visitor(box, clock).settle({"email": "a@example.com"}, {"email": "b@example.com"})
    info = Visitor(other, clock).settle({"email": "x@example.com"}, {"email": "y@example.com"})
    assert info["failure"] == ["y@example.com"]
    assert list(other.contacts()["email"]) == ["x@example.com"]
    assert len(box.contacts()) == 2
    assert other.instance != box.instance
    assert other.url == box.url
    assert len(other.requests()) == 2
    assert box.accounts == other.accounts == ["Sandbox", "Other"]


def test_each_account_has_limits_of_its_own(box: Sandbox, clock: Clock) -> None:
    """Requests to one account take nothing from another's five in a second."""
    one, two = Visitor(box, clock, patience=0.0), Visitor(box.add_account("Other"), clock, patience=0.0)
    assert [one.get("users/me").status_code for _ in range(6)] == [200] * 5 + [429]
    assert two.get("users/me").status_code == 200


def test_accounts_survive_with_their_names_keys_and_contacts(tmp_path: Path, clock: Clock) -> None:
    """After a restart `add_account` of the same name is the account that was there; a new name is a new one."""
    with Sandbox(clock=clock, now=clock.now, data=tmp_path / "a.db") as box:
        other = box.add_account("Other", quirks=Quirks(totals="number"))
        Visitor(other, clock).settle({"email": "x@example.com"})
        told = other.ledger()
    with Sandbox(clock=clock, now=clock.now, data=tmp_path / "a.db") as again:
        assert again.accounts == ["Sandbox", "Other"]
        same = again.add_account("Other")
        assert (same.instance, same.api_key, same.quirks) == (other.instance, other.api_key, Quirks(totals="number"))
        assert list(same.contacts()["email"]) == ["x@example.com"]
        assert same.ledger().equals(told)
        assert again.contacts().empty
        assert again.add_account("Third").instance not in (again.instance, same.instance)
        assert again.accounts == ["Sandbox", "Other", "Third"]


def test_a_key_opens_one_account(box: Sandbox) -> None:
    """A key that is taken is refused, and no account is left behind by that."""
    with pytest.raises(ValueError, match="opens an account already"):
        box.add_account("Other", api_key=box.api_key)
    assert box.accounts == ["Sandbox"]
    users = len(box._state.users)
    with pytest.raises(ValueError, match="opens an account already"):
        box.add_user("clerk", api_key=box.api_key)
    assert len(box._state.users) == users


def test_the_journal_knows_an_account_again(tmp_path: Path) -> None:
    """An export that is repeated after a restart of the sandbox sends nothing: it is the same account."""
    people = sample_customers(n=60, seed=2)
    with ac.sandbox.start(data=tmp_path / "a.db", speed=600) as box:
        ac.export(people, connection=box.connection, list="VIP", mapping={"email": "E-mail"})
    with ac.sandbox.start(data=tmp_path / "a.db", speed=600) as box:
        report = ac.export(people, connection=box.connection, list="VIP", mapping={"email": "E-mail"})
        assert report.numbers["requests"] == 0
        assert report.counts["unchanged"] == len(box.contacts())


def test_a_served_sandbox_has_accounts_in_its_file(tmp_path: Path) -> None:
    """In a process of its own it is the same."""
    with ac.sandbox.start(data=tmp_path / "a.db") as box:
        other = box.add_account("Other")
        other.add_list("of the other")
    with ac.sandbox.start(data=tmp_path / "a.db") as box:
        again = box.add_account("Other")
        assert (again.api_key, again.instance) == (other.api_key, other.instance)
        assert "of the other" in list(again.lists()["name"])
        assert "of the other" not in list(box.lists()["name"])
