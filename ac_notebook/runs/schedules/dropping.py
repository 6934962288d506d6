"""What becomes of a schedule when its export is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError
from ac_notebook.storage import schedules

if TYPE_CHECKING:
    from ac_notebook.storage.database import StateDatabase


def drop(database: StateDatabase, identity: str) -> bool:
    """Forget the schedule of an export that is about to be removed, and return whether it had one; in a transaction.

    Raises
    ------
    ConfigurationError
        When JupyterLab would go on running its notebook.
    """
    known = schedules.find(database, identity)
    if known is not None and known.schedule.notebook:
        msg = "JupyterLab still runs a notebook on this export's schedule."
        raise ConfigurationError(msg, hint="First export.unschedule(), then remove it. Nothing was changed.")
    schedules.forget(database, identity)
    return known is not None
