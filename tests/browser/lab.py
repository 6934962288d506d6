"""A real JupyterLab on loopback that knows nothing of its user's settings."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

Theme = Literal["light", "dark"]

START_PATIENCE = 60  # seconds until the server answers
STOP_PATIENCE = 20  # seconds until it and its kernels have ended

# What JupyterLab keeps, and where: all of it below the test's own folder.
PLACES = {
    "AC_NOTEBOOK_HOME": "home",
    "IPYTHONDIR": "ipython",
    "JUPYTERLAB_SETTINGS_DIR": "lab/settings",
    "JUPYTERLAB_WORKSPACES_DIR": "lab/workspaces",
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
}


KERNELS = {"ipykernel-6.31.0": "6.31.0", "ipykernel-7.0.1": "7.0.1"}
"""Kernels of other versions than the installed one, by the name of their folder beside the environment's programs."""


def settings(theme: Theme, *, keeps_widgets: bool) -> dict[str, dict[str, Any]]:
    """Return the settings that differ from JupyterLab's own: no news, no updates, every cell in the page."""
    return {
        "@jupyterlab/apputils-extension:notification": {
            "checkForUpdates": False,
            "doNotDisturbMode": True,
            "fetchNews": "false",
        },
        "@jupyterlab/apputils-extension:themes": {"theme": f"JupyterLab {theme.title()}"},
        "@jupyterlab/notebook-extension:tracker": {"autoStartDefaultKernel": True, "windowingMode": "none"},
        # "Save Widget State Automatically"
        "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": keeps_widgets},
    }


class Lab:
    """JupyterLab serving `folder`; a context manager.

    Parameters
    ----------
    folder
        what it serves
    private
        where its settings, its runtime files and its log go
    theme
        the theme of a user who never chose one
    keeps_widgets
        whether the state of widgets is saved in notebooks
    """

    patience: float = START_PATIENCE

    def __init__(self, folder: Path, *, private: Path, theme: Theme, keeps_widgets: bool = False) -> None:
        self.folder = folder
        self.private = private
        self.theme = theme
        self.keeps_widgets = keeps_widgets
        self.port = _free_port()
        self.log = private / "jupyterlab.log"
        self._token = secrets.token_hex(16)
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, notebook: str, *, application: str = "lab/tree") -> str:
        """Return the address that opens a notebook of the folder; "notebooks" is Notebook 7, of the same server."""
        return f"http://127.0.0.1:{self.port}/{application}/{notebook}?token={self._token}"

    def __enter__(self) -> Self:
        environment = self._environment()
        overrides = Path(environment["JUPYTER_CONFIG_DIR"]) / "labconfig" / "default_setting_overrides.json"
        overrides.parent.mkdir(mode=0o700)
        overrides.write_text(json.dumps(settings(self.theme, keeps_widgets=self.keeps_widgets)))
        self._add_kernels(Path(environment["JUPYTER_DATA_DIR"]) / "kernels")
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command(), cwd=self.folder, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server, which ends its kernels; by force when it does not end by itself."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_PATIENCE)
        self._process = None

    def comes_to(self, happened: Callable[[], bool]) -> bool:
        """Return whether something happens while the server, which has the real clock only, runs and patience lasts."""
        deadline = time.monotonic() + self.patience
        while self._process is not None and time.monotonic() < deadline:
            if happened():
                return True
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(0.1)  # its end is noticed at once
                return False
        return False

    def _command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.folder}",
        ]

    def _environment(self) -> dict[str, str]:
        # Keys of the machine's user have no place here; the token stays out of the list of processes.
        taken_out = ("AC_NOTEBOOK_", "ACTIVECAMPAIGN_", "JUPYTER")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(taken_out)}
        for name, place in PLACES.items():
            path = self.private / place
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            environment[name] = str(path)
        ours = {"JUPYTER_TOKEN": self._token, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
        return {**environment, **ours, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}

    def _add_kernels(self, folder: Path) -> None:
        for name, version in KERNELS.items():
            path = os.pathsep.join([str(Path(sys.prefix) / name), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
            argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            spec = {"argv": argv, "display_name": version, "language": "python", "env": {"PYTHONPATH": path}}
            (folder / name).mkdir(parents=True)
            (folder / name / "kernel.json").write_text(json.dumps(spec))

    def _wait(self) -> None:
        if self.comes_to(self._answers):
            return
        end = self.log.read_text(errors="replace")[-3000:]
        raise RuntimeError(f"JupyterLab did not start. The end of its log:\n{end}")

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/api/status", headers={"Authorization": f"token {self._token}"})
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
