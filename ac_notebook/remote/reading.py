"""Reading contacts back."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from ac_notebook.remote.rows import dictionaries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ac_notebook.remote.client import Client

ACTIVE = "1"
"""Status of a contact that is subscribed to a list (contract section 6.3)."""


def contacts_of_list(client: Client, list_id: int, *, page_size: int) -> Iterator[dict[str, Any]]:
    """Read the active subscribers of a list, as ActiveCampaign gives them, in the order of their ids."""
    return chain.from_iterable(pages_of_list(client, list_id, page_size=page_size))


def pages_of_list(client: Client, list_id: int, *, page_size: int) -> Iterator[list[dict[str, Any]]]:
    """Read the active subscribers of a list page by page, one for each request; the last is empty.

    Pages by ``id_greater``, which does not slow down or skip rows when the list changes meanwhile (contract section 3).
    """
    last = 0
    while True:
        page = client.get(
            "contacts",
            {
                "listid": str(list_id), "status": ACTIVE, "limit": str(page_size), "orders[id]": "ASC",
                "id_greater": str(last),
            },
        ).body  # fmt: skip
        rows = dictionaries(page, "contacts")
        newest = max((int(row["id"]) for row in rows), default=last)
        if newest <= last:
            yield []  # no more, or a page that does not go on: never for ever
            return
        yield rows
        last = newest
