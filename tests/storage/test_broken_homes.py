"""A home that cannot be used gets a sentence, and nothing is sent."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.errors import StateError
from ac_notebook.storage.database import FILE
from ac_notebook.storage.places import refuse_odd

if TYPE_CHECKING:
    from pathlib import Path

    from ac_notebook import Connection
    from ac_notebook.sandbox import Sandbox


def refused(box: Sandbox, connection: Connection) -> None:
    """Assert that an export is refused with a StateError, and that nothing was sent."""
    frame = pd.DataFrame({"e": ["a@example.org", "b@example.org"]})
    with pytest.raises(StateError) as caught:
        ac.export(frame, connection=connection, list="VIP", mapping={"email": "e"})
    assert caught.value.hint
    requests = box.requests()
    assert requests.empty or requests["method"].eq("GET").all()


def test_a_home_of_nobody(box: Sandbox, connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home that names an unknown user is said so."""
    monkeypatch.setenv("AC_NOTEBOOK_HOME", "~no-such-user-at-all/x")
    refused(box, connection)


@pytest.mark.parametrize("name", ["pace.sqlite3", FILE, "fingerprint.key", "running"])
def test_something_else_in_a_files_place(box: Sandbox, connection: Connection, home: Path, name: str) -> None:
    """A folder where a file should be, or a file where a folder should be, is said so."""
    home.mkdir(mode=0o700)
    if name == "running":
        (home / name).write_text("x", encoding="ascii")
    else:
        (home / name).mkdir(mode=0o700)
    refused(box, connection)


def test_a_database_that_is_damaged_inside(box: Sandbox, connection: Connection, home: Path) -> None:
    """Damaged pages are said so when they are met, and the file is left as it is."""
    frame = pd.DataFrame({"e": [f"p{n}@example.org" for n in range(2_000)]})
    ac.export(frame, connection=connection, list="VIP", mapping={"email": "e"})
    path = home / FILE
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    for extra in (home / f"{FILE}-wal", home / f"{FILE}-shm"):
        extra.unlink(missing_ok=True)
    with pytest.raises(StateError):
        ac.export(frame, connection=connection, list="VIP", mapping={"email": "e"})
    assert path.read_bytes() == bytes(data)


def test_a_log_that_is_being_removed_is_no_odd_file(tmp_path: Path) -> None:
    """Looked at while SQLite removes it, a log has no name left: that it is gone is no reason to refuse a database."""
    path = tmp_path / "state.sqlite3-shm"
    with path.open("wb") as log:
        path.chmod(0o600)
        refuse_odd(path, os.fstat(log.fileno()))
        path.unlink()
        with pytest.raises(FileNotFoundError):
            refuse_odd(path, os.fstat(log.fileno()))
