"""What is forgotten, and when; and that its place is given back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ac_notebook.model.batch import Batch
from ac_notebook.storage.journal import Journal, Scope
from ac_notebook.storage.retention import LONGEST, MOST, give_back_space
from tests.storage.journals import NOW, SCOPE, batch_of, begin, known, left, opened

if TYPE_CHECKING:
    from pathlib import Path

    from ac_notebook.storage.database import StateDatabase

OTHER = Scope(account="acme", list=3, identity="name:autumn")
OLD = NOW - LONGEST - timedelta(days=1)


def runs(database: StateDatabase) -> list[str]:
    """Return the runs that are remembered, oldest first."""
    return [name for (name,) in database.execute("SELECT id FROM runs ORDER BY rowid")]


def test_old_runs_go_away_beyond_the_last_hundred(home: Path) -> None:
    """A record older than a year goes once its export has a hundred newer ones; what was sent is known all the same."""
    with opened(home) as (database, journal):
        begin(journal, "first", at=OLD)
        journal.sending("first", batch_of(0, [(1, 10)]), now=OLD)
        journal.settled("first", 0, bytes(1))
        begin(journal, "other", scope=OTHER, at=OLD)
        for number in range(MOST - 1):
            begin(journal, f"n{number}", at=OLD)
        journal.fold(SCOPE, now=NOW)
        assert len(runs(database)) == MOST + 1
        begin(journal, "last", at=NOW)
        journal.fold(SCOPE, now=NOW)
        assert runs(database) == ["other", *(f"n{number}" for number in range(MOST - 1)), "last"]
        assert known(journal) == {1: (10, 0)}


def test_runs_of_a_year_stay(home: Path) -> None:
    """However many there are, no record goes before it is a year old."""
    with opened(home) as (database, journal):
        for number in range(MOST * 2):
            begin(journal, f"n{number}", at=NOW - LONGEST + timedelta(hours=number))
        journal.fold(SCOPE, now=NOW)
        assert len(runs(database)) == MOST * 2
        journal.fold(SCOPE, now=NOW + timedelta(hours=10, minutes=1))
        assert len(runs(database)) == MOST * 2 - 11


@pytest.mark.parametrize("state", ["sending", "accepted", "unknown"])
def test_what_is_open_never_goes_by_age(home: Path, state: str) -> None:
    """A batch whose end is not known, and its run, stay until a newer run closes it; then they go."""
    with opened(home) as (database, journal):
        begin(journal, "old", at=OLD, automations=True)
        journal.sending("old", batch_of(0, [(1, 10)]), now=OLD)
        journal.mark("old", 0, state)
        for number in range(MOST + 5):
            begin(journal, f"n{number}", at=OLD)
        for _ in range(2):
            journal.fold(SCOPE, now=NOW)
            assert left(journal) == [("old", 0, state, None, True, [1])]
            assert "old" in runs(database)
        journal.close(journal.open_batches(SCOPE))
        journal.fold(SCOPE, now=NOW)
        assert left(journal) == []
        assert "old" not in runs(database)


def test_room_that_is_free_is_given_back(home: Path) -> None:
    """After a large run was folded the file holds little more than the baseline."""
    people, size = 250_000, 25_000
    rng = np.random.default_rng(3)
    with opened(home) as (database, journal):
        begin(journal, "one")
        for number in range(people // size):
            addresses, contents = (rng.integers(0, 2**63, size, dtype=np.uint64).tobytes() for _ in range(2))
            batch = Batch(number=number, positions=range(size), addresses=addresses, contents=contents, body=b"")
            journal.sending("one", batch, now=NOW)
            journal.settled("one", number, bytes(size))
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        journal.fold(SCOPE, now=NOW)
        database.execute("DELETE FROM baselines")
        give_back_space(database)
        assert database.execute("PRAGMA page_count").fetchone()[0] <= 1_050 < pages
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert len(Journal(database).baseline(SCOPE)) == 0


def test_a_file_of_an_older_version_gives_back_what_it_can(home: Path) -> None:
    """Where pages cannot be given back one by one, trying to does no harm and ends."""
    with opened(home) as (database, journal):
        begin(journal, "one")
        database.execute("PRAGMA auto_vacuum = NONE")
        database.execute("VACUUM")
        assert database.execute("PRAGMA auto_vacuum").fetchone() == (0,)
        database.execute("CREATE TABLE filler (content)")
        database.execute("INSERT INTO filler VALUES (zeroblob(8000000))")
        database.execute("DROP TABLE filler")
        give_back_space(database)
        assert database.execute("PRAGMA freelist_count").fetchone()[0] > 1_000
