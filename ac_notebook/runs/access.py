"""Whose key it is, and what it may do: shown when a connection is verified, with read-only calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import PermissionDeniedError
from ac_notebook.model.capacity import Capacity
from ac_notebook.model.rights import ADVICE, IMPORT, LOOK, READ_FIELDS, SEE_LISTS, ask_for
from ac_notebook.remote.capacity import read_settings
from ac_notebook.remote.parsing import whole
from ac_notebook.remote.rights import is_refused, read_rights
from ac_notebook.runs import show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ac_notebook.model.rights import Right
    from ac_notebook.remote.client import Client


@dataclass(frozen=True, kw_only=True, repr=False)
class Access:
    """Whose key a connection has, and what it may do, as ActiveCampaign said it when the connection was verified.

    It is shown, and kept with the connection in this kernel only: no name of a user is stored.

    Parameters
    ----------
    host
        Whose host said so.
    account
        The account's name where the key may read it, else "".
    user
        The name of the key's user; never an e-mail address.
    user_id
        ActiveCampaign's number of the user, or None where it is not told.
    is_administrator
        Whether the user is in the group Admin, who may do everything; None where it is not told.
    lists, fields
        How many lists the user sees, and how many custom fields there are; None where it is refused or not told.
    may
        For each right that an export takes: True, False, or None where it shows only with the first import.
    capacity
        How many contacts the account may have and has, where the key may read it.
    is_sandbox
        Whether it is a sandbox.
    """

    host: str
    user: str
    account: str = ""
    user_id: int | None = None
    is_administrator: bool | None = None
    lists: int | None = None
    fields: int | None = None
    may: Mapping[Right, bool | None] = field(default_factory=dict)
    capacity: Capacity = field(default_factory=Capacity)
    is_sandbox: bool = False

    @property
    def whose(self) -> str:
        """User and account, in a few words."""
        return show.plain(f"{self.user}, account {self.account or 'without a name that is told'}")

    @property
    def title(self) -> str:
        """User, account and host, in a line."""
        return f"{'SANDBOX · ' if self.is_sandbox else ''}{self.whose}, at {self.host}"

    @property
    def missing(self) -> tuple[Right, ...]:
        """The rights without which nothing can be exported, and that the key does not have."""
        return tuple(right for right, allowed in self.may.items() if allowed is False)

    @property
    def advice(self) -> str:
        """What to do about a key that may do more than an export takes; "" where it does not, or nobody knows."""
        return ADVICE if self.is_administrator and not self.is_sandbox else ""

    def __repr__(self) -> str:
        lines = [("Advice: this key may do everything in the account", [self.advice] if self.advice else [])]
        return show.text(self.title, [], self._rows(), lines)

    def _repr_html_(self) -> str:
        more = show.details("This key may do everything in the account", [self.advice] if self.advice else [])
        return show.page(self.title, [], self._rows(), more)

    def _rows(self) -> list[show.Row]:
        rows = [
            _row("lists", self.may.get(SEE_LISTS), _seen(self.lists), "that the key's user sees"),
            _row("custom fields", self.may.get(READ_FIELDS), _seen(self.fields), ""),
        ]
        for right, allowed in self.may.items():
            if right not in (SEE_LISTS, READ_FIELDS):
                rows.append(_row(right.words, allowed, {True: "yes", False: "no", None: "not told"}[allowed],
                                 "shows only with the first import" if allowed is None else ""))  # fmt: skip
        return [*rows, self._limit()]

    def _limit(self) -> show.Row:
        it = self.capacity
        if it.unknown:
            return _row("contact limit", None, "not told", it.unknown)
        if it.limit is None:
            return _row("contact limit", allowed=True, number="none", meaning="")
        return _row("contact limit", it.total < it.limit, f"{it.limit:,}", f"{it.total:,} are there")


def read_access(client: Client, *, is_sandbox: bool = False) -> Access:
    """Ask whose key it is and what it may do; four requests, or six where the user is no administrator.

    Raises
    ------
    APIError
        When the key, the account or the host is not right: each kind says what to do.
    """
    user = client.me()
    lists_refused, lists = is_refused(client, "lists")
    fields_refused, fields = is_refused(client, "fields")
    settings, capacity = read_settings(client, ask_groups=False)
    may: dict[Right, bool | None] = {
        SEE_LISTS: False if lists_refused else None if lists is None else True,
        READ_FIELDS: False if fields_refused else None if fields is None else True,
        **read_rights(client, is_administrator=capacity.is_administrator),
    }
    return Access(
        host=client.host, account=_name(settings, "account"), user=_user(user), user_id=whole(user.get("id")),
        is_administrator=capacity.is_administrator, lists=lists, fields=fields, may=may, capacity=capacity,
        is_sandbox=is_sandbox,
    )  # fmt: skip


def require_access(access: Access) -> None:
    """Raise when the key is known to lack what every export takes: to see lists, and to import.

    Raises
    ------
    PermissionDeniedError
        Naming all of it, and what to ask for.
    """
    # One sign alone is no proof: a connection that could export would not even be made.
    proved = (SEE_LISTS, IMPORT) if LOOK in access.missing else (SEE_LISTS,)
    missing = [right for right in access.missing if right in proved]
    if missing:
        raise refused(access.host, missing)


def refused(host: str, missing: list[Right]) -> PermissionDeniedError:
    """Return the error for rights that are missing."""
    words = " and may not ".join(right.words for right in missing)
    return PermissionDeniedError(
        f"The key is valid, and its user may not {words} at {host}.",
        hint=f"{ask_for(missing)} Nothing was sent.", status=403,
    )  # fmt: skip


def _row(word: str, allowed: bool | None, number: str, meaning: str) -> show.Row:  # noqa: FBT001 - a value of three
    sign, colour = {True: ("✓", show.GOOD), False: ("✗", show.BAD), None: ("?", show.WARN)}[allowed]
    return show.Row(sign, colour, word, number, meaning)


def _seen(number: int | None) -> str:
    return "not told" if number is None else f"{number:,}"


def _user(user: Mapping[str, Any]) -> str:
    """Return what to call a user: by name, or by number where all there is is an address."""
    whole_name = f"{_name(user, 'firstName')} {_name(user, 'lastName')}".strip()
    for name in (whole_name, _name(user, "username")):
        if name and "@" not in name:
            return name
    return f"user {whole(user.get('id')) or 'without a name'}"


def _name(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return value.strip() if isinstance(value, str) else ""
