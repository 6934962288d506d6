"""The power goes in the middle of an export, and the disk has only a part of the log: what is left, and the next run.

The wire ends the process, as it were, at one of its requests; the home is copied at that moment, and its write-ahead
log cut at any byte. A disk that keeps its word loses less: nothing of what was committed durably.
"""

from __future__ import annotations

import os
import random
import shutil
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import ac_notebook as ac
from ac_notebook.storage.database import FILE, open_database
from tests.sandbox.faults.promises import MAPPING, SIZE, VALID, Scene
from tests.virtual import through
from tests.wire import IMPORT, INFO, Wire

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

    from ac_notebook import Connection

LOG = f"{FILE}-wal"


class Cut(BaseException):
    """The power goes."""


class Storm:
    """A wire that ends the process at one of its requests.

    Parameters
    ----------
    scene
        Whose export it is.
    home
        What is copied at that moment.
    torn
        Where the copy goes.
    chance
        Decides when.
    """

    def __init__(self, scene: Scene, home: Path, torn: Path, chance: random.Random) -> None:
        self._home = home
        self._torn = torn
        self._path = chance.choice([IMPORT, INFO])
        self._number = chance.randint(1, 5)
        self._taken = chance.random() < 0.5
        self.durable = 0
        """Bytes of the log at the last import: whatever was committed before that import left is among them."""
        inner = scene.box.connection.link.transport
        assert inner is not None
        looking = Wire(inner, IMPORT, self._look)
        delay = chance.choice([0.05, 0.8])
        self.connection: Connection = through(
            scene.box, scene.clock, transport=Wire(looking, self._path, self._strike),
            delays=lambda: (delay * chance.random(), delay * chance.random()),
        )  # fmt: skip
        self.connection = self.connection.replace(limits=replace(self.connection.limits, contacts_per_import=SIZE))

    def _look(self, _: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        self.durable = (self._home / LOG).stat().st_size
        return pass_on()

    def _strike(self, number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if number != self._number:
            return pass_on()
        if self._taken:
            pass_on()
        shutil.copytree(self._home, self._torn)
        raise Cut


def tear(seed: int, folder: Path, *, automations: bool) -> str:
    """Play one world and assert what is promised; return in a word what the copy was.

    Parameters
    ----------
    seed
        Decides everything.
    folder
        Empty; for the homes.
    automations
        Whether automations are on. Then no more of the log is lost than a disk that keeps its word may lose.
    """
    chance = random.Random(seed)
    home, torn = folder / "home", folder / "torn"
    os.environ["AC_NOTEBOOK_HOME"] = str(home)
    scene = Scene()
    storm = Storm(scene, home, torn, chance)
    with suppress(Cut):
        ac.export(
            scene.frame, connection=storm.connection, list=scene.list, mapping=MAPPING, run_automations=automations
        )
    if not torn.exists():
        return "went through"
    whole = batches(torn)
    log = torn / LOG
    size = log.stat().st_size
    length = chance.randint(storm.durable if automations else 0, size)
    os.truncate(log, length)
    (torn / f"{FILE}-shm").unlink(missing_ok=True)
    os.environ["AC_NOTEBOOK_HOME"] = str(torn)
    kept = batches(torn)
    assert set(kept) <= set(whole), "a batch that was not"
    for name, (state, number, outcomes) in kept.items():
        assert state in ("sending", whole[name][0]) or whole[name][0] == "settled", f"{state}, and was not"
        assert number in (None, whole[name][1]), "another batch's number"
        assert state != "settled" or outcomes == whole[name][2], "another outcome"
    if automations:
        arrived = scene.box.requests()["method"].eq("POST").sum()
        answered = {name for name, (state, *_) in whole.items() if state != "sending"}
        assert len(kept) >= arrived, "a batch that had left is forgotten"
        assert answered <= set(kept), "a batch that had left is forgotten"
        _again_with_automations(scene)
    else:
        scene.run()
        assert scene.is_complete()
    return "whole" if length == size else "cut"


def batches(home: Path) -> dict[tuple[str, int], tuple[str, str | None, bytes]]:
    """Return what a home knows of batches, without changing it: it is looked at in a copy."""
    copy = home.with_name("looked-at")
    shutil.copytree(home, copy)
    database = open_database(copy)
    try:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = database.execute("SELECT run, number, state, batch, outcomes FROM batches").fetchall()
        return {(run, number): (state, batch, outcomes) for run, number, state, batch, outcomes in rows}
    finally:
        database.close()
        shutil.rmtree(copy)


def _again_with_automations(scene: Scene) -> None:
    """Run again: nobody is sent twice, and whoever may have been left out is named."""
    report = ac.export(scene.frame, connection=scene.connection, list=scene.list, mapping=MAPPING, run_automations=True)
    scene.clock.sleep(60.0)
    counts = report.counts
    assert counts.sum() == len(scene.frame)
    started = scene.box.automations()
    assert not started["contact"].duplicated().any(), "an automation was started twice"
    there = scene.held() & set(scene.frame["E-mail"])
    missing = scene.frame["E-mail"].isin(there) ^ scene.frame["E-mail"].str.fullmatch(r"p\d\d@example\.org")
    words = report.outcome.astype(str)
    fine = {"uncertain", "refused", "rejected", "duplicate"}
    assert set(words[missing]) <= fine, "left out, and not named"
    assert counts["imported"] + counts["unchanged"] + counts["uncertain"] + counts["refused"] >= VALID
