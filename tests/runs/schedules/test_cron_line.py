"""The line for cron, run by cron's own rules."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError
from ac_notebook.runs.schedules.crontab import cron_line, crontab
from ac_notebook.runs.stored import opened
from ac_notebook.storage import schedules
from ac_notebook.storage.database import transaction
from tests.runs.schedules.scene import saved

if TYPE_CHECKING:
    from datetime import timedelta

PACKAGE = Path(ac.__file__).parent.parent


def as_cron(line: str) -> tuple[list[str], str]:
    """Take a line apart as cron does (crontab(5)): five fields, and the command up to a bare percent sign."""
    fields = line.split(None, 5)
    command = re.split(r"(?<!\\)%", fields[5])[0]
    return fields[:5], command.replace(r"\%", "%")


def run_as_cron(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line as cron does: by sh, in the user's folder, with hardly a variable; PYTHONPATH as for a test."""
    _, command = as_cron(line)
    environment = {
        "HOME": str(folder), "LOGNAME": "ann", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin", "PYTHONPATH": str(PACKAGE),
    }  # fmt: skip
    return subprocess.run(
        ["/bin/sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=180,
        check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def make_due(export: ac.Export, back: timedelta) -> None:
    """Have the schedule be one that was made a while ago."""
    assert export.saved is not None
    with opened() as database, transaction(database):
        known = schedules.find(database, export.saved.export.identity)
        assert known is not None
        schedules.keep(database, known.replace(since=known.since - back))


def test_a_line_that_cron_runs_exports_what_is_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the printed line, with a home whose name is hard to quote, the rows of a file are in the sandbox, once."""
    monkeypatch.setenv("AC_NOTEBOOK_HOME", str(tmp_path / "it's 50 % $HOME"))
    data = tmp_path / "customers.csv"
    data.write_text("E-mail;points\nann@example.org;7\nbob@example.org;9\n")
    with ac.sandbox.start(speed=60) as box:
        export = saved(box.connection)
        export.schedule("* * * * *", data=data, separator="semicolon", dtype={"points": "int64"})
        make_due(export, pd.Timedelta(minutes=5).to_pytimedelta())
        line = export.crontab()
        fields, _ = as_cron(line)
        assert fields == ["*/5", "*", "*", "*", "*"]
        ended = run_as_cron(line, tmp_path)
        assert (ended.returncode, ended.stdout) == (0, "Weekly: done\n"), ended.stderr
        assert sorted(box.contacts()["email"]) == ["ann@example.org", "bob@example.org"]
        assert "example.org" not in ended.stderr
        assert ac.exports()["status"].tolist() == ["Successful"]


@pytest.mark.parametrize(
    "home", ["/home/ann/plain", "/home/ann/with blank", "/it's", '/"quoted"', "/50%", "/%%", "/$HOME/`id`;&|#", "/ä/ö"]
)
def test_what_cron_hands_to_the_shell_is_what_was_meant(home: str) -> None:
    """Whatever is in a path, the shell sees the variable, the program and its arguments as they are."""
    _, command = as_cron(cron_line("/opt/my python/bin/python3", home, 5))
    assert "\n" not in command
    assert shlex.split(command) == [
        f"AC_NOTEBOOK_HOME={home}", "/opt/my python/bin/python3", "-P", "-m", "ac_notebook", "run", "--due",
    ]  # fmt: skip


def test_paths_that_cron_cannot_be_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A backslash or a line end, which crons read differently, is refused with what to do."""
    for name in ("back\\slash", "line\nend"):
        monkeypatch.setenv("AC_NOTEBOOK_HOME", str(tmp_path / name))
        with pytest.raises(ConfigurationError, match="cannot be written for cron"):
            crontab()
    for every in (0, 60, 2.5, True):
        with pytest.raises(ConfigurationError, match="number of minutes"):
            crontab(every=every)  # type: ignore[arg-type]


def test_units_for_systemd() -> None:
    """The service has home and program, the timer calls it every few minutes and after the machine was off."""
    text = crontab(every=10, systemd=True)
    assert f'ExecStart="{sys.executable}" -P -m ac_notebook run --due' in text
    assert f'Environment="AC_NOTEBOOK_HOME={os.environ["AC_NOTEBOOK_HOME"]}"' in text
    assert "OnCalendar=*:0/10" in text
    assert "Persistent=true" in text
    assert repr(text) == str(text)
