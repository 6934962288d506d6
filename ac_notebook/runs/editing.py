"""Changing a connection: another name, host or owner, another key. What its exports remember stays with the account."""

from __future__ import annotations

import warnings
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from ac_notebook.errors import APIError, AuthenticationError, ConfigurationError, ConnectionNotFoundError, StateError
from ac_notebook.model.connection import Connection as PlainConnection
from ac_notebook.model.display_name import clean_name
from ac_notebook.model.harmless import name as harmless
from ac_notebook.model.hosts import KNOWN_SUFFIXES, clean_host, require_host
from ac_notebook.remote.identity import read_identity
from ac_notebook.runs.key_source import ENVIRONMENT, KeySource
from ac_notebook.runs.keys import (
    can_ask,
    entry_of,
    found_at,
    given_secret,
    is_reference,
    variable_of,
)
from ac_notebook.runs.record import agreement_of, event_of
from ac_notebook.runs.stored import as_agreed_now, note_failed, opened, removed, require_free, require_not_removed
from ac_notebook.storage import connections, secrets
from ac_notebook.storage.database import transaction
from ac_notebook.storage.home import find_home

if TYPE_CHECKING:
    from pathlib import Path

    from ac_notebook.model.secret import Secret
    from ac_notebook.remote.identity import Identity
    from ac_notebook.runs.connection import Connection


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is to be changed; None for what stays.

    Parameters
    ----------
    name, host, owner
        As in :class:`Connection`.
    agree
        Whether somebody agrees to the transfer of data to the new host.
    allow_other_host
        Whether the host may end otherwise than ActiveCampaign's usually do.
    proxy, ca_file
        As in :class:`Connection`; "" for none.
    source
        Where the key for another host is to be found.
    """

    name: str | None = None
    host: str | None = None
    owner: str | None = None
    agree: bool = False
    allow_other_host: bool = False
    proxy: str | None = None
    ca_file: str | Path | None = None
    source: KeySource = KeySource()  # noqa: RUF009 - frozen


def edit(connection: Connection, change: Change) -> Connection:
    """Return a connection with something changed, stored at once if it is saved; see :meth:`Connection.edit`."""
    given = (change.name, change.host, change.owner, change.proxy, change.ca_file)
    if not change.allow_other_host and all(what is None for what in given):
        msg = "There is nothing to change."
        raise ConfigurationError(msg, hint='Write connection.edit(name="…"), host=, owner=, proxy= or ca_file=.')
    before, is_saved = _current(connection)
    changed = before
    if change.name is not None:
        changed = changed.replace(name=clean_name(change.name))
        with opened() as database:  # before anything is asked
            require_free(database, changed, but=before.name)
    if change.owner is not None:
        if not change.owner.strip():
            raise ConfigurationError("An owner has a name.", hint='Write owner="Ann". Nothing was changed.')
        changed = changed.replace(owner=change.owner.strip())
    reached = {"proxy": change.proxy, "ca_file": change.ca_file if change.ca_file is None else str(change.ca_file)}
    changed = changed.replace(**{what: value for what, value in reached.items() if value is not None})
    if change.host is not None:
        changed = _moved(changed, change)
    elif change.allow_other_host:
        changed = _allowed(changed)
    if change.agree:
        changed = changed.agree()
    if not is_saved:
        return changed
    said = {
        what: [getattr(before, what), getattr(changed, what)]
        for what in ("name", "host", "account", "owner", "proxy", "ca_file", "allow_other_host")
        if getattr(before, what) != getattr(changed, what)
    }
    return _kept(before, changed, event="edited", details=said)


def rotate(connection: Connection, source: KeySource) -> Connection:
    """Return a connection with another key, stored at once if it is saved; see :meth:`Connection.rotate_key`."""
    before, is_saved = _current(connection)
    secret, place = _new_key(before, source)
    old = _old_key(before)
    if old is not None and place == "memory" and secret == old:
        msg = "This is the key that the connection has already."
        raise ConfigurationError(
            msg, hint="Make a new one in ActiveCampaign, Settings, Developer. Nothing was changed."
        )
    changed = before.replace(link=replace(before.link, secret=secret), key_place=place)
    try:
        identity = _identity(changed)
        _require_same_account(before, old, identity)
    except (APIError, ConfigurationError) as error:
        error.hint = f"{error.hint} The old key stays."
        note_failed(before, "rotation failed", error)
        raise
    changed = changed.replace(verified=changed.link.clock.now(), account_name=identity.name or before.account_name)
    return _kept(before, changed, event="rotated", details={}) if is_saved else changed


def _current(connection: Connection) -> tuple[Connection, bool]:
    """Return a connection as it is saved now, reached as this copy is, and whether it is saved."""
    with opened() as database:
        require_not_removed(connection, database)
        saved = connections.saved_as(database, connection)
        if saved is None:
            return connection, False
        current = type(connection).of(saved, link=replace(connection.link, key_name=entry_of(saved)))
        given = as_agreed_now(connection, database).consent
    if given is not None and (current.consent is None or given.at > current.consent.at):
        current = current.replace(consent=given)  # agreed to through this copy, and not saved yet
    return current, True


def _kept(before: Connection, changed: Connection, *, event: str, details: dict[str, list[str]]) -> Connection:
    """Store a changed connection in place of what it was, with its key; all as before where that fails."""
    home = find_home()
    old = _old_key(before)
    secret = changed.link.secret
    is_new_key = secret is not None and (old is None or secret != old)
    is_elsewhere = entry_of(changed) != entry_of(before)
    if secret is None and is_elsewhere:
        secret = old
    place = changed.key_place
    try:
        if not is_reference(place) and secret is not None and (is_new_key or is_elsewhere or place == "memory"):
            place = secrets.keep(home, entry_of(changed), secret, keyring=not changed.is_sandbox)
        kept = changed.replace(key_place=place, link=replace(changed.link, key_name=entry_of(changed)))
        said = {**details, "key": [before.key_place, place]} if event == "rotated" else details
        kept = _written(before, kept, event=event, details=said)
    except BaseException as error:
        _restore(before, changed, old, is_gone=isinstance(error, ConnectionNotFoundError))
        raise
    if not is_reference(before.key_place) and (is_elsewhere or is_reference(place)):
        secrets.forget(home, entry_of(before), place=before.key_place)
    return kept


def _written(before: Connection, changed: Connection, *, event: str, details: dict[str, list[str]]) -> Connection:
    """Write down what this change is about; all else stays as another kernel may have made it meanwhile."""
    now = changed.link.clock.now()
    with opened() as database, transaction(database):
        saved = connections.saved_as(database, before)
        if saved is None:
            raise removed(before)
        if saved.name != before.name:
            msg = f"The connection {before.name!r} was given another name meanwhile: {saved.name!r}."
            raise ConnectionNotFoundError(msg, hint=f"Go on with ac.connect({saved.name!r}). Nothing was changed.")
        require_free(database, changed, but=before.name)
        names = [entry.name for entry in fields(PlainConnection) if entry.name != "consent"]
        others = {name: getattr(saved, name) for name in names if getattr(changed, name) == getattr(before, name)}
        consent = as_agreed_now(changed, database).consent
        if changed.consent == before.consent and saved.consent is not None:
            consent = max(filter(None, (saved.consent, consent)), key=lambda given: given.at)
        kept = replace(changed, **others, consent=consent)
        events = [event_of(kept, event, at=now, **details)]
        agreed = agreement_of(kept, at=now)
        if agreed is not None and kept.consent != saved.consent:
            events.append(agreed)
        connections.save(database, kept, instead_of=before.name, events=events)
    return kept


def _restore(before: Connection, changed: Connection, old: Secret | None, *, is_gone: bool) -> None:
    """Put the key back that was kept before, as far as that can be done; the error that led here says more."""
    home = find_home()
    with suppress(StateError):
        if is_gone or entry_of(changed) != entry_of(before) or is_reference(before.key_place):
            secrets.forget(home, entry_of(changed))
    with suppress(StateError):
        if old is not None and not is_gone and not is_reference(before.key_place):
            secrets.keep(home, entry_of(before), old, keyring=not before.is_sandbox)


def _moved(connection: Connection, change: Change) -> Connection:
    """Return a connection at another host: of the same account, or of another one that nobody has agreed to yet."""
    bare, notice = clean_host(change.host or "")
    if notice:
        warnings.warn(notice, stacklevel=4)
    _require_account(connection)
    if bare == connection.host:
        return _allowed(connection) if change.allow_other_host else connection
    require_host(bare, is_allowed=change.allow_other_host)
    is_usual = bare.endswith(KNOWN_SUFFIXES)
    old = _old_key(connection)
    if not change.source.place and is_usual and old is not None:
        # A key that opens both hosts is of one account, for no two accounts have one key. Elsewhere it is never tried.
        trial = connection.replace(
            host=bare, account=connection.account, learned=connection.learned, limits=connection.limits,
            allow_other_host=change.allow_other_host, link=replace(connection.link, secret=old),
        )  # fmt: skip
        try:
            identity = _identity(trial)
        except AuthenticationError:
            if not (change.source.may_ask and can_ask()):
                msg = f"{bare} does not take the key of {connection.name!r}, so it is another account."
                hint = (
                    "Give that account's key: edit(…, key_file=…), or keyring=, or key_variable=. Nothing was changed."
                )
                raise ConfigurationError(msg, hint=hint) from None
        else:
            return trial.replace(
                link=replace(trial.link, secret=connection.link.secret), verified=trial.link.clock.now(),
                account_name=identity.name or connection.account_name,
            )  # fmt: skip
    return _with_new_key(connection, bare, change, old)


def _allowed(connection: Connection) -> Connection:
    """Return a connection whose host may be at an address inside: it stays where it was agreed to."""
    _require_account(connection)
    return connection.replace(allow_other_host=True)


def _require_account(connection: Connection) -> None:
    if connection.is_sandbox:
        raise ConfigurationError("A sandbox is where it is.", hint="Connect to another host: ac.connect(…, host=…).")


def _with_new_key(connection: Connection, host: str, change: Change, old: Secret | None) -> Connection:
    secret, place = given_secret(connection.name, change.source, usual=(variable_of(connection.name),))
    moved = connection.replace(
        host=host, allow_other_host=change.allow_other_host, link=replace(connection.link, secret=secret),
        key_place=place,
    )  # fmt: skip
    identity = _identity(moved)
    before = _identity_with(connection, old)
    account = connection.account if before is not None and before.is_the_same(identity) else host
    return moved.replace(account=account, account_name=identity.name, verified=moved.link.clock.now())


def _new_key(connection: Connection, source: KeySource) -> tuple[Secret, str]:
    """Return the key that is to be used from now on, and where it is kept."""
    place = connection.key_place
    if source.place or not is_reference(place):
        return given_secret(connection.name, source, usual=(variable_of(connection.name),))
    if place.startswith(ENVIRONMENT):
        return given_secret(connection.name, KeySource(key_variable=place.removeprefix(ENVIRONMENT)))
    secret = found_at(place)
    if secret is None:
        raise ConfigurationError(
            f"There is no API key in the {harmless(place)}.", hint="Put it there, or name another place."
        )
    return secret, place


def _old_key(connection: Connection) -> Secret | None:
    try:
        return connection.secret()
    except (StateError, ConfigurationError):
        return None  # gone, open to others, or typed into a cell: all reasons for another one


def _require_same_account(before: Connection, old: Secret | None, identity: Identity) -> None:
    """Raise when a key is not known to belong to the account that the connection is to.

    The host is the account: a key of another one is not accepted there. But a sandbox serves several at one address.
    """
    known = _identity_with(before, old)
    is_another = known.is_another(identity) if known is not None else _has_other_name(before, identity)
    if is_another:
        msg = f"The new key belongs to another account than the one of {before.name!r}."
        raise ConfigurationError(msg, hint="Connect to that account under a name of its own.")


def _has_other_name(connection: PlainConnection, identity: Identity) -> bool:
    return bool(connection.account_name and identity.name) and connection.account_name != identity.name


def _identity(connection: Connection) -> Identity:
    with connection.client() as client:
        return read_identity(client)


def _identity_with(connection: Connection, secret: Secret | None) -> Identity | None:
    """Return what the account tells the holder of the old key, None when that is not accepted any more."""
    if secret is None:
        return None
    try:
        return _identity(connection.replace(link=replace(connection.link, secret=secret)))
    except APIError:
        return None
