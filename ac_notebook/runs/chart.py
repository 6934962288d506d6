"""A small chart of the last runs of an export: bars of text in a table, which an untrusted notebook keeps.

Such a notebook drops scripts, style elements and SVG. So a bar is made of block characters, which differ by what became
of the rows, and colours only repeat what the characters say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.model.outcome import Outcome
from ac_notebook.runs import show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ac_notebook.storage.run_entries import RunEntry

LONGEST = 12
"""Runs in the chart, at the most."""

_WIDTH = 24
"""Characters of the longest bar."""

_PARTS = (
    ("█", show.GOOD, "imported", (Outcome.IMPORTED,)),
    ("▓", show.QUIET, "unchanged", (Outcome.UNCHANGED,)),
    ("▒", show.WARN, "rejected, not sent or not confirmed", (Outcome.ACCEPTED, Outcome.REJECTED, Outcome.NOT_SENT)),
    ("▚", show.BAD, "refused or uncertain", (Outcome.REFUSED, Outcome.UNCERTAIN)),
)
"""What a bar is made of: character, colour, meaning, and the outcomes; those of other people's rows are left out."""

SIGNS = {
    "Successful": ("✔", show.GOOD),
    "Skipped": ("✔", show.QUIET),
    "Queued": ("…", show.WARN),
    "Processing": ("…", show.WARN),
    "Canceled": ("-", show.WARN),
    "Failed": ("✖", show.BAD),
    "damaged": ("?", show.BAD),
}
"""By status: a sign and its colour."""


def html(runs: Sequence[RunEntry], *, marked: str = "") -> str:
    """Return the chart as static HTML; nothing without runs.

    Parameters
    ----------
    runs
        Runs of one export, the newest first.
    marked
        The run that is being looked at.
    """
    if not runs:
        return ""
    most = _most(runs)
    body = "".join(_html_row(entry, most, is_marked=entry.run == marked) for entry in runs)
    legend = " &nbsp; ".join(f'<span style="color:{colour}">{sign}</span> {word}' for sign, colour, word, _ in _PARTS)
    return (
        f"<details open><summary>{show.h(title(runs))}</summary><table><tbody>{body}</tbody></table>"
        f"<div>{legend}</div></details>"
    )


def lines(runs: Sequence[RunEntry], *, marked: str = "") -> list[str]:
    """Return the chart as text, a line for each run, and what the characters mean.

    Parameters
    ----------
    runs
        Runs of one export, the newest first.
    marked
        The run that is being looked at.
    """
    if not runs:
        return []
    most, wide = _most(runs), max(len(entry.state) for entry in runs)
    drawn = []
    for entry in runs:
        bar = "".join(sign * size for sign, size in _bar(entry.counts, most))
        mark = "▸" if entry.run == marked else " "
        how = f"{mark} {entry.run}  {_when(entry.started)} {_sign(entry)[0]} {entry.state:<{wide}}"
        drawn.append(f"{how}  {bar:<{_WIDTH}}  {_numbers(entry.counts)}".rstrip())
    return [*drawn, "  ".join(f"{sign} {word}" for sign, _, word, _ in _PARTS)]


def title(runs: Sequence[RunEntry]) -> str:
    """Return what stands above the chart."""
    failed = sum(entry.state == "Failed" for entry in runs)
    which = "The only run" if len(runs) == 1 else f"The last {len(runs)} runs"
    return f"{which} of this export{f', {failed} failed' if failed else ''}"


def _html_row(entry: RunEntry, most: int, *, is_marked: bool) -> str:
    sign, colour = _sign(entry)
    colours = {part: shade for part, shade, _, _ in _PARTS}
    bar = "".join(
        f'<span style="color:{colours[part]}">{part * size}</span>' for part, size in _bar(entry.counts, most)
    )
    when = _unbroken(f"{'▸ ' if is_marked else ''}{entry.run}, {_when(entry.started)}")
    left = '<td style="text-align:left">'
    return (
        f"<tr>{left}{f'<b>{when}</b>' if is_marked else when}</td>"
        f'{left}<span style="color:{colour}">{sign}</span>&nbsp;{show.h(entry.state)}</td>'
        f"{left}{bar}</td>{left}{show.h(_numbers(entry.counts))}</td></tr>"
    )


def _unbroken(text: str) -> str:
    """Return text as HTML that stays in one line."""
    return show.h(text).replace(" ", "&nbsp;")


def _sign(entry: RunEntry) -> tuple[str, str]:
    return SIGNS.get(entry.state, ("?", show.QUIET))


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment is not None else "?"


def _sizes(counts: Mapping[str, int]) -> list[int]:
    return [sum(counts.get(kind.word, 0) for kind in kinds) for *_, kinds in _PARTS]


def _most(runs: Sequence[RunEntry]) -> int:
    return max(1, *(sum(_sizes(entry.counts)) for entry in runs))


def _bar(counts: Mapping[str, int], most: int) -> list[tuple[str, int]]:
    """Return the characters of a bar and how often each stands: once at least for what there is any of.

    Together they are as long as all rows ask for: what small parts are too long, the longest gives.
    """
    parts = [(sign, number) for (sign, *_), number in zip(_PARTS, _sizes(counts), strict=True) if number]
    sizes = [max(round(number / most * _WIDTH), 1) for _, number in parts]
    wanted = max(round(sum(number for _, number in parts) / most * _WIDTH), len(parts))
    if sizes:
        sizes[sizes.index(max(sizes))] += wanted - sum(sizes)
    return [(sign, size) for (sign, _), size in zip(parts, sizes, strict=True)]


def _numbers(counts: Mapping[str, int]) -> str:
    said = [f"{counts[kind.word]:,} {kind.word}" for *_, kinds in _PARTS for kind in kinds if counts.get(kind.word)]
    return ", ".join(said)
