"""The ledger: every effect on people and on the account, in order, so that a test can say what really happened."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import orjson

from .state.contacts import UNSUBSCRIBED, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CREATED = "contact created"
ATTRIBUTE = "attribute written"
FIELD = "field written"
JOINED = "joined list"
LEFT = "left list"
TAGGED = "tag added"
UNTAGGED = "tag removed"
STARTED = "automation started"
DELETED = "contact deleted"
REFUSED = "contact refused"
OF_ACCOUNT = "account changed"  # a list, field, tag, group or exclusion made, changed or deleted

EFFECTS = (CREATED, ATTRIBUTE, FIELD, JOINED, LEFT, TAGGED, UNTAGGED, STARTED, DELETED, REFUSED, OF_ACCOUNT)

_OF_NEW_ONES = frozenset({CREATED, ATTRIBUTE, FIELD, JOINED, LEFT, TAGGED, STARTED})  # what a new contact comes with
_ATTRIBUTES = ("first_name", "last_name", "phone", "organization")
_QUICK = 1  # of zlib: a tenth of the size in less than a millisecond


class Effect(NamedTuple):
    """One effect.

    `what` is an attribute's name, a list's or field's id, a tag's name, or the reason of a refusal; `old` and `new` are
    texts, statuses for lists, the name that it then had for a tag. The contact is 0 where there is none.
    """

    number: int
    time: float
    source: str
    effect: str
    contact: int
    what: Any
    old: Any
    new: Any


@dataclass(frozen=True)
class Page:
    """The effects of one request or of one imported batch, packed."""

    first: int
    count: int
    time: float
    source: str
    content: bytes


class Pages(Protocol):
    """Where pages are kept: a list, or a file."""

    def append(self, page: Page, /) -> None:
        """Keep one more."""

    def __iter__(self) -> Iterator[Page]:
        """Go through them in order."""

    def __reversed__(self) -> Iterator[Page]:
        """Go through them from the newest to the oldest."""

    def __len__(self) -> int:
        """Return how many there are."""


class Ledger:
    """Takes effects one by one and keeps them packed, page by page.

    Parameters
    ----------
    pages
        Where full pages go; what is in there already is not told again.
    """

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self._open: list[tuple[Any, ...]] = []
        self._effects = 0
        newest = next(iter(reversed(pages)), None)
        self._next = 1 if newest is None else newest.first + newest.count

    def add(self, effect: str, contact: int, what: Any, old: Any, new: Any) -> None:
        """Write down one effect."""
        self._open.append((effect, contact, what, old, new))
        self._effects += 1

    def add_contact(self, contact: int, packed: bytes, tags: list[str], effects: int) -> None:
        """Write down a new contact with all that it came with, as one entry of several effects; tags by their names."""
        self._open.append((CREATED, contact, orjson.Fragment(packed), tags))
        self._effects += effects

    def close_page(self, time: float, source: str) -> None:
        """Put what was written down since the last page onto one, headed by when and by what it came about."""
        if not self._open:
            return
        content = zlib.compress(orjson.dumps(self._open), _QUICK)
        self.pages.append(Page(self._next, self._effects, time, source, content))
        self._next += self._effects
        self._open = []
        self._effects = 0

    def __len__(self) -> int:
        """Return how many effects there were."""
        return self._next - 1

    def effects(self, *, last: int | None = None) -> Iterator[Effect]:
        """Go through the effects in order.

        Parameters
        ----------
        last
            Only so many, the latest; all when None.
        """
        if last is None:
            yield from (effect for page in self.pages for effect in _effects(page))
            return
        after = max(len(self) - last, 0)
        wanted: list[Page] = []
        for page in reversed(self.pages):
            if page.first + page.count - 1 <= after:
                break
            wanted.append(page)
        yield from (effect for page in reversed(wanted) for effect in _effects(page) if effect.number > after)

    def latest(
        self, *, before: int | None = None, effect: str | None = None, contact: int | None = None
    ) -> Iterator[Effect]:  # fmt: skip
        """Go through the effects from the newest to the oldest.

        Parameters
        ----------
        before
            Only those with a smaller number; all when None.
        effect, contact
            Only those of one kind, or on one contact; all when None.
        """
        for page in reversed(self.pages):
            if before is not None and page.first >= before:
                continue
            entries = orjson.loads(zlib.decompress(page.content))
            # Most pages are passed over without making effects of them.
            if contact is not None and not any(entry[1] == contact for entry in entries):
                continue
            kinds = (effect, CREATED) if effect in _OF_NEW_ONES else (effect,)
            if effect is not None and not any(entry[0] in kinds for entry in entries):
                continue
            for one in reversed(list(_effects(page, entries))):
                if (
                    (before is None or one.number < before)
                    and (effect is None or one.effect == effect)
                    and (contact is None or one.contact == contact)
                ):
                    yield one


def _effects(page: Page, entries: list[Any] | None = None) -> Iterator[Effect]:
    """Return what is on a page; its entries, where they were unpacked already."""
    unpacked_entries = orjson.loads(zlib.decompress(page.content)) if entries is None else entries
    spread = (effect for entry in unpacked_entries for effect in _spread(entry))
    for number, (effect, contact, what, old, new) in enumerate(spread, start=page.first):
        yield Effect(number, page.time, page.source, effect, contact, what, old, new)


def count_of(contact: Any) -> int:
    """Return how many effects a new contact is."""
    # Spelt out, not a loop over `_ATTRIBUTES`: this runs for each new contact of each import.
    texts = (contact.first_name != "") + (contact.last_name != "")
    texts += (contact.phone != "") + (contact.organization != "")
    hanging = len(contact.values) + len(contact.tags) + len(contact.memberships) + len(contact.starts)
    return int(1 + texts + hanging)


def _spread(entry: list[Any]) -> Iterable[tuple[str, int, Any, Any, Any]]:
    if len(entry) > 4:  # noqa: PLR2004 - a plain effect has five parts, a new contact four
        effect, number, what, old, new = entry
        return [(effect, number, what, old, new)]
    _, number, packed, names = entry
    contact = unpacked(number, orjson.dumps(packed))
    spread: list[tuple[str, int, Any, Any, Any]] = [(CREATED, number, None, None, contact.email)]
    texts = [(name, getattr(contact, name)) for name in _ATTRIBUTES]
    spread += [(ATTRIBUTE, number, name, "", text) for name, text in texts if text != ""]
    spread += [
        (FIELD, number, int(field), None, value if type(value) is str else value[0])
        for field, value in contact.values.items()
    ]
    spread += [(TAGGED, number, tag[0], None, name) for tag, name in zip(contact.tags, names, strict=True)]
    for membership in contact.places:
        effect = LEFT if membership.status == UNSUBSCRIBED else JOINED
        spread.append((effect, number, membership.list, None, membership.status))
    return spread + [(STARTED, number, start.list, None, None) for start in contact.automations]
