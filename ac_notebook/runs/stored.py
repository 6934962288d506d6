"""Saved connections: keeping one with its key, withdrawing its agreement, removing it."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TypeGuard, TypeVar

import pandas as pd

from ac_notebook.errors import ConfigurationError, ConnectionNotFoundError, StateError, quoted
from ac_notebook.model.export import REHEARSALS
from ac_notebook.model.harmless import name as harmless
from ac_notebook.runs.keys import entry_of, is_reference
from ac_notebook.runs.record import agreement_of, event_of
from ac_notebook.runs.tables import RecordTable
from ac_notebook.storage import connections, exports, secrets
from ac_notebook.storage.database import FILE, open_database, transaction
from ac_notebook.storage.earlier_runs import earlier_runs
from ac_notebook.storage.history import add, last_end
from ac_notebook.storage.home import find_home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ac_notebook.errors import ActiveCampaignError
    from ac_notebook.model.connection import Connection as PlainConnection
    from ac_notebook.model.consent import Consent
    from ac_notebook.model.secret import Secret
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
    home = find_home()
    with opened() as database:
        before = _found(database, connection)
        secret, place = _to_keep(connection, is_new=before is None), connection.key_place
        if secret is not None:
            place = secrets.keep(home, entry_of(connection), secret, keyring=not connection.is_sandbox)
        try:
            kept = _written(database, connection, place=place)
        except BaseException:
            if before is None:
                with suppress(StateError):  # what led here says more
                    secrets.forget(home, entry_of(connection))
            raise
    if before is not None and entry_of(before) != entry_of(kept):  # another sandbox in place of one
        secrets.forget(home, entry_of(before), place=before.key_place)
    kept.link.withdrawn.removed.discard(kept.name)
    return kept


def _found(database: StateDatabase, connection: Connection) -> PlainConnection | None:
    """Return what is saved under a connection's name; raise where that is another connection, or it has a new name."""
    require_free(database, connection)
    if _is_taken(database, connection.name):
        return connections.load(database, connection.name)
    other = connections.saved_as(database, connection)
    if other is not None and connection.link.key_name == entry_of(connection):
        msg = f"The connection {connection.name!r} was given another name meanwhile: {other.name!r}."
        raise ConfigurationError(msg, hint=f"Go on with ac.connect({other.name!r}). Nothing was saved.")
    return None


def _to_keep(connection: Connection, *, is_new: bool) -> Secret | None:
    """Return the key that is to be kept; None where it is kept already, or is only referred to."""
    if is_reference(connection.key_place):
        return None
    if connection.link.secret is not None:
        return connection.link.secret
    return connection.secret() if is_new or connection.link.key_name != entry_of(connection) else None


def _written(database: StateDatabase, connection: Connection, *, place: str) -> Connection:
    """Write a connection down, with what is new of it: in one transaction, for other kernels write there, too."""
    now = connection.link.clock.now()
    with transaction(database):
        before = _found(database, connection)
        kept = connection.replace(
            key_place=place, link=replace(connection.link, key_name=entry_of(connection)),
            # A copy from before a withdrawal does not bring the agreement back.
            consent=as_agreed_now(connection, database).consent,
        )  # fmt: skip
        if before is None and connections.is_saved(database, connection):
            kept = kept.replace(created=now)  # a second one beside it, which is removed and withdrawn by itself
        events = [event_of(kept, "connected" if before is None else "saved", at=now, key=place)]
        if before is not None and before.account == kept.account and before.key_place == kept.key_place:
            events = []
        agreed = agreement_of(kept, at=now)
        if agreed is not None and (before is None or before.consent != kept.consent):
            events.append(agreed)
        connections.save(database, kept, events=events)
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
    now = connection.link.clock.now()
    connection.link.withdrawn.make(now)  # first: whatever the disk says, this kernel sends no more
    with opened() as database, transaction(database):
        saved = connections.saved_as(database, connection)
        given = (saved.consent if saved is not None else None, connection.consent)
        ended = [consent.at for consent in given if _stands(consent)]
        if ended:
            add(database, event_of(saved or connection, "withdrew", at=now, agreed=max(ended).isoformat()))
        if saved is not None:
            connections.save(database, replace(saved, consent=_withdrawn(saved.consent, now)))
    return connection.replace(consent=_withdrawn(connection.consent, now))


def remove(connection: Connection) -> RecordTable:
    """Remove a connection and its key; see :meth:`Connection.remove`."""
    home, now = find_home(), connection.link.clock.now()
    with opened() as database, transaction(database):
        table = exports_of(database, connection)
        saved = connections.saved_as(database, connection)
        if saved is not None:
            connections.remove(database, saved.name, event=event_of(saved, "removed", at=now, exports=len(table)))
    gone = saved or connection
    if saved is not None:
        connection.link.withdrawn.removed |= {connection.name, saved.name}
    if saved is not None or connection.link.key_name:
        # Also once more: a keyring may have been locked the first time.
        secrets.forget(home, entry_of(gone), place=gone.key_place)
    if saved is None:
        return table.iloc[:0].saying(f"The connection {quoted(connection.name)} was not saved: nothing was removed.")
    yours = f"The key is yours to remove: {harmless(saved.key_place)}. " if is_reference(saved.key_place) else ""
    what = "was removed" if yours else "and its key were removed"
    ran = "These exports ran on its account, and the journal keeps them:" if len(table) else "No export ran on it."
    return table.saying(f"The connection {quoted(saved.name)} {what}. {yours}{ran}")


def exports_of(database: StateDatabase, connection: PlainConnection) -> RecordTable:
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
            names.get(identity) or _name_of(identity), number, runs[0].facts.get("list_name", ""), len(runs),
            runs[0].started, runs[0].state, names.get(identity) in through,
        )
        for (number, identity), runs in by_export.items()
    ]  # fmt: skip
    ran = {row[0] for row in rows}
    rows += [(name, None, "", 0, None, "never run", True) for name in through if name not in ran]
    table = RecordTable(rows, columns=list(EXPORTS), dtype=object)
    table = table.assign(**{"last run": pd.to_datetime(table["last run"], utc=True)})
    return table if rows else table.saying("No export ran on this account yet.")


def _name_of(identity: str) -> str:
    """Return what to call an export: its name, or that it has none, and the beginning of what it is known by."""
    kind, _, rest = identity.partition(":")
    return rest if kind == "name" else f"unnamed ({rest[:8]})"


def as_agreed_now(connection: Connection, database: StateDatabase) -> Connection:
    """Return a connection with the agreement that this database has for it now: somebody may have withdrawn it."""
    if connection.link.withdrawn.is_made:
        return connection.replace(consent=_withdrawn(connection.consent, connection.link.clock.now()))
    known = connections.saved_as(database, connection)
    old, given = known.consent if known is not None else None, connection.consent
    # Only an agreement of its own, given after the withdrawal, counts; a clock that was set back errs on the safe side.
    if old is not None and old.withdrawn is not None and (given is None or given.at <= max(old.at, old.withdrawn)):
        return connection.replace(consent=old)
    # Also where the connection was removed, moved or agreed to anew since: this copy may be from before all that.
    ended = last_end(database, connection, "withdrew") if given is not None else None
    if given is None or ended is None or given.at > ended:
        return connection
    return connection.replace(consent=_withdrawn(given, ended))


def note_verified(connection: Connection) -> None:
    """Write down, for a saved connection, that its key was accepted now; nothing is stored of another."""
    if not (find_home() / FILE).exists():
        return
    with opened() as database, transaction(database):
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
    if connection.name in connection.link.withdrawn.removed:
        raise removed(connection)
    if connections.is_saved(database, connection):
        return
    # A copy from before it was saved does not know that it was; who agreed anew after the removal may use it.
    ended = last_end(database, connection, "removed")
    if connection.link.key_name or (ended is not None and (_agreed_at(connection) or ended) <= ended):
        raise removed(connection)


def removed(connection: PlainConnection) -> ConnectionNotFoundError:
    """Return the error that says that a connection is no more."""
    msg = f"The connection {connection.name!r} was removed."
    call = f'ac.connect({connection.name!r}, host="{connection.host}", agree_to_data_transfer=True)'
    return ConnectionNotFoundError(msg, hint=f"Connect again: {call}. Nothing was sent.")


def _is_taken(database: StateDatabase, name: str) -> bool:
    return name in connections.saved_names(database)


def _agreed_at(connection: PlainConnection) -> datetime | None:
    return connection.consent.at if connection.consent is not None else None


def _stands(consent: Consent | None) -> TypeGuard[Consent]:
    return consent is not None and consent.withdrawn is None


_Kept = TypeVar("_Kept", bound="Consent | None")


def _withdrawn(consent: _Kept, now: datetime) -> _Kept:
    return replace(consent, withdrawn=now) if consent is not None and consent.withdrawn is None else consent
