"""Reading query strings: pages, orders and the filters of contacts (section 3)."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from . import readings
from .account import Account, Contact

Row = TypeVar("Row")
Arguments = MultiDict[str, str]

_LARGEST_NUMBER = 10**15
_UNSUPPORTED = ("segmentid", "formid", "seriesid", "waitid")
_ORDERS = {
    "email": lambda contact: contact.email.lower(),
    "first_name": lambda contact: contact.first_name.lower(),
    "last_name": lambda contact: contact.last_name.lower(),
    "name": lambda contact: (contact.first_name + " " + contact.last_name).lower(),
    "cdate": lambda contact: contact.created,
    "id": lambda contact: contact.id,
}


def number(text: str | None, otherwise: int = 0) -> int:
    """Return a whole number out of a query, or `otherwise` when it is none."""
    negative = text is not None and text.startswith("-")
    digits = (text or "")[negative:]
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(_LARGEST_NUMBER))):
        return otherwise
    return -int(digits) if negative else int(digits)


@dataclass(frozen=True)
class Page:
    """Which rows of a collection are wanted."""

    limit: int
    offset: int

    @classmethod
    def of(cls, arguments: Arguments) -> "Page":
        """Return the page that a query asks for; a senseless limit or offset is as good as none."""
        limit = number(arguments.get("limit"))
        limit = min(limit, readings.LARGEST_PAGE) if limit > 0 else readings.DEFAULT_PAGE
        return cls(limit, max(0, number(arguments.get("offset"))))

    def cut(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the rows of this page."""
        return rows[self.offset : self.offset + self.limit]


def contacts(account: Account, arguments: Arguments) -> Sequence[Contact]:
    """Return the contacts that a query is about, all pages together, in order; without filters nothing is copied."""
    orders = [key[7:-1] for key in arguments if key.startswith("orders[") and key.endswith("]")]
    rows = _filtered(account, arguments)
    for name in reversed([name for name in orders if name in _ORDERS]):
        descending = arguments[f"orders[{name}]"].upper() == "DESC"
        if orders == ["id"]:
            return _Reversed(rows) if descending else rows
        rows = sorted(rows, key=_ORDERS[name], reverse=descending)
    return rows


def _filtered(account: Account, arguments: Arguments) -> Sequence[Contact]:
    email = arguments.get("email")
    first = max(0, number(arguments.get("id_greater")))
    last = number(arguments.get("id_less"), len(account.contacts) + 1) - 1
    rows: Sequence[Contact]
    if email is not None:
        found = account.find(email)
        rows = [found] if found is not None and first < found.id <= last else []
    elif "ids[]" in arguments:
        wanted = sorted({number(text) for text in arguments.getlist("ids[]")})
        chosen = [account.contact(wish) for wish in wanted if first < wish <= last]
        rows = [row for row in chosen if row is not None]
    else:
        rows = _Slice(account.contacts, first, max(first, min(last, len(account.contacts))))
    if any(number(arguments.get(name)) for name in _UNSUPPORTED):
        return []  # the account has no segments, forms or series, so nobody is in one
    return _matching(rows, arguments)


def _matching(rows: Sequence[Contact], arguments: Arguments) -> Sequence[Contact]:
    list_id, status = number(arguments.get("listid")), number(arguments.get("status"), -1)
    tag_id = number(arguments.get("tagid"))
    if list_id or status >= 0:
        rows = [
            row
            for row in rows
            if any(
                (not list_id or entry.list == list_id) and (status < 0 or entry.status == status)
                for entry in row.memberships
            )
        ]
    if tag_id:
        rows = [row for row in rows if tag_id in row.tags]
    like = arguments.get("email_like", "").lower()
    if like:
        rows = [row for row in rows if like in row.email.lower()]
    phone = arguments.get("phone", "")
    if phone:
        rows = [row for row in rows if row.phone.startswith(phone)]
    text = arguments.get("search", "").lower()
    if text:
        rows = [row for row in rows if text in f"{row.email} {row.first_name} {row.last_name} {row.phone}".lower()]
    return rows


def contacts_meta(arguments: Arguments, page: Page, total: int) -> dict[str, Any]:
    """Return the `meta` of a page of contacts, as recorded in 2026."""
    query = repr(sorted(arguments.items(multi=True)))
    return {
        "page_input": {
            "segmentid": None,
            "formid": 0,
            "listid": number(arguments.get("listid")),
            "tagid": number(arguments.get("tagid")),
            "limit": page.limit,
            "offset": page.offset,
            "search": arguments.get("search"),
            "sort": None,
            "seriesid": 0,
            "waitid": 0,
            "status": number(arguments.get("status"), -1),
            "forceQuery": 0,
            "cacheid": hashlib.blake2b(query.encode(errors="replace"), digest_size=16).hexdigest(),
        },
        "total": str(total),
        "sortable": True,
    }


class _Slice(Sequence[Contact]):
    """Some consecutive contacts, without a copy: a page at the end costs what the first one costs."""

    def __init__(self, rows: list[Contact], start: int, stop: int) -> None:
        self._rows, self._start, self._stop = rows, start, stop

    def __len__(self) -> int:
        return self._stop - self._start

    def __iter__(self) -> Iterator[Contact]:
        return islice(self._rows, self._start, self._stop)

    def __getitem__(self, index: Any) -> Any:
        chosen = range(self._start, self._stop)[index]
        if isinstance(chosen, range):
            return [self._rows[position] for position in chosen]
        return self._rows[chosen]


class _Reversed(Sequence[Contact]):
    """Contacts in descending order, without a copy."""

    def __init__(self, rows: Sequence[Contact]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: Any) -> Any:
        positions = range(len(self._rows) - 1, -1, -1)[index]
        if isinstance(positions, range):
            return [self._rows[position] for position in positions]
        return self._rows[positions]
