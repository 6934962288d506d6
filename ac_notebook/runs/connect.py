"""Making and finding connections, and looking at an account."""

from __future__ import annotations

import warnings
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Never

from ac_notebook.errors import ConfigurationError, ConsentError
from ac_notebook.model.account import Snapshot
from ac_notebook.model.consent import text_for
from ac_notebook.model.hosts import clean_host
from ac_notebook.runs.binder import warning_of_binder
from ac_notebook.runs.cells import refuse_arguments
from ac_notebook.runs.connecting import Wanted, Way, connected
from ac_notebook.runs.connection import Connection
from ac_notebook.runs.connections_kept import consent_in_words, saved_connections
from ac_notebook.runs.key_source import KeySource, looks_like_key
from ac_notebook.runs.keys import entry_of
from ac_notebook.runs.link import Link
from ac_notebook.runs.stored import as_agreed_now, opened, require_not_removed
from ac_notebook.runs.tables import RecordTable, Table
from ac_notebook.storage import connections as saved
from ac_notebook.storage.database import open_database
from ac_notebook.storage.home import find_home

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from ac_notebook.remote.transport import Transport


_ARGUMENTS = (
    "name", "host", "agree_to_data_transfer", "owner", "key_file", "key_variable", "keyring", "allow_other_host",
    "proxy", "ca_file", "transport",
)  # fmt: skip


def connect(  # noqa: PLR0913 - keywords, each of which somebody types who needs it
    name: str, host: str | None = None, *typed: Never, agree_to_data_transfer: bool = False, owner: str = "",
    key_file: str | Path | None = None, key_variable: str | None = None, keyring: str | None = None,
    allow_other_host: bool = False, proxy: str | None = None, ca_file: str | Path | None = None,
    transport: Transport | None = None, **unknown: Never,
) -> Connection:  # fmt: skip
    """Return a saved connection, or make one: asks for the key, checks host and key, stores nothing.

    A key may do all that its user may. Make a user for this notebook alone, in a group of its own: Settings, Users and
    Groups, Add a new group. Give the group the lists it exports to, and under Permissions: import, add and edit
    contacts, and manage tags if tags are used; not sending, deleting or exporting. Log in as that user once, and copy
    its key from Settings, Developer. Whatever happens to the key then, it cannot send a mail or take a contact away.

    Parameters
    ----------
    name
        Display name: free text that names the purpose and the target, such as "Marketing newsletter". With nothing
        else, the saved connection of this name.
    host
        Host of the account's API, as ActiveCampaign shows it under Settings, Developer.
    agree_to_data_transfer
        Whether you agree that personal data travels to the host; without it nothing is ever sent.
    owner
        Who the connection belongs to; the user of this machine when empty.
    key_file
        A file that only you can read, with the key and nothing else. It stays where it is, and is read when the key is
        needed.
    key_variable
        Name of the environment variable that holds the key. Without any of the three: ``AC_NOTEBOOK_KEY__<NAME>``, else
        ``ACTIVECAMPAIGN_API_KEY``, else a prompt that shows nothing.
    keyring
        An entry of the system's keyring that holds the key: ``"service/user"``.
    allow_other_host
        Accept a host that does not end as ActiveCampaign's usually do, or whose name leads to an address inside your
        network. Saved with the connection.
    proxy
        A proxy that requests go through, ``"http://proxy.example.org:3128"``: it is told the host, and carries what it
        cannot read. Saved with the connection; those of the environment (``HTTPS_PROXY``) are not used.
    ca_file
        A PEM file with your organisation's authorities, trusted in place of the machine's, for a network that opens TLS
        connections. Saved with the connection; ``SSL_CERT_FILE`` is not used. Certificates are always checked.
    transport
        What carries the requests (an ``httpx.BaseTransport``); the network when None.
    *typed, **unknown
        Nothing: a key that is written here is in the notebook, and refused.

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
    names = ["" for _ in typed] + [*unknown]
    del typed
    unknown.clear()  # a traceback that shows variables would show it
    if names:
        refuse_arguments("connect()", names, _ARGUMENTS)
    _require_texts(name, owner)
    if looks_like_key(name) or (isinstance(host, str) and looks_like_key(host)):
        del name, host
        refuse_arguments("connect()", [""], _ARGUMENTS)
    source = KeySource(key_file=key_file, key_variable=key_variable, keyring=keyring)
    if host is None:
        if source.place or proxy is not None or ca_file is not None or allow_other_host:
            what = "A place of the key" if source.place else "How to reach a host"
            raise ConfigurationError(f"{what} was given, and no host.", hint="Write host= too, to connect anew.")
        found = find_connection(name)
        found = found.replace(link=replace(found.link, transport=transport)) if transport is not None else found
        return found.agree() if agree_to_data_transfer else found
    bare, notice = clean_host(host)
    if notice:
        warnings.warn(notice, stacklevel=2)
    strangers = warning_of_binder()
    if strangers:  # before anybody types a key
        warnings.warn(strangers, stacklevel=2)
    way = Way(host=bare, allow_other_host=allow_other_host, proxy=proxy or "", ca_file=ca_file or "")
    wanted = Wanted(name=name, owner=owner, way=way, source=source, is_agreed=agree_to_data_transfer)
    return connected(wanted, transport=transport)


def _require_texts(name: object, owner: object) -> None:
    for what, given in (("A connection is", name), ("Its owner is", owner)):
        if not isinstance(given, str):
            msg = f"{what} named by a text, not by a value of the type {type(given).__name__}."
            raise ConfigurationError(msg, hint='Write ac.connect("Marketing newsletter", …).')


def find_connection(name: str) -> Connection:
    """Return the saved connection of this name.

    Raises
    ------
    ConnectionNotFoundError
        When there is none; names the saved ones.
    """
    database = open_database(find_home())
    try:
        found = saved.load(database, name)
        return Connection.of(found, link=Link(key_name=entry_of(found)))
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
    """Return a connection with the agreement that is saved for it now: somebody may have withdrawn it since.

    Raises
    ------
    ConnectionNotFoundError
        When it was removed.
    """
    with opened() as database:
        require_not_removed(connection, database)
        return as_agreed_now(connection, database)


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
    rows = saved_connections()
    table = RecordTable(
        [
            {
                "name": item.name,
                "type": "ActiveCampaign sandbox" if item.is_sandbox else "ActiveCampaign",
                "host": item.host,
                "owner": item.owner,
                "created": item.created,
                "last verified": item.verified,
                "consent": consent_in_words(item),
                "key": item.key_place,
            }
            for item in rows
        ],
        columns=["name", "type", "host", "owner", "created", "last verified", "consent", "key"],
    )
    hint = 'No connection is saved yet: ac.connect("Marketing newsletter", host="…").save() makes one.'
    return table if rows else table.saying(hint)


class Account(Snapshot):
    """What an account has, for looking: ``lists``, ``fields`` and ``tags`` are DataFrames. Made by ``ac.describe``.

    What it is made of is described at :class:`ac_notebook.model.account.Snapshot`.
    """

    @property
    def lists(self) -> pd.DataFrame:
        """The lists: id (int), name, subscribers (int)."""
        rows = [(item.id, item.name, item.subscribers) for item in self.contact_lists]
        return Table(rows, columns=["id", "name", "subscribers"])

    @property
    def fields(self) -> pd.DataFrame:
        """The custom fields: id (int), title, perstag, type, options (the values that are taken, as one text)."""
        rows = [
            (item.id, item.title, item.perstag, item.type, ", ".join(option.value for option in item.options))
            for item in self.custom_fields
        ]
        return Table(rows, columns=["id", "title", "perstag", "type", "options"])

    @property
    def tags(self) -> pd.DataFrame:
        """The tags: id (int), name."""
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
        raise ConsentError(error.message, hint=f"\n{text_for(connection.host)}\n\n{error.hint}") from None
