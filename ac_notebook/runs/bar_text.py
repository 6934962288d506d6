"""The text of a progress bar: one line, in as many words as there is room for."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from ac_notebook.runs.show import duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ac_notebook.runs.progress import Progress

_BAR = 12
"""Columns that a bar takes at the least, with the lines at its ends."""

_TITLE = 8
"""Columns that a title is given at the least, if it is that long."""

_PERCENT = len(" 100% ")


def bar_text(progress: Progress, title: str, columns: int) -> tuple[str, str]:
    """Return what stands to the left of a bar and what to the right; without the second there is no room for a bar.

    Parameters
    ----------
    progress
        How far the run is.
    title
        Where it goes.
    columns
        How many there are.

    Examples
    --------
    >>> from ac_notebook.runs.progress import Progress
    >>> progress = Progress(
    ...     phase="sending", to_send=1_000_000, accepted=421_000, imported=418_250, requests=1_684,
    ...     requests_total=4_000, rate=413.0, seconds_left=1_400.0,
    ... )  # fmt: skip
    >>> left, right = bar_text(progress, "Newsletter", 80)
    >>> left
    'Newslet… 42% 421k/1M queued, 418k imported, 1684/4000 req., 25k/min, 23 min left'
    >>> right
    ''
    """
    share = min(progress.accepted / progress.to_send, 1.0) if progress.to_send else 0.0
    percent = f"{int(100 * share)}%"
    right = ""
    for numbers, has_bar in _forms(progress):
        right = ", ".join(numbers)
        room = columns - width(right) - (_BAR if has_bar else 0) - len(f" {percent} ")
        if room >= min(width(title), _TITLE):
            left = f"{cut(title, room)} {percent}"
            return (left, right) if has_bar else (f"{left} {right}", "")
    return cut(f"{percent} {right}", columns), ""


def _forms(progress: Progress) -> Iterator[tuple[list[str], bool]]:
    """Yield the numbers from the longest form to the shortest, and whether a bar is to stand beside them."""
    full, brief = _numbers(progress, short=False), _numbers(progress, short=True)
    left = [f"{duration(progress.seconds_left)} left"] if progress.seconds_left >= 1 else []
    if progress.phase == "sending":
        for numbers in (full, brief):
            yield [*numbers, *left], True
            yield [*numbers, *left], False
        for most in (3, 2, 1, 0):
            yield [*brief[:most], *left], False
        return
    said = [progress.words, *(left if progress.phase in ("confirming", "leaving") else [])]
    counts = full[:2] if progress.to_send else []
    yield [*counts, *said], True
    yield [*counts, *said], False
    for most in (2, 1, 0):
        yield [*(brief[:most] if counts else []), *said], False
    yield said[:1], False


def _numbers(progress: Progress, *, short: bool) -> list[str]:
    """Return contacts queued, contacts imported, requests, and the rate."""
    number = brief if short else "{:,}".format
    made, total = (f"{count}" if short else f"{count:,}" for count in (progress.requests, progress.requests_total))
    numbers = [
        f"{number(progress.accepted)}/{number(progress.to_send)} queued",
        f"{number(progress.imported)} imported",
        f"{made}/{total} {'req.' if short else 'requests'}",
    ]
    if progress.rate >= 1_000:  # noqa: PLR2004 - a sandbox that is faster than the service
        numbers.append(f"{brief(progress.rate, digits=2)}/s")
    elif progress.rate:
        numbers.append(f"{brief(60 * progress.rate, digits=2)}/min")
    return numbers


def brief(number: float, *, digits: int = 3) -> str:
    """Return a number with its first digits only.

    Examples
    --------
    >>> [brief(number) for number in (0, 999, 1_234, 56_789, 421_900, 1_000_000, 1_234_567)]
    ['0', '999', '1.23k', '56.7k', '421k', '1M', '1.23M']
    >>> brief(24_810, digits=2)
    '25k'
    """
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            behind = max(digits - len(str(int(number / size))), 0)
            # Cut rather than rounded: 999,999 of a million are not all.
            whole = int(number / size * 10**behind + (0.5 if digits < 3 else 0)) / 10**behind  # noqa: PLR2004 - see above
            return f"{whole:.{behind}f}".rstrip("0").rstrip(".") + letter if behind else f"{int(whole)}{letter}"
    return f"{int(number)}"


def width(text: str) -> int:
    """Return how many columns a text takes in a terminal: letters of East Asia take two, accents of their own none.

    Examples
    --------
    >>> width("Malmö"), width("顧客")
    (5, 4)
    """
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def cut(text: str, columns: int) -> str:
    """Return as much of a text as has room.

    Examples
    --------
    >>> cut("Newsletter", 8), cut("VIP", 8)
    ('Newslet…', 'VIP')
    """
    if width(text) <= columns:
        return text
    while text and width(text) + 1 > columns:
        text = text[:-1]
    return text + "…" if columns > 0 else ""
