"""The process in which a started sandbox lives: serves it, and answers its parent until that is gone."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from typing import TYPE_CHECKING, Any

from .server import serve

if TYPE_CHECKING:
    from typing import BinaryIO


def main() -> None:
    """Serve as the first message says, then answer one message after another; end with the parent."""
    # A full collection of a million contacts pauses every answer for a second, and the account has no cycles to find.
    gc.freeze()
    gc.set_threshold(20_000, 10, 1_000_000)
    # Interrupting a cell must not end the sandbox; its parent does, or its parent's end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked = sys.stdin.buffer
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as told:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        try:
            box = serve(**pickle.load(asked))  # noqa: S301 - from the process that started this one
        except (OSError, ValueError) as error:
            _tell(told, error)
            return
        _tell(told, {"host": box.host, "api_key": box.api_key, "instance": box.instance, "speed": box.speed})
        while True:
            try:
                name, arguments, named = pickle.load(asked)  # noqa: S301 - see above
            except EOFError:
                break
            try:
                answer = getattr(box, name)(*arguments, **named)
            except Exception as error:  # noqa: BLE001 - it is raised in the parent
                answer = error
            _tell(told, answer)
        box.stop()


def _tell(told: BinaryIO, answer: Any) -> None:
    pickle.dump(answer, told)
    told.flush()


if __name__ == "__main__":
    main()
