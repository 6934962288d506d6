"""What a fault is, and how its details are checked."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from ac_notebook.sandbox.imports.queue import COMPLETED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from ac_notebook.sandbox.api.answers import Answer
    from ac_notebook.sandbox.api.application import Application
    from ac_notebook.sandbox.service import Service
    from ac_notebook.sandbox.state.places import User

ANY = "any"
LONGEST = 1_000_000.0  # seconds of a pause


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that goes wrong with a request. Details are checked when it is made.

    Attributes
    ----------
    fate
        What shall become of the batch, if the request is an import that is accepted.
    happens_to
        The only group of requests that it can happen to.
    """

    kind: ClassVar[str]
    fate: ClassVar[str] = COMPLETED
    happens_to: ClassVar[str] = ANY

    def before(self, service: Service, application: Application, user: User) -> None:
        """Do what happens before the request is looked at; may end it with an answer, or with a broken connection."""

    def after(self, answer: Answer, service: Service) -> Answer:
        """Return what becomes of the answer; may break the connection instead."""
        del service
        return answer

    @classmethod
    def by_chance(cls, chance: Random) -> Self:
        """Return such a fault with details by chance, none of them long."""
        del chance
        return cls()


def nearest(given: object, known: Iterable[str]) -> str:
    """Return a suggestion for a word that is not known, empty when nothing resembles it.

    Examples
    --------
    >>> nearest("drop_befor", ["drop_before", "drop_after"])
    "; did you mean 'drop_before'?"
    """
    near = difflib.get_close_matches(str(given), list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""


def require_whole(name: str, given: Any, least: int, most: int) -> None:
    """Raise a ValueError for what is no whole number between two."""
    if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
        message = f"{name} is a whole number from {least} to {most}, not {given!r}"
        raise ValueError(message)


def require_number(name: str, given: Any, most: float) -> None:
    """Raise a ValueError for what is no number between zero and another."""
    fits = isinstance(given, int | float) and not isinstance(given, bool)
    if not fits or not math.isfinite(given) or not 0 <= given <= most:
        message = f"{name} is a number from 0 to {most:g}, not {given!r}"
        raise ValueError(message)


def require_truth(name: str, given: Any) -> None:
    """Raise a ValueError for what is neither True nor False."""
    if given is not True and given is not False:
        message = f"{name} is True or False, not {given!r}"
        raise ValueError(message)


def require_text(name: str, given: Any) -> None:
    """Raise a ValueError for what is no text, a blank one, or one with half a character (it cannot be written)."""
    if not isinstance(given, str) or not given.strip() or any("\ud800" <= character <= "\udfff" for character in given):
        message = f"{name} is a text, not {given!r}"
        raise ValueError(message)


def require_word(name: str, given: Any, known: Iterable[str]) -> None:
    """Raise a ValueError for what is none of some words."""
    words = list(known)
    if given not in words:
        message = f"{name} is one of {', '.join(words)}, not {given!r}{nearest(given, words)}"
        raise ValueError(message)
