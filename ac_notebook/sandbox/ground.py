"""What all accounts of one server share: application, time, data file; and how an account is put to work on it."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from .api.application import Application
from .faults.plan import Faults
from .imports.callback import call
from .imports.queue import ImportQueue, QueueTimes
from .ledger import Ledger
from .limits import Limits, Traffic
from .service import Service
from .state.defaults import new_account

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from datetime import datetime

    from .quirks import Quirks
    from .state.account import Account
    from .store import Store


class Server(Protocol):
    """What serves the application."""

    port: int

    def stop(self) -> None:
        """Close the socket."""


@dataclass(kw_only=True)
class Opened:
    """One account at work, and its identity; `number` is its place in the data file, 0 without one."""

    service: Service
    instance: str
    number: int


@dataclass(kw_only=True)
class Ground:
    """What all accounts of one server share."""

    speed: float
    clock: Callable[[], float]
    now: Callable[[], datetime]
    sleep: Callable[[float], None] | None = None
    app: Application = field(default_factory=lambda: Application("http://127.0.0.1"))
    accounts: dict[str, Opened] = field(default_factory=dict)  # by name
    server: Server | None = None
    port: int | None = None
    store: Store | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)  # around the making of an account

    def open_file(self, path: str | os.PathLike[str], quirks: Quirks | None) -> None:
        """Keep everything in a file from now on, and take up what it holds; the first account with other quirks."""
        from .store import Store  # noqa: PLC0415 - most sandboxes keep nothing

        self.store = Store(path)
        for number, name, instance in self.store.accounts():
            account, keys = self.store.load(number, None if self.accounts else quirks)
            opened = self._opened(name, account, instance, number)
            self.store.resume(number, opened.service)
            for key, user in keys.items():
                self.app.admit(key, opened.service, account.users[user])
            self.keep(name, opened)

    def make(self, name: str, quirks: Quirks, contact_limit: int | None) -> Opened:
        """Make an account as it is on its first day; it is among the accounts once `keep` was called."""
        number, ledger = self.store.new() if self.store is not None else (0, Ledger([]))
        account = new_account(int(self.now().timestamp()), quirks, ledger)
        account.contact_limit = contact_limit
        return self._opened(name, account, f"sandbox-{uuid.uuid4().hex}", number)

    def keep(self, name: str, opened: Opened) -> None:
        """Put an account among the others; where there is a file, it is written to it, now and whenever it changes."""
        service = opened.service
        if self.store is not None:
            self.store.keep(opened.number, opened.instance, service, lambda: self.app.keys_of(service))
        self.accounts[name] = opened

    def close_file(self) -> None:
        """Let go of the file; what is in memory can still be looked at."""
        if self.store is not None:
            self.store.close()

    def _opened(self, name: str, account: Account, instance: str, number: int) -> Opened:
        service = Service(
            name=name,
            account=account,
            queue=ImportQueue(account, QueueTimes().faster(self.speed)),
            traffic=Traffic(Limits().faster(self.speed), account.quirks),
            faults=Faults(now=self.now, sleep=self.sleep),
            clock=self.clock,
            now=self.now,
            call=call,
        )
        return Opened(service=service, instance=instance, number=number)
