"""What the account says of single people, whatever form its numbers have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ac_notebook.remote import lookups
from ac_notebook.remote.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

ENDLESS = "9" * 5_000
"""Digits that ``int`` refuses to read."""


def test_a_number_without_end_is_no_number() -> None:
    """A limit or a list's id of thousands of digits says nothing, and raises nothing."""

    def ask(path: str, _: Mapping[str, str]) -> Answer:
        body: dict[str, Any] = {"subscriber_limit": ENDLESS, "subscriber_total": "1"}
        if path.startswith("contacts"):
            body = {
                "contacts": [{"id": "7", "email": "a@example.org"}],
                "contactLists": [{"id": "1", "list": ENDLESS, "status": "1"}, {"id": "2", "list": 3, "status": "2"}],
            }
        return Answer(meaning="ok", status=200, body=body)

    assert lookups.is_full(ask) is None
    found = lookups.one_contact(ask, "a@example.org")
    assert found is not None
    assert found.statuses == {3: lookups.UNSUBSCRIBED}


def test_more_lists_of_a_contact_are_read_than_a_usual_page_holds() -> None:
    """Somebody who left the last of thirty lists is known to have left it, where pages without a limit have 20 rows."""

    def ask(path: str, query: Mapping[str, str]) -> Answer:
        lists = [{"id": str(n), "list": str(n), "status": "2" if n == 30 else "1"} for n in range(1, 31)]
        body: dict[str, Any] = {"contacts": [{"id": "7", "email": "a@example.org"}]}
        if path.endswith("contactLists"):
            body = {"contactLists": lists[: int(query.get("limit", "20"))]}
        return Answer(meaning="ok", status=200, body=body)

    found = lookups.one_contact(ask, "a@example.org")
    assert found is not None
    assert found.statuses is not None
    assert found.statuses[30] == lookups.UNSUBSCRIBED
