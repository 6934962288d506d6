"""What tests of connections begin with."""

from __future__ import annotations

import pytest

import ac_notebook as ac
from tests.runs.accounts import HOST, Accounts, typed


@pytest.fixture
def accounts() -> Accounts:
    """Two accounts."""
    return Accounts()


@pytest.fixture
def saved(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> ac.Connection:
    """A saved connection whose key was typed."""
    typed(monkeypatch)
    return ac.connect("Shop", host=HOST, agree_to_data_transfer=True, transport=accounts).save()
