"""A real JupyterLab with its scheduler, and nothing else of what is installed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import httpx

from ac_notebook.storage.home import VARIABLE
from tests.browser import lab

_NEEDED = {"jupyterlab": True, "jupyter_scheduler": True, "jupyter_lsp": False, "jupyter_server_terminals": False}
_SLOW = "rfc3987_syntax"
"""Builds a grammar of addresses in other alphabets whenever it is imported: a third of what the server takes to begin.
jsonschema does without it where it is not installed."""


class SchedulingLab(lab.Lab):
    """JupyterLab with its scheduler, whose notebooks use a home and a package that are given.

    Parameters
    ----------
    folder, private
        As for :class:`~tests.browser.lab.Lab`.
    home
        The package's folder, of this process and of the notebooks.
    package
        Where the package is imported from.
    """

    patience = 180.0

    def __init__(self, folder: Path, *, private: Path, home: Path, package: Path) -> None:
        super().__init__(folder, private=private, theme="light")
        self._home = home
        self._package = package

    @property
    def runtime(self) -> Path:
        """Where running servers are found."""
        return self.private / lab.PLACES["JUPYTER_RUNTIME_DIR"]

    @property
    def token(self) -> str:
        """What the server wants to see."""
        return self._token

    def run_now(self, job: str) -> dict[str, Any]:
        """Run a job definition at once, as its page in JupyterLab can; return what became of it."""
        address = f"http://127.0.0.1:{self.port}/scheduler"
        with httpx.Client(headers={"Authorization": f"token {self._token}"}, trust_env=False, timeout=60) as client:
            made = client.post(f"{address}/job_definitions/{job}/jobs", json={})
            made.raise_for_status()
            found: dict[str, Any] = {}

            def has_ended() -> bool:
                found.update(client.get(f"{address}/jobs/{made.json()['job_id']}").json())
                # Until its process has begun, a job stands there as stopped.
                return found["status"] in ("COMPLETED", "FAILED")

            self.comes_to(has_ended)
            return found

    def _command(self) -> list[str]:
        # Without a main module, which each job's process, being spawned, would load anew: JupyterLab as a whole.
        python, _, _, *options = super()._command()
        return [python, "-c", "from jupyterlab.labapp import main; main()", *options]

    def _environment(self) -> dict[str, str]:
        environment = super()._environment()
        config = Path(environment["JUPYTER_CONFIG_DIR"]) / "jupyter_server_config.json"
        config.write_text(json.dumps({"ServerApp": {"jpserver_extensions": _NEEDED}}))
        without = self.private / "without"
        without.mkdir()
        (without / f"{_SLOW}.py").write_text("raise ImportError")
        path = os.pathsep.join(map(str, (without, self._package)))
        return {**environment, VARIABLE: str(self._home), "PYTHONPATH": path}


def notebook(source: str) -> str:
    """Return a notebook with one cell, for this Python."""
    cell: dict[str, Any] = {
        "cell_type": "code", "id": "only", "metadata": {}, "outputs": [], "execution_count": None, "source": source,
    }  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": [cell]})
