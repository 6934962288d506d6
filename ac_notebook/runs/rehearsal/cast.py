"""Who plays which part in a rehearsal, and what will be written, in words. Pure."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ac_notebook.errors import quoted
from ac_notebook.model.consent import WIDEST_LINE
from ac_notebook.runs.labels import mask

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ac_notebook.model.account import ContactList, Field

NAMES = ("Rehearsal", "Test")
"""First and last name that everybody gets."""

NOBODY = "ac-notebook-rehearsal"
NOWHERE = "ac-notebook-rehearsal@invalid"
"""Addresses that are none: one without an @, one whose domain cannot exist (RFC 6761, section 6.4)."""

NO_LIST = 2_000_000_000
"""A list that no account has."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Cast:
    """Who of the given addresses is written to, and for what. Only those that are no contacts yet.

    Parameters
    ----------
    first
        Is created, changed, sent twice, in capitals, with blanks and odd values.
    second
        Is created while the first one is changed.
    third
        Is unsubscribed, and sent again.
    special
        Has letters beyond ASCII.
    automated
        Join the list while automations are excluded nowhere, at the top, and in the contact.
    known
        How many of the addresses are contacts already: they are left alone.
    unused
        How many are not needed.
    places
        The place of each among the given addresses, counted from 1.
    """

    first: str | None = None
    second: str | None = None
    third: str | None = None
    special: str | None = None
    automated: tuple[str, ...] = ()
    known: int = 0
    unused: int = 0
    places: Mapping[str, int] = field(default_factory=dict)

    def who(self, *addresses: str | None) -> str:
        """Return which of the given addresses some are, by their places and masked: all may look alike."""
        return ", ".join(
            f"number {self.places.get(address, 0)} ({mask(address)})" for address in addresses if address is not None
        )

    @property
    def everybody(self) -> tuple[str, ...]:
        """All who are written to."""
        some = (self.first, self.second, self.third, self.special, *self.automated)
        return tuple(address for address in some if address is not None)


def cast_of(addresses: Sequence[str], contacts: Mapping[str, Sequence[int]], *, automations: bool) -> Cast:
    """Give the parts to the addresses that are no contacts yet, in their order.

    Parameters
    ----------
    addresses
        The user's own.
    contacts
        Which contacts have each.
    automations
        Whether automations may be started.

    Examples
    --------
    >>> cast = cast_of(["a@b.org", "c@b.org"], {"a@b.org": [7], "c@b.org": []}, automations=False)
    >>> cast.first, cast.second, cast.known
    ('c@b.org', None, 1)
    """
    new = [address for address in addresses if not contacts.get(address)]
    odd = [address for address in new if is_odd(address)]
    plain = [address for address in new if not is_odd(address)]
    parts: list[str | None] = [*plain[:3], None, None, None]
    others = tuple(plain[3:6]) if automations else ()
    used = len(plain[:3]) + len(odd[:1]) + len(others)
    return Cast(
        first=parts[0], second=parts[1], third=parts[2], special=next(iter(odd), None), automated=others,
        known=len(addresses) - len(new), unused=len(new) - used,
        places={address: place for place, address in enumerate(addresses, start=1)},
    )  # fmt: skip


def is_odd(address: str) -> bool:
    """Return whether an address has letters beyond ASCII; those with other odd characters are never sent."""
    return not address.isascii()


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What a rehearsal will write, before anything is written. Shows no address.

    Parameters
    ----------
    title
        Where.
    cast
        To whom.
    contact_list
        The list.
    tag
        The tag.
    fields
        Custom fields that may be written.
    automations
        Whether automations may be started.
    """

    title: str
    cast: Cast
    contact_list: ContactList
    tag: str
    fields: tuple[Field, ...] = ()
    automations: bool = False
    imports: int = 20

    @property
    def lines(self) -> list[str]:
        """What will be written, and what cannot be taken back, in sentences."""
        cast, place = self.cast, f"the list {quoted(self.contact_list.name)} (id {self.contact_list.id})"
        people = cast.who(*cast.everybody)
        said = [f"Written to: {len(cast.everybody)} of your addresses, which are no contacts yet: {people}."]
        if cast.known:
            said.append(f"Left alone: {cast.known} that are contacts already; nothing of them is changed.")
        if cast.unused:
            said.append(f"Not needed, and not written to: {cast.unused}.")
        said.append(
            f"Each becomes a contact called {' '.join(NAMES)!r} (the names change on the way), joins {place}, and gets "
            f"the tag {self.tag!r}, which is made."
        )
        if cast.third is not None:
            said.append(f"Address {cast.who(cast.third)} is then unsubscribed from the list, and imported again.")
        if cast.first is not None:
            said.append(f"Address {cast.who(cast.first)} is also sent twice at once, in capitals, and with blanks.")
            said.append(
                "Two texts that are no addresses, a contact without an address, and a list that does not exist are "
                "sent, to be refused."
            )
        if self.fields:
            titles = ", ".join(quoted(item.title) for item in self.fields)
            said.append(f"Custom fields of address {cast.who(cast.first)} are written, also unfit values: {titles}.")
        said.append(self._automations())
        said.append(
            "Mail that is not an automation may still go to these addresses: a list's opt-in confirmation, its last "
            "campaign if the list sends that to new subscribers, and notices to the list's owners."
        )
        said.append(
            f"Requests: some {self.imports} imports and {8 * self.imports} others, within the account's limits."
        )
        said.append(
            "Can be undone: the tag, and the places on the list; with undo(delete_contacts=True) the contacts, too. A "
            "contact that stays is unsubscribed from the list, and no import can put it back."
        )
        said.append(
            "Cannot be undone: what ActiveCampaign itself writes down (activity of the contacts). Undoing it without "
            "deleting may start automations that start when a tag is removed or somebody leaves the list; nothing "
            "excludes those."
        )
        return said

    def _automations(self) -> str:
        if self.cast.automated:
            people = self.cast.who(*self.cast.automated)
            return f"AUTOMATIONS MAY START, since automations=True was said: for {people}; for the others they are off."
        if self.automations:
            return "Automations are off in both documented places: there are too few addresses to try them."
        return (
            "Automations are off in both documented places, for everybody, whatever starts them (joining the list, "
            "a tag, a changed field, leaving the list); if one starts nevertheless, the rehearsal ends."
        )

    def __str__(self) -> str:
        return "\n".join([self.title, *map(item, self.lines)])


def item(line: str) -> str:
    """Return an item of a list in lines that a notebook shows whole; it breaks longer ones within words."""
    return textwrap.fill(
        line, WIDEST_LINE, initial_indent="  - ", subsequent_indent="    ", break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
