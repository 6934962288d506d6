"""A saved connection, and a saved export."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import ac_notebook as ac
from tests.runs.saved.weekly import MAPPING

if TYPE_CHECKING:
    from ac_notebook import Connection


@pytest.fixture
def saved(connection: Connection) -> Connection:
    """The sandbox's connection, saved as Marketing."""
    return connection.replace(name="Marketing").save()


@pytest.fixture
def weekly(saved: Connection, capsys: pytest.CaptureFixture[str]) -> ac.Export:
    """A saved export."""
    made = ac.Export("Weekly", connection=saved, list="Newsletter", mapping=MAPPING, segment="points > 1").save()
    capsys.readouterr()
    return made
