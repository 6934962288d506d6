"""Making a connection of what somebody gave, in code or with a form: one way, whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError
from ac_notebook.model.connection import Connection as PlainConnection
from ac_notebook.model.hosts import clean_host
from ac_notebook.runs.connection import Connection
from ac_notebook.runs.key_source import KeySource, absolute, source_at
from ac_notebook.runs.keys import given_secret
from ac_notebook.runs.link import Link
from ac_notebook.runs.record import user_name
from ac_notebook.runs.stored import opened, require_free
from ac_notebook.storage import connections as saved

if TYPE_CHECKING:
    from pathlib import Path

    from ac_notebook.remote.transport import Transport


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a host is reached, as somebody gave it: nothing is checked yet.

    Parameters
    ----------
    host
        As it was typed; "" for none yet.
    allow_other_host, proxy, ca_file
        As for :func:`ac_notebook.connect`; "" for none.
    """

    host: str = ""
    allow_other_host: bool = False
    proxy: str = ""
    ca_file: str | Path = ""

    @classmethod
    def of(cls, connection: PlainConnection) -> Way:
        """Return how a connection's host is reached."""
        return cls(
            host=connection.host, allow_other_host=connection.allow_other_host,
            proxy=connection.proxy, ca_file=connection.ca_file,
        )  # fmt: skip

    def plain(self, *, name: str, owner: str = "") -> tuple[PlainConnection, str]:
        """Return the connection that this leads to, and a notice of what was taken away from the host.

        Raises
        ------
        ConfigurationError
            When host, proxy or name are none.
        """
        bare, notice = clean_host(self.host)
        plain = PlainConnection(
            name=name, host=bare, owner=owner, allow_other_host=self.allow_other_host, proxy=self.proxy,
            ca_file=absolute(self.ca_file) if self.ca_file else "",
        )  # fmt: skip
        return plain, notice


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The connection that somebody wants, as it was given: nothing is checked yet.

    Parameters
    ----------
    name, owner
        As for :func:`ac_notebook.connect`.
    is_sandbox
        Whether it leads to a sandbox on this machine.
    way
        How its host is reached.
    source
        Where its key is to be found.
    is_agreed
        Whether somebody agrees to the transfer of data to the host.
    """

    name: str = ""
    owner: str = ""
    is_sandbox: bool = False
    way: Way = Way()
    source: KeySource = KeySource()  # noqa: RUF009 - frozen
    is_agreed: bool = False

    @classmethod
    def of(cls, connection: PlainConnection) -> Wanted:
        """Return what would give a connection like this one, but for a key that was typed.

        Examples
        --------
        >>> plain = PlainConnection(name="A", host="acme.api-us1.com", key_place="environment MY_KEY")
        >>> Wanted.of(plain).source.key_variable
        'MY_KEY'
        """
        return cls(
            name=connection.name, owner=connection.owner, is_sandbox=connection.is_sandbox,
            way=Way() if connection.is_sandbox else Way.of(connection),
            source=source_at(connection.key_place), is_agreed=connection.is_agreed,
        )  # fmt: skip

    def plain(self) -> PlainConnection:
        """Return what can be known of the connection before anything is asked, started or read.

        Raises
        ------
        ConfigurationError
            When name, host or proxy are none.
        """
        if self.is_sandbox:
            return PlainConnection(name=self.name, host="127.0.0.1", owner=self.owner, is_sandbox=True)
        return self.way.plain(name=self.name, owner=self.owner)[0]

    def code(self) -> str:
        """Return the code that makes it and saves it; it asks for a key that was typed, and never holds one.

        Raises
        ------
        ConfigurationError
            When name, host or proxy are none.
        """
        plain = self.plain()
        return _sandbox_code(self, plain) if self.is_sandbox else _account_code(self, plain)


def connected(wanted: Wanted, *, transport: Transport | None = None) -> Connection:
    """Return a connection that was verified with the key of where it is to be found; nothing is stored.

    Parameters
    ----------
    wanted
        What is wanted.
    transport
        What carries the requests; the network when None.

    Raises
    ------
    ConfigurationError
        When name or host are none, when there is no key, or when it stands in a cell of this notebook.
    APIError
        When host or key do not work.
    """
    plain = wanted.plain()
    # The host comes first: nobody is asked for a key to one that is refused.
    secret, place = given_secret(plain.name, wanted.source)
    link = Link(secret=secret, transport=transport)
    connection = Connection.of(plain, link=link).replace(
        owner=plain.owner or user_name(), key_place=place, created=link.clock.now()
    )
    return (connection.agree() if wanted.is_agreed else connection).verify()


def connected_to_sandbox(wanted: Wanted, sandbox: Connection) -> Connection:
    """Return a sandbox's connection under the name that is wanted, agreed to by whoever wants it, and verified."""
    connection = sandbox.replace(name=wanted.name, owner=wanted.owner or user_name(), consent=None)
    return (connection.agree() if wanted.is_agreed else connection).verify()


def replaces(wanted: Wanted) -> bool:
    """Return whether the connection, once saved, takes the place of a saved one.

    Raises
    ------
    ConfigurationError
        When the name is none, is another connection's, or is one that a reader would take for it.
    """
    try:
        plain = wanted.plain()
    except ConfigurationError:
        # Of the name alone: no saved connection leads to this host.
        plain = PlainConnection(name=wanted.name, host="not.yet.known", allow_other_host=True)
    with opened() as database:
        require_free(database, plain)
        return plain.name in saved.saved_names(database)


def _account_code(wanted: Wanted, plain: PlainConnection) -> str:
    given = [repr(plain.name), f"host={plain.host!r}"]
    if wanted.is_agreed:
        given.append("agree_to_data_transfer=True")
    if wanted.owner and wanted.owner != user_name():
        given.append(f"owner={wanted.owner!r}")
    source, way = wanted.source, wanted.way
    named = ("key_file", source.key_file), ("key_variable", source.key_variable), ("keyring", source.keyring)
    given += [f"{word}={str(value)!r}" for word, value in named if value is not None]
    if way.allow_other_host:
        given.append("allow_other_host=True")
    given += [f"{word}={str(value)!r}" for word, value in (("proxy", way.proxy), ("ca_file", way.ca_file)) if value]
    lines = "".join(f"    {argument},\n" for argument in given)
    asks = "  # asks for the key, and shows nothing of it" if not source.place else ""
    return f"connection = ac.connect({asks}\n{lines})\nconnection = connection.save()"


def _sandbox_code(wanted: Wanted, plain: PlainConnection) -> str:
    owner = f", owner={wanted.owner!r}" if wanted.owner and wanted.owner != user_name() else ""
    agree = ".agree()" if wanted.is_agreed else ""
    made = f"connection = sandbox.connection.replace(name={plain.name!r}{owner}){agree}"
    return f"sandbox = ac.sandbox.start()\n{made}\nconnection = connection.save()"
