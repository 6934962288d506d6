"""Connections as a user holds them: the value of the model, with its verbs."""

from __future__ import annotations

import getpass
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self

from ac_notebook.errors import ConfigurationError
from ac_notebook.model import connection as model
from ac_notebook.model.consent import Consent
from ac_notebook.model.learned import Learned
from ac_notebook.remote.client import Client
from ac_notebook.remote.clock import SystemClock
from ac_notebook.remote.flights import ThreadFlights
from ac_notebook.remote.pacing import Pacer
from ac_notebook.remote.windows import LONGEST_CALL
from ac_notebook.runs.keys import kept_secret
from ac_notebook.storage import connections, secrets
from ac_notebook.storage.database import open_database
from ac_notebook.storage.home import find_home
from ac_notebook.storage.pace import PaceFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ac_notebook.model.secret import Secret
    from ac_notebook.remote.clock import Clock
    from ac_notebook.remote.flights import Flights
    from ac_notebook.remote.transport import Transport
    from ac_notebook.runs.rehearsal.rehearsal import Rehearsal
    from ac_notebook.runs.rehearsal.undo import Undone


class Withdrawal:
    """Whether the agreement was withdrawn in this kernel: one for all copies of a connection that was agreed to."""

    def __init__(self) -> None:
        self._made = threading.Event()

    @property
    def is_made(self) -> bool:
        """Whether it was."""
        return self._made.is_set()

    def make(self) -> None:
        """Withdraw."""
        self._made.set()

    def __deepcopy__(self, _: object) -> Self:
        return self


@dataclass(frozen=True, kw_only=True, repr=False)
class Link:
    """How this kernel reaches an account: the key, the wire and the clock. Never shown, never stored.

    Parameters
    ----------
    secret
        The key, or None when it has to be looked up where it is kept.
    transport
        What carries the requests; None for the network.
    clock
        Time.
    flights
        Makes what holds the requests in flight.
    key_name
        Name under which the key is kept, when it is kept.
    """

    secret: Secret | None = None
    transport: Transport | None = None
    clock: Clock = field(default_factory=SystemClock)
    flights: Callable[[Clock], Flights] = ThreadFlights
    key_name: str = ""
    withdrawn: Withdrawal = field(default_factory=Withdrawal)
    """Made when the agreement is withdrawn: runs of this kernel that began under it stop."""

    def __repr__(self) -> str:
        return "Link(…)"


@dataclass(frozen=True, kw_only=True, repr=False)
class Connection(model.Connection):
    """A connection to an ActiveCampaign account, or to a sandbox. Made by ``ac.connect``.

    The value itself does no I/O and holds no key; its verbs do.
    """

    link: Link = field(default_factory=Link, repr=False, compare=False)

    @classmethod
    def of(cls, connection: model.Connection, *, link: Link | None = None) -> Connection:
        """Return a plain connection with the verbs, reached through ``link``."""
        values = {entry.name: getattr(connection, entry.name) for entry in fields(model.Connection)}
        return cls(**values, link=link or Link())

    def __repr__(self) -> str:
        kind = "SANDBOX" if self.is_sandbox else "ActiveCampaign"
        agreed = self.consent is not None and self.consent.covers(self.host)
        consent = "transfer of data agreed" if agreed else "transfer of data NOT agreed"
        return (
            f"<Connection {self.name!r}: {kind} at {self.host}, owner {self.owner}, {consent}, key in {self.key_place}>"
        )

    def replace(self, **changes: Any) -> Connection:
        """Return a connection with some parameters changed; nothing is stored."""
        if changes.get("host", self.host) != self.host:
            # Another host is another account: what is remembered of this one, and its check, say nothing about it.
            changes = {"account": "", "verified": None, "learned": Learned(), **changes}
        return replace(self, **changes)

    def agree(self, *, by: str = "") -> Connection:
        """Return the connection with the agreement to transfer data to its host, as of now.

        Parameters
        ----------
        by
            Who agrees; the user of this machine when empty.
        """
        consent = Consent(by=by or self.owner or user_name(), at=self.link.clock.now(), host=self.host)
        # An agreement of its own: withdrawing an earlier one does not withdraw this.
        return self.replace(consent=consent, link=replace(self.link, withdrawn=Withdrawal()))

    def withdraw(self) -> Connection:
        """Withdraw the agreement to transfer data: nothing is sent any more. Stored at once for a saved connection."""
        if self.consent is None:
            return self
        self.link.withdrawn.make()
        changed = self.replace(consent=replace(self.consent, withdrawn=self.link.clock.now()))
        database = open_database(find_home())
        try:
            if connections.is_saved(database, self):
                connections.save(database, changed)
        finally:
            database.close()
        return changed

    def verify(self) -> Connection:
        """Check host and key with a read-only call.

        Returns
        -------
        Connection
            The same, verified now.

        Raises
        ------
        APIError
            AuthenticationError for a wrong key, UnreachableError for a wrong host or no network, and so on: each says
            what to do.
        """
        with self.client() as client:
            client.me()
        return self.replace(verified=self.link.clock.now())

    def rehearse(
        self, *, list: str | int | None = None, addresses: Any = (), fields: Any = (), automations: bool = False,  # noqa: A002 - the field's word
        allow: Any = frozenset(), confirm: bool = False,
    ) -> Rehearsal:  # fmt: skip
        """Find out on the real account, with a few addresses of your own, what its contract leaves open.

        Says first what it will write, and asks. Only addresses that are no contacts yet are written to.

        Parameters
        ----------
        list
            Name or id of a list that they may join; best one that is made for it.
        addresses
            Your own addresses, 20 at the most: three new ones settle most, six with ``automations``.
        fields
            Custom fields of these contacts that may be written, by title, personalisation tag or id.
        automations
            Whether automations of the list may start for three of the addresses, to see what keeps them off.
        allow
            ``{"contact-limit"}`` to rehearse in an account that is full.
        confirm
            Whether to begin without asking, where nobody is to be asked.

        Returns
        -------
        Rehearsal
            What was proved, and what was not; ``rehearsal.connection`` is the connection that knows it (a saved one
            is saved so), ``rehearsal.undo()`` takes back the tag and the places on the list.

        Raises
        ------
        ConfigurationError
            When something does not fit, or nobody confirms it; nothing was written.
        ConsentError
            When nobody agreed to the transfer of data.
        GuardError
            When the account has no room for the addresses.
        ExportInterrupted
            When it was stopped. Its ``report`` is the rehearsal, as far as it went.
        APIError
            When it could not go on. Its ``report`` likewise.

        Examples
        --------
        >>> import ac_notebook as ac
        >>> mine = [f"me+{number}@example.org" for number in range(3)]
        >>> with ac.sandbox.start(speed=600) as sandbox:
        ...     rehearsal = sandbox.connection.rehearse(list="VIP", addresses=mine, confirm=True)
        ...     undone = rehearsal.undo(delete_contacts=True)
        >>> rehearsal.proved["blank_in_import"], undone.deleted
        ('clears', 3)
        """
        from ac_notebook.runs.rehearsal.rehearse import Asked, rehearse  # noqa: PLC0415 - which is made of connections

        asked = Asked(
            list=list, addresses=addresses, fields=fields, automations=automations, allow=allow, confirm=confirm
        )
        del addresses  # no traceback that shows variables shows them
        return rehearse(self, asked)

    def undo_rehearsal(self, *, delete_contacts: bool = False) -> Undone:
        """Take back what rehearsals on this account added and was not taken back, also those of a killed process.

        Parameters
        ----------
        delete_contacts
            Delete the contacts that they made, too; see :meth:`Rehearsal.undo`.
        """
        from ac_notebook.runs.rehearsal.rehearse import undo_all  # noqa: PLC0415 - which is made of connections

        return undo_all(self, delete_contacts=delete_contacts)

    def save(self) -> Connection:
        """Save the connection, and keep its key where only this user can read it.

        Returns
        -------
        Connection
            The same, with the place where the key is kept.

        Raises
        ------
        ConfigurationError
            When another connection has the name.
        """
        home = find_home()
        database = open_database(home)
        try:
            if self.name in connections.saved_names(database):
                other = connections.load(database, self.name)
                if other.account != self.account and not (other.is_sandbox and self.is_sandbox):
                    msg = f"Another connection is called {self.name!r} (to {other.host})."
                    raise ConfigurationError(msg, hint='Choose another name: connection.replace(name="…").save()')
            kept = self
            secret = self.link.secret
            if secret is None and self.link.key_name not in ("", self.name):
                secret = self._secret()
            if secret is not None and not self.key_place.startswith("environment"):
                place = secrets.keep(home, self.name, secret, keyring=not self.is_sandbox)
                kept = self.replace(key_place=place)
            connections.save(database, kept)
        finally:
            database.close()
        return kept

    def remove(self) -> None:
        """Remove the connection and its key; what was exported stays in the journal."""
        home = find_home()
        database = open_database(home)
        try:
            if not connections.is_saved(database, self):
                return
            connections.remove(database, self.name)
        finally:
            database.close()
        secrets.forget(home, self.name)

    @contextmanager
    def client(self, *, share: float = 1.0, stopped: Callable[[], bool] = lambda: False) -> Iterator[Client]:
        """Open the API for some requests, at the account's pace or a part of it, until it is told to stop."""
        with self.pacer(share=share) as pacer:
            client = Client(
                self, self._secret(), pacer=pacer, clock=self.link.clock, transport=self.link.transport,
                stopped=stopped,
            )  # fmt: skip
            try:
                yield client
            finally:
                client.close()

    @contextmanager
    def pacer(self, *, share: float = 1.0) -> Iterator[Pacer]:
        """Open the account's shared pace, or a part of it."""
        pace = PaceFile(
            find_home(), self.account, horizon=self.limits.import_window + self.limits.request_window,
            longest_call=LONGEST_CALL,
        )  # fmt: skip
        try:
            yield Pacer(self.limits, pace, self.link.clock.monotonic, share)
        finally:
            pace.close()

    def _secret(self) -> Secret:
        if self.link.secret is not None:
            return self.link.secret
        return kept_secret(self, key_name=self.link.key_name)


def user_name() -> str:
    """Return the name of this machine's user, or a word when it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown user"
