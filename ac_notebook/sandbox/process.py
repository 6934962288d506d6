"""The process of a started sandbox, as its parent has it: one message, one answer."""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import subprocess
import sys
import threading
import weakref
from typing import Any

from .child import START

_PATIENCE = 5.0


class Process:
    """The process that serves, and how to speak with it: one message, one answer."""

    def __init__(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AC")}
        folder = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120 - short
        self._process = subprocess.Popen(  # noqa: S603 - this package's own
            [sys.executable, "-c", START, folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, env=environment, cwd=folder,
        )  # fmt: skip
        # When this object is gone, or the interpreter ends, so does the process: its input comes to an end.
        self.finalizer = weakref.finalize(self, _end, self._process)
        self._lock = threading.Lock()

    def exchange(self, message: Any) -> Any:
        """Send a message, and return the answer or raise it."""
        packed = pickle.dumps(message)  # before anything is sent: it may not be possible
        answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        # In a thread, which a Ctrl-C does not reach: an answer left in the pipe would be taken for that of the next
        # message.
        threading.Thread(target=lambda: answers.put(self._exchange(packed)), daemon=True).start()
        told = answers.get()
        if told is None:
            message = "The sandbox's process is gone; start another."
            raise RuntimeError(message)
        answer = pickle.loads(told)  # noqa: S301 - from the process that this one started
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _exchange(self, packed: bytes) -> bytes | None:
        """Send a packed message, and return the packed answer, None when nobody is there."""
        assert self._process.stdin is not None  # noqa: S101 - both are pipes, see above
        assert self._process.stdout is not None  # noqa: S101
        with self._lock:
            try:
                pickle.dump(packed, self._process.stdin)  # as bytes, so that the other side knows where it ends
                self._process.stdin.flush()
                told: bytes = pickle.load(self._process.stdout)  # noqa: S301 - see above
            except (EOFError, OSError, ValueError, pickle.UnpicklingError):  # a closed pipe is a ValueError
                return None
            return told


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process by ending its input, and wait for it."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):  # the process is gone already
                pipe.close()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
