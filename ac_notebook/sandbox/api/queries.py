"""Reading query strings: numbers, pages and orders (section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from werkzeug.datastructures import MultiDict

from . import answers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ac_notebook.sandbox.quirks import Quirks

Row = TypeVar("Row")
Arguments = MultiDict[str, str]

DEFAULT_PAGE = 20
LARGEST_PAGE = 100
_LARGEST_NUMBER = 10**18


class PageTooLargeError(ValueError):
    """A page of more rows than there may be, where the quirk `large_page` says that it is refused."""


def number(text: str | None, otherwise: int = 0) -> int:
    """Return a whole number out of a query, or `otherwise` when it is none."""
    negative = text is not None and text.startswith("-")
    digits = (text or "")[negative:]
    if not (digits.isascii() and digits.isdigit() and len(digits) < len(str(_LARGEST_NUMBER))):
        return otherwise
    return -int(digits) if negative else int(digits)


def id_in(value: object) -> int:
    """Return an id out of a body, where it may be a number or a text; 0 when it is none."""
    if isinstance(value, bool):
        return 0
    if isinstance(value, int):
        return value if 0 < value < _LARGEST_NUMBER else 0
    return max(number(value), 0) if isinstance(value, str) else 0


@dataclass(frozen=True)
class Page:
    """Which rows of a collection are wanted."""

    limit: int
    offset: int

    @classmethod
    def of(cls, arguments: Arguments, quirks: Quirks, default: int = DEFAULT_PAGE) -> Page:
        """Return the page that a query asks for; a senseless limit or offset is as good as none.

        Raises
        ------
        PageTooLargeError
            When the limit is above the largest, and the account refuses that.
        """
        limit = number(arguments.get("limit"))
        if limit > LARGEST_PAGE and quirks.large_page == "refused":
            raise PageTooLargeError
        limit = min(limit, LARGEST_PAGE) if limit > 0 else default
        return cls(limit, max(0, number(arguments.get("offset"))))

    def cut(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the rows of this page."""
        return rows[self.offset : self.offset + self.limit]


def page_refused() -> answers.Answer:
    """Return the answer to a page that is too large (section 3, UNKNOWN)."""
    return answers.errors("Bad Request", f"The limit may not exceed {LARGEST_PAGE}.", status=400)


def ordered(rows: Sequence[Row], arguments: Arguments, keys: dict[str, Callable[[Row], Any]]) -> Sequence[Row]:
    """Return rows in the order of `orders[name]=ASC|DESC`; the first in the query weighs most, the unknown nothing."""
    names = [key[7:-1] for key in arguments if key.startswith("orders[") and key.endswith("]")]
    for name in reversed([name for name in names if name in keys]):
        rows = sorted(rows, key=keys[name], reverse=arguments[f"orders[{name}]"].upper() == "DESC")
    return rows
