"""Whether the list and the fields of an export exist, looked for when it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.errors import ActiveCampaignError, APIError, ConfigurationError, MappingError, StateError, quoted
from ac_notebook.runs.show import count

if TYPE_CHECKING:
    from ac_notebook.model.account import Snapshot
    from ac_notebook.runs.connection import Connection
    from ac_notebook.runs.export import Export
    from ac_notebook.storage.exports import SavedExport


def looked_up(export: Export, through: Connection | None, current: SavedExport | None) -> tuple[str, str]:
    """Look for list and fields in the account; return what was found, or what to warn of, in words.

    Raises
    ------
    ConfigurationError
        When there is no such list or field, with the nearest.
    """
    looked_at = ("connection", "list", "mapping")
    if through is None:
        return "", ""
    if current is not None and all(getattr(export, name) == getattr(current.export, name) for name in looked_at):
        return "", ""
    try:
        with through.client() as client:
            account = client.snapshot()
    except (APIError, StateError, ConfigurationError) as error:
        return "", _not_looked_up(error)
    return _required(export, account), ""


def _not_looked_up(error: ActiveCampaignError) -> str:
    return (
        f"List and fields could not be looked for ({error.message.rstrip('.')}). The export is saved all the same: "
        "each run looks for them before anything is sent."
    )


def _required(export: Export, account: Snapshot) -> str:
    try:
        found = account.find_list(export.list)
        problems = [said for key in export.mapping.fields if isinstance(said := account.find_field(key), str)]
        if problems:
            raise MappingError(problems)
    except ConfigurationError as error:
        error.hint = f"{error.hint.removesuffix('Nothing was sent.').strip()} Nothing was saved or sent.".strip()
        raise
    people = "" if found.subscribers is None else f", {count(found.subscribers, 'subscriber')}"
    return f"The list is {quoted(found.name)} (id {found.id}{people})."
