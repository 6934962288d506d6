"""A key and fifty addresses go through a whole story; afterwards they are looked for in everything there is."""

from __future__ import annotations

import bz2
import gzip
import io
import os
import subprocess
import sys
import threading
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

import ac_notebook as ac
from ac_notebook.runs.keys import variable_of
from tests.canary.people import COUNT, DOMAIN, KEY, LOCAL, WRONG_KEY, address
from tests.canary.search import everywhere, files, forms, places_of
from tests.canary.story import BY_VARIABLE, SAVED, WRONG

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
PEOPLE = [LOCAL, DOMAIN]
VARIABLES = {variable_of(BY_VARIABLE): KEY, variable_of(WRONG): WRONG_KEY}
"""What the user set: keys may be in these, and in no other entry of an environment."""

PATIENCE = 900


class Processes:
    """Reads the arguments and the environments of our processes, again and again until it is told to end.

    Parameters
    ----------
    mark
        What all of them have in their environment, and no other process has.
    others
        Processes that have not.
    """

    def __init__(self, mark: str, others: list[int]) -> None:
        self.seen: dict[str, bytes] = {}
        self.told: set[int] = set()
        self._mark, self._others = mark.encode(), others
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            for folder in Path("/proc").glob("[0-9]*"):
                self._read(folder)
            if self._done.wait(0.1):
                return

    def _read(self, folder: Path) -> None:
        try:
            environment, arguments = ((folder / name).read_bytes() for name in ("environ", "cmdline"))
        except OSError:  # another user's, or over
            return
        if self._mark not in environment and int(folder.name) not in self._others:
            return
        self.told.add(int(folder.name))
        kept = [entry for entry in environment.split(b"\0") if entry not in self._set_by_the_user]
        self.seen[f"environment of {folder.name}"] = b"\n".join(kept)
        self.seen[f"arguments of {folder.name}"] = arguments

    _set_by_the_user = frozenset(f"{name}={key}".encode() for name, key in VARIABLES.items())


@pytest.mark.slow
def test_key_and_addresses_are_nowhere_after_the_story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is in the key store and nowhere else, the addresses nowhere at all.

    Not in a file under home, the temporary folder or the working folder, not in the arguments or the environment of a
    process but for the variable that the user set, and not in what was printed, logged or shown, in any encoding.
    """
    folders = {name: tmp_path / name for name in ("user", "temporary", "work", "state")}
    for folder in folders.values():
        folder.mkdir(mode=0o700)
    monkeypatch.setenv("AC_NOTEBOOK_HOME", str(folders["state"]))
    environment = {name: text for name, text in os.environ.items() if not name.startswith("XDG_")}
    environment |= {
        "HOME": str(folders["user"]), "TMPDIR": str(folders["temporary"]), "PYTHONPATH": str(ROOT), **VARIABLES,
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    before = {int(path.name) for path in Path("/proc").glob("[0-9]*")}
    with ac.sandbox.start(speed=600, api_key=KEY) as box:
        mine = [pid for pid in _children(os.getpid()) if pid not in before]
        box.faults.add(on="import", nth=2, kind="status", status=402, body=f'{{"message":"{address(7)} {address(8)}"}}')
        box.faults.add(on="import", nth=4, kind="drop_after")
        box.bounce(address(9))
        box.connection.replace(name=SAVED).agree().save()
        with Processes(str(folders["state"]), mine) as processes:
            story = subprocess.run(
                [sys.executable, "-m", "tests.canary.story"], cwd=folders["work"], env=environment, check=False,
                stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE,
            )  # fmt: skip
        arrived = set(box.contacts()["email"])
    assert story.returncode == 0, story.stderr.decode()[-2_000:]
    assert b"THE END" in story.stderr
    assert len(arrived & {address(number) for number in range(COUNT)}) >= COUNT - 4
    assert len(processes.told) >= 3, "the story, its kernel and the sandbox"
    kept = {f"{name}/{path}": content for name, folder in folders.items() for path, content in files(folder).items()}
    assert {"work/executed.ipynb", "work/story.log", "state/state.sqlite3"} <= set(kept)
    where = everywhere({**kept, **processes.seen, "output": story.stdout, "errors": story.stderr})
    assert places_of(PEOPLE, where) == []
    assert places_of([WRONG_KEY], where) == []
    stores = [name for name, content in kept.items() if content == KEY.encode()]
    assert len(stores) == 1
    assert stores[0].startswith("state/secrets/")
    del where[stores[0]]
    assert places_of([KEY], where) == []


def _children(parent: int) -> list[int]:
    """Return the processes that a process started, and those that they started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found += [int(folder.name), *_children(int(folder.name))]
    return found


def _zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.txt", content)
    return packed.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress, "zlib": zlib.compress, "bzip2": bz2.compress, "zip": _zipped,
    "gzip in zlib": lambda content: zlib.compress(gzip.compress(content)),
}  # fmt: skip


@pytest.mark.parametrize("text", [KEY, WRONG_KEY, LOCAL, DOMAIN])
def test_the_search_finds_what_is_planted(text: str, tmp_path: Path) -> None:
    """In each of the encodings, alone or packed, in a file in the deep, in output and in a list of processes."""
    known = forms(text)
    assert len(known) >= 10
    for name, needle in known.items():
        found = places_of([text], everywhere({"here": b"\x00 before" + needle + b"after"}))
        assert f"canary 0 as {name} in here" in found
    for pack in PACKERS.values():
        (tmp_path / "deep").mkdir(exist_ok=True)
        (tmp_path / "deep" / "packed").write_bytes(b"head" + pack(b"x" * 50 + text.encode("utf-16-be")) + b"tail")
        assert [place for place in places_of([text], everywhere(files(tmp_path))) if "UTF-16 BE" in place]
    assert places_of([text], everywhere({"here": text[:-1].encode(), "there": b"harmless" * 100})) == []


def test_the_list_of_processes_is_read(tmp_path: Path) -> None:
    """A key in the arguments, or in a variable that the user has not set, is found; the one that was set is not."""
    name, key = next(iter(VARIABLES.items()))
    environment = {**os.environ, "MARK": str(tmp_path), name: key, "OTHER": KEY}
    with (
        subprocess.Popen(["cat", "-", f"/nowhere/{KEY}"], env=environment, stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
        Processes(str(tmp_path), []) as processes,
    ):  # fmt: skip
        while process.pid not in processes.told:
            pass
        process.communicate(b"")
    found = places_of([KEY], processes.seen)
    assert f"canary 0 as plain in environment of {process.pid}" in found
    assert f"canary 0 as plain in arguments of {process.pid}" in found
    assert processes.seen[f"environment of {process.pid}"].count(KEY.encode()) == 1
