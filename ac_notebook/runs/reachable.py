"""Connections that can be reached: with the key, the wire and the pace of the account."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self

from ac_notebook.model import connection as model
from ac_notebook.model.learned import Learned
from ac_notebook.model.limits import Limits
from ac_notebook.remote.client import Client
from ac_notebook.remote.pacing import Pacer
from ac_notebook.remote.windows import LONGEST_CALL
from ac_notebook.runs import stored
from ac_notebook.runs.cells import refuse_typed
from ac_notebook.runs.keys import kept_secret
from ac_notebook.runs.link import Link
from ac_notebook.storage.home import find_home
from ac_notebook.storage.pace import PaceFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ac_notebook.model.secret import Secret
    from ac_notebook.runs.access import Access


@dataclass(frozen=True, kw_only=True, repr=False)
class ReachableConnection(model.Connection):
    """A connection with a link: it can ask, and be changed. Its verbs are those of :class:`Connection`."""

    link: Link = field(default_factory=Link, repr=False, compare=False)
    access: Access | None = field(default=None, repr=False, compare=False)
    """Whose key it is and what it may do, once verified in this kernel; never stored."""

    @classmethod
    def of(cls, connection: model.Connection, *, link: Link | None = None) -> Self:
        """Return a plain connection with the verbs, reached through ``link``."""
        values = {entry.name: getattr(connection, entry.name) for entry in fields(model.Connection)}
        return cls(**values, link=link or Link())

    def replace(self, **changes: Any) -> Self:
        """Return a connection with some parameters changed; nothing is stored."""
        if changes.get("host", self.host) != self.host:
            # Another host is another account: what is remembered of this one, and its check, say nothing about it.
            documented = min(self.limits.bytes_per_import, Limits().bytes_per_import)
            changes = {
                "account": "", "verified": None, "access": None, "allow_other_host": False, "learned": Learned(),
                "limits": replace(self.limits, bytes_per_import=documented), **changes,
            }  # fmt: skip
        return replace(self, **changes)

    @contextmanager
    def client(self, *, share: float = 1.0, stopped: Callable[[], bool] = lambda: False) -> Iterator[Client]:
        """Open the API for some requests, at the account's pace or a part of it, until it is told to stop."""
        with self.pacer(share=share) as pacer:
            client = Client(
                self, self.secret(), pacer=pacer, clock=self.link.clock, transport=self.link.transport,
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

    def secret(self) -> Secret:
        """Return the key, from where it is kept; nothing shows it.

        Raises
        ------
        StateError
            When it is not there, or others can read it.
        ConfigurationError
            When it stands in a cell of this notebook.
        ConnectionNotFoundError
            When the connection was removed.
        """
        if self.name in self.link.withdrawn.removed:
            raise stored.removed(self)
        if self.link.secret is not None:
            if not self.is_sandbox:
                refuse_typed(self.link.secret)
            return self.link.secret
        return kept_secret(self, key_name=self.link.key_name)
