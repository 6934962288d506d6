"""Lines of a table that is looked through: searched, ordered and cut into pages, without a widget."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

PAGE = 25
"""Lines that are shown at once."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    title
        What stands above it.
    is_number
        Whether its cells are numbers, and stand at its right.
    is_optional
        Whether it is left out where all its cells are blank or 0.
    """

    title: str
    is_number: bool = False
    is_optional: bool = False


@dataclass(frozen=True)
class Line:
    """A line of a table.

    Parameters
    ----------
    identity
        What it is known by, however the table is ordered and whatever becomes of its cells. It is not shown.
    cells
        What is shown of it, column by column: text of any origin.
    label
        What it is called where it is chosen; differs from line to line.
    keys
        What it is ordered by, column by column: texts, numbers or moments, None for what comes last. The cells if
        left out.
    words
        What is searched; the cells if left out.
    """

    identity: Hashable
    cells: tuple[str, ...]
    label: str
    keys: tuple[Any, ...] = ()
    words: tuple[str, ...] = ()

    @cached_property
    def text(self) -> str:
        """All that is searched."""
        return "\n".join(self.words or self.cells).casefold()

    def key(self, column: int) -> Any:
        """Return what it is ordered by in a column."""
        key = self.keys[column] if self.keys else self.cells[column] or None
        return key.casefold() if isinstance(key, str) else key


def matching(lines: Iterable[Line], typed: str) -> list[Line]:
    """Return the lines in which every word is found that was typed, in whichever of their cells.

    Parameters
    ----------
    lines
        Of the table.
    typed
        Words, or beginnings and parts of them.

    Examples
    --------
    >>> weekly, daily = Line(1, ("Weekly", "VIP"), "Weekly"), Line(2, ("Daily", "VIP"), "Daily")
    >>> [line.label for line in matching([weekly, daily], " vip DAI")]
    ['Daily']
    """
    words = typed.casefold().split()
    return [line for line in lines if all(word in line.text for word in words)]


def ordered(lines: Iterable[Line], column: int, *, is_descending: bool) -> list[Line]:
    """Return the lines in the order of a column; those that have nothing there come last, either way.

    Parameters
    ----------
    lines
        Of the table.
    column
        Its place.
    is_descending
        Whether the largest, or latest, comes first.
    """
    keyed = [(line.key(column), line) for line in lines]
    known = [pair for pair in keyed if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=is_descending)
    return [line for _, line in known] + [line for key, line in keyed if key is None]


def page_of(lines: Sequence[Line], number: int) -> tuple[list[Line], int, int]:
    """Return the lines of a page, its number and how many there are; the nearest page where there is none of it.

    Parameters
    ----------
    lines
        All of them, in order.
    number
        Of the page, from 0.

    Examples
    --------
    >>> lines = [Line(number, (), str(number)) for number in range(60)]
    >>> [(line.label, number, of) for shown, number, of in [page_of(lines, 9)] for line in shown[:1]]
    [('50', 2, 3)]
    """
    count = max(-(-len(lines) // PAGE), 1)
    number = min(max(number, 0), count - 1)
    return list(lines[number * PAGE : (number + 1) * PAGE]), number, count


def shown_columns(columns: Sequence[Column], lines: Iterable[Line]) -> list[int]:
    """Return the places of the columns that have something to show."""
    wanted = {place for place, column in enumerate(columns) if not column.is_optional}
    for line in lines:
        if len(wanted) == len(columns):
            break
        wanted |= {place for place, cell in enumerate(line.cells) if cell not in ("", "0")}
    return sorted(wanted)
