"""One table: what was measured, beside what is wanted and beside what others take for it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the table.

    Parameters
    ----------
    name
        What was measured.
    measured
        The figure, as it is shown.
    wanted
        What is wanted of it; empty where it is only for looking.
    note
        The single measurements, or what else one has to know to read it.
    loop, client
        The same of the loop that people write by hand, and of activecampaign-python, where there is such a figure.
    right
        False where something is functionally wrong, which a time never is.
    """

    name: str
    measured: str
    wanted: str = ""
    note: str = ""
    loop: str = ""
    client: str = ""
    right: bool = True


def ratio(name: str, values: Sequence[float], *, wanted: str = "", note: str = "") -> Line:
    """Return a line for the median of some ratios."""
    return Line(
        name=name, measured=f"{median(values):.3f}", wanted=wanted, note=" ".join([note, *_each(values)]).strip()
    )


def seconds(
    name: str, values: Sequence[float], *, wanted: str = "", note: str = "", loop: Sequence[float] = ()
) -> Line:  # fmt: skip
    """Return a line for the median of some times, beside that of the loop's."""
    return Line(
        name=name, measured=f"{median(values):.3f} s", wanted=wanted, note=" ".join([note, *_each(values)]).strip(),
        loop=f"{median(loop):.3f} s" if loop else "",
    )  # fmt: skip


def count(name: str, measured: int, *, wanted: int, note: str = "") -> Line:
    """Return a line for a number that has to be exactly right."""
    return Line(name=name, measured=f"{measured:,}", wanted=f"{wanted:,}", note=note, right=measured == wanted)


def _each(values: Sequence[float]) -> list[str]:
    return [f"({', '.join(f'{value:.3f}' for value in values)})"] if len(values) > 1 else []


_HEAD = Line(
    name="measure", measured="ours", loop="hand-written loop", client="activecampaign-python", wanted="wanted",
    note="note",
)  # fmt: skip


def show(title: str, lines: Sequence[Line]) -> bool:
    """Print lines of one part, and return whether nothing in them is functionally wrong."""
    return _show(Line(name=title, measured="measured", wanted="wanted"), list(lines))


def show_all(parts: Mapping[str, Sequence[Line]]) -> bool:
    """Print all parts as one table, and return whether nothing in it is functionally wrong."""
    headed = [[Line(name=f"{title}:", measured=""), *lines] for title, lines in parts.items()]
    return _show(_HEAD, [line for part in headed for line in part])


def _show(head: Line, lines: list[Line]) -> bool:
    cells = [[line.name, line.measured, line.loop, line.client, line.wanted] for line in (head, *lines)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line, row in zip((head, *lines), cells, strict=True):
        text = "  ".join(
            f"{cell:>{width}}" if place in (1, 2, 3) else f"{cell:<{width}}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True)) if width
        )  # fmt: skip
        print(f"{'   ' if line.right else ' ✖ '}{text}  {line.note}".rstrip(), flush=True)
        if line is head:
            print(f"   {'  '.join('-' * width for width in widths if width)}", flush=True)
    return all(line.right for line in lines)


def markdown(lines: Sequence[Line]) -> str:
    """Return the lines in which the ways differ as a table of Markdown."""
    rows = [(line.name.strip(), line.measured, line.loop, line.client) for line in (_HEAD, *lines)]
    made = [f"| {' | '.join(row)} |" for row in rows if len(set(row[1:])) > 1]
    return "\n".join([made[0], "| --- | ---: | ---: | ---: |", *made[1:]])
