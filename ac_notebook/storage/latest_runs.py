"""The last run of each export on each account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ac_notebook.storage.explain import explained
from ac_notebook.storage.seals import damaged

if TYPE_CHECKING:
    from ac_notebook.storage.database import StateDatabase


@dataclass(frozen=True, kw_only=True)
class LatestRun:
    """How the last run of an export ended, and when it began."""

    id: str
    list: int
    state: str
    started: datetime


def latest_runs(database: StateDatabase) -> dict[tuple[str, str], LatestRun]:
    """Return the last run by what its rows are remembered under and the account.

    Raises
    ------
    StateError
        When what is remembered of one cannot be read.
    """
    # In the order in which they began; the wall clock may have been set back meanwhile.
    with explained(database.path):
        rows = database.execute(
            "SELECT identity, account, id, list, state, started FROM runs WHERE rowid IN "
            "(SELECT max(rowid) FROM runs GROUP BY identity, account)"
        ).fetchall()
    found = {}
    for identity, account, run, number, state, started in rows:
        try:
            moment = datetime.fromisoformat(started)
        except ValueError:
            raise damaged(f"run {run!r}") from None
        found[identity, account] = LatestRun(id=run, list=number, state=state, started=moment)
    return found
