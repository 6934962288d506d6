"""Saving the export of a form, with its connection where that is not saved yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.errors import ConnectionNotFoundError
from ac_notebook.runs import saving

if TYPE_CHECKING:
    from ac_notebook.runs.export import Export

    Kept = tuple[Export, tuple[str, ...], tuple[str, ...]]
    """The export as it is saved, what to be warned of, and what was done."""


def keep(export: Export) -> Kept | ConnectionNotFoundError:
    """Save an export; return why not where its connection, which this kernel has, is not saved."""
    try:
        return saving.keep(export)
    except ConnectionNotFoundError as error:
        if export.given is None:
            raise
        return error


def keep_both(export: Export) -> Kept:
    """Save an export's connection, and then the export."""
    return saving.keep(export if export.given is None else export.replace(connection=export.given.save()))
