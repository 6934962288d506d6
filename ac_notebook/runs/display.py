"""Who shows progress: a bar where a person is, a function that was given, or nobody."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from ac_notebook.runs import show
from ac_notebook.runs.bar_text import bar_text
from ac_notebook.runs.keys import kernel_allows_input

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.runs.progress import Progress, Shown

_NOTEBOOK_COLUMNS = 100
"""Columns of text beside the bar of a notebook, in a cell of the usual width."""

_COLUMNS = 80


class Display(Protocol):
    """Something that shows progress."""

    def say(self, text: str) -> None:
        """Say a sentence."""

    def show(self, progress: Progress) -> None:
        """Show how far the run is."""

    def close(self) -> None:
        """End it."""


class Nothing:
    """Shows nothing, and says nothing."""

    def say(self, text: str) -> None:
        """Say nothing."""

    def show(self, progress: Progress) -> None:
        """Show nothing."""

    def close(self) -> None:
        """Nothing to end."""


class Sentences(Nothing):
    """Where no person watches: what is said is printed, and progress is in the log."""

    def say(self, text: str) -> None:
        """Print a sentence."""
        print(show.filled(text), flush=True)  # noqa: T201 - for the person who reads the output later


class Calls(Nothing):
    """Hands progress to a function; what there is to say is in it.

    Parameters
    ----------
    listener
        The function.
    """

    def __init__(self, listener: Callable[[Progress], object]) -> None:
        self._listener = listener
        self._said = ""

    def say(self, text: str) -> None:
        """Have a sentence be in what the function is called with from now on."""
        self._said = text

    def show(self, progress: Progress) -> None:
        """Call the function."""
        self._listener(replace(progress, said=self._said if self._said != progress.opening else ""))


class Bar(Sentences):
    """A bar in a notebook or a terminal. It goes away at the end: the report stays.

    Parameters
    ----------
    title
        What stands before it.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._bar: Any = None

    def say(self, text: str) -> None:
        """Print a sentence above the bar."""
        if self._bar is None:
            super().say(text)
        else:
            self._bar.write(show.filled(text), file=sys.stdout)

    def show(self, progress: Progress) -> None:
        """Move the bar to the contacts that are queued, and say the rest in numbers."""
        if progress.phase == "ended" or not (progress.to_send or progress.phase in ("recovering", "leaving")):
            return
        total = max(progress.to_send, 1)
        if self._bar is None:
            from tqdm.auto import tqdm  # noqa: PLC0415 - in a notebook it loads ipywidgets

            self._bar = tqdm(total=total, leave=False, dynamic_ncols=True, bar_format="{bar}")
        elif self._bar.total != total:
            self._bar.reset(total=total)
        in_terminal = isinstance(self._bar.format_dict["ncols"], int)
        columns = self._bar.format_dict["ncols"] if in_terminal else _NOTEBOOK_COLUMNS
        left, right = (text.replace("{", "{{").replace("}", "}}") for text in bar_text(progress, self._title, columns))
        self._bar.bar_format = f"{left}|{{bar}}| {right}" if right or not in_terminal else left
        self._bar.n = min(progress.accepted, total)
        self._bar.refresh()

    def close(self) -> None:
        """Take the bar away; in a notebook one that is not full would stay."""
        if self._bar is not None:
            self._bar.total = self._bar.n
            self._bar.close()


def is_watched() -> bool:
    """Return whether a person is there to see a bar: a notebook that allows input, or a terminal."""
    allowed = kernel_allows_input()
    if allowed is not None:
        return allowed
    return sys.stderr is not None and sys.stderr.isatty()


def display_for(progress: Shown, title: str) -> Display:
    """Return what shows progress.

    Parameters
    ----------
    progress
        A function that is called with it; False for nothing; None or True for a bar where a person is.
    title
        Where the run goes.
    """
    if progress is False:
        return Nothing()
    if progress is None or progress is True:
        return Bar(title) if is_watched() else Sentences()
    return Calls(progress)
