"""Saved connections: keeping one with its key, withdrawing its agreement, removing it."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from ac_notebook.errors import ConfigurationError, ConnectionNotFoundError, StateError
from ac_notebook.model.export import REHEARSALS
from ac_notebook.runs.keys import is_reference
from ac_notebook.runs.record import agreement_of, event_of
from ac_notebook.runs.tables import Table
from ac_notebook.storage import connections, exports, secrets
from ac_notebook.storage.database import FILE, open_database
from ac_notebook.storage.earlier_runs import earlier_runs
from ac_notebook.storage.history import add
from ac_notebook.storage.home import find_home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ac_notebook.errors import ActiveCampaignError
    from ac_notebook.model.connection import Connection as PlainConnection
    from ac_notebook.model.consent import Consent
    from ac_notebook.runs.connection import Connection
    from ac_notebook.storage.database import StateDatabase
    from ac_notebook.storage.earlier_runs import EarlierRun

_MOST_RUNS = 100_000

EXPORTS = ("export", "list", "list name", "runs", "last run", "last state", "saved")


@contextmanager
def opened() -> Iterator[StateDatabase]:
    """Open the state database for a while."""
    database = open_database(find_home())
    try:
        yield database
    finally:
        database.close()


def save(connection: Connection) -> Connection:
    """Save a connection, and keep its key where only this user can read it; see :meth:`Connection.save`."""
    home, now = find_home(), connection.link.clock.now()
    with opened() as database:
        require_free(database, connection)
        before = connections.load(database, connection.name) if _is_taken(database, connection.name) else None
        secret = connection.link.secret
        if secret is None and connection.link.key_name not in ("", connection.name):
            secret = connection.secret()
        place = connection.key_place
        if secret is not None and not is_reference(place):
            place = secrets.keep(home, connection.name, secret, keyring=not connection.is_sandbox)
        # A copy from before a withdrawal does not bring the agreement back.
        agreeing = connection
        if before is not None and _is_stale(connection.consent, before.consent):
            agreeing = connection.replace(consent=before.consent)
        kept = agreeing.replace(key_place=place, link=replace(connection.link, key_name=connection.name))
        events = [event_of(kept, "connected" if before is None else "saved", at=now, key=place)]
        if before is not None and before.account == kept.account and before.key_place == kept.key_place:
            events = []
        agreed = agreement_of(kept, at=now)
        if agreed is not None and (before is None or before.consent != kept.consent):
            events.append(agreed)
        connections.save(database, kept, events=events)
    kept.link.withdrawn.removed.discard(kept.name)
    return kept


def require_free(database: StateDatabase, connection: PlainConnection, *, but: str = "") -> None:
    """Raise when another connection has the name, or one that a reader would take for it.

    Parameters
    ----------
    database
        The open state database.
    connection
        The connection, with the name it is to have.
    but
        The name that it has so far.

    Raises
    ------
    ConfigurationError
        With the other one's host.
    """
    for name in connections.alike(database, connection.name):
        if name == but:
            continue
        other = connections.load(database, name)
        if name == connection.name and not but and other.account == connection.account:
            continue
        if other.is_sandbox and connection.is_sandbox:
            continue
        msg = f"Another connection is called {name!r} (to {other.host})."
        raise ConfigurationError(msg, hint='Choose another name: connection.edit(name="…").')


def withdraw(connection: Connection) -> Connection:
    """Withdraw the agreement; see :meth:`Connection.withdraw`."""
    connection.link.withdrawn.make()  # first: whatever the disk says, this kernel sends no more
    now = connection.link.clock.now()
    with opened() as database:
        saved = connections.saved_as(database, connection)
        if saved is not None and _stands(saved.consent):
            changed = replace(saved, consent=_withdrawn(saved.consent, now))
            connections.save(database, changed, events=[event_of(changed, "withdrew", at=now)])
        elif saved is None and _stands(connection.consent):
            add(database, event_of(connection, "withdrew", at=now))
    return connection.replace(consent=_withdrawn(connection.consent, now))


def remove(connection: Connection) -> pd.DataFrame:
    """Remove a connection and its key; see :meth:`Connection.remove`."""
    home = find_home()
    with opened() as database:
        table = exports_of(database, connection)
        if not _is_taken(database, connection.name):
            return table.iloc[:0]
        saved = connections.load(database, connection.name)
        if saved.account != connection.account:
            return table.iloc[:0]
        now = connection.link.clock.now()
        connections.remove(database, saved.name, event=event_of(saved, "removed", at=now, exports=len(table)))
    connection.link.withdrawn.removed.add(saved.name)
    secrets.forget(home, saved.name)
    return table


def exports_of(database: StateDatabase, connection: PlainConnection) -> pd.DataFrame:
    """Return the exports that ran on a connection's account, the latest first, and saved ones that go through it."""
    names = exports.names_by_identity(database)
    through = exports.on_connection(database, connection.name)
    by_export: dict[tuple[int, str], list[EarlierRun]] = {}
    for run in earlier_runs(database, connection.account, most=_MOST_RUNS):
        if run.identity == REHEARSALS:
            continue
        by_export.setdefault((run.list, run.identity), []).append(run)
    rows: list[tuple[object, ...]] = [
        (
            names.get(identity, identity), number, runs[0].facts.get("list_name", ""), len(runs), runs[0].started,
            runs[0].state, names.get(identity) in through,
        )
        for (number, identity), runs in by_export.items()
    ]  # fmt: skip
    ran = {row[0] for row in rows}
    rows += [(name, None, "", 0, None, "never run", True) for name in through if name not in ran]
    table = Table(rows, columns=list(EXPORTS), dtype=object)
    return table.assign(**{"last run": pd.to_datetime(table["last run"], utc=True)})


def as_agreed_now(connection: Connection, database: StateDatabase) -> Connection:
    """Return a connection with the agreement that this database has for it now: somebody may have withdrawn it."""
    if connection.link.withdrawn.is_made:
        return connection.replace(consent=_withdrawn(connection.consent, connection.link.clock.now()))
    known = connections.saved_as(database, connection)
    old, given = known.consent if known is not None else None, connection.consent
    if old is None or old.withdrawn is None:
        return connection
    # Only an agreement of its own, given after the withdrawal, counts; a clock that was set back errs on the safe side.
    is_newer = given is not None and given.at > max(old.at, old.withdrawn)
    return connection if is_newer else connection.replace(consent=old)


def note_verified(connection: Connection) -> None:
    """Write down, for a saved connection, that its key was accepted now; nothing is stored of another."""
    if not (find_home() / FILE).exists():
        return
    with opened() as database:
        saved = connections.saved_as(database, connection)
        if saved is not None:
            changed = replace(saved, verified=connection.verified, account_name=connection.account_name)
            connections.save(database, changed)


def note_failed(connection: Connection, event: str, error: ActiveCampaignError) -> None:
    """Write down, for a saved connection, that something did not work."""
    if not (find_home() / FILE).exists():
        return
    with suppress(StateError), opened() as database:  # what did not work says more
        saved = connections.saved_as(database, connection)
        if saved is not None:
            add(database, event_of(saved, event, at=connection.link.clock.now(), error=type(error).__name__))


def require_not_removed(connection: Connection, database: StateDatabase) -> None:
    """Raise when a connection that was saved is not any more: whoever removed it, nothing is sent through a copy.

    Raises
    ------
    ConnectionNotFoundError
        Says how to go on.
    """
    is_known = connection.link.key_name and not connections.is_saved(database, connection)
    if is_known or connection.name in connection.link.withdrawn.removed:
        raise removed(connection)


def removed(connection: PlainConnection) -> ConnectionNotFoundError:
    """Return the error that says that a connection is no more."""
    msg = f"The connection {connection.name!r} was removed."
    call = f'ac.connect({connection.name!r}, host="{connection.host}", agree_to_data_transfer=True)'
    return ConnectionNotFoundError(msg, hint=f"Connect again: {call}. Nothing was sent.")


def _is_taken(database: StateDatabase, name: str) -> bool:
    return name in connections.saved_names(database)


def _is_stale(given: Consent | None, known: Consent | None) -> bool:
    """Return whether an agreement is the one that was withdrawn, or from before that."""
    if given is None or known is None or known.withdrawn is None:
        return False
    return given.withdrawn is None and given.at <= known.at


def _stands(consent: Consent | None) -> bool:
    return consent is not None and consent.withdrawn is None


_Kept = TypeVar("_Kept", bound="Consent | None")


def _withdrawn(consent: _Kept, now: datetime) -> _Kept:
    return replace(consent, withdrawn=now) if consent is not None and consent.withdrawn is None else consent
