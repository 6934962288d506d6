"""Sandbox: an ActiveCampaign account with its clock, its import queue and its limits."""

from __future__ import annotations

import math
import secrets
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, Self

from . import frames, readings
from .account import UNSUBSCRIBED
from .defaults import new_account
from .limits import Limits, Traffic
from .queue import ImportQueue, QueueTimes
from .routes import Application

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    import pandas as pd


class _Server(Protocol):
    port: int

    def stop(self) -> None: ...


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Sandbox:
    """An ActiveCampaign account that lives on this machine.

    Parameters
    ----------
    speed
        How many times faster its time runs: windows of the limits and times of the import queue are divided by it.
    api_key
        The key it accepts, None for a new one.
    clock
        Seconds that never go back, for limits and queue.
    now
        The moment, with a zone, for what the account records.

    Attributes
    ----------
    app
        The WSGI application, to be used in process.
    api_key
        The key; not in the repr.
    instance
        The identity of this account: another sandbox is another account.
    """

    def __init__(
        self,
        *,
        speed: float = 1.0,
        api_key: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        if not (math.isfinite(speed) and speed > 0):
            message = f"speed must be a positive number, not {speed!r}"
            raise ValueError(message)
        self.speed = float(speed)
        self.api_key = api_key if api_key is not None else f"sandbox-{secrets.token_hex(24)}"
        self.instance = f"sandbox-{uuid.uuid4().hex}"
        self._server: _Server | None = None
        self._port: int | None = None
        self._now = now
        self._account = new_account(now().timestamp())
        self.app = Application(
            account=self._account,
            queue=ImportQueue(self._account, QueueTimes().faster(self.speed)),
            traffic=Traffic(Limits().faster(self.speed)),
            api_key=self.api_key,
            clock=clock,
            now=now,
            url=self.url,
        )

    def __repr__(self) -> str:
        """Say where it is, not what opens it."""
        return f"<Sandbox {self.url} speed={self.speed:g} contacts={len(self._account.contacts)}>"

    @property
    def host(self) -> str:
        """The host, with the port if it is served."""
        return "127.0.0.1" if self._port is None else f"127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        """The base address, without a path."""
        return f"http://{self.host}"

    @property
    def connection(self) -> Any:
        """The connection that leads here."""
        from .connection import connection_of  # noqa: PLC0415 - the only door to the package, opened when asked for

        return connection_of(self)

    def attach(self, server: _Server) -> None:
        """Take over a server that serves `app`; `stop` stops it."""
        self._server = server
        self._port = server.port
        self.app.url = self.url

    def stop(self) -> None:
        """Close the socket and end the server's thread, if there is one; what the account holds stays."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()

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
        return self._look(frames.contacts)

    def lists(self) -> pd.DataFrame:
        """Return one row per list: id, name, subscribers (active ones)."""
        return self._look(frames.lists)

    def memberships(self) -> pd.DataFrame:
        """Return one row per contact and list: list, contact, status (1 active, 2 unsubscribed)."""
        return self._look(frames.memberships)

    def contact_tags(self) -> pd.DataFrame:
        """Return one row per contact and tag: contact, tag."""
        return self._look(frames.contact_tags)

    def automations(self) -> pd.DataFrame:
        """Return one row per automation that was started: contact, list, time."""
        return self._look(frames.automations)

    def requests(self) -> pd.DataFrame:
        """Return one row per request: time, method, path, status, contacts (of an import), bytes."""
        with self.app.lock:
            arrivals = list(self.app.arrivals)
        return frames.requests(arrivals)

    def _look(self, frame: Callable[[Any], pd.DataFrame]) -> pd.DataFrame:
        self.app.advance()
        with self.app.lock:
            return frame(self._account)

    def add_list(self, name: str, *, automation: bool = False) -> int:
        """Add a list, with or without an automation that starts on subscription, and return its id."""
        with self.app.lock:
            return self._account.add_list(name, self._now().timestamp(), automation=automation)

    def add_field(
        self,
        title: str,
        type: str,  # noqa: A002 - the service's own name for it
        *,
        options: Sequence[str | tuple[str, str]] | None = None,
        perstag: str | None = None,
    ) -> int:
        """Add a custom field and return its id.

        Parameters
        ----------
        title
            Unique among the fields.
        type
            text, textarea, hidden, date, datetime, number, dropdown, radio, checkbox or listbox.
        options
            For the last four: texts, or pairs of value and label.
        perstag
            The personalisation tag, None to make it from the title.
        """
        with self.app.lock:
            return self._account.add_field(title, type, options=options, perstag=perstag)

    def unsubscribe(self, email: str, list_id: int) -> None:
        """Have somebody opt out of a list, as by a click in a mail; the contact is made if there is none."""
        self.app.advance()
        when = self._now().timestamp()
        with self.app.lock:
            if list_id not in self._account.lists:
                message = f"there is no list {list_id}; there are {', '.join(map(str, self._account.lists))}"
                raise ValueError(message)
            contact = self._account.find(email) or self._account.create(email, readings.key_of(email), when)
            self._account.set_status(contact, list_id, UNSUBSCRIBED, when, automated=False)

    def exclude(self, email: str) -> None:
        """Put an address on the exclusion list: imports of it fail."""
        with self.app.lock:
            self._account.excluded.add(readings.key_of(email))

    def bounce(self, email: str) -> None:
        """Mark an address as hard-bounced: imports of it fail."""
        with self.app.lock:
            self._account.bounced.add(readings.key_of(email))
