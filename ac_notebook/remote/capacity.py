"""Whether an account has room for more contacts, and whether somebody is one already."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import APIError, AuthenticationError, NotFoundError, PermissionDeniedError
from ac_notebook.model.capacity import Capacity
from ac_notebook.remote.parsing import whole
from ac_notebook.remote.rows import dictionaries, total

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ac_notebook.remote.client import Client

_FORBIDDEN = 403

_ATTEMPTS = 2
"""How often each question is asked at the most: nothing depends on an answer, and somebody waits for it."""


def read_capacity(client: Client) -> Capacity:
    """Read an account's contact limit; never raises for an answer, because an export does not depend on it.

    ``GET /settings/account`` says limit and number of contacts, to keys of administrators only (contract section 8).
    Else the limits of groups do, where all groups have the same one: which group the key's user is in is not told.

    Returns
    -------
    Capacity
        With ``unknown`` where neither says.
    """
    return read_settings(client)[1]


def read_settings(client: Client, *, ask_groups: bool = True) -> tuple[Mapping[str, Any], Capacity]:
    """Read what an account says of itself, and its contact limit: the settings are empty where the key may not.

    Parameters
    ----------
    client
        The account.
    ask_groups
        Whether the limits of groups are asked for where the account does not tell, with two requests more.
    """

    def otherwise(why: str) -> Capacity:
        return _of_groups(client, why) if ask_groups else Capacity(unknown=why)

    try:
        settings = client.get("settings/account", attempts=_ATTEMPTS).body
    except (PermissionDeniedError, AuthenticationError) as error:
        if error.status != _FORBIDDEN:
            return {}, Capacity(unknown="ActiveCampaign gave no answer")
        return {}, replace(otherwise("only keys of administrators may read it"), is_administrator=False)
    except NotFoundError:
        return {}, otherwise("the account does not tell")
    except APIError:
        return {}, Capacity(unknown="ActiveCampaign gave no answer")
    limit, there = _number(settings, "subscriber_limit"), _number(settings, "subscriber_total")
    if limit is None or there is None:
        return settings, otherwise("the account does not tell")
    # A limit of 0 is none, as in the limits of groups.
    return settings, Capacity(limit=limit or None, total=there, is_administrator=True)


def is_contact(client: Client, address: str) -> bool:
    """Return whether the account has a contact with this address (contract section 6.2)."""
    page = client.get("contacts", {"email": address, "limit": "1"}).body
    return any(str(row.get("email", "")).lower() == address.lower() for row in dictionaries(page, "contacts"))


def _of_groups(client: Client, why: str) -> Capacity:
    try:
        rows = dictionaries(client.get("groupLimits", {"limit": "100"}, attempts=_ATTEMPTS).body, "groupLimits")
        limits = {_number(row, "limitContact") for row in rows}
        limit = limits.pop() if len(limits) == 1 else None
        if not limit:  # 0 is no limit of the group (contract section 8); the account may have one nevertheless
            return Capacity(unknown=why)
        there = total(client.get("contacts", {"limit": "1"}, attempts=_ATTEMPTS).body, default=-1)
    except APIError:
        return Capacity(unknown=why)
    return Capacity(limit=limit, total=there) if there >= 0 else Capacity(unknown=why)


def _number(row: Mapping[str, Any], name: str) -> int | None:
    """Return a number that comes as number or text (contract section 10.9); None where it is none."""
    value = whole(row.get(name))
    return value if value is not None and value >= 0 else None
