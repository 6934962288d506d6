"""A database of every older version is brought up to the newest, and what it remembers stays."""

from __future__ import annotations

import sqlite3
import struct
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ac_notebook.errors import StateError
from ac_notebook.model.outcome import Outcome
from ac_notebook.storage.database import FILE, open_database
from ac_notebook.storage.journal import Journal
from ac_notebook.storage.schema import MIGRATIONS
from tests.storage.journals import NOW, SCOPE, batch_of, begin, known, left, opened

if TYPE_CHECKING:
    from pathlib import Path

NEWEST = len(MIGRATIONS)
OLDER = range(1, NEWEST)
KNOWN = {1: (11, 0), 4: (44, int(Outcome.REFUSED))}
LEFT = [("run", 7, "accepted", "id-7", True, [2])]


def prints(*numbers: int) -> bytes:
    """Fingerprints as they are kept."""
    return b"".join(struct.pack("<Q", number) for number in numbers)


def made(home: Path, version: int, *, runs: bool = True) -> Path:
    """Make a database as an older version of this package did, with a baseline, a settled batch and an open one."""
    home.mkdir(mode=0o700)
    path = home / FILE
    path.touch(0o600)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        for statements in MIGRATIONS[:version]:
            database.executescript(statements)
        database.execute(f"PRAGMA user_version = {version}")
        if runs:
            put = "INSERT INTO runs (id, account, list, identity, connection, owner, automations, started, state) "
            values = ("run", SCOPE.account, SCOPE.list, SCOPE.identity, "c", "o", 1, NOW.isoformat(), "Canceled")
            database.execute(put + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            put = (
                "INSERT INTO batches (run, number, state, batch, contacts, bytes, sent, addresses, contents, outcomes) "
            )
            for row in (
                ("run", 9, "settled", "id-9", 2, 2, NOW.isoformat(), prints(4, 3), prints(44, 33), bytes([5, 6])),
                ("run", 7, "accepted", "id-7", 1, 2, NOW.isoformat(), prints(2), prints(22), None),
                ("run", 8, "closed", None, 1, 2, NOW.isoformat(), prints(3), prints(34), None),
            ):
                database.execute(put + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            put = "INSERT INTO baselines (account, list, identity, updated, addresses, contents, outcomes) "
            sent = (SCOPE.account, SCOPE.list, SCOPE.identity, NOW.isoformat(), prints(1, 2), prints(11, 21), bytes(2))
            database.execute(put + "VALUES (?, ?, ?, ?, ?, ?, ?)", sent)
    return path


@pytest.mark.parametrize("version", OLDER)
def test_what_an_older_version_remembers_stays(home: Path, version: int) -> None:
    """Baseline, order and open batches are the same afterwards, new rows can be written, and folding finds the same."""
    made(home, version)
    with opened(home) as (database, journal):
        assert database.execute("PRAGMA user_version").fetchone() == (NEWEST,)
        assert known(journal) == KNOWN
        assert left(journal) == LEFT
        journal.fold(SCOPE, now=NOW)
        assert known(journal) == KNOWN
        assert left(journal) == LEFT
        journal.settled("run", 7, bytes([Outcome.IMPORTED]))
        begin(journal, "new")
        journal.sending("new", batch_of(0, [(1, 12)]), now=NOW)
        journal.settled("new", 0, bytes([Outcome.IMPORTED]))
        journal.fold(SCOPE, now=NOW)
    with opened(home) as (database, journal):
        assert known(journal) == {**KNOWN, 2: (22, 0), 1: (12, 0)}
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA auto_vacuum").fetchone() == (2,)


@pytest.mark.parametrize("version", OLDER)
def test_a_copy_is_kept_of_what_is_migrated(home: Path, version: int) -> None:
    """Before runs are migrated, the database is copied as it is, readable by its owner only."""
    path = made(home, version)
    with closing(sqlite3.connect(path)) as database:
        before = list(database.iterdump())
    open_database(home).close()
    copy = home / f"{FILE}.before-v{NEWEST}"
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as database:
        assert list(database.iterdump()) == before
        assert database.execute("PRAGMA user_version").fetchone() == (version,)
    assert {entry.name for entry in home.iterdir()} <= {FILE, copy.name, f"{copy.name}-shm", f"{copy.name}-wal"}


@pytest.mark.parametrize("version", OLDER)
def test_nothing_is_copied_where_nothing_is_remembered(home: Path, version: int) -> None:
    """A database without runs is migrated as it is."""
    made(home, version, runs=False)
    open_database(home).close()
    assert [entry.name for entry in home.iterdir()] == [FILE]


def test_a_migration_that_fails_changes_nothing(home: Path) -> None:
    """When a step cannot be taken, the database stays what it was, and can be migrated later."""
    path = made(home, 1)
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE batches_in_order (in_the_way)")
        before = list(database.iterdump())
    with pytest.raises(StateError):
        open_database(home)
    with closing(sqlite3.connect(path)) as database:
        assert list(database.iterdump()) == before
        assert database.execute("PRAGMA user_version").fetchone() == (1,)
        database.execute("DROP TABLE batches_in_order")
    with opened(home) as (_, journal):
        assert known(journal) == KNOWN


@pytest.mark.parametrize("version", [0, *OLDER])
def test_many_that_open_it_at_once_migrate_it_once(home: Path, version: int) -> None:
    """Eight threads that open a new or an older database at the same moment all get the newest, with the same in it."""
    if version:
        made(home, version)
    else:
        home.mkdir(mode=0o700)
    gate = threading.Barrier(8)
    found: list[object] = []

    def work() -> None:
        gate.wait()
        try:
            database = open_database(home)
            found.append((known(Journal(database)), database.execute("PRAGMA user_version").fetchone()))
            database.close()
        except BaseException as error:  # noqa: BLE001 - of a thread: shown by the assertion
            found.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [(KNOWN if version else {}, (NEWEST,))] * 8
