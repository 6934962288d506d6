"""Faults of the account: what becomes of a batch, and what somebody else does in the account meanwhile."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ac_notebook.sandbox.api.answers import key_refused
from ac_notebook.sandbox.api.call import RefusedError
from ac_notebook.sandbox.imports.queue import FAILED, INTERRUPTED, LOST, STUCK

from .fault import Fault, require_text, require_whole

if TYPE_CHECKING:
    from ac_notebook.sandbox.api.application import Application
    from ac_notebook.sandbox.service import Service
    from ac_notebook.sandbox.state.account import Account
    from ac_notebook.sandbox.state.places import MailingList, User

SOURCE = "fault"  # in the ledger
_MOST = 10**15


@dataclass(frozen=True, kw_only=True)
class StuckBatch(Fault):
    """The import is accepted and never applied; its status stays "active" (section 7.3)."""

    kind, fate, happens_to = "stuck_batch", STUCK, "import"


@dataclass(frozen=True, kw_only=True)
class InterruptedBatch(Fault):
    """The import is accepted, its first half is applied, and it is given up as "interrupted" (section 7.3)."""

    kind, fate, happens_to = "interrupted_batch", INTERRUPTED, "import"


@dataclass(frozen=True, kw_only=True)
class FailedBatch(Fault):
    """The import is accepted, nothing of it is applied, and its status is "failed" (section 7.3)."""

    kind, fate, happens_to = "failed_batch", FAILED, "import"


@dataclass(frozen=True, kw_only=True)
class LostInfo(Fault):
    """The import is accepted and applied, and nobody who asks about its batch is told (retention: UNKNOWN, 7.3)."""

    kind, fate, happens_to = "lost_info", LOST, "import"


@dataclass(frozen=True, kw_only=True)
class Change(Fault, ABC):
    """Somebody else changes the account just before the request is looked at; it stays changed."""

    def before(self, service: Service, application: Application, user: User) -> None:
        """Change the account, and write that down."""
        del application
        service.advance()  # what was due before the change is applied before it
        with service.lock:
            self.change(service.account, service.seconds(), user)
            service.account.ledger.close_page(service.now().timestamp(), SOURCE)
            service.written()

    @abstractmethod
    def change(self, account: Account, when: int, user: User) -> None:
        """Change the account."""


@dataclass(frozen=True, kw_only=True)
class KeyRevoked(Change):
    """An administrator takes the user's key away: it is refused now and for ever. `Sandbox.add_user` gives another."""

    kind = "key_revoked"

    def before(self, service: Service, application: Application, user: User) -> None:
        """Make the key worthless, for this request too."""
        application.revoke(service, user)
        super().before(service, application, user)
        raise RefusedError(key_refused(service.account.quirks))

    def change(self, account: Account, when: int, user: User) -> None:
        """Write it down: keys are no part of what an account holds."""
        del when
        account.tell("key", user.name, None)


@dataclass(frozen=True, kw_only=True)
class ListDeleted(Change):
    """Somebody deletes a list, by id or name; nothing happens when there is none."""

    kind = "list_deleted"
    list: int | str

    def __post_init__(self) -> None:
        """Check the details."""
        _require_list(self.list)

    def change(self, account: Account, when: int, user: User) -> None:
        """Delete the list."""
        del when, user
        row = _list_of(account, self.list)
        if row is not None:
            account.delete_list(row)


@dataclass(frozen=True, kw_only=True)
class ListRenamed(Change):
    """Somebody gives a list, by id or name, another name; nothing happens when there is none."""

    kind = "list_renamed"
    list: int | str
    name: str

    def __post_init__(self) -> None:
        """Check the details."""
        _require_list(self.list)
        require_text("name", self.name)

    def change(self, account: Account, when: int, user: User) -> None:
        """Rename the list."""
        del user
        row = _list_of(account, self.list)
        if row is not None:
            account.tell("list", row.name, self.name)
            row.name, row.updated = self.name, when


@dataclass(frozen=True, kw_only=True)
class ContactLimit(Change):
    """The account may have so many contacts from now on; without `most`, not one more than it has (section 8)."""

    kind = "contact_limit"
    most: int | None = None

    def __post_init__(self) -> None:
        """Check the details."""
        if self.most is not None:
            require_whole("most", self.most, 0, _MOST)

    def change(self, account: Account, when: int, user: User) -> None:
        """Set the limit."""
        del when, user
        most = account.billed() if self.most is None else self.most
        account.tell("contact limit", account.contact_limit, most)
        account.contact_limit = most


def _require_list(given: object) -> None:
    if isinstance(given, int):
        require_whole("list", given, 1, _MOST)
    else:
        require_text("list", given)


def _list_of(account: Account, wanted: int | str) -> MailingList | None:
    """Return a list by id or name, the first of that name."""
    if isinstance(wanted, int):
        return account.lists.get(wanted)
    return next((row for row in account.lists.values() if row.name == wanted), None)
