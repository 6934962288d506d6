"""What a user says of a schedule: making, showing and removing it, and what is refused."""

from __future__ import annotations

import json
import sys
import warnings
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError, ConnectionNotFoundError, StateError
from ac_notebook.model.jupyter_server import JupyterServer
from ac_notebook.model.schedule import Schedule
from ac_notebook.remote.jupyter import JupyterScheduler
from ac_notebook.runs.schedules.lab import notebook_at, server_of
from ac_notebook.runs.stored import opened
from ac_notebook.storage import schedules
from ac_notebook.storage.database import transaction
from ac_notebook.storage.jupyter_servers import noted_servers
from tests.runs.schedules.scene import DAY, Runs, daily, saved
from tests.runs.schedules.server import notebook

if TYPE_CHECKING:
    from tests.virtual import VirtualClock


def test_a_schedule_shows_what_it_is_and_when_it_is_due(
    connection: ac.Connection, clock: VirtualClock, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is said, what it shows, and the table of exports name the time in its zone; nothing was sent."""
    export = daily(connection, cron="0 6 * * 1")
    said = " ".join(capsys.readouterr().out.split())
    assert "It runs next on Monday 2026-03-09 06:00 (Europe/Stockholm)." in said
    assert "ac-notebook run --due" in said
    assert said.endswith("Nothing was sent.")
    clock.sleep(7 * DAY)
    Runs(clock).call()
    assert repr(export.schedule()) == (
        f"'Weekly': 0 6 * * 1 Europe/Stockholm, {Path(__file__).parent / 'scene.py'}\n"
        "  next: Monday 2026-03-16 06:00 (Europe/Stockholm)\n"
        "  last: 2026-03-09 05:00 UTC, done"
    )
    assert ac.exports()["schedule"].tolist() == ["0 6 * * 1 Europe/Stockholm"]
    export.unschedule()
    assert ac.exports()["schedule"].tolist() == [""]
    with pytest.raises(ConfigurationError, match="has no schedule"):
        export.unschedule()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "a file to read, or a notebook"),
        ({"data": "a.csv", "notebook": "b.ipynb"}, "a file to read, or a notebook"),
        ({"data": "a.csv", "timezone": "Europe/Stokholm"}, "not the name of a time zone"),
        ({"data": "a.csv", "seperator": ";"}, "has no 'seperator'"),
        ({"data": "a.csv", "format": "xls"}, "format= is one of"),
        ({"data": "a.csv", "max_rejected": 2}, "a share from 0 to 1"),
        ({"data": "a.csv", "dtype": {"points": "int32"}}, "cannot be stated"),
        ({"data": "a.csv", "encoding": "utf-9"}, "no encoding"),
        ({"data": "a.csv", "on_failure": "no-such-program-here"}, "no program 'no-such-program-here'"),
        ({"data": "a.csv", "on_failure": "tell 'me"}, "not closed"),
        ({"data": "a.csv", "on_failure": []}, "on_failure= is a command line"),
        ({"data": "a.csv", "on_failure": 5}, "on_failure= is a command line"),
        ({"data": "a.csv", "on_failure": print}, "not a function"),
        ({"data": pd.DataFrame()}, "path of a file, not DataFrame"),
        ({"data": b"a.csv"}, "path of a file, not b'a.csv'"),
        ({"data": ""}, "path of a file, not ''"),
        ({"data": "~nobody-of-that-name/a.csv"}, "path of a file"),
        ({"data": "a\0b"}, "path of a file"),
        ({"data": "/"}, "is a folder"),
        ({"data": __file__}, "cannot be told by its name"),
        ({"notebook": "none.ipynb"}, "cannot be read as a notebook"),
        ({"notebook": "no\0ne.ipynb"}, "path of a file"),
        ({"notebook": "~nobody-of-that-name/a.ipynb"}, "path of a file"),
        ({"cron": None, "data": "a.csv"}, "not said when"),
        ({"cron": None, "timezone": "Europe/Stockholm"}, "a file to read, or a notebook"),
        ({"cron": None, "on_failure": "ls"}, "a file to read, or a notebook"),
        ({"cron": None, "separator": ";"}, "a file to read, or a notebook"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_kept(
    connection: ac.Connection, given: dict[str, Any], words: str
) -> None:
    """Each is one sentence, and no schedule is left behind."""
    export = saved(connection)
    with pytest.raises(ConfigurationError, match=words):
        export.schedule(**{"cron": "0 6 * * 1", **given})
    assert ac.exports()["schedule"].tolist() == [""]


def test_a_key_in_a_variable_is_asked_for_where_cron_runs(
    connection: ac.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cron's line has no key: which variable has to hold it is said when the schedule is made."""
    saved(connection.replace(key_place="environment OUR_OWN")).schedule("@daily", data="a.csv")
    assert "the variable OUR_OWN has to hold the key" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("absent", "given"), [("croniter", {"data": "a.csv"}), ("jupyter_core.paths", {"notebook": "weekly.ipynb"})]
)
def test_what_is_not_installed_is_named_with_its_extra(
    connection: ac.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, absent: str, given: dict[str, Any]
) -> None:
    """Without croniter, or where nothing of Jupyter is, a sentence says what to install, and nothing is kept."""
    export = saved(connection)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weekly.ipynb").write_text(notebook("1"))
    monkeypatch.setitem(sys.modules, absent, None)
    with pytest.raises(ConfigurationError) as caught:
        export.schedule("0 6 * * 1", **given)
    assert 'pip install "ac-notebook[schedule]"' in caught.value.hint
    assert ac.exports()["schedule"].tolist() == [""]


def test_only_a_saved_export_with_a_connection_is_scheduled(connection: ac.Connection) -> None:
    """One that is not saved, has no connection, or whose connection is gone, could not run."""
    export = ac.Export("Weekly", list="Newsletter", mapping={"email": "E-mail"})
    with pytest.raises(ConfigurationError, match="only a saved one"):
        export.schedule("@daily", data="a.csv")
    kept = saved(connection, "Other")
    connection.replace(name="Demo").save().remove()
    with pytest.raises((ConfigurationError, ConnectionNotFoundError)):
        kept.schedule("@daily", data="a.csv")


def test_no_key_is_kept_with_a_schedule(connection: ac.Connection) -> None:
    """What looks like a key is refused wherever it stands."""
    export = saved(connection)
    key = "0123456789abcdef" * 4
    with pytest.raises(ConfigurationError, match="looks like a key"):
        export.schedule("@daily", data="a.csv", on_failure=["/bin/echo", f"Api-Token: {key}"])
    with opened() as database:
        assert schedules.read(database) == []


def test_a_schedule_that_was_damaged_is_not_believed(connection: ac.Connection) -> None:
    """A flipped bit in it is an error, and nothing is run by it."""
    daily(connection)
    with opened() as database, transaction(database):
        database.execute("UPDATE schedules SET definition = replace(definition, '0 6', '0 7')")
    with pytest.raises(StateError, match="the schedule of"):
        ac.exports()


def test_exports_that_would_collide_are_warned_of(connection: ac.Connection, clock: VirtualClock) -> None:
    """By how long the last runs took, two of one account that would be under way at once are named, with when."""
    first = daily(connection, "First", "0 6 * * *")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        daily(connection, "Apart", "30 6 * * *")
    assert first.saved is not None
    begun = clock.now()
    with opened() as database, transaction(database):
        for number in range(3):
            database.execute(
                "INSERT INTO runs (id, account, list, identity, automations, connection, owner, started, ended, state) "
                "VALUES (?, ?, 4, ?, 0, 'Demo', 'ann', ?, ?, 'Successful')",
                (
                    f"r{number}", connection.account, first.saved.export.identity, begun.isoformat(),
                    (begun + timedelta(minutes=40)).isoformat(),
                ),
            )  # fmt: skip
    with pytest.warns(
        UserWarning, match=r"'Apart' \(never run\) and 'First' \(about 40 min\).*Tuesday 2026-03-03 06:30"
    ):
        daily(connection, "Apart", "30 6 * * *")


def test_the_server_that_runs_a_notebook(tmp_path: Path) -> None:
    """A kernel's own is taken, else the only one that serves the notebook; the token is in nothing that is shown."""
    inside = tmp_path / "served" / "weekly.ipynb"
    inside.parent.mkdir()
    inside.write_text(notebook("1"))
    known = {"port": 8888, "pid": 7, "base_url": "/", "hostname": "localhost", "token": "hush", "secure": False}
    for number, server in enumerate(
        [
            {**known, "root_dir": str(tmp_path)},
            {**known, "root_dir": str(inside.parent), "pid": 8, "port": 8889, "base_url": "/user/ann/"},
            {**known, "root_dir": str(tmp_path / "other"), "pid": 9},
            {**known, "root_dir": str(tmp_path), "hostname": "192.0.2.7"},
            {**known, "root_dir": str(tmp_path), "secure": True},
            {**known, "root_dir": str(tmp_path), "sock": "/run/jupyter.sock"},
            "{",
            [],
            {"port": 1},
        ]
    ):
        text = server if isinstance(server, str) else json.dumps(server)
        (tmp_path / f"jpserver-{number}.json").write_text(text)
    one, two, elsewhere = noted_servers(tmp_path)
    assert two.address == "http://127.0.0.1:8889/user/ann/"
    assert "hush" not in repr([one, two])
    path = notebook_at(str(inside))
    assert server_of(path, [one, two], {"JPY_PARENT_PID": "8"}) == two
    assert server_of(path, [one, elsewhere], {}) == one
    for servers, environment, words in (
        ([], {}, "No JupyterLab"),
        ([elsewhere], {}, "not in the folder"),
        ([one, two], {}, "2 JupyterLabs"),
        ([one, elsewhere], {"JPY_PARENT_PID": "9"}, "not in the folder"),
    ):
        with pytest.raises(ConfigurationError, match=words):
            server_of(path, servers, environment)


def test_a_change_that_a_scheduler_refuses_leaves_the_job_as_it_was() -> None:
    """The job is stopped for a change; when that fails, it is started again, and not forgotten about."""
    states = []

    def respond(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        if "schedule" in body:
            return httpx.Response(500, json={"message": "It is broken"})
        states.append(body["active"])
        return httpx.Response(204)

    server = JupyterServer(address="http://127.0.0.1:9/", root=Path("/"), process=1, token="")
    with (
        JupyterScheduler(server, transport=httpx.MockTransport(respond)) as scheduler,
        pytest.raises(ConfigurationError, match="It is broken"),
    ):
        scheduler.change("7", name="Weekly", notebook="a.ipynb", cron="0 6 * * 1", timezone="UTC")
    assert states == [False, True]


def test_a_server_without_a_token_takes_requests() -> None:
    """It wants one word in a header and in a cookie instead (Tornado's double submit), and no Authorization."""

    def respond(request: httpx.Request) -> httpx.Response:
        assert "Authorization" not in request.headers
        assert request.headers["Cookie"] == f"_xsrf={request.headers['X-XSRFToken']}"
        return httpx.Response(204)

    server = JupyterServer(address="http://127.0.0.1:9/some/where/", root=Path("/"), process=1, token="")
    with JupyterScheduler(server, transport=httpx.MockTransport(respond)) as scheduler:
        scheduler.remove("7")


def test_removing_while_jupyterlab_is_away(connection: ac.Connection, capsys: pytest.CaptureFixture[str]) -> None:
    """Who cannot reach JupyterLab is told that the job goes on and what to do, and can remove the rest here."""
    export = daily(connection)
    assert export.saved is not None
    with opened() as database, transaction(database):
        known = schedules.find(database, export.saved.export.identity)
        assert known is not None
        there = Schedule(cron="0 6 * * *", timezone="UTC", notebook="/nowhere/weekly.ipynb", job="7")
        schedules.keep(database, known.replace(schedule=there))
    assert "JupyterLab does not answer" in repr(export.schedule())
    with pytest.raises(ConfigurationError, match="No JupyterLab") as caught:
        export.unschedule()
    assert caught.value.hint.startswith("The job is still scheduled.")
    with pytest.raises(ConfigurationError, match="JupyterLab still runs"):
        export.remove()
    export.unschedule(leave_job=True)
    assert ac.exports()["schedule"].tolist() == [""]
    assert "Removed the schedule" in capsys.readouterr().out


def test_a_zone_that_this_machine_does_not_have(connection: ac.Connection, clock: VirtualClock) -> None:
    """Saved on another machine, such a schedule is not due, does not keep others from anything, and says why."""
    export = daily(connection)
    assert export.saved is not None
    with opened() as database, transaction(database):
        known = schedules.find(database, export.saved.export.identity)
        assert known is not None
        schedules.keep(database, known.replace(schedule=replace(known.schedule, timezone="Europe/Atlantis")))
    daily(connection, "Other")
    clock.sleep(DAY)
    runs = Runs(clock)
    assert [ran.name for ran in runs.call()] == ["Other"]
    with pytest.raises(ConfigurationError, match="no time zone 'Europe/Atlantis'"):
        export.schedule()


def test_a_notebook_without_a_kernel_is_refused(tmp_path: Path) -> None:
    """The scheduler would take it, and fail each time."""
    plain = json.loads(notebook("1"))
    del plain["metadata"]["kernelspec"]
    path = tmp_path / "weekly.ipynb"
    path.write_text(json.dumps(plain))
    with pytest.raises(ConfigurationError, match="which kernel"):
        notebook_at(path)
    path.write_text("[]")
    with pytest.raises(ConfigurationError, match="cannot be read as a notebook"):
        notebook_at(path)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (httpx.Response(404), "has no scheduler"),
        (httpx.Response(403), "does not let this kernel"),
        (httpx.Response(302, headers={"Location": "https://elsewhere.example/login"}), "does not let this kernel"),
        (httpx.Response(500, json={"message": "It is broken"}), "status 500: It is broken"),
        (httpx.Response(200, text="<html>"), "status 200"),
        (httpx.Response(200, json=[]), "names no environment"),
        (httpx.ConnectError("hush"), "does not answer"),
    ],
)
def test_what_a_server_answers_that_is_no_scheduler(answer: httpx.Response | Exception, words: str) -> None:
    """Each is a sentence that says what to do, without the token, and no redirect is followed."""
    asked = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        if isinstance(answer, Exception):
            raise answer
        return answer

    server = JupyterServer(address="http://127.0.0.1:9/", root=Path("/"), process=1, token="hush")
    with (
        JupyterScheduler(server, transport=httpx.MockTransport(respond)) as scheduler,
        pytest.raises(ConfigurationError, match=words) as caught,
    ):
        scheduler.environment()
    assert asked == ["127.0.0.1"]
    assert "hush" not in str(caught.value) + repr(caught.value.__cause__)
