"""Whom an export keeps on its list is read as it was written, per export and list, or said to be damaged."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ac_notebook.errors import StateError
from ac_notebook.storage.members import Members
from tests.storage.journals import NOW, SCOPE, begin, opened

if TYPE_CHECKING:
    from pathlib import Path


def members(*addresses: int, keys: tuple[int, ...] = (), former: tuple[int, ...] = ()) -> Members:
    """Return members by a few numbers that stand for people."""
    known = np.array(keys or (0,) * len(addresses), np.uint64)
    return Members(addresses=np.array(addresses, np.uint64), keys=known, former=np.array(former, np.uint64))


def test_they_are_kept_and_replaced(home: Path) -> None:
    """What was written last is read, in another connection, too; before that there is nothing."""
    some, others = members(3, 7, 2**63 + 5, keys=(0, 9, 2**64 - 1), former=(1,)), members()
    with opened(home) as (_, journal):
        assert journal.members(SCOPE) is None
        journal.keep_members(SCOPE, some, now=NOW)
    with opened(home) as (_, journal):
        assert some.is_same(journal.members(SCOPE))
        assert not some.is_same(others)
        assert not others.is_same(None)
        journal.keep_members(SCOPE, others, now=NOW)
        assert others.is_same(journal.members(SCOPE))


def test_exports_and_lists_are_kept_apart(home: Path) -> None:
    """Another list, another export and another account have members of their own; others on the list are named."""
    elsewhere = [
        dataclasses.replace(SCOPE, list=4), dataclasses.replace(SCOPE, identity="name:other"),
        dataclasses.replace(SCOPE, account="else"),
    ]  # fmt: skip
    with opened(home) as (_, journal):
        for number, scope in enumerate([SCOPE, *elsewhere]):
            begin(journal, f"run {number}", scope=scope)
            journal.keep_members(scope, members(number), now=NOW)
        for number, scope in enumerate([SCOPE, *elsewhere]):
            assert members(number).is_same(journal.members(scope))
        assert journal.others_on(SCOPE) == [elsewhere[1]]


@pytest.mark.parametrize("column", ["addresses", "keys", "former", "updated", "identity", "digest", "seal"])
def test_damage_is_said(home: Path, column: str) -> None:
    """Whatever was changed by accident, nobody is taken off a list for it: the memory is called damaged."""
    with opened(home) as (database, journal):
        journal.keep_members(SCOPE, members(3, 7, keys=(1, 2), former=(5,)), now=NOW)
        kind = "TEXT" if column in ("updated", "identity") else "BLOB"
        database.execute(f"UPDATE members SET {column} = CAST(substr({column}, 1, length({column}) - 1) AS {kind})")  # noqa: S608 - a column of ours
        with pytest.raises(StateError, match="damaged"):
            journal.members(SCOPE)
