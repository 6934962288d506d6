"""Reading a whole list: what there is to read is counted first, so that the cost can be said, then it is read.

People are read by status, once per status, in the order in which people go through them; a large status is read in
several ranges of ids at once. Values of custom fields are read field by field, or contact by contact where that is
cheaper, and tags tag by tag, or all taggings of the account where that is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ac_notebook.frames.roll import Gathering
from ac_notebook.remote.whole_list import (
    STATUS_NUMBERS,
    contact_by_id,
    count_rows,
    overlapping_pages_of,
    pages_by_id,
    pages_by_offset,
    pages_of,
)
from ac_notebook.runs.gathered import add_contact, add_taggings, add_value
from ac_notebook.runs.reader import Cost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ac_notebook.frames.roll import Roll
    from ac_notebook.model.account import ContactList
    from ac_notebook.remote.errands import Errand
    from ac_notebook.remote.whole_list import Row
    from ac_notebook.runs.reader import Reader

_RANGES = 12
"""Ranges of ids in which a large status is read at once, so that requests are in flight all the time."""

_RANGE = 1_000
"""Contacts from which on a range is worth its own requests."""

_MANY_TAGS = 20
"""Tags from which on it is asked whether reading all taggings is cheaper."""

_ANY = "any"
"""In place of a status: all contacts of the account."""

_FIRST = {"orders[id]": "ASC"}
_LAST = {"orders[id]": "DESC"}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be read.

    Parameters
    ----------
    contact_list
        The list.
    statuses
        Which people on it, by ActiveCampaign's numbers.
    fields, tags
        Ids of custom fields and tags.
    everybody
        Whether all contacts of the account are read beside, without values and tags.
    """

    contact_list: ContactList
    statuses: tuple[str, ...] = STATUS_NUMBERS
    fields: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    everybody: bool = False


@dataclass(kw_only=True, eq=False)
class _Span:
    """Some contacts with a query in common, in a range of ids."""

    query: dict[str, str]
    status: str = ""
    tag: int = 0
    count: int = 0
    after: int = 0
    before: int | None = None
    last: int = 0


@dataclass(kw_only=True, eq=False)
class WholeList:
    """A list that is read whole.

    Parameters
    ----------
    reader
        What is read through.
    wanted
        What is to be read.
    """

    reader: Reader
    wanted: Wanted
    by_contact: bool = False
    """Whether values are read contact by contact."""
    all_taggings: bool = False
    """Whether all taggings of the account are read."""
    _spans: list[_Span] = field(default_factory=list)
    _values: dict[int, int] = field(default_factory=dict)
    _tagged: list[_Span] = field(default_factory=list)
    _taggings: int = 0
    cost: Cost = field(init=False)
    """What it costs, once it is counted; the requests included that have counted."""
    everybody: Gathering = field(default_factory=Gathering)
    """All contacts of the account, if they were wanted."""

    @property
    def _size(self) -> int:
        return self.reader.limits.page_size

    @property
    def contacts(self) -> int:
        """How many there are, as counted."""
        return sum(span.count for span in self._spans if span.status != _ANY)

    def count(self) -> None:
        """Count what there is to read."""
        wanted, do = self.wanted, self.reader.errands.do
        spans = [_Span(query=self._on_list(status=status), status=status) for status in wanted.statuses]
        if wanted.everybody:
            spans.append(_Span(query={}, status=_ANY))
        do(
            [
                *(count_rows("contacts", {**span.query, **_LAST}, _noted(span)) for span in spans),
                *(
                    count_rows("fieldValues", {"filters[fieldid]": str(n)}, _put(self._values, n))
                    for n in wanted.fields
                ),
                *([count_rows("contactTags", {}, self._put_taggings)] if len(wanted.tags) > _MANY_TAGS else []),
            ]
        )
        self._spans = [part for span in spans for part in split(span, self.reader)]
        self.by_contact = bool(wanted.fields) and self.contacts < self._field_pages()
        self._choose_tags()
        self.cost = self._cost()

    def _on_list(self, **more: str) -> dict[str, str]:
        return {"listid": str(self.wanted.contact_list.id), **more}

    def _put_taggings(self, count: int, _: int) -> None:
        self._taggings = count

    def _choose_tags(self) -> None:
        """Decide how tags are read: those of each one take a request to count, and one at least to read."""
        tags = self.wanted.tags
        pages = overlapping_pages_of(self._taggings, self._size)
        is_asked = len(tags) > _MANY_TAGS
        self.all_taggings = is_asked and pages <= 2 * len(tags)
        if tags and not self.all_taggings:
            spans = [_Span(query=self._on_list(tagid=str(number)), tag=number) for number in tags]
            self.reader.errands.do(count_rows("contacts", {**span.query, **_LAST}, _noted(span)) for span in spans)
            self.all_taggings = is_asked and pages < self._pages_by_id(spans)
            self._tagged = spans if self.all_taggings else [part for span in spans for part in split(span, self.reader)]

    def _field_pages(self) -> int:
        return sum(overlapping_pages_of(count, self._size) for count in self._values.values())

    def _pages_by_id(self, spans: Iterable[_Span]) -> int:
        return sum(pages_of(span.count, self._size) for span in spans)

    def _cost(self) -> Cost:
        requests = self.reader.errands.made + self._pages_by_id(self._spans)
        requests += self.contacts if self.by_contact else self._field_pages()
        if self.wanted.tags:
            taggings = overlapping_pages_of(self._taggings, self._size)
            requests += taggings if self.all_taggings else self._pages_by_id(self._tagged)
        return Cost(requests=requests, contacts=self.contacts, limits=self.reader.limits)

    def read(self) -> Roll:
        """Read it, once it is counted."""
        gathering = Gathering(self.wanted.fields, self.wanted.tags)
        phases = [self._people(status, gathering) for status in self.wanted.statuses]
        beside = [*self._field_errands(gathering), *self._tag_errands(gathering)]
        self.reader.errands.do(*phases, beside=[*beside, *self._people(_ANY, self.everybody)])
        if self.by_contact:
            self.reader.errands.do(self._one_by_one(gathering))
        return gathering.roll()

    def _people(self, status: str, gathering: Gathering) -> list[Errand]:
        def take(rows: list[Row]) -> None:
            for row in rows:
                add_contact(gathering, row, None if status == _ANY else status)

        return [
            pages_by_id(span.query, take, size=self._size, after=span.after, before=span.before)
            for span in self._spans
            if span.status == status
        ]

    def _field_errands(self, gathering: Gathering) -> Iterable[Errand]:
        def take(rows: list[Row]) -> None:
            for row in rows:
                add_value(gathering, row)

        for number in () if self.by_contact else self.wanted.fields:
            yield pages_by_offset("fieldValues", {"filters[fieldid]": str(number)}, take, size=self._size)

    def _tag_errands(self, gathering: Gathering) -> Iterable[Errand]:
        if self.all_taggings:
            yield pages_by_offset("contactTags", {}, lambda rows: add_taggings(gathering, rows), size=self._size)
            return
        for span in self._tagged:
            take = _tagger(gathering, span.tag)
            yield pages_by_id(span.query, take, size=self._size, after=span.after, before=span.before)

    def _one_by_one(self, gathering: Gathering) -> Iterable[Errand]:
        def take(_: Row, __: list[Row], values: list[Row]) -> None:
            for row in values:
                add_value(gathering, row)

        return (contact_by_id(int(number), take) for number in gathering.roll().ids)


def split(span: _Span, reader: Reader) -> list[_Span]:
    """Return the ranges of ids in which some contacts are read, each counted."""
    parts = min(_RANGES, span.count // _RANGE)
    if parts < 2:  # noqa: PLR2004 - of a whole
        return [span]
    first: list[int] = []
    reader.errands.do([count_rows("contacts", {**span.query, **_FIRST}, lambda _, number: first.append(number))])
    least = first[0] - 1 if first and first[0] else 0
    edges = [least + (span.last - least) * part // parts for part in range(parts)]
    # The last has no end: who comes meanwhile has a larger id than all others.
    ranges = [
        _Span(query=span.query, status=span.status, tag=span.tag, after=after, before=before)
        for after, before in zip([0, *edges[1:]], [*(edge + 1 for edge in edges[1:]), None], strict=True)
    ]
    reader.errands.do(
        count_rows("contacts", {**part.query, **_LAST, **_between(part)}, _noted(part)) for part in ranges
    )
    return ranges


def _between(span: _Span) -> dict[str, str]:
    end = {} if span.before is None else {"id_less": str(span.before)}
    return {"id_greater": str(span.after), **end}


def _noted(span: _Span) -> Callable[[int, int], None]:
    def found(count: int, last: int) -> None:
        span.count, span.last = count, last

    return found


def _put(counts: dict[int, int], number: int) -> Callable[[int, int], None]:
    def found(count: int, _: int) -> None:
        counts[number] = count

    return found


def _tagger(gathering: Gathering, number: int) -> Callable[[list[Row]], None]:
    def take(rows: list[Row]) -> None:
        for row in rows:
            gathering.tag(int(row["id"]), number)

    return take
