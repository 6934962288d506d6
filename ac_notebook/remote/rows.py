"""What the rows of an answer say; types drift between text and number (contract section 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from ac_notebook.model.account import ContactList, Field, Option, Tag
from ac_notebook.remote.parsing import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


def contact_list(row: Mapping[str, Any]) -> ContactList:
    """Return a list from its row; the count of subscribers comes as text, as a number or not at all."""
    return ContactList(
        id=int(row["id"]), name=str(row.get("name") or ""), subscribers=whole(row.get("active_subscribers"))
    )


def dictionaries(page: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the rows of a page that are objects with an id, a whole number."""
    rows = page.get(name)
    return [row for row in rows if has_number(row)] if isinstance(rows, list) else []


def has_number(row: object) -> TypeGuard[dict[str, Any]]:
    """Return whether this is an object with an id, a whole number as text or number.

    Examples
    --------
    >>> has_number({"id": "17"}), has_number({"id": "x"}), has_number(["id"])
    (True, False, False)
    """
    number = whole(row.get("id")) if isinstance(row, dict) else None
    return number is not None and number >= 0


def total(page: Mapping[str, Any], *, default: int) -> int:
    """Return how many rows there are; totals come as text or number."""
    meta = page.get("meta")
    found = whole(meta.get("total")) if isinstance(meta, dict) else None
    return default if found is None else found


def contact_tags(rows: Iterable[Mapping[str, Any]]) -> Iterator[Tag]:
    """Return the tags of contacts among all tags: one of another kind may be called the same (contract section 6.4)."""
    for row in rows:
        if row.get("tagType", "contact") == "contact":
            yield Tag(id=int(row["id"]), name=str(row.get("tag") or ""))


def custom_fields(pages: Sequence[Mapping[str, Any]]) -> Iterator[Field]:
    """Return the custom fields of some pages, each with the options that stand beside it."""
    options: dict[str, list[Option]] = {}
    for page in pages:
        for row in dictionaries(page, "fieldOptions"):
            option = Option(value=str(row.get("value", "")), label=str(row.get("label", "")))
            options.setdefault(str(row.get("field")), []).append(option)
    for page in pages:
        for row in dictionaries(page, "fields"):
            yield Field(
                id=int(row["id"]),
                title=str(row.get("title") or ""),
                perstag=str(row.get("perstag") or ""),
                type=str(row.get("type") or "text"),
                options=tuple(dict.fromkeys(options.get(str(row["id"]), ()))),
            )
