"""Making and finding connections, and looking at an account."""

from __future__ import annotations

import warnings
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError, ConsentError
from ac_notebook.model.account import Snapshot
from ac_notebook.model.connection import KNOWN_SUFFIXES, clean_host
from ac_notebook.model.consent import text_for
from ac_notebook.runs.connection import Connection, Link, user_name
from ac_notebook.runs.keys import given_secret
from ac_notebook.runs.tables import Table
from ac_notebook.storage import connections as saved
from ac_notebook.storage.database import open_database
from ac_notebook.storage.home import find_home

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from ac_notebook.model.connection import Connection as PlainConnection
    from ac_notebook.remote.transport import Transport
    from ac_notebook.storage.database import StateDatabase


def connect(
    name: str, host: str | None = None, *, agree_to_data_transfer: bool = False, owner: str = "",
    key_file: str | Path | None = None, allow_other_host: bool = False, transport: Transport | None = None,
) -> Connection:  # fmt: skip
    """Return a saved connection, or make one: asks for the key, checks host and key, stores nothing.

    Parameters
    ----------
    name
        Display name. With nothing else, the saved connection of this name.
    host
        Host of the account's API, as ActiveCampaign shows it under Settings, Developer.
    agree_to_data_transfer
        Whether you agree that personal data travels to the host; without it nothing is ever sent.
    owner
        Who the connection belongs to; the user of this machine when empty.
    key_file
        File with the key. Else the environment variable ``AC_NOTEBOOK_KEY__<NAME>``, else ``ACTIVECAMPAIGN_API_KEY``,
        else a prompt that shows nothing.
    allow_other_host
        Accept a host that does not end as ActiveCampaign's usually do.
    transport
        What carries the requests (an ``httpx.BaseTransport``); the network when None.

    Returns
    -------
    Connection
        Verified; call ``.save()`` to keep it.

    Raises
    ------
    ConnectionNotFoundError
        When no connection of this name is saved.
    ConfigurationError
        When the host is none, or there is no key and nobody to ask.
    APIError
        When host or key do not work; each kind says what to do.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> with ac.sandbox.start() as sandbox:
    ...     _ = sandbox.connection.replace(name="demo").save()
    ...     ac.connect("demo").is_sandbox
    True
    """
    if not isinstance(name, str):
        msg = f"A connection is named by a text, not by a {type(name).__name__}."
        raise ConfigurationError(msg, hint='Write ac.connect("Marketing newsletter", …).')
    if host is None:
        if key_file is not None:
            raise ConfigurationError("A key file was given, and no host.", hint="Write host= too, to connect anew.")
        found = find_connection(name)
        found = found.replace(link=replace(found.link, transport=transport)) if transport is not None else found
        return found.agree() if agree_to_data_transfer else found
    bare, notice = clean_host(host)
    if notice:
        warnings.warn(notice, stacklevel=2)
    if not bare.endswith(KNOWN_SUFFIXES) and not allow_other_host:
        msg = f"{bare} does not look like one of ActiveCampaign's hosts (such as acme.api-us1.com)."
        raise ConfigurationError(msg, hint="If it is yours, say so: connect(…, allow_other_host=True).")
    secret, place = given_secret(name, key_file)
    link = Link(secret=secret, transport=transport)
    connection = Connection(
        name=name, host=bare, owner=owner or user_name(), key_place=place, created=link.clock.now(), link=link
    )
    if agree_to_data_transfer:
        connection = connection.agree()
    return connection.verify()


def find_connection(name: str) -> Connection:
    """Return the saved connection of this name.

    Raises
    ------
    ConnectionNotFoundError
        When there is none; names the saved ones.
    """
    database = open_database(find_home())
    try:
        return Connection.of(saved.load(database, name), link=Link(key_name=name))
    finally:
        database.close()


def connection_of(given: object) -> Connection:
    """Return the connection that was passed, or the saved one that was named.

    Raises
    ------
    ConfigurationError
        When nothing was passed: the sandbox is never taken for the service, so there is no default in code.
    """
    if isinstance(given, Connection):
        return given
    if isinstance(given, str):
        return find_connection(given)
    if given is None:
        msg = "No connection was given."
    else:
        msg = f"connection= takes a connection or the name of a saved one, not a {type(given).__name__}."
    raise ConfigurationError(
        msg,
        hint='Write connection="name of a saved one", connection=ac.connect(…), or to try it out '
        "connection=ac.sandbox.start().connection. Nothing was sent.",
    )


def as_saved(connection: Connection) -> Connection:
    """Return a connection with the agreement that is saved for it now: somebody may have withdrawn it since."""
    database = open_database(find_home())
    try:
        return with_saved_consent(connection, database)
    finally:
        database.close()


def with_saved_consent(connection: Connection, database: StateDatabase) -> Connection:
    """Return a connection with the agreement that this database has for it now."""
    if connection.name not in saved.saved_names(database):
        return connection
    known = saved.load(database, connection.name)
    old, given = known.consent, connection.consent
    if old is None or old.withdrawn is None or known.account != connection.account:
        return connection
    # Only an agreement of its own, given after the withdrawal, counts; a clock that was set back errs on the safe side.
    is_newer = given is not None and given.at > max(old.at, old.withdrawn)
    return connection if is_newer else connection.replace(consent=old)


def connections() -> pd.DataFrame:
    """Return the saved connections as a table.

    Returns
    -------
    pandas.DataFrame
        name, type, host, owner, created, last verified, consent, key (where it is kept).

    Examples
    --------
    >>> import ac_notebook as ac
    >>> list(ac.connections().columns)
    ['name', 'type', 'host', 'owner', 'created', 'last verified', 'consent', 'key']
    """
    database = open_database(find_home())
    try:
        rows = [saved.load(database, name) for name in saved.saved_names(database)]
    finally:
        database.close()
    return Table(
        [
            {
                "name": item.name,
                "type": "ActiveCampaign sandbox" if item.is_sandbox else "ActiveCampaign",
                "host": item.host,
                "owner": item.owner,
                "created": item.created,
                "last verified": item.verified,
                "consent": _consent_in_words(item),
                "key": item.key_place,
            }
            for item in rows
        ],
        columns=["name", "type", "host", "owner", "created", "last verified", "consent", "key"],
    )


class Account(Snapshot):
    """What an account has, for looking: ``lists``, ``fields`` and ``tags`` are DataFrames."""

    @property
    def lists(self) -> pd.DataFrame:
        """The lists: id, name, subscribers."""
        rows = [(item.id, item.name, item.subscribers) for item in self.contact_lists]
        return Table(rows, columns=["id", "name", "subscribers"])

    @property
    def fields(self) -> pd.DataFrame:
        """The custom fields: id, title, perstag, type, options (the values that are taken)."""
        rows = [
            (item.id, item.title, item.perstag, item.type, ", ".join(option.value for option in item.options))
            for item in self.custom_fields
        ]
        return Table(rows, columns=["id", "title", "perstag", "type", "options"])

    @property
    def tags(self) -> pd.DataFrame:
        """The tags: id, name."""
        return Table([(tag.id, tag.name) for tag in self.contact_tags], columns=["id", "name"])

    def __repr__(self) -> str:
        mark = "SANDBOX " if self.host.startswith("127.0.0.1") else ""
        return (
            f"<{mark}Account at {self.host}: {len(self.contact_lists)} lists, {len(self.custom_fields)} custom fields, "
            f"{len(self.contact_tags)} tags>"
        )


def describe(connection: Connection | str) -> Account:
    """Read what an account has: lists, custom fields with their options, tags.

    Parameters
    ----------
    connection
        A connection, or the name of a saved one.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> with ac.sandbox.start() as sandbox:
    ...     account = ac.describe(sandbox.connection)
    >>> list(account.lists["name"])
    ['Master Contact List', 'Newsletter', 'VIP']
    """
    with connection_of(connection).client() as client:
        snapshot = client.snapshot()
    return Account(**{entry.name: getattr(snapshot, entry.name) for entry in fields(Snapshot)})


def require_consent(connection: Connection) -> None:
    """Raise, with the notice to agree to, unless somebody agreed to the transfer of data.

    Raises
    ------
    ConsentError
        With the whole notice.
    """
    try:
        connection.require_consent()
    except ConsentError as error:
        raise ConsentError(error.message, hint=f"{text_for(connection.host)}\n{error.hint}") from None


def _consent_in_words(item: PlainConnection) -> str:
    if item.consent is None:
        return "none"
    if item.consent.withdrawn is not None:
        return f"withdrawn {item.consent.withdrawn:%Y-%m-%d}"
    return f"{item.consent.by}, {item.consent.at:%Y-%m-%d}"
