"""The ways in which a text of a notebook can be read: as it is, and as those read it who show it."""

from __future__ import annotations

import ast
import base64
import binascii
import html
import io
import re
import tokenize
from urllib.parse import unquote

_ESCAPES = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]")
"""Colours and movements of a terminal (ECMA-48, control sequences)."""

_STRINGS = re.compile(r"\x1b[\]P^_X]|\x1b\\|\x07|\x9c|\x9d")
"""Where a command string of a terminal begins and ends, such as a link: what is between stays."""

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")

_INLINE = re.compile(r"</?(?:a|b|i|u|em|strong|span|mark|code|font|small|wbr|tt|s)\b[^<>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,2000}>")
_CODED = re.compile(r"\\{1,8}(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
_DATA_LINK = re.compile(r"data:[\w/+.;=-]{0,100};base64,([A-Za-z0-9+/=%]+)")


def readings(text: str) -> list[str]:
    r"""Return a text in the ways in which it can be read; what is found in one is often found in others, too.

    Without the colours of a terminal and letters that are not seen; then with the escapes of HTML, URLs and JSON
    undone; then without the elements of HTML.

    Examples
    --------
    >>> readings("\x1b[31mann\x1b[0m&#64;mail.org")
    ['ann&#64;mail.org', 'ann@mail.org']
    """
    seen = _UNSEEN.sub("", _STRINGS.sub("\n", _ESCAPES.sub("", text)))
    found = [seen]
    plain = html.unescape(seen) if "&" in seen else seen
    plain = unquote(plain) if "%" in plain else plain
    plain = _CODED.sub(_letter, plain) if "\\" in plain else plain
    found += [plain] if plain != seen else []
    if "<" in plain:
        # Only elements inside a line go without a trace: the numbers of two cells of a table are not one.
        shown = _TAG.sub("\n", _INLINE.sub("", seen))
        found.append(html.unescape(shown))
    return found


def _letter(match: re.Match[str]) -> str:
    return chr(int(match[1] or match[2], 16))


def linked(text: str) -> tuple[str, list[str]]:
    """Return a text without the texts that are in it as ``data:`` links, and those; a button for a download has one.

    Examples
    --------
    >>> linked('<a href="data:text/csv;base64,YW5uQG1haWwub3Jn">')
    ('<a href="">', ['ann@mail.org'])
    """
    found: list[str] = []

    def taken(match: re.Match[str]) -> str:
        try:
            found.append(base64.b64decode(unquote(match[1])).decode("utf-8"))
        except (ValueError, binascii.Error):
            return match[0]
        return ""

    return _DATA_LINK.sub(taken, text), found


_LONGEST_PARSED = 100_000
"""Letters of a cell that is read as Python: beyond that, it takes seconds and a gigabyte."""


def strings_joined(source: str) -> list[str]:
    """Return the texts that the source of a cell puts together from constants, where it is short and plain Python.

    Examples
    --------
    >>> strings_joined("x = 'ann' + '@mail.org'; y = 'bo' '@mail.org'; z = 'alone'")
    ['ann@mail.org', 'bo@mail.org', 'alone']
    """
    if len(source) > _LONGEST_PARSED // 5 or not ('"' in source or "'" in source):
        return []
    try:
        tree = ast.parse(source)
        inside = {part for node in ast.walk(tree) if _is_sum(node) for part in (node.left, node.right)}  # type: ignore[attr-defined]  # a sum has them
        return [text for node in ast.walk(tree) if node not in inside for text in [_folded(node)] if text]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _is_sum(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)


def _folded(node: ast.AST) -> str:
    """Return the text that a constant or a sum of constants is, what is unknown left out; "" for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _folded(node.left) + (_folded(node.right) or "\n")
    return ""


def without_operators(source: str) -> str:
    """Return the source of a cell without the operator ``@``, which is between names as in an address.

    Source that is no plain Python stays as it is: a line for a shell may hold an address without quotes.

    Examples
    --------
    >>> without_operators("a@b.T  # for ann@mail.org")
    'a b.T  # for ann@mail.org'
    >>> without_operators("!mail ann@mail.org")
    '!mail ann@mail.org'
    """
    if "@" not in source or len(source) > _LONGEST_PARSED:
        return source
    try:
        ast.parse(source)
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        return source
    lines = source.split("\n")
    for token in tokens:
        row, column = token.start
        # The lines of the two agree, but where a cell has odd line ends.
        if token.type == tokenize.OP and token.string.startswith("@") and row <= len(lines):
            line = lines[row - 1]
            if line[column : column + 1] == "@":
                lines[row - 1] = f"{line[:column]} {line[column + 1 :]}"
    return "\n".join(lines)
