"""Saving the export of a form, with its connection where that is not saved yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.errors import ConnectionNotFoundError
from ac_notebook.runs import saving

if TYPE_CHECKING:
    from ac_notebook.forms.base.texts import Words
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


def was_kept(kept: Kept, words: Words) -> str:
    """Return what is told of an export that was saved: that nothing was sent, and what there is to know of it."""
    export, doubts, said = kept
    allowed = ", ".join(sorted(export.options.allow))
    if allowed:
        rails = words("Guard rails that all its runs may pass from now on, also by schedule: {names}.")
        doubts = (rails.format(names=allowed), *doubts)
    return "\n".join([" ".join([*filter(None, said), "Nothing was sent."]), *doubts])


def not_kept(error: ConnectionNotFoundError, words: Words, *, is_sandbox: bool) -> str:
    """Return what is told of an export that was not saved, because its connection is not: how to save both."""
    lines = [error.message, words("“Save the connection, too” saves both. Nothing was saved or sent.")]
    if is_sandbox:
        lines.insert(1, words("A sandbox ends with the kernel that started it; another one begins empty."))
    return "\n".join(lines)
