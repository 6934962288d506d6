"""Text of anybody's as it may be shown in a terminal, a page or a log."""

from __future__ import annotations

import unicodedata


def plain(value: object) -> str:
    r"""Return text of any origin with control, direction and unseen characters, and line ends, made visible.

    Examples
    --------
    >>> plain("a" + chr(0x202E) + "b" + chr(0x2028) + "c" + chr(0xE0041))
    'a\\u202eb\\u2028c\\U000e0041'
    """
    text = str(value)
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(letter) if unicodedata.category(letter) in _UNSEEN else letter for letter in text)


_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
"""Controls, formats, surrogates, private ones, and the separators of lines and paragraphs."""

_LONGEST_NAME = 200


def _escape(letter: str) -> str:
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"  # noqa: PLR2004 - four digits


def name(value: str) -> str:
    """Return a name of anybody's as it stands in a sentence without quotes: harmless, and not longer than a line.

    Examples
    --------
    >>> name("Newsletter"), len(name("N" * 100_000))
    ('Newsletter', 201)
    """
    return plain(value if len(value) <= _LONGEST_NAME else f"{value[:_LONGEST_NAME]}…")
