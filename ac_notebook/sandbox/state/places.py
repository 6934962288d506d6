"""Lists, tags, groups, users and exclusions: the small collections of an account."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from .members import Members

ADMIN_GROUP = 3  # section 4: the built-in group "Admin"
PERMISSIONS = (
    "pgListAdd",
    "pgListEdit",
    "pgListDelete",
    "pgContactAdd",
    "pgContactEdit",
    "pgContactDelete",
    "pgContactImport",
    "pgContactExport",
    "pgContactSync",
    "pgContactFields",
    "pgContactResubscribe",
    "pgTagManage",
    "pgGroupAdd",
    "pgGroupEdit",
    "pgGroupDelete",
)  # fmt: skip - names of the service's own


@dataclass(slots=True, kw_only=True)
class MailingList:
    """A list, who is on it, and what joining it sets off."""

    id: int
    name: str
    created: int
    updated: int
    stringid: str
    automation: bool = False  # whether an automation starts on subscription
    double_opt_in: bool = False
    settings: dict[str, Any] = field(default_factory=dict)  # what POST /lists was given beside the name
    statuses: Counter[int] = field(default_factory=Counter)  # how many contacts have each status
    members: Members = field(default_factory=Members)


@dataclass(slots=True, kw_only=True)
class Tag:
    """A tag and who carries it."""

    id: int
    name: str
    created: int
    updated: int
    description: str = ""
    subscribers: int = 0
    members: Members = field(default_factory=Members)


@dataclass(slots=True, kw_only=True)
class Relation:
    """A custom field on a list; list 0 is all of them (section 5.1)."""

    id: int
    field: int
    list: int
    created: int


@dataclass(slots=True, kw_only=True)
class Group:
    """A group of users, and what its members' keys may do."""

    id: int
    title: str
    description: str = ""
    permissions: dict[str, bool] = field(default_factory=dict)

    def may(self, permission: str) -> bool:
        """Tell whether a member may."""
        return self.permissions.get(permission, False)


@dataclass(slots=True, kw_only=True)
class ListGroup:
    """A list that a group may see."""

    id: int
    list: int
    group: int


@dataclass(slots=True, kw_only=True)
class User:
    """A user; each has one key, which may do what the user's group may (section 1)."""

    id: int
    name: str
    group: int


@dataclass(slots=True, kw_only=True)
class Exclusion:
    """Addresses that must not be mailed: one, or all that begin or end alike; on some lists, or on all (section 9)."""

    id: int
    phrase: str
    match: str = "exact"
    lists: tuple[int, ...] = ()
    hidden: bool = False
    channel: str = "all"  # all, allEmail, allSms, or several: the lists that it names

    def holds(self, email: str, lists: tuple[int, ...], sms: frozenset[int] = frozenset()) -> bool:
        """Tell whether it keeps an address off any of some lists, of which `sms` are for text messages."""
        phrase, address = self.phrase.lower(), email.lower()
        if self.channel == "several" and not set(self.lists) & set(lists):
            return False
        if self.channel == "allSms" and not sms.intersection(lists):
            return False
        if self.channel == "allEmail" and lists and sms.issuperset(lists):
            return False
        if self.match == "end":
            return address.endswith(phrase)
        return address.startswith(phrase) if self.match == "begin" else address == phrase
