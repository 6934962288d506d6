"""What helps after a name was not found: the nearest one there is, and how names of anybody's are quoted."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_NAME = 200


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is nearest to ``word``, or None when none is near.

    Examples
    --------
    >>> nearest("Newsleter", ["VIP", "Newsletter"])
    'Newsletter'
    """
    # Of a longer name the beginning: comparing takes time with the square of the length.
    spellings = {name[:_LONGEST_NAME].casefold(): name for name in known}
    found = difflib.get_close_matches(word[:_LONGEST_NAME].casefold(), spellings, n=1, cutoff=0.6)
    return spellings[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str], *, most: int = 8) -> str:
    """Return the sentence that helps after a name was not found: the nearest match, else what there is.

    Parameters
    ----------
    word
        What was asked for.
    known
        The names there are.
    most
        How many names are listed at the most.

    Examples
    --------
    >>> did_you_mean("Newsleter", ["VIP", "Newsletter"])
    "Did you mean 'Newsletter'?"
    >>> did_you_mean("zzz", ["VIP", "Newsletter"])
    "There are: 'VIP', 'Newsletter'."
    """
    names = list(dict.fromkeys(known))
    match = nearest(word, names)
    if match is not None:
        return f"Did you mean {quoted(match)}?"
    if not names:
        return "There are none."
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return "There are: " + ", ".join(quoted(name) for name in names[:most]) + more + "."


def quoted(name: str) -> str:
    r"""Return a name of anybody's in quotes: what no terminal shows is an escape, and a long one is cut.

    Examples
    --------
    >>> print(quoted("it's " + chr(27)))
    "it's \x1b"
    """
    return repr(name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…")
