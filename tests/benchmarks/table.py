"""One table: what was measured, beside what is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


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
    right
        False where something is functionally wrong, which a time never is.
    """

    name: str
    measured: str
    wanted: str = ""
    note: str = ""
    right: bool = True


def ratio(name: str, values: Sequence[float], *, wanted: str = "", note: str = "") -> Line:
    """Return a line for the median of some ratios."""
    return Line(
        name=name, measured=f"{median(values):.3f}", wanted=wanted, note=" ".join([note, *_each(values)]).strip()
    )


def seconds(name: str, values: Sequence[float], *, wanted: str = "", note: str = "") -> Line:
    """Return a line for the median of some times."""
    each = _each(values)
    return Line(name=name, measured=f"{median(values):.3f} s", wanted=wanted, note=" ".join([note, *each]).strip())


def count(name: str, measured: int, *, wanted: int, note: str = "") -> Line:
    """Return a line for a number that has to be exactly right."""
    return Line(name=name, measured=f"{measured:,}", wanted=f"{wanted:,}", note=note, right=measured == wanted)


def _each(values: Sequence[float]) -> list[str]:
    return [f"({', '.join(f'{value:.3f}' for value in values)})"] if len(values) > 1 else []


def show(title: str, lines: Sequence[Line]) -> bool:
    """Print the table, and return whether nothing in it is functionally wrong."""
    head = Line(name=title, measured="measured", wanted="wanted", note="")
    name, measured, wanted = (
        max(len(text) for text in column)
        for column in zip(*((line.name, line.measured, line.wanted) for line in (head, *lines)), strict=True)
    )
    for line in (head, *lines):
        mark = "   " if line.right else " ✖ "
        text = f"{mark}{line.name:<{name}}  {line.measured:>{measured}}  {line.wanted:<{wanted}}  {line.note}"
        print(text.rstrip(), flush=True)
        if line is head:
            print(f"   {'-' * name}  {'-' * measured}  {'-' * max(wanted, 1)}", flush=True)
    return all(line.right for line in lines)
