"""What a person chose in JupyterLab's settings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import json5

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLUGIN = Path("@jupyterlab", "translation-extension", "plugin.jupyterlab-settings")
_MOST = 1_000_000


def lab_language(environment: Mapping[str, str] = os.environ) -> str:
    """Return the language that a person chose for JupyterLab, such as ``"sv_SE"``; "" when none or not to be found.

    Parameters
    ----------
    environment
        Variables that say where JupyterLab keeps its settings.

    Examples
    --------
    >>> lab_language({"JUPYTERLAB_SETTINGS_DIR": "/nowhere"})
    ''
    """
    config = Path(environment.get("JUPYTER_CONFIG_DIR") or Path("~/.jupyter").expanduser())
    folder = Path(environment.get("JUPYTERLAB_SETTINGS_DIR") or config / "lab" / "user-settings")
    try:
        with (folder / _PLUGIN).open(encoding="utf-8") as file:
            said = json5.loads(file.read(_MOST))  # JupyterLab lets comments stand in it
        chosen = said.get("locale", "") if isinstance(said, dict) else ""
    except (OSError, ValueError, RecursionError):
        return ""
    return chosen if isinstance(chosen, str) and chosen != "default" else ""
