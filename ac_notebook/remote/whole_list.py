"""What is asked to read whole lists: people by status, values of custom fields, and tags (contract sections 3 to 6).

Rows of ``/contacts`` hold neither status nor values nor tags, and ``include=``, which would bring them, is described
nowhere in the vendor's reference. So people are read once per status, values by ``/fieldValues?filters[fieldid]=``,
tags by ``/contacts?tagid=`` or ``/contactTags``. A full page is never taken for the last one, whatever a total says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ac_notebook.errors import UnexpectedAnswerError
from ac_notebook.remote.errands import Question
from ac_notebook.remote.parsing import whole
from ac_notebook.remote.rows import dictionaries, total

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ac_notebook.remote.answers import Answer
    from ac_notebook.remote.errands import Errand

Row = dict[str, Any]

STATUS_NUMBERS = ("0", "1", "3", "2")
"""Statuses on a list in the order in which people go through them (contract section 6.3), so that somebody who goes
on while the list is read is met at least once: who confirms, bounces or opts out meanwhile is met where they went."""

_MOST_STEPS_BACK = 50


def pages_of(count: int, size: int) -> int:
    """Return how many pages by id are asked for: a full one is followed by another, which may be empty.

    Examples
    --------
    >>> pages_of(0, 100), pages_of(99, 100), pages_of(100, 100), pages_of(250, 100)
    (1, 1, 2, 3)
    """
    return count // size + 1


def overlapping_pages_of(count: int, size: int) -> int:
    """Return how many pages are asked for that share a row with the one before.

    Examples
    --------
    >>> overlapping_pages_of(0, 100), overlapping_pages_of(99, 100), overlapping_pages_of(100, 100)
    (1, 1, 2)
    """
    return max(count - 1, 0) // (size - 1) + 1


def rows_of(answer: Answer, path: str) -> list[Row]:
    """Return the rows of a page.

    Raises
    ------
    UnexpectedAnswerError
        When it has none, not even an empty list of them, or a row has no number: nobody is passed over in silence.
    """
    name = path.rpartition("/")[2]
    given, rows = answer.body.get(name), dictionaries(answer.body, name)
    if not isinstance(given, list) or len(rows) != len(given):
        raise UnexpectedAnswerError(
            f"ActiveCampaign answered {name!r} with data of another shape.",
            hint="Run it again; if it stays so, ActiveCampaign has changed. Nothing was changed.", endpoint=path,
        )  # fmt: skip
    return rows


def count_rows(path: str, params: Mapping[str, str], found: Callable[[int, int], None]) -> Errand:
    """Ask how many rows there are; ``found`` gets the number, and the largest id of a collection that is sorted so."""
    answer = yield Question(path=path, params={**params, "limit": "1"})
    rows = rows_of(answer, path)
    found(total(answer.body, default=len(rows)), max((int(row["id"]) for row in rows), default=0))


def pages_by_id(
    params: Mapping[str, str], take: Callable[[list[Row]], None], *, size: int, after: int = 0,
    before: int | None = None,
) -> Errand:  # fmt: skip
    """Read contacts in the order of their ids, which neither slows down nor skips anybody when others come or go.

    Parameters
    ----------
    params
        Which contacts.
    take
        Gets the rows of each page.
    size
        Rows of a page.
    after, before
        Ids between which to read, both left out; ``before=None`` for no end.
    """
    query = {**params, "limit": str(size), "orders[id]": "ASC"}
    if before is not None:
        query["id_less"] = str(before)
    last = after
    while True:
        answer = yield Question(path="contacts", params={**query, "id_greater": str(last)})
        rows = rows_of(answer, "contacts")
        fresh = [row for row in rows if int(row["id"]) > last]
        if not fresh:
            return  # no more, or a page that does not go on: never for ever
        take(fresh)
        last = max(int(row["id"]) for row in fresh)
        if len(rows) < size and total(answer.body, default=0) <= len(rows):
            return


def pages_by_offset(
    path: str, params: Mapping[str, str], take: Callable[[list[Row]], None], *, size: int, may_miss: bool = False
) -> Errand:  # fmt: skip
    """Read a collection that has no ``id_greater``, each page with a row of the one before.

    A page that shares no row with the one before it was shifted, because rows before it were deleted meanwhile: then
    it is read again from further ahead, so that nothing is passed over.
    """
    offset, steps = 0, 0
    known: set[int] = set()
    while True:
        page = {"limit": str(size), "offset": str(offset)}
        answer = yield Question(path=path, params={**params, **page}, may_miss=may_miss)
        if answer.meaning == "missing":
            return
        rows = rows_of(answer, path)
        numbers = {int(row["id"]) for row in rows}
        if known and not known & numbers and offset:
            steps += 1
            if steps > _MOST_STEPS_BACK:
                raise _unsteady(path)
            offset = max(offset - size // 2, 0)
            continue
        fresh = [row for row in rows if int(row["id"]) not in known]
        take(fresh)
        if not fresh or (len(rows) < size and total(answer.body, default=0) <= offset + len(rows)):
            return
        known, steps = numbers, 0
        offset += max(len(rows) - 1, 1)


def _unsteady(path: str) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(
        f"What ActiveCampaign has at {path!r} changes faster than it can be read.",
        hint="Read it again when no other integration deletes there. Nothing was changed.", endpoint=path,
    )  # fmt: skip


def contact_by_id(number: int, take: Callable[[Row, list[Row], list[Row]], None]) -> Errand:
    """Read one contact with its places on lists and its values; nothing is taken of one that is gone."""
    answer = yield Question(path=f"contacts/{number}", may_miss=True)
    row = answer.body.get("contact")
    if isinstance(row, dict):
        take(row, dictionaries(answer.body, "contactLists"), dictionaries(answer.body, "fieldValues"))


def contact_by_address(
    address: str, take: Callable[[Row, list[Row], list[Row], list[Row]], None], *, size: int, with_tags: bool = False
) -> Errand:
    """Look a contact up by its address, and read it whole, its tags in pages of ``size``; nothing is taken of none."""
    answer = yield Question(path="contacts", params={"email": address, "limit": "1"})
    wanted = address.strip().casefold()
    found = [row for row in rows_of(answer, "contacts") if str(row.get("email") or "").strip().casefold() == wanted]
    if not found:
        return
    number = int(found[0]["id"])
    parts: list[tuple[Row, list[Row], list[Row]]] = []
    yield from contact_by_id(number, lambda *whole_one: parts.append(whole_one))
    tags: list[Row] = []
    if with_tags and parts:
        yield from pages_by_offset(f"contacts/{number}/contactTags", {}, tags.extend, size=size, may_miss=True)
    for row, places, values in parts:
        take(row, places, values, tags)


def is_contact(address: str, found: Callable[[Row | None], None]) -> Errand:
    """Ask whether there is a contact with an address; ``found`` gets its row, or None."""
    answer = yield Question(path="contacts", params={"email": address, "limit": "1"})
    wanted = address.strip().casefold()
    rows = rows_of(answer, "contacts")
    found(next((row for row in rows if str(row.get("email") or "").strip().casefold() == wanted), None))


def one_answer(path: str, params: Mapping[str, str], found: Callable[[Answer], None]) -> Errand:
    """Ask once, and take whatever is answered in the end."""
    found((yield Question(path=path, params=params, may_fail=True)))


def linked(row: Row, name: str) -> int | None:
    """Return an id that a row names; it comes as text or number (contract section 10.9)."""
    return whole(row.get(name))
