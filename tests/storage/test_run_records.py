"""What is told of runs: kept, bounded, true of killed ones, and never believed where it is damaged."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ac_notebook.errors import StateError
from ac_notebook.model.departures import NUMBERED_FROM
from ac_notebook.model.export import REHEARSALS
from ac_notebook.storage import run_entries, run_records
from ac_notebook.storage.database import FILE
from ac_notebook.storage.journal import RunRecord, Scope
from ac_notebook.storage.lease import is_held, lease
from ac_notebook.storage.retention import LONGEST, MOST
from ac_notebook.storage.run_entries import RunEntry
from tests.storage import journals
from tests.storage.journals import NOW, SCOPE, batch_of, opened
from tests.storage.test_older_versions import OLDER, made

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ac_notebook.storage.database import StateDatabase

OTHER = Scope(account="acme", list=3, identity="digest:0123456789abcdef")
BEFORE = {"not_sent": 10, "rejected": 3}


def begin(database: StateDatabase, run: str, *, scope: Scope = SCOPE, at: datetime = NOW, **details: Any) -> None:
    """Write down that a run may run."""
    entry = RunEntry(
        run=run, scope=scope, list_name="News", connection="Shop", origin="o", owner="Ann", user="u", state="Queued",
        started=at, counts=BEFORE,
    )  # fmt: skip
    run_records.begin(database, entry, {"title": f"Run {run}", **details})


def end(database: StateDatabase, run: str, *, requests: int = 1, state: str = "Successful") -> None:
    """Write down that a run has ended."""
    run_records.end(
        database, run, state=state, counts={"imported": 10, "rejected": 3}, requests=requests, ended=NOW,
        details={"opening": "First run."},
    )  # fmt: skip


def states(database: StateDatabase, home: Path) -> list[tuple[str, str]]:
    """Return ids and states, the newest first."""
    return [(entry.run, entry.state) for entry in run_entries.entries(database, home)]


def test_a_run_from_its_beginning_to_its_end(home: Path) -> None:
    """While its lease is held it is Queued, then Processing, then what it ended as, with counts and details."""
    with opened(home) as (database, _):
        with lease(home, SCOPE, run="aa", now=NOW):
            begin(database, "aa")
            assert states(database, home) == [("aa", "Queued")]
            run_records.go_on(database, "aa", state="Processing", counts=BEFORE)
            assert states(database, home) == [("aa", "Processing")]
            end(database, "aa")
        begin(database, "bb", scope=OTHER)
        end(database, "bb", state="Canceled")
        assert states(database, home) == [("bb", "Canceled"), ("aa", "Successful")]
        entry = run_entries.entries(database, home)[1]
        assert (entry.counts, entry.requests, entry.ended) == ({"imported": 10, "rejected": 3}, 1, NOW)
        assert (entry.list_name, entry.connection, entry.owner, entry.user) == ("News", "Shop", "Ann", "u")
        assert run_entries.details(database, "aa") == ({"title": "Run aa"}, {"opening": "First run."})
        assert run_entries.details(database, "zz") == ({}, {})


@pytest.mark.parametrize("is_written_off", [False, True])
def test_a_killed_run_is_failed_with_what_it_had_sent(home: Path, is_written_off: bool) -> None:  # noqa: FBT001 - a case
    """Without its lease a run that wrote no end is Failed; what its batches tell adds up to its rows.

    It is the same after the next run of the export has written it off, and folded its batches away.
    """
    with opened(home) as (database, journal):
        begin(database, "aa")
        journal.begin(RunRecord(id="aa", connection="c", owner="o", automations=False, started=NOW), SCOPE)
        run_records.go_on(database, "aa", state="Processing", counts=BEFORE)
        for number, (people, state) in enumerate([(3, "settled"), (2, "accepted"), (1, "sending"), (1, "void")]):
            journal.sending("aa", batch_of(number, [(number * 10 + n, 1) for n in range(people)]), now=NOW)
            if state == "settled":
                journal.settled("aa", number, bytes([0, 5, 16]))
            elif state == "accepted":
                journal.accepted("aa", number, "id")
            elif state == "void":
                journal.mark("aa", number, state)
        begin(database, "other", scope=OTHER)
        if is_written_off:
            run_records.end_killed(database, SCOPE, but="bb")
            journal.close(journal.open_batches(SCOPE))
            journal.fold(SCOPE, now=NOW)
        other, entry = run_entries.entries(database, home)
        assert (entry.state, entry.was_broken_off, entry.ended) == ("Failed", True, None)
        assert entry.counts == {
            "imported": 1, "refused": 2, "accepted": 2, "uncertain": 1, "not_sent": 4, "rejected": 3
        }  # fmt: skip
        assert sum(entry.counts.values()) == sum(BEFORE.values())
        assert entry.requests == 4
        assert (other.state, other.counts) == ("Failed", BEFORE)


def test_people_who_leave_are_no_rows_of_a_killed_run(home: Path) -> None:
    """What was done about them adds nothing to the rows, and that they were gone already was no request."""
    with opened(home) as (database, journal):
        begin(database, "aa")
        journal.begin(RunRecord(id="aa", connection="c", owner="o", automations=False, started=NOW), SCOPE)
        run_records.go_on(database, "aa", state="Processing", counts=BEFORE)
        sizes = {0: 10, NUMBERED_FROM: 3, NUMBERED_FROM + 1: 4, NUMBERED_FROM + 2: 2}
        for number, size in sizes.items():
            journal.sending("aa", batch_of(number, [(number + n, 1) for n in range(size)]), now=NOW)
            if number < NUMBERED_FROM + 2:
                journal.settled("aa", number, bytes(size))
        (entry,) = run_entries.entries(database, home)
        assert (entry.counts, entry.requests) == ({"imported": 10, "rejected": 3}, 3)


def test_a_run_that_ended_in_the_journal_is_not_called_broken_off(home: Path) -> None:
    """A power cut between the journal's end of a run and its record's leaves the journal's word."""
    with opened(home) as (database, journal):
        begin(database, "aa")
        journal.begin(RunRecord(id="aa", connection="c", owner="o", automations=False, started=NOW), SCOPE)
        journal.end("aa", state="Successful", counts={"imported": 13}, now=NOW)
        (entry,) = run_entries.entries(database, home)
        assert (entry.state, entry.counts, entry.was_broken_off) == ("Successful", {"imported": 13}, False)


def test_the_lease_tells_whose_it_is(home: Path) -> None:
    """It is held by the run that has it, not by one before it; asking keeps nobody from it."""
    home.mkdir(mode=0o700)
    assert not is_held(home, SCOPE, "aa")
    with lease(home, SCOPE, run="aa", now=NOW):
        assert is_held(home, SCOPE, "aa")
        assert not is_held(home, SCOPE, "a")
        assert not is_held(home, SCOPE, "bb")
        assert not is_held(home, OTHER, "aa")
    assert not is_held(home, SCOPE, "aa")  # its note is still there, and so is this process
    with lease(home, SCOPE, run="bb", now=NOW):
        assert not is_held(home, SCOPE, "aa")


@pytest.mark.parametrize("at", [NOW, NOW - LONGEST - timedelta(days=1)])
def test_how_much_is_kept(home: Path, at: datetime) -> None:
    """Records of a year, or the last hundred of an export; details of the last hundred that sent something.

    A hundred mornings at which nothing was sent push no others out.
    """
    with opened(home) as (database, _):
        begin(database, "other", scope=OTHER, at=at)
        for number in range(MOST + 5):
            begin(database, f"s{number}", at=at)
            end(database, f"s{number}")
        for number in range(MOST + 5):
            begin(database, f"n{number}", at=at)
            end(database, f"n{number}", requests=0, state="Skipped")
        kept = [run for run, _ in states(database, home)]
        if at == NOW:
            assert len(kept) == 2 * (MOST + 5) + 1
            assert run_entries.details(database, "s4") == ({}, {})
            assert run_entries.details(database, "s5")[0] == {"title": "Run s5"}
            assert run_entries.details(database, "n5")[0] == {"title": "Run n5"}
        else:
            assert kept == [*(f"n{number}" for number in range(MOST + 4, 4, -1)), "other"]
        assert run_entries.details(database, "other")[0] == {"title": "Run other"}


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("run_records", "state", "Successful"), ("run_records", "counts", '{"imported": 99}'),
        ("run_records", "counts", "{"), ("run_records", "started", "never"), ("run_records", "list", 7),
        ("run_records", "seal", b"12345678"), ("run_details", "beginning", "{}"), ("run_details", "ending", "no JSON"),
    ],
)  # fmt: skip
def test_a_damaged_row_is_told(home: Path, table: str, column: str, value: object) -> None:
    """A row that is not as it was written says so; others are shown, and runs of the export go on."""
    with opened(home) as (database, _):
        for run in ("aa", "bb", "cc"):
            begin(database, run)
            end(database, run, state="Failed")
        begin(database, "dd")
    with closing(sqlite3.connect(home / FILE)) as raw, raw:
        raw.execute(f"UPDATE {table} SET {column} = ? WHERE run = 'bb'", (value,))  # noqa: S608 - names of the test's
    with opened(home) as (database, _):
        found = {entry.run: entry for entry in run_entries.entries(database, home)}
        assert [entry.is_damaged for entry in found.values()] == [False, False, table == "run_records", False]
        assert run_entries.details(database, "aa")[0]
        if table == "run_details":
            with pytest.raises(StateError, match="'bb' cannot be trusted"):
                run_entries.details(database, "bb")
        run_records.end_killed(database, SCOPE, but="ee")
        assert states(database, home)[0] == ("dd", "Failed")


@pytest.mark.parametrize("version", OLDER)
def test_runs_of_older_versions_show_what_they_have(home: Path, version: int) -> None:
    """A run that was written down before there were records is in the table, with the state and counts it has."""
    made(home, version)
    with opened(home) as (database, journal):
        journals.begin(journal, "older")
        journal.end("older", state="Successful", counts={"imported": 2}, now=NOW)
        begin(database, "new")
        new, older, oldest = run_entries.entries(database, home)
        assert (new.run, older.run, oldest.run) == ("new", "older", "run")
        assert (older.state, older.counts, older.requests, older.ended) == ("Successful", {"imported": 2}, None, NOW)
        assert (oldest.state, oldest.counts, oldest.scope) == ("Canceled", {}, SCOPE)
        assert run_entries.details(database, "older") == ({}, {})


def test_odd_rows_of_older_versions(home: Path) -> None:
    """Rehearsals are no runs of exports; a row whose numbers cannot be read, or whose seal is another, is damaged."""
    with opened(home) as (database, journal):
        journals.begin(journal, "rehearsal", scope=Scope(account="acme", list=3, identity=REHEARSALS))
        for run in ("aa", "bb", "cc", "dd"):
            journals.begin(journal, run)
        database.execute("UPDATE runs SET counts = '[1]' WHERE id = 'aa'")
        database.execute("UPDATE runs SET list = 4 WHERE id = 'bb'")
        database.execute("UPDATE runs SET started = '2026-03-02' WHERE id = 'cc'")
        assert states(database, home) == [("dd", "Failed"), *((run, "damaged") for run in ("cc", "bb", "aa"))]
