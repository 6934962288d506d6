"""The one folder where the package keeps anything."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import platformdirs

from ac_notebook.errors import StateError

VARIABLE = "AC_NOTEBOOK_HOME"
"""Environment variable that moves the folder."""


def find_home() -> Path:
    """Return the folder of the package's state, made if need be, that only its owner can read.

    Returns
    -------
    pathlib.Path
        ``AC_NOTEBOOK_HOME``, else the user's data directory.

    Raises
    ------
    StateError
        When it cannot be made, or others may read it; says which command mends it.
    """
    home = name_home()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = home.stat()
    except OSError as error:
        msg = f"The folder {home} for connections and the journal cannot be made: {error.strerror}."
        raise StateError(msg, hint=f"Set {VARIABLE} to a folder that you may write to.") from None
    refuse_loose(home, status)
    return home


def name_home() -> Path:
    """Return where the folder of the package's state is, or would be made.

    Raises
    ------
    StateError
        When ``AC_NOTEBOOK_HOME`` names a folder of a user that there is not.
    """
    named = os.environ.get(VARIABLE)
    try:
        return Path(named).expanduser() if named else platformdirs.user_data_path("ac_notebook", appauthor=False)
    except RuntimeError:
        msg = f"{VARIABLE} names a folder of a user that this machine does not know: {named}."
        raise StateError(msg, hint="Set it to a folder that you may write to.") from None


def refuse_loose(path: Path, status: os.stat_result) -> None:
    """Raise when others than the owner may read or write ``path``.

    Raises
    ------
    StateError
        With the command that mends it.
    """
    if os.name != "posix":  # pragma: no cover - Windows keeps a user's data directory to the user
        return
    if status.st_uid != os.geteuid():
        msg = f"{path} belongs to another user of this machine, so nothing is kept in it."
        raise StateError(msg, hint=f"Set {VARIABLE} to a folder of your own.")
    if stat.S_IMODE(status.st_mode) & 0o077:
        msg = f"Others on this machine may read {path}, so nothing is kept in it."
        raise StateError(msg, hint=f"Run: chmod {'700' if path.is_dir() else '600'} {str(path)!r}")
