"""Runs of all kernels as a table: every one of them, also of a killed process, and a chart of an export's."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.model.export import Export
from ac_notebook.runs import chart
from ac_notebook.runs.noted import note_not_begun
from ac_notebook.runs.past import COLUMNS, STATUSES, table_of
from ac_notebook.storage import run_records
from ac_notebook.storage.retention import MOST
from ac_notebook.storage.run_entries import details, entries
from tests.runs.test_hostile_names import harmless_html
from tests.storage.journals import NOW, opened
from tests.virtual import VirtualClock, through
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

    from ac_notebook.sandbox import Sandbox

LATER = NOW + timedelta(days=800)
BASIC = {"email": "E-mail", "first_name": "Given name"}

KILLED = """
import os, signal
import pandas as pd, ac_notebook as ac

def kill(progress):
    if progress.accepted >= 250:
        os.kill(os.getpid(), signal.SIGKILL)

df = pd.DataFrame({"E-mail": [f"p{n:05}@example.org" for n in range(6_000)] + ["no address"]})
ac.export(df, connection="Shop", list="VIP", mapping={"email": "E-mail"}, progress=kill)
"""


def people(rows: int = 300, *, name: str = "Ann") -> pd.DataFrame:
    """Return customers."""
    return pd.DataFrame({"E-mail": [f"p{n:04}@example.org" for n in range(rows)], "Given name": name})


def export(connection: ac.Connection, frame: pd.DataFrame | None = None, **more: Any) -> ac.Report:
    """Export customers."""
    frame = people() if frame is None else frame
    given = {"list": "VIP", "mapping": BASIC, "progress": False, **more}
    return ac.export(frame, connection=connection, **given)


def first(runs: pd.DataFrame) -> pd.Series[Any]:
    """Return the newest of some runs."""
    row: pd.Series[Any] = runs.reset_index(drop=True).iloc[0]
    return row


def stopped(box: Sandbox, clock: VirtualClock, frame: pd.DataFrame) -> None:
    """Export, and be interrupted while the first request is under way."""
    told = threading.Event()

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        told.wait(30)  # so that it is not over before it is stopped
        return pass_on()

    def stop(_: ac.Progress) -> None:
        told.set()
        raise KeyboardInterrupt

    inner = box.connection.link.transport
    assert inner is not None
    with pytest.raises(errors.ExportInterrupted):
        export(through(box, clock, transport=Wire(inner, IMPORT, treat)), frame, resend="all", progress=stop)


def test_every_run_is_in_the_table(box: Sandbox, clock: VirtualClock, connection: ac.Connection) -> None:
    """What went well, had nothing to do, was stopped, was refused by a guard rail or not allowed: newest first."""
    live = export(connection)
    export(connection)
    stopped(box, clock, people(700))
    with pytest.raises(errors.GuardError):
        export(connection, people(5_000))
    with pytest.raises(errors.ConsentError):
        export(connection.replace(consent=None))
    runs = ac.runs()
    assert list(runs.columns) == list(COLUMNS)
    assert runs["status"].tolist() == ["Failed", "Failed", "Canceled", "Skipped", "Successful"]
    assert set(runs["status"]) < set(STATUSES)
    last = runs.iloc[-1]
    assert (last["id"], last["connection"], last["list"], last["rows"]) == (live.run, connection.name, "VIP", 300)
    assert (last["imported"], last["requests"], last["by"]) == (300, 2, connection.owner)
    assert runs.iloc[1][["rows", "imported", "requests"]].tolist() == [5_000, 0, 0]
    assert (runs[list(COLUMNS[8:-2])].sum(axis=1) == runs["rows"]).all()
    assert str(runs["started"].dtype).endswith("UTC]")
    assert runs["took"].dtype.kind == "m"
    guarded, refused = ac.report(runs["id"][1]), ac.report(runs["id"][0])
    assert guarded.error is not None
    assert (guarded.error.kind, guarded.error.message[:17]) == ("GuardError", "A guard rail stop")
    assert "row-count" in guarded.error.hint
    assert refused.error is not None
    assert refused.error.kind == "ConsentError"
    assert len(box.contacts()) <= 700


def test_the_table_can_be_narrowed(connection: ac.Connection) -> None:
    """By export, by connection and by status; a name that no run has is an error that names the nearest."""
    shop = connection.replace(name="Shop").save()
    export(shop)
    export(shop, mapping={"email": "E-mail"})
    renamed = shop.edit(name="Store").save()
    export(renamed)
    unsaved = ac.runs()["export"].tolist()
    assert all(re.fullmatch("unsaved [0-9a-f]{6}", name) for name in unsaved)
    assert (unsaved[0], unsaved[2]) == (unsaved[2], unsaved[0]) != (unsaved[1], unsaved[1])
    definition = Export(list="VIP", mapping=ac.Mapping(email="E-mail"))
    assert len(ac.runs(unsaved[1])) == len(ac.runs(definition)) == 1
    for chosen in ("Store", "Shop", renamed, shop):
        assert len(ac.runs(connection=chosen)) == 3
    assert len(ac.runs(unsaved[0], connection="Store", status="Skipped")) == 1
    assert ac.runs(status="Failed").empty
    assert ac.runs(status="Failed").dtypes.equals(ac.runs().dtypes)
    with pytest.raises(errors.ConfigurationError, match="Did you mean 'Store'"):
        ac.runs(connection="Stroe")
    with pytest.raises(errors.ConfigurationError, match="an export called 'Spring'"):
        ac.runs("Spring")
    with pytest.raises(errors.ConfigurationError, match="Did you mean 'Failed'"):
        ac.runs(status="failed")
    with pytest.raises(errors.ConfigurationError, match="not a int"):
        ac.runs(7)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(errors.ConfigurationError, match="not a int"):
        ac.runs(connection=7)  # type: ignore[arg-type]  # on purpose


def test_without_runs_the_table_is_empty() -> None:
    """In a new home there are no runs, and a report of any says so."""
    assert ac.runs().empty
    assert list(ac.runs().columns) == list(COLUMNS)
    with pytest.raises(errors.ConfigurationError, match="Nothing has run yet"):
        ac.report("7f3a")


def test_sixty_runs_are_kept(home: Path, connection: ac.Connection) -> None:
    """Of sixty runs all are in the table and have their details: at least fifty are promised."""
    assert MOST >= 50
    run = export(connection).run
    with opened(home) as (database, _):
        (entry,) = entries(database, home)
        beginning, _ = details(database, run)
        for number in range(59):
            later = replace(entry, run=f"{number:08}", counts={"imported": number + 1})
            run_records.begin(database, later, beginning)
            run_records.end(
                database, later.run, state="Successful", counts=later.counts, requests=1, ended=LATER, details={}
            )
    ids = ac.runs()["id"].tolist()
    assert ids == [*(f"{number:08}" for number in range(58, -1, -1)), run]
    assert [ac.report(one).mapping["column"].tolist() for one in ids] == [["'E-mail'", "'Given name'"]] * 60
    assert [one.run for one in ac.report(run).runs] == ids[-chart.LONGEST :]
    assert [one.run for one in ac.report(ids[5]).runs] == ids[: chart.LONGEST]


def test_a_run_that_is_under_way(box: Sandbox, clock: VirtualClock) -> None:
    """Seen while it sends, as from another kernel, it is Processing, with what became of its rows so far."""
    seen: list[list[object]] = []

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        runs = ac.runs()
        seen.append(first(runs)[["status", "rows", "accepted", "not_sent"]].tolist())
        past = ac.report(str(runs["id"][0]))
        assert past.ended is None
        assert "not sent yet" in repr(past)
        return pass_on()

    inner = box.connection.link.transport
    assert inner is not None
    export(through(box, clock, transport=Wire(inner, IMPORT, treat)))
    assert seen == [["Processing", 300, 0, 300], ["Processing", 300, 250, 50]]
    assert ac.runs()["status"].tolist() == ["Successful"]


def test_a_run_that_was_killed(home: Path) -> None:
    """After kill -9 it is Failed at once, with what was sent by then; the next run leaves it so, and carries on."""
    with ac.sandbox.start(speed=10) as box:
        shop = box.connection.replace(name="Shop").save()
        environment = {**os.environ, "AC_NOTEBOOK_HOME": str(home)}
        ended = subprocess.run(
            [sys.executable, "-c", KILLED], env=environment, capture_output=True, check=False, timeout=120
        )
        assert ended.returncode == -signal.SIGKILL
        before = first(ac.runs())
        assert before[["status", "rows", "rejected"]].tolist() == ["Failed", 6_001, 1]
        assert before[["imported", "accepted", "uncertain"]].sum() >= 250
        assert before["not_sent"] > 0
        past = ac.report(str(before["id"]))
        assert past.was_broken_off
        assert past.counts.sum() == 6_001
        assert past.error is not None
        assert "carries on" in past.error.hint
        assert "its process ended before it did" in repr(past)
        export(shop, people(10), mapping={"email": "E-mail"}, allow={"row-count"})
        after = ac.runs()
        assert after["status"].tolist() == ["Successful", "Failed"]
        assert first(after.iloc[1:]).equals(before)
        assert dict(ac.report(past.run).known) == dict(past.known)


def test_a_run_that_came_to_no_plan(connection: ac.Connection) -> None:
    """Without a person, what fails before there is a plan is a Failed run of its export, too, with its words."""
    definition = Export(name="Spring", list="VIP", mapping=ac.Mapping(email="E-mail"))
    error = errors.MappingError(["there is no column 'E-mail'."])
    before, last = note_not_begun(definition, error, connection=connection), note_not_begun(definition, error)
    runs = ac.runs("Spring")
    assert runs["id"].tolist() == [last, before]
    assert runs[["status", "list"]].to_numpy().tolist() == [["Failed", "VIP"]] * 2
    assert runs["rows"].isna().all()
    past = ac.report(before)
    assert past.error is not None
    assert "no column 'E-mail'" in past.error.message
    assert (past.connection, len(past.runs)) == (connection.name, 2)
    assert past.counts.isna().all()
    assert past.to_dict()["counts"] is None
    with pytest.raises(errors.ActiveCampaignError, match="is not known"):
        past.raise_for_rows()
    assert "no column" in repr(past)


def test_a_damaged_record_says_so(home: Path, connection: ac.Connection) -> None:
    """The table shows the others, and "damaged" for it; its report is an error that says what cannot be trusted."""
    runs = [export(connection).run for _ in range(2)]
    with opened(home) as (database, _):
        database.execute("UPDATE run_records SET counts = '{\"imported\": 9}' WHERE run = ?", (runs[0],))
    assert ac.runs()["status"].tolist() == ["Skipped", "damaged"]
    assert ac.runs()["imported"].isna().tolist() == [False, True]
    with pytest.raises(errors.StateError, match=f"'{runs[0]}' cannot be trusted"):
        ac.report(runs[0])
    assert "damaged" in repr(ac.report(runs[1]))
    export(connection)  # runs do not depend on it


def test_a_date_that_was_set_back(box: Sandbox, clock: VirtualClock) -> None:
    """A run that ends before it began, by the machine's date, took no time; it is not shown to have taken less."""

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        clock.fast -= timedelta(hours=1)
        return pass_on()

    inner = box.connection.link.transport
    assert inner is not None
    live = export(through(box, clock, transport=Wire(inner, IMPORT, treat)))
    assert (live.ended, live.numbers["seconds"]) == (live.started, 0.0)
    assert ac.runs()["took"].tolist() == [pd.Timedelta(0)]


def test_the_chart_says_it_without_colours(home: Path, box: Sandbox, connection: ac.Connection) -> None:
    """A failed run is marked by a sign and a word; bars differ by characters, and never outgrow their place."""
    export(connection, people(1_200))
    with pytest.raises(errors.GuardError):
        export(connection, people(100))
    box.unsubscribe("p0001@example.org", 5)
    export(connection, people(1_200, name="Bo"))
    with opened(home) as (database, _):
        shown = entries(database, home)
    lines = chart.lines(shown, marked=shown[1].run)
    assert [line.split()[:1] == ["▸"] for line in lines] == [False, True, False, False]
    assert "✖ Failed" in lines[1]
    assert "▚" in lines[0]
    assert "1 refused" in lines[0]
    assert chart.title(shown) == "The last 3 runs of this export, 1 failed"
    numbers = lines[0].index("1,199 imported")
    assert lines[2].index("1,200 imported") == numbers  # small parts, of which each has its character, push nothing
    page = chart.html(shown, marked=shown[1].run)
    parsed = harmless_html(page, "chart")
    assert parsed.tags == {"details", "summary", "table", "tbody", "tr", "td", "span", "b", "div"}
    assert all(
        re.fullmatch(r"(text-align:left|color:#[0-9a-f]{6})", style) for style in re.findall('style="(.*?)"', page)
    )
    assert chart.html([]) == ""
    assert chart.lines([]) == []
    assert table_of([]).empty
