"""What is forgotten, and when: old records of runs. What was sent, and what is still open, never by age."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from sqlite3 import OperationalError
from typing import TYPE_CHECKING

from ac_notebook.storage.explain import explained

if TYPE_CHECKING:
    from datetime import datetime

    from ac_notebook.storage.database import StateDatabase

LONGEST = timedelta(days=365)
"""A record of a run is kept that long in any case."""

MOST = 100
"""And the last so many of an export however old they are."""

_SPARE = 1_000
"""Free pages (4 MB) that stay in the file for the next run."""


def forget_old_runs(database: StateDatabase, now: datetime) -> None:
    """Delete runs that are older than a year and not among the last 100 of their export.

    One whose batches are not all folded into the baseline stays: they would lose the run that they belong to.
    """
    database.execute(
        "DELETE FROM runs WHERE started < ? AND id NOT IN (SELECT run FROM batches) AND id IN (SELECT id FROM ("
        "SELECT id, row_number() OVER (PARTITION BY account, list, identity ORDER BY rowid DESC) AS place FROM runs"
        ") WHERE place > ?)",
        ((now - LONGEST).isoformat(), MOST),
    )


def forget_old_records(database: StateDatabase, now: datetime) -> None:
    """Delete what is told of runs in the same way, and details, the larger part, beyond the last 100 of an export.

    Also where no run has begun to send for years: what fails every minute leaves a record every minute.

    Runs that sent nothing are counted by themselves, so that a hundred mornings without news, or at which a guard rail
    stopped it, do not push out what there is to tell of the others.
    """
    database.execute(
        "DELETE FROM run_records WHERE started < ? AND run IN (SELECT run FROM ("
        "SELECT run, row_number() OVER (PARTITION BY account, list, identity ORDER BY serial DESC) AS place "
        "FROM run_records) WHERE place > ?)",
        ((now - LONGEST).isoformat(), MOST),
    )
    database.execute(
        "DELETE FROM run_details WHERE run NOT IN (SELECT run FROM ("
        "SELECT run, row_number() OVER (PARTITION BY account, list, identity, requests = 0 ORDER BY serial DESC) "
        "AS place FROM run_records) WHERE place <= ?)",
        (MOST,),
    )


def give_back_space(database: StateDatabase) -> None:
    """Give pages that are free back to the disk, a few at a time, so that nobody has to wait long for the file."""
    with (
        explained(database.path),
        suppress(OperationalError),
    ):  # another process writes, or the disk is full: the next run does it
        free = _free(database)
        while free > _SPARE:
            database.execute(f"PRAGMA incremental_vacuum({min(free - _SPARE, _SPARE)})").fetchall()
            before, free = free, _free(database)
            if free >= before:
                return  # a file that was made before it could give any back


def _free(database: StateDatabase) -> int:
    return int(database.execute("PRAGMA freelist_count").fetchone()[0])
