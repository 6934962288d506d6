"""What is said beside a result: printed or warned of where a cell is, and heard by whoever listens instead."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LISTENER: ContextVar[list[str] | None] = ContextVar("listener", default=None)
"""Of the thread, so that nobody hears what another one says."""


@contextmanager
def heard() -> Iterator[list[str]]:
    """Collect what is said meanwhile, in place of printing it and of warnings: a form has no output of its own.

    Examples
    --------
    >>> with heard() as said:
    ...     say("Nothing was sent.")
    >>> said
    ['Nothing was sent.']
    """
    said: list[str] = []
    before = _LISTENER.set(said)
    try:
        yield said
    finally:
        _LISTENER.reset(before)


def say(text: str) -> None:
    """Say what was done."""
    listener = _LISTENER.get()
    if listener is None:
        print(text)  # noqa: T201 - whoever does something in a cell is told
    else:
        listener.append(text)


def warn(text: str, *, level: int) -> None:
    """Warn of something.

    Parameters
    ----------
    text
        The sentence.
    level
        How many calls the user's is away, as for :func:`warnings.warn`, counted from the caller of this.
    """
    listener = _LISTENER.get()
    if listener is None:
        warnings.warn(text, stacklevel=level + 1)
    else:
        listener.append(text)
