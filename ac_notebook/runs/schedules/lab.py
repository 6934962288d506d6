"""Notebooks that JupyterLab's own scheduler runs: which server, and what it can take."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError
from ac_notebook.remote.jupyter import JupyterScheduler
from ac_notebook.runs.schedules.reading import checked_path
from ac_notebook.storage.jupyter_servers import noted_servers
from ac_notebook.storage.processes import is_alive

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ac_notebook.model.jupyter_server import JupyterServer
    from ac_notebook.model.schedule import Schedule

_PARENT = "JPY_PARENT_PID"
"""Variable in which a kernel finds the process of its server."""


def notebook_at(typed: object) -> Path:
    """Return the whole path of a notebook that a scheduler can run.

    Raises
    ------
    ConfigurationError
        When there is none, or it does not say which kernel runs it.
    """
    path = checked_path(typed, "notebook", "weekly.ipynb")
    try:
        path = path.resolve()
        kept = json.loads(path.read_bytes())
        kernel = kept["metadata"]["kernelspec"]["name"]
    except (OSError, ValueError, TypeError, RecursionError):
        msg = f"{path} cannot be read as a notebook."
        raise ConfigurationError(msg, hint="Check the path. Nothing was changed.") from None
    except (KeyError, AttributeError):
        kernel = ""
    if not isinstance(kernel, str) or not kernel:
        msg = f"{path.name} does not say which kernel runs it."
        raise ConfigurationError(msg, hint="Open it, choose a kernel, and save it. Nothing was changed.")
    return path


def running_servers() -> list[JupyterServer]:
    """Return the Jupyter servers of this user that run on this machine and can be reached."""
    return [server for server in noted_servers() if is_alive(server.process)]


def server_of(notebook: Path, servers: Sequence[JupyterServer], environment: Mapping[str, str]) -> JupyterServer:
    """Return the server that runs a notebook: this kernel's own, else the only one that serves it.

    Parameters
    ----------
    notebook
        Its whole path.
    servers
        Those that run.
    environment
        This process's variables.

    Raises
    ------
    ConfigurationError
        When there is none, or more than one.
    """
    if not servers:
        msg = "No JupyterLab of yours runs on this machine, or none that can be reached over plain HTTP on loopback."
        hint = "Start it above the notebook, and try again; or schedule a file instead, with data=."
        raise ConfigurationError(msg, hint=f"{hint} Nothing was changed.")
    own = [server for server in servers if environment.get(_PARENT) == str(server.process)]
    serving = [server for server in own or servers if notebook.is_relative_to(server.root.resolve())]
    if len(serving) == 1:
        return serving[0]
    if not serving:
        roots = ", ".join(sorted({str(server.root) for server in own or servers}))
        msg = f"{notebook} is not in the folder that JupyterLab serves ({roots})."
        raise ConfigurationError(msg, hint="Move it there, or start JupyterLab above it. Nothing was changed.")
    msg = f"{len(serving)} JupyterLabs of yours serve {notebook.name}."
    raise ConfigurationError(msg, hint="Schedule from a notebook in the one that shall run it. Nothing was changed.")


def opened_lab(notebook: Path) -> tuple[JupyterScheduler, str]:
    """Return the scheduler of the server that runs a notebook, and the notebook's path below its folder."""
    server = server_of(notebook, running_servers(), os.environ)
    return JupyterScheduler(server), notebook.relative_to(server.root.resolve()).as_posix()


def put(schedule: Schedule, name: str, *, job: str) -> str:
    """Make the job definition of a notebook's schedule, or change the one there is; return its number.

    Parameters
    ----------
    schedule
        When, and which notebook.
    name
        The export's name.
    job
        Number of the definition that there may be.
    """
    scheduler, path = opened_lab(Path(schedule.notebook))
    values = {"name": name, "notebook": path, "cron": schedule.cron, "timezone": schedule.timezone}
    with scheduler:
        if job and _is_there(scheduler, job):
            scheduler.change(job, **values)
            return job
        return scheduler.create(**values)


def set_active(schedule: Schedule, *, active: bool) -> None:
    """Stop or start the job definition of a schedule.

    Raises
    ------
    ConfigurationError
        When JupyterLab has it no more.
    """
    scheduler, _ = opened_lab(Path(schedule.notebook))
    with scheduler:
        if not _is_there(scheduler, schedule.job):
            msg = "JupyterLab's scheduler does not have this job any more."
            raise ConfigurationError(msg, hint="Schedule it anew, or export.unschedule(). Nothing was changed.")
        scheduler.set_active(schedule.job, active=active)


def take_away(schedule: Schedule) -> None:
    """Remove the job definition of a schedule, if JupyterLab still has it."""
    scheduler, _ = opened_lab(Path(schedule.notebook))
    with scheduler:
        if _is_there(scheduler, schedule.job):
            scheduler.remove(schedule.job)


def state_of(schedule: Schedule) -> str:
    """Return what JupyterLab says of a schedule's job: active, paused, gone, or that it does not answer."""
    try:
        scheduler, _ = opened_lab(Path(schedule.notebook))
        with scheduler:
            found = [each for each in scheduler.definitions() if each.get("job_definition_id") == schedule.job]
            ended = scheduler.endings(schedule.job) if found else []
    except ConfigurationError:
        return "JupyterLab does not answer"
    if not found:
        return "JupyterLab does not have it any more"
    now = "active in JupyterLab" if found[0].get("active") else "paused in JupyterLab"
    return f"{now}, last run {ended[0][0]:%Y-%m-%d %H:%M} UTC: {'done' if ended[0][1] else 'failed'}" if ended else now


def failed_before(schedule: Schedule, since: datetime) -> int:
    """Return how many of the last runs of a schedule's job have failed in a row, of those that began after a moment."""
    scheduler, _ = opened_lab(Path(schedule.notebook))
    with scheduler:
        ended = [went_well for begun, went_well in scheduler.endings(schedule.job) if begun > since]
    return next((number for number, went_well in enumerate(ended) if went_well), len(ended))


def _is_there(scheduler: JupyterScheduler, job: str) -> bool:
    return any(each.get("job_definition_id") == job for each in scheduler.definitions())
