"""Headless runs: what they answer, how they end, that nothing asks and nothing of a person is told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import ac_notebook as ac
from ac_notebook import cli, commands
from ac_notebook.model.mapping import Mapping
from ac_notebook.runs import headless
from ac_notebook.storage.data.delimited import Dialect
from ac_notebook.storage.data.table import open_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ac_notebook.sandbox.served import ServedSandbox

COMMAND = [sys.executable, "-m", "ac_notebook"]
ROOT = Path(ac.__file__).parents[1]
PATIENCE = 60.0
CANARY = "canary.of.somebody"


@pytest.fixture(scope="module")
def served() -> Iterator[ServedSandbox]:
    """A sandbox that other processes reach."""
    with ac.sandbox.start(speed=600) as sandbox:
        yield sandbox


@pytest.fixture
def export(served: ServedSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ac.Export:
    """A saved export of its own, with a segment; the folder has the files."""
    monkeypatch.chdir(tmp_path)
    served.connection.replace(name="Demo").save()
    mapping = Mapping(email="E-mail", first_name="Given name", phone="Mobile")
    return ac.Export("Weekly", connection="Demo", list="Newsletter", mapping=mapping, segment="points > 5").save()


def people(rows: int, *, prefix: str = CANARY) -> pd.DataFrame:
    """Return customers; four of ten are in the segment."""
    return pd.DataFrame(
        {
            "E-mail": [f"{prefix}.{row}@example.org" for row in range(rows)],
            "Given name": [f"Given{CANARY}{row}" for row in range(rows)],
            "Mobile": [f"+4670{row:07d}" for row in range(rows)],
            "points": [row % 10 for row in range(rows)],
        }
    )


def called(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Run a command with ``--json``; return its code, its answer and its log, none of which holds a person."""
    capsys.readouterr()
    code = cli.main([*arguments, "--json"])
    said = capsys.readouterr()
    answer: dict[str, Any] = json.loads(said.out)
    assert CANARY not in said.out + said.err
    assert "+4670" not in said.out + said.err
    assert all(line[:4].isdigit() and line[19:20] == "Z" for line in said.err.splitlines()), said.err
    assert answer["exit_code"] == code
    return code, answer, said.err


def test_a_saved_export_runs_with_every_format(
    export: ac.Export, served: ServedSandbox, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """A run sends the segment and counts all rows of the file; the same rows in another format are unchanged."""
    frame = people(100, prefix=f"{CANARY}.formats")
    frame.to_parquet("c.parquet")
    frame.to_csv("c.csv", index=False, sep=";")
    frame.to_feather("c.feather")
    frame.to_json("c.jsonl", orient="records", lines=True)
    code, answer, _ = called(capsys, "plan", "Weekly", "--data", "c.parquet")
    assert (code, answer["plan"]["counts"]["not_sent"]) == (0, 40)
    assert not [contact for contact in served.contacts()["email"] if "formats" in contact]
    code, answer, log = called(capsys, "run", "Weekly", "--data", "c.parquet")
    counts = answer["report"]["counts"]
    assert (code, counts["imported"], counts["outside_segment"], sum(counts.values())) == (0, 40, 60, 100)
    assert answer["rows"] == 100
    assert "100 rows read, 40 of them in the segment" in log
    arrived = served.contacts()
    assert sorted(arrived["email"][arrived["email"].str.contains("formats")]) == sorted(
        frame["E-mail"][frame["points"] > 5]
    )
    for source in (["c.csv", "--separator", ";"], ["c.feather"], ["c.jsonl"]):
        code, answer, _ = called(capsys, "run", "Weekly", "--data", *source)
        counts = answer["report"]["counts"]
        assert (code, counts["unchanged"], counts["outside_segment"], answer["report"]["status"]) == (
            0,
            40,
            60,
            "Skipped",
        )
    code, answer, _ = called(capsys, "run", "Weekly", "--data", "c.csv", "--separator", ";", "--resend", "all")
    assert (code, answer["report"]["counts"]["imported"]) == (0, 40)
    code, answer, _ = called(capsys, "runs", "--last", "2")
    assert (code, [run["imported"] for run in answer["runs"]]) == (0, [40, 0])
    code, answer, _ = called(capsys, "report", answer["runs"][0]["id"])
    assert (code, answer["report"]["counts"]["imported"]) == (0, 40)
    code, answer, _ = called(capsys, "exports")
    assert (code, answer["exports"][0]["name"], answer["exports"][0]["status"]) == (0, "Weekly", "Successful")


def test_a_query_runs_with_its_url_in_the_environment(
    export: ac.Export, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """``--query`` with ``--url-variable`` runs; with ``--url`` too, and a password in it is warned about, not shown."""
    sqlalchemy = pytest.importorskip("sqlalchemy")
    engine = sqlalchemy.create_engine("sqlite:///c.db")
    people(50, prefix=f"{CANARY}.query").to_sql("people", engine, index=False)
    engine.dispose()
    monkeypatch.setenv("WAREHOUSE", "sqlite:///c.db")
    query = ["--query", "SELECT * FROM people"]
    code, answer, _ = called(capsys, "run", "Weekly", *query, "--url-variable", "WAREHOUSE")
    assert (code, answer["report"]["counts"]["imported"], answer["rows"]) == (0, 20, 50)
    code, answer, _ = called(capsys, "run", "Weekly", *query, "--url", "sqlite:///c.db")
    assert (code, answer["report"]["counts"]["unchanged"]) == (0, 20)
    code, answer, log = called(capsys, "plan", "Weekly", *query, "--url", "nothing://ann:hunter2@host/db")
    assert (code, "can be read by everybody" in log, "hunter2" in log + str(answer)) == (2, True, False)
    monkeypatch.setenv("WAREHOUSE", " sqlite:///c.db\n")
    assert called(capsys, "plan", "Weekly", *query, "--url-variable", "WAREHOUSE")[0] == 0
    for spelled in (["--url-variable", "nothing://ann:hunter2@host/db"], ["--url", "nothing://host?password=hunter2"]):
        code, answer, log = called(capsys, "plan", "Weekly", *query, *spelled)
        assert (code, "hunter2" in log + str(answer)) == (2, False)
    assert "can be read by everybody" in log
    for wrong in ([], ["--url-variable", "NOT_SET"], ["--url", "x", "--url-variable", "WAREHOUSE"]):
        assert called(capsys, "plan", "Weekly", *query, *wrong)[0] == 2


def test_the_code_says_what_became_of_the_rows(
    export: ac.Export, served: ServedSandbox, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """3 where too many rows were rejected or some not confirmed, 2 where a guard rail or the file stops it, else 0."""
    frame = people(100, prefix=f"{CANARY}.codes")
    frame.loc[frame["points"] == 9, "E-mail"] = CANARY
    frame.to_csv("c.csv", index=False)
    code, answer, log = called(capsys, "run", "Weekly", "--data", "c.csv", "--first", "10")
    assert (code, answer["report"]["counts"]["imported"]) == (3, 10)
    assert "10 rejected (25% of the rows, more than 10%)" in answer["missing"]
    assert "ERROR Not everything was done" in log
    code, answer, _ = called(capsys, "run", "Weekly", "--data", "c.csv", "--first", "10", "--max-rejected", "30%")
    assert (code, answer["report"]["counts"]["imported"], answer["report"]["counts"]["not_sent"]) == (0, 10, 10)
    code, answer, _ = called(
        capsys, "run", "Weekly", "--data", "c.csv", "--wait", "0", "--resend", "all", "--max-rejected", "1"
    )
    assert (code, answer["missing"]) == (3, "30 accepted")
    people(20_000, prefix=f"{CANARY}.many").to_csv("many.csv", index=False)
    code, answer, _ = called(capsys, "run", "Weekly", "--data", "many.csv", "--first", "3", "--allow", "nothing")
    assert (code, answer["error"]["type"]) == (2, "ConfigurationError")
    code, answer, log = called(capsys, "run", "Weekly", "--data", "mny.csv")
    assert (code, answer["error"]["hint"]) == (2, "Did you mean 'many.csv'? Nothing was sent.")
    frame.assign(points=0).to_csv("none.csv", index=False)
    assert called(capsys, "run", "Weekly", "--data", "none.csv")[0] == 2
    runs = ac.runs("Weekly")
    assert runs["status"].tolist() == ["Failed"] * 3 + ["Successful"] * 3  # what came to no plan is a run, too
    assert runs["connection"].eq("Demo").all()
    errors = [ac.report(run).error for run in runs["id"][:2]]
    assert [error.message for error in errors if error] == [
        "No row is in the segment (…).",
        "The file 'mny.csv' cannot be read: No such file or directory.",
    ]
    assert "points > 5" not in repr(ac.report(runs["id"][0]))
    assert ac.exports()["status"].tolist() == ["Failed"]
    assert called(capsys, "run", "Wekly", "--data", "many.csv")[0] == 2
    assert called(capsys, "report", "ffff")[0] == 2
    assert called(capsys, "plan", "Weekly", "--data", "mny.csv")[0] == 2
    assert len(ac.runs()) == 6  # a plan is no run


def test_an_export_is_named_by_its_file_too(export: ac.Export, capsys: pytest.CaptureFixture[str]) -> None:
    """NAME is a saved export, or the path of an export's JSON file; what neither is, is refused with the nearest."""
    export.replace(name="From a file").write("weekly.json")
    people(10).to_csv("c.csv", index=False)
    code, answer, _ = called(capsys, "plan", "weekly.json", "--data", "c.csv")
    assert (code, answer["export"], answer["plan"]["counts"]["not_sent"]) == (0, "From a file", 4)
    code, answer, _ = called(capsys, "plan", "nothing.json", "--data", "c.csv")
    assert (code, "nothing.json" in answer["error"]["message"]) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["Weekly"],
        ["Weekly", "--data", "c.csv", "--query", "SELECT 1"],
        ["Weekly", "--data", "c.csv", "--first", "0"],
        ["Weekly", "--data", "c.csv", "--max-rejected", "7"],
        ["Weekly", "--data", "c.csv", "--max-rejected", "few"],
        ["Weekly", "--data", "c.csv", "--format", "xlsx"],
    ],
    ids=" ".join,
)
def test_arguments_that_cannot_be_end_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Arguments that do not fit end with 2, before anything is read."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["run", *arguments])
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "_share" not in said.err


@pytest.mark.parametrize(
    "arguments",
    [["--url", "x"], ["--dtype", "points"], ["--separator", ";;"], ["--encoding", "no"], ["--decimal", "x"]],
    ids=" ".join,
)
def test_what_is_stated_wrongly_ends_with_2(
    arguments: list[str], export: ac.Export, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """What is stated of a file and cannot be is a sentence, and 2."""
    people(10).to_csv("c.csv", index=False)
    assert called(capsys, "run", "Weekly", "--data", "c.csv", *arguments)[0] == 2


def test_a_run_that_is_told_to_end_stops_softly(export: ac.Export) -> None:
    """SIGTERM, which is passed on as Ctrl-C, ends a run after the requests in flight, with 75 and a report."""
    with ac.sandbox.start(speed=2) as slow:
        slow.connection.replace(name="Slow").save()
        export.replace(name="Slowly", connection="Slow", segment=None).save()
        people(20_000).to_parquet("c.parquet")
        command = [*COMMAND, "run", "Slowly", "--data", str(Path("c.parquet").absolute()), "--json"]
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            assert any(": sending; " in line for line in process.stderr)
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=PATIENCE)
    answer = json.loads(out)
    assert process.returncode == answer["exit_code"] == 75
    assert answer["error"]["type"] == "ExportInterrupted"
    assert sum(answer["report"]["counts"].values()) == 20_000
    assert answer["report"]["counts"]["not_sent"] > 0
    assert answer["report"]["status"] == "Canceled"
    assert CANARY not in out + err
    assert "Traceback" not in err


def test_a_plan_of_an_excerpt_is_one_of_the_whole(export: ac.Export) -> None:
    """Outcomes, problems, preview and another plan made of it speak of rows by their positions in the file."""
    frame = people(30)
    frame.loc[[7, 16], "E-mail"] = ["none", "  first@example.org "]
    frame.loc[26, "E-mail"] = "first@example.org"
    frame.to_parquet("c.parquet")
    made = headless.plan_of(export, open_data("c.parquet"))
    whole = ac.plan(frame, export)
    for one, other in ((made, whole), (made.replace(tags=["x"]), whole.replace(tags=["x"]))):
        assert one.counts.tolist() == other.counts.tolist()
        assert one.outcome.tolist() == other.outcome.tolist()
        pd.testing.assert_frame_equal(pd.DataFrame(one.problems), pd.DataFrame(other.problems))
        pd.testing.assert_frame_equal(pd.DataFrame(one.changes), pd.DataFrame(other.changes))
        pd.testing.assert_frame_equal(pd.DataFrame(one.preview(5)), pd.DataFrame(other.preview(5)))
        assert [batch.body for batch in one.batches(one.found)] == [batch.body for batch in other.batches(other.found)]
        assert one.warnings == other.warnings
    report = made.run(progress=False)
    assert (
        report.outcome.tolist()
        == ac.plan(frame, export).outcome.astype(object).replace("unchanged", "imported").tolist()
    )


def test_people_who_change_are_known_in_a_file_as_in_a_frame(served: ServedSandbox, export: ac.Export) -> None:
    """Who left, withdrew or moved is found among the rows of a file, by the column of keys, too, which is not sent."""
    first = people(40, prefix="changing").assign(agreed="yes", customer=[f"c{row}" for row in range(40)])
    later = first.iloc[:38].copy()
    later.loc[17, "agreed"] = "no"
    later.loc[18, "E-mail"] = "moved@example.org"
    later.loc[19, "E-mail"] = "none"
    first.to_parquet("first.parquet")
    later.to_csv("later.csv", index=False)
    known = export.edit(
        list="VIP", mapping={"email": "E-mail", "opt_in": "agreed"}, key="customer", leavers="unsubscribe",
        withdrawn="unsubscribe", moved="unsubscribe", allow={"unsubscribing"},
    )  # fmt: skip
    headless.plan_of(known, open_data("first.parquet")).run()
    made, whole = headless.plan_of(known, open_data("later.csv")), ac.plan(later, known)
    for counts in (made.leavers, made.withdrawn, made.moved):
        assert counts["not_sent"] == (2 if counts.name == "left" else 1)
        assert counts.equals(getattr(whole, "leavers" if counts.name == "left" else str(counts.name)))
    pd.testing.assert_frame_equal(pd.DataFrame(made.problems), pd.DataFrame(whole.problems))
    assert made.warnings == whole.warnings
    assert headless.plan_to_dict(made)["people"]["left"] == {"not_sent": 2}
    report = made.run()
    assert [int(counts["unsubscribed"]) for counts in (report.leavers, report.withdrawn, report.moved)] == [2, 1, 1]
    contacts, places = served.contacts().set_index("email")["id"], served.memberships()
    off = set(places.loc[places["status"] == 2, "contact"])
    assert off == {contacts[f"changing.{row}@example.org"] for row in (17, 18, 38, 39)}


def test_whole_numbers_that_pandas_wrote_as_decimals_are_told(export: ac.Export) -> None:
    """Phones that a column with gaps turned into decimals are warned of; stated to be numbers, they are whole again."""
    frame = people(20).assign(Mobile=[float("nan"), *(46_700_000_000.0 + row for row in range(19))])
    frame.to_csv("c.csv", index=False)
    made = headless.plan_of(export, open_data("c.csv"))
    assert any("'Mobile' holds whole numbers with .0 behind them" in line for line in made.warnings)
    made = headless.plan_of(export, open_data("c.csv", dialect=Dialect(types={"Mobile": "float64"})))
    assert not any(".0 behind" in line for line in made.warnings)
    assert made.preview(1, clear=True)["phone"].tolist() == ["46700000005"]


def test_decimal_commas_are_told_with_the_way_to_read_them(export: ac.Export) -> None:
    """Numbers with a decimal comma are text, which a number field refuses; the plan says what makes them numbers."""
    frame = people(20).assign(Spent=[f"1{row},5" for row in range(20)])
    frame.to_csv("c.csv", index=False, sep=";")
    spending = export.replace(mapping=export.mapping | {"Points": "Spent"})
    made = headless.plan_of(spending, open_data("c.csv", dialect=Dialect(separator=";", decimal=",")))
    assert any("read it with --decimal , --dtype Spent=float64." in line for line in made.warnings)
    stated = Dialect(separator=";", decimal=",", types={"Spent": "float64"})
    made = headless.plan_of(spending, open_data("c.csv", dialect=stated))
    assert not any("--decimal" in line for line in made.warnings)
    assert made.preview(1, clear=True)["Points"].tolist() == ["16.5"]


def test_a_report_is_not_lost_by_an_interrupt_at_the_end(export: ac.Export) -> None:
    """What a run did is told when an interrupt comes as it ends; before it began there is nothing to tell."""
    frame = people(10)
    made = ac.plan(frame, export)
    report = made.run(progress=False)
    assert commands._told_of(made) is report
    assert commands._told_of(ac.plan(frame, export)) is None


def test_choices_that_cannot_be_are_told_before_the_rows_are_read(
    export: ac.Export, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """A guard rail that there is none of, and a wait below nothing, need no minutes of reading to be refused."""
    people(10).to_csv("c.csv", index=False)
    for wrong in (["--allow", "nothing"], ["--wait", "-1"]):
        code, _, log = called(capsys, "run", "Weekly", "--data", "c.csv", *wrong)
        assert (code, "reading" in log) == (2, False)


def test_an_opt_in_that_is_not_mapped_is_warned_of(export: ac.Export) -> None:
    """A column of yes and no that nobody mapped is told, although only its first rows are read."""
    people(30).assign(agreed=True).to_parquet("c.parquet")
    made = headless.plan_of(export, open_data("c.parquet"))
    assert any("'agreed' holds yes and no" in warning for warning in made.warnings)


def test_memory_follows_the_segment_not_the_file(export: ac.Export, tmp_path: Path) -> None:
    """Of a file with 250 MB of text, a plan of a small segment takes hardly more memory than of a small file."""
    peaks = []
    export.edit(segment="points > 195")
    few = people(10_000)
    table = pa.Table.from_pandas(few.assign(note="x" * 500, points=few.index % 2_000 // 10))
    for times in (1, 40):
        with pq.ParquetWriter(tmp_path / f"{times}.parquet", table.schema) as writer:
            for _ in range(times):
                writer.write_table(table)
        peaks.append(_peak("plan", "Weekly", "--data", str(tmp_path / f"{times}.parquet")))
    assert peaks[1] - peaks[0] < 60e6, peaks


def _peak(*arguments: str) -> int:
    command = [*COMMAND, *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_maxrss * 1024
