"""An export in a notebook that JupyterLab runs, and that keeps failing."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.errors import ActiveCampaignError, MappingError
from tests.runs.schedules.scene import saved
from tests.runs.schedules.server import notebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RIGHT = pd.DataFrame({"E-mail": ["ann@example.org", "bob@example.org"]})
WRONG = RIGHT.rename(columns={"E-mail": "Address"})


class Jobs:
    """A server of Jupyter's with one job definition, and with jobs that have ended as a test says."""

    def __init__(self) -> None:
        self.active = True
        self.jobs: list[dict[str, Any]] = []

    def ended(self, *, well: bool) -> None:
        """One more job has ended."""
        moment = pd.Timestamp.now("UTC") + timedelta(seconds=len(self.jobs))
        self.jobs.insert(
            0, {"status": "COMPLETED" if well else "FAILED", "create_time": int(moment.timestamp() * 1000)}
        )

    def answer(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """Return what the scheduler answers."""
        if path.startswith("/scheduler/runtime_environments"):
            return [{"name": "python"}]
        if path.startswith("/scheduler/jobs?"):
            return {"jobs": [{"status": "IN_PROGRESS", "create_time": 0}, *self.jobs]}
        if method == "PATCH":
            self.active = body["active"]
            return {}
        one = {"job_definition_id": "seven", "active": self.active}
        return one if method == "POST" else {"job_definitions": [one]}


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    """Such a server, which serves the test's folder."""
    made = Jobs()

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            given = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            text = json.dumps(made.answer(self.command, self.path, json.loads(given or "{}"))).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = _any  # noqa: N815 - http.server's own names

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        known = {"port": server.server_port, "pid": os.getpid(), "hostname": "localhost", "root_dir": str(tmp_path)}
        (tmp_path / "jpserver-1.json").write_text(json.dumps(known))
        (tmp_path / "weekly.ipynb").write_text(notebook("1"))
        monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield made
        server.shutdown()


def attempt(frame: pd.DataFrame, export: ac.Export) -> None:
    """What the notebook does."""
    with contextlib.suppress(ActiveCampaignError):
        frame.activecampaign.export(export)


def table() -> str:
    """How the schedule stands in the table of exports."""
    return str(ac.exports()["schedule"].tolist()[0])


def test_a_failure_that_lasts_pauses_the_job_in_jupyterlab(
    connection: ac.Connection, jobs: Jobs, tmp_path: Path
) -> None:
    """The second in a row stops it there and shows why here; a run that went well between, or a resume, counts anew."""
    export = saved(connection)
    export.schedule("0 6 * * 1", notebook=tmp_path / "weekly.ipynb")
    for well in (False, True):
        jobs.ended(well=well)
    attempt(WRONG, export)
    assert jobs.active
    jobs.ended(well=False)
    attempt(RIGHT, export)
    assert jobs.active
    attempt(WRONG, export)
    assert not jobs.active
    assert table() == "paused (2 failures in a row: mapping): 0 6 * * 1 UTC, JupyterLab"
    assert "paused in JupyterLab, last run" in repr(export.schedule())
    assert "failed" in repr(export.schedule())
    jobs.jobs.clear()
    export.resume()
    attempt(WRONG, export)
    assert jobs.active


def test_who_asks_why_it_failed_is_told_that_and_nothing_else(
    connection: ac.Connection, jobs: Jobs, tmp_path: Path
) -> None:
    """That JupyterLab is away, or that there is no schedule, takes nothing from the error."""
    export = saved(connection)
    with pytest.raises(MappingError, match="E-mail"):
        WRONG.activecampaign.export(export)
    export.schedule("0 6 * * 1", notebook=tmp_path / "weekly.ipynb")
    for _ in range(2):
        jobs.ended(well=False)
    (tmp_path / "jpserver-1.json").unlink()
    with pytest.raises(MappingError, match="E-mail"):
        WRONG.activecampaign.export(export)
    assert jobs.active
    assert table() == "0 6 * * 1 UTC, JupyterLab"
