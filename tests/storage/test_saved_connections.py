"""How an account is reached is saved with its connection; what is saved is no more believed than what is typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ac_notebook.errors import StateError
from ac_notebook.model.connection import Connection
from ac_notebook.storage import connections
from ac_notebook.storage.database import open_database, transaction
from ac_notebook.storage.home import find_home
from tests.hosts import GOOD, HOSTILE, OTHERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ac_notebook.storage.database import StateDatabase


@pytest.fixture
def database() -> Iterator[StateDatabase]:
    """A state database."""
    opened = open_database(find_home())
    yield opened
    opened.close()


def change(database: StateDatabase, **values: object) -> None:
    """Write values into the saved connection A by hand; None takes one away."""
    (text,) = database.execute("SELECT definition FROM connections WHERE name = 'A'").fetchone()
    plain = json.loads(text) | values
    text = json.dumps(
        {name: value for name, value in plain.items() if values.get(name, value) is not None or name not in values}
    )
    with transaction(database):
        database.execute("UPDATE connections SET definition = ? WHERE name = 'A'", (text,))


def test_the_way_to_a_host_is_saved(database: StateDatabase) -> None:
    """Another host that was allowed, proxy and authorities: as they were."""
    made = Connection(
        name="A", host="crm.example.org", allow_other_host=True, proxy="http://proxy:3128", ca_file="/etc/x.pem"
    )
    connections.save(database, made)
    assert connections.load(database, "A") == made


def test_what_the_first_version_saved_is_read(database: StateDatabase) -> None:
    """It asked for the word for another host, and did not save it; what it saved works on, and no more than that."""
    for host, is_allowed in ((GOOD, False), ("crm.example.org", True)):
        connections.save(database, Connection(name="A", host=host, allow_other_host=is_allowed))
        change(database, allow_other_host=None, proxy=None, ca_file=None)
        assert connections.load(database, "A") == Connection(name="A", host=host, allow_other_host=is_allowed)


def test_a_host_in_the_file_is_not_believed(database: StateDatabase) -> None:
    """A host that would be refused when typed is refused when it is read, as is a sandbox that is elsewhere."""
    connections.save(database, Connection(name="A", host=GOOD))
    for host in (*HOSTILE[::10], *OTHERS[::5]):
        change(database, host=host)
        with pytest.raises(StateError, match="saved connection 'A'"):
            connections.load(database, "A")
    change(database, host=GOOD, is_sandbox=True)
    with pytest.raises(StateError, match="saved connection 'A'"):
        connections.load(database, "A")
    change(database, is_sandbox=False, proxy="http://user:pw@proxy:3128")
    with pytest.raises(StateError, match="saved connection 'A'"):
        connections.load(database, "A")
