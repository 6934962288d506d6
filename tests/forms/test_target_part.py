from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ac_notebook as ac
from ac_notebook.forms.exporting.connection_choice import _sandbox_of_forms, start_sandbox
from ac_notebook.forms.exporting.target_part import Target, TargetPart
from ac_notebook.model.secret import Secret
from ac_notebook.runs.usable import Candidate, candidates
from tests.forms.holder import Holder, state, widgets
from tests.runs.saved.definitions import NAMES, WRITTEN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ac_notebook import Connection
    from ac_notebook.model.account import Snapshot
    from ac_notebook.sandbox import Sandbox
    from tests.virtual import VirtualClock

HOSTILE = ["<script>alert(1)</script>", "$x$ \\(y\\)", "a\u202eb", "N" * 10_000, "&lt;b&gt;", "' onclick='x"]


class Rig:
    """A part in a form, with what it told."""

    def __init__(self, connection: Connection | None = None, **given: Any) -> None:
        self.accounts: list[Snapshot | None] = []
        self.changes: list[Target] = []
        self.form = Holder(**{name: given.pop(name) for name in ("spawn", "language") if name in given})
        self.part = TargetPart(
            self.form, changed=lambda: self.changes.append(self.part.value), account_read=self.accounts.append,
            **({"sandbox": lambda: connection} | given),
        )  # fmt: skip
        self.part.begin()

    def problems(self) -> tuple[str, ...]:
        return self.part.problems

    def list(self) -> str | int | None:
        return self.part.value.list

    def offered(self) -> Sequence[str]:
        return [text for text, _ in self.part.connections.select.options]

    def lists(self) -> Sequence[str]:
        return [text for text, _ in self.part.lists.select.options]

    def choose(self, name: str) -> None:
        select = self.part.connections.select
        select.index = next(n for n, text in enumerate(self.offered()) if name in text)

    def choose_list(self, name: str) -> None:
        self.part.lists.select.index = next(n for n, text in enumerate(self.lists()) if name in text)


def _saved(connection: Connection) -> Callable[[], tuple[Candidate, ...]]:
    """Return what reads saved connections: one of the name Shop, reached as the given one is."""
    return lambda: (Candidate(name="Shop", connection=connection.replace(name="Shop")),)


def test_without_a_connection_a_person_is_told_what_to_do(connection: Connection) -> None:
    """Where nothing is saved, the part says how to make a connection; a button goes on with a sandbox."""
    rig = Rig(connection)
    assert rig.offered() == ["Choose a connection …"]
    assert "ac.forms.connection()" in rig.part.connections.note.value
    assert rig.problems() == ("Choose a connection.", "Choose a list.")
    rig.part.connections.sandbox.click()
    assert rig.part.value.connection == "Sandbox"
    assert rig.part.value.given is connection
    assert rig.part.connection is connection
    assert [len(account.contact_lists) for account in rig.accounts if account is not None] == [3]
    assert rig.part.account is rig.accounts[-1]
    assert rig.changes == [Target(connection="Sandbox")]
    assert rig.problems() == ("Choose a list.",)
    assert rig.part.connections.sandbox not in rig.part.connections.box.children[1].children
    assert rig.form.errors == []


def test_forms_that_ask_at_once_share_a_sandbox() -> None:
    """Of a kernel's forms that fall back on a sandbox at the same time, each in its thread, all get the same."""
    began, given = threading.Barrier(2), list[ac.Connection]()

    def ask() -> None:
        began.wait(30)
        given.append(start_sandbox())

    asking = [threading.Thread(target=ask) for _ in range(2)]
    try:
        for one in asking:
            one.start()
        for one in asking:
            one.join(60)
        assert [one.host for one in given] == [given[0].host] * 2
        assert given[0].account == given[1].account
        assert start_sandbox().account == given[0].account
    finally:
        _sandbox_of_forms().stop()
        _sandbox_of_forms.cache_clear()


def test_the_sandbox_is_started_when_somebody_asks() -> None:
    """Nothing is started before the button is pressed, and what goes wrong then is told in words."""

    def refuse() -> Connection:
        raise ac.errors.StateError("It does not start.", hint="Free some memory.")

    rig = Rig(sandbox=refuse)
    assert rig.form.message.text == ""
    rig.part.connections.sandbox.click()
    assert rig.form.message.text == "It does not start.\nFree some memory."


def test_only_connections_that_can_be_used_are_offered(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Consent missing or withdrawn, key gone, variable not set: not offered, each with its reason and remedy."""
    host = "acme.api-us1.com"
    secret = Secret("0123456789abcdef" * 4)
    monkeypatch.setenv("AC_NOTEBOOK_KEY__NEWS", secret.reveal())
    link = replace(connection.link, secret=secret)
    real = connection.replace(host=host, is_sandbox=False, account=host, link=link)

    def made(name: str, place: str = "memory") -> Connection:
        second = len(name)  # each is made at a moment of its own, by which it is known
        return real.replace(name=name, key_place=place, created=datetime(2026, 1, 1, second=second, tzinfo=UTC))

    made("News", "environment AC_NOTEBOOK_KEY__NEWS").agree().save()
    made("Never agreed").replace(consent=None).save()
    made("Withdrawn").agree().save().withdraw()
    made("Gone for good", "key file /nowhere/key").agree().save()
    assert [one.name for one in candidates() if one.is_usable] == ["News"]
    rig = Rig(connection)
    assert rig.offered() == ["Choose a connection …", f"ActiveCampaign · News — {host}"]
    said = rig.part.connections.note.value
    assert "Never agreed: Nobody has agreed to the transfer of data" in said
    assert "Withdrawn: The agreement to transfer data to acme.api-us1.com was withdrawn on" in said
    assert "Gone for good: The API key of" in said
    assert "connection.rotate_key()" in said
    assert "ac.forms.connections()" in said
    assert rig.part.connections.sandbox not in rig.part.connections.box.children[1].children
    monkeypatch.delenv("AC_NOTEBOOK_KEY__NEWS")
    rig.part.again.click()
    assert rig.offered() == ["Choose a connection …"]
    assert "News: The API key of" in rig.part.connections.note.value
    assert secret.reveal() not in state(rig.part.box)


def test_connections_stand_by_their_type(connection: Connection) -> None:
    """Connections of one type are beside each other, whatever their names; every entry can be chosen."""
    real = connection.replace(host="acme.api-us1.com", is_sandbox=False)
    names = {"Zoo": real, "Alpha": connection, "Beta": real, "Omega": connection}
    saved = [Candidate(name=name, connection=one.replace(name=name)) for name, one in names.items()]
    rig = Rig(connection, saved=lambda: saved)
    assert [text.partition(" — ")[0] for text in rig.offered()[1:]] == [
        "ActiveCampaign · Beta", "ActiveCampaign · Zoo", "Sandbox · Alpha", "Sandbox · Omega",
    ]  # fmt: skip


def test_a_list_is_chosen_by_its_name_where_that_is_enough(box: Sandbox, connection: Connection) -> None:
    """A person's choice becomes the list's name, or its id where others have the name; texts tell them apart."""
    twin = box.add_list("Newsletter")
    number = box.add_list("4")
    rig = Rig(connection, saved=_saved(connection))
    rig.choose("Shop")
    assert f"Newsletter (id {twin}, 0 subscribers)" in rig.lists()
    rig.choose_list("VIP")
    assert rig.part.value == Target(connection="Shop", list="VIP")
    rig.choose_list(f"id {twin},")
    assert rig.list() == twin
    rig.choose_list(f"id {number},")
    assert rig.list() == "4"  # a name before it is a number
    assert rig.problems() == ()
    assert [one.list for one in rig.changes] == [None, "VIP", twin, "4"]


def test_a_list_by_number_is_not_taken_to_another_account(connection: Connection) -> None:
    """When a person chooses another connection, a list by name stays as it is named, and one by number goes."""
    saved = [Candidate(name=name, connection=connection.replace(name=name)) for name in ("One", "Two")]
    rig = Rig(connection, saved=lambda: saved)
    rig.part.value = Target(connection="One", list="VIP")
    rig.choose("Two")
    assert rig.part.value == Target(connection="Two", list="VIP")
    rig.part.value = Target(connection="One", list=5)
    rig.choose("Two")
    assert rig.part.value == Target(connection="Two")


def test_what_is_not_there_stays_and_is_told(connection: Connection) -> None:
    """A connection that is not saved, and a list that is not in the account, stay as they are, and are problems."""
    rig = Rig(connection, saved=_saved(connection))
    rig.part.value = Target(connection="Shp", list="Newsleter")
    assert rig.part.value == Target(connection="Shp", list="Newsleter")
    assert rig.part.connections.select.label == "Shp (not saved)"
    assert rig.problems() == (
        "There is no saved connection called Shp. Choose another, or save it and press “Read again”.",
    )
    rig.choose("Shop")
    assert rig.part.value == Target(connection="Shop", list="Newsleter")
    assert "Newsleter (not in the account)" in rig.part.lists.box.children[2].value
    assert "Did you mean &#x27;Newsletter&#x27;?" not in rig.part.lists.box.children[2].value
    assert "Did you mean 'Newsletter'?" in rig.problems()[0]
    assert rig.part.lists.select.index is None


def test_an_account_that_cannot_be_read_is_told_and_read_again(connection: Connection) -> None:
    """An account that does not answer is a problem in words with what to do; "Read again" reads it."""
    wrong = connection.replace(link=replace(connection.link, secret=Secret("not-the-key-of-it")))
    found = [wrong]
    rig = Rig(saved=lambda: (Candidate(name="Sandbox", connection=found[0]),))
    rig.part.value = Target(connection="Sandbox", list="VIP")
    assert rig.part.account is None
    assert "The account could not be read." in rig.part.note.value
    assert len(rig.problems()) == 1
    assert rig.problems()[0].startswith("The account could not be read.")
    assert "not-the-key-of-it" not in state(rig.part.box) + rig.problems()[0]
    found[0] = connection
    rig.part.again.click()
    assert rig.problems() == ()
    assert rig.part.account is not None
    assert rig.changes == []
    rig.part.again.click()
    assert None not in rig.accounts[1:]  # it is not taken away meanwhile


def test_another_sandbox_is_offered_for_one_that_is_gone(connection: Connection, clock: VirtualClock) -> None:
    """Whoever opens a form over a sandbox of yesterday's kernel goes on with a button, without code."""
    with ac.sandbox.start() as gone:
        lost = gone.connection.replace(link=replace(gone.connection.link, clock=clock))
        saved = (Candidate(name="Sandbox", connection=lost),)
    rig = Rig(connection, saved=lambda: saved)
    assert rig.part.connections.sandbox not in widgets(rig.part.box)
    rig.part.value = Target(connection="Sandbox", list="VIP")
    assert rig.problems()[0].startswith("The account could not be read.")
    assert rig.part.connections.sandbox in widgets(rig.part.box)
    rig.part.connections.sandbox.click()
    assert rig.problems() == ()
    assert rig.part.value == Target(connection=connection.name, list="VIP")
    assert rig.part.connections.sandbox not in widgets(rig.part.box)


def test_the_account_is_read_once(box: Sandbox, connection: Connection) -> None:
    """Setting a value with the connection that is chosen asks the account nothing."""
    rig = Rig(connection, saved=_saved(connection))
    rig.choose("Shop")
    before = len(box.requests())
    rig.part.value = Target(connection="Shop", list=5)
    assert len(box.requests()) == before
    assert "Chosen: VIP (id 5, 0 subscribers)" in rig.part.lists.box.children[2].value


def test_work_waits_for_nobody(connection: Connection) -> None:
    """Nothing is read in a handler: a value is there before connections and account are, and is filled in then."""
    jobs: list[Callable[[], None]] = []
    rig = Rig(connection, saved=_saved(connection), spawn=jobs.append)
    rig.part.value = Target(connection="Shop", list="VIP")
    assert (rig.part.value, rig.part.connection) == (Target(connection="Shop", list="VIP"), None)
    assert rig.problems() == ()
    assert rig.part.is_busy
    while jobs:
        jobs.pop()()
    assert rig.part.connection is not None
    assert not rig.part.is_busy
    assert rig.problems() == ()
    assert rig.changes == []
    rig.choose("Choose")
    assert (rig.part.account, rig.lists()) == (None, [])
    rig.choose("Shop")
    jobs.pop()()
    assert rig.part.account is not None


def test_no_list_is_of_another_account(connection: Connection) -> None:
    """While another account is being read, what the former one has is not there any more."""
    jobs: list[Callable[[], None]] = []
    saved = [Candidate(name=name, connection=connection.replace(name=name)) for name in ("One", "Two")]
    rig = Rig(connection, saved=lambda: saved, spawn=jobs.append)
    rig.part.value = Target(connection="One")
    while jobs:
        jobs.pop()()
    assert len(rig.lists()) == 3
    rig.choose("Two")
    assert (rig.accounts[-1], rig.lists()) == (None, [])
    jobs.pop()()
    assert len(rig.lists()) == 3


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_lists_and_connections_are_text(name: str, box: Sandbox, connection: Connection) -> None:
    """Whatever connections and lists are called, no markup comes of it, and they can be chosen."""
    number = box.add_list(name)
    rig = Rig(connection, saved=_saved(connection))
    rig.choose("Shop")
    rig.choose_list(f"id {number},")
    assert rig.list() == name
    rig.part.value = Target(connection=name, list=name)
    assert rig.part.value == Target(connection=name, list=name)
    said = state(rig.part.box)
    assert "\u202e" not in said
    assert "<script" not in "".join(one.value for one in (rig.part.lists.box.children[2], rig.part.note))
    assert len(said) < 20_000
    said.encode()


PLACES = st.builds(
    Target, connection=st.just("") | st.just("Shop") | NAMES,
    list=st.none() | st.integers(0, 2**63 - 1) | st.sampled_from(["VIP", "vip", 5, "5", "\ud800"]) | WRITTEN,
)  # fmt: skip


def test_a_value_that_is_set_is_the_value(connection: Connection) -> None:
    """Value, part, value is the identity, whatever was set before, with the account and without."""
    unread: list[Callable[[], None]] = []
    rigs = [Rig(connection, saved=_saved(connection)), Rig(connection, saved=_saved(connection), spawn=unread.append)]

    @settings(max_examples=60)
    @given(PLACES)
    def law(place: Target) -> None:
        for rig in rigs:
            rig.part.value = place
            assert rig.part.value == place
            assert type(rig.part.value.list) is type(place.list)

    law()
    assert [(rig.changes, rig.form.errors) for rig in rigs] == [([], []), ([], [])]


def test_in_swedish(connection: Connection) -> None:
    """The part speaks the language of its form."""
    rig = Rig(connection, saved=_saved(connection), language="sv")
    assert rig.problems() == ("Välj en anslutning.", "Välj en lista.")
    rig.choose("Shop")
    assert "VIP (id 5, 0 prenumeranter)" in rig.lists()
