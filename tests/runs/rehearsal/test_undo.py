"""Undoing a rehearsal: nothing of it is left that is not told, whoever asks for it and when."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ac_notebook.errors import ConsentError, StateError
from ac_notebook.sandbox import Quirks
from tests.runs.rehearsal.accounts import MINE, account, rehearse
from tests.virtual import through
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from ac_notebook.sandbox import Sandbox
    from tests.virtual import VirtualClock

THREE: dict[str, Any] = {"addresses": MINE[:3], "fields": (), "automations": False}


def tags(box: Sandbox, clock: VirtualClock) -> dict[str, int]:
    """Return the tags that the account has: number by name."""
    with through(box, clock).client() as client:
        return {tag.name: tag.id for tag in client.snapshot().contact_tags}


def test_tag_and_places_are_taken_back(box: Sandbox, clock: VirtualClock) -> None:
    """Afterwards nobody has the tag, which is gone, and nobody of the rehearsal is active on the list."""
    rehearsal = rehearse(box, clock)
    undone = rehearsal.undo()
    assert undone.is_whole
    assert undone.people == undone.untagged == 6
    assert undone.off_list == 5  # the third had been taken off
    assert box.contact_tags().empty
    assert rehearsal.trace.tag not in tags(box, clock)
    assert set(box.memberships()["status"]) == {2}
    assert len(box.contacts()) == 6


def test_contacts_are_deleted_when_that_is_said(box: Sandbox, clock: VirtualClock) -> None:
    """With delete_contacts=True the account is as it was before."""
    box.unsubscribe("somebody@example.net", 4)
    before = box.contacts()["email"].tolist(), len(box.memberships()), tags(box, clock)
    undone = rehearse(box, clock).undo(delete_contacts=True)
    assert undone.is_whole
    assert undone.deleted == 6
    assert (box.contacts()["email"].tolist(), len(box.memberships()), tags(box, clock)) == before


def test_undoing_twice_changes_nothing_more(box: Sandbox, clock: VirtualClock) -> None:
    """The second time there is nothing to take back, and nothing is changed."""
    rehearsal = rehearse(box, clock)
    rehearsal.undo()
    effects = len(box.ledger())
    again = rehearsal.undo()
    assert again.is_whole
    assert again.people == 0
    assert len(box.ledger()) == effects


def test_nobody_is_put_back_on_a_list(box: Sandbox, clock: VirtualClock) -> None:
    """Whoever opted out during or after the rehearsal has still done so after it was undone."""
    rehearsal = rehearse(box, clock)
    box.unsubscribe(MINE[1], 4)
    rehearsal.undo()
    places = box.memberships()
    assert set(places.loc[places["list"] == 4, "status"]) == {2}


@pytest.mark.parametrize("tag_right", [True, False])
def test_what_the_key_may_not_do_is_told(box: Sandbox, clock: VirtualClock, *, tag_right: bool) -> None:
    """Without the right to delete contacts or manage tags the rest is taken back, and what is left is said."""
    rehearsal = rehearse(box, clock)
    without = ["pgContactDelete"] + ([] if tag_right else ["pgTagManage"])
    clerk = through(box.add_user("clerk", without=without), clock)
    undone = clerk.undo_rehearsal(delete_contacts=True)
    assert undone.deleted == 0
    assert undone.off_list == 5
    assert len([line for line in undone.left if "was not deleted" in line]) == 6
    assert "clerk" not in repr(undone)
    assert max(map(len, repr(undone).splitlines())) <= 100
    assert len([line for line in undone.notes if "keeps the tag" in line]) == 1
    kept = clerk.undo_rehearsal()  # the tag alone, which needs another right
    assert len([line for line in kept.left if "still has the tag" in line]) == (0 if tag_right else 6)
    assert box.contact_tags().empty == tag_right
    assert rehearsal.undo(delete_contacts=True).is_whole


def test_contacts_that_could_not_be_deleted_are_found_again(box: Sandbox, clock: VirtualClock) -> None:
    """A key that may not delete leaves the tag, so that one that may deletes them later."""
    rehearse(box, clock)
    undone = through(box.add_user("clerk", without=["pgContactDelete"]), clock).undo_rehearsal(delete_contacts=True)
    assert (undone.deleted, undone.is_whole) == (0, False)
    undone = through(box, clock).undo_rehearsal(delete_contacts=True)
    assert (undone.deleted, undone.is_whole) == (6, True)
    assert box.contacts().empty


def test_another_kernel_can_undo_it(box: Sandbox, clock: VirtualClock) -> None:
    """What was written down is enough to undo it: no address, and nothing of the process that made it."""
    for number in (0, 3):
        rehearse(box, clock, addresses=MINE[number : number + 3], fields=(), automations=False)
    undone = through(box, clock).undo_rehearsal(delete_contacts=True)
    assert undone.deleted == 6
    assert box.contacts().empty
    assert through(box, clock).undo_rehearsal().people == 0


def test_a_tag_that_others_used_is_not_taken_at_its_word(box: Sandbox, clock: VirtualClock) -> None:
    """Where far more people have the tag than were written to, nothing is changed."""
    rehearsal = rehearse(box, clock, addresses=MINE[:1], fields=(), automations=False)
    tag = tags(box, clock)[rehearsal.trace.tag]
    for number in range(4):
        box.unsubscribe(f"other.{number}@example.net", 5)
    others = box.contacts().query("email.str.startswith('other')")["id"]
    with through(box, clock).client() as api:
        for contact in others:
            body = b'{"contactTag":{"contact":"%d","tag":"%d"}}' % (contact, tag)
            api.ask("contactTags", method="POST", body=body)
    effects = len(box.ledger())
    with pytest.raises(StateError, match="5 contacts have the tag"):
        rehearsal.undo(delete_contacts=True)
    assert len(box.ledger()) == effects


def test_undoing_needs_the_agreement_too(box: Sandbox, clock: VirtualClock) -> None:
    """After the agreement was withdrawn nothing is sent, not even to undo something; agreed anew, it goes on."""
    rehearsal = rehearse(box, clock, addresses=MINE[:1], fields=(), automations=False)
    rehearsal.connection.withdraw()
    count = len(box.requests())
    with pytest.raises(ConsentError):
        rehearsal.connection.replace(consent=None).undo_rehearsal()
    assert len(box.requests()) == count
    assert rehearsal.connection.agree().undo_rehearsal(delete_contacts=True).deleted == 1


@pytest.mark.parametrize("case", ["ignored", "matters"])
def test_everybody_is_found_by_the_tag(case: str) -> None:
    """Also contacts that were only made because the account reads the contract otherwise are taken back."""
    quirks = Quirks(address_case=case, address_layer="second", unknown_list="ignored")  # type: ignore[arg-type]  # of the two
    box, clock = account(quirks)
    undone = rehearse(box, clock).undo(delete_contacts=True)
    assert undone.deleted == (6 if case == "ignored" else 7)
    assert box.contacts().empty
    assert box.contact_tags().empty


def _change(box: Sandbox, clock: VirtualClock, method: str, path: str, body: dict[str, Any]) -> None:
    """Change something by hand, as a person does in ActiveCampaign."""
    with through(box, clock).client() as api:
        assert api.ask(path, method=method, body=json.dumps(body).encode()).meaning == "ok"


def test_a_contact_that_others_tagged_is_left_alone(box: Sandbox, clock: VirtualClock) -> None:
    """Whoever has the tag and another address, as after a merge, keeps list and tag, is not deleted, and is told of."""
    rehearsal = rehearse(box, clock, **THREE)
    _change(box, clock, "POST", "contacts", {"contact": {"email": "customer@example.net"}})
    customer = int(box.contacts()["id"].max())
    tag = tags(box, clock)[rehearsal.trace.tag]
    _change(box, clock, "POST", "contactTags", {"contactTag": {"contact": str(customer), "tag": str(tag)}})
    effects = len(box.ledger())
    for undone in (rehearsal.undo(delete_contacts=True), through(box, clock).undo_rehearsal()):
        assert not undone.is_whole
        assert f"Contact {customer} has the tag" in undone.left[0]
    assert customer not in set(box.ledger().iloc[effects:]["contact"])
    assert box.contacts()["email"].tolist() == ["customer@example.net"]


@pytest.mark.parametrize("killed", [False, True])
def test_a_tag_that_was_renamed_is_told(box: Sandbox, clock: VirtualClock, *, killed: bool) -> None:
    """Where the tag is not there any more, it is said that contacts may be left, and by what they are found."""
    rehearsal = rehearse(box, clock, **THREE)
    tag = tags(box, clock)[rehearsal.trace.tag]
    _change(box, clock, "DELETE", f"tags/{tag}", {})
    undone = through(box, clock).undo_rehearsal() if killed else rehearsal.undo()
    assert undone.people == 0
    assert "called 'Rehearsal Test'" in repr(undone)
    assert len(box.contacts()) == 3


def test_contacts_that_lost_the_tag_are_told(box: Sandbox, clock: VirtualClock) -> None:
    """Where fewer have the tag than arrived, it is said how many, and what may have become of the others."""
    rehearsal = rehearse(box, clock, **THREE)
    first = int(box.contacts()["id"].min())
    with through(box, clock).client() as api:
        (link,) = api.get(f"contacts/{first}/contactTags").body["contactTags"]
    _change(box, clock, "DELETE", f"contactTags/{link['id']}", {})
    undone = rehearsal.undo(delete_contacts=True)
    assert undone.deleted == 2
    assert "made 3 contacts, and 2 have its tag" in repr(undone)


def test_nothing_is_undone_under_a_rehearsal(box: Sandbox, clock: VirtualClock) -> None:
    """While a rehearsal is under way its contacts are not taken from it: it would conclude something from that."""
    told: list[StateError] = []

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if number == 6:
            with pytest.raises(StateError, match="under way") as caught:
                through(box, clock).undo_rehearsal(delete_contacts=True)
            told.append(caught.value)
        return pass_on()

    inner = box.connection.link.transport
    assert inner is not None
    rehearsal = rehearse(box, clock, connection=through(box, clock, transport=Wire(inner, IMPORT, treat)), **THREE)
    assert "Nothing was sent." in told[0].hint
    assert rehearsal.undo(delete_contacts=True).deleted == 3
