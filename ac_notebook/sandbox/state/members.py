"""Who is on a list or carries a tag, in the order of their ids, without searching all contacts."""

from array import array
from collections.abc import Sequence


class Members:
    """Ids of contacts, sorted when they are looked at; those who left may still be among them."""

    def __init__(self) -> None:
        self._ids = array("q")  # of no interest to the garbage collector, unlike a list
        self._in_order = True

    def add(self, number: int) -> None:
        """Add one; usually the newest contact, so that nothing is to be sorted."""
        if self._ids and number <= self._ids[-1]:
            self._in_order = False
        self._ids.append(number)

    def sorted(self) -> Sequence[int]:
        """Return the ids, ascending, each once."""
        if not self._in_order:
            self._ids = array("q", sorted(set(self._ids)))
            self._in_order = True
        return self._ids
