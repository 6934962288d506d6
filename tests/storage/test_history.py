"""The history of connections: only ever added to, and noticed when it was changed by anything else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ac_notebook.errors import StateError
from ac_notebook.storage.database import FILE, open_database, transaction
from ac_notebook.storage.history import Event, add, has, read
from tests.storage.journals import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ac_notebook.storage.database import StateDatabase


def event(what: str = "connected", **details: object) -> Event:
    """Make an event."""
    return Event(
        at=NOW, event=what, connection="Shop", origin="o", account="acme", host="acme.api-us1.com", user="ann",
        details=details,
    )  # fmt: skip


@pytest.fixture
def database(home: Path) -> Iterator[StateDatabase]:
    """A database with three events."""
    home.mkdir(mode=0o700)
    with closing(open_database(home)) as opened:
        for what in ("connected", "agreed", "withdrew"):
            add(opened, event(what, by="Ann"))
        yield opened


def test_events_come_back_in_order(database: StateDatabase) -> None:
    """What was added is read back, with everything in it, in the order of adding."""
    assert read(database) == [event(what, by="Ann") for what in ("connected", "agreed", "withdrew")]
    assert has(database, event("agreed", by="Ann"))
    assert not has(database, event("agreed", by="Bob"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history SET user = 'bob'",
        "UPDATE history SET moment = '2020-01-01' WHERE id = 1",
        "DELETE FROM history",
        "DELETE FROM history WHERE id = 3",
        "REPLACE INTO history SELECT * FROM history WHERE id = 2",
        "UPDATE OR IGNORE history SET details = '{}'",
        "INSERT INTO history SELECT * FROM history WHERE true ON CONFLICT DO UPDATE SET user = 'bob'",
        "UPDATE OR REPLACE history SET id = 3 WHERE id = 1",
    ],
)
def test_nothing_is_changed_or_removed(database: StateDatabase, statement: str) -> None:
    """Every statement that would change, replace or remove an event is refused by the database itself."""
    before = read(database)
    with pytest.raises(sqlite3.Error, match="only added to"):
        database.execute(statement)
    assert read(database) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history SET user = 'bob' WHERE id = 2",
        "DELETE FROM history WHERE id = 2",
        "DELETE FROM history WHERE id = 1",
        "UPDATE history SET details = '{}' WHERE id = 3",
    ],
)
def test_what_was_changed_past_the_triggers_is_noticed(database: StateDatabase, home: Path, statement: str) -> None:
    """Somebody who takes the triggers away and changes a row leaves a history that is not believed."""
    with closing(sqlite3.connect(home / FILE)) as raw:
        for trigger in ("changed", "shortened", "replaced"):
            raw.execute(f"DROP TRIGGER history_is_not_{trigger}")
        raw.execute(statement)
        raw.commit()
    with pytest.raises(StateError, match="history of connections"):
        read(database)


def test_a_check_that_keeps_failing_is_written_down_once_an_hour(database: StateDatabase) -> None:
    """A loop that tries a wrong key does not fill the disk; something else in between is seen."""
    failed = event("verification failed", error="AuthenticationError")
    for minutes in range(0, 150, 10):
        add(database, Event(**{**vars(failed), "at": NOW + timedelta(minutes=minutes)}))
    assert [one.event for one in read(database)].count("verification failed") == 3
    add(database, event("verification failed", error="UnreachableError"))
    assert len(read(database)) == 7


def test_it_grows_slowly(database: StateDatabase) -> None:
    """An event takes some 300 bytes: hourly exports take about 5 MB a year."""
    with transaction(database):
        for number in range(300):
            add(database, event("export ended", run=f"{number:08x}", list=4, counts={"imported": 250}))
    page = database.execute("PRAGMA page_size").fetchone()[0]
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    assert pages * page < 300 * 400 + 20 * page
