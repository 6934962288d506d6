"""Errors and exit codes as a user sees them: tables, as those of problem codes and guard rails are."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pandas as pd

from ac_notebook import errors
from ac_notebook.model.exit_codes import EXIT_CODES

if TYPE_CHECKING:
    from collections.abc import Iterator


def error_types() -> pd.DataFrame:
    """Return every error that a call can end with, with what it means and what to do, in the order of their tree.

    Returns
    -------
    pandas.DataFrame
        Labelled by ``name``, as in ``except ac.errors.GuardError``. ``is_a``: what it is caught by, too: the error
        above it, and Python's own. ``means`` and ``what_to_do``: what went wrong, and what to do; the hint of an error
        says it more closely.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> ac.error_types().loc["ConnectionNotFoundError", "is_a"]
    'ConfigurationError, LookupError'
    """
    kinds = list(_with_those_below(errors.ActiveCampaignError))
    table = {
        "is_a": [", ".join(base.__name__ for base in kind.__bases__) for kind in kinds],
        "means": [_paragraph(kind, 0) for kind in kinds],
        "what_to_do": [_paragraph(kind, 1) for kind in kinds],
    }
    index = pd.Index([kind.__name__ for kind in kinds], dtype=object, name="name")
    return pd.DataFrame(table, dtype=object).set_axis(index)


def exit_codes() -> pd.DataFrame:
    """Return every code that the command ``ac-notebook`` ends with, with what it means and what its caller does.

    Returns
    -------
    pandas.DataFrame
        Labelled by ``code``, integers. ``means``: what became of the rows, or of what else was asked for.
        ``what_to_do``: what a person, or the program that called the command, does now.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> ac.exit_codes().loc[75, "what_to_do"]
    'try again: it carries on'
    """
    entries = list(EXIT_CODES.values())
    table = {name: [getattr(entry, name) for entry in entries] for name in ("means", "what_to_do")}
    return pd.DataFrame(table, dtype=object).set_axis(pd.Index([entry.code for entry in entries], name="code"))


def _with_those_below(kind: type[errors.ActiveCampaignError]) -> Iterator[type[errors.ActiveCampaignError]]:
    """Yield an error and those below it, in the order in which they are written down."""
    yield kind
    for below in vars(errors).values():
        if isinstance(below, type) and kind in below.__bases__:
            yield from _with_those_below(below)


def _paragraph(kind: type[errors.ActiveCampaignError], number: int) -> str:
    """Return a paragraph of a docstring on one line, "" where Python was told to leave docstrings out."""
    paragraphs = (inspect.getdoc(kind) or "").split("\n\n")
    return " ".join(paragraphs[number].replace("``", "").split()) if number < len(paragraphs) else ""
