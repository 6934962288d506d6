"""A scheduled file, and how it is read: the same words as on the command line, checked when the schedule is made."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ac_notebook.errors import ConfigurationError, did_you_mean
from ac_notebook.storage.data.delimited import Dialect
from ac_notebook.storage.data.file import FORMATS, find_file

_STATED = ("separator", "encoding", "decimal")
_KNOWN = ("format", *_STATED, "dtype", "max_rejected")


def checked_path(given: object, word: str, example: str) -> Path:
    """Return a whole path, as it is kept with a schedule: who runs it is in another folder.

    Parameters
    ----------
    given
        What was typed.
    word
        The keyword.
    example
        A path that could have been meant.

    Raises
    ------
    ConfigurationError
        When it is no path.
    """
    if isinstance(given, str | os.PathLike):
        typed = os.fspath(given)
        try:
            if isinstance(typed, str) and typed and typed.isprintable():
                return Path(typed).expanduser().absolute()
        except RuntimeError:  # "~nobody"
            pass
    what = repr(given)[:80] if isinstance(given, str | bytes) else type(given).__name__
    msg = f"{word}= is the path of a file, not {what}."
    raise ConfigurationError(msg, hint=f'Write {word}="{example}". Nothing was scheduled.')


def checked_file(given: object, reading: Mapping[str, Any]) -> str:
    """Return the whole path of a file that a schedule reads; one that is there is looked at, a later one may be none.

    Raises
    ------
    ConfigurationError
        When it could not be read.
    """
    path = checked_path(given, "data", "customers.parquet")
    if os.path.lexists(path):
        find_file(str(path), form=reading.get("format"))
    return str(path)


def checked_reading(given: Mapping[str, object]) -> dict[str, Any]:
    """Return how a file is read, as it is kept with a schedule.

    Parameters
    ----------
    given
        ``format``, ``separator``, ``encoding``, ``decimal``, ``dtype`` (``{column: type}``) and ``max_rejected``, as
        for ``ac-notebook run``.

    Raises
    ------
    ConfigurationError
        When there is no such word, or it cannot be meant.

    Examples
    --------
    >>> checked_reading({"separator": "semicolon", "dtype": {"points": "int64"}})
    {'separator': 'semicolon', 'dtype': {'points': 'int64'}}
    """
    for name, value in given.items():
        if name not in _KNOWN:
            msg = f"A schedule has no {name!r}."
            raise ConfigurationError(msg, hint=f"{did_you_mean(name, _KNOWN)} Nothing was scheduled.")
        _require_plain(name, value)
    types = given.get("dtype", {})
    Dialect(
        **{name: str(given[name]) for name in _STATED if name in given},
        types=dict(types) if isinstance(types, Mapping) else {},
    )
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in given.items()}


def _require_plain(name: str, value: object) -> None:
    if name == "dtype":
        fits = isinstance(value, Mapping) and all(isinstance(part, str) for pair in value.items() for part in pair)
        wanted = '{"points": "int64"}'
    elif name == "max_rejected":
        fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
        wanted = "a share from 0 to 1"
    elif name == "format":
        fits, wanted = value in FORMATS, f"one of {', '.join(FORMATS)}"
    else:
        fits, wanted = isinstance(value, str) and bool(value), "a text"
    if not fits:
        raise ConfigurationError(f"{name}= is {wanted}.", hint="Nothing was scheduled.")
