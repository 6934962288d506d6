"""Which saved connections can be used, and why the others cannot: told without a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ac_notebook.errors import ActiveCampaignError
from ac_notebook.runs.connect import find_connection
from ac_notebook.runs.stored import as_agreed_now, opened
from ac_notebook.storage import connections

if TYPE_CHECKING:
    from ac_notebook.runs.connection import Connection
    from ac_notebook.storage.database import StateDatabase


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A saved connection, and whether it can be used.

    Parameters
    ----------
    name
        Its display name.
    connection
        The connection; None where what was saved cannot be read.
    reason
        Why it cannot be used, in a sentence; "" where it can.
    remedy
        What to do about that.
    """

    name: str
    connection: Connection | None = None
    reason: str = ""
    remedy: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether somebody has agreed to the transfer of data, and its key is where it was kept."""
        return not self.reason


def candidates() -> tuple[Candidate, ...]:
    """Return the saved connections, in the order of their names. May take as long as the system's keyring does.

    Examples
    --------
    >>> [one.name for one in candidates() if one.is_usable]
    []
    """
    with opened() as database:
        return tuple(_candidate(name, database) for name in connections.saved_names(database))


def _candidate(name: str, database: StateDatabase) -> Candidate:
    connection = None
    try:
        connection = find_connection(name)
        connection = as_agreed_now(connection, database)
        connection.require_consent()
        connection.secret()
    except ActiveCampaignError as error:
        remedy = error.hint.removesuffix("Nothing was sent.").strip()
        return Candidate(name=name, connection=connection, reason=error.message, remedy=remedy)
    return Candidate(name=name, connection=connection)
