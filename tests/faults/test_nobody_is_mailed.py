"""Nobody becomes active who opted out, bounced or is excluded, whatever happens to an export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.sandbox import Sandbox
from ac_notebook.sandbox.state.contacts import ACTIVE
from tests.faults.unwilling import VIP, story
from tests.unharmed import brought_back

if TYPE_CHECKING:
    from tests.virtual import VirtualClock


def test_a_thousand_unwilling_people_stay_so() -> None:
    """Stopped, repeated, sent again, with answers lost and refreshed: all are refused, each with the right reason."""
    assert [line for line in story(1_000) if not line.right] == []


def test_the_suite_notices_who_is_brought_back(clock: VirtualClock) -> None:
    """What each sandbox is asked in the end finds an opt-out that an import undid, and a bounced one that is active."""
    made = Sandbox(clock=clock.monotonic, now=clock.now)
    people = ("left@example.org", "bounced@example.org")
    for address in people:
        made.unsubscribe(address, VIP)
    made.bounce(people[1])
    assert brought_back(made) == []
    clock.sleep(10.0)
    account = made._state
    for address in people:
        contact = account.find(address)
        assert contact is not None
        account.place(contact, account.lists[VIP], ACTIVE, int(clock.now().timestamp()), automated=False)
        account.keep(contact)
    account.ledger.close_page(clock.now().timestamp(), "import 1")
    assert brought_back(made) == [1, 2]
