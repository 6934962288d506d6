"""What to say about a value that is no option of its field: the option that was probably meant."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from ac_notebook.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ac_notebook.frames.choices import Options

_LOOKED_AT = 500
_COMPARISONS = 10_000
_NAMED = 6
_LONGEST = 60


def hints_for(unknown: Iterable[str], options: Options) -> dict[str, str]:
    """Return what to say about each text that is no option; options of the account are named, never the text.

    Parameters
    ----------
    unknown
        Distinct texts. Options that differ in letter case or blanks are found for all of them; the nearest in spelling
        for so many that it costs at most 10,000 comparisons, and for 500 at the most.
    options
        Of the field.

    Examples
    --------
    >>> from ac_notebook.frames.choices import Options
    >>> gold = Options(values={"Gold": "Gold", "Silver": "Silver"}, labels={}, shared={})
    >>> for hint in hints_for(["gold", "Sliver", "x"], gold).values():
    ...     print(hint)
    did you mean 'Gold'? options are compared letter by letter
    did you mean 'Silver'? the options are 'Gold', 'Silver'
    use one of the field's options: 'Gold', 'Silver'
    """
    names = options.names
    alike = {_plain(name): name for name in reversed(names)}
    listed = _listed(names)
    general = f"use one of the field's options: {listed}"
    letters = {name: f"did you mean {name!r}? options are compared letter by letter" for name in alike.values()}
    left = min(_LOOKED_AT, _COMPARISONS // max(1, len(names)))
    # One object for all texts that it is said of: a million distinct ones cost eight bytes each.
    hints = {}
    for item in unknown:
        match = None
        if item in options.shared:
            hints[item] = _of_shared(options.shared[item])
            continue
        alike_name = alike.get(_plain(item))
        if alike_name is None and left > 0 and len(item) <= 2 * _LONGEST:
            left -= 1
            match = nearest(item, names)
        spelled = f"did you mean {match!r}? the options are {listed}" if match is not None else general
        hints[item] = spelled if alike_name is None else letters[alike_name]
    return hints


def _of_shared(values: list[str]) -> str:
    listed = ", ".join(repr(value) for value in values[:_NAMED])
    return f"several options have this label; write the value of one: {listed}"


def _plain(text: str) -> str:
    """Return what is the same for texts that differ in letter case, blanks or Unicode's form only."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _listed(names: list[str]) -> str:
    some = ", ".join(repr(name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…") for name in names[:_NAMED])
    return f"{some} and {len(names) - _NAMED:,} more" if len(names) > _NAMED else some
