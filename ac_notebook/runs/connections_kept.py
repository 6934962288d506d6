"""The saved connections, and what is said of each in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.runs.stored import opened
from ac_notebook.storage import connections as saved

if TYPE_CHECKING:
    from ac_notebook.model.connection import Connection


def saved_connections() -> list[Connection]:
    """Return the saved connections, by name."""
    with opened() as database:
        return [saved.load(database, name) for name in saved.saved_names(database)]


def consent_in_words(connection: Connection) -> str:
    """Return who agreed to the transfer of data of a connection, and when; or that nobody did, or it is over.

    Examples
    --------
    >>> from ac_notebook.model.connection import Connection
    >>> consent_in_words(Connection(name="A", host="acme.api-us1.com"))
    'none'
    """
    consent = connection.consent
    if consent is None:
        return "none"
    if consent.withdrawn is not None:
        return f"withdrawn {consent.withdrawn:%Y-%m-%d}"
    if not connection.is_agreed:
        return f"none for {connection.host} and the present notice"
    return f"{consent.by}, {consent.at:%Y-%m-%d}"
