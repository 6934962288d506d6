"""The account at the other side: the sandbox, and what others do in it meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ac_notebook.sandbox import Sandbox
from ac_notebook.sandbox.ledger import STARTED
from ac_notebook.sandbox.state.contacts import ACTIVE
from tests.faults.schedules.people import BOUNCED, EXCLUDED, GONE
from tests.faults.schedules.tally import TALLY

if TYPE_CHECKING:
    from tests.faults.schedules.people import Values
    from tests.virtual import VirtualClock

NAME = "Newsletter"  # it has an automation
OTHER_NAME = "Letters"

ACTS = (
    "unsubscribes", "bounces", "excludes", "deletes a contact", "deletes the list", "renames the list",
    "deletes the field", "lowers the limit", "revokes the key",
)  # fmt: skip

Scope = tuple[str, int, bool]
"""What a definition's rows are remembered under: whose home, the list's number, automations on or off."""


@dataclass(frozen=True)
class Touch:
    """Somebody else changed people: from when, who (None: not one of the exports), and whom (None: everybody)."""

    since: int
    by: Scope | None
    addresses: frozenset[str] | None


@dataclass
class Account:
    """A sandbox, and a memory of what others than the export under test did to it."""

    clock: VirtualClock
    touches: list[Touch] = field(default_factory=list)
    blocked: set[str] = field(default_factory=lambda: {*GONE, BOUNCED, EXCLUDED})
    """Who must not be mailed: they left, they bounced, or they are excluded."""
    silent: set[str] = field(default_factory=set)
    """Those of them who were on the list when they were excluded: they may stay, and nobody is to become active."""
    left: set[str] = field(default_factory=lambda: set(GONE))
    seconds_held: float = 0.0
    """Seconds that the service itself let pass."""
    users: int = 0

    def __post_init__(self) -> None:
        """Make the account, with people in it who must not be mailed."""
        self.box = Sandbox(clock=self.clock.monotonic, now=self.clock.true, sleep=self._hold)
        for address in GONE:
            self.box.unsubscribe(address, self.number)
        self.box.bounce(BOUNCED)
        self.box.exclude(EXCLUDED)
        self.user = self.box

    def _hold(self, seconds: float) -> None:
        self.seconds_held += seconds
        self.clock.sleep(seconds)

    @property
    def number(self) -> int:
        """The list's number; 0 when it is gone."""
        return next((row.id for row in self.box._state.lists.values() if row.name in (NAME, OTHER_NAME)), 0)

    def somebody(self, act: str, address: str, now: int) -> None:
        """Have somebody else do something; ``now`` is the number of the run that it falls into."""
        TALLY[f"somebody {act}"] += 1
        box, number = self.box, self.number
        if act == "unsubscribes" and number:
            box.unsubscribe(address, number)
            self.blocked.add(address)
            self.left.add(address)
        elif act == "bounces":
            box.bounce(address)
            self.blocked.add(address)
        elif act == "excludes":
            if address in self.active():
                self.silent.add(address)
            box.exclude(address)
            self.blocked.add(address)
        elif act == "deletes a contact":
            if address not in self.left:  # with a contact, the service forgets that it left
                box.delete(address)
        else:
            self._of_the_account(act)
            self.touches.append(Touch(now, None, None))
            return
        self.touches.append(Touch(now, None, frozenset({address})))

    def _of_the_account(self, act: str) -> None:
        state, service = self.box._state, self.box._service
        if act == "lowers the limit":
            self.box.limit_contacts(len(self.addresses()) + 3)
        elif act == "revokes the key":
            self.box.app.revoke(service, self.user._user)
        elif act == "deletes the field":
            found = next((row for row in state.fields.values() if row.title == "Points"), None)
            if found is not None:
                state.delete_field(found)
        elif self.number:
            row = state.lists[self.number]
            if act == "deletes the list":
                state.delete_list(row)
            else:
                row.name = OTHER_NAME if row.name == NAME else NAME

    def mend(self) -> None:
        """Do what a person would do about all that was done to the account."""
        box = self.box
        box.limit_contacts(None)
        number = self.number
        if not number:
            number = box.add_list(NAME, automation=True)
            for address in sorted(self.left):  # with a list, the service forgets who left it
                box.unsubscribe(address, number)
        box._state.lists[number].name = NAME
        if all(row.title != "Points" for row in box._state.fields.values()):
            box.add_field("Points", "number")
        if self.user.api_key not in box.app._keys:
            self.users += 1
            self.user = box.add_user(f"user {self.users}")

    # Read where they stand: a DataFrame for each question would take most of a schedule's time.

    def active(self) -> set[str]:
        """Return who is active on any list."""
        self.box._advance()
        return {contact.email.lower() for contact in self.box._state.contacts() if contact.active}

    def harmed(self) -> set[str]:
        """Return who is active and must not be: on the list that they left, or on any for all others."""
        left = self.left & set(self.held(self.number))
        return left | (self.active() & (self.blocked - self.left - self.silent))

    def addresses(self) -> list[str]:
        """Return the address of each contact."""
        return [contact.email.lower() for contact in self.box._state.contacts()]

    def has(self, number: int) -> bool:
        """Tell whether a list is there."""
        return number in self.box._state.lists

    def held(self, number: int) -> dict[str, Values]:
        """Return who is active on a list, with their values."""
        self.box._advance()
        state = self.box._state
        points = next((row.id for row in state.fields.values() if row.title == "Points"), 0)
        there = (contact for contact in state.contacts() if contact.status_on(number) == ACTIVE)
        return {
            contact.email.lower(): (contact.first_name, value.text if (value := contact.value(points)) else "")
            for contact in there
        }  # fmt: skip

    def started(self) -> list[str]:
        """Return the sources of all automations that were started."""
        return [effect.source for effect in self.box._state.ledger.effects() if effect.effect == STARTED]

    def faults_met(self) -> int:
        """Return how many requests met a fault."""
        return len(self.box.faults._met)

    def is_touched(self, scope: Scope, address: str, since: int) -> bool:
        """Tell whether somebody else changed a person in a run or after it."""
        return any(
            touch.since >= since
            and touch.by != scope
            and (touch.addresses is None or address in touch.addresses)
            for touch in self.touches
        )  # fmt: skip
