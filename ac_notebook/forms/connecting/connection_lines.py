"""The saved connections as lines of a table in a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.forms.base.lines import Column, Line
from ac_notebook.runs.connections_kept import consent_in_words

if TYPE_CHECKING:
    from datetime import datetime

    from ac_notebook.forms.base.texts import Words
    from ac_notebook.model.connection import Connection


def columns_of(words: Words) -> list[Column]:
    """Return the columns, in the form's language."""
    titles = (
        words("Name"), words("Type"), words("Host"), words("Created (UTC)"), words("Owner"),
        words("Last verified (UTC)"), words("Consent"), words("Key kept in"),
    )  # fmt: skip
    return [Column(title=title) for title in titles]


def line_of(connection: Connection) -> Line:
    """Return the line of a connection, known by its name."""
    kind = "SANDBOX" if connection.is_sandbox else "ActiveCampaign"
    created, verified = connection.created, connection.verified
    consent = consent_in_words(connection)
    texts = connection.name, kind, connection.host
    cells = (*texts, _moment(created), connection.owner, _moment(verified), consent, connection.key_place)
    keys = (*texts, created, connection.owner or None, verified, consent, connection.key_place)
    return Line(connection.name, cells, connection.name, keys)


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"
