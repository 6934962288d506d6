"""What was found by looking at everybody, kept while nothing changes: pages of one query are asked in a row."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

_MOST = 32  # queries that are asked side by side; each takes eight bytes a contact


class Searches:
    """Ids of contacts, ascending, by what was asked for."""

    def __init__(self) -> None:
        self._found: dict[Hashable, array[int]] = {}
        self._change = -1

    def find(self, query: Hashable, change: int, search: Callable[[], Iterable[int]]) -> array[int]:
        """Return what a query finds, searched anew if anything has changed since.

        Parameters
        ----------
        query
            What is asked for.
        change
            The number of the account's last change.
        search
            Looks at everybody.
        """
        if change != self._change or len(self._found) > _MOST:
            self._found.clear()
            self._change = change
        if query not in self._found:
            self._found[query] = array("q", search())
        return self._found[query]
