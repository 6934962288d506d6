"""What the other side has: lists, custom fields with their options, tags."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ac_notebook.errors import ConfigurationError, did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

_T = TypeVar("_T")

MULTI_VALUE_TYPES = frozenset({"checkbox", "listbox"})
OPTION_TYPES = frozenset({"dropdown", "radio"}) | MULTI_VALUE_TYPES


@dataclass(frozen=True, kw_only=True)
class ContactList:
    """A list of the account. Names are not unique; the id is.

    Parameters
    ----------
    id
        ActiveCampaign's number of the list.
    name
        Its name.
    subscribers
        Active subscribers, or None where the account does not say.
    """

    id: int
    name: str
    subscribers: int | None = None


@dataclass(frozen=True, kw_only=True)
class Option:
    """One choice of a field: ``value`` is what is stored and sent, ``label`` what people see."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """A custom field of contacts.

    Parameters
    ----------
    id
        ActiveCampaign's number of the field; imports name fields by it.
    title
        What people call it.
    perstag
        Its personalisation tag, without percent signs.
    type
        text, textarea, date, datetime, dropdown, radio, checkbox, listbox, hidden, number or what else there may be.
    options
        The choices of a dropdown, radio, checkbox or listbox field.
    """

    id: int
    title: str
    perstag: str = ""
    type: str = "text"
    options: tuple[Option, ...] = ()

    @property
    def is_multi_value(self) -> bool:
        """Whether it takes several values, written ``||A||B||``."""
        return self.type in MULTI_VALUE_TYPES

    @property
    def has_options(self) -> bool:
        """Whether only certain values are taken."""
        return self.type in OPTION_TYPES


@dataclass(frozen=True, kw_only=True)
class Tag:
    """A tag of the account. Names are unique whatever their case."""

    id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What an account had when it was read: lists, custom fields and tags.

    Parameters
    ----------
    host
        Where it was read.
    contact_lists, custom_fields, contact_tags
        What there was, in ActiveCampaign's order.
    """

    host: str
    contact_lists: tuple[ContactList, ...] = ()
    custom_fields: tuple[Field, ...] = ()
    contact_tags: tuple[Tag, ...] = ()

    def find_list(self, wanted: str | int) -> ContactList:
        """Return the list with this name or id.

        Parameters
        ----------
        wanted
            A name (letter case aside, if only one list matches), an id as an integer, or an id as text.

        Raises
        ------
        ConfigurationError
            When there is none (with the nearest name) or several with the name (with their ids).
        """
        if hasattr(wanted, "__index__") and not isinstance(wanted, bool):
            wanted = operator.index(wanted)
        if isinstance(wanted, bool) or not isinstance(wanted, str | int):
            msg = f"A list is named by its name or its id, not by {wanted!r}."
            raise ConfigurationError(msg, hint='Write list="Newsletter" or list=4.')
        if isinstance(wanted, int):
            return self._list_with_id(wanted)
        found = _matching(wanted, ((item.name, item) for item in self.contact_lists))
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(f"{item.id} ({_subscribers(item)})" for item in found)
            msg = f"{len(found)} lists are called {wanted!r}: {ids}."
            raise ConfigurationError(
                msg, hint=f"Name the one you mean by its id: list={found[0].id}. Nothing was sent."
            )
        if wanted.strip().isdecimal():
            return self._list_with_id(int(wanted))
        names = [item.name for item in self.contact_lists]
        msg = f"The account has no list called {wanted!r}."
        raise ConfigurationError(msg, hint=f"{did_you_mean(wanted, names)} Nothing was sent.")

    def _list_with_id(self, number: int) -> ContactList:
        for item in self.contact_lists:
            if item.id == number:
                return item
        known = ", ".join(f"{item.id} ({item.name!r})" for item in self.contact_lists[:8]) or "none"
        msg = f"The account has no list with the id {number}."
        raise ConfigurationError(msg, hint=f"It has: {known}. Nothing was sent.")

    def find_field(self, wanted: str | int) -> Field | str:
        """Return the custom field with this title, personalisation tag or id, or a sentence saying why there is none.

        A sentence instead of an error, because a mapping tells all its problems at once.
        """
        if isinstance(wanted, int):
            for field in self.custom_fields:
                if field.id == wanted:
                    return field
            known = ", ".join(f"{field.id} ({field.title!r})" for field in self.custom_fields[:8]) or "none"
            return f"the account has no custom field with the id {wanted}. It has: {known}."
        found = _matching(wanted, ((field.title, field) for field in self.custom_fields))
        if not found:
            bare = wanted.strip().strip("%")
            found = _matching(bare, ((field.perstag, field) for field in self.custom_fields if field.perstag))
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(str(field.id) for field in found)
            return f"{len(found)} custom fields are called {wanted!r} (ids {ids}); name the one you mean by its id."
        titles = [field.title for field in self.custom_fields]
        if nearest(wanted, titles) is None:
            tag = nearest(wanted.strip().strip("%"), (field.perstag for field in self.custom_fields if field.perstag))
            help_ = did_you_mean(wanted, titles) if tag is None else f"Did you mean '%{tag}%'?"
            help_ += " An export makes no field: one that is missing is made in ActiveCampaign."
        else:
            help_ = did_you_mean(wanted, titles)
        return f"the account has no custom field called {wanted!r}. {help_}"


def _matching(wanted: str, named: Iterable[tuple[str, _T]]) -> list[_T]:
    pairs = [(name.strip(), item) for name, item in named]
    exact = [item for name, item in pairs if name == wanted.strip()]
    return exact or [item for name, item in pairs if name.casefold() == wanted.strip().casefold()]


def _subscribers(item: ContactList) -> str:
    return "subscribers unknown" if item.subscribers is None else f"{item.subscribers:,} subscribers"
