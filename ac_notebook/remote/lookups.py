"""What the account says of people whom its importer refused: exclusions, opt-outs, bounces, room for more.

Each function asks through ``ask``, which returns None when nothing more may be asked or no proper answer came; what is
not known then stays unknown. Shapes are those of the contract, sections 3, 6, 8 and 9.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ac_notebook.remote.parsing import whole
from ac_notebook.remote.rows import dictionaries, total

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ac_notebook.remote.answers import Answer

Ask = Callable[[str, Mapping[str, str]], "Answer | None"]
"""Reads a path below ``/api/3/`` with a query."""

ACTIVE = "1"
UNSUBSCRIBED = "2"
BOUNCED = "3"
"""Statuses of a contact on a list (contract section 6.3; 0 and 3 are in conflict, so a bounce needs its own flag)."""

_MOST_PAGES_OF_EXCLUSIONS = 50
_NO = ("", "0", "None", "False")


@dataclass(frozen=True, kw_only=True)
class Exclusions:
    """What keeps addresses off a list.

    Parameters
    ----------
    exact, beginnings, ends
        Phrases, in lower case.
    is_complete
        Whether these are all.
    """

    exact: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    is_complete: bool = False


@dataclass(frozen=True, kw_only=True, repr=False)
class Page:
    """Some contacts: addresses, whether mail to them bounced, and on how many pages there are how many more."""

    addresses: tuple[str, ...]
    bounced: tuple[bool, ...]
    pages_left: int


@dataclass(frozen=True, kw_only=True)
class Found:
    """One contact, or that there is none.

    Parameters
    ----------
    exists
        Whether there is a contact with the address.
    has_bounced
        Whether mail to it bounced for good.
    statuses
        Status by list id.
    """

    exists: bool
    has_bounced: bool = False
    statuses: Mapping[int, str] | None = None


def exclusions(ask: Ask, list_id: int, *, page_size: int) -> Exclusions:
    """Read what keeps addresses off a list: exclusions of the whole account and those of the list."""
    phrases: dict[str, list[str]] = {"exact": [], "begin": [], "end": []}
    is_complete = understood = True
    for page in _pages(ask, "lists/exclusions", {}, page_size, _MOST_PAGES_OF_EXCLUSIONS):
        if page is None:
            is_complete = False
            break
        for row in dictionaries(page, "exclusions"):
            if not _holds(row, list_id):
                continue
            kind, phrase = row.get("matchType"), row.get("matchPhrase")
            if kind in phrases and isinstance(phrase, str) and phrase:
                phrases[kind].append(phrase.strip().lower())
            else:
                understood = False
    exact, beginnings, ends = (tuple(dict.fromkeys(phrases[kind])) for kind in ("exact", "begin", "end"))
    return Exclusions(exact=exact, beginnings=beginnings, ends=ends, is_complete=is_complete and understood)


def _holds(row: Mapping[str, Any], list_id: int) -> bool:
    """Tell whether an exclusion is about mail to a list."""
    lists = row.get("lists")
    named = [str(entry) for entry in lists] if isinstance(lists, list) else []
    return row.get("channel") != "allSms" and (not named or str(list_id) in named)


def _pages(
    ask: Ask, path: str, query: Mapping[str, str], page_size: int, most: int
) -> Iterator[Mapping[str, Any] | None]:
    """Read page after page by offset; None in place of one that could not be read."""
    name = path.rpartition("/")[2]
    offset = 0
    for _ in range(most):
        answer = ask(path, {**query, "limit": str(page_size), "offset": str(offset)})
        rows = answer.body.get(name) if answer is not None and answer.meaning == "ok" else None
        if answer is None or not isinstance(rows, list):
            yield None
            return
        yield answer.body
        offset += len(rows)
        if not rows or offset >= total(answer.body, default=offset + 1 if len(rows) == page_size else offset):
            return
    yield None


def contacts_with_status(ask: Ask, status: str, *, list_id: int | None, page_size: int) -> Iterator[Page | None]:
    """Read all contacts with a status on a list, or on any; None in place of a page that could not be read.

    Pages by ``id_greater``, which does not slow down or skip rows when the list changes meanwhile (contract section 3).
    """
    last = 0
    query = {"status": status, "limit": str(page_size), "orders[id]": "ASC"}
    if list_id is not None:
        query["listid"] = str(list_id)
    while True:
        answer = ask("contacts", {**query, "id_greater": str(last)})
        rows = dictionaries(answer.body, "contacts") if answer is not None and answer.meaning == "ok" else None
        if answer is None or rows is None or not isinstance(answer.body.get("contacts"), list):
            yield None
            return
        more = max(total(answer.body, default=len(rows) + page_size) - len(rows), 0) if len(rows) >= page_size else 0
        yield Page(
            addresses=tuple(str(row.get("email") or "") for row in rows),
            bounced=tuple(_has_bounced(row) for row in rows),
            pages_left=-(-more // page_size),
        )
        before, last = last, max((int(row["id"]) for row in rows), default=last)
        if not more or last == before:
            return


def is_full(ask: Ask) -> bool | None:
    """Tell whether the account has as many contacts as it may have; None when that cannot be read."""
    answer = ask("settings/account", {})
    if answer is None or answer.meaning != "ok":
        return None
    limit, now = whole(answer.body.get("subscriber_limit")), whole(answer.body.get("subscriber_total"))
    if limit is None or now is None:
        return None
    return 0 < limit <= now  # a limit of 0 is none (contract section 8)


def one_contact(ask: Ask, email: str) -> Found | None:
    """Look one contact up by its address; None when that could not be done."""
    answer = ask("contacts", {"email": email, "limit": "1"})
    if answer is None or answer.meaning != "ok" or not isinstance(answer.body.get("contacts"), list):
        return None
    if not answer.body["contacts"]:
        return Found(exists=False)
    wanted = email.strip().casefold()
    row = next((row for row in dictionaries(answer.body, "contacts") if _address(row) == wanted), None)
    if row is None:
        return None  # of somebody else: it says nothing about this one
    if _has_bounced(row):
        return Found(exists=True, has_bounced=True)
    # With a limit, or the usual page of 20 rows may end before the list in question (contract section 10.1).
    answer = ask(f"contacts/{int(row['id'])}/contactLists", {"limit": "100"})
    if answer is None or answer.meaning != "ok" or not isinstance(answer.body.get("contactLists"), list):
        return None
    places = dictionaries(answer.body, "contactLists")
    numbered = ((whole(row.get("list")), str(row.get("status"))) for row in places)
    return Found(exists=True, statuses={number: status for number, status in numbered if number is not None})


def _address(row: Mapping[str, Any]) -> str:
    return str(row.get("email") or "").strip().casefold()


def _has_bounced(row: Mapping[str, Any]) -> bool:
    return str(row.get("bounced_hard")) not in _NO
