"""Which contacts a query is about, without unpacking a million of them for one page (section 3)."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from .queries import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ac_notebook.sandbox.state.account import Account
    from ac_notebook.sandbox.state.contacts import Contact

    from .queries import Arguments, Page

_NONE_SUCH = ("segmentid", "formid", "waitid", "organization")  # an account of the sandbox has none of these
_OF_MEMBERS = frozenset({"listid", "status", "tagid", "limit", "offset", "orders[id]", "id_greater", "id_less"})
_KEYS: dict[str, Callable[[Contact], Any]] = {
    "email": lambda contact: contact.email.lower(),
    "first_name": lambda contact: contact.first_name.lower(),
    "last_name": lambda contact: contact.last_name.lower(),
    "name": lambda contact: (contact.first_name + " " + contact.last_name).lower(),
    "cdate": lambda contact: contact.created,
    "score": lambda _: 0,
    "id": lambda contact: contact.id,
}


def contacts(account: Account, arguments: Arguments, page: Page, group: int) -> tuple[list[Contact], int]:
    """Return the contacts on one page of a query, and how many there are on all pages together.

    `group` is that of the user who asks: `in_group_lists` is about the lists that it sees.
    """
    ids = _within(_candidates(account, arguments), arguments)
    tests = _tests(account, arguments)
    if arguments.get("in_group_lists", "").lower() in ("1", "true"):
        seen = {list_id for list_id in account.lists if account.sees(group, list_id)}
        tests.append(lambda row: any(entry[0] in seen for entry in row.memberships))
    names = [key[7:-1] for key in arguments if key.startswith("orders[") and key.endswith("]")]
    names = [name for name in names if name in _KEYS]
    if names not in ([], ["id"]):
        rows = list(_matching(account, ids, tests))
        for name in reversed(names):
            rows.sort(key=_KEYS[name], reverse=_descending(arguments, name))
        return rows[page.offset : page.offset + page.limit], len(rows)
    if names and _descending(arguments, "id"):
        ids = ids[::-1]
    total = _known_total(account, arguments, ids, tests)
    if total is None and set(arguments) <= _OF_MEMBERS:
        ids = _found(account, arguments, tests)
        ids = ids[::-1] if names and _descending(arguments, "id") else ids
        return [unpacked_at(account, number) for number in ids[page.offset : page.offset + page.limit]], len(ids)
    if total is None:
        rows = list(_matching(account, ids, tests))
        return rows[page.offset : page.offset + page.limit], len(rows)
    if not tests and total == len(ids):  # nobody among them is missing: the page can be cut out at once
        ids, page_offset = ids[page.offset : page.offset + page.limit], 0
    else:
        page_offset = page.offset
    return list(islice(_matching(account, ids, tests), page_offset, page_offset + page.limit)), total


def _found(account: Account, arguments: Arguments, tests: list[Callable[[Contact], bool]]) -> Sequence[int]:
    """Return the ids of all who match a query about members, tags and ids: looked for once, not for every page."""
    query = tuple(arguments.get(name) for name in ("listid", "status", "tagid"))
    everybody = _candidates(account, arguments)
    found = account.searches.find(
        query, account.change, lambda: (row.id for row in _matching(account, everybody, tests))
    )
    return _within(found, arguments)


def unpacked_at(account: Account, number: int) -> Contact:
    """Return a contact that is there."""
    contact = account.contact(number)
    assert contact is not None  # noqa: S101 - see above
    return contact


def _descending(arguments: Arguments, name: str) -> bool:
    return arguments[f"orders[{name}]"].upper() == "DESC"


def _candidates(account: Account, arguments: Arguments) -> Sequence[int]:
    """Return ids, ascending, that hold all who can match; few, where the account knows more than their number."""
    email = arguments.get("email")
    if any(number(arguments.get(name)) for name in _NONE_SUCH):
        return ()
    if email is not None:
        found = account.by_key.get(account.key(email))
        return () if found is None else (found,)
    if "ids[]" in arguments or "ids" in arguments:
        wanted = arguments.getlist("ids[]") + arguments.getlist("ids")
        return sorted({number(text) for text in wanted})
    list_id, tag_id = number(arguments.get("listid")), number(arguments.get("tagid"))
    if list_id:
        return account.lists[list_id].members.sorted() if list_id in account.lists else ()
    if tag_id:
        return account.tags[tag_id].members.sorted() if tag_id in account.tags else ()
    return range(1, len(account.packed) + 1)


def _within(ids: Sequence[int], arguments: Arguments) -> Sequence[int]:
    """Return the ids between `id_greater` and `id_less`."""
    least, most = number(arguments.get("id_greater"), -1), number(arguments.get("id_less"), -1)
    first = bisect_right(ids, least) if least > 0 else 0
    last = bisect_left(ids, most) if most >= 0 else len(ids)
    return ids if (first, last) == (0, len(ids)) else ids[first : max(first, last)]


def _known_total(
    account: Account, arguments: Arguments, ids: Sequence[int], tests: list[Callable[[Contact], bool]]
) -> int | None:  # fmt: skip
    """Return how many match where that is known without looking at them, else None."""
    if isinstance(ids, range) and not tests:
        return len(ids) - account.missing_between(ids)
    list_id = number(arguments.get("listid"))
    bounded = {"email", "ids[]", "ids", "id_greater", "id_less"} & arguments.keys()
    of_one_list = set(arguments) - {"listid", "status", "limit", "offset", "orders[id]"}
    if not list_id or list_id not in account.lists or bounded or of_one_list:
        return None
    statuses = account.lists[list_id].statuses
    status = number(arguments.get("status"), -1)
    return statuses[status] if status >= 0 else statuses.total()


def _matching(account: Account, ids: Sequence[int], tests: list[Callable[[Contact], bool]]) -> Iterator[Contact]:
    for wanted in ids:
        contact = account.contact(wanted)
        if contact is not None and all(test(contact) for test in tests):
            yield contact


def _tests(account: Account, arguments: Arguments) -> list[Callable[[Contact], bool]]:
    """Return what a contact must fulfil."""
    tests: list[Callable[[Contact], bool]] = []
    list_id, status = number(arguments.get("listid")), number(arguments.get("status"), -1)
    if list_id or status >= 0:
        tests.append(
            lambda row: any(
                (not list_id or entry[0] == list_id) and (status < 0 or entry[1] == status) for entry in row.memberships
            )
        )
    tag_id, series = number(arguments.get("tagid")), number(arguments.get("seriesid"))
    if tag_id:
        tests.append(lambda row: any(entry[0] == tag_id for entry in row.tags))
    if series:
        tests.append(lambda row: any(entry[0] == series for entry in row.starts))
    excluded = number(arguments.get("exclude"))
    if excluded:
        tests.append(lambda row: row.id != excluded)
    like, phone = arguments.get("email_like", "").lower(), arguments.get("phone", "")
    if like:
        tests.append(lambda row: like in row.email.lower())
    if phone:
        tests.append(lambda row: row.phone.startswith(phone))
    text = arguments.get("search", "").lower()
    if text:
        tests.append(
            lambda row: text in f"{row.email} {row.first_name} {row.last_name} {row.organization} {row.phone}".lower()
        )
    return tests + _times(account, arguments)


def _times(account: Account, arguments: Arguments) -> list[Callable[[Contact], bool]]:
    tests: list[Callable[[Contact], bool]] = []
    for name, attribute in (("created", "created"), ("updated", "updated")):
        before = _moment(account, arguments.get(f"filters[{name}_before]"))
        after = _moment(account, arguments.get(f"filters[{name}_after]"))
        if before is not None:
            tests.append(lambda row, attribute=attribute, before=before: getattr(row, attribute) < before)  # type: ignore[misc]
        if after is not None:
            tests.append(lambda row, attribute=attribute, after=after: getattr(row, attribute) > after)  # type: ignore[misc]
    return tests


def _moment(account: Account, text: str | None) -> float | None:
    """Return a date of a filter in seconds since the epoch, in the account's zone; None when it is none."""
    try:
        moment = datetime.fromisoformat(text or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=account.zone)).timestamp()
    except (ValueError, OverflowError):
        return None


def meta(arguments: Arguments, page: Page, total: object) -> dict[str, Any]:
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
            "seriesid": number(arguments.get("seriesid")),
            "waitid": 0,
            "status": number(arguments.get("status"), -1),
            "forceQuery": 0,
            "cacheid": hashlib.blake2b(query.encode(errors="replace"), digest_size=16).hexdigest(),
        },
        "total": total,
        "sortable": True,
    }
