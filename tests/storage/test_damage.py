"""A database that is damaged, lost, or not ours is said so and left byte for byte as it was."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ac_notebook.errors import StateError
from ac_notebook.storage import connections
from ac_notebook.storage.database import FILE, KEY_FILE, open_database
from ac_notebook.storage.fingerprint_key import fingerprint_key
from ac_notebook.storage.journal import Journal
from ac_notebook.storage.schema import MIGRATIONS
from tests.storage.journals import NOW, SCOPE, fill, known, left, opened

if TYPE_CHECKING:
    from pathlib import Path

FLIPS = 300


@pytest.fixture
def filled(home: Path) -> bytes:
    """A home that remembers, closed; the bytes of its database."""
    with opened(home) as (_, journal):
        fingerprint_key(home)
        fill(journal)
    return (home / FILE).read_bytes()


def put(home: Path, data: bytes) -> None:
    """Put other bytes in the database's place, as if nobody had ever had it open."""
    for path in home.glob(f"{FILE}-*"):
        path.unlink()
    (home / FILE).write_bytes(data)


def said(home: Path) -> tuple[object, object]:
    """Return what the journal says is there, and what is open."""
    database = open_database(home)
    try:
        journal = Journal(database)
        return known(journal), left(journal)
    finally:
        database.close()


def refused(home: Path, data: bytes, match: str) -> None:
    """Assert that a database is refused with what to do, and not changed."""
    put(home, data)
    with pytest.raises(StateError, match=match) as caught:
        said(home)
    assert caught.value.hint
    assert (home / FILE).read_bytes() == data


def test_a_flipped_bit_is_noticed_or_harmless(home: Path, filled: bytes) -> None:
    """Whichever bit of the file is turned, the journal says what it said before, or that it is damaged; never less."""
    truth = said(home)
    chance = random.Random(5)
    refusals = 0
    for _ in range(FLIPS):
        place, bit = chance.randrange(len(filled)), chance.randrange(8)
        data = bytearray(filled)
        data[place] ^= 1 << bit
        put(home, bytes(data))
        try:
            assert said(home) == truth, f"byte {place}, bit {bit}"
        except StateError:
            refusals += 1
            assert (home / FILE).read_bytes() == data, f"byte {place}, bit {bit}"
    assert refusals > FLIPS / 50


def test_a_file_that_was_cut_is_refused(home: Path, filled: bytes) -> None:
    """Wherever the file ends too early, it is refused and left as it is."""
    lengths = [1, 15, 16, 99, 100, 511, 1_000, 4_095, 4_096, 5_000, *range(8_192, len(filled), 4_096)]
    for length in lengths:
        refused(home, filled[:length], "damaged|empty")


@pytest.mark.parametrize("data", [b"", b"\0" * 4_096, b"\0" * 20_000, b"text, not a database\n" * 500])
def test_an_emptied_database_is_no_fresh_start(home: Path, filled: bytes, data: bytes) -> None:
    """Zero bytes, or a file of zeros, where something was remembered, is refused: everything would be sent again."""
    refused(home, data, "empty|damaged")


def test_an_empty_schema_is_no_fresh_start(home: Path, filled: bytes, tmp_path: Path) -> None:
    """A database without a table where something was remembered is refused."""
    other = tmp_path / "other"
    with closing(sqlite3.connect(other)) as database:
        database.execute("VACUUM")
        database.execute("PRAGMA journal_mode = WAL")
    refused(home, other.read_bytes(), "empty")


def test_a_database_that_is_gone_is_said_so(home: Path, filled: bytes) -> None:
    """With the fingerprints' key there and the database gone, nothing is made anew; without the key, a new one is."""
    (home / FILE).unlink()
    with pytest.raises(StateError, match="gone") as caught:
        open_database(home)
    assert str(home / "fingerprint.key") in caught.value.hint
    assert not (home / FILE).exists()
    (home / "fingerprint.key").unlink()
    assert said(home) == ({}, [])


def test_another_programs_database_is_not_touched(home: Path, tmp_path: Path) -> None:
    """A database with tables that are not ours gets none of ours."""
    home.mkdir(mode=0o700)
    other = tmp_path / "other"
    with closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE recipes (name TEXT)")
    (home / FILE).touch(0o600)
    refused(home, other.read_bytes(), "another program's")


@pytest.mark.parametrize("log", [False, True], ids=["closed", "with a log that was left"])
def test_a_newer_database_is_not_touched(home: Path, filled: bytes, tmp_path: Path, log: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Neither the file nor the log of a newer version is changed, also when that version was killed."""
    with closing(sqlite3.connect(home / FILE, isolation_level=None)) as database:
        database.execute("PRAGMA wal_autocheckpoint = 0")
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
        if log:
            shutil.copytree(home, tmp_path / "killed")
    if log:
        shutil.rmtree(home)
        (tmp_path / "killed").rename(home)
    names = (FILE, f"{FILE}-wal")
    before = {name: (home / name).read_bytes() for name in names if (home / name).exists()}
    assert len(before) == 1 + log
    with pytest.raises(StateError, match="newer version"):
        open_database(home)
    assert {name: (home / name).read_bytes() for name in before} == before


def test_old_rows_without_checksums_are_still_measured(home: Path, filled: bytes) -> None:
    """A row without a checksum whose arrays do not fit one another is refused."""
    with closing(sqlite3.connect(home / FILE, isolation_level=None)) as database:
        database.execute("UPDATE baselines SET seal = NULL, digest = NULL")
        database.execute("UPDATE batches SET seal = NULL, digest = NULL")
        database.execute("UPDATE runs SET seal = NULL")
    assert said(home)[0]
    for statement in (
        "UPDATE baselines SET contents = substr(contents, 2)", "UPDATE batches SET addresses = substr(addresses, 9)",
        "UPDATE batches SET outcomes = x'00' WHERE state = 'settled'", "UPDATE batches SET run = 'nobody'",
    ):  # fmt: skip
        data = (home / FILE).read_bytes()
        with closing(sqlite3.connect(home / FILE, isolation_level=None)) as database:
            database.execute(statement)
        with pytest.raises(StateError, match="damaged"):
            said(home)
        put(home, data)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE baselines SET addresses = zeroblob(length(addresses))",
        "UPDATE baselines SET outcomes = CAST(zeroblob(length(outcomes) - 1) || x'05' AS BLOB)",
        "UPDATE baselines SET identity = 'name:sprinh'",
        "UPDATE batches SET state = 'settled' WHERE state = 'closed'",
        "UPDATE batches SET batch = 'id-7' WHERE batch = 'id-1'",
        "UPDATE batches SET outcomes = zeroblob(contacts) WHERE state = 'settled'",
        "UPDATE batches SET contents = zeroblob(length(contents)) WHERE number = 0",
        "UPDATE runs SET automations = 0",
        "UPDATE runs SET account = 'acmd'",
        "DROP TABLE baselines",
    ],
)
def test_what_was_changed_behind_our_back_is_not_believed(home: Path, filled: bytes, statement: str) -> None:
    """A value that is not the one written is refused, in every column that what is sent depends on."""
    with closing(sqlite3.connect(home / FILE, isolation_level=None)) as database:
        database.execute(statement)
    data = (home / FILE).read_bytes()
    refused(home, data, "damaged")


def test_folding_refuses_damage_and_keeps_everything(home: Path, filled: bytes) -> None:
    """Gathering the batches of a damaged journal is refused before anything of it is deleted."""
    with closing(sqlite3.connect(home / FILE, isolation_level=None)) as database:
        database.execute("UPDATE batches SET contents = zeroblob(length(contents)) WHERE state = 'settled'")
        database.execute("UPDATE batches SET seal = NULL, state = 'closed' WHERE state = 'accepted'")
        before = list(database.iterdump())
    database = open_database(home)
    with pytest.raises(StateError, match="damaged"):
        Journal(database).fold(SCOPE, now=NOW)
    database.close()
    with closing(sqlite3.connect(home / FILE)) as reader:
        assert list(reader.iterdump()) == before


@pytest.mark.parametrize(
    "change",
    ["started = '2026-13-02'", "started = '2026-03-02T09:00:00'", "facts = '[1'", "facts = '[]'", "counts = '3'"],
)
def test_a_run_that_cannot_be_read_is_said_so(home: Path, filled: bytes, change: str) -> None:
    """What guard rails and the first line compare with is no bare error when it is damaged."""
    with opened(home) as (database, journal):
        database.execute(f"UPDATE runs SET {change} WHERE id = 'second'")  # noqa: S608 - of this test
        with pytest.raises(StateError, match="run 'second'"):
            journal.earlier_runs(SCOPE.account, most=10)


def test_a_key_that_is_not_the_one_of_before_is_not_believed(home: Path, filled: bytes) -> None:
    """With a flipped bit in it, or another home's key, no row would be known: it is refused, and not taken for new."""
    path = home / KEY_FILE
    key = path.read_bytes()
    for other in (bytes([key[0] ^ 1]) + key[1:], bytes(32)):
        path.write_bytes(other)
        with pytest.raises(StateError, match="damaged, or not the one") as caught:
            fingerprint_key(home)
        assert "sent again" in caught.value.hint
    path.write_bytes(key)
    assert fingerprint_key(home) == key


def test_a_lost_key_that_nothing_is_remembered_with_is_made_anew(home: Path) -> None:
    """Before anything was sent, a key that is gone is no loss."""
    home.mkdir(mode=0o700)
    first = fingerprint_key(home)
    (home / KEY_FILE).unlink()
    assert fingerprint_key(home) == fingerprint_key(home) != first


def test_the_key_of_an_older_version_is_written_down(home: Path, filled: bytes) -> None:
    """A database that does not know its key yet takes the one that is there, and no other afterwards."""
    with opened(home) as (database, _):
        database.execute("DELETE FROM fingerprint_key")
    fingerprint_key(home)
    (home / KEY_FILE).write_bytes(bytes(32))
    with pytest.raises(StateError, match="not the one"):
        fingerprint_key(home)


@pytest.mark.parametrize("definition", ["", "{", "[]", "{}", "3", '{"name": 1}'])
def test_a_saved_connection_that_cannot_be_read_is_said_so(home: Path, definition: str) -> None:
    """A definition that is none gives a sentence that names the connection, and not a word of what stands there."""
    with opened(home) as (database, _):
        database.execute("INSERT INTO connections VALUES ('Marketing', ?)", (definition,))
        with pytest.raises(StateError, match="'Marketing'"):
            connections.load(database, "Marketing")
