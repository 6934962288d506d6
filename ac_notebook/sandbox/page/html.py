"""Pieces of HTML. Everything is text, and escaped, unless it says that it is HTML already."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST = 300  # characters of one text that are shown
_BRIEF = 20  # characters; such a text stays on one line, where there is room
_LONGEST_WORD = 18  # characters; longer ones may be broken anywhere

# Letters and marks that have no shape: fillers, joiners, variation selectors. What Unicode calls control, format,
# surrogate, private, unassigned, or a separator other than a plain space, `str.isprintable` knows.
_SHAPELESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(value: object, longest: int = LONGEST) -> Html:
    r"""Return a value as HTML: escaped, isolated from the direction of its surroundings, with nothing hidden in it.

    Examples
    --------
    >>> text("<b>1</b>")
    '<bdi class="brief">&lt;b&gt;1&lt;/b&gt;</bdi>'
    >>> text("a\u200bb")
    '<bdi class="brief">a<span class="esc">\\u200b</span>b</bdi>'
    """
    if isinstance(value, Html):
        return value
    if isinstance(value, int):
        return Html(value)
    whole = str(value)
    shown = "".join(map(_visible, whole[:longest]))
    rest = f'<span class="more">… ({len(whole):,} characters)</span>' if len(whole) > longest else ""
    if max(map(len, whole[:longest].split()), default=0) > _LONGEST_WORD:
        kind = ' class="long"'
    else:
        kind = ' class="brief"' if len(whole) <= _BRIEF else ""
    return Html(f"<bdi{kind}>{shown}</bdi>{rest}")


def _visible(character: str) -> str:
    if character.isprintable() and not _SHAPELESS.match(character):
        return html.escape(character)
    escape = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(character)
    if escape is None:
        number = ord(character)
        escape = f"\\x{number:02x}" if number <= 0xFF else f"\\u{number:04x}"  # noqa: PLR2004 - as Python writes it
        escape = escape if number <= 0xFFFF else f"\\U{number:08x}"  # noqa: PLR2004 - see above
    return f'<span class="esc">{escape}</span>'


def attribute(value: str) -> str:
    """Return a text as the value of an attribute, in quotes."""
    return f'"{html.escape(value)}"'


def link(address: str, label: object) -> Html:
    """Return a link."""
    return Html(f"<a href={attribute(address)}>{text(label)}</a>")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, nothing: str = "Nothing yet.") -> Html:
    """Return a table; heads that end with "#" are of numbers, and their columns are set to the right."""
    body = [
        "<tr>" + "".join(_cell(head, cell) for head, cell in zip(heads, row, strict=True)) + "</tr>" for row in rows
    ]
    if not body:
        return Html(f'<p class="nothing">{nothing}</p>')
    top = "".join(_cell(head, Html(html.escape(head.rstrip("#"))), "th") for head in heads)
    return Html(f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{"".join(body)}</tbody></table></div>')


def _cell(head: str, cell: object, name: str = "td") -> str:
    if head.endswith("#"):
        number = f"{cell:,}" if isinstance(cell, int) and name == "td" and head != "Id#" else text(cell)
        return f'<{name} class="number">{number}</{name}>'
    return f"<{name}>{text(cell)}</{name}>"


def section(title: str, *content: str, beside: str = "") -> Html:
    """Return a part of the page with a heading, and what stands beside that."""
    return Html(f"<section><header><h2>{html.escape(title)}</h2>{beside}</header>{''.join(content)}</section>")


def joined(parts: Iterable[object], between: str = ", ") -> Html:
    """Return several values as one."""
    return Html(between.join(text(part) for part in parts))
