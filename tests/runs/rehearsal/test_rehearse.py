"""Rehearsing: what has to be said first, who is written to, and what is kept."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError, ConsentError, GuardError, MappingError
from tests.runs.rehearsal.accounts import FIELDS, MINE, rehearse
from tests.virtual import through
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

    from ac_notebook import Connection
    from ac_notebook.sandbox import Sandbox
    from tests.virtual import VirtualClock

THREE: dict[str, Any] = {"addresses": MINE[:3], "fields": (), "automations": False}


def writes(box: Sandbox) -> int:
    """Return how many requests the account saw that change something."""
    return int((box.requests()["method"] != "GET").sum())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"addresses": [f"me+{n}@example.org" for n in range(21)]}, "21 addresses were given; a rehearsal takes 20"),
        ({"addresses": []}, "No address was given"),
        ({"addresses": None}, "takes a list of texts"),
        ({"addresses": ["me@example.org", 7]}, "takes a list of texts"),
        ({"addresses": ["me@example.org", "nobody"]}, "Number 2 is no address"),
        ({"addresses": ["nobody", "me@example.org", "a@b"]}, "Numbers 1, 3 are no address"),
        ({"addresses": ["me@example.org", " ME@example.org "]}, "Addresses number 1 and 2 are the same"),
        ({"addresses": ["lone\ud800@example.org"]}, "lone surrogates"),
        ({"list": "Newsleter"}, "no list called"),
        ({"list": None}, "No list was given"),
        ({"fields": ["Citty"]}, "no custom field called"),
        ({"allow": {"row-count"}}, "a guard rail that a rehearsal never meets"),
        ({"allow": "anything"}, "There is no 'anything' to allow"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_written(
    box: Sandbox, clock: VirtualClock, given: dict[str, Any], said: str
) -> None:
    """A sentence says what is wrong and that nothing was sent, and shows no address."""
    with pytest.raises((ConfigurationError, MappingError), match=said) as caught:
        rehearse(box, clock, **{**THREE, **given})
    assert "Nothing was sent." in str(caught.value)
    assert "@example.org" not in str(caught.value.message)
    assert writes(box) == 0


def test_without_a_person_it_takes_a_word(box: Sandbox, clock: VirtualClock) -> None:
    """Where nobody can be asked it is refused, with all that it would write: list, tag, masked addresses."""
    with pytest.raises(ConfigurationError, match="nobody is here to ask") as caught:
        rehearse(box, clock, **THREE, confirm=False)
    lines = str(caught.value).splitlines()
    assert max(map(len, lines[1:-1])) <= 100  # a notebook breaks longer lines within words
    said = " ".join(map(str.strip, lines))
    assert "confirm=True" in said
    assert "'Newsletter' (id 4)" in said
    assert "tag 'ac-notebook rehearsal " in said
    assert "number 1 (m…@e….org), number 2 (m…@e….org), number 3 (m…@e….org)" in said
    assert "Address number 3 (m…@e….org) is then unsubscribed" in said  # which of those that look alike
    assert not any(address in said for address in MINE)
    assert writes(box) == 0


@pytest.mark.parametrize(("answer", "goes_on"), [("yes", True), ("Y ", True), ("", False), ("no", False)])
def test_a_person_is_asked(
    connection: Connection, box: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    answer: str, *, goes_on: bool,
) -> None:  # fmt: skip
    """A person sees what will be written, and only a yes begins it."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: answer)
    if goes_on:
        assert connection.rehearse(list="VIP", addresses=MINE[0]).proved
    else:
        with pytest.raises(ConfigurationError, match="not confirmed"):
            connection.rehearse(list="VIP", addresses=MINE[0])
    shown = capsys.readouterr().out
    assert "Written to: 1 of your addresses" in shown
    assert "Automations are off" in shown
    assert MINE[0] not in shown
    assert (writes(box) > 0) == goes_on


def test_nothing_is_sent_without_consent(box: Sandbox, clock: VirtualClock) -> None:
    """Without an agreement, or after it was withdrawn, not even the addresses are looked up."""
    for connection in (through(box, clock).replace(consent=None), through(box, clock).withdraw()):
        with pytest.raises(ConsentError):
            rehearse(box, clock, connection=connection)
    assert box.requests().empty


def test_who_was_there_before_is_left_alone(box: Sandbox, clock: VirtualClock) -> None:
    """Contacts that existed keep status, values and tags, whatever they are; only new addresses are written to."""
    box.unsubscribe(MINE[0], 4)
    box.bounce(MINE[1])
    box.unsubscribe(MINE[1], 5)
    before = box.contacts(), box.memberships(), box.contact_tags()
    effects = len(box.ledger())
    rehearsal = rehearse(box, clock)
    assert rehearsal.trace.people == 5
    old = set(before[0]["id"])
    assert not set(box.ledger().iloc[effects:]["contact"]) & old
    rehearsal.undo()
    assert not set(box.ledger().iloc[effects:]["contact"]) & old


def test_addresses_that_are_all_known_prove_nothing(box: Sandbox, clock: VirtualClock) -> None:
    """With contacts only there is nobody to write to, and a sentence says what to do."""
    box.unsubscribe(MINE[0], 4)
    with pytest.raises(ConfigurationError, match="contacts already") as caught:
        rehearse(box, clock, addresses=[MINE[0]])
    assert "you+1@" in caught.value.hint
    assert writes(box) == 0


def test_only_what_is_needed_is_written(box: Sandbox, clock: VirtualClock) -> None:
    """Three addresses are enough without automations; the others are not written to, nor is another list or field."""
    rehearsal = rehearse(box, clock, addresses=[f"me+{n}@example.org" for n in range(20)], fields=(), automations=False)
    assert sorted(box.contacts()["email"]) == list(MINE[:3]) == sorted(box.contacts()["email"])
    assert set(box.memberships()["list"]) == {4}
    assert set(box.contact_tags()["tag"]) == {rehearsal.trace.tag}
    assert box.ledger(effect="field value written").empty
    assert box.automations().empty


def test_a_full_account_is_a_guard_rail(box: Sandbox, clock: VirtualClock) -> None:
    """Where there is no room for the addresses nothing is written, unless that is allowed."""
    box.limit_contacts(2)
    with pytest.raises(GuardError, match="room for 2 more") as caught:
        rehearse(box, clock, **THREE)
    assert caught.value.rails == ("contact-limit",)
    assert writes(box) == 0
    assert rehearse(box, clock, **THREE, allow={"contact-limit"}).proved["failure_index"] == 1


def test_limits_are_kept(box: Sandbox, clock: VirtualClock) -> None:
    """No request is refused for its pace."""
    rehearse(box, clock)
    assert not box.requests()["status"].isin([429, 503]).any()
    refused = box.requests().query("status == 400 and method == 'POST'")
    assert len(refused) == 4  # the wrong row, too many bytes twice, and what is no address


def test_what_was_learned_is_kept_with_a_saved_connection(box: Sandbox, clock: VirtualClock) -> None:
    """A saved connection knows it in the next kernel; its words say what is proved and what is not."""
    connection = through(box, clock).replace(name="Mine")
    connection.save()
    rehearsal = rehearse(box, clock, connection=connection, **THREE)
    found = ac.connect("Mine").learned
    assert found == rehearsal.learned == rehearsal.connection.learned
    assert found.proved == rehearsal.proved
    assert "An empty name clears what is stored. (2026-03-02)" in repr(found)
    assert not connection.learned.findings  # the value that was there is not changed
    assert not connection.replace(host="other.api-us1.com", is_sandbox=False).learned.findings


def test_it_is_kept_with_the_same_connection_only(box: Sandbox, clock: VirtualClock) -> None:
    """Renamed meanwhile, the connection knows it under its new name; another account that has the old one does not."""
    connection = through(box, clock).replace(name="Mine").save()

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if number == 3:
            ac.connect("Mine").edit(name="Renamed")
            connection.replace(name="Mine", account="another", created=None, link=through(box, clock).link).save()
        return pass_on()

    inner = box.connection.link.transport
    assert inner is not None
    cut = connection.replace(link=replace(connection.link, transport=Wire(inner, IMPORT, treat)))
    rehearsal = rehearse(box, clock, connection=cut, **THREE)
    assert ac.connect("Renamed").learned == rehearsal.learned
    assert not ac.connect("Mine").learned.findings


def test_limits_that_somebody_set_stay(box: Sandbox, clock: VirtualClock) -> None:
    """A shorter import that was chosen is not made longer; and what an account takes is not believed of another."""
    connection = through(box, clock)
    short = connection.replace(limits=replace(connection.limits, bytes_per_import=50_000))
    assert rehearse(box, clock, connection=short, **THREE).connection.limits.bytes_per_import == 50_000
    long = connection.replace(limits=replace(connection.limits, bytes_per_import=400_000))
    moved = long.replace(host="other.api-us1.com", is_sandbox=False)
    assert moved.limits.bytes_per_import == 399_999


def test_it_is_in_the_history_and_is_no_export(box: Sandbox, clock: VirtualClock) -> None:
    """Who rehearsed, undid and when is written down as for an export; it is not among the exports of a connection."""
    connection = through(box, clock).replace(name="Mine").save()
    rehearse(box, clock, connection=connection, **THREE).undo()
    told = connection.history
    events = ["connected", "agreed", "rehearsal started", "rehearsal ended", "rehearsal undone"]
    assert told["event"].tolist() == events
    assert "addresses: 3" in told["details"].iloc[2]
    assert not any(address in str(told.to_dict()) for address in MINE)
    assert connection.exports.empty


def test_a_second_rehearsal_adds_to_the_first(box: Sandbox, clock: VirtualClock) -> None:
    """What was proved before stays proved, and more comes to it."""
    first = rehearse(box, clock, **{**THREE, "addresses": MINE[:1]})
    second = rehearse(
        box, clock, connection=first.connection, addresses=MINE[1:2], fields=FIELDS, automations=False
    )  # fmt: skip
    assert "unfit_value" not in first.learned.proved
    assert set(first.learned.proved) < set(second.learned.proved)


def test_nothing_of_anybody_is_written_down(
    box: Sandbox, clock: VirtualClock, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """No address stands in a log, in what is shown, or in a file; what is kept are numbers and a tag."""
    caplog.set_level(logging.DEBUG)
    rehearsal = rehearse(box, clock, connection=through(box, clock).save())
    shown = repr(rehearsal) + rehearsal._repr_html_() + repr(rehearsal.learned) + caplog.text + repr(rehearsal.trace)
    shown += rehearsal.table.to_string()
    undone = rehearsal.undo()
    assert "me+" not in shown + repr(undone)
    for path in home.rglob("*"):
        if path.is_file():
            assert b"me+" not in path.read_bytes()


def test_the_table_has_every_doubt(box: Sandbox, clock: VirtualClock) -> None:
    """Each doubt has a row: its answer and what that means, or why it is not proved."""
    table = rehearse(box, clock, **THREE).table
    words = dict(zip(table.index, table["words"].tolist(), strict=True))
    assert table.loc["failure_index", "answer"] == 1
    assert table.loc["exclude_automations", "answer"] is None
    assert words["exclude_automations"].startswith("not proved: automations=True")
    assert words["batch_order"].startswith("not proved: it takes very many imports")
    assert json.dumps(table["words"].tolist())


def test_two_at_once_are_refused(box: Sandbox, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one is under way another one on the list is told so."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    caught: list[BaseException] = []

    def answer(_: str) -> str:
        try:
            rehearse(box, clock, **THREE)
        except ac.errors.StateError as error:
            caught.append(error)
        return "no"

    monkeypatch.setattr("builtins.input", answer)
    with pytest.raises(ConfigurationError, match="not confirmed"):
        rehearse(box, clock, **THREE, confirm=False)
    assert len(caught) == 1
