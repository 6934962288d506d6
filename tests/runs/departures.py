"""What the tests of leavers share: an export of a few people, and what the account says of each afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

import ac_notebook as ac
from ac_notebook.sandbox.ledger import JOINED, LEFT, TAGGED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ac_notebook import Connection
    from ac_notebook.sandbox import Sandbox
    from ac_notebook.sandbox.served import ServedSandbox

LIST = "VIP"
LIST_ID = 5
MAPPING: dict[str | int, Any] = {"email": "mail", "City": "city", "opt_in": "agreed"}
SURE = {"unsubscribing"}
"""What somebody says who means it."""


def people(numbers: Iterable[int], **columns: Any) -> pd.DataFrame:
    """Return people by number, each with an id, and columns that differ."""
    each = list(numbers)
    frame = pd.DataFrame(
        {
            "id": [1_000 + number for number in each],
            "mail": [address(number) for number in each],
            "city": [f"Town {number % 7}" for number in each],
            "agreed": ["yes" for _ in each],
        }
    )
    return frame.assign(**columns)


def address(number: int) -> str:
    """Return somebody's address."""
    return f"person.{number}@example.org"


def plan(frame: pd.DataFrame, connection: Connection, **more: Any) -> ac.Plan:
    """Plan an export to VIP."""
    given = {"connection": connection, "list": LIST, "mapping": MAPPING, "progress": False, **more}
    return ac.plan(frame, **given)


def export(frame: pd.DataFrame, connection: Connection, **more: Any) -> ac.Report:
    """Export to VIP; whatever happens to people who are no rows, each row has its outcome."""
    report = plan(frame, connection, **more).run()
    assert report.counts.sum() == len(frame)
    return report


def on_list(box: Sandbox, status: int = 1, list_id: int = LIST_ID) -> set[str]:
    """Return the addresses that have a status on the list: 1 is active, 2 unsubscribed."""
    places = box.memberships()
    wanted = places.loc[(places["list"] == list_id) & (places["status"] == status), "contact"]
    contacts = box.contacts()
    return set(contacts.loc[contacts["id"].isin(wanted), "email"])


def tagged(box: Sandbox, tag: str) -> set[str]:
    """Return the addresses that have a tag."""
    tags, contacts = box.contact_tags(), box.contacts()
    return set(contacts.loc[contacts["id"].isin(tags.loc[tags["tag"] == tag, "contact"]), "email"])


def times_left(box: Sandbox) -> dict[str, int]:
    """Return how often each address left a list, as it really happened."""
    return _times(box, LEFT)


def times_tagged(box: Sandbox) -> dict[str, int]:
    """Return how often each address was given a tag."""
    return _times(box, TAGGED)


def times_joined(box: Sandbox) -> dict[str, int]:
    """Return how often each address joined a list."""
    return _times(box, JOINED)


def _times(box: Sandbox, effect: str) -> dict[str, int]:
    contacts = box.contacts().set_index("id")["email"]
    found = box.ledger(effect=effect)["contact"].map(contacts).value_counts()
    return {str(email): int(number) for email, number in found.items()}


def requests(box: Sandbox | ServedSandbox) -> dict[str, int]:
    """Return how many pages of contacts were read, and imports made."""
    made = box.requests()
    return {
        "reads": int(((made["path"] == "/api/3/contacts") & (made["method"] == "GET")).sum()),
        "imports": int(((made["path"] == "/api/3/import/bulk_import") & (made["method"] == "POST")).sum()),
    }


def fates(counts: pd.Series[int]) -> dict[str, int]:
    """Return what became of people, without what became of none."""
    return {str(word): int(number) for word, number in counts.items() if number}
