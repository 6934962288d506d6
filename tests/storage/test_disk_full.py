"""The disk takes no more: nothing leaves that is not written down, the journal stays valid, and no answer is lost."""

from __future__ import annotations

import resource
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

import ac_notebook as ac
from ac_notebook.errors import StateError
from ac_notebook.storage.database import FILE
from tests.sandbox.faults.promises import MAPPING, VALID, Scene
from tests.storage.journals import NOW, SCOPE, batch_of, begin, fill, known, left, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOMS = (60_000, 132_000, 150_000, 400_000)
LARGE = [(number, number) for number in range(2_000)]


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("automations", [False, True])
@pytest.mark.parametrize("room", ROOMS)
def test_an_export_stops_when_the_disk_is_full(home: Path, room: int, automations: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Wherever in the export the disk fills up: an error with a report, nothing sent unrecorded, and a run to complete.

    Rows whose answer could not be written down, or not be waited for, are uncertain in the report; the next run, with
    room again, brings over who is missing, or names whom it cannot know of where automations would start twice.
    """
    scene = Scene()
    ac.describe(scene.connection)  # so that the files are there
    with opened(home):
        pass
    error: ac.errors.ActiveCampaignError | None = None
    before = scene.held()
    try:
        with files_end_at(room):
            report = ac.export(
                scene.frame, connection=scene.connection, list=scene.list, mapping=MAPPING, run_automations=automations
            )
    except StateError as raised:
        error, report = raised, raised.report
    if report is not None:
        scene.says_the_truth(report, before)
    sent = int(scene.box.requests()["contacts"].sum())
    with closing(sqlite3.connect(home / FILE)) as reader:
        assert reader.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if error is not None:
            assert error.hint
            kept = "SELECT coalesce(sum({}), 0) FROM {}"
            in_batches, in_baseline = (
                reader.execute(kept.format(*what)).fetchone()[0]
                for what in (("contacts", "batches"), ("length(outcomes)", "baselines"))
            )
            assert in_batches + in_baseline >= sent
    again = ac.export(
        scene.frame, connection=scene.connection, list=scene.list, mapping=MAPPING, run_automations=automations
    )
    assert again.counts.sum() == len(scene.frame)
    if automations:
        assert not scene.box.automations()["contact"].duplicated().any()
        assert again.counts[["imported", "unchanged", "uncertain"]].sum() >= VALID
    else:
        assert scene.is_complete()


def test_the_disk_fills_up_at_all_stages() -> None:
    """The sizes above are such that the disk is full before the first request, in the middle, and never."""
    stages = set()
    for room in ROOMS:
        scene = Scene()
        try:
            with files_end_at(room):
                ac.export(scene.frame, connection=scene.connection, list=scene.list, mapping=MAPPING)
            stages.add("never")
        except StateError:
            sent = scene.box.requests()["contacts"].sum()
            stages.add("in the middle" if sent else "before")
    assert stages == {"before", "in the middle", "never"}


@pytest.mark.parametrize("act", ["sending", "settled", "fold", "begin"])
def test_a_step_that_finds_no_room_changes_nothing(home: Path, act: str) -> None:
    """Full in the middle of a step, the journal says what it said before, and takes the step once there is room."""
    with opened(home) as (database, journal):
        fill(journal)
        begin(journal, "third")
        journal.sending("third", batch_of(0, LARGE), now=NOW)
        journal.close(journal.open_batches(SCOPE)[:1])
        steps = {
            "sending": lambda: journal.sending("third", batch_of(1, LARGE), now=NOW),
            "settled": lambda: journal.settled("third", 0, bytes(len(LARGE))),
            "fold": lambda: journal.fold(SCOPE, now=NOW),
            "begin": lambda: begin(journal, "r" * 100_000),
        }
        if act == "fold":
            journal.settled("third", 0, bytes(len(LARGE)))
            database.execute("DELETE FROM baselines")
            database.execute("PRAGMA incremental_vacuum").fetchall()
        truth = known(journal), left(journal)
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        database.execute(f"PRAGMA max_page_count = {pages}")
        if act in ("settled", "fold"):  # these need no more room than there is
            steps[act]()
        else:
            with pytest.raises(StateError, match="full"):
                steps[act]()
            assert (known(journal), left(journal)) == truth
        assert not database.in_transaction
        database.execute("PRAGMA max_page_count = 1000000")
        steps[act]()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_cannot_be_written_is_said_so(home: Path) -> None:
    """A database that may only be read gives a sentence at the first step that writes; what it knows, it tells."""
    with opened(home) as (database, journal):
        fill(journal)
        truth = known(journal)
        database.execute("PRAGMA query_only = ON")
        with pytest.raises(StateError, match="readonly") as caught:
            begin(journal, "third")
        assert "run again" in caught.value.hint
        assert known(journal) == truth


def test_a_home_on_a_file_system_that_takes_no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be made, the folder is named, and nothing is sent."""
    monkeypatch.setenv("AC_NOTEBOOK_HOME", "/proc/ac_notebook")
    scene = Scene()
    before = scene.held()
    with pytest.raises(StateError, match="/proc/ac_notebook"):
        ac.export(scene.frame, connection=scene.connection, list=scene.list, mapping=MAPPING)
    assert scene.held() == before
