"""What a key may do, as far as reading tells: nothing is written to find out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ac_notebook.errors import APIError, AuthenticationError, PermissionDeniedError
from ac_notebook.model.rights import FOR_EXPORTS, LOOK, TAGS
from ac_notebook.remote.rows import dictionaries, total

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ac_notebook.model.rights import Right
    from ac_notebook.remote.client import Client

_ADMIN_GROUP = 3
"""The group that there is in every account, and that may do everything (contract section 4)."""

_YES, _NO = ("1", "true"), ("0", "false", "")


def read_rights(client: Client, *, is_administrator: bool | None) -> dict[Right, bool | None]:
    """Read what a key may do that exports take: two requests, and none for an administrator.

    It is written on the groups of users; which of them the key's user is in is not told, so that it is known where all
    groups that it can be in agree. Whether it may look at imports is asked apart: that hints at importing, and no more.

    Parameters
    ----------
    client
        The account.
    is_administrator
        Whether the key's user is an administrator, who may do everything; None where that is not known.

    Returns
    -------
    dict
        True, False, or None where ActiveCampaign does not tell before the first import. Never raises for an answer:
        an export does not depend on it.
    """
    rights = (LOOK, *FOR_EXPORTS, TAGS)
    may: dict[Right, bool | None] = dict.fromkeys(rights, True if is_administrator else None)
    if is_administrator:
        return may
    try:
        client.get("import/bulk_import", attempts=2)
    except PermissionDeniedError as error:
        if error.status == 403:  # noqa: PLR2004 - HTTP; else the account has lapsed
            may[LOOK] = False
    except APIError:
        pass
    else:
        may[LOOK] = True
    if is_administrator is False:
        rows = _groups(client)
        unknown = [right for right, allowed in may.items() if allowed is None and right is not LOOK]
        may |= {right: _agreed([_flag(row, right.flag) for row in rows]) for right in unknown}
    return may


def is_refused(client: Client, path: str) -> tuple[bool, int | None]:
    """Ask for a collection, and return whether that is refused to the key, and how many rows there are if that is told.

    Called when the key is known to be one: then a refusal without a word is about the right.
    """
    try:
        page = client.get(path, {"limit": "1", "offset": "0"}).body
    except (PermissionDeniedError, AuthenticationError) as error:
        return error.status == 403, None  # noqa: PLR2004 - HTTP
    found = total(page, default=-1)
    return False, found if found >= 0 else None


def _groups(client: Client) -> list[dict[str, Any]]:
    """Return the groups that a user who is no administrator can be in; none where not all of them can be read."""
    try:
        page = client.get("groups", {"limit": "100"}, attempts=2).body
    except APIError:
        return []
    rows = dictionaries(page, "groups")
    return [row for row in rows if int(row["id"]) != _ADMIN_GROUP] if total(page, default=0) <= len(rows) else []


def _flag(row: Mapping[str, Any], name: str) -> bool | None:
    value = str(row.get(name)).lower()
    return True if value in _YES else False if value in _NO else None


def _agreed(told: list[bool | None]) -> bool | None:
    return told[0] if told and all(value is told[0] for value in told) else None
