"""What answers to mere questions prove: a reading of a doubt, or that it is not proved and why. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ac_notebook.remote.parsing import whole
from ac_notebook.runs.rehearsal.verdicts import Unproved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ac_notebook.model.doubts import Position
    from ac_notebook.remote.answers import Answer


def unknown_batch(first: Answer, later: Answer) -> Position | Unproved:
    """Return what is said of a batch that nobody was given, asked about twice with some time between."""
    for status in (404, 400):
        if first.status == later.status == status:
            return str(status)
    if first.meaning == later.meaning == "ok" and first.get("status") is False and later.get("status") is False:
        return "false for ever"
    return Unproved("no clear answer came")


def totals(answer: Answer) -> Position | Unproved:
    """Return whether totals come as text or number."""
    meta = answer.body.get("meta")
    total = meta.get("total") if isinstance(meta, dict) else None
    if isinstance(total, str):
        return "text"
    return "number" if isinstance(total, int) and not isinstance(total, bool) else Unproved("there was no total")


def large_page(answer: Answer, again: Answer) -> Position | Unproved:
    """Return what a page of 101 rows gets; a refusal has to come twice."""
    if answer.meaning == again.meaning == "refused":
        return "refused"
    rows, total = _rows(answer, "contacts"), _total(answer)
    if rows == 100 and total is not None and total > 100:  # noqa: PLR2004 - the documented page
        return "clamped"
    return Unproved("there are not so many contacts, or they all came")


def fields_page(answer: Answer) -> Position | Unproved:
    """Return how many custom fields come when no number is asked for."""
    rows, total = _rows(answer, "fields"), _total(answer)
    if total is None or total <= 20:  # noqa: PLR2004 - the documented page
        return Unproved("there are not so many custom fields")
    return 20 if rows == 20 else 100 if rows > 20 else Unproved("fewer came")  # noqa: PLR2004


def list_name_filter(answer: Answer, number: int, part: str) -> Position | Unproved:
    """Return whether a list is found by a part of its name."""
    rows = answer.body.get("lists")
    if answer.meaning != "ok" or not isinstance(rows, list) or (_total(answer) or 0) > len(rows):
        return Unproved("no clear answer came")
    found = {whole(row.get("id")): str(row.get("name") or "") for row in rows if isinstance(row, dict)}
    if any(part.casefold() not in name.casefold() for name in found.values()):
        return Unproved("the filter is not applied")
    return "contains" if number in found else "equals"


def limit_counts(settings: Answer, everybody: Answer, active: Answer) -> Position | Unproved:
    """Return who counts against the contact limit: all contacts, or the active ones."""
    counted, of_all, of_active = whole(settings.get("subscriber_total")), _total(everybody), _total(active)
    if None in (counted, of_all, of_active) or of_all == of_active:
        return Unproved("everybody is active, or it cannot be read")
    return "all" if counted == of_all else "active" if counted == of_active else Unproved("the numbers differ")


def settings_account(answer: Answer, again: Answer) -> Position | Unproved:
    """Return whether the contact limit can be read; that there is no such thing has to be said twice."""
    if answer.meaning == "ok" and whole(answer.get("subscriber_limit")) is not None:
        return "admin"
    return "missing" if answer.meaning == again.meaning == "missing" else Unproved("the key is not an administrator's")


def _rows(answer: Answer, name: str) -> int:
    rows = answer.body.get(name)
    return len(rows) if isinstance(rows, list) else 0


def _total(answer: Answer) -> int | None:
    meta: Mapping[str, Any] | None = answer.body.get("meta")
    return whole(meta.get("total")) if isinstance(meta, dict) else None
