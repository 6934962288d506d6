"""Builds an account's people anew from its ledger alone, to hold them against what the account shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

_FIXED = ("email", "first_name", "last_name", "phone")


class Box(Protocol):
    """A sandbox, in process or served."""

    def contacts(self) -> pd.DataFrame: ...
    def lists(self) -> pd.DataFrame: ...
    def memberships(self) -> pd.DataFrame: ...
    def contact_tags(self) -> pd.DataFrame: ...
    def automations(self) -> pd.DataFrame: ...
    def ledger(self) -> pd.DataFrame: ...


@dataclass
class People:
    """Contacts by id, their status by list and contact, their tags by name, and which lists started automations."""

    contacts: dict[int, dict[str, str]] = field(default_factory=dict)
    memberships: dict[tuple[int, int], int] = field(default_factory=dict)
    tags: set[tuple[int, str]] = field(default_factory=set)
    starts: list[tuple[int, int]] = field(default_factory=list)


class _Replay:
    """Takes effects one by one; custom fields are known by the order in which they were made."""

    def __init__(self) -> None:
        self.people = People()
        self.titles: dict[int, str] = {}
        self.made = 0

    def effect(self, row: Mapping[Hashable, Any]) -> None:
        name, contact = str(row["effect"]), int(row["contact"])
        what, old, new = row["what"], row["old"], row["new"]
        people = self.people
        if name == "contact created":
            assert contact not in people.contacts, f"contact {contact} is created twice"
            people.contacts[contact] = {"email": new, "first_name": "", "last_name": "", "phone": ""}
        elif name == "contact deleted":
            del people.contacts[contact]
            people.memberships = {key: status for key, status in people.memberships.items() if key[1] != contact}
            people.tags = {entry for entry in people.tags if entry[0] != contact}
            people.starts = [entry for entry in people.starts if entry[0] != contact]
        elif name == "attribute written":
            before = people.contacts[contact].get(what, "")
            assert before == old, f"{what} of contact {contact} was {before!r}, not {old!r}"
            people.contacts[contact][what] = new
        elif name == "field written":
            self._value(contact, str(int(what)), old, new)
        elif name in ("joined list", "left list"):
            self._place(contact, int(what), old, new)
        elif name == "tag added":
            assert (contact, what) not in people.tags, f"contact {contact} has the tag {what!r} twice"
            people.tags.add((contact, what))
        elif name == "tag removed":
            people.tags.remove((contact, what))
        elif name == "automation started":
            people.starts.append((contact, int(what)))
        elif name == "account changed" and what == "field":
            self._field(old, new)

    def _value(self, contact: int, name: str, old: Any, new: Any) -> None:
        values = self.people.contacts[contact]
        assert values.get(name) == old, f"field {name} of contact {contact} was {values.get(name)!r}, not {old!r}"
        if new is None:
            del values[name]
        else:
            values[name] = new

    def _place(self, contact: int, list_id: int, old: Any, new: Any) -> None:
        key, memberships = (list_id, contact), self.people.memberships
        before = None if old is None else int(old)
        assert memberships.get(key) == before, f"contact {contact} had {memberships.get(key)} on list {list_id}"
        if new is None:
            del memberships[key]
        else:
            memberships[key] = int(new)

    def _field(self, old: Any, new: Any) -> None:
        if old is None:
            self.made += 1
            self.titles[self.made] = new
            return
        number = next(number for number, title in self.titles.items() if title == old)
        if new is None:
            del self.titles[number]
        else:
            self.titles[number] = new


def replayed(ledger: pd.DataFrame) -> People:
    """Return the people that the effects of a whole ledger, from the account's first day, make."""
    replay = _Replay()
    for row in _rows(ledger):
        replay.effect(row)
    for number, contact in replay.people.contacts.items():
        shown = {name: contact[name] for name in _FIXED}
        shown |= {title: contact[str(field)] for field, title in replay.titles.items() if str(field) in contact}
        replay.people.contacts[number] = shown
    return replay.people


def shown(box: Box) -> People:
    """Return the people that an account shows."""
    people = People()
    for row in _rows(box.contacts()):
        values = {str(name): value for name, value in row.items() if name != "id" and value is not None}
        people.contacts[int(row["id"])] = values
    people.memberships = {
        (int(row["list"]), int(row["contact"])): int(row["status"]) for row in _rows(box.memberships())
    }
    people.tags = {(int(row["contact"]), row["tag"]) for row in _rows(box.contact_tags())}
    people.starts = [(int(row["contact"]), int(row["list"])) for row in _rows(box.automations())]
    return people


def check(box: Box) -> None:
    """Require that the ledger tells all that is so, and that each list counts its members right.

    Raises
    ------
    AssertionError
        When they differ.
    """
    told, seen = replayed(box.ledger()), shown(box)
    assert told.contacts == seen.contacts
    assert told.memberships == seen.memberships
    assert told.tags == seen.tags
    assert sorted(told.starts) == sorted(seen.starts)
    lists = {int(row["id"]): int(row["subscribers"]) for row in _rows(box.lists())}
    assert {number for number, _ in seen.memberships} <= lists.keys()
    active = [number for (number, _), status in seen.memberships.items() if status == 1]
    assert lists == {number: active.count(number) for number in lists}


def _rows(frame: pd.DataFrame) -> Iterable[dict[Hashable, Any]]:
    """Go through the rows of a frame, with None where there is nothing."""
    for row in frame.to_dict("records"):
        yield {name: None if pd.isna(value) else value for name, value in row.items()}
