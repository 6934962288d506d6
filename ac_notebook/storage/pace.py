"""The shared use of an account's limits: every request of every kernel of this user on this machine, for a minute.

Kept in a file beside the journal, so that a second notebook, or the next cell, knows what the first one has just sent.
What it holds need not survive a power cut, so commits do not wait for the disk; the file itself must, or it would be in
the way of the next export.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ac_notebook.errors import StateError
from ac_notebook.storage.database import choose_journal, make_own
from ac_notebook.storage.filesystems import file_system_of, is_shared
from ac_notebook.storage.processes import is_alive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FILE = "pace.sqlite3"

_VERSION = 2

_SCHEMA = """
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    started REAL NOT NULL,
    finished REAL,
    due REAL NOT NULL,
    process INTEGER NOT NULL -- below zero: of this one, and given up
) STRICT;
CREATE INDEX IF NOT EXISTS requests_by_account ON requests (account, started);
CREATE TABLE IF NOT EXISTS yielding (
    account TEXT PRIMARY KEY,
    level REAL NOT NULL,
    since REAL NOT NULL,
    times INTEGER NOT NULL
) STRICT;
"""

_SKEW = 5.0
"""Seconds by which the clocks of two processes may differ; more is another start of the machine."""

_KEPT = 3_600.0
"""Seconds that what was asked of another account is kept: all of it stops to matter within half an hour."""

Row = tuple[str, float, float | None, float, bool, bool]
"""Kind of request; the monotonic clock's seconds when it started, when its answer came (None: not yet), and when the
next import is due; whether this process made it; and whether it is answered or waited for, and not given up."""

State = tuple[float, float, int]
"""How much of the limits is left to others: kept here for all kernels, understood by the one who paces."""


class PaceFile:
    """The requests that were made to one account lately.

    Parameters
    ----------
    home
        The package's folder.
    account
        Identity of the account whose limits are shared.
    horizon
        Seconds after its answer in which a request still matters.
    longest_call
        Seconds after which a request without an answer is taken as over.
    """

    def __init__(self, home: Path, account: str, *, horizon: float, longest_call: float = 120.0) -> None:
        self._path = home / FILE
        self._account = account
        self._horizon = horizon
        self._longest_call = longest_call
        self._process = os.getpid()
        self._is_tidy = False
        with self._explained():
            make_own(self._path)
            self._database = sqlite3.connect(self._path, timeout=10, isolation_level=None, check_same_thread=False)
            try:
                self._set_up(shared=is_shared(file_system_of(home)))
            except BaseException:
                # An interrupt's traceback would keep the handle, and with it a lock, for as long as the kernel lives.
                self._database.close()
                raise

    def _set_up(self, *, shared: bool) -> None:
        # With the log, a power cut costs the last commits, and without any waiting the whole file
        # (https://www.sqlite.org/pragma.html#pragma_synchronous). Without the log each commit would wait for a network.
        has_log = choose_journal(self._database, shared=shared)
        self._database.execute(f"PRAGMA synchronous = {'NORMAL' if has_log else 'OFF'}")
        self._database.execute("BEGIN IMMEDIATE")
        if self._database.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
            # Made by another version of this package: a minute's pace is soon learned anew.
            self._database.execute("DROP TABLE IF EXISTS requests")
            self._database.execute(f"PRAGMA user_version = {_VERSION}")
        self._database.execute("COMMIT")
        self._database.executescript(_SCHEMA)

    def book(
        self, kind: str, clock: Callable[[], float],
        rule: Callable[[list[Row], State | None, float], tuple[float, float]],
    ) -> tuple[int | None, float]:  # fmt: skip
        """Book a request that starts now, if the requests of the last minute allow it.

        Parameters
        ----------
        kind
            The kind of request.
        clock
            The monotonic clock, in seconds. Asked only once the file is ours: another kernel may have been writing.
        rule
            From the requests made lately, what is left to others, and the time now, to the moment when this one may
            start, and when the next would be due.

        Returns
        -------
        tuple of int or None and float
            The booking (None when it may not start yet), and when it may start.
        """
        with self._transaction():
            now = clock()
            # Times well after now are from before the machine was started anew: the monotonic clock began again.
            self._database.execute(
                "DELETE FROM requests WHERE account = ?"
                " AND ((coalesce(finished, started + ?) < ? AND due < ?) OR started > ?)",
                (self._account, self._longest_call, now - self._horizon, now, now + _SKEW),
            )
            if not self._is_tidy:
                self._forget_other_accounts(now)
                self._is_tidy = True
            self._free_the_dead(now)
            rows = self._database.execute(
                "SELECT kind, started, finished, due, abs(process) = ?, process > 0 FROM requests WHERE account = ?"
                " ORDER BY started",
                (self._process, self._account),
            ).fetchall()
            moment, due = rule(rows, self._state(), now)
            if moment > now:
                return None, moment
            booking = self._database.execute(
                "INSERT INTO requests (account, kind, started, due, process) VALUES (?, ?, ?, ?, ?)",
                (self._account, kind, now, due, self._process),
            ).lastrowid
        return booking, moment

    def _forget_other_accounts(self, now: float) -> None:
        """Forget accounts that nobody asks any more (each sandbox is one), or the file would grow with each of them."""
        for table, moment in (("requests", "started"), ("yielding", "since")):
            self._database.execute(
                f"DELETE FROM {table} WHERE account != ? AND {moment} NOT BETWEEN ? AND ?",  # noqa: S608 - names of ours
                (self._account, now - _KEPT, now + _SKEW),
            )

    def _free_the_dead(self, now: float) -> None:
        """Let the places of processes that are gone run out: no answer will come for them."""
        waiting = self._database.execute(
            "SELECT DISTINCT process FROM requests WHERE account = ? AND finished IS NULL AND process != ?",
            (self._account, self._process),
        ).fetchall()
        for (process,) in waiting:
            if not is_alive(process):
                self._database.execute(
                    "UPDATE requests SET finished = ?, process = -process WHERE process = ? AND finished IS NULL",
                    (now, process),
                )

    def finish(self, booking: int, now: float, *, answered: bool = True) -> None:
        """Write down when the answer came, or was given up: from then on the request's place in the window runs out."""
        with self._explained():
            self._database.execute(
                "UPDATE requests SET finished = ?, process = process * ? WHERE id = ?",
                (now, 1 if answered else -1, booking),
            )

    def give_way(self, booking: int, rule: Callable[[float, State | None], State]) -> None:
        """Change how much of the limits is left to others, for all kernels.

        Parameters
        ----------
        booking
            The request that is the reason.
        rule
            From when that was started, and what was so far, to what is from now on.
        """
        with self._transaction():
            found = self._database.execute("SELECT started FROM requests WHERE id = ?", (booking,)).fetchone()
            if found is not None:
                self._database.execute(
                    "INSERT OR REPLACE INTO yielding VALUES (?, ?, ?, ?)",
                    (self._account, *rule(found[0], self._state())),
                )

    def _state(self) -> State | None:
        found: State | None = self._database.execute(
            "SELECT level, since, times FROM yielding WHERE account = ?", (self._account,)
        ).fetchone()
        return found

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._explained():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            msg = f"The file {self._path} cannot be used ({error})."
            hint = (
                "It holds the pace of the last minute only. Check the folder and the disk, or delete it, and run again."
            )
            raise StateError(msg, hint=hint) from None
