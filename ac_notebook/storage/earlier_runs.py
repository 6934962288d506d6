"""Runs that were written down, as they are remembered."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from ac_notebook.storage.explain import explained
from ac_notebook.storage.seals import damaged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ac_notebook.storage.database import StateDatabase
    from ac_notebook.storage.journal import Scope


@dataclass(frozen=True, kw_only=True)
class EarlierRun:
    """What is remembered of a run: where it went, how it ended, and what guard rails compare others with.

    Parameters
    ----------
    id
        The run's id.
    list, identity
        Its scope, beside the account.
    state
        How it ended; ``Processing`` for one that was killed.
    automations
        Whether automations were let start.
    started
        When it began.
    facts, counts
        As given to :meth:`Journal.begin` and :meth:`Journal.end`; empty where there were none.
    """

    id: str
    list: int
    identity: str
    state: str
    automations: bool
    started: datetime
    facts: Mapping[str, int | str | bool | None] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)


def earlier_runs(
    database: StateDatabase, account: str, *, scope: Scope | None = None, most: int
) -> tuple[EarlierRun, ...]:
    """Return what is remembered of runs on an account, the latest first.

    Parameters
    ----------
    database
        The open state database.
    account
        The account.
    scope
        Only runs of this scope.
    most
        How many at the most.

    Raises
    ------
    StateError
        When what is remembered of any of them cannot be read.
    """
    # In the order in which they began; the wall clock may have been set back meanwhile.
    named = (None, None) if scope is None else (scope.list, scope.identity)
    with explained(database.path):
        rows = database.execute(
            "SELECT id, list, identity, state, automations, started, facts, counts FROM runs WHERE account = ? "
            "AND list = coalesce(?, list) AND identity = coalesce(?, identity) ORDER BY rowid DESC LIMIT ?",
            (account, *named, most),
        ).fetchall()
    return tuple(_run(*row) for row in rows)


def all_earlier_runs(database: StateDatabase, *, most: int) -> tuple[EarlierRun, ...]:
    """Return what is remembered of runs on any account, the latest first; so many at the most."""
    with explained(database.path):
        rows = database.execute(
            "SELECT id, list, identity, state, automations, started, facts, counts FROM runs ORDER BY rowid DESC "
            "LIMIT ?",
            (most,),
        ).fetchall()
    return tuple(_run(*row) for row in rows)


def _run(
    run: str, number: int, identity: str, state: str, automations: int, started: str, facts: str | None,
    counts: str | None,
) -> EarlierRun:  # fmt: skip
    try:
        moment = datetime.fromisoformat(started)
        said = [json.loads(text or "{}") for text in (facts, counts)]
    except ValueError:
        raise damaged(f"run {run!r}") from None
    if moment.tzinfo is None or not all(isinstance(values, dict) for values in said):
        raise damaged(f"run {run!r}")
    return EarlierRun(
        id=run, list=number, identity=identity, state=state, automations=bool(automations), started=moment,
        facts=said[0], counts=said[1],
    )  # fmt: skip
