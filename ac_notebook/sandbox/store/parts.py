"""The small collections of an account as JSON, and an account made of them and of its contacts."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import orjson

from ac_notebook.sandbox.quirks import Quirks, positions
from ac_notebook.sandbox.state.account import Account
from ac_notebook.sandbox.state.contacts import unpacked
from ac_notebook.sandbox.state.fields import Field, Option
from ac_notebook.sandbox.state.places import Exclusion, Group, ListGroup, MailingList, Relation, Tag, User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ac_notebook.sandbox.ledger import Ledger

# Who is on a list or carries a tag, the contacts say.
_LIST = tuple(field.name for field in fields(MailingList) if field.name not in ("members", "statuses"))
_TAG = tuple(field.name for field in fields(Tag) if field.name not in ("members", "subscribers"))


class AlikeError(ValueError):
    """Two contacts would have one address, as the quirks now say."""


def parts_of(account: Account, keys: dict[str, int]) -> dict[str, bytes]:
    """Return the small collections by name: all of an account but contacts, ledger, imports and requests.

    Parameters
    ----------
    account
        Whose they are.
    keys
        The ids of its users by key.
    """
    parts: dict[str, Any] = {
        "lists": [{name: getattr(row, name) for name in _LIST} for row in account.lists.values()],
        "tags": [{name: getattr(row, name) for name in _TAG} for row in account.tags.values()],
        "fields": list(account.fields.values()),
        "option_settings": list(account.option_settings.items()),
        "relations": list(account.relations.values()),
        "groups": list(account.groups.values()),
        "users": list(account.users.values()),
        "list_groups": list(account.list_groups.values()),
        "exclusions": list(account.exclusions.values()),
        "last_ids": account.last_ids,
        "keys": keys,
        "quirks": {name: getattr(account.quirks, name) for name in positions()},
        "account": {
            "created": account.created,
            "zone": account.zone.key,
            "contact_limit": account.contact_limit,
        },
    }
    return {name: orjson.dumps(content) for name, content in parts.items()}


def quirks_of(parts: dict[str, Any]) -> Quirks:
    """Return how the account read the contract; what there is no switch or position for any more is as in a new one."""
    known = positions()
    kept = {
        name: position
        for name, position in parts["quirks"].items()
        if any(position == other and type(position) is type(other) for other in known.get(name, ()))
    }
    return Quirks(**kept)


def account_of(parts: dict[str, Any], quirks: Quirks, ledger: Ledger) -> Account:
    """Return an account with its small collections, and without contacts."""
    plain = parts["account"]
    account = Account(plain["created"], quirks, ledger, ZoneInfo(plain["zone"]))
    account.contact_limit = plain["contact_limit"]
    account.lists = {row["id"]: MailingList(**row) for row in parts["lists"]}
    account.tags = {row["id"]: Tag(**row) for row in parts["tags"]}
    account.tag_by_name = {tag.name.lower(): tag for tag in account.tags.values()}
    for row in parts["fields"]:
        options = tuple(Option(**option) for option in row.pop("options"))
        account.put_field(Field(**row, options=options))
    account.option_settings = dict(parts["option_settings"])
    account.relations = {row["id"]: Relation(**row) for row in parts["relations"]}
    account.groups = {row["id"]: Group(**row) for row in parts["groups"]}
    account.users = {row["id"]: User(**row) for row in parts["users"]}
    account.list_groups = {row["id"]: ListGroup(**row) for row in parts["list_groups"]}
    account.exclusions = {
        row["id"]: Exclusion(**{**row, "lists": tuple(row["lists"])}) for row in parts["exclusions"]
    }  # fmt: skip
    account.last_ids = dict(parts["last_ids"])
    return account


def fill(account: Account, contacts: Iterable[tuple[int, bytes | None]]) -> None:
    """Put contacts into an account, by ascending ids, and count and index them anew; None is a deleted one.

    Raises
    ------
    AlikeError
        When two have one address.
    """
    packed, by_key, lists, tags = account.packed, account.by_key, account.lists, account.tags
    for number, content in contacts:
        while len(packed) < number - 1:  # never kept: there is no such contact
            packed[len(packed) + 1] = None
            account.missing.append(len(packed))
        packed[number] = content
        if content is None:
            account.missing.append(number)
            continue
        contact = unpacked(number, content)
        key = account.key(contact.email)
        if key in by_key:
            raise AlikeError
        by_key[key] = number
        account.active += contact.active
        for entry in contact.memberships:
            if entry[0] in lists:
                lists[entry[0]].members.add(number)
                lists[entry[0]].statuses[entry[1]] += 1
        for entry in contact.tags:
            if entry[0] in tags:
                tags[entry[0]].members.add(number)
                tags[entry[0]].subscribers += 1


def remember(account: Account, forgotten: Iterable[tuple[str, int, bytes]]) -> None:
    """Put back what is known of deleted contacts; who is restored has its place on its lists again."""
    for key, number, content in forgotten:
        account.forgotten[key] = (number, content)
        for place in unpacked(number, content).places:
            if place.list in account.lists:
                account.lists[place.list].members.add(number)
