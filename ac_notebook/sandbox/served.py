"""A sandbox in a process of its own, as the real service is: it takes no time from the notebook's kernel."""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
import weakref
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    import pandas as pd

_PATIENCE = 5.0


def start(*, speed: float = 1.0, port: int = 0, api_key: str | None = None) -> ServedSandbox:
    """Start an ActiveCampaign account on this machine.

    Parameters
    ----------
    speed
        How many times faster its time runs: limits and queue are divided by it.
    port
        The port on 127.0.0.1, 0 for a free one.
    api_key
        The key it accepts, None for a new one.

    Returns
    -------
    ServedSandbox
        Serving until its `stop` is called, or this process ends.

    Raises
    ------
    OSError
        When the port is taken.
    ValueError
        When the speed is no number above zero.

    Examples
    --------
    >>> with start(speed=60) as box:
    ...     box.lists()["name"].tolist()
    ['Master Contact List', 'Newsletter', 'VIP']
    """
    return ServedSandbox(speed=speed, port=port, api_key=api_key)


class ServedSandbox:
    """An account of ActiveCampaign on this machine, served on loopback by a process of its own.

    Parameters
    ----------
    speed, port, api_key
        See :func:`start`.

    Attributes
    ----------
    host, url
        Where it is found.
    api_key
        The key; not in the repr.
    instance
        The identity of this account: another sandbox is another account.
    speed
        How many times faster than the service it is.
    """

    def __init__(self, *, speed: float, port: int, api_key: str | None) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AC")}
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from ac_notebook.sandbox.child import main; main()"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, env=environment,
            cwd=os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))),  # noqa: PTH100, PTH120 - short
        )  # fmt: skip
        # When this object is gone, or the interpreter ends, so does the process: its input comes to an end.
        self._finalizer = weakref.finalize(self, _end, self._process)
        self._lock = threading.Lock()
        told = self._exchange({"speed": speed, "port": port, "api_key": api_key})
        self.host: str = told["host"]
        self.api_key: str = told["api_key"]
        self.instance: str = told["instance"]
        self.speed: float = told["speed"]

    def __repr__(self) -> str:
        """Say where it is, not what opens it."""
        return f"<Sandbox {self.url} speed={self.speed:g}>"

    @property
    def url(self) -> str:
        """The base address, without a path."""
        return f"http://{self.host}"

    @property
    def connection(self) -> Any:
        """The connection that leads here."""
        from .connection import connection_of  # noqa: PLC0415 - the only door to the package, opened when asked for

        return connection_of(self)

    def stop(self) -> None:
        """Close the socket; what the account holds can still be looked at."""
        if self._finalizer.alive:
            self._ask("stop")

    def __enter__(self) -> Self:
        """Return the sandbox itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def contacts(self) -> pd.DataFrame:
        """Return one row per contact: id, email, first_name, last_name, phone, and each custom field by title."""
        return self._frame("contacts")

    def lists(self) -> pd.DataFrame:
        """Return one row per list: id, name, subscribers (active ones)."""
        return self._frame("lists")

    def memberships(self) -> pd.DataFrame:
        """Return one row per contact and list: list, contact, status (1 active, 2 unsubscribed)."""
        return self._frame("memberships")

    def contact_tags(self) -> pd.DataFrame:
        """Return one row per contact and tag: contact, tag."""
        return self._frame("contact_tags")

    def automations(self) -> pd.DataFrame:
        """Return one row per automation that was started: contact, list, time."""
        return self._frame("automations")

    def requests(self) -> pd.DataFrame:
        """Return one row per request: time, method, path, status, contacts (of an import), bytes."""
        return self._frame("requests")

    def add_list(self, name: str, *, automation: bool = False) -> int:
        """Add a list, with or without an automation that starts on subscription, and return its id."""
        return int(self._ask("add_list", name, automation=automation))

    def add_field(
        self, title: str, type: str, *, options: Sequence[str | tuple[str, str]] | None = None,  # noqa: A002 - the service's name
        perstag: str | None = None,
    ) -> int:  # fmt: skip
        """Add a custom field and return its id; see :meth:`Sandbox.add_field`."""
        return int(self._ask("add_field", title, type, options=options, perstag=perstag))

    def unsubscribe(self, email: str, list_id: int) -> None:
        """Have somebody opt out of a list, as by a click in a mail; the contact is made if there is none."""
        self._ask("unsubscribe", email, list_id)

    def exclude(self, email: str) -> None:
        """Put an address on the exclusion list: imports of it fail."""
        self._ask("exclude", email)

    def bounce(self, email: str) -> None:
        """Mark an address as hard-bounced: imports of it fail."""
        self._ask("bounce", email)

    def _frame(self, name: str) -> pd.DataFrame:
        frame: pd.DataFrame = self._ask(name)
        return frame

    def _ask(self, name: str, *arguments: Any, **named: Any) -> Any:
        return self._exchange((name, arguments, named))

    def _exchange(self, message: Any) -> Any:
        with self._lock:
            assert self._process.stdin is not None  # noqa: S101 - both are pipes, see above
            assert self._process.stdout is not None  # noqa: S101
            try:
                pickle.dump(message, self._process.stdin)
                self._process.stdin.flush()
                answer = pickle.load(self._process.stdout)  # noqa: S301 - from the process that this one started
            except (EOFError, OSError):
                message = "The sandbox's process is gone; start another."
                raise RuntimeError(message) from None
        if isinstance(answer, Exception):
            raise answer
        return answer


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
