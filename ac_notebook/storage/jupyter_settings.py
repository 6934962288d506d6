"""What a person chose in JupyterLab's settings, or whoever set it up chose for everybody."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXTENSION, _PLUGIN = "@jupyterlab/translation-extension", "plugin"
_SUFFIX = ".jupyterlab-settings"
_DEFAULTS = "default_setting_overrides"
_MOST = 1_000_000


def lab_language() -> str:
    """Return the language that JupyterLab was told to speak, such as ``"sv_SE"``; "" when none, or not to be found.

    It is looked for where JupyterLab 4 has it (``jupyterlab_server.settings_utils``): the person's own settings, as its
    menu and its settings editor write them; then the defaults of the machine, in ``labconfig`` beside Jupyter's
    configuration, and in the ``settings`` folder of the application.

    Examples
    --------
    >>> isinstance(lab_language(), str)
    True
    """
    said = (one["locale"] for one in _all_said() if isinstance(one, dict) and isinstance(one.get("locale"), str))
    chosen: str = next(said, "")
    return "" if chosen == "default" else chosen  # which is that of the system


def _all_said() -> Iterator[Any]:
    """Yield what is said about the language, what counts most first."""
    config = Path(os.environ.get("JUPYTER_CONFIG_DIR") or Path("~/.jupyter").expanduser())
    own = Path(os.environ.get("JUPYTERLAB_SETTINGS_DIR") or config / "lab" / "user-settings")
    yield _read(own / _EXTENSION / f"{_PLUGIN}{_SUFFIX}")
    for path in _defaults():
        yield _read(path).get(f"{_EXTENSION}:{_PLUGIN}")


def _defaults() -> Iterator[Path]:
    """Yield the files that change defaults of settings, what counts most first."""
    for folder in _config_folders():
        yield Path(folder, "labconfig", f"{_DEFAULTS}.json")
        yield from _below(Path(folder, "labconfig", f"{_DEFAULTS}.d"))
    application = Path(os.environ.get("JUPYTERLAB_DIR") or Path(sys.prefix, "share", "jupyter", "lab"))
    yield from (application / "settings" / f"overrides.{ending}" for ending in ("json5", "json"))
    yield from _below(application / "settings" / "overrides.d")


def _config_folders() -> list[str]:
    try:
        from jupyter_core.paths import jupyter_config_path  # noqa: PLC0415 - every kernel has it; a terminal may not
    except ImportError:
        return []
    return jupyter_config_path()


def _below(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json*"), reverse=True)


def _read(path: Path) -> dict[str, Any]:
    """Return what a file of settings says; nothing where it cannot be read."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_MOST)
        said = _parsed(text)
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        import json5  # noqa: PLC0415 - JupyterLab lets comments stand in it; loading it takes longer than all else here

        return json5.loads(text)
