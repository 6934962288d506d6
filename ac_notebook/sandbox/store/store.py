"""Keeps accounts in a data file: what changed is written after each request, in one transaction."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from ac_notebook.sandbox.imports.queue import Batch
from ac_notebook.sandbox.imports.reading import Import
from ac_notebook.sandbox.ledger import Ledger
from ac_notebook.sandbox.service import MOST_ARRIVALS, Arrival

from .database import Database, DataFileError
from .noted import NotedDeque, NotedDict, NotedSet
from .pages import StoredPages
from .parts import AlikeError, account_of, fill, parts_of, quirks_of, remember

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ac_notebook.sandbox.quirks import Quirks
    from ac_notebook.sandbox.service import Service
    from ac_notebook.sandbox.state.account import Account

_ACCEPTED = 200


class Store:
    """The accounts of one server in a data file.

    Parameters
    ----------
    path
        The file; made when there is none.

    Raises
    ------
    DataFileError
        When the file cannot be used; it is left as it is.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._database = Database(path)
        try:
            (last,) = self._database.rows("SELECT coalesce(max(number), 0) FROM accounts")[0]
        except DataFileError:
            self._database.close()
            raise
        self._numbers = itertools.count(last + 1)

    @property
    def path(self) -> Path:
        """The file."""
        return self._database.path

    def close(self) -> None:
        """Close the file; what is in memory can still be looked at."""
        self._database.close()

    def accounts(self) -> list[tuple[int, str, str]]:
        """Return number, name and instance of each account in the file, in the order in which they were added."""
        return self._database.rows("SELECT number, name, instance FROM accounts ORDER BY number")

    def new(self) -> tuple[int, Ledger]:
        """Return number and ledger for an account that is to be made; it is in the file once `keep` was called."""
        number = next(self._numbers)
        return number, Ledger(StoredPages(self._database, number))

    def load(self, number: int, quirks: Quirks | None) -> tuple[Account, dict[str, int]]:
        """Return an account as it is in the file, and the ids of its users by key.

        Parameters
        ----------
        number
            The account's.
        quirks
            How it is to read the contract from now on; None for as before.

        Raises
        ------
        DataFileError
            When the file is damaged, or holds contacts that the quirks cannot tell apart.
        """
        rows = self._database.rows("SELECT name, content FROM parts WHERE account = ?", number)
        each = self._database.each
        try:
            parts = {name: orjson.loads(content) for name, content in rows}
            keys: dict[str, int] = parts["keys"]
            ledger = Ledger(StoredPages(self._database, number))
            account = account_of(parts, quirks or quirks_of(parts), ledger)
            fill(account, each("SELECT id, content FROM contacts WHERE account = ? ORDER BY id", number))
            remember(account, each("SELECT address, id, content FROM forgotten WHERE account = ?", number))
            account.removals = dict(each("SELECT link, count FROM removals WHERE account = ?", number))
            account.bounced = {address for (address,) in each("SELECT address FROM bounced WHERE account = ?", number)}
        except AlikeError:
            message = (
                f"The data file {self.path} holds contacts whose addresses differ only in their case:"
                " open it with the quirk address_case='matters', as it was written."
            )
            raise DataFileError(message) from None
        except DataFileError:
            raise
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise self._damaged(error) from None
        return account, keys

    def resume(self, number: int, service: Service) -> None:
        """Put back an account's imports and requests; what is still to be applied is due as it was, by the calendar."""
        try:
            for batch in self._batches(number, service):
                service.queue.put(batch)
            query = (
                "SELECT time, method, path, status, contacts, bytes FROM requests"
                " WHERE account = ? ORDER BY number DESC LIMIT ?"
            )
            for time, *rest in reversed(self._database.rows(query, number, MOST_ARRIVALS)):
                service.arrivals.append(Arrival(datetime.fromisoformat(time), *rest))
            _count_again(service)
        except (ValueError, TypeError, LookupError) as error:
            raise error if isinstance(error, DataFileError) else self._damaged(error) from None

    def _batches(self, number: int, service: Service) -> Iterator[Batch]:
        clock, at = service.clock(), service.now().timestamp()
        query = (
            "SELECT id, number, received_at, due_after, finished_after, count, fate, exclude_automations, callback,"
            " results, body FROM batches WHERE account = ? ORDER BY number"
        )
        for row in self._database.rows(query, number):
            id_, place, received_at, due_after, finished_after, count, fate, exclude, callback, results, body = row
            received = clock - max(at - received_at, 0.0)
            asked = None if callback is None else orjson.loads(callback)
            content = Import(body=body or b"", contacts=count, exclude_automations=bool(exclude), callback=asked)
            yield Batch(
                id=id_, number=place, received=received, received_at=received_at, due=received + due_after,
                count=count, content=None if body is None else content, fate=fate,
                finished=None if finished_after is None else received + finished_after, results=results,
            )  # fmt: skip

    def keep(self, number: int, instance: str, service: Service, keys: Callable[[], dict[str, int]]) -> None:
        """From now on, write what changes in an account; what it is now is written at once.

        Parameters
        ----------
        number, instance, service
            The account.
        keys
            Returns the ids of its users by key.
        """
        keeper = _Keeper(self._database, number, service, keys)
        keeper.write(instance)
        service.written = keeper.write
        service.noted = keeper.write_requests

    def _damaged(self, error: Exception) -> DataFileError:
        message = f"The data file {self.path} is damaged ({type(error).__name__} in it); it was left as it is."
        return DataFileError(message)


class _Keeper:
    """Writes what changed in one account since it last did."""

    def __init__(self, database: Database, number: int, service: Service, keys: Callable[[], dict[str, int]]) -> None:
        self._database = database
        self._number = number
        self._service = service
        self._keys = keys
        self._parts: dict[str, bytes] = {}  # as they are in the file
        self._contacts: dict[int, bytes | None] = {}  # what is still to be written, also after a failure
        account = service.account
        account.remembers_touched = True
        self._forgotten = account.forgotten = NotedDict(account.forgotten)
        self._removals = account.removals = NotedDict(account.removals)
        self._bounced = account.bounced = NotedSet(account.bounced)
        self._arrivals = service.arrivals = NotedDeque(service.arrivals, service.arrivals.maxlen)

    def write(self, instance: str = "") -> None:
        """Write all that changed, or nothing of it; the instance is that of an account which may be new."""
        with self._service.lock:
            account, queue = self._service.account, self._service.queue
            self._contacts |= account.changes()
            parts = parts_of(account, self._keys())
            changed = [(name, content) for name, content in parts.items() if self._parts.get(name) != content]
            pages = account.ledger.pages
            assert isinstance(pages, StoredPages)  # noqa: S101 - see Store.add and Store.load
            # The lock until all is let go of: a page that is looked up is either waiting or in the file.
            with self._database.lock:
                with self._database.transaction() as connection:
                    if instance:
                        row = (self._number, self._service.name, instance)
                        connection.execute("INSERT OR IGNORE INTO accounts VALUES (?, ?, ?)", row)
                    self._many(connection, "REPLACE INTO contacts VALUES (?, ?, ?)", list(self._contacts.items()))
                    self._write_changes(connection)
                    self._write_batches(connection)
                    pages.write(connection)
                    self._insert_requests(connection)
                    self._many(connection, "REPLACE INTO parts VALUES (?, ?, ?)", changed)
                pages.written()
            self._parts = parts
            self._contacts = {}
            queue.changed.clear()
            for noted in (self._forgotten, self._removals, self._bounced, self._arrivals):
                noted.changed.clear()

    def write_requests(self) -> None:
        """Write which requests came."""
        with self._service.lock:
            with self._database.transaction() as connection:
                self._insert_requests(connection)
            self._arrivals.changed.clear()

    def _many(self, connection: sqlite3.Connection, statement: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            connection.executemany(statement, [(self._number, *row) for row in rows])

    def _write_changes(self, connection: sqlite3.Connection) -> None:
        forgotten, removals = self._forgotten, self._removals
        gone = [(key,) for key in forgotten.changed if key not in forgotten]
        there = [(key, *forgotten[key]) for key in forgotten.changed if key in forgotten]
        self._many(connection, "DELETE FROM forgotten WHERE account = ? AND address = ?", gone)
        self._many(connection, "REPLACE INTO forgotten VALUES (?, ?, ?, ?)", there)
        counts = [(link, removals[link]) for link in removals.changed]
        self._many(connection, "REPLACE INTO removals VALUES (?, ?, ?)", counts)
        self._many(connection, "REPLACE INTO bounced VALUES (?, ?)", [(key,) for key in self._bounced.changed])

    def _write_batches(self, connection: sqlite3.Connection) -> None:
        rows = [_row(self._service.queue.batches[id_]) for id_ in self._service.queue.changed]
        self._many(connection, "REPLACE INTO batches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _insert_requests(self, connection: sqlite3.Connection) -> None:
        rows = [(arrival.time.isoformat(), *arrival[1:]) for arrival in self._arrivals.changed]
        columns = "account, time, method, path, status, contacts, bytes"
        self._many(connection, f"INSERT INTO requests ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)  # noqa: S608


def _count_again(service: Service) -> None:
    """Count the imports that were accepted lately: a restart makes no room in the minute (section 2.2)."""
    clock, at = service.clock(), service.now()
    for arrival in service.arrivals:
        age = (at - arrival.time).total_seconds()
        accepted = arrival.status == _ACCEPTED and arrival.path.endswith("/import/bulk_import") and arrival.contacts
        if accepted and 0 <= age < service.traffic.limits.imports_window:
            service.traffic.refuse_import(clock - age, arrival.contacts)


def _row(batch: Batch) -> tuple[Any, ...]:
    asked = batch.content
    return (
        batch.number,
        batch.id,
        batch.received_at,
        batch.due - batch.received,
        None if batch.finished is None else batch.finished - batch.received,
        batch.count,
        batch.fate,
        None if asked is None else int(asked.exclude_automations),
        None if asked is None or asked.callback is None else orjson.dumps(asked.callback),
        batch.results,
        None if asked is None else asked.body,
    )
