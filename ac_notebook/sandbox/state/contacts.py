"""One contact, and how it is packed: a million of them must fit in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

ACTIVE = 1
UNSUBSCRIBED = 2
BY_IMPORT = 3  # section 6.3: sourceid of a membership that an import or the API made
RESUBSCRIBED = 4


class Membership(NamedTuple):
    """A contact's place on one list. Times are whole seconds since the epoch."""

    list: int
    status: int
    subscribed: int
    updated: int
    source: int = BY_IMPORT


class Tagging(NamedTuple):
    """A tag on a contact."""

    tag: int
    when: int


class Start(NamedTuple):
    """An automation that joining a list started."""

    list: int
    when: int


class Value(NamedTuple):
    """What is stored for one custom field."""

    text: str
    created: int
    updated: int


@dataclass(slots=True)
class Contact:
    """One contact, unpacked to be read or changed; `Account.keep` packs it again.

    `values` holds texts by field id for what was written when the contact was made, else text, creation and update.
    """

    id: int
    email: str
    created: int
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    organization: str = ""  # of the CRM, by name: `customer_acct_name` of an import
    updated: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    memberships: list[Any] = field(default_factory=list)
    tags: list[Any] = field(default_factory=list)
    starts: list[Any] = field(default_factory=list)
    fresh: bool = False  # made a moment ago: the ledger gets it as a whole, not effect by effect

    def status_on(self, list_id: int) -> int | None:
        """Return the status on a list, None if never on it."""
        for entry in self.memberships:
            if entry[0] == list_id:
                return int(entry[1])
        return None

    def value(self, field_id: int) -> Value | None:
        """Return what is stored for a custom field, None if nothing is."""
        stored = self.values.get(str(field_id))
        if stored is None:
            return None
        return Value(stored, self.created, self.created) if type(stored) is str else Value(*stored)

    @property
    def places(self) -> list[Membership]:
        """The memberships, in the order in which they came about."""
        return [Membership(*entry) for entry in self.memberships]

    @property
    def taggings(self) -> list[Tagging]:
        """The tags, in the order in which they were added."""
        return [Tagging(*entry) for entry in self.tags]

    @property
    def automations(self) -> list[Start]:
        """The automations that were started."""
        return [Start(*entry) for entry in self.starts]

    @property
    def active(self) -> bool:
        """Whether it is active on any list: what older accounts are billed by (section 8)."""
        for entry in self.memberships:  # noqa: SIM110 - any() takes three times as long, for each contact of an import
            if entry[1] == ACTIVE:
                return True
        return False

    def packed(self) -> bytes:
        """Return it as bytes: one object for the garbage collector instead of thirty."""
        content = orjson.dumps(
            (
                self.email, self.first_name, self.last_name, self.phone, self.organization, self.created,
                self.updated, self.values, self.memberships, self.tags, self.starts,
            )
        )  # fmt: skip
        return memoryview(content).tobytes()  # a copy of just its size: orjson's own holds 4 KB, however short it is


def unpacked(number: int, content: bytes) -> Contact:
    """Return a contact from its bytes."""
    email, first, last, phone, organization, created, updated, *rest = orjson.loads(content)
    return Contact(number, email, created, first, last, phone, organization, updated, *rest)
