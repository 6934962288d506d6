"""What the page shows of people to somebody who has no token: other users of the machine can reach the port."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ac_notebook.sandbox import ledger

if TYPE_CHECKING:
    from ac_notebook.sandbox.ledger import Effect

HIDDEN = "…"
_LONGEST_TOP_LEVEL = 10
_HARMLESS = re.compile(r"[A-Za-z_]{1,40}|[0-9]{1,20}")  # the parts of an endpoint's path, and ids


def address(whole: str) -> str:
    """Return a mail address so that one may guess whose it is who knows the person, and nobody else.

    Examples
    --------
    >>> address("anna.berg@example.org")
    'a…@e….org'
    """
    local, at, domain = whole.rpartition("@")
    if not at:
        return HIDDEN
    top = domain.rpartition(".")[2]
    ending = f".{top}" if "." in domain and top.isalpha() and len(top) <= _LONGEST_TOP_LEVEL else ""
    return f"{local[:1]}{HIDDEN}@{domain[:1]}{HIDDEN}{ending}"


def name(whole: str) -> str:
    """Return the first letter of a name."""
    return f"{whole[:1]}{HIDDEN}" if whole else ""


def value(whole: Any) -> Any:
    """Return nothing of a phone number or a field's value but that there is one."""
    return whole if whole is None or whole == "" else HIDDEN


def path(whole: str) -> str:
    """Return the path of a request without what somebody may have put into it.

    Examples
    --------
    >>> path("/api/3/contacts/12")
    '/api/3/contacts/12'
    >>> path("/api/3/contacts/anna@example.org")
    '/api/3/contacts/…'
    """
    return "/".join(part if not part or _HARMLESS.fullmatch(part) else HIDDEN for part in whole.split("/"))


def source(whole: str) -> str:
    """Return where an effect came from, likewise."""
    method, space, rest = whole.partition(" ")
    return f"{method} {path(rest)}" if space and rest.startswith("/") else whole


def effect(entry: Effect) -> Effect:
    """Return an entry of the ledger without what it says of a person."""
    mask = {
        ledger.CREATED: address,
        ledger.DELETED: address,
        ledger.REFUSED: address,
        ledger.FIELD: value,
        ledger.ATTRIBUTE: _ATTRIBUTES.get(entry.what, value),
        ledger.OF_ACCOUNT: name if entry.what in ("user", "key") else None,
    }.get(entry.effect)
    masked = entry._replace(source=source(entry.source))
    if mask is None:
        return masked
    old, new = (mask(side) if isinstance(side, str) else side for side in (entry.old, entry.new))
    return masked._replace(old=old, new=new)


_ATTRIBUTES = {"email": address, "first_name": name, "last_name": name}
