"""No secret is written to, or read from, a place that is not this user's alone."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from ac_notebook.errors import StateError
from ac_notebook.model.secret import Secret
from ac_notebook.runs.key_source import KeySource
from ac_notebook.runs.keys import found_at
from ac_notebook.storage import secrets
from ac_notebook.storage.database import FILE, KEY_FILE, open_database
from ac_notebook.storage.fingerprint_key import fingerprint_key
from ac_notebook.storage.home import find_home
from ac_notebook.storage.lease import lease
from ac_notebook.storage.pace import FILE as PACE
from ac_notebook.storage.pace import PaceFile
from tests.storage.journals import NOW, SCOPE
from tests.storage.places.obstacles import (
    ABOVE,
    IN_A_FILES_PLACE,
    IN_A_FOLDERS_PLACE,
    NOBODY,
    PLANTED,
    SECRET,
    linked,
    made,
    open_files,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NAME = "Marketing"


def pace(home: Path) -> None:
    """Open the pace of an account."""
    PaceFile(home, "acme", horizon=60.0).close()


def leased(home: Path) -> None:
    """Hold an export for a moment."""
    with lease(home, SCOPE, run="r", now=NOW):
        pass


def only(folder: Path) -> str:
    """Return the name of the one file in a folder, relative to the home."""
    (path,) = folder.iterdir()
    return f"{folder.name}/{path.name}"


def kept(home: Path) -> str:
    """Keep a key, and return the name of its file."""
    secrets.keep(home, NAME, Secret(SECRET))
    return only(home / "secrets")


def marked(home: Path) -> str:
    """Make the key of the fingerprints, and return its name."""
    fingerprint_key(home)
    return KEY_FILE


def held(home: Path) -> str:
    """Hold an export once, and return the name of its file."""
    leased(home)
    return only(home / "running")


FILES: dict[str, tuple[Callable[[Path], str], Callable[[Path], object]]] = {
    "the key": (kept, lambda home: secrets.find(home, NAME)),
    "the state database": (lambda _: FILE, open_database),
    "its write-ahead log": (lambda _: f"{FILE}-wal", open_database),
    "its index": (lambda _: f"{FILE}-shm", open_database),
    "its rollback journal": (lambda _: f"{FILE}-journal", open_database),
    "the key of the fingerprints": (marked, fingerprint_key),
    "the pace": (lambda _: PACE, pace),
    "the lease": (held, leased),
    "a key file": (lambda _: "key.txt", lambda home: found_at(KeySource(key_file=home / "key.txt").place)),
}
"""By what it is: how its file is called, and what uses it."""


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[Path]:
    """A file that has nothing to do with us, and stays as it is."""
    path = tmp_path / "victim"
    path.write_text(PLANTED, encoding="ascii")
    path.chmod(0o600)
    yield path
    assert path.read_text(encoding="ascii") == PLANTED
    assert not path.with_name("nowhere").exists()


@pytest.fixture(autouse=True)
def _nothing_is_open(tmp_path: Path) -> Iterator[None]:
    """Whatever happened, no key is in a file that others can read."""
    yield
    assert open_files(tmp_path, SECRET) == []


@pytest.mark.parametrize("obstacle", IN_A_FILES_PLACE)
@pytest.mark.parametrize("what", FILES)
def test_a_file_that_is_not_ours_alone_is_not_used(what: str, obstacle: str, victim: Path) -> None:
    """What others may read, write, exchange or have made is refused with what to do, and neither read nor changed."""
    name, use = FILES[what]
    home = find_home()
    place = home / name(home)
    place.unlink(missing_ok=True)
    IN_A_FILES_PLACE[obstacle](place, victim)
    before = place.lstat()
    with pytest.raises(StateError) as caught:
        use(home)
    assert caught.value.hint
    assert PLANTED not in str(caught.value)
    after = place.lstat()
    assert (after.st_ino, after.st_mode, after.st_size) == (before.st_ino, before.st_mode, before.st_size)
    if obstacle.startswith("a file that"):
        assert "chmod 600" in caught.value.hint


@pytest.mark.parametrize("obstacle", IN_A_FILES_PLACE)
def test_a_key_is_kept_whatever_is_in_its_place(obstacle: str, victim: Path) -> None:
    """Saving a key replaces what is in its place, and never writes through it; a folder there is said so."""
    home = find_home()
    place = home / kept(home)
    place.unlink()
    IN_A_FILES_PLACE[obstacle](place, victim)
    if obstacle == "a folder":
        with pytest.raises(StateError, match="cannot be written"):
            kept(home)
        with pytest.raises(StateError, match="cannot be removed"):
            secrets.forget(home, NAME)
        assert [path.name for path in place.parent.iterdir()] == [place.name]
        return
    assert home / kept(home) == place
    status = place.lstat()
    assert (status.st_mode, status.st_nlink, status.st_uid) == (stat.S_IFREG | 0o600, 1, os.geteuid())
    assert secrets.find(home, NAME) == Secret(SECRET)


@pytest.mark.parametrize("obstacle", IN_A_FOLDERS_PLACE)
def test_a_home_that_is_not_ours_alone_is_not_used(obstacle: str, victim: Path, home: Path) -> None:
    """Nothing is kept in a home that others may read, change or lead elsewhere."""
    IN_A_FOLDERS_PLACE[obstacle](home, victim)
    with pytest.raises(StateError) as caught:
        kept(find_home())
    assert caught.value.hint
    if obstacle.startswith("a folder that"):
        assert "chmod 700" in caught.value.hint


@pytest.mark.parametrize("folder", ["secrets", "running"])
@pytest.mark.parametrize("obstacle", [name for name in IN_A_FOLDERS_PLACE if name != "a link of another user's"])
def test_a_folder_in_the_home_that_is_not_ours_alone_is_not_used(folder: str, obstacle: str, victim: Path) -> None:
    """Neither keys nor leases go into a folder that others may read, or through a link."""
    home = find_home()
    IN_A_FOLDERS_PLACE[obstacle](home / folder, victim)
    with pytest.raises(StateError) as caught:
        kept(home) if folder == "secrets" else leased(home)
    assert caught.value.hint


@pytest.mark.parametrize("above", ABOVE)
def test_what_others_could_exchange_is_not_used(above: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home or a key file in a folder that others may write to is refused, with the command that mends it."""
    folder = made(tmp_path / "shared", 0o700)
    file = folder / "key.txt"
    file.write_text(PLANTED, encoding="ascii")
    file.chmod(0o600)
    monkeypatch.setenv("AC_NOTEBOOK_HOME", str(folder / "home"))
    kept(find_home())
    folder.chmod(ABOVE[above])
    for use in (find_home, lambda: found_at(KeySource(key_file=file).place)):
        with pytest.raises(StateError, match="may exchange") as caught:
            use()
        assert f"chmod g-w,o-w {str(folder)!r}" in caught.value.hint
        assert PLANTED not in str(caught.value)
    folder.chmod(0o755)
    assert secrets.find(find_home(), NAME) == Secret(SECRET)
    assert found_at(KeySource(key_file=file).place) == Secret(PLANTED)


def test_a_folder_further_up_that_all_may_write_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is one further up safe, unless nobody may touch there what is another's, as in ``/tmp``."""
    upper = made(tmp_path / "upper", 0o777)
    made(upper / "lower", 0o700)
    monkeypatch.setenv("AC_NOTEBOOK_HOME", str(upper / "lower" / "home"))
    with pytest.raises(StateError, match="may exchange"):
        find_home()
    upper.chmod(0o1777)
    kept(find_home())
    monkeypatch.setenv("AC_NOTEBOOK_HOME", str(upper / "home"))
    kept(find_home())


def test_a_link_of_ones_own_is_followed(tmp_path: Path, home: Path, victim: Path) -> None:
    """A home may be somebody's own link to a folder on a larger disk, if that one is as private."""
    linked(home, victim, 0o700)
    kept(find_home())
    assert len(list((tmp_path / "elsewhere" / "secrets").iterdir())) == 1


def test_no_umask_opens_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a umask that forbids nothing, every file and folder, and those above that were missing, is private."""
    monkeypatch.setenv("AC_NOTEBOOK_HOME", str(tmp_path / "a" / "b" / "home"))
    before = os.umask(0)
    try:
        home = find_home()
        kept(home)
        fingerprint_key(home)
        pace(home)
        held(home)
        database = open_database(home)
        database.execute("CREATE TABLE more (x)")
        names = {path.name for path in home.rglob("*")}
        modes = {stat.S_IMODE(path.lstat().st_mode) for path in (tmp_path / "a").rglob("*")}
        database.close()
    finally:
        os.umask(before)
    assert {FILE, f"{FILE}-wal", f"{FILE}-shm", KEY_FILE, PACE} <= names
    assert modes == {0o600, 0o700}
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700


@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero", "/dev/full"])
def test_devices_are_no_homes_and_no_key_files(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A device is neither written to nor read from, however long it would go on."""
    monkeypatch.setenv("AC_NOTEBOOK_HOME", device)
    with pytest.raises(StateError):
        find_home()
    with pytest.raises(StateError, match="not a plain file"):
        found_at(KeySource(key_file=device).place)


def test_the_set_ups_are_as_many_as_promised() -> None:
    """There are at least thirty of them."""
    assert len(FILES) * len(IN_A_FILES_PLACE) + 3 * len(IN_A_FOLDERS_PLACE) + len(ABOVE) >= 100


if os.geteuid() == 0:  # only the administrator can become another user

    def test_a_group_that_nobody_else_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A folder further up may be writable for a group of one's own, as in containers; not for another group."""
        upper = made(tmp_path / "upper", 0o775)
        made(upper / "lower", 0o700)
        monkeypatch.setenv("AC_NOTEBOOK_HOME", str(upper / "lower" / "home"))
        kept(find_home())
        os.chown(upper, -1, NOBODY)
        with pytest.raises(StateError, match="may exchange"):
            find_home()
