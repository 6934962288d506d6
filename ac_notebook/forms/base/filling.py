"""Telling what a form does to its controls from what a person does to them meanwhile."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Filling:
    """Which threads are filling controls now: a change in one of them is no change by a person.

    A form is filled in a worker's thread, too, while a person changes something in the kernel's: that is not passed
    over.

    Examples
    --------
    >>> filling = Filling()
    >>> with filling():
    ...     filling.is_here
    True
    >>> filling.is_here
    False
    """

    def __init__(self) -> None:
        self._threads: set[int] = set()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Have changes of controls in this thread be no changes by a person, for a while."""
        mine = threading.get_ident()
        is_outermost = mine not in self._threads
        self._threads.add(mine)
        try:
            yield
        finally:
            if is_outermost:
                self._threads.discard(mine)

    @property
    def is_here(self) -> bool:
        """Whether what changes in this thread is changed by the form."""
        return threading.get_ident() in self._threads
