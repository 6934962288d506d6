"""One run per export at a time, whoever asks, and whatever became of the one before."""

from __future__ import annotations

import ast
import fcntl
import itertools
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from ac_notebook.errors import StateError
from ac_notebook.storage.journal import Scope
from ac_notebook.storage.lease import lease
from tests.storage.journals import NOW, SCOPE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RACES = 200

HOLDING = f"""
import sys, os
from pathlib import Path
from datetime import UTC, datetime
from ac_notebook.storage.journal import Scope
from ac_notebook.storage.lease import lease
with lease(Path(sys.argv[1]), {SCOPE!r}, run="theirs", now=datetime(2026, 3, 2, 8, 15, tzinfo=UTC)):
    {{inside}}
    print("ready", flush=True)
    sys.stdin.read()
"""

FORKING = """if os.fork() == 0:
        sys.stdout.close()
        os.close(1)
        sys.stdin.read()
        os._exit(0)"""


@pytest.fixture
def folder(home: Path) -> Path:
    """An empty home."""
    home.mkdir(mode=0o700)
    return home


@pytest.fixture
def holder(folder: Path, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    """Another process that runs the export."""
    code = HOLDING.format(inside=getattr(request, "param", "pass"))
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def take(folder: Path) -> None:
    """Take the lease and give it back."""
    with lease(folder, SCOPE, run="ours", now=NOW):
        pass


def test_the_second_is_told_who_and_since_when(folder: Path, holder: subprocess.Popen[str]) -> None:
    """The error names run, process and time, each time; once that process is killed, the lease is free at once."""
    for _ in range(2):
        with pytest.raises(StateError, match="running already") as caught:
            take(folder)
        said = str(caught.value)
        assert "run theirs" in said
        assert f"process {holder.pid} on " in said
        assert "since 2026-03-02 08:15 UTC" in said
        assert "Nothing was sent" in caught.value.hint
    other = Scope(account=SCOPE.account, list=SCOPE.list, identity="name:autumn")
    with lease(folder, other, run="ours", now=NOW):
        pass
    holder.kill()
    holder.wait()
    take(folder)
    with lease(folder, SCOPE, run="new", now=NOW), pytest.raises(StateError, match=f"run new, process {os.getpid()}"):
        take(folder)


@pytest.mark.parametrize("holder", [FORKING], indirect=True)
def test_a_child_of_the_holder_holds_nothing(folder: Path, holder: subprocess.Popen[str]) -> None:
    """A process that was forked from the holder, as multiprocessing does, does not keep the lease after its end."""
    with pytest.raises(StateError, match=f"process {holder.pid} on "):
        take(folder)
    holder.kill()
    holder.wait()
    take(folder)


def test_the_note_of_a_killed_process_is_not_believed(folder: Path, holder: subprocess.Popen[str]) -> None:
    """A note of a process that is gone does not tell who has the lease now."""
    # As if the holder had locked the file, and had not written its note yet.
    (note,) = (folder / "running").iterdir()
    note.write_text("run old, process 99999999 on " + os.uname().nodename + ", since 2026-01-01 00:00 UTC")
    with pytest.raises(StateError, match="has not written down who it is"):
        take(folder)


def test_locks_of_a_whole_process_do_not_let_two_of_its_threads_in(folder: Path) -> None:
    """Where a lock belongs to the process, as on NFS, a second run in it is refused, and the first keeps its lock."""

    def lock(handle: int) -> None:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    trying = (
        "import fcntl, sys; file = open(sys.argv[1], 'r+')\n"
        "try: fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
        "except OSError: print('held')"
    )
    with lease(folder, SCOPE, run="first", now=NOW, lock=lock):
        with pytest.raises(StateError, match="run first, process"), lease(
            folder, SCOPE, run="second", now=NOW, lock=lock
        ):  # fmt: skip
            pytest.fail("two at once")
        (file,) = (folder / "running").iterdir()
        done = subprocess.run([sys.executable, "-c", trying, str(file)], capture_output=True, text=True, check=True)
        assert done.stdout == "held\n"
    with lease(folder, SCOPE, run="third", now=NOW, lock=lock):
        pass


@pytest.mark.parametrize("ways", ["threads", "processes"])
def test_races_have_one_winner_at_a_time(folder: Path, ways: str) -> None:
    """Of all that try at once, again and again, exactly one has the lease at any time, and all others are refused."""
    (folder / "inside").mkdir()
    taken, tries = (race_of_threads if ways == "threads" else race_of_processes)(folder)
    assert tries >= RACES
    assert taken >= 1
    assert not list((folder / "inside").iterdir())


def attempt(folder: Path, name: str) -> bool:
    """Try once; whoever has the lease must be alone in the room."""
    try:
        with lease(folder, SCOPE, run=name, now=NOW):
            mark = folder / "inside" / "one"
            handle = os.open(mark, os.O_CREAT | os.O_EXCL)  # FileExistsError: two at a time
            os.close(handle)
            mark.unlink()
            return True
    except StateError:
        return False


def race_of_threads(folder: Path) -> tuple[int, int]:
    """Let eight threads try until all tries are used up."""
    tries, taken = itertools.count(), []
    wrong: list[BaseException] = []

    def work() -> None:
        try:
            while next(tries) < RACES:
                taken.append(attempt(folder, threading.current_thread().name))
        except BaseException as error:  # noqa: BLE001 - of a thread: shown by the assertion
            wrong.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    return sum(taken), len(taken)


RACING = f"""
import os, sys
from pathlib import Path
from tests.storage.test_lease import attempt
start, ready = os.pipe()
racers = []
for number in range(4):
    racers.append(os.fork())
    if not racers[-1]:
        os.close(ready)
        os.read(start, 1)  # until the parent has begun all of them
        os._exit(sum(attempt(Path(sys.argv[1]), "x") for _ in range({RACES // 4})))
os.close(ready)
print([os.waitstatus_to_exitcode(os.waitpid(racer, 0)[1]) for racer in racers])
"""


def race_of_processes(folder: Path) -> tuple[int, int]:
    """Let four processes try fifty times each, beginning at one moment."""
    done = subprocess.run(
        [sys.executable, "-c", RACING, str(folder)], capture_output=True, text=True, timeout=120, check=True
    )
    taken = ast.literal_eval(done.stdout)
    assert "Error" not in done.stderr
    assert all(0 <= number <= RACES // 4 for number in taken)
    return sum(taken), RACES
