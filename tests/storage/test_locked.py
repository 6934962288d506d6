"""A database that somebody else holds: said who that is; and nobody's coming and going takes anything away."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from ac_notebook.errors import StateError
from ac_notebook.storage.database import FILE, open_database
from ac_notebook.storage.journal import Journal
from ac_notebook.storage.lease import lease
from ac_notebook.storage.pace import PaceFile
from tests.storage.journals import NOW, SCOPE, batch_of, begin, fill, left, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TELLS = sys.platform == "linux"
"""Whether the system says who holds a file."""

HOLDING = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("ready", flush=True)
sys.stdin.read()
"""

VISITING = """
import sqlite3, sys
for path in sys.argv[1:]:
    database = sqlite3.connect(path)
    database.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    database.close()
"""


@contextmanager
def held(path: Path) -> Iterator[int]:
    """Let another process hold a database for writing; gives its number."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process.pid
        process.kill()


@pytest.mark.parametrize("kind", ["ext4", "nfs4"])
def test_who_holds_it_is_said(home: Path, kind: str) -> None:
    """A journal that cannot be written for long names the process that has it, and can be written once that is gone."""
    home.mkdir(mode=0o700)
    database = open_database(home, file_system=kind)
    journal = Journal(database)
    begin(journal, "one")
    database.execute("PRAGMA busy_timeout = 20")
    with held(home / FILE) as process:
        with pytest.raises(StateError, match="is in use by") as caught:
            journal.sending("one", batch_of(0, [(1, 10)]), now=NOW)
        assert str(home / FILE) in str(caught.value)
        assert (f"process {process}" if TELLS else "another process") in str(caught.value)
        assert left(journal) == []  # reading goes on meanwhile
    journal.sending("one", batch_of(0, [(1, 10)]), now=NOW)
    assert len(left(journal)) == 1
    database.close()


def test_a_holder_that_runs_an_export_is_said_with_its_run(home: Path) -> None:
    """Where the holder has written down its run, that is said, with since when."""
    with opened(home) as (database, journal):
        begin(journal, "one")
        database.execute("PRAGMA busy_timeout = 20")
        with held(home / FILE) as process:
            with lease(home, SCOPE, run="theirs", now=NOW):
                (note,) = (home / "running").iterdir()
                note.write_text(note.read_text().replace(f"process {os.getpid()}", f"process {process}"))
            who = f"run theirs, process {process} on .*, since 2026-03-02 09:00 UTC" if TELLS else "another process"
            with pytest.raises(StateError, match=who):
                journal.accepted("one", 0, "x")


def test_a_running_export_is_said_so_though_the_database_is_busy(home: Path) -> None:
    """Who asks for the lease is told without the database, and so without waiting for it."""
    home.mkdir(mode=0o700)
    open_database(home).close()
    with (
        held(home / FILE), lease(home, SCOPE, run="one", now=NOW), pytest.raises(StateError, match="run one"),
        lease(home, SCOPE, run="two", now=NOW),
    ):  # fmt: skip
        pytest.fail("two at once")


def test_opening_it_again_takes_no_lock_away(home: Path) -> None:
    """While one thread works, others of this process open and close both files, and another process comes and goes.

    A process loses all its locks on a file when it closes any handle of it. Then the other one, which believes to be
    the last, takes the write-ahead log away, and what is written from then on is lost.
    """
    with opened(home) as (_, journal):
        begin(journal, "one")
        pace = PaceFile(home, "acme", horizon=60.0)
        for _ in range(2):
            open_database(home).close()
            PaceFile(home, "acme", horizon=60.0).close()
        journal.sending("one", batch_of(0, [(1, 10)]), now=NOW)
        booking, _ = pace.book("import", lambda: 1.0, lambda rows, state, now: (now, now + 0.6))
        subprocess.run([sys.executable, "-c", VISITING, home / FILE, home / "pace.sqlite3"], check=True)
        journal.sending("one", batch_of(1, [(2, 20)]), now=NOW)
        again, _ = pace.book("import", lambda: 2.0, lambda rows, state, now: (now, now + 0.6))
        # Other processes see it, and the file holds it when everybody is gone.
        shutil.copytree(home, home.with_name("copy"))
        pace.close()
    assert booking is not None
    assert again is not None
    for folder in (home.with_name("copy"), home):
        with closing(sqlite3.connect(folder / FILE)) as reader:
            assert reader.execute("SELECT count(*) FROM batches").fetchone() == (2,)
        with closing(sqlite3.connect(folder / "pace.sqlite3")) as reader:
            assert reader.execute("SELECT count(*) FROM requests").fetchone() == (2,)


def test_folding_loses_nothing_that_is_written_meanwhile(home: Path) -> None:
    """While one connection folds again and again, a batch that another writes down is never swept away."""
    with opened(home) as (_, journal):
        fill(journal)
        begin(journal, "third")
    over = threading.Event()
    wrong: list[BaseException] = []

    def folding() -> None:
        try:
            with opened(home) as (_, journal):
                while not over.is_set():
                    journal.fold(SCOPE, now=NOW)
        except BaseException as error:  # noqa: BLE001 - of a thread: shown by the assertion
            wrong.append(error)

    thread = threading.Thread(target=folding)
    thread.start()
    try:
        with opened(home) as (_, journal):
            journal.close(journal.open_batches(SCOPE))
            for number in range(150):
                journal.sending("third", batch_of(number, [(number, number)]), now=NOW)
                assert [item[:2] for item in left(journal)] == [("third", number)]
                journal.settled("third", number, bytes(1))
    finally:
        over.set()
        thread.join()
    assert not wrong
    with opened(home) as (_, journal):
        baseline = journal.baseline(SCOPE)
        assert set(range(150)) <= set(baseline.addresses.tolist())


FORKED = """
import os, sys
from pathlib import Path
from ac_notebook.errors import StateError
from ac_notebook.storage.database import open_database
from ac_notebook.storage.journal import Journal
from tests.storage.journals import NOW, SCOPE, batch_of, begin, left
home = Path(sys.argv[1])
database = open_database(home)
journal = Journal(database)
begin(journal, "one")
child = os.fork()
if not child:
    try:
        journal.sending("one", batch_of(0, [(1, 10)]), now=NOW)
    except StateError:
        own = open_database(home)
        Journal(own).sending("one", batch_of(1, [(2, 20)]), now=NOW)
        own.close()
        os._exit(7)
    os._exit(1)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
journal.sending("one", batch_of(2, [(3, 30)]), now=NOW)
print(code, [item[1] for item in left(journal)], database.execute("PRAGMA integrity_check").fetchone()[0])
"""


def test_a_forked_process_uses_its_own_handle(home: Path) -> None:
    """After a fork, as by multiprocessing, the parent's handle is refused in the child, and its own one works."""
    home.mkdir(mode=0o700)
    done = subprocess.run(
        [sys.executable, "-c", FORKED, str(home)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "7 [1, 2] ok\n"
