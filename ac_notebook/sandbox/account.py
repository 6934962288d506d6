"""The state of one account: contacts, lists and who is on them, custom fields, tags."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from . import readings
from .fields import Field, FieldValues, options_from, perstag_of

ACTIVE = 1
UNSUBSCRIBED = 2


class Membership(NamedTuple):
    """A contact's place on one list. Times are seconds since the epoch."""

    list: int
    status: int
    subscribed: float
    updated: float
    automated: bool  # whether joining started the list's automation


class Contact:
    """One contact, kept small: a million of them must fit in memory."""

    __slots__ = (
        "created",
        "email",
        "field_values",
        "first_name",
        "id",
        "last_name",
        "memberships",
        "phone",
        "tags",
        "updated",
    )

    def __init__(self, number: int, email: str, created: float) -> None:
        self.id = number
        self.email = email
        self.first_name = ""
        self.last_name = ""
        self.phone = ""
        self.created = created
        self.updated = created
        self.field_values: tuple[str | None, ...] = ()  # in the order of the account's fields
        self.memberships: tuple[Membership, ...] = ()
        self.tags: tuple[int, ...] = ()

    def status_on(self, list_id: int) -> int | None:
        """Return the status on a list, None if never on it."""
        for membership in self.memberships:
            if membership.list == list_id:
                return membership.status
        return None


@dataclass(slots=True, kw_only=True)
class MailingList:
    """A list, with its number of active members."""

    id: int
    name: str
    created: float
    automation: bool = False  # whether an automation starts on subscription
    subscribers: int = 0
    contacts: int = 0


@dataclass(slots=True, kw_only=True)
class Tag:
    """A tag and how many contacts carry it."""

    id: int
    name: str
    created: float
    subscribers: int = 0


class Account:
    """Everything the account knows; it has no clock and takes no lock."""

    def __init__(self, created: float) -> None:
        self.created = created
        self.zone = ZoneInfo(readings.ZONE)
        self.contacts: list[Contact] = []  # contact n is at n - 1: ids are consecutive
        self.by_email: dict[str, Contact] = {}
        self.lists: dict[int, MailingList] = {}
        self.fields: dict[int, Field] = {}
        self.field_position: dict[int, int] = {}  # where a field's value is in Contact.field_values
        self.stored_value: dict[int, Callable[[str], str | None]] = {}  # what of a sent value is kept, None for nothing
        self.tags: dict[int, Tag] = {}
        self.tag_by_name: dict[str, Tag] = {}
        self.excluded: set[str] = set()
        self.bounced: set[str] = set()
        self._next_list = 3  # section 13: the first list of a new account has id 3
        self._next_option = 1

    def add_list(self, name: str, created: float, *, automation: bool = False) -> int:
        """Add a list and return its id; names need not be unique (section 4)."""
        number, self._next_list = self._next_list, self._next_list + 1
        self.lists[number] = MailingList(id=number, name=name, created=created, automation=automation)
        return number

    def add_field(
        self,
        title: str,
        type_: str,
        *,
        options: Sequence[str | tuple[str, str]] | None = None,
        perstag: str | None = None,
    ) -> int:
        """Add a custom field and return its id; titles are unique (section 5.1)."""
        if any(field.title.lower() == title.lower() for field in self.fields.values()):
            message = f"there is already a field named {title!r}"
            raise ValueError(message)
        number = len(self.fields) + 1
        made = options_from(options, self._next_option)
        field = Field(id=number, title=title, type=type_, perstag=perstag_of(title, perstag), options=made)
        self._next_option += len(made)
        self.field_position[number] = len(self.fields)
        self.fields[number] = field
        self.stored_value[number] = FieldValues(field, self.zone).stored
        return number

    def contact(self, number: int) -> Contact | None:
        """Return a contact by id, or None."""
        return self.contacts[number - 1] if 0 < number <= len(self.contacts) else None

    def find(self, email: str) -> Contact | None:
        """Return the contact of an address, or None."""
        return self.by_email.get(readings.key_of(email))

    def create(self, email: str, key: str, when: float) -> Contact:
        """Add a contact for an address that has none."""
        contact = Contact(len(self.contacts) + 1, email, when)
        self.contacts.append(contact)
        self.by_email[email if key == email else key] = contact
        return contact

    def set_status(self, contact: Contact, list_id: int, status: int, when: float, *, automated: bool) -> None:
        """Put a contact on a list, or change its status there; joining starts the list's automation if `automated`."""
        place = self.lists[list_id]
        before = next((entry for entry in contact.memberships if entry.list == list_id), None)
        if before is None:
            starts = automated and place.automation and status == ACTIVE
            contact.memberships += (Membership(list_id, status, when, when, starts),)
            place.contacts += 1
            place.subscribers += status == ACTIVE
        elif before.status != status:
            changed = before._replace(status=status, updated=when)
            contact.memberships = tuple(changed if entry is before else entry for entry in contact.memberships)
            place.subscribers += (status == ACTIVE) - (before.status == ACTIVE)

    def add_tags(self, contact: Contact, names: Sequence[str], when: float) -> None:
        """Tag a contact, by name; tags are made when missing and never removed (section 7.1)."""
        carried = contact.tags
        for name in names:
            tag = self.tag_by_name.get(name) or self._tag(name, when)
            if tag is not None and tag.id not in carried:
                carried += (tag.id,)
                tag.subscribers += 1
        contact.tags = carried

    def _tag(self, name: str, when: float) -> Tag | None:
        key = name.lower()  # section 6.4: names are unique without regard to case
        tag = self.tag_by_name.get(key)
        if tag is None and key.strip():
            tag = Tag(id=len(self.tags) + 1, name=name, created=when)
            self.tags[tag.id] = self.tag_by_name[key] = tag
        return tag
