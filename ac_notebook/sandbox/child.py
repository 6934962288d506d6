"""The process in which a started sandbox lives: serves it, and answers its parent until that is gone."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from .box import Sandbox
from .server import serve

if TYPE_CHECKING:
    from typing import BinaryIO

START = """\
import os, sys, types
for name in ("ac_notebook", "ac_notebook.sandbox"):
    package = sys.modules[name] = types.ModuleType(name)
    package.__path__ = [os.path.join(sys.argv[1], *name.split("."))]
from ac_notebook.sandbox.child import main
main()
"""
"""What the process runs, given the folder of this package. It goes past the packages' front doors, which load pandas
and the client: this process needs neither, and is there in a quarter of the time."""


def main() -> None:
    """Serve as the first message says, then answer one message after another; end with the parent."""
    # A full collection of a million contacts pauses every answer for a second, and the account has no cycles to find.
    gc.freeze()
    gc.set_threshold(20_000, 10, 1_000_000)
    # Who applies an import keeps the interpreter for milliseconds; who answers a request should not wait for that.
    sys.setswitchinterval(0.0005)
    # Interrupting a cell must not end the sandbox; its parent does, or its parent's end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked = sys.stdin.buffer
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as told:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        try:
            box = serve(**pickle.loads(pickle.load(asked)))  # noqa: S301 - from the process that started this one
        except Exception as error:  # noqa: BLE001 - it is raised in the parent
            _tell(told, error)
            return
        views = [box]  # the account, other accounts beside it, and each as other users see it
        _tell(told, _view(views, box))
        while True:
            try:
                packed = pickle.load(asked)  # noqa: S301 - see above
            except (EOFError, pickle.UnpicklingError):  # the parent is gone, maybe halfway through
                break
            try:  # also to understand it: a class of the parent's own script is not known here
                view, name, arguments, named = pickle.loads(packed)  # noqa: S301 - see above
                answer = attrgetter(name)(views[view])(*arguments, **named)
            except Exception as error:  # noqa: BLE001 - it is raised in the parent
                answer = error
            if isinstance(answer, Sandbox):
                views.append(answer)
                answer = _view(views, answer)
            _tell(told, answer)
        box.stop()


def _view(views: list[Sandbox], box: Sandbox) -> dict[str, Any]:
    return {
        "view": views.index(box),
        "host": box.host,
        "api_key": box.api_key,
        "instance": box.instance,
        "speed": box.speed,
        "page": box.page,
    }


def _tell(told: BinaryIO, answer: Any) -> None:
    try:
        packed = pickle.dumps(answer)
    except Exception as error:  # noqa: BLE001 - an answer that cannot be sent is no reason to end
        packed = pickle.dumps(RuntimeError(f"the sandbox's answer cannot be sent: {type(error).__name__}"))
    pickle.dump(packed, told)  # as bytes, so that the other side knows where it ends
    told.flush()


if __name__ == "__main__":
    main()
