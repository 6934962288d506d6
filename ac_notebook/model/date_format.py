"""Forms of dates that a mapping states, in the language of :meth:`datetime.datetime.strptime`."""

from __future__ import annotations

import re

NUMERIC = frozenset("YymdHIMSfjUWGVuw")
"""Directives that stand for digits."""

_NAMED = frozenset("bBaApzZ%")
_ONCE = {"year": "YyG", "month": "mbB", "hour": "HI", "zone": "zZ", "day of the week": "aAuw"}
_TOKEN = re.compile(r"%.|%\Z|[^%]+", re.DOTALL)
_SPELLED = ("YYYY", "%Y"), ("YY", "%y"), ("DD", "%d"), ("MM", "%m"), ("HH", "%H"), ("SS", "%S")


def tokens(form: str) -> list[str]:
    """Return a form's directives (``%d``) and the text between them.

    Examples
    --------
    >>> tokens("%d.%m.%Y")
    ['%d', '.', '%m', '.', '%Y']
    """
    return _TOKEN.findall(form)


def flaw(form: object) -> str | None:
    """Return why dates cannot be read in a form, as the end of a sentence; None when they can.

    Refused is what would leave something to be guessed: no year, month or day, one of them twice, an hour of twelve
    without am or pm; and ``%c``, ``%x``, ``%X``, which mean something else on every computer.

    Examples
    --------
    >>> flaw("%d.%m.%Y"), flaw("%d.%m.")
    (None, 'names no whole day; it needs year, month and day, as "%d.%m.%Y"')
    >>> flaw("DD.MM.YYYY")
    'has no directives; written for strptime it may be "%d.%m.%Y"'
    """
    if not isinstance(form, str) or not form.strip():
        return 'is no text such as "%d.%m.%Y"'
    found = [token for token in tokens(form) if token.startswith("%")]
    if not found:
        return f'has no directives; written for strptime it may be "{_spelled(form)}"'
    for token in found:
        if token[1:] not in NUMERIC | _NAMED or len(token) == 1:
            return f'has {token!r}, which is not one of strptime\'s directives that can be used here, as in "%d.%m.%Y"'
    letters = [directive[1] for directive in found if directive != "%%"]
    return _twice(letters) or _incomplete(set(letters))


def _spelled(form: str) -> str:
    written = form.strip().upper()
    if ":" in written:
        written = re.sub(r":MM", ":%M", written)
    for word, directive in _SPELLED:
        written = re.sub(rf"(?<!%){word}", directive, written)
    return written if flaw_free(written) else "%d.%m.%Y"


def flaw_free(form: str) -> bool:
    """Return whether a form has directives, and no flaw."""
    return "%" in form and flaw(form) is None


def _twice(letters: list[str]) -> str | None:
    for letter in letters:
        if letters.count(letter) > 1:
            return f"has %{letter} twice"
    for thing, same in _ONCE.items():
        both = [f"%{letter}" for letter in letters if letter in same]
        if len(both) > 1:
            return f"names the {thing} twice, by {' and '.join(both)}"
    return None


def _incomplete(letters: set[str]) -> str | None:
    weekday = letters & set("aAuw")
    of_year = "j" in letters or ("d" in letters and letters & set("mbB")) or (letters & set("UW") and weekday)
    whole = (letters & set("Yy") and of_year) or (letters >= set("GV") and weekday)
    if not whole:
        return 'names no whole day; it needs year, month and day, as "%d.%m.%Y"'
    if ("I" in letters) != ("p" in letters):
        return "needs %I and %p together: an hour of twelve with am or pm (%H is the hour of 24)"
    return None
