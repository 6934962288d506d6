"""Single contacts: found, read whole, and given back what was done to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from ac_notebook.remote.meaning import error_for
from ac_notebook.remote.parsing import whole
from ac_notebook.remote.rows import dictionaries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ac_notebook.remote.answers import Answer
    from ac_notebook.remote.client import Client

_GONE = 404
_MOST_PAGES = 10


@dataclass(frozen=True, kw_only=True, repr=False)
class Person:
    """What the account holds of one contact.

    Parameters
    ----------
    id
        ActiveCampaign's number of the contact.
    email, first_name, last_name
        As they are stored.
    statuses
        Status by list id, as text.
    values
        Value by custom field id.
    automations
        How many automations were started.
    """

    id: int
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    statuses: Mapping[int, str] = field(default_factory=dict)
    values: Mapping[int, str] = field(default_factory=dict)
    automations: int = 0


def ids_of(client: Client, email: str) -> list[int]:
    """Return the contacts with an address, whatever the case of its letters (contract section 6.2)."""
    page = client.get("contacts", {"email": email, "limit": "100"}).body
    wanted = email.strip().casefold()
    rows = dictionaries(page, "contacts")
    return [int(row["id"]) for row in rows if str(row.get("email") or "").strip().casefold() == wanted]


def person(client: Client, number: int) -> Person | None:
    """Return one contact with what hangs on it (contract section 6.1); None when it is not there any more."""
    answer = client.ask(f"contacts/{number}")
    if answer.status == _GONE:
        return None
    if answer.meaning != "ok":
        answer = client.get(f"contacts/{number}")
    body = answer.body
    row = body.get("contact")
    if not isinstance(row, dict):
        raise error_for(answer, "contacts", client.host)
    places = ((whole(entry.get("list")), str(entry.get("status"))) for entry in _rows(body, "contactLists"))
    values = ((whole(entry.get("field")), str(entry.get("value") or "")) for entry in _rows(body, "fieldValues"))
    return Person(
        id=number, email=str(row.get("email") or ""), first_name=str(row.get("firstName") or ""),
        last_name=str(row.get("lastName") or ""),
        statuses={number: status for number, status in places if number is not None},
        values={number: value for number, value in values if number is not None},
        automations=len(_rows(body, "contactAutomations")),
    )  # fmt: skip


def _rows(body: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    rows = body.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def tag_number(client: Client, name: str) -> int | None:
    """Return the number of the tag with exactly this name; None when there is none."""
    page = client.get("tags", {"search": name, "limit": "100", "offset": "0"}).body
    return next((int(row["id"]) for row in dictionaries(page, "tags") if row.get("tag") == name), None)


def ids_with_tag(client: Client, tag: int, *, page_size: int) -> list[int]:
    """Return the contacts with a tag, in the order of their ids; a thousand at the most."""
    found: list[int] = []
    for _ in range(_MOST_PAGES):
        query = {"tagid": str(tag), "limit": str(page_size), "orders[id]": "ASC"}
        page = client.get("contacts", {**query, "id_greater": str(max(found, default=0))}).body
        more = sorted({int(row["id"]) for row in dictionaries(page, "contacts")}.difference(found))
        found += more
        if len(more) < page_size:
            break
    return found


def outstanding(client: Client) -> int | None:
    """Return how many imports of the account are not at their end (contract section 7.4); None when it does not say."""
    answer = client.ask("import/bulk_import")
    rows = answer.body.get("outstanding") if answer.meaning == "ok" else None
    if not isinstance(rows, list):
        return None
    counts = [whole(row.get("batches")) if isinstance(row, dict) else None for row in rows]
    return None if any(count is None for count in counts) else sum(count or 0 for count in counts)


def take_tag_off(client: Client, number: int, tag: int) -> Answer | None:
    """Take a tag off a contact; None when it is not there (contract section 6.4)."""
    for link in client.rows(f"contacts/{number}/contactTags"):
        if whole(link.get("tag")) == tag:
            return _change(client, "DELETE", f"contactTags/{int(link['id'])}")
    return None


def unsubscribe(client: Client, number: int, list_id: int) -> Answer:
    """Take a contact off a list (contract section 6.3)."""
    place = {"contactList": {"list": list_id, "contact": number, "status": 2}}
    return _change(client, "POST", "contactLists", orjson.dumps(place))


def delete_contact(client: Client, number: int) -> Answer:
    """Delete a contact (contract sections 2.1 and 9)."""
    return _change(client, "DELETE", f"contacts/{number}")


def delete_tag(client: Client, tag: int) -> Answer:
    """Delete a tag (contract section 2.1)."""
    return _change(client, "DELETE", f"tags/{tag}")


_ATTEMPTS = 4


def _change(client: Client, method: str, path: str, body: bytes | None = None) -> Answer:
    """Change something; said twice it is the same, so it is repeated while that may help."""
    answer = client.ask(path, method=method, body=body)
    for attempt in range(1, _ATTEMPTS):
        if answer.meaning not in ("wait", "fault", "lost", "not-sent"):
            break
        client.pause(answer.retry_after if answer.retry_after is not None else 2.0**attempt)
        answer = client.ask(path, method=method, body=body)
    return answer


def is_done(answer: Answer | None) -> bool:
    """Return whether a change was made, or was none: what is gone already is gone (contract section 10.10)."""
    return answer is None or answer.meaning == "ok" or answer.status == _GONE or _is_empty_success(answer)


def _is_empty_success(answer: Answer) -> bool:
    # Success with an empty body happens (contract section 2.1).
    return answer.status == 200 and not answer.body and answer.meaning == "fault"  # noqa: PLR2004 - HTTP
