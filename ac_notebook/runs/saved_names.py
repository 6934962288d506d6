"""The names of what is saved, to choose from."""

from __future__ import annotations

from ac_notebook.runs.stored import opened
from ac_notebook.storage import connections, exports


def connection_names() -> tuple[str, ...]:
    """Return the names of the saved connections, in order.

    Examples
    --------
    >>> connection_names()
    ()
    """
    with opened() as database:
        return tuple(connections.saved_names(database))


def export_names() -> tuple[str, ...]:
    """Return the names of the saved exports, in order.

    Examples
    --------
    >>> export_names()
    ()
    """
    with opened() as database:
        return tuple(exports.saved_names(database))
