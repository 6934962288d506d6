"""Another user of the machine: a real one, where the suite may become one, else none of these tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.model.secret import Secret
from ac_notebook.runs.keys import entry_of
from ac_notebook.runs.link import Link
from ac_notebook.storage import secrets
from ac_notebook.storage.home import find_home
from tests.storage.places.obstacles import NOBODY, SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ac_notebook import Connection

ATTEMPTS = (
    'cat "$1"', 'head -c 9 "$1"', 'dd if="$1" bs=9 count=1', 'cp -r "$1" "$2/copy"', 'ln "$1" "$2/name"', 'ls "$1"/',
    'echo x >> "$1"', 'chmod 666 "$1"', 'mv "$1" "$2/moved"', 'rm -rf "$1" && test ! -e "$1" && false', 'touch "$1"/x',
)  # fmt: skip
"""What is tried with each file and folder; every one of them would end with 0 if it could be done."""


@pytest.fixture
def reachable(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that every user of the machine can walk into, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="ac_notebook-second-user-"))
    folder.chmod(0o755)
    monkeypatch.setenv("AC_NOTEBOOK_HOME", str(folder / "data" / "home"))
    yield folder
    shutil.rmtree(folder)


def as_nobody(command: str, *arguments: str, scratch: Path) -> subprocess.CompletedProcess[str]:
    """Run a shell as another user, without any group of ours."""
    return subprocess.run(
        ["/bin/sh", "-c", command, "sh", *arguments], user=NOBODY, group=NOBODY, extra_groups=[], text=True,
        capture_output=True, check=False, cwd="/", env={"PATH": "/usr/bin:/bin", "SCRATCH": str(scratch)},
    )  # fmt: skip


if os.geteuid() == 0:  # only the administrator can become another user

    def test_another_user_reads_neither_key_nor_state(reachable: Path, connection: Connection) -> None:
        """With a umask that forbids nothing, another uid can read, copy, link, change or remove no file of ours."""
        before = os.umask(0)
        try:
            saved = connection.replace(name="Shop", link=Link(secret=Secret(SECRET))).save()
            frame = pd.DataFrame({"e": ["a@example.org", "b@example.org"]})
            ac.export(frame, connection=connection, list="VIP", mapping={"email": "e"})
        finally:
            os.umask(before)
        home = find_home()
        assert secrets.find(home, entry_of(saved)) == Secret(SECRET)
        places = [home.parent, home, *home.rglob("*")]
        assert {"secrets", "state.sqlite3", "fingerprint.key", "pace.sqlite3", "running"} <= {p.name for p in places}
        scratch = reachable / "scratch"
        scratch.mkdir()
        os.chown(scratch, NOBODY, NOBODY)
        tries = " ".join(f"if {attempt} 2>&1; then echo 'DONE: {attempt[:6]}'; fi;" for attempt in ATTEMPTS)
        tried = as_nobody(
            f'for place in "$@"; do set -- "$place" "$SCRATCH"; {tries} done', *map(str, places), scratch=scratch
        )
        assert tried.stdout.count("ermission denied") + tried.stdout.count("not permitted") >= 40
        assert "DONE" not in tried.stdout
        assert SECRET not in tried.stdout + tried.stderr
        assert [path for path in scratch.rglob("*") if not path.is_dir()] == []  # cp makes empty folders
        assert saved.key_place == "file"
        assert all(place.exists() for place in places)

    def test_the_attempts_would_succeed_on_an_open_file(reachable: Path) -> None:
        """The same attempts work where nothing is in their way, so they would tell."""
        scratch = reachable / "scratch"
        scratch.mkdir()
        os.chown(scratch, NOBODY, NOBODY)
        file = reachable / "open"
        file.write_text(SECRET, encoding="ascii")
        file.chmod(0o644)
        assert SECRET in as_nobody('cat "$1"', str(file), scratch=scratch).stdout
        assert as_nobody('cp "$1" "$SCRATCH/copy"', str(file), scratch=scratch).returncode == 0
