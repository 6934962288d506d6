"""Where the home is: network file systems get a rollback journal, and locks that are not there are said so."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ac_notebook.errors import StateError
from ac_notebook.model.outcome import Outcome
from ac_notebook.storage.database import FILE, choose_journal, open_database
from ac_notebook.storage.filesystems import file_system_in, file_system_of, is_shared
from ac_notebook.storage.journal import Journal
from ac_notebook.storage.lease import lease
from tests.storage.journals import NOW, SCOPE, batch_of, begin, fill, known, left, opened

if TYPE_CHECKING:
    from pathlib import Path

NETWORK = (
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "lustre",
    "fuse.sshfs",
    "fuse.s3fs",
    "fuse",
    "9p",
    "ceph",
    "virtiofs",
)
LOCAL = ("ext4", "xfs", "btrfs", "zfs", "overlay", "tmpfs", "apfs", "fuseblk", "")

MOUNTS = r"""
21 1 254:0 / / rw,relatime - ext4 /dev/vda rw
22 21 0:20 / /proc rw,nosuid shared:12 - proc proc rw
30 21 0:40 / /home rw shared:7 master:3 - nfs4 server:/export/home rw,vers=4.2
31 30 0:41 / /home/ann\040b/work rw - fuse.sshfs ann@far:/work rw
32 21 254:1 / /data rw - xfs /dev/vdb rw
33 32 0:42 / /data rw - cifs //server/data rw
not a line of the table
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", "ext4"), ("/var/lib", "ext4"), ("/home", "nfs4"), ("/home/bo/.local/share", "nfs4"), ("/homes", "ext4"),
        ("/home/ann b/work/x", "fuse.sshfs"), ("/home/ann b", "nfs4"), ("/data/x", "cifs"),
    ],
)  # fmt: skip
def test_the_innermost_mount_tells_the_file_system(folder: str, kind: str) -> None:
    """Of all mounts that hold a folder the innermost counts, of two on one place the later, names with spaces too."""
    assert file_system_in(MOUNTS, folder) == kind


def test_this_machine_tells_its_own(tmp_path: Path) -> None:
    """A temporary folder of this machine is on no network, and asking for it fails nowhere."""
    assert not is_shared(file_system_of(tmp_path))


@pytest.mark.parametrize("kind", NETWORK)
def test_a_network_file_system_gets_a_rollback_journal(home: Path, kind: str) -> None:
    """There is no shared memory: no write-ahead log, and commits wait for the folder too."""
    home.mkdir(mode=0o700)
    database = open_database(home, file_system=kind)
    journal = Journal(database)
    assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert database.execute("PRAGMA synchronous").fetchone() == (3,)  # EXTRA
    begin(journal, "one")
    journal.sending("one", batch_of(0, [(1, 10)]), now=NOW)
    assert database.execute("PRAGMA synchronous").fetchone() == (3,)
    journal.accepted("one", 0, "id-0")
    assert database.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL: less could cost the whole file
    journal.settled("one", 0, bytes([Outcome.IMPORTED]))
    journal.fold(SCOPE, now=NOW)
    assert known(journal) == {1: (10, 0)}
    assert [path.name for path in home.iterdir()] == [FILE]
    database.close()


@pytest.mark.parametrize("kind", LOCAL)
def test_a_local_file_system_gets_the_log(home: Path, kind: str) -> None:
    """On a disk of this machine, or where nothing is known of it, the write-ahead log is used."""
    home.mkdir(mode=0o700)
    database = open_database(home, file_system=kind)
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert database.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    database.close()


def test_a_home_that_is_moved_changes_its_journal(home: Path) -> None:
    """Moved to the network and back, everything is remembered, and the journal is the right one each time."""
    with opened(home) as (_, journal):
        fill(journal)
        truth = known(journal), left(journal)
    for kind, mode in (("nfs4", "delete"), ("ext4", "wal"), ("cifs", "delete")):
        database = open_database(home, file_system=kind)
        assert database.execute("PRAGMA journal_mode").fetchone() == (mode,)
        assert (known(Journal(database)), left(Journal(database))) == truth
        database.close()


def test_a_rollback_journal_that_was_left_is_rolled_back(home: Path, tmp_path: Path) -> None:
    """Killed in the middle of a commit on a network file system, the database is as before that commit."""
    home.mkdir(mode=0o700)
    database = open_database(home, file_system="nfs4")
    fill(Journal(database))
    truth = known(Journal(database)), left(Journal(database))
    database.execute("PRAGMA cache_size = 1")
    database.execute("BEGIN IMMEDIATE")
    database.execute("UPDATE baselines SET contents = zeroblob(length(contents)), seal = NULL, digest = NULL")
    database.execute("CREATE TABLE filler (content)")
    database.execute("INSERT INTO filler VALUES (zeroblob(500000))")  # more than the cache: pages are in the file
    killed = tmp_path / "killed"
    shutil.copytree(home, killed)
    database.execute("ROLLBACK")
    database.close()
    assert (killed / f"{FILE}-journal").stat().st_size > 0
    again = open_database(killed, file_system="nfs4")
    assert (known(Journal(again)), left(Journal(again))) == truth
    again.close()


def test_where_the_log_cannot_be_had_the_rollback_journal_is_kept() -> None:
    """A database that answers otherwise to the wish for a log is used with what it has, and waits longer to be sure."""
    with closing(sqlite3.connect(":memory:")) as database:
        assert not choose_journal(database, shared=False)


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL, errno.EIO])
def test_a_folder_without_locks_is_said_so(home: Path, code: int) -> None:
    """Where files cannot be locked nothing keeps two runs apart: a sentence, and no run."""

    def no_locks(_: int) -> None:
        raise OSError(code, os.strerror(code))

    home.mkdir(mode=0o700)
    with (
        pytest.raises(StateError, match="cannot be kept apart") as caught,
        lease(home, SCOPE, run="one", now=NOW, lock=no_locks),
    ):
        pytest.fail("the run began")
    assert "AC_NOTEBOOK_HOME" in caught.value.hint
