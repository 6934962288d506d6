"""Static HTML for what a cell shows; the rules are those of :mod:`ac_notebook.runs.show`."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from ac_notebook.model.harmless import plain

if TYPE_CHECKING:
    from collections.abc import Sequence


def h(value: object) -> str:
    """Return text of any origin as HTML.

    Examples
    --------
    >>> h("<b>")
    '&lt;b&gt;'
    """
    return html.escape(plain(value))


def details(summary: str, lines: Sequence[str], *, is_open: bool = False) -> str:
    """Return a list that can be folded; nothing when there are no lines.

    Examples
    --------
    >>> details("One", ["a"])
    '<details><summary>One</summary><ul><li>a</li></ul></details>'
    """
    if not lines:
        return ""
    items = "".join(f"<li>{h(line)}</li>" for line in lines)
    return f"<details{' open' if is_open else ''}><summary>{h(summary)}</summary><ul>{items}</ul></details>"
