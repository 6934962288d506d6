"""Which Jupyter servers run on this machine: they write themselves down in files."""

from __future__ import annotations

import json
from pathlib import Path

from ac_notebook.errors import ConfigurationError
from ac_notebook.model.jupyter_server import INSTALL, JupyterServer

_HERE = ("", "localhost", "127.0.0.1", "0.0.0.0", "::", "*")  # noqa: S104 - what a server may be bound to and be here


def noted_servers(folder: Path | None = None) -> list[JupyterServer]:
    """Return the Jupyter servers of this user that are noted down, and listen on loopback over HTTP.

    A server writes itself down in a file, which stays when it is killed. The files are read here because
    ``jupyter_server.serverapp.list_running_servers`` loads a whole server first, which takes seconds, and is not
    installed where only the kernel is.

    Parameters
    ----------
    folder
        Where they are noted down; Jupyter's own place when None.

    Raises
    ------
    ConfigurationError
        When nothing of Jupyter is installed.
    """
    servers = []
    for path in sorted((_runtime_folder() if folder is None else folder).glob("jpserver-*.json")):
        try:
            known = json.loads(path.read_bytes())
            if known.get("secure") or known.get("sock") or str(known.get("hostname", "")) not in _HERE:
                continue  # a certificate for loopback, or a way there, is nobody's
            servers.append(
                JupyterServer(
                    address=f"http://127.0.0.1:{int(known['port'])}{known.get('base_url') or '/'}",
                    root=Path(str(known.get("root_dir") or known.get("notebook_dir") or "")),
                    process=int(known["pid"]), token=str(known.get("token") or ""),
                )
            )  # fmt: skip
        except (OSError, ValueError, TypeError, LookupError, AttributeError):  # it is being written, or removed
            continue
    return servers


def _runtime_folder() -> Path:
    try:
        from jupyter_core.paths import jupyter_runtime_dir  # noqa: PLC0415 - of the extra "schedule"
    except ImportError:
        msg = "Notebooks are scheduled through JupyterLab, and nothing of Jupyter is installed here."
        raise ConfigurationError(msg, hint=f"{INSTALL} Nothing was changed.") from None
    return Path(jupyter_runtime_dir())
