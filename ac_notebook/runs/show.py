"""Static HTML and plain text for what a cell shows: complete without a kernel, and in an untrusted notebook.

Such a notebook drops style elements, scripts, SVG and inline styles that use variables. So meaning is in words and
signs, structure in tables and ``<details>``, and the few colours are plain ones that can be read on white and on black.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ac_notebook.model.consent import WIDEST_LINE
from ac_notebook.model.harmless import name as name  # noqa: PLC0414 - what shows things says show.name
from ac_notebook.model.harmless import plain as plain  # noqa: PLC0414 - likewise
from ac_notebook.model.markup import details as details  # noqa: PLC0414 - likewise
from ac_notebook.model.markup import h as h  # noqa: PLC0414 - likewise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GOOD, BAD, WARN, QUIET = "#2e9e44", "#d64541", "#b7791f", "#808080"


@dataclass(frozen=True)
class Row:
    """A row of a table of numbers: a sign with its colour, a word, a number, and what it means."""

    sign: str
    colour: str
    word: str
    number: str
    meaning: str = ""


def page(title: str, facts: Sequence[tuple[str, str]], rows: Iterable[Row], more: str = "") -> str:
    """Return a block with a title, facts, a table of numbers, and more HTML below it."""
    body = "".join(
        f'<tr><td style="text-align:left"><span style="color:{row.colour}">{h(row.sign)}</span> {h(row.word)}</td>'
        f'<td style="text-align:right"><b>{h(row.number)}</b></td>'
        f'<td style="text-align:left">{h(row.meaning)}</td></tr>'
        for row in rows
    )
    listed = "".join(f"<div>{h(word)}: {h(value)}</div>" for word, value in facts)
    table = f"<table><tbody>{body}</tbody></table>" if body else ""
    return f"<div><p><b>{h(title)}</b></p>{listed}{table}{more}</div>"


def text(
    title: str, facts: Sequence[tuple[str, str]], rows: Iterable[Row], lists: Sequence[tuple[str, Sequence[str]]]
) -> str:
    """Return the same as plain text, for a terminal or a log."""
    table = list(rows)
    wide = max((len(row.word) for row in table), default=0)
    digits = max((len(row.number) for row in table), default=0)
    lines = [plain(title)]
    lines += [f"  {plain(word)}: {plain(value)}" for word, value in facts]
    lines += [f"  {row.sign} {row.word:<{wide}}  {row.number:>{digits}}  {row.meaning}".rstrip() for row in table]
    for summary, entries in lists:
        if entries:
            lines.append(f"  {plain(summary)}")
            lines += [f"    - {plain(entry)}" for entry in entries]
    return "\n".join(lines)


def filled(sentences: str) -> str:
    """Return sentences in lines that a notebook shows whole; it breaks longer ones within words.

    Examples
    --------
    >>> filled("Nothing was sent. " * 6).count(chr(10))
    1
    """
    return textwrap.fill(sentences, WIDEST_LINE, break_long_words=False, break_on_hyphens=False)


def count(number: int, noun: str) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> count(1, "request"), count(4_000, "request")
    ('1 request', '4,000 requests')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def duration(seconds: float) -> str:
    """Return a length of time in words.

    Examples
    --------
    >>> duration(0.4), duration(75), duration(2400), duration(7300)
    ('under a second', '1 min 15 s', '40 min', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 1:
        return "under a second"
    if whole < 60:  # noqa: PLR2004 - seconds of a minute
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:  # noqa: PLR2004 - minutes of an hour
        return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{minutes} min"  # noqa: PLR2004 - fine enough
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def size(count: int) -> str:
    """Return a number of bytes in words.

    Examples
    --------
    >>> size(999), size(58_200_000)
    ('999 bytes', '58.2 MB')
    """
    if count < 1000:  # noqa: PLR2004 - thousand
        return f"{count} bytes"
    if count < 1_000_000:  # noqa: PLR2004 - million
        return f"{count / 1000:.1f} kB"
    return f"{count / 1_000_000:.1f} MB"
