"""A process that has loaded everything and forks a child for each run of a cell: a run costs no start of Python."""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import select
import signal
import subprocess
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.faults.kill.cell import Task, Told

_LONGEST = 90.0
"""Seconds after which a child is taken to hang."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a child ended.

    Parameters
    ----------
    signal
        The number of the signal that ended it; 0 when it ended by itself.
    told
        What it said at its end.
    trouble
        A traceback, where it failed otherwise than it may.
    """

    signal: int
    told: Told | None
    trouble: str = ""


class Forks:
    """Runs cells in children of a process that has imported what they need."""

    def __init__(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AC")}
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from tests.faults.kill.forks import main; main()"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
            env={**environment, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
            cwd=Path(__file__).parents[3],
        )  # fmt: skip

    def run(self, task: Task) -> Ended:
        """Run a cell in a child, and return how that ended."""
        ended = self._exchange(task)
        assert isinstance(ended, Ended)
        return ended

    def load(self, modules: Sequence[str]) -> None:
        """Import modules, so that the children need not."""
        self._exchange(list(modules))

    def _exchange(self, message: object) -> object:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        pickle.dump(message, self._process.stdin)
        self._process.stdin.flush()
        return pickle.load(self._process.stdout)  # noqa: S301 - from the process that this one started

    def close(self) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait(_LONGEST)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def main() -> None:
    """Fork for one task after another, until nobody asks any more."""
    import tests.faults.kill.cell  # noqa: F401, PLC0415 - so that no child has to

    asked, told = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while True:
        try:
            message = pickle.load(asked)  # noqa: S301 - from the process that started this one
        except EOFError:
            return
        answer = None
        if isinstance(message, list):
            _load(message)
        else:
            answer = _forked(message)
        pickle.dump(answer, told)
        told.flush()


def _load(modules: list[str]) -> None:
    for name in modules:
        if name not in sys.modules:
            with contextlib.suppress(ImportError):  # made up by a library while it ran
                importlib.import_module(name)


def _forked(task: Task) -> Ended:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _perform(task, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        packed = _read(pipe)
        if packed is None:
            os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if packed is None:
        return Ended(signal=number, told=None, trouble=f"it had not ended after {_LONGEST:g} s")
    said = pickle.loads(packed) if packed else None  # noqa: S301 - from the child
    return Ended(signal=number, told=None, trouble=said) if isinstance(said, str) else Ended(signal=number, told=said)


def _perform(task: Task, writing: int) -> NoReturn:
    """Run a cell and end this process; whatever happens, it never goes on as a second parent."""
    from tests.faults.kill.cell import run  # noqa: PLC0415 - loaded already, see main

    try:
        said: object = run(task)
    except BaseException:  # noqa: BLE001 - it is told to the one who asked
        said = traceback.format_exc()
    with contextlib.suppress(BaseException), os.fdopen(writing, "wb") as pipe:
        pickle.dump(said, pipe)
    os._exit(0)


def _read(pipe: BinaryIO) -> bytes | None:
    """Return all that comes, None when nothing does for too long."""
    ready, _, _ = select.select([pipe], [], [], _LONGEST)
    return pipe.read() if ready else None
