"""Keys on disk."""

from __future__ import annotations

import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.errors import StateError
from ac_notebook.model.secret import Secret
from ac_notebook.storage import secrets
from ac_notebook.storage.fingerprint_key import fingerprint_key
from ac_notebook.storage.home import find_home
from ac_notebook.storage.private_files import read_private, write_private

if TYPE_CHECKING:
    from pathlib import Path

    from ac_notebook import Connection


def _only_file(home: Path) -> Path:
    (path,) = (home / "secrets").iterdir()
    return path


def test_a_key_is_kept_for_its_owner_only() -> None:
    """The file is 0600 in a folder of 0700 whatever the umask, its name tells nothing, and the key comes back."""
    before = os.umask(0)
    try:
        home = find_home()
        assert secrets.keep(home, "Marketing ../../x", Secret("k123")) == "file"
    finally:
        os.umask(before)
    path = _only_file(home)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert "Marketing" not in path.name
    assert secrets.find(home, "Marketing ../../x") == Secret("k123")
    secrets.forget(home, "Marketing ../../x")
    assert secrets.find(home, "Marketing ../../x") is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666])
def test_a_key_file_that_others_can_read_is_not_used(mode: int) -> None:
    """Loose permissions are refused with the command that mends them."""
    home = find_home()
    secrets.keep(home, "a", Secret("k123"))
    _only_file(home).chmod(mode)
    with pytest.raises(StateError, match="chmod 600") as caught:
        secrets.find(home, "a")
    assert "k123" not in str(caught.value)


@pytest.mark.parametrize("kind", ["symlink", "hardlink", "fifo", "folder"])
def test_a_key_file_that_is_no_plain_file_is_not_used(kind: str, tmp_path: Path) -> None:
    """Links, pipes and folders in the key's place are refused, and reading them never hangs."""
    home = find_home()
    secrets.keep(home, "a", Secret("k123"))
    path = _only_file(home)
    other = tmp_path / "other"
    other.write_bytes(b"evil")
    other.chmod(0o600)
    path.unlink()
    match kind:
        case "symlink":
            path.symlink_to(other)
        case "hardlink":
            path.hardlink_to(other)
        case "fifo":
            os.mkfifo(path, 0o600)
        case _:
            path.mkdir(0o700)
    with pytest.raises(StateError):
        secrets.find(home, "a")


def test_a_home_that_others_can_read_is_refused(home: Path) -> None:
    """A loose home is refused with the command that mends it."""
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    with pytest.raises(StateError, match="chmod 700"):
        find_home()


def test_the_fingerprint_key_is_made_once() -> None:
    """The same home has the same key; a damaged one is said so instead of made anew."""
    home = find_home()
    key = fingerprint_key(home)
    assert len(key) == 32
    assert fingerprint_key(home) == key
    (home / "fingerprint.key").write_bytes(b"short")
    with pytest.raises(StateError, match="damaged"):
        fingerprint_key(home)


def test_a_private_file_is_on_disk_with_its_name(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut after writing a key loses neither what is in the file nor the name that it was given last."""
    synced: list[tuple[bool, bool]] = []
    path, plain = home / "file", os.fsync

    def fsync(handle: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(handle).st_mode), path.exists()))
        plain(handle)

    home.mkdir(mode=0o700)
    monkeypatch.setattr(os, "fsync", fsync)
    write_private(path, b"x")
    assert synced == [(False, False), (True, True)]


def test_a_fingerprint_key_that_was_begun_and_never_written(connection: Connection) -> None:
    """An empty file, left by a process that was killed, is made anew while nothing depends on it, and never later."""
    path = find_home() / "fingerprint.key"
    path.touch(mode=0o600)
    key = fingerprint_key(find_home())
    assert len(key) == 32
    ac.export(
        pd.DataFrame({"e": ["a@example.org", "b@example.org"]}),
        connection=connection,
        list="VIP",
        mapping={"email": "e"},
    )
    path.write_bytes(b"")
    with pytest.raises(StateError, match="damaged"):
        fingerprint_key(find_home())


def test_two_who_make_the_fingerprint_key_at_once_get_one() -> None:
    """However many kernels begin at the same time, all have the same key."""
    home = find_home()
    together = threading.Barrier(6)

    def make() -> bytes:
        together.wait(10)
        return fingerprint_key(home)

    with ThreadPoolExecutor(6) as pool:
        made = [pool.submit(make) for _ in range(6)]
        assert len({key.result() for key in made}) == 1


def test_a_lost_fingerprint_key_is_said_so(connection: Connection) -> None:
    """Once something was sent, a key that is gone is not made anew silently: every row would be sent again."""
    frame = pd.DataFrame({"e": ["a@example.org"]})
    ac.export(frame, connection=connection, list="VIP", mapping={"email": "e"})
    (find_home() / "fingerprint.key").unlink()
    with pytest.raises(StateError, match="sent again"):
        ac.export(frame, connection=connection, list="VIP", mapping={"email": "e"})


def test_a_file_that_is_longer_than_a_key_is_not_cut(home: Path) -> None:
    """Of a file with more in it than any key, not the beginning is taken for one."""
    home.mkdir(mode=0o700)
    write_private(home / "file", b"x" * 4_097)
    with pytest.raises(StateError, match="holds more than a key"):
        read_private(home / "file")
    write_private(home / "file", b"x" * 4_096)
    assert read_private(home / "file") == b"x" * 4_096
