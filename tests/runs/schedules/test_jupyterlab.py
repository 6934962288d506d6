"""Notebooks on JupyterLab's own scheduler, on a real server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError
from ac_notebook.remote.jupyter import JupyterScheduler
from ac_notebook.runs.schedules.lab import running_servers
from ac_notebook.storage.home import find_home
from tests.runs.schedules.server import SchedulingLab, notebook

if TYPE_CHECKING:
    from ac_notebook.runs.schedules.verbs import ExportSchedule

PACKAGE = Path(ac.__file__).parent.parent

SOURCE = """
import pandas as pd
import ac_notebook as ac
customers = pd.DataFrame({"E-mail": ["ann@example.org", "bob@example.org"]})
report = customers.activecampaign.export("Weekly", wait=60)
assert report.status == "Successful", report
"""


def state(schedule: ExportSchedule) -> str:
    """What JupyterLab says of a schedule."""
    return schedule.state


def test_a_notebook_is_scheduled_run_paused_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job made through export.schedule runs on a real JupyterLab, and its rows are in the sandbox."""
    folder, private = tmp_path / "notebooks", tmp_path / "private"
    folder.mkdir()
    private.mkdir(mode=0o700)
    weekly = folder / "weekly.ipynb"
    weekly.write_text(notebook("print('not yet')"))
    with (
        ac.sandbox.start(speed=60) as box,
        SchedulingLab(folder, private=private, home=find_home(), package=PACKAGE) as lab,
    ):
        monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(lab.runtime))
        demo = box.connection.replace(name="Demo").save()
        export = ac.Export("Weekly", connection=demo, list="Newsletter", mapping={"email": "E-mail"}).save()
        shown = export.schedule("0 6 * * 1", timezone="Europe/Stockholm", notebook=weekly)
        assert state(shown) == "active in JupyterLab"
        weekly.write_text(notebook(SOURCE))
        # Scheduled anew, the job is the same one, and takes the notebook as it is now.
        again = export.schedule("0 7 * * 2", timezone="UTC", notebook=weekly)
        assert again.schedule.job == shown.schedule.job
        with JupyterScheduler(running_servers()[0]) as scheduler:
            (definition,) = scheduler.definitions()
        assert (definition["schedule"], definition["timezone"], definition["name"]) == ("0 7 * * 2", "UTC", "Weekly")
        assert lab.token not in repr(again) + repr(running_servers()) + repr(scheduler)
        ended = lab.run_now(again.schedule.job)
        assert ended["status"] == "COMPLETED", ended
        assert sorted(box.contacts()["email"]) == ["ann@example.org", "bob@example.org"]
        assert ac.exports()["schedule"].tolist() == ["0 7 * * 2 UTC, JupyterLab"]
        said = state(export.pause())
        assert said.startswith("paused in JupyterLab, last run ")
        assert said.endswith(" UTC: done")
        assert state(export.resume()).startswith("active in JupyterLab")
        with pytest.raises(ConfigurationError, match="JupyterLab still runs"):
            export.remove()
        with pytest.raises(ConfigurationError, match="by itself"):
            export.crontab()
        export.unschedule()
        with JupyterScheduler(running_servers()[0]) as scheduler:
            assert scheduler.definitions() == []
        assert ac.exports()["schedule"].tolist() == [""]
