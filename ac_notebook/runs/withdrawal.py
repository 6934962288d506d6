"""Whether an agreement was withdrawn, or a connection removed, in this kernel."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from datetime import datetime


class Withdrawal:
    """Whether the agreement was withdrawn in this kernel: one for all copies of a connection that was agreed to."""

    def __init__(self) -> None:
        self._made = threading.Event()
        self.at: datetime | None = None
        """When."""
        self.removed: set[str] = set()
        """Names under which the connection was removed in this kernel."""

    @property
    def is_made(self) -> bool:
        """Whether it was."""
        return self._made.is_set()

    def make(self, now: datetime) -> None:
        """Withdraw."""
        self.at = now
        self._made.set()

    def __deepcopy__(self, _: object) -> Self:
        return self
