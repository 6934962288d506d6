"""Collections that remember what of them changed, so that not all of them need be written again."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

Value = TypeVar("Value")


class NotedDict(dict[str, Value]):
    """A dictionary that remembers which of its keys were set or removed."""

    def __init__(self, content: dict[str, Value]) -> None:
        super().__init__(content)
        self.changed: set[str] = set()

    def __setitem__(self, key: str, value: Value) -> None:
        super().__setitem__(key, value)
        self.changed.add(key)

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self.changed.add(key)

    def pop(self, key: str) -> Value:  # type: ignore[override]  # the only way it is called
        """Remove a key and return what it led to."""
        self.changed.add(key)
        return super().pop(key)


class NotedSet(set[str]):
    """A set that remembers what was added to it."""

    def __init__(self, content: Iterable[str]) -> None:
        super().__init__(content)
        self.changed: set[str] = set()

    def add(self, element: str) -> None:
        """Add a text."""
        super().add(element)
        self.changed.add(element)


class NotedDeque(deque[Value]):
    """A row of the latest entries that remembers which were appended."""

    def __init__(self, content: Iterable[Value], maxlen: int | None) -> None:
        super().__init__(content, maxlen)
        self.changed: list[Value] = []

    def append(self, entry: Value) -> None:
        """Append an entry."""
        super().append(entry)
        self.changed.append(entry)
