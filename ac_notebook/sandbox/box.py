"""Sandbox: an ActiveCampaign account with its clock, its import queue and its limits."""

from __future__ import annotations

import math
import secrets
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from .faults.fault import require_text
from .ground import Ground
from .quirks import Quirks
from .state.places import ADMIN_GROUP, PERMISSIONS
from .verbs import Verbs, check_limit

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from .api.application import Application
    from .faults.plan import Faults
    from .ground import Server
    from .service import Service
    from .state.places import User


_LONGEST = 1_000_000.0  # seconds; more than any window of limits or queue, at the service's own speed


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Sandbox(Verbs):
    """An ActiveCampaign account that lives on this machine, as one of its users sees it.

    Parameters
    ----------
    speed
        How many times faster its time runs: windows of the limits and times of the import queue are divided by it.
    api_key
        The key it accepts, beginning with "sandbox-"; None for a new one.
    quirks
        How it reads the contract where that is in doubt; None for the harsher reading of everything.
    contact_limit
        How many contacts the account may have, None for as many as there are.
    clock
        Seconds that never go back, for limits and queue.
    now
        The moment, with a zone, for what the account records.
    data
        A file to keep everything in, so that it survives a restart; made, for its owner only, when there is none.
        What a file holds already is taken up: accounts, keys, quirks and limit, as far as no others are given. None
        for memory only.
    sleep
        Lets seconds pass, for faults that take time; None for a real wait.

    Attributes
    ----------
    app
        The WSGI application, to be used in process.
    api_key
        The key; not in the repr.
    instance
        The identity of this account: another sandbox is another account.

    Raises
    ------
    ValueError
        When the speed is no number above zero, the key does not look like a sandbox's own, or the data file cannot be
        used.

    Examples
    --------
    >>> box = Sandbox(speed=60, quirks=Quirks(import_success="all"))  # in this process; `start` gives it one of its own
    >>> vip, city = box.add_list("Gold", automation=True), box.add_field("Shoe size", "number")
    >>> box.unsubscribe("ann@example.org", vip)
    >>> box.exclude("bo@example.org")
    >>> box.bounce("cissi@example.org")
    >>> box.delete("cissi@example.org")
    >>> box.limit_contacts(1_000)
    >>> box.contacts()["email"].tolist(), box.memberships()["status"].tolist(), box.fields()["title"].tolist()[-1]
    (['ann@example.org'], [2], 'Shoe size')
    >>> len(box.contact_tags()), len(box.automations()), box.speed, box.quirks.import_success
    (0, 0, 60.0, 'all')
    >>> guest, other = box.add_user("Guest", without=["pgContactImport"]), box.add_account("Other")
    >>> guest.instance == box.instance, other.instance == box.instance, other.accounts
    (True, False, ['Sandbox', 'Other'])
    >>> box.url == f"http://{box.host}", box.page.startswith(box.url), box.api_key == guest.api_key, callable(box.app)
    (True, True, False, True)
    """

    def __init__(
        self,
        *,
        speed: float = 1.0,
        api_key: str | None = None,
        quirks: Quirks | None = None,
        contact_limit: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _utc_now,
        data: str | os.PathLike[str] | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        number = isinstance(speed, int | float) and not isinstance(speed, bool) and math.isfinite(speed) and speed > 0
        if not (number and math.isfinite(_LONGEST / speed)):
            message = f"speed must be a positive number, not {speed!r}"
            raise ValueError(message)
        if quirks is not None and not isinstance(quirks, Quirks):
            message = f'quirks takes Quirks(import_success="all", …) or None, not {type(quirks).__name__}'
            raise ValueError(message)
        check_limit(contact_limit)
        self._ground = Ground(speed=float(speed), clock=clock, now=now, sleep=sleep)
        try:
            if data is not None:
                self._ground.open_file(data, quirks)
            first = next(iter(self._ground.accounts), "Sandbox")
            self._open(first, api_key, quirks or Quirks(), contact_limit)
        except BaseException:
            self._ground.close_file()
            raise

    def _open(self, name: str, api_key: str | None, quirks: Quirks, contact_limit: int | None) -> None:
        """Make the account of a name, unless there is one, and see it as its first user."""
        ground = self._ground
        with ground.lock:  # two who ask for one name at once get one account
            there = ground.accounts.get(name)
            self._account = there or ground.make(name, quirks, contact_limit)
            self._admit(next(iter(self._state.users.values())), api_key)
            if there is None:
                ground.keep(name, self._account)
                return
        with self._service.lock:
            if contact_limit is not None:
                self._state.contact_limit = contact_limit
            self._service.written()

    def _admit(self, user: User, api_key: str | None) -> None:
        """Let a key open the account for a user: the one given, the one it has, or a new one."""
        known = next((key for key, number in self.app.keys_of(self._service).items() if number == user.id), None)
        made = known or f"sandbox-{secrets.token_hex(24)}"
        self._user = user
        self.api_key = made if api_key is None else api_key
        if self.api_key != known:
            self.app.check(self.api_key)  # before the old one is given up
            self.app.revoke(self._service, user)
            self.app.admit(self.api_key, self._service, user)

    def _sibling(self) -> Sandbox:
        other = object.__new__(Sandbox)
        other._ground = self._ground
        other._account = self._account
        return other

    def __repr__(self) -> str:
        """Say where it is, not what opens it."""
        return f"<Sandbox {self.url} speed={self.speed:g} contacts={len(self._state.by_key)}>"

    @property
    def app(self) -> Application:
        """The WSGI application, to be used in process."""
        return self._ground.app

    @property
    def speed(self) -> float:
        """How many times faster its time runs."""
        return self._ground.speed

    @property
    def instance(self) -> str:
        """The identity of this account."""
        return self._account.instance

    @property
    def quirks(self) -> Quirks:
        """How it reads the contract where that is in doubt."""
        return self._state.quirks

    @property
    def accounts(self) -> list[str]:
        """The names of all accounts of the server; `add_account` returns the one of a name."""
        return list(self._ground.accounts)

    @property
    def page(self) -> str:
        """The address of the page in a browser that shows everything in clear; `url` alone shows it masked."""
        return f"{self.url}/?token={self.app.site.token}"

    @property
    def faults(self) -> Faults:
        """What goes wrong on demand: `faults.add(on="import", nth=3, kind="drop_after")`."""
        return self._service.faults

    @property
    def _service(self) -> Service:
        return self._account.service

    @property
    def host(self) -> str:
        """The host, with the port if it is served."""
        return "127.0.0.1" if self._ground.port is None else f"127.0.0.1:{self._ground.port}"

    @property
    def url(self) -> str:
        """The base address, without a path."""
        return f"http://{self.host}"

    @property
    def connection(self) -> Any:
        """The connection that leads here."""
        from .connection import connection_of  # noqa: PLC0415 - the only door to the package, opened when asked for

        return connection_of(self)

    def attach(self, server: Server) -> None:
        """Take over a server that serves `app`; `stop` stops it."""
        self._ground.server = server
        self._ground.port = server.port
        self.app.url = self.url

    def stop(self) -> None:
        """Close the socket and end the server's thread, if there is one; what the account holds stays."""
        server, self._ground.server = self._ground.server, None
        if server is not None:
            for service in self.app.services:
                service.faults.stop()  # an answer may be held back for an hour
            server.stop()
        self._ground.close_file()

    def __enter__(self) -> Self:
        """Return the sandbox itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def add_account(
        self, name: str, *, api_key: str | None = None, quirks: Quirks | None = None, contact_limit: int | None = None
    ) -> Sandbox:  # fmt: skip
        """Add an account beside this one on the same server, with a key of its own, and return it.

        One of that name that is there already, as from a data file, is returned as it is: only a key or a limit that
        are given take the place of its own.
        """
        require_text("name", name)
        check_limit(contact_limit)
        other = self._sibling()
        other._open(name, api_key, quirks or self.quirks, contact_limit)  # noqa: SLF001 - of its own kind
        return other

    def add_user(self, name: str, *, without: Iterable[str] = (), api_key: str | None = None) -> Sandbox:
        """Add a user to this account, and return the account as that user sees it, through a key of its own.

        One of that name and with the same permissions who is there already, as from a data file, is returned.

        Parameters
        ----------
        name
            Of the user.
        without
            What the user may not, by the service's names: pgContactImport, pgListAdd, … The others it may.
        api_key
            The user's key, None for a new one.
        """
        require_text("name", name)
        forbidden = set(without)
        if unknown := sorted(forbidden.difference(PERMISSIONS)):
            message = f"unknown permissions {', '.join(unknown)}; there are {', '.join(PERMISSIONS)}"
            raise ValueError(message)
        other = self._sibling()
        with self._service.lock:
            allowed = {permission: permission not in forbidden for permission in PERMISSIONS}
            groups = self._state.groups
            alike = (user for user in self._state.users.values() if user.name == name)
            user = next((user for user in alike if groups[user.group].permissions == allowed), None)
            if user is None:
                if api_key is not None:
                    self.app.check(api_key)  # before anything is made
                group = self._state.add_group(f"Group of {name}", "", allowed).id if forbidden else ADMIN_GROUP
                user = self._state.add_user(name, group)
            other._admit(user, api_key)  # noqa: SLF001 - of its own kind
            self._close_page("add_user")
        return other
