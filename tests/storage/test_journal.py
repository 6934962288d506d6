"""The journal remembers what is on the other side, and nothing about people."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ac_notebook.errors import StateError
from ac_notebook.model.outcome import Outcome
from ac_notebook.storage.database import FILE, open_database
from ac_notebook.storage.journal import Journal, Scope
from ac_notebook.storage.schema import MIGRATIONS
from tests.storage.journals import NOW, SCOPE, batch_of, begin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def journal(home: Path) -> Iterator[Journal]:
    """Open a journal in which one run has begun."""
    home.mkdir(mode=0o700)
    database = open_database(home)
    made = Journal(database)
    begin(made, "one")
    yield made
    database.close()


def _find(journal: Journal, address: int, content: int) -> int:
    baseline = journal.baseline(SCOPE)
    return int(baseline.find(np.array([address], np.uint64), np.array([content], np.uint64))[0])


def test_rows_count_only_once_their_batch_is_settled(journal: Journal) -> None:
    """Sending and acceptance change nothing; settling makes the imported and the refused known."""
    journal.sending("one", batch_of(0, [(1, 10), (2, 20)]), now=NOW)
    assert _find(journal, 1, 10) == -1
    journal.accepted("one", 0, "id-0")
    assert _find(journal, 1, 10) == -1
    journal.settled("one", 0, bytes([Outcome.IMPORTED, Outcome.REFUSED]))
    assert _find(journal, 1, 10) == Outcome.IMPORTED
    assert _find(journal, 2, 20) == Outcome.REFUSED
    assert _find(journal, 1, 11) == -1
    assert _find(journal, 3, 10) == -1


def test_what_may_have_been_overwritten_is_not_unchanged(journal: Journal) -> None:
    """While a later batch for an address has no end, what was imported before it does not count either."""
    journal.sending("one", batch_of(0, [(1, 10)]), now=NOW)
    journal.settled("one", 0, bytes([Outcome.IMPORTED]))
    journal.sending("one", batch_of(1, [(1, 11)]), now=NOW + timedelta(seconds=1))
    journal.mark("one", 1, "unknown")
    assert _find(journal, 1, 10) == -1
    journal.fold(SCOPE, now=NOW)
    assert _find(journal, 1, 10) == -1
    journal.close(journal.open_batches(SCOPE))
    journal.fold(SCOPE, now=NOW)
    assert _find(journal, 1, 10) == -1
    assert _find(journal, 1, 11) == -1


def test_a_refused_request_leaves_what_was_there(journal: Journal) -> None:
    """A batch of which nothing arrived changes nothing."""
    journal.sending("one", batch_of(0, [(1, 10)]), now=NOW)
    journal.settled("one", 0, bytes([Outcome.IMPORTED]))
    journal.sending("one", batch_of(1, [(1, 11)]), now=NOW)
    journal.mark("one", 1, "void")
    assert _find(journal, 1, 10) == Outcome.IMPORTED


def test_scopes_do_not_mix(journal: Journal) -> None:
    """What went to one list, account or export says nothing about another."""
    journal.sending("one", batch_of(0, [(1, 10)]), now=NOW)
    journal.settled("one", 0, bytes([Outcome.IMPORTED]))
    for other in (
        Scope(account="b", list=3, identity=SCOPE.identity), Scope(account="acme", list=4, identity=SCOPE.identity),
        Scope(account="acme", list=3, identity="name:autumn"),
    ):  # fmt: skip
        assert len(journal.baseline(other)) == 0


def test_an_unfinished_batch_survives_the_process(home: Path) -> None:
    """A batch that was being sent when the process ended is found by the next one."""
    home.mkdir(mode=0o700)
    database = open_database(home)
    journal = Journal(database)
    begin(journal, "one", automations=True)
    journal.sending("one", batch_of(0, [(1, 10), (2, 20)]), now=NOW)
    database.close()
    database = open_database(home)
    left = Journal(database).open_batches(SCOPE)
    database.close()
    assert [(item.state, item.contacts, item.automations) for item in left] == [("sending", 2, True)]


def test_a_damaged_database_is_left_as_it_is(home: Path) -> None:
    """A damaged file is said so, and not a byte of it is changed."""
    home.mkdir(mode=0o700)
    path = home / FILE
    path.write_bytes(b"this is no database" * 100)
    path.chmod(0o600)
    before = path.read_bytes()
    with pytest.raises(StateError, match="damaged"):
        open_database(home)
    assert path.read_bytes() == before


def test_a_database_from_a_newer_version_is_refused(home: Path) -> None:
    """A newer schema is said so, and nothing is changed."""
    home.mkdir(mode=0o700)
    database = open_database(home)
    database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    database.close()
    with pytest.raises(StateError, match="newer version"):
        open_database(home)


def test_a_database_that_others_can_read_is_refused(home: Path) -> None:
    """Loose permissions are refused with the command that mends them."""
    home.mkdir(mode=0o700)
    open_database(home).close()
    (home / FILE).chmod(0o644)
    with pytest.raises(StateError, match="chmod 600"):
        open_database(home)
