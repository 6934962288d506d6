"""Display names of connections, exports and segments: free text that can be shown anywhere."""

from __future__ import annotations

import unicodedata

from ac_notebook.errors import ConfigurationError

NAME_HINT = 'Name the purpose and the target, such as "Marketing newsletter".'
"""What a display name is to say (spec S10)."""

_LONGEST_NAME = 200
_UNSHOWABLE = frozenset(["Cc", "Cs", "Cn", "Co", "Zl", "Zp"])
"""General categories (Unicode, chapter 4.5): control, surrogate, unassigned, private use, line and paragraph ends."""

_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of what follows (Unicode Annex 9): they can make one name look like another."""


def clean_name(typed: str, *, of: str = "connection") -> str:
    """Return a display name as it is used: composed (NFC), without blanks around it.

    Parameters
    ----------
    typed
        Free text that names the purpose and the target, of up to 200 characters.
    of
        What it is the name of.

    Raises
    ------
    ConfigurationError
        When there is nothing in it, or something that cannot be shown: control characters, line ends, marks that turn
        the direction of writing.

    Examples
    --------
    >>> clean_name(" Marketing newsletter ")
    'Marketing newsletter'
    """
    name = unicodedata.normalize("NFC", typed).strip()
    if not name:
        msg = f"{'An' if of == 'export' else 'A'} {of} needs a display name."
    elif len(name) > _LONGEST_NAME:
        msg = f"A display name has at most {_LONGEST_NAME} characters, not {len(name):,}."
    elif any(letter in _TURNING or unicodedata.category(letter) in _UNSHOWABLE for letter in name):
        msg = "The display name holds characters that cannot be shown, such as line ends."
    else:
        return name
    raise ConfigurationError(msg, hint=f"{NAME_HINT} Nothing was sent.")


def require_name(given: object, *, of: str) -> None:
    """Raise when what is to be found by its name is asked for by something else than a text.

    Raises
    ------
    ConfigurationError
        With what it is.
    """
    if not isinstance(given, str):
        msg = f"A saved {of} is found by its name, a text, not by a {type(given).__name__}."
        raise ConfigurationError(msg, hint=f"ac.{of}s() lists them. Nothing was sent.")


def look_of(name: str) -> str:
    """Return what two names share that a reader would take for one: case and blanks do not tell them apart.

    Examples
    --------
    >>> look_of("Marketing  Newsletter") == look_of("marketing newsletter")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
