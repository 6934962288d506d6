"""Places at which a run is stopped: the n-th time that a line is reached, in whichever thread."""

from __future__ import annotations

import os
import sys
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpcore

import ac_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

# As the code objects name their files: not resolved, where a folder is a link.
ROOT = Path(ac_notebook.__file__).parent
LIBRARIES = Path(httpcore.__file__).parent.parent
WATCHED = ("runs", "storage", "remote")
"""Folders of the package whose lines are places: the run, the journal and the client."""

WIRE = Path(httpcore.__file__).parent / "_sync" / "http11.py"
"""Where the bytes of a request leave one by one: its lines lie between two of the client's."""


@dataclass(frozen=True, order=True)
class Place:
    """A line of a file, one of its visits, and how long after it.

    Parameters
    ----------
    file
        Below ``ac_notebook``, such as ``runs/send.py``; or of the library that writes to the socket.
    line, visit
        Both from 1.
    after
        Microseconds after that: then it falls where no line begins, such as within a write of the database.
    """

    file: str
    line: int
    visit: int
    after: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.visit}" + (f"+{self.after}" if self.after else "")

    @classmethod
    def read(cls, text: str) -> Place:
        """Return the place that a text names.

        Examples
        --------
        >>> str(Place.read("runs/send.py:120:3+250"))
        'runs/send.py:120:3+250'
        """
        where, _, after = text.partition("+")
        file, line, visit = where.rsplit(":", 2)
        return cls(file, int(line), int(visit), int(after or 0))

    @property
    def is_ours(self) -> bool:
        """Whether it is a line of the package."""
        return self.file.startswith(WATCHED)


class Recorder:
    """Counts how often each watched line is reached."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, int]] = Counter()
        self._prefixes = (*(f"{ROOT}{os.sep}{folder}{os.sep}" for folder in WATCHED), str(WIRE))

    def __enter__(self) -> Self:
        _trace(self._call)
        return self

    def __exit__(self, *_: object) -> None:
        _trace(None)

    @property
    def visits(self) -> dict[tuple[str, int], int]:
        """How often each line was reached, by file and line."""
        found: Counter[tuple[str, int]] = Counter()
        for (file, line), number in list(self._seen.items()):
            found[_short(file), line] += number
        return dict(found)

    def _call(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self._line if frame.f_code.co_filename.startswith(self._prefixes) else None

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            self._seen[frame.f_code.co_filename, frame.f_lineno] += 1
        return self._line


class Trigger:
    """Does something when a place is reached, once.

    Parameters
    ----------
    place
        Which; None for never.
    act
        What is done there, in the thread that reached it.
    """

    def __init__(self, place: Place | None, act: Callable[[], None]) -> None:
        self._place = place
        self._act = act
        self._visits = 0
        self.is_reached = False

    def __enter__(self) -> Self:
        if self._place is not None:
            self._file = _long(self._place.file)
            _trace(self._call)
        return self

    def __exit__(self, *_: object) -> None:
        _trace(None)

    def _call(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self._line if frame.f_code.co_filename == self._file else None

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        assert self._place is not None
        if event == "line" and frame.f_lineno == self._place.line and not self.is_reached:
            self._visits += 1
            if self._visits >= self._place.visit:
                self.is_reached = True
                self._act()
        return self._line


def _trace(function: Any) -> None:
    """Have a function told of every call in this thread and in those that begin from now on."""
    threading.settrace(function)
    sys.settrace(function)


def _short(file: str) -> str:
    path = Path(file)
    return (path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.relative_to(LIBRARIES)).as_posix()


def _long(file: str) -> str:
    return str((ROOT if file.startswith(WATCHED) else LIBRARIES) / file)
