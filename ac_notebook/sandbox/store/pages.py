"""The pages of a ledger in the data file, so that they are not all in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.sandbox.ledger import Page

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from .database import Database

_AT_ONCE = 16  # pages read together; one of a full import has some 20 kB


class StoredPages:
    """Pages of one account, in order; new ones wait in memory until they are written with the rest of their request."""

    def __init__(self, database: Database, account: int) -> None:
        self._database = database
        self._account = account
        self._kept = int(database.rows("SELECT count(*) FROM ledger WHERE account = ?", account)[0][0])
        self._waiting: list[Page] = []

    def append(self, page: Page) -> None:
        """Keep one more."""
        self._waiting.append(page)

    def __len__(self) -> int:
        return self._kept + len(self._waiting)

    def __iter__(self) -> Iterator[Page]:
        first = 0
        while pages := self._between(first, first + _AT_ONCE):
            yield from pages
            first += len(pages)

    def __reversed__(self) -> Iterator[Page]:
        end = len(self)
        while pages := self._between(max(end - _AT_ONCE, 0), end):
            yield from reversed(pages)
            end -= len(pages)

    def _between(self, first: int, end: int) -> list[Page]:
        with self._database.lock:  # so that none is on its way from memory to the file
            query = (
                "SELECT first, count, time, source, content FROM ledger"
                " WHERE account = ? AND number >= ? AND number < ? ORDER BY number"
            )
            pages = [Page(*row) for row in self._database.rows(query, self._account, first, min(end, self._kept))]
            return pages + self._waiting[max(first - self._kept, 0) : max(end - self._kept, 0)]

    def write(self, connection: sqlite3.Connection) -> None:
        """Write the waiting ones, within a transaction."""
        connection.executemany(
            "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (self._account, number, page.first, page.count, page.time, page.source, page.content)
                for number, page in enumerate(self._waiting, start=self._kept)
            ],
        )

    def written(self) -> None:
        """Let go of those that are in the file for good."""
        self._kept += len(self._waiting)
        self._waiting.clear()
