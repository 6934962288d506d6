"""Taking back what a rehearsal added: the tag, the places on the list, and, if it is said, the contacts that it made.

Who it wrote to is told by its tag, and by the keyed fingerprints of its addresses: so nothing has to be kept of
anybody, and it can be undone after the notebook's process has ended, and twice. Whoever has the tag and another
address (merged with one of the rehearsal, or tagged by hand) is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ac_notebook.errors import StateError
from ac_notebook.remote import people
from ac_notebook.runs.rehearsal.cast import NAMES, NOBODY, NOWHERE, item
from ac_notebook.runs.rehearsal.sent import prints_of
from ac_notebook.runs.show import count
from ac_notebook.runs.words import without_people

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ac_notebook.errors import ActiveCampaignError
    from ac_notebook.remote.client import Client

_QUIET = 120.0
_LOOK = 5.0
MORE = 3
"""Contacts that a rehearsal may have made beside its addresses: one in capitals, and two of what is no address."""


@dataclass(frozen=True, kw_only=True)
class Trace:
    """What has to be known of a rehearsal to undo it; no address.

    Parameters
    ----------
    run
        Its id.
    tag
        Its tag's name.
    list_id
        The list.
    people
        To how many addresses it wrote.
    prints
        Keyed fingerprints of these addresses.
    is_open
        Whether an import of it may still be on its way.
    arrived
        How many contacts it has seen of its own; None where that is not known.
    """

    run: str
    tag: str
    list_id: int
    people: int
    prints: frozenset[int] = field(default=frozenset(), repr=False)
    is_open: bool = False
    arrived: int | None = None


def own_prints(addresses: Iterable[str], key: bytes) -> frozenset[int]:
    """Return the keyed fingerprints of the addresses of a rehearsal, with the two that it makes up."""
    return prints_of([*addresses, NOBODY, NOWHERE], key)


@dataclass(frozen=True, kw_only=True, repr=False)
class Undone:
    """What was taken back.

    Parameters
    ----------
    people
        Contacts that had the tag.
    untagged, off_list, deleted
        Of how many the tag was taken off, how many were taken off the list, and how many were deleted.
    left
        What could not be taken back, in sentences.
    notes
        What may be left that the rehearsal can no longer find.
    """

    people: int = 0
    untagged: int = 0
    off_list: int = 0
    deleted: int = 0
    left: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left that was to be taken back."""
        return not self.left

    def __add__(self, other: Undone) -> Undone:
        return Undone(
            people=self.people + other.people, untagged=self.untagged + other.untagged,
            off_list=self.off_list + other.off_list, deleted=self.deleted + other.deleted,
            left=(*self.left, *other.left), notes=tuple(dict.fromkeys((*self.notes, *other.notes))),
        )  # fmt: skip

    def __repr__(self) -> str:
        said = f"Undone: {count(self.people, 'contact')} of the rehearsal; the tag was taken off {self.untagged}"
        said += f", {self.off_list} left the list, {self.deleted} were deleted."
        return "\n".join([said, *map(item, (*self.left, *self.notes))])


def undo(
    client: Client, trace: Trace, *, delete_contacts: bool, check: Callable[[], ActiveCampaignError | None], key: bytes
) -> Undone:  # fmt: skip
    """Take back what a rehearsal added.

    Parameters
    ----------
    client
        The account's API.
    trace
        What is known of the rehearsal.
    delete_contacts
        Whether the contacts that it made are deleted, too.
    check
        Returns why nothing more may be sent, or None.
    key
        Of the fingerprints.

    Raises
    ------
    StateError
        When far more contacts have its tag than it wrote to: then they are not its own.
    APIError
        When the account does not answer.
    """
    left = (
        []
        if not trace.is_open or _is_quiet(client)
        else ["An import may still be on its way: undo once more in some minutes."]
    )
    tag = people.tag_number(client, trace.tag)
    if tag is None:
        return Undone(left=tuple(left), notes=() if trace.arrived == 0 else (_without_tag(trace),))
    numbers = people.ids_with_tag(client, tag, page_size=100)
    if len(numbers) > trace.people + MORE:
        raise StateError(
            f"{len(numbers):,} contacts have the tag {trace.tag!r}, and the rehearsal wrote to {trace.people}.",
            hint="Somebody else has used the tag: take it off by hand in ActiveCampaign. Nothing was changed.",
        )
    done = Undone(people=len(numbers), left=tuple(left), notes=_fewer(trace, len(numbers)))
    for number in numbers:
        _raise(check())
        done += _one(client, number, tag, trace, delete_contacts=delete_contacts, key=key)
    if done.is_whole and not people.is_done(people.delete_tag(client, tag)):
        done += Undone(left=(f"The tag {trace.tag!r} stays in the account: the key may not delete tags.",))
    return done


def _without_tag(trace: Trace) -> str:
    return (
        f"The account has no tag {trace.tag!r}: nothing of the rehearsal arrived, it was undone before, or the tag was "
        f"renamed or deleted in ActiveCampaign. If so, look there for contacts called {' '.join(NAMES)!r}."
    )


def _fewer(trace: Trace, found: int) -> tuple[str, ...]:
    if trace.arrived is None or found >= trace.arrived:
        return ()
    made = count(trace.arrived, "contact")
    said = (
        f"The rehearsal made {made}, and {found} have its tag: the others were taken back before, lost it, or were "
        f"merged or deleted. If so, look in ActiveCampaign for contacts called {' '.join(NAMES)!r}."
    )
    return (said,)


def _one(client: Client, number: int, tag: int, trace: Trace, *, delete_contacts: bool, key: bytes) -> Undone:
    found = people.person(client, number)
    if found is None:
        return Undone(untagged=1)
    if not prints_of([found.email], key) <= trace.prints:
        said = f"Contact {number} has the tag {trace.tag!r} and an address that the rehearsal did not write to "
        return Undone(left=(f"{said}(merged, changed, tagged by others): it is left as it is, and so is the tag.",))
    left, notes = [], []
    keeps_tag = False
    if delete_contacts:
        answer = people.delete_contact(client, number)
        if people.is_done(answer):
            return Undone(deleted=1, untagged=1)
        left.append(f"Contact {number} was not deleted: {_said(answer.message)}")
        keeps_tag = True
        notes.append(_to_be_deleted(trace))
    off_list = 0
    # Only ever taken off: whoever has opted out meanwhile stays so.
    if found.statuses.get(trace.list_id) not in (None, "2"):
        answer = people.unsubscribe(client, number, trace.list_id)
        off_list = int(people.is_done(answer))
        if not off_list:
            left.append(f"Contact {number} is still on the list: {_said(answer.message)}")
    if keeps_tag:  # which alone tells later who is to be deleted
        return Undone(off_list=off_list, left=tuple(left), notes=tuple(notes))
    untagged = people.take_tag_off(client, number, tag)
    if not people.is_done(untagged):
        left.append(f"Contact {number} still has the tag {trace.tag!r}: {_said(untagged.message if untagged else '')}")
    return Undone(untagged=int(people.is_done(untagged)), off_list=off_list, left=tuple(left))


def _to_be_deleted(trace: Trace) -> str:
    return (
        f"Who was not deleted keeps the tag {trace.tag!r}: delete them by it in ActiveCampaign, or undo again with a "
        "key that may delete. undo() without delete_contacts takes the tag off."
    )


def _said(message: str) -> str:
    return without_people(message, []) or "ActiveCampaign gave no reason; the key may lack the right to."


def _raise(error: ActiveCampaignError | None) -> None:
    if error is not None:
        raise error


def _is_quiet(client: Client) -> bool:
    """Wait until no import is on its way, for two minutes at the most; what is applied later would be left behind."""
    waited = 0.0
    while people.outstanding(client) != 0:
        if waited >= _QUIET:
            return False
        client.pause(_LOOK)
        waited += _LOOK
    return True
