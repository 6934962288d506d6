"""Whether a run may go on: looked at before each request with people in it, not once per run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.errors import ConnectionNotFoundError, ConsentError
from ac_notebook.remote.answers import Answer
from ac_notebook.runs.stored import as_agreed_now
from ac_notebook.storage import connections
from ac_notebook.storage.database import version_of

if TYPE_CHECKING:
    from ac_notebook.errors import ActiveCampaignError
    from ac_notebook.runs.connection import Connection
    from ac_notebook.storage.database import StateDatabase


class Gate:
    """Closes when the agreement to transfer data is withdrawn or the connection is removed, by whatever kernel.

    Parameters
    ----------
    connection
        The run's connection.
    database
        The open state database, in which another kernel may withdraw or remove.
    during
        What goes on meanwhile, in words.
    """

    def __init__(
        self, connection: Connection, database: StateDatabase, *, during: str = "the export ran"
    ) -> None:  # fmt: skip
        self._connection = connection
        self._database = database
        self._during = during
        self._was_saved = connections.is_saved(database, connection)
        self._open_at: int | None = None
        """The database's version at which all of it allowed to go on."""

    def closed(self) -> ActiveCampaignError | None:
        """Return why nothing more may be sent, or None while it may.

        What is stored is looked through again when somebody has written to it; the history may be long.
        """
        withdrawn = self._connection.link.withdrawn
        version = version_of(self._database)
        if version == self._open_at and not withdrawn.is_made and self._connection.name not in withdrawn.removed:
            return None
        error = self._why_closed()
        self._open_at = version if error is None else None
        return error

    def _why_closed(self) -> ActiveCampaignError | None:
        connection = self._connection
        name, host = connection.name, connection.host
        if connection.link.withdrawn.is_made or not self._is_agreed():
            return ConsentError(
                f"The agreement to transfer data to {host} was withdrawn while {self._during}, so it was stopped.",
                hint="Nothing more is sent until somebody agrees again: ac.connect(…, agree_to_data_transfer=True).",
            )
        if name in connection.link.withdrawn.removed or (
            self._was_saved and not connections.is_saved(self._database, connection)
        ):
            return ConnectionNotFoundError(
                f"The connection {name!r} was removed while {self._during}, so it was stopped.",
                hint="Connect again to carry on where it stopped.",
            )
        return None

    def withheld(self) -> Answer | None:
        """Return the answer to a request that is held back because the agreement was withdrawn just now; or None.

        Called by the thread that carries the request, as the last thing before it leaves.
        """
        if not self._connection.link.withdrawn.is_made:
            return None
        return Answer(meaning="not-sent", message="the agreement to transfer data was withdrawn before it left")

    def require_open(self) -> None:
        """Raise when nothing more may be sent.

        Raises
        ------
        ConsentError, ConnectionNotFoundError
            As :meth:`closed` returns them.
        """
        error = self.closed()
        if error is not None:
            raise error

    def _is_agreed(self) -> bool:
        return as_agreed_now(self._connection, self._database).is_agreed
