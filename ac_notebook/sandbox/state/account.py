"""The state of one account: its contacts, and what happens to them."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

from ac_notebook.sandbox.ledger import ATTRIBUTE, DELETED, FIELD, JOINED, LEFT, STARTED, TAGGED, UNTAGGED, count_of

from .catalogue import Catalogue
from .contacts import ACTIVE, BY_IMPORT, UNSUBSCRIBED, Contact, unpacked
from .searches import Searches

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from ac_notebook.sandbox.ledger import Ledger
    from ac_notebook.sandbox.quirks import Quirks

    from .places import MailingList, Tag

ATTRIBUTES = ("email", "first_name", "last_name", "phone")
_MOST_OTHERS = 1_000_000  # above any id of a list, tag or field
_GENERATION = 10**15


class Account(Catalogue):
    """Everything the account knows; it has no clock and takes no lock. Times are whole seconds since the epoch.

    Parameters
    ----------
    created
        When it was made.
    quirks, ledger, zone
        How it reads the contract, where it tells what it does, and where it is.
    """

    def __init__(self, created: int, quirks: Quirks, ledger: Ledger, zone: ZoneInfo) -> None:
        super().__init__(quirks, ledger, zone)
        self.created = created
        # By id, in order; None once deleted. A dictionary of numbers and bytes, because the garbage collector passes
        # such a one over, while it would look through a list of a million each time.
        self.packed: dict[int, bytes | None] = {}
        self.by_key: dict[str, int] = {}
        self.missing: list[int] = []  # ids of deleted contacts, ascending
        self.active = 0  # how many are active on some list
        self.bounced: set[str] = set()
        self.forgotten: dict[str, tuple[int, bytes]] = {}  # deleted contacts by key, for an admin to restore (9)
        self.removals: dict[str, int] = {}  # how often a link of that name was removed: a new one has a new id
        self.contact_limit: int | None = None
        self.touched: dict[int, bytes | None] = {}  # contacts written since the store last asked
        self.remembers_touched = False
        self.change = 0  # how often a contact was written
        self.searches = Searches()

    def key(self, email: str) -> str:
        """Return what two addresses of one contact have in common (7.6: upsert by address; UNKNOWN: case)."""
        return email if self.quirks.address_case == "matters" else email.lower()

    def contact(self, number: int) -> Contact | None:
        """Return a contact by id, or None."""
        content = self.packed.get(number)
        return unpacked(number, content) if content else None  # empty: made, but never kept

    def find(self, email: str) -> Contact | None:
        """Return the contact of an address, or None."""
        return self.contact(self.by_key.get(self.key(email), 0))

    def contacts(self) -> Iterator[Contact]:
        """Go through all contacts, by id."""
        return (unpacked(number, content) for number, content in self.packed.items() if content)

    def missing_between(self, ids: range) -> int:
        """Return how many of some consecutive ids belong to deleted contacts."""
        if not ids:
            return 0
        least, most = sorted((ids[0], ids[-1]))
        return bisect.bisect_right(self.missing, most) - bisect.bisect_left(self.missing, least)

    def billed(self) -> int:
        """Return how many contacts count against the limit (section 8: two ways of counting)."""
        return len(self.by_key) if self.quirks.limit_counts == "all" else self.active

    @property
    def bounced_status(self) -> int:
        """The status of a bounced contact on a list: 0 and 3 are in CONFLICT (section 6.3)."""
        return 3 - self.quirks.unconfirmed_status

    @property
    def full(self) -> bool:
        """Whether one more contact would be over the limit."""
        return self.contact_limit is not None and self.billed() >= self.contact_limit

    def remembered(self, key: str) -> Contact | None:
        """Return the deleted contact that an import would bring back, None where it would make a new one (9)."""
        if self.quirks.deleted_contact == "forgotten" or key in self.by_key or key not in self.forgotten:
            return None
        return unpacked(*self.forgotten[key])

    def create(self, email: str, when: int) -> Contact:
        """Make a contact for an address that has none; `keep` it to have it stay."""
        key = self.key(email)
        if key in self.forgotten and self.quirks.deleted_contact == "restored":
            number, content = self.forgotten.pop(key)
            restored = unpacked(number, content)
            restored.fresh = True
            restored.tags, restored.starts = [], []
            restored.memberships = [entry for entry in restored.memberships if entry[0] in self.lists]
            self.by_key[key] = number
            self.missing.remove(number)
            for membership in restored.places:
                self.lists[membership.list].statuses[membership.status] += 1
            self.active += restored.active
            return restored
        contact = Contact(len(self.packed) + 1, email, when, updated=when, fresh=True)
        self.packed[contact.id] = b""  # its place; `keep` fills it
        self.by_key[key] = contact.id
        return contact

    def keep(self, contact: Contact) -> None:
        """Store a contact that was made or changed."""
        content = contact.packed()
        if contact.fresh:
            tags = [self.tags[entry[0]].name for entry in contact.tags]
            self.ledger.add_contact(contact.id, content, tags, count_of(contact))
            contact.fresh = False
        self.packed[contact.id] = content
        self.change += 1
        if self.remembers_touched:
            self.touched[contact.id] = content

    def delete(self, contact: Contact) -> None:
        """Delete a contact with all that hangs on it."""
        for membership in contact.places:
            if membership.list in self.lists:
                self.lists[membership.list].statuses[membership.status] -= 1
        for tagging in contact.taggings:
            if tagging.tag in self.tags:
                self.tags[tagging.tag].subscribers -= 1
        self.active -= contact.active
        key = self.key(contact.email)
        self.forgotten[key] = (contact.id, contact.packed())
        self.packed[contact.id] = None
        self.change += 1
        bisect.insort(self.missing, contact.id)
        del self.by_key[key]
        if self.remembers_touched:
            self.touched[contact.id] = None
        self.ledger.add(DELETED, contact.id, None, contact.email, None)

    def write(self, contact: Contact, name: str, text: str) -> None:
        """Write an attribute: an address (that is free), a name or a phone."""
        before = getattr(contact, name)
        if before == text:
            return
        if name == "email":
            del self.by_key[self.key(before)]
            self.by_key[self.key(text)] = contact.id
        setattr(contact, name, text)
        if not contact.fresh:
            self.ledger.add(ATTRIBUTE, contact.id, name, before, text)

    def write_value(self, contact: Contact, field: int, text: str | None, when: int) -> None:
        """Write a custom field's value as it is to be stored; None removes it."""
        name = str(field)
        before = contact.values.get(name)
        if text is None:
            if before is None:
                return
            del contact.values[name]
            self._removed(f"value {contact.id} {field}")
        elif before is None:
            contact.values[name] = text if when == contact.created else (text, when, when)
        else:
            created = contact.created if type(before) is str else before[1]
            contact.values[name] = text if when == contact.created else (text, created, when)
        if not contact.fresh:
            old = before if before is None or type(before) is str else before[0]
            if old != text:
                self.ledger.add(FIELD, contact.id, field, old, text)

    def place(
        self, contact: Contact, row: MailingList, status: int, when: int, *, automated: bool, source: int = BY_IMPORT
    ) -> None:
        """Put a contact on a list, or change its status there; joining starts the list's automation if `automated`."""
        before = contact.status_on(row.id)
        was_active = contact.active
        if before is None:
            contact.memberships.append((row.id, status, when, when, source))
            row.members.add(contact.id)
            row.statuses[status] += 1
        elif before != status:
            contact.memberships = [
                (*entry[:1], status, entry[2], when, source) if entry[0] == row.id else entry
                for entry in contact.memberships
            ]
            row.statuses[before] -= 1
            row.statuses[status] += 1
        self.active += contact.active - was_active
        if before != status and not contact.fresh:
            left = status in (UNSUBSCRIBED, self.bounced_status)
            self.ledger.add(LEFT if left else JOINED, contact.id, row.id, before, status)
        joins = before != ACTIVE or self.quirks.repeat_automations == "again"
        if automated and row.automation and status == ACTIVE and joins:
            contact.starts.append((row.id, when))
            if not contact.fresh:
                self.ledger.add(STARTED, contact.id, row.id, None, None)

    def tag(self, contact: Contact, tag: Tag, when: int) -> bool:
        """Tag a contact; return whether it was not tagged so before."""
        number = tag.id
        for entry in contact.tags:
            if entry[0] == number:
                return False
        contact.tags.append((tag.id, when))
        tag.members.add(contact.id)
        tag.subscribers += 1
        if not contact.fresh:
            self.ledger.add(TAGGED, contact.id, number, None, tag.name)
        return True

    def untag(self, contact: Contact, tag: int) -> None:
        """Take a tag off a contact that carries it."""
        contact.tags = [entry for entry in contact.tags if entry[0] != tag]
        if tag in self.tags:
            self.tags[tag].subscribers -= 1
        self._removed(f"tag {contact.id} {tag}")
        self.ledger.add(UNTAGGED, contact.id, tag, self.tags[tag].name if tag in self.tags else None, None)

    def _removed(self, name: str) -> None:
        self.removals[name] = self.removals.get(name, 0) + 1

    def link_id(self, kind: str, contact: int, other: int) -> int:
        """Return the id of a membership, a tagging or a field value: made from both ends, so that none need be kept."""
        generation = self.removals.get(f"{kind} {contact} {other}", 0) if self.removals else 0
        return contact * _MOST_OTHERS + other + _GENERATION * generation

    def linked(self, kind: str, link: int) -> tuple[int, int]:
        """Return contact and other end of a link's id, (0, 0) when there is no such link now."""
        contact, other = divmod(link % _GENERATION, _MOST_OTHERS)
        return (contact, other) if self.link_id(kind, contact, other) == link else (0, 0)

    def changes(self) -> dict[int, bytes | None]:
        """Return the contacts that were written since the last call, None for those deleted."""
        touched, self.touched = self.touched, {}
        return touched

    def delete_list(self, row: MailingList) -> None:
        """Delete a list; people keep everything else."""
        for number in row.members.sorted():
            contact = self.contact(number)
            if contact is None or contact.status_on(row.id) is None:
                continue
            was_active = contact.active
            before = contact.status_on(row.id)
            contact.memberships = [entry for entry in contact.memberships if entry[0] != row.id]
            self.active += contact.active - was_active
            self.ledger.add(LEFT, contact.id, row.id, before, None)
            self.keep(contact)
        del self.lists[row.id]
        self.tell("list", row.name, None)

    def delete_tag(self, tag: Tag) -> None:
        """Delete a tag, also from those who carry it."""
        for number in tag.members.sorted():
            contact = self.contact(number)
            if contact is not None and any(entry[0] == tag.id for entry in contact.tags):
                self.untag(contact, tag.id)
                self.keep(contact)
        del self.tags[tag.id], self.tag_by_name[tag.name.lower()]
        self.tell("tag", tag.name, None)
