"""Connections as a user holds them: the value of the model, with its verbs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Never

from ac_notebook.errors import ActiveCampaignError, quoted
from ac_notebook.model.consent import Consent
from ac_notebook.runs import stored
from ac_notebook.runs.access import read_access, require_access
from ac_notebook.runs.cells import refuse_arguments
from ac_notebook.runs.connection_shown import markup_of
from ac_notebook.runs.editing import Change, edit, rotate
from ac_notebook.runs.key_source import KeySource, absolute
from ac_notebook.runs.reachable import ReachableConnection
from ac_notebook.runs.record import history, user_name
from ac_notebook.runs.show import name as harmless
from ac_notebook.runs.withdrawal import Withdrawal

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from ac_notebook.runs.rehearsal.rehearsal import Rehearsal
    from ac_notebook.runs.rehearsal.undo import Undone

_LATER = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True, repr=False)
class Connection(ReachableConnection):
    """A connection to an ActiveCampaign account, or to a sandbox. Made by ``ac.connect``.

    The value itself does no I/O and holds no key; its verbs do.

    Its values (``name``, ``host``, ``consent``; ``created`` and ``verified`` in UTC; ``limits`` in contacts, bytes and
    seconds) are described at :class:`ac_notebook.model.connection.Connection`.
    """

    def __repr__(self) -> str:
        kind = "SANDBOX" if self.is_sandbox else "ActiveCampaign"
        consent = "transfer of data agreed" if self.is_agreed else "transfer of data NOT agreed"
        whose = f" (of {self.access.whose})" if self.access is not None else ""
        return (
            f"<Connection {quoted(self.name)}: {kind} at {self.host}, owner {harmless(self.owner)}, {consent}, "
            f"key: {harmless(self.key_place)}{whose}>"
        )

    def _repr_html_(self) -> str:
        return markup_of(self)

    def agree(self, *, by: str = "") -> Connection:
        """Return the connection with the agreement to transfer data to its host, as of now.

        Parameters
        ----------
        by
            Who agrees; the user of this machine when empty.
        """
        before, withdrawn = self.consent, self.link.withdrawn.at
        ended = [before.at, before.withdrawn, withdrawn] if before is not None else [withdrawn]
        # Later than a withdrawal that is known of, though a clock is coarse or was set back: or it would not count.
        at = max([self.link.clock.now(), *(moment + _LATER for moment in ended if moment is not None)])
        consent = Consent(by=by or self.owner or user_name(), at=at, host=self.host, account=self.account)
        # An agreement of its own: withdrawing an earlier one does not withdraw this.
        return self.replace(consent=consent, link=replace(self.link, withdrawn=Withdrawal()))

    def withdraw(self) -> Connection:
        """Withdraw the agreement to transfer data: nothing is sent any more. Stored at once for a saved connection."""
        return stored.withdraw(self)

    def verify(self) -> Connection:
        """Check host and key with read-only calls, and read whose key it is and what it may do.

        Of a saved connection, the moment is stored.

        Returns
        -------
        Connection
            The same, verified now; ``access`` shows the account, the user, and what the key may do.

        Raises
        ------
        AuthenticationError
            When the key is not accepted.
        PermissionDeniedError
            When it may not do what an export takes, naming the right; or when the account has lapsed.
        UnexpectedAnswerError, NotFoundError
            When the host is not ActiveCampaign's API.
        UnreachableError
            When there is no host of this name, no network, or nobody to be trusted.
        """
        try:
            with self.client() as client:
                access = read_access(client, is_sandbox=self.is_sandbox)
            require_access(access)
        except ActiveCampaignError as error:
            stored.note_failed(self, "verification failed", error)
            raise
        verified = self.replace(
            verified=self.link.clock.now(), account_name=access.account or self.account_name, access=access
        )  # fmt: skip
        stored.note_verified(verified)
        return verified

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
        return stored.save(self)

    def edit(  # noqa: PLR0913 - keywords: each is one thing that can be changed, or that the change takes
        self, *, name: str | None = None, host: str | None = None, owner: str | None = None,
        agree_to_data_transfer: bool = False, allow_other_host: bool = False, proxy: str | None = None,
        ca_file: str | Path | None = None, key_file: str | Path | None = None, key_variable: str | None = None,
        keyring: str | None = None,
    ) -> Connection:  # fmt: skip
        """Change name, host, owner or the way there; of a saved connection, at once.

        What exports remember stays with the account.

        Parameters
        ----------
        name
            Another display name. Refused where another connection has it.
        host
            Another host, which is asked whose key it has. One that takes the same key is the same account; otherwise
            it is another account, with a key and a memory of its own. Either way somebody has to agree anew. A host
            that does not end as ActiveCampaign's usually do is never shown the old key.
        owner
            Another owner.
        agree_to_data_transfer
            Whether you agree that personal data travels to the new host.
        allow_other_host
            Accept a host that does not end as ActiveCampaign's usually do, or whose name leads to an inside address;
            for the host that it has, it is written down without a new key or agreement.
        proxy, ca_file
            Another way there, as for :func:`ac_notebook.connect`; "" for none any more.
        key_file, key_variable, keyring
            Where the key for the new host is to be found, as for :func:`ac_notebook.connect`.

        Returns
        -------
        Connection
            The changed one.

        Raises
        ------
        ConfigurationError
            When the name is taken, or the host is none; nothing was changed.
        APIError
            When host or key do not work; nothing was changed.

        Examples
        --------
        >>> import ac_notebook as ac
        >>> with ac.sandbox.start() as sandbox:
        ...     conn = sandbox.connection.replace(name="Demo").save()
        ...     conn.edit(name="Newsletter demo", owner="Ann").owner
        'Ann'
        """
        source = KeySource(key_file=key_file, key_variable=key_variable, keyring=keyring)
        change = Change(
            name=name, host=host, owner=owner, agree=agree_to_data_transfer, allow_other_host=allow_other_host,
            proxy=proxy, ca_file=absolute(ca_file) if ca_file else ca_file, source=source,
        )  # fmt: skip
        return edit(self, change)

    def rotate_key(
        self, *typed: Never, key_file: str | Path | None = None, key_variable: str | None = None,
        keyring: str | None = None, **unknown: Never,
    ) -> Connection:  # fmt: skip
        """Exchange the key; the old one stays until the new one is known to open the same account.

        Asks for it where nothing is shown, unless it is to be found somewhere: where it is said, in the environment
        variable ``AC_NOTEBOOK_KEY__<NAME>``, or where the connection's key is to be found so far.

        Parameters
        ----------
        *typed, **unknown
            Nothing: a key that is written here is in the notebook, and refused.
        key_file
            A file that only you can read, with the key.
        key_variable
            Name of an environment variable.
        keyring
            An entry of the system's keyring, ``"service/user"``.

        Returns
        -------
        Connection
            With the new key; stored, if the connection is saved.

        Raises
        ------
        ConfigurationError
            When there is none, it is the same, or of another account; the old key stays.
        APIError
            When it is not accepted; the old key stays.
        """
        if typed or unknown:
            names = ["" for _ in typed] + [*unknown]
            del typed
            unknown.clear()  # a traceback that shows variables would show it
            refuse_arguments("rotate_key()", names, ("key_file", "key_variable", "keyring"))
        return rotate(self, KeySource(key_file=key_file, key_variable=key_variable, keyring=keyring))

    def remove(self) -> pd.DataFrame:
        """Remove the connection and its key, wherever it was kept; runs under way stop before their next request.

        What was exported stays in the journal, and what was done in the history. A key that is only referred to (an
        environment variable, a file or keyring entry of yours) is yours to remove.

        Returns
        -------
        pandas.DataFrame
            The exports that ran on its account: export, list, list name, runs, last run, last state; saved, where a
            saved export goes through this connection. Those are kept, marked "no connection", and can be attached to
            another: ``export.attach("…")``.
        """
        return stored.remove(self)

    @property
    def exports(self) -> pd.DataFrame:
        """The exports that ran on this account or go through it: as a table, see :meth:`remove`."""
        with stored.opened() as database:
            return stored.exports_of(database, self)

    @property
    def history(self) -> pd.DataFrame:
        """What was done with this connection, by whom and when; see :func:`ac_notebook.history`."""
        return history(self)
